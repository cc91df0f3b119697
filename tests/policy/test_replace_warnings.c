#include "policy.h"

/* ---- warnings ------------------------------------------------------------------------------- */

static void
shorter_key(void)
{
	row.certificate.key_size = 1024;
}

static void
shorter_key_in_other_letters(void)
{
	row.certificate.key_size = 2047;
	row.certificate.key_type = "rsa";
}

static void
expires_earlier(void)
{
	row.certificate.not_after = row.existing.not_after - 1;
}

static void
other_issuer(void)
{
	row.certificate.issuer_dn = "CN=Another CA";
}

static void
new_is_issuer(void)
{
	row.certificate.issued_dn = "cn=issuing ca";
}

static void
new_is_issuer_in_another_spelling(void)
{
	row.certificate.issued_dn = "2.5.4.3 = \"Issuing  CA\"";
}

static void
issuer_in_reversed_order(void)
{
	row.existing.issuer_dn = "CN=Issuing CA, O=Example";
	row.certificate.issuer_dn = "O=Example, CN=Issuing CA";
}

static void
existing_expires_first(void)
{
	set_job_time(row.existing.not_after + 1);
}

static void
no_job_time_among_others(void)
{
	policy.some_job_times = true;
}

static void
no_job_time_with_a_window(void)
{
	policy.some_job_times = true;
	policy.has_window = true;
	policy.window_start = NOW + DAY;
	policy.window_end = NOW + 2 * DAY;
	row.due = NOW + DAY;
}

#define MIXED                                                                                \
	"mixed-job-times: JobTime: none, and other rows have one: expected a time in every " \
	"row or in none"

static const struct {
	enum code code;
	void (*change)(void);
	const char *said;
} warnings[] = {
    {CODE_MIXED_JOB_TIMES, no_job_time_among_others, MIXED},
    {CODE_MIXED_JOB_TIMES, no_job_time_with_a_window, MIXED},
    {CODE_WEAKER_KEY, shorter_key, "weaker-key: RSA of 1024 bits, the existing one has 2048"},
    {CODE_WEAKER_KEY, shorter_key_in_other_letters,
	"weaker-key: rsa of 2047 bits, the existing one has 2048"},
    {CODE_EXPIRES_EARLIER, expires_earlier,
	"expires-earlier: the new certificate expires at 2030-01-30T23:59:59.999Z, the existing "
	"one "
	"at 2030-01-31T00:00:00Z"},
    {CODE_ISSUER_CHANGED, other_issuer,
	"issuer-changed: the new certificate has another issuer than the existing one"},
    {CODE_ISSUER_CHANGED, issuer_in_reversed_order,
	"issuer-changed: the new certificate has another issuer than the existing one"},
    {CODE_NEW_IS_ISSUER, new_is_issuer,
	"new-is-issuer: the new certificate is the issuer of the existing one"},
    {CODE_NEW_IS_ISSUER, new_is_issuer_in_another_spelling,
	"new-is-issuer: the new certificate is the issuer of the existing one"},
    {CODE_EXISTING_EXPIRES_FIRST, existing_expires_first,
	"existing-expires-first: the existing certificate expires at 2030-01-31T00:00:00Z, due is "
	"2030-01-31T00:00:00.001Z"},
};

START_TEST(warns)
{
	enum code other = warnings[_i].code == CODE_ISSUER_CHANGED ? CODE_WEAKER_KEY
								   : CODE_ISSUER_CHANGED;

	warnings[_i].change();
	ck_assert_str_eq(check_row(), warnings[_i].said);
	ck_assert(!messages_reject(&messages));
	policy.deny = CODE_BIT(other);
	ck_assert_str_eq(check_row(), warnings[_i].said);
	ck_assert(!messages_reject(&messages));
	policy.deny = CODE_BIT(warnings[_i].code);
	ck_assert_str_eq(check_row(), warnings[_i].said);
	ck_assert(messages_reject(&messages));
}
END_TEST

static void
same_key_size(void)
{
	row.certificate.key_size = 2048;
}

static void
another_kind_of_key(void)
{
	row.certificate.key_type = "ECC";
	row.certificate.key_size = 256;
}

