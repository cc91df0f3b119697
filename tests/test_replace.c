#include "replace.h"

#include "scratch.h"

/*
 * The policy, by facts made by hand. A change to facts that are good is a test: what is then
 * said, and what becomes of the location.
 */

#define SECOND INT64_C(1000)
#define DAY INT64_C(86400000)
#define NOW INT64_C(1893456000000) /* 2030-01-01T00:00:00Z */

static struct policy policy;
static struct request request;
static struct row_facts row;
static struct location_facts locations[4];
static struct messages messages;
static struct buffer text;

/* Certificate 100 stands at one location and is replaced by 200, with nothing to say. */
static void
enter(void)
{
	policy = (struct policy){.started_at = NOW};
	request = (struct request){.number = 1, .line = 2, .existing = 100, .certificate = 200};
	row = (struct row_facts){
	    .request = &request,
	    .existing = {.id = 100,
		.has_not_before = true,
		.has_not_after = true,
		.not_before = NOW - 300 * DAY,
		.not_after = NOW + 30 * DAY,
		.has_private_key = FACT_YES,
		.key_size = 2048,
		.key_type = "RSA",
		.issued_dn = "CN=www.example.com",
		.issuer_dn = "CN=Issuing CA"},
	    .certificate = {.id = 200,
		.has_not_before = true,
		.has_not_after = true,
		.not_before = NOW - DAY,
		.not_after = NOW + 365 * DAY,
		.has_private_key = FACT_YES,
		.key_size = 2048,
		.key_type = "RSA",
		.issued_dn = "CN=www.example.com",
		.issuer_dn = "CN=Issuing CA"},
	    .locations = locations,
	    .location_count = 1,
	};
	for (size_t i = 0; i < sizeof(locations) / sizeof(locations[0]); i++)
		locations[i] = (struct location_facts){.id = (int64_t)i + 1,
		    .store = {.id = (int64_t)i + 11,
			.container = -1,
			.approved = true,
			.may_schedule = true,
			.add_supported = true,
			.agent_available = true,
			.entry_password = NEED_OPTIONAL,
			.private_key = NEED_OPTIONAL,
			.inventoried = true,
			.inventoried_at = NOW - DAY}};
}

static void
leave(void)
{
	messages_release(&messages);
	buffer_release(&text);
}

static const char *
said(void)
{
	buffer_clear(&text);
	buffer_add_string(&text, "");
	messages_csv(&messages, &text);
	return text.bytes;
}

/* What the policy says of the row. */
static const char *
check_row(void)
{
	messages_clear(&messages);
	row.due = replace_due(&policy, &request);
	replace_check_row(&policy, &row, &messages);
	return said();
}

static const char *
check_locations(void)
{
	messages_clear(&messages);
	replace_check_locations(&policy, &row, &messages);
	return said();
}

static void
set_job_time(int64_t time)
{
	request.has_job_time = true;
	request.job_time = time;
}

static void
set_window(int64_t start, int64_t end)
{
	policy.has_window = true;
	policy.window_start = start;
	policy.window_end = end;
}

/* ---- the due time --------------------------------------------------------------------------- */

START_TEST(due_is_the_later_time)
{
	static const struct {
		bool has_job_time;
		int64_t job_time, due;
	} cases[] = {
	    {false, 0, NOW},
	    {true, 0, NOW},
	    {true, NOW - 1, NOW},
	    {true, NOW, NOW},
	    {true, NOW + 1, NOW + 1},
	    {true, NOW + 400 * DAY, NOW + 400 * DAY},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		request.has_job_time = cases[i].has_job_time;
		request.job_time = cases[i].job_time;
		ck_assert_int_eq(replace_due(&policy, &request), cases[i].due);
	}
}
END_TEST

/* With a window an empty JobTime means its start, and only an empty one. */
START_TEST(due_is_the_window_start)
{
	set_window(NOW + DAY, NOW + 2 * DAY);
	ck_assert_int_eq(replace_due(&policy, &request), NOW + DAY);
	set_job_time(NOW - DAY);
	ck_assert_int_eq(replace_due(&policy, &request), NOW);
	set_job_time(NOW + DAY + 1);
	ck_assert_int_eq(replace_due(&policy, &request), NOW + DAY + 1);
	request.has_job_time = false;
	set_window(NOW - DAY, NOW + DAY);
	ck_assert_int_eq(replace_due(&policy, &request), NOW);
	/* Without a window its times mean nothing. */
	policy.has_window = false;
	policy.window_start = NOW + DAY;
	ck_assert_int_eq(replace_due(&policy, &request), NOW);
}
END_TEST

