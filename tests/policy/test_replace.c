#include "policy.h"

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
	/* They have other Ids now. */
	row.existing.id_now = 77;
	row.certificate.id = 0;
	row.certificate.id_now = 78;
	ck_assert_str_eq(check_row(),
	    "unknown-existing-certificate: ExistingCertificateId: certificate 100 has the Id 77 "
	    "now: expected that; "
	    "unknown-certificate: CertificateId: certificate 200 has the Id 78 now: expected that");
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
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