static void
unknown_old_size(void)
{
	row.existing.key_size = 0;
	row.certificate.key_size = 512;
}

static void
unknown_new_size(void)
{
	row.certificate.key_size = 0;
}

static void
unknown_old_type(void)
{
	row.existing.key_type = NULL;
	row.certificate.key_size = 512;
}

static void
unknown_new_type(void)
{
	row.certificate.key_type = NULL;
	row.certificate.key_size = 512;
}

static void
expires_together(void)
{
	row.certificate.not_after = row.existing.not_after;
}

static void
unknown_old_end(void)
{
	row.existing.has_not_after = false;
	row.certificate.not_after = NOW + DAY;
	set_job_time(NOW + DAY / 2);
}

static void
unknown_new_end(void)
{
	row.certificate.has_not_after = false;
	row.certificate.not_after = 0;
}

static void
issuer_in_other_letters(void)
{
	row.certificate.issuer_dn = "cn=ISSUING ca";
}

static void
issuer_in_another_spelling(void)
{
	row.existing.issuer_dn = "CN=Issuing CA, O=\"Example, Inc.\"";
	row.certificate.issuer_dn = "cn=Issuing CA,2.5.4.10=Example\\, Inc.";
}

static void
unknown_old_issuer(void)
{
	row.existing.issuer_dn = NULL;
	row.certificate.issued_dn = "CN=Issuing CA";
}

static void
unknown_new_issuer(void)
{
	row.certificate.issuer_dn = NULL;
}

/* A self-signed one that is renewed is not replaced by its issuer. */
static void
self_signed(void)
{
	row.existing.issued_dn = row.existing.issuer_dn = "CN=Self";
	row.certificate.issued_dn = row.certificate.issuer_dn = "CN=self";
}

static void
self_signed_in_another_spelling(void)
{
	row.existing.issued_dn = row.existing.issuer_dn = "CN=Self,O=Example";
	row.certificate.issued_dn = row.certificate.issuer_dn = "CN=Self, O=Example";
}

static void
unknown_subjects(void)
{
	row.existing.issued_dn = NULL;
	row.certificate.issued_dn = "CN=Issuing CA";
}

static void
due_as_the_existing_expires(void)
{
	set_job_time(row.existing.not_after);
}

static void
refused_job_time(void)
{
	row.existing.not_after = NOW - DAY;
	request.due_unknown = true;
}

static void (*const silent[])(void) = {same_key_size, another_kind_of_key, unknown_old_size,
    unknown_new_size, unknown_old_type, unknown_new_type, expires_together, unknown_old_end,
    unknown_new_end, issuer_in_other_letters, issuer_in_another_spelling, unknown_old_issuer,
    unknown_new_issuer, self_signed, self_signed_in_another_spelling, unknown_subjects,
    due_as_the_existing_expires, refused_job_time};

static void
job_time_among_others(void)
{
	policy.some_job_times = true;
	set_job_time(NOW);
}

static void
refused_job_time_among_others(void)
{
	policy.some_job_times = true;
	request.due_unknown = true;
}

static void (*const timed[])(void) = {job_time_among_others, refused_job_time_among_others};

START_TEST(says_nothing_of_a_row_with_a_time)
{
	timed[_i]();
	ck_assert_str_eq(check_row(), "");
}
END_TEST

/* Where nothing is worse, or a fact is not known, nothing is said. */
START_TEST(says_nothing)
{
	silent[_i]();
	ck_assert_str_eq(check_row(), "");
}
END_TEST