/* ---- the window ----------------------------------------------------------------------------- */

#define OUTSIDE(due)                                                                              \
	"outside-window: JobTime: due at " due ": expected a time from 2030-01-02T00:00:00Z and " \
	"before 2030-01-03T00:00:00Z"

START_TEST(window_has_its_start_and_not_its_end)
{
	set_window(NOW + DAY, NOW + 2 * DAY);
	ck_assert_str_eq(check_row(), ""); /* an empty JobTime */
	set_job_time(NOW + DAY);
	ck_assert_str_eq(check_row(), "");
	set_job_time(NOW + 2 * DAY - 1);
	ck_assert_str_eq(check_row(), "");
	set_job_time(NOW + 2 * DAY);
	ck_assert_str_eq(check_row(), OUTSIDE("2030-01-03T00:00:00Z"));
	ck_assert(messages_reject(&messages));
	set_job_time(NOW + DAY - 1);
	ck_assert_str_eq(check_row(), OUTSIDE("2030-01-01T23:59:59.999Z"));
	set_job_time(NOW - 1); /* due at once */
	ck_assert_str_eq(check_row(), OUTSIDE("2030-01-01T00:00:00Z"));
	request.due_unknown = true; /* a JobTime that was refused has its own fault */
	ck_assert_str_eq(check_row(), "");
}
END_TEST

/* A window whose end has passed since it was given. */
START_TEST(window_that_is_over_has_nothing)
{
	set_window(NOW - 2 * DAY, NOW);
	ck_assert_str_eq(check_row(),
	    "outside-window: JobTime: due at 2030-01-01T00:00:00Z: expected a time from "
	    "2029-12-30T00:00:00Z and before 2030-01-01T00:00:00Z");
	set_window(NOW - 2 * DAY, NOW + 1);
	ck_assert_str_eq(check_row(), "");
}
END_TEST

/* ---- the ids -------------------------------------------------------------------------------- */

START_TEST(good_facts_say_nothing)
{
	ck_assert_str_eq(check_row(), "");
	ck_assert_str_eq(check_locations(), "");
	ck_assert_int_eq(replace_location(&policy, &row, &locations[0], &messages), ACTION_CREATE);
	ck_assert_uint_eq(messages.count, 0);
}
END_TEST

START_TEST(unknown_certificates)
{
	row.certificate.id = 0;
	ck_assert_str_eq(
	    check_row(), "unknown-certificate: CertificateId: no certificate 200 in the inventory");
	ck_assert(messages_reject(&messages));
	row.existing.id = 0;
	row.location_count = 0;
	ck_assert_str_eq(check_row(),
	    "unknown-existing-certificate: ExistingCertificateId: no certificate 100 in the "
	    "inventory; "
	    "unknown-certificate: CertificateId: no certificate 200 in the inventory");
	row.certificate.id = 200;
	ck_assert_str_eq(check_row(),
	    "unknown-existing-certificate: ExistingCertificateId: no certificate 100 in the "
	    "inventory");
	/* What was absent or refused has its own fault. */
	request.existing = 0;
	request.certificate = 0;
	row.certificate.id = 0;
	ck_assert_str_eq(check_row(), "");
}
END_TEST

START_TEST(requests)
{
	request.certificate = 0;
	request.request = 7;
	row.certificate.id = 0;
	ck_assert_str_eq(check_row(), "unknown-request: RequestId: no request 7 in the inventory");
	row.enrollment.known = true;
	ck_assert_str_eq(check_row(), "request-not-issued: RequestId: the request has no "
				      "certificate: expected its disposition to be ISSUED");
	ck_assert(messages_reject(&messages));
	row.enrollment.issued = true;
	row.enrollment.certificate = 200;
	ck_assert_str_eq(check_row(), "unknown-certificate: RequestId: the request's certificate "
				      "200 is not in the inventory");
	ck_assert(messages_reject(&messages));
	row.certificate.id = 200;
	ck_assert_str_eq(check_row(), "");
}
END_TEST

START_TEST(same_certificate)
{
	request.certificate = 100;
	row.certificate = row.existing;
	ck_assert_str_eq(check_row(), "same-certificate: CertificateId: the new certificate is the "
				      "existing one: expected another");
	ck_assert(messages_reject(&messages));
	request.certificate = 0;
	request.request = 7;
	row.enrollment = (struct request_facts){true, true, 100};
	ck_assert_str_eq(check_row(), "same-certificate: RequestId: the new certificate is the "
				      "existing one: expected another");
}
END_TEST

START_TEST(no_location_and_too_many)
{
	row.location_count = 0;
	ck_assert_str_eq(check_row(), "not-in-any-store: ExistingCertificateId: the existing "
				      "certificate stands in no store");
	ck_assert(messages_reject(&messages));
	row.location_count = 3;
	policy.most_jobs = 3;
	ck_assert_str_eq(check_row(), "");
	policy.most_jobs = 2;
	ck_assert_str_eq(check_row(), "too-many-stores: ExistingCertificateId: 3 locations: "
				      "expected at most 2 (--max-jobs-per-row)");
	ck_assert(messages_reject(&messages));
}
END_TEST

/* ---- the certificate checks ----------------------------------------------------------------- */

/* Valid is NotBefore <= due < NotAfter. */
START_TEST(validity_has_its_start_and_not_its_end)
{
	row.certificate.not_after = NOW + 100 * DAY;
	row.certificate.not_before = NOW + 10 * DAY;
	row.existing.has_not_after = false;
	set_job_time(NOW + 10 * DAY);
	ck_assert_str_eq(check_row(), "");
	set_job_time(NOW + 10 * DAY - 1);
	ck_assert_str_eq(check_row(),
	    "certificate-not-yet-valid: CertificateId: the new certificate is valid from "
	    "2030-01-11T00:00:00Z, due is 2030-01-10T23:59:59.999Z");
	ck_assert(messages_reject(&messages));
	set_job_time(NOW + 100 * DAY - 1);
	ck_assert_str_eq(check_row(), "");
	set_job_time(NOW + 100 * DAY);
	ck_assert_str_eq(check_row(),
	    "certificate-expired: CertificateId: the new certificate expires at "
	    "2030-04-11T00:00:00Z, due is 2030-04-11T00:00:00Z");
	ck_assert(messages_reject(&messages));
	/* Not without a due time, nor without the facts. */
	request.due_unknown = true;
	ck_assert_str_eq(check_row(), "");
	request.due_unknown = false;
	row.certificate.has_not_after = false;
	ck_assert_str_eq(check_row(), "");
	set_job_time(NOW);
	row.certificate.has_not_before = false;
	ck_assert_str_eq(check_row(), "");
}
END_TEST

START_TEST(revoked)
{
	row.certificate.revoked = true;
	request.certificate = 0;
	request.request = 7;
	row.enrollment = (struct request_facts){true, true, 200};
	ck_assert_str_eq(
	    check_row(), "certificate-revoked: RequestId: the new certificate is revoked");
	ck_assert(messages_reject(&messages));
	/* The existing one's revocation is a reason to replace it. */
	row.certificate.revoked = false;
	row.existing.revoked = true;
	ck_assert_str_eq(check_row(), "");
}
END_TEST

/* --allow makes its code a warning, and only its code. */
START_TEST(allowed_checks_warn)
{
	static const enum code codes[] = {
	    CODE_CERTIFICATE_EXPIRED, CODE_CERTIFICATE_NOT_YET_VALID, CODE_CERTIFICATE_REVOKED};

	row.existing.has_not_after = false;
	row.certificate.revoked = true;
	row.certificate.not_before = NOW + 1;
	row.certificate.not_after = NOW;
	check_row();
	ck_assert_uint_eq(messages.count, 3);
	for (size_t i = 0; i < 3; i++) {
		policy.allow |= CODE_BIT(codes[i]);
		check_row();
		ck_assert_uint_eq(messages.count, 3);
		for (size_t m = 0; m < 3; m++)
			ck_assert(messages.items[m].rejects ==
				  ((policy.allow & CODE_BIT(messages.items[m].code)) == 0));
		ck_assert(messages_reject(&messages) == (i < 2));
	}
	ck_assert_int_eq(messages.items[0].code, CODE_CERTIFICATE_EXPIRED);
	ck_assert_int_eq(messages.items[1].code, CODE_CERTIFICATE_NOT_YET_VALID);
	ck_assert_int_eq(messages.items[2].code, CODE_CERTIFICATE_REVOKED);
}
END_TEST

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
existing_expires_first(void)
{
	set_job_time(row.existing.not_after + 1);
}