/* All that is wrong and all that is odd is told at once. */
START_TEST(tells_everything)
{
	set_window(NOW + 50 * DAY, NOW + 60 * DAY);
	set_job_time(NOW + 40 * DAY);
	shorter_key();
	other_issuer();
	row.certificate.not_after = NOW + 10 * DAY;
	row.certificate.revoked = true;
	policy.most_jobs = 1;
	policy.allow = CODE_BIT(CODE_CERTIFICATE_REVOKED);
	policy.deny = CODE_BIT(CODE_EXPIRES_EARLIER);
	row.location_count = 2;
	check_row();
	messages_sort(&messages);
	ck_assert_str_eq(said(),
	    "outside-window: JobTime: due at 2030-02-10T00:00:00Z: expected a time from "
	    "2030-02-20T00:00:00Z and before 2030-03-02T00:00:00Z; "
	    "certificate-expired: CertificateId: the new certificate expires at "
	    "2030-01-11T00:00:00Z, due is 2030-02-10T00:00:00Z; "
	    "certificate-revoked: CertificateId: the new certificate is revoked; "
	    "too-many-stores: ExistingCertificateId: 2 locations: expected at most 1 "
	    "(--max-jobs-per-row); "
	    "weaker-key: RSA of 1024 bits, the existing one has 2048; "
	    "expires-earlier: the new certificate expires at 2030-01-11T00:00:00Z, the existing "
	    "one at 2030-01-31T00:00:00Z; "
	    "issuer-changed: the new certificate has another issuer than the existing one; "
	    "existing-expires-first: the existing certificate expires at 2030-01-31T00:00:00Z, due "
	    "is 2030-02-10T00:00:00Z");
	ck_assert(messages.items[1].rejects);
	ck_assert(!messages.items[2].rejects);
	ck_assert(!messages.items[4].rejects);
	ck_assert(messages.items[5].rejects);
}
END_TEST

/* ---- warnings of locations ------------------------------------------------------------------ */

START_TEST(several_aliases)
{
	row.location_count = 4;
	locations[1].store.id = locations[2].store.id = locations[3].store.id = 12;
	ck_assert_str_eq(check_locations(),
	    "several-aliases: the existing certificate stands at 3 aliases of the store");
	ck_assert_int_eq(messages.items[0].location, 2);
	ck_assert(!messages_reject(&messages));
	policy.deny = CODE_BIT(CODE_SEVERAL_ALIASES);
	check_locations();
	ck_assert(messages_reject(&messages));
	row.location_count = 2;
	ck_assert_str_eq(check_locations(), "");
}
END_TEST

START_TEST(stale_inventory)
{
	row.location_count = 3;
	locations[0].store.inventoried_at = NOW - 7 * DAY;
	locations[1].store.inventoried_at = NOW - 7 * DAY - 1;
	locations[2].store.inventoried = false;
	locations[2].store.inventoried_at = 0;
	ck_assert_str_eq(check_locations(),
	    "inventory-stale: the store was last inventoried at 2029-12-24T23:59:59.999Z; "
	    "inventory-stale: the store was never inventoried");
	ck_assert_int_eq(messages.items[0].location, 2);
	ck_assert_int_eq(messages.items[1].location, 3);
	ck_assert(!messages_reject(&messages));
	policy.deny = CODE_BIT(CODE_INVENTORY_STALE);
	check_locations();
	ck_assert(messages.items[0].rejects);
	ck_assert(messages.items[1].rejects);
}
END_TEST

/* Stale is told once a store, and is not a matter of the due time. */
START_TEST(stale_once_a_store)
{
	row.location_count = 2;
	row.due = NOW + 100 * DAY;
	locations[1].store.id = locations[0].store.id;
	ck_assert_str_eq(check_locations(),
	    "several-aliases: the existing certificate stands at 2 aliases of the store");
	locations[0].store.inventoried = locations[1].store.inventoried = false;
	ck_assert_str_eq(check_locations(),
	    "several-aliases: the existing certificate stands at 2 aliases of the store; "
	    "inventory-stale: the store was never inventoried");
	row.location_count = 0;
	ck_assert_str_eq(check_locations(), "");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("replace_warnings");
	TCase *tests = tcase_create("replace_warnings");

	tcase_add_checked_fixture(tests, enter, leave);
	LOOP(warns, warnings);
	LOOP(says_nothing, silent);
	tcase_add_loop_test(tests, says_nothing_of_a_row_with_a_time, 0, 2);
	tcase_add_test(tests, tells_everything);
	tcase_add_test(tests, several_aliases);
	tcase_add_test(tests, stale_inventory);
	tcase_add_test(tests, stale_once_a_store);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