static const struct {
	enum code code;
	void (*change)(void);
	const char *said;
} warnings[] = {
    {CODE_WEAKER_KEY, shorter_key, "weaker-key: RSA of 1024 bits, the existing one has 2048"},
    {CODE_WEAKER_KEY, shorter_key_in_other_letters,
	"weaker-key: rsa of 2047 bits, the existing one has 2048"},
    {CODE_EXPIRES_EARLIER, expires_earlier,
	"expires-earlier: the new certificate expires at 2030-01-30T23:59:59.999Z, the existing "
	"one "
	"at 2030-01-31T00:00:00Z"},
    {CODE_ISSUER_CHANGED, other_issuer,
	"issuer-changed: the new certificate has another issuer than the existing one"},
    {CODE_NEW_IS_ISSUER, new_is_issuer,
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
    unknown_new_end, issuer_in_other_letters, unknown_old_issuer, unknown_new_issuer, self_signed,
    unknown_subjects, due_as_the_existing_expires, refused_job_time};

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

/* ---- refusals of locations ------------------------------------------------------------------ */

/* The reasons to refuse a location in the order of their precedence. */
static void
not_approved(void)
{
	locations[0].store.approved = false;
}

static void
no_permission(void)
{
	locations[0].store.may_schedule = false;
}

static void
add_not_supported(void)
{
	locations[0].store.add_supported = false;
}

static void
agent_unavailable(void)
{
	locations[0].store.agent_available = false;
}

static void
password_required(void)
{
	locations[0].store.entry_password = NEED_REQUIRED;
}

static void
key_required(void)
{
	locations[0].store.private_key = NEED_REQUIRED;
	row.certificate.has_private_key = FACT_NO;
}

static void
already_replaced(void)
{
	locations[0].succeeded = (struct job_facts){31, 4, JOB_COMPLETED, 200};
}

static void
pending(void)
{
	locations[0].active = (struct job_facts){32, 5, JOB_WAITING, 300};
}

static const struct {
	void (*change)(void);
	enum code code;
	const char *said;
} refusals[] = {
    {not_approved, CODE_NOT_APPROVED, "not-approved: the store is not approved"},
    {no_permission, CODE_NO_PERMISSION,
	"no-permission: the operator may not schedule jobs for the store"},
    {add_not_supported, CODE_ADD_NOT_SUPPORTED,
	"add-not-supported: the store's type does not support adding certificates"},
    {agent_unavailable, CODE_AGENT_UNAVAILABLE,
	"agent-unavailable: no approved agent is assigned to the store"},
    {password_required, CODE_ENTRY_PASSWORD_REQUIRED,
	"entry-password-required: the store's type requires an entry password: expected a "
	"Password"},
    {key_required, CODE_PRIVATE_KEY_REQUIRED,
	"private-key-required: the store's type requires a private key, and the new certificate "
	"has none"},
    {already_replaced, CODE_ALREADY_REPLACED,
	"already-replaced: job 31 of run 4 put the new certificate there already"},
    {pending, CODE_JOB_PENDING,
	"job-pending: job 32 of run 5 for certificate 300 is active (Waiting)"},
};
#define REFUSALS (sizeof(refusals) / sizeof(refusals[0]))

START_TEST(refuses)
{
	refusals[_i].change();
	ck_assert_int_eq(replace_location(&policy, &row, &locations[0], &messages), ACTION_REFUSE);
	ck_assert_str_eq(said(), refusals[_i].said);
	ck_assert_int_eq(messages.items[0].code, refusals[_i].code);
	ck_assert_int_eq(messages.items[0].location, 1);
	ck_assert(!messages.items[0].rejects); /* the location, not the row */
	ck_assert_int_eq(code_kind(messages.items[0].code), CODE_STORE);
	/* The other location has nothing of it. */
	messages_clear(&messages);
	row.certificate.has_private_key = FACT_YES;
	ck_assert_int_eq(replace_location(&policy, &row, &locations[1], &messages), ACTION_CREATE);
	ck_assert_uint_eq(messages.count, 0);
}
END_TEST

/* Of all that hold from one on, that one is told. */
START_TEST(tells_the_first_reason)
{
	for (size_t i = (size_t)_i; i < REFUSALS; i++)
		refusals[i].change();
	policy.pending = PENDING_SUPERSEDE;
	replace_location(&policy, &row, &locations[0], &messages);
	ck_assert_uint_eq(messages.count, 1);
	ck_assert_int_eq(messages.items[0].code,
	    refusals[_i].code == CODE_JOB_PENDING ? CODE_JOB_SUPERSEDED : refusals[_i].code);
}
END_TEST

START_TEST(entry_passwords)
{
	static const struct {
		enum need need;
		const char *password;
		enum action action;
	} cases[] = {
	    {NEED_REQUIRED, NULL, ACTION_REFUSE}, {NEED_REQUIRED, "secret", ACTION_CREATE},
	    {NEED_REQUIRED, " ", ACTION_CREATE}, {NEED_OPTIONAL, NULL, ACTION_CREATE},
	    {NEED_OPTIONAL, "secret", ACTION_CREATE}, {NEED_FORBIDDEN, NULL, ACTION_CREATE},
	    {NEED_FORBIDDEN, "secret", ACTION_CREATE}, /* the job gets none */
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		locations[0].store.entry_password = cases[i].need;
		request.password = cases[i].password;
		ck_assert_int_eq(
		    replace_location(&policy, &row, &locations[0], &messages), cases[i].action);
	}
	ck_assert_uint_eq(messages.count, 1);
}
END_TEST

START_TEST(private_keys)
{
	static const enum code expected[3][3] = {
	    /* FACT_UNKNOWN, FACT_NO, FACT_YES */
	    [NEED_FORBIDDEN] = {CODE_COUNT, CODE_COUNT, CODE_PRIVATE_KEY_FORBIDDEN},
	    [NEED_OPTIONAL] = {CODE_COUNT, CODE_COUNT, CODE_COUNT},
	    [NEED_REQUIRED] = {CODE_COUNT, CODE_PRIVATE_KEY_REQUIRED, CODE_COUNT},
	};

	row.existing.has_private_key = FACT_UNKNOWN; /* the existing one's does not matter */
	for (int need = NEED_FORBIDDEN; need <= NEED_REQUIRED; need++) {
		for (int fact = FACT_UNKNOWN; fact <= FACT_YES; fact++) {
			enum code code = expected[need][fact];

			messages_clear(&messages);
			locations[0].store.private_key = (enum need)need;
			row.certificate.has_private_key = (enum fact)fact;
			ck_assert_int_eq(replace_location(&policy, &row, &locations[0], &messages),
			    code == CODE_COUNT ? ACTION_CREATE : ACTION_REFUSE);
			ck_assert_uint_eq(messages.count, code != CODE_COUNT);
			ck_assert(code == CODE_COUNT || messages.items[0].code == code);
		}
	}
	ck_assert_str_eq(code_text(CODE_PRIVATE_KEY_FORBIDDEN),
	    "the store's type forbids a private key, and the new certificate has one");
}
END_TEST

/* ---- active jobs ---------------------------------------------------------------------------- */

#define KEPT "job-kept: job 32 of run 5 installs the same certificate and is kept"
#define SUPERSEDED "job-superseded: job 32 of run 5 is replaced by the new one"
#define PENDING(certificate, status) \
	"job-pending: job 32 of run 5 for certificate " certificate " is active (" status ")"

static const struct {
	enum pending pending;
	enum job_status status;
	int64_t certificate; /* of the active job; the row's is 200 */
	enum action action;
	const char *said;
} jobs[] = {
    {PENDING_REFUSE, JOB_WAITING, 200, ACTION_REFUSE, PENDING("200", "Waiting")},
    {PENDING_REFUSE, JOB_WAITING, 300, ACTION_REFUSE, PENDING("300", "Waiting")},
    {PENDING_REFUSE, JOB_IN_PROCESS, 200, ACTION_REFUSE, PENDING("200", "InProcess")},
    {PENDING_REFUSE, JOB_IN_PROCESS, 300, ACTION_REFUSE, PENDING("300", "InProcess")},
    {PENDING_REFUSE, JOB_WILL_RETRY, 200, ACTION_REFUSE, PENDING("200", "CompletedWillRetry")},
    {PENDING_REFUSE, JOB_WILL_RETRY, 300, ACTION_REFUSE, PENDING("300", "CompletedWillRetry")},
    {PENDING_KEEP, JOB_WAITING, 200, ACTION_KEEP, KEPT},
    {PENDING_KEEP, JOB_WAITING, 300, ACTION_REFUSE, PENDING("300", "Waiting")},
    {PENDING_KEEP, JOB_IN_PROCESS, 200, ACTION_KEEP, KEPT},
    {PENDING_KEEP, JOB_IN_PROCESS, 300, ACTION_REFUSE, PENDING("300", "InProcess")},
    {PENDING_KEEP, JOB_WILL_RETRY, 200, ACTION_KEEP, KEPT},
    {PENDING_KEEP, JOB_WILL_RETRY, 300, ACTION_REFUSE, PENDING("300", "CompletedWillRetry")},
    {PENDING_SUPERSEDE, JOB_WAITING, 200, ACTION_SUPERSEDE, SUPERSEDED},
    {PENDING_SUPERSEDE, JOB_WAITING, 300, ACTION_SUPERSEDE, SUPERSEDED},
    {PENDING_SUPERSEDE, JOB_IN_PROCESS, 200, ACTION_REFUSE, PENDING("200", "InProcess")},
    {PENDING_SUPERSEDE, JOB_IN_PROCESS, 300, ACTION_REFUSE, PENDING("300", "InProcess")},
    {PENDING_SUPERSEDE, JOB_WILL_RETRY, 200, ACTION_SUPERSEDE, SUPERSEDED},
    {PENDING_SUPERSEDE, JOB_WILL_RETRY, 300, ACTION_SUPERSEDE, SUPERSEDED},
};

START_TEST(meets_an_active_job)
{
	policy.pending = jobs[_i].pending;
	locations[0].active = (struct job_facts){32, 5, jobs[_i].status, jobs[_i].certificate};
	ck_assert_int_eq(
	    replace_location(&policy, &row, &locations[0], &messages), jobs[_i].action);
	ck_assert_str_eq(said(), jobs[_i].said);
	ck_assert_int_eq(messages.items[0].location, 1);
	ck_assert(!messages_reject(&messages));
}
END_TEST

/* A store that would be refused does not keep or replace a job. */
START_TEST(a_refusal_comes_before_a_job)
{
	locations[0].active = (struct job_facts){32, 5, JOB_WAITING, 200};
	not_approved();
	for (int i = PENDING_REFUSE; i <= PENDING_SUPERSEDE; i++) {
		policy.pending = (enum pending)i;
		messages_clear(&messages);
		ck_assert_int_eq(
		    replace_location(&policy, &row, &locations[0], &messages), ACTION_REFUSE);
		ck_assert_str_eq(said(), "not-approved: the store is not approved");
	}
}
END_TEST

#define LOOP(test, table) \
	tcase_add_loop_test(tests, test, 0, (int)(sizeof(table) / sizeof((table)[0])))

int
main(void)
{
	Suite *suite = suite_create("replace");
	TCase *tests = tcase_create("replace");

	tcase_add_checked_fixture(tests, enter, leave);
	tcase_add_test(tests, due_is_the_later_time);
	tcase_add_test(tests, due_is_the_window_start);
	tcase_add_test(tests, window_has_its_start_and_not_its_end);
	tcase_add_test(tests, window_that_is_over_has_nothing);
	tcase_add_test(tests, good_facts_say_nothing);
	tcase_add_test(tests, unknown_certificates);
	tcase_add_test(tests, requests);
	tcase_add_test(tests, same_certificate);
	tcase_add_test(tests, no_location_and_too_many);
	tcase_add_test(tests, validity_has_its_start_and_not_its_end);
	tcase_add_test(tests, revoked);
	tcase_add_test(tests, allowed_checks_warn);
	LOOP(warns, warnings);
	LOOP(says_nothing, silent);
	tcase_add_test(tests, tells_everything);
	tcase_add_test(tests, several_aliases);
	tcase_add_test(tests, stale_inventory);
	tcase_add_test(tests, stale_once_a_store);
	LOOP(refuses, refusals);
	LOOP(tells_the_first_reason, refusals);
	tcase_add_test(tests, entry_passwords);
	tcase_add_test(tests, private_keys);
	LOOP(meets_an_active_job, jobs);
	tcase_add_test(tests, a_refusal_comes_before_a_job);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
