#include "model/job.h"
#include "reconcile/report.h"
#include "reconcile/describe.h"

#include "scratch.h"

#define OLD 101
#define NEW 201
#define THIRD 301

/* 2026-01-01T00:00:00Z and the hours after it. */
#define HOUR(n) (INT64_C(1767225600000) + (n)*INT64_C(3600000))

static const struct reconcile_options options = {.now = HOUR(9), .grace = 3600, .stale = 604800};

/* Waiting, due and created at 00:00, in a live store seen at 03:00 that holds the old one. */
static const struct reconcile_job usual = {
    .id = 7,
    .run = 1,
    .existing = OLD,
    .certificate = NEW,
    .due_at = HOUR(0),
    .created_at = HOUR(0),
    .status = JOB_WAITING,
    .known = true,
    .approved = true,
    .stands = true,
    .standing = OLD,
    .place = {.inventoried = true, .inventoried_at = HOUR(3)},
};

static enum verdict
judge(const struct reconcile_job *job)
{
	return verdict_of(job, options.now, options.grace);
}

static void
expect(const struct reconcile_job *job, enum verdict expected)
{
	enum verdict found = judge(job);

	ck_assert_msg(
	    found == expected, "%s, expected %s", verdict_word(found), verdict_word(expected));
}

/* Ended at 02:00, before the inventory. */
static struct reconcile_job
ended(enum job_status status, enum job_result result)
{
	struct reconcile_job job = usual;

	job.status = status;
	job.result = result;
	job.has_completed_at = true;
	job.completed_at = HOUR(2);
	return job;
}

/* One sentence or more, from its first letter to its last dot. */
static void
is_plain(const char *word, const char *text)
{
	size_t length = strlen(text);

	ck_assert_msg(length > 10 && text[0] >= 'A' && text[0] <= 'Z' && text[length - 1] == '.',
	    "%s: %s", word, text);
	ck_assert_msg(
	    strstr(text, "  ") == NULL && strpbrk(text, "\t\n\"") == NULL, "%s: %s", word, text);
}

START_TEST(vocabulary)
{
	static const char *const expected[] = {"store-gone", "deployed", "leftover", "replaced",
	    "scheduled", "waiting", "overdue", "failed", "unverified", "overwritten",
	    "not-deployed", "missing"};
	static const char *const found[] = {"unplanned-location", "expired-in-use",
	    "revoked-in-use", "stale-inventory", "unknown-in-inventory", "orphan-location",
	    "key-mismatch", "not-readable"};
	static const char *const changes[] = {"new", "worse", "better", "same", "gone"};

	ck_assert_int_eq(VERDICT_COUNT, sizeof(expected) / sizeof(expected[0]));
	for (int i = 0; i < VERDICT_COUNT; i++) {
		ck_assert_str_eq(verdict_word((enum verdict)i), expected[i]);
		is_plain(expected[i], verdict_text((enum verdict)i));
		is_plain(expected[i], verdict_why((enum verdict)i));
		is_plain(expected[i], verdict_remedy((enum verdict)i));
	}
	ck_assert_int_eq(FINDING_COUNT, sizeof(found) / sizeof(found[0]));
	for (int i = 0; i < FINDING_COUNT; i++) {
		ck_assert_str_eq(finding_word((enum finding)i), found[i]);
		is_plain(found[i], finding_text((enum finding)i));
		is_plain(found[i], finding_why((enum finding)i));
		is_plain(found[i], finding_remedy((enum finding)i));
	}
	ck_assert_int_eq(CHANGE_COUNT, sizeof(changes) / sizeof(changes[0]));
	for (int i = 0; i < CHANGE_COUNT; i++) {
		ck_assert_str_eq(change_word((enum change)i), changes[i]);
		is_plain(changes[i], change_text((enum change)i));
		is_plain(changes[i], change_why((enum change)i));
		is_plain(changes[i], change_remedy((enum change)i));
	}
	ck_assert_str_eq(change_word(CHANGE_COUNT), "unknown");
	ck_assert_str_eq(change_remedy((enum change) - 1), "unknown");
}
END_TEST

START_TEST(well)
{
	for (int i = 0; i < VERDICT_COUNT; i++) {
		struct reconcile_counts counts = {.jobs = 1};
		bool agrees = i == VERDICT_DEPLOYED || i == VERDICT_REPLACED ||
			      i == VERDICT_SCHEDULED || i == VERDICT_WAITING;

		counts.verdict[i] = 1;
		ck_assert(reconcile_is_well(&counts) == agrees);
		ck_assert(verdict_is_well((enum verdict)i) == agrees);
		counts.acknowledged[i] = !agrees;
		ck_assert(reconcile_is_well(&counts));
		counts.findings = 1;
		ck_assert(!reconcile_is_well(&counts));
	}
}
END_TEST

START_TEST(store_gone)
{
	struct reconcile_job job = ended(JOB_COMPLETED, RESULT_SUCCESS);

	job.removed = true;
	expect(&job, VERDICT_STORE_GONE);
	job.removed = false;
	job.approved = false;
	expect(&job, VERDICT_STORE_GONE);
	job.status = JOB_WAITING;
	expect(&job, VERDICT_STORE_GONE);
	job.approved = true;
	job.known = false;
	expect(&job, VERDICT_STORE_GONE);
}
END_TEST

/* What an inventory has shown stays so when nobody can look any more. */
START_TEST(before_store_gone)
{
	struct reconcile_job job = ended(JOB_COMPLETED, RESULT_SUCCESS);

	job.removed = true;
	job.standing = NEW;
	expect(&job, VERDICT_DEPLOYED);
	job.old_alias = "b";
	expect(&job, VERDICT_LEFTOVER);
	job.old_alias = NULL;
	job.standing = OLD;
	job.later_proven = 9;
	expect(&job, VERDICT_REPLACED);
	job.has_proven_at = true;
	expect(&job, VERDICT_DEPLOYED);
	job.has_proven_at = false;
	job.later = 9;
	expect(&job, VERDICT_DEPLOYED);
}
END_TEST

/* Proven once: whatever the status, and whatever the newest inventory shows. */
START_TEST(proven)
{
	for (int status = JOB_UNKNOWN; status <= JOB_WILL_RETRY; status++) {
		struct reconcile_job job = ended((enum job_status)status, RESULT_FAILURE);

		job.has_proven_at = true;
		job.proven_at = HOUR(1);
		expect(&job, VERDICT_DEPLOYED);
		job.standing = THIRD;
		job.old_alias = "b"; /* the new one is not there */
		expect(&job, VERDICT_DEPLOYED);
		job.stands = false;
		expect(&job, VERDICT_DEPLOYED);
		job.new_alias = "c";
		expect(&job, VERDICT_LEFTOVER);
		job.place.inventoried = false;
		expect(&job, VERDICT_DEPLOYED);
	}
}
END_TEST

START_TEST(replaced)
{
	struct reconcile_job job = ended(JOB_COMPLETED, RESULT_FAILURE);

	expect(&job, VERDICT_FAILED);
	job.later_proven = 9;
	expect(&job, VERDICT_REPLACED);
	job.status = JOB_WAITING;
	expect(&job, VERDICT_REPLACED);
	job.standing = NEW;
	expect(&job, VERDICT_DEPLOYED);
	job.place.inventoried_at = job.created_at;
	expect(&job, VERDICT_REPLACED);
}
END_TEST

/* An alias that is the thumbprint of the old certificate: the new one comes at another. */
START_TEST(named_by_old)
{
	struct reconcile_job job = ended(JOB_COMPLETED, RESULT_SUCCESS);

	job.named_by_old = true;
	job.old_alias = "its own";
	expect(&job, VERDICT_NOT_DEPLOYED);
	job.new_alias = "b";
	expect(&job, VERDICT_LEFTOVER);
	job.standing = THIRD;
	job.old_alias = NULL;
	expect(&job, VERDICT_DEPLOYED);
	job.named_by_old = false;
	expect(&job, VERDICT_OVERWRITTEN);
}
END_TEST

START_TEST(deployed_whatever_the_status)
{
	static const enum job_result results[] = {
	    RESULT_UNKNOWN, RESULT_SUCCESS, RESULT_WARNING, RESULT_FAILURE};

	for (int status = JOB_UNKNOWN; status <= JOB_WILL_RETRY; status++) {
		for (size_t i = 0; i < 4; i++) {
			struct reconcile_job job = ended((enum job_status)status, results[i]);

			job.standing = NEW;
			expect(&job, VERDICT_DEPLOYED);
			job.old_alias = "b";
			expect(&job, VERDICT_LEFTOVER);
			job.stands = false;
			job.new_alias = "c";
			expect(&job, VERDICT_LEFTOVER);
			job.old_alias = NULL;
			expect(&job, VERDICT_DEPLOYED);
			job.due_at = HOUR(100); /* not even due */
			expect(&job, VERDICT_DEPLOYED);
		}
	}
}
END_TEST

/* The new one at another alias counts only where the job's alias is gone. */
START_TEST(another_alias)
{
	struct reconcile_job job = ended(JOB_COMPLETED, RESULT_SUCCESS);

	job.new_alias = "b";
	expect(&job, VERDICT_NOT_DEPLOYED);
	job.standing = THIRD;
	expect(&job, VERDICT_OVERWRITTEN);
	job.stands = false;
	expect(&job, VERDICT_DEPLOYED);
}
END_TEST

START_TEST(newer_than_creation)
{
	struct reconcile_job job = usual;

	job.standing = NEW;
	job.place.inventoried_at = job.created_at + 1;
	expect(&job, VERDICT_DEPLOYED);
	job.place.inventoried_at = job.created_at;
	expect(&job, VERDICT_OVERDUE);
	job.place.inventoried_at = INT64_MAX;
	job.place.inventoried = false;
	expect(&job, VERDICT_OVERDUE);
}
END_TEST

START_TEST(replaced_again)
{
	struct reconcile_job job = ended(JOB_ACKNOWLEDGED, RESULT_SUCCESS);

	job.later = 9;
	job.standing = THIRD;
	expect(&job, VERDICT_DEPLOYED);
	job.stands = false;
	expect(&job, VERDICT_DEPLOYED);
	job.stands = true;
	job.standing = OLD; /* rolled back */
	job.old_alias = "b";
	expect(&job, VERDICT_DEPLOYED);
	job.place.inventoried = false;
	expect(&job, VERDICT_DEPLOYED);
	job.place.inventoried = true;
	job.standing = NEW; /* the later one has not changed it yet */
	expect(&job, VERDICT_LEFTOVER);
}
END_TEST

START_TEST(by_due_time)
{
	static const enum job_status statuses[] = {
	    JOB_UNKNOWN, JOB_WAITING, JOB_IN_PROCESS, JOB_WILL_RETRY};

	for (size_t i = 0; i < 4; i++) {
		struct reconcile_job job = usual;

		job.status = statuses[i];
		job.result = statuses[i] == JOB_WILL_RETRY ? RESULT_FAILURE : RESULT_UNKNOWN;
		for (int standing = 0; standing < 3; standing++) {
			job.stands = standing > 0;
			job.standing = standing == 1 ? OLD : THIRD;
			job.due_at = options.now + 1;
			expect(&job, VERDICT_SCHEDULED);
			job.due_at = options.now;
			expect(&job, VERDICT_WAITING);
			job.due_at = options.now - 3600000;
			expect(&job, VERDICT_WAITING);
			job.due_at--;
			expect(&job, VERDICT_OVERDUE);
			job.due_at = INT64_MIN;
			expect(&job, VERDICT_OVERDUE);
			job.due_at = INT64_MAX;
			expect(&job, VERDICT_SCHEDULED);
		}
	}
}
END_TEST

START_TEST(grace)
{
	struct reconcile_options patient = options;
	struct reconcile_job job = usual;

	patient.grace = 0;
	job.due_at = patient.now;
	ck_assert_int_eq(verdict_of(&job, patient.now, patient.grace), VERDICT_WAITING);
	job.due_at--;
	ck_assert_int_eq(verdict_of(&job, patient.now, patient.grace), VERDICT_OVERDUE);
	patient.grace = INT64_C(1) << 53; /* the most that the command line takes */
	job.due_at = 0;
	ck_assert_int_eq(verdict_of(&job, patient.now, patient.grace), VERDICT_WAITING);
}
END_TEST

START_TEST(failed)
{
	struct reconcile_job job = ended(JOB_COMPLETED, RESULT_FAILURE);

	expect(&job, VERDICT_FAILED);
	job.status = JOB_ACKNOWLEDGED;
	expect(&job, VERDICT_FAILED);
	job.standing = THIRD;
	expect(&job, VERDICT_FAILED);
	job.stands = false;
	expect(&job, VERDICT_FAILED);
	job.place.inventoried = false; /* a report of failure needs no inventory */
	expect(&job, VERDICT_FAILED);
	job.status = JOB_WILL_RETRY;
	expect(&job, VERDICT_OVERDUE);
}
END_TEST

/* A store that was not looked at since proves nothing: never missing. */
START_TEST(unverified)
{
	for (int standing = 0; standing < 3; standing++) {
		struct reconcile_job job = ended(JOB_COMPLETED, RESULT_WARNING);

		job.stands = standing > 0;
		job.standing = standing == 1 ? OLD : THIRD;
		job.place.inventoried_at = job.completed_at;
		expect(&job, VERDICT_UNVERIFIED);
		job.place.inventoried = false;
		expect(&job, VERDICT_UNVERIFIED);
		job = ended(JOB_ACKNOWLEDGED, RESULT_SUCCESS);
		job.has_completed_at = false;
		expect(&job, VERDICT_UNVERIFIED);
		job = ended(JOB_COMPLETED, RESULT_UNKNOWN);
		job.completed_at = HOUR(-2); /* a clock that went back */
		job.place.inventoried_at = HOUR(-1);
		expect(&job, VERDICT_UNVERIFIED);
	}
}
END_TEST

START_TEST(by_what_stands_there)
{
	static const enum job_result results[] = {RESULT_UNKNOWN, RESULT_SUCCESS, RESULT_WARNING};

	for (size_t i = 0; i < 3; i++) {
		struct reconcile_job job = ended(JOB_COMPLETED, results[i]);

		job.place.inventoried_at = job.completed_at + 1;
		expect(&job, VERDICT_NOT_DEPLOYED);
		job.standing = THIRD;
		expect(&job, VERDICT_OVERWRITTEN);
		job.standing = -5; /* seen in a store, not known to the server */
		expect(&job, VERDICT_OVERWRITTEN);
		job.stands = false;
		expect(&job, VERDICT_MISSING);
		job.old_alias = "b";
		expect(&job, VERDICT_NOT_DEPLOYED);
	}
}
END_TEST

/* ---- texts ------------------------------------------------------------------------------ */

static void
describes(const struct reconcile_job *job, const char *expected)
{
	struct buffer text = {0};

	reconcile_describe_job(&text, job, judge(job), options.grace);
	ck_assert_str_eq(text.bytes, expected);
	buffer_release(&text);
}

START_TEST(job_texts)
{
	struct reconcile_job job = usual;

	describes(&job, "due since 2026-01-01T00:00:00Z, longer than the grace of 3600 s");
	job.due_at = HOUR(8);
	describes(&job, "due since 2026-01-01T08:00:00Z");
	job.due_at = HOUR(10);
	describes(&job, "due at 2026-01-01T10:00:00Z");
	job = ended(JOB_COMPLETED, RESULT_FAILURE);
	describes(&job, "the agent reported failure at 2026-01-01T02:00:00Z");
	job.message = "access denied";
	describes(&job, "the agent reported failure at 2026-01-01T02:00:00Z: access denied");
	job.has_completed_at = false;
	describes(&job, "the agent reported failure: access denied");
	job = ended(JOB_COMPLETED, RESULT_SUCCESS);
	describes(&job, "certificate 101 stands there still, seen 2026-01-01T03:00:00Z");
	job.standing = THIRD;
	job.thumbprint = "AB12";
	describes(
	    &job, "certificate 301, thumbprint AB12, stands there, seen 2026-01-01T03:00:00Z");
	job.standing = -1;
	describes(&job,
	    "an unknown certificate, thumbprint AB12, stands there, seen 2026-01-01T03:00:00Z");
	job.stands = false;
	describes(&job, "nothing stands there any more, seen 2026-01-01T03:00:00Z");
	job.later = 8;
	describes(&job, "certificate 201 was there when job 8 was made, which replaces it again");
	job.later = 0;
	job.later_proven = 9;
	describes(&job, "job 9, a later one of the location, is deployed");
	job.later_proven = 0;
	job.removed = true;
	describes(&job, "the store was removed");
	job.known = false;
	describes(&job, "the store is not in the inventory");
}
END_TEST

/* Of a job that was proven: what was there, and what is now. */
START_TEST(proven_texts)
{
	struct reconcile_job job = ended(JOB_COMPLETED, RESULT_SUCCESS);

	job.has_proven_at = true;
	job.proven_at = HOUR(2);
	describes(&job,
	    "certificate 201 was there, seen 2026-01-01T02:00:00Z; certificate 101 stands there, "
	    "seen 2026-01-01T03:00:00Z");
	job.standing = THIRD;
	job.thumbprint = "AB12";
	job.later = 8;
	describes(&job,
	    "certificate 201 was there, seen 2026-01-01T02:00:00Z; certificate 301, thumbprint "
	    "AB12, stands there, seen 2026-01-01T03:00:00Z");
	job.stands = false;
	describes(&job,
	    "certificate 201 was there, seen 2026-01-01T02:00:00Z; nothing stands there any more, "
	    "seen 2026-01-01T03:00:00Z");
	job.new_alias = "b";
	describes(&job, "certificate 201 stands at alias b, seen 2026-01-01T03:00:00Z");
	job.new_alias = NULL;
	job.removed = true;
	describes(
	    &job, "certificate 201 was there, seen 2026-01-01T02:00:00Z; the store was removed");
}
END_TEST

static void
finds(enum finding finding, struct reconcile_finding found, const char *expected)
{
	struct buffer text = {0};

	reconcile_describe_finding(&text, &found, finding);
	ck_assert_str_eq(text.bytes, expected);
	buffer_release(&text);
}

START_TEST(refusal_texts)
{
	struct reconcile_finding found = {.certificate = 9,
	    .thumbprint = "AB12",
	    .elsewhere = true,
	    .refusal = {.run = 3, .line = 12, .code = CODE_AGENT_UNAVAILABLE}};

	finds(FINDING_UNPLANNED_LOCATION, found,
	    "certificate 9, thumbprint AB12, is replaced elsewhere, but this location was refused "
	    "in run 3, line 12: agent-unavailable: no approved agent is assigned to the store");
	found.elsewhere = false;
	found.refusal.code = CODE_JOB_PENDING;
	found.refusal.text = "job 7 is active";
	finds(FINDING_UNPLANNED_LOCATION, found,
	    "certificate 9, thumbprint AB12, is still there, and this location was refused in run "
	    "3, line 12: job-pending: job 7 is active");
}
END_TEST

START_TEST(finding_texts)
{
	struct reconcile_finding found = {.certificate = 9,
	    .thumbprint = "AB12",
	    .at = HOUR(1),
	    .place = {.inventoried = true, .inventoried_at = HOUR(3)}};

	finds(FINDING_UNPLANNED_LOCATION, found,
	    "certificate 9, thumbprint AB12, is replaced elsewhere, but no job covers this "
	    "location");
	finds(FINDING_EXPIRED_IN_USE, found,
	    "certificate 9, thumbprint AB12, expired at 2026-01-01T01:00:00Z");
	finds(FINDING_REVOKED_IN_USE, found,
	    "certificate 9, thumbprint AB12, was revoked at 2026-01-01T01:00:00Z");
	finds(FINDING_ORPHAN_LOCATION, found,
	    "certificate 9, thumbprint AB12, stands in a store that was removed, seen "
	    "2026-01-01T03:00:00Z");
	finds(FINDING_KEY_MISMATCH, found,
	    "certificate 9, thumbprint AB12, is there, but the key beside it is not its own, seen "
	    "2026-01-01T03:00:00Z");
	found.certificate = -1;
	finds(FINDING_UNKNOWN_IN_INVENTORY, found,
	    "an unknown certificate, thumbprint AB12, stands there, seen 2026-01-01T03:00:00Z");
	found.certificate = 0;
	finds(FINDING_STALE_INVENTORY, found, "the store was last looked at 2026-01-01T03:00:00Z");
	found.place.inventoried = false;
	finds(FINDING_STALE_INVENTORY, found, "the store was never looked at");
}
END_TEST

START_TEST(not_readable_texts)
{
	struct reconcile_finding found = {.at = HOUR(4),
	    .why = UNREADABLE_UNSUPPORTED_ALGORITHM,
	    .why_text = "it is encrypted with RC2-40",
	    .place = {.inventoried = true, .inventoried_at = HOUR(3)}};

	finds(FINDING_NOT_READABLE, found,
	    "unsupported-algorithm: it is encrypted with RC2-40, tried at 2026-01-01T04:00:00Z; "
	    "the inventory of 2026-01-01T03:00:00Z still holds");
	found.why = UNREADABLE_ABSENT;
	found.why_text = "";
	finds(FINDING_NOT_READABLE, found,
	    "absent: there is no such file, tried at 2026-01-01T04:00:00Z; the inventory of "
	    "2026-01-01T03:00:00Z still holds");
	found.why_text = NULL;
	found.place.inventoried = false;
	finds(FINDING_NOT_READABLE, found,
	    "absent: there is no such file, tried at 2026-01-01T04:00:00Z; the store was never "
	    "looked at");
}
END_TEST

/* ---- words of jobs ---------------------------------------------------------------------- */

START_TEST(job_words)
{
	static const char *const words[] = {
	    "Unknown", "Waiting", "InProcess", "Completed", "Acknowledged", "CompletedWillRetry"};
	enum job_status status;
	char digit[] = "0";

	for (int i = 0; i < 6; i++) {
		digit[0] = (char)('0' + i);
		ck_assert_str_eq(job_status_word(i), words[i]);
		ck_assert(job_status_parse(words[i], &status) && (int)status == i);
		ck_assert(job_status_parse(digit, &status) && (int)status == i);
	}
	ck_assert(job_status_parse("INPROCESS", &status) && status == JOB_IN_PROCESS);
	ck_assert(!job_status_parse("6", &status));
	ck_assert(!job_status_parse("01", &status));
	ck_assert(!job_status_parse("", &status));
	ck_assert_ptr_null(job_status_word(6));
	ck_assert_ptr_null(job_status_word(-1));
	ck_assert_str_eq(job_result_word(RESULT_UNKNOWN), "Unknown");
	ck_assert_ptr_null(job_result_word(1));
	ck_assert_str_eq(job_result_word(RESULT_SUCCESS), "Success");
	ck_assert_str_eq(job_result_word(RESULT_WARNING), "Warning");
	ck_assert_str_eq(job_result_word(RESULT_FAILURE), "Failure");
	ck_assert_ptr_null(job_result_word(5));
}
END_TEST

/* ---- the loop --------------------------------------------------------------------------- */

static int
report_of_nothing(int64_t run, const volatile sig_atomic_t *stop, struct error *err)
{
	struct reconcile_options what = {
	    .choice = {.runs = &run, .run_count = run != 0, .stop = stop}, .now = HOUR(9)};
	struct reconcile_counts counts;
	struct database *db;
	struct outfile *file;
	struct writer *writer;
	int rc;

	ck_assert_int_eq(db_create("inventory.db", err), 0);
	db = db_open("inventory.db", DB_READ, err);
	file = outfile_open("report.csv", err);
	writer = writer_new(file, OUTPUT_CSV, reconcile_columns, REPORT_COLUMNS_ALONE);
	rc = reconcile_report(db, &what, writer, &counts, err);
	ck_assert_uint_eq(counts.jobs + counts.findings, 0);
	writer_free(writer);
	outfile_discard(file);
	db_close(db);
	return rc;
}

START_TEST(stops)
{
	volatile sig_atomic_t none = 0, interrupted = 2;
	struct error err = {0};
	char folder[64];

	scratch_enter(folder);
	ck_assert_int_eq(report_of_nothing(0, &none, &err), 0);
	ck_assert_int_eq(unlink("inventory.db"), 0);
	ck_assert_int_eq(report_of_nothing(0, &interrupted, &err), -1);
	ck_assert_int_eq(err.code, 130);
	ck_assert_str_eq(err.text, "interrupted");
	ck_assert_int_eq(unlink("inventory.db"), 0);
	ck_assert_int_eq(report_of_nothing(5, &none, &err), -1);
	ck_assert_int_eq(err.code, ERROR_INPUT);
	ck_assert_str_eq(err.text, "no run 5: `pfxreplace runs` lists them");
	scratch_leave(folder);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("reconcile");
	TCase *tests = tcase_create("reconcile");

	tcase_add_test(tests, vocabulary);
	tcase_add_test(tests, well);
	tcase_add_test(tests, store_gone);
	tcase_add_test(tests, before_store_gone);
	tcase_add_test(tests, proven);
	tcase_add_test(tests, replaced);
	tcase_add_test(tests, named_by_old);
	tcase_add_test(tests, deployed_whatever_the_status);
	tcase_add_test(tests, another_alias);
	tcase_add_test(tests, newer_than_creation);
	tcase_add_test(tests, replaced_again);
	tcase_add_test(tests, by_due_time);
	tcase_add_test(tests, grace);
	tcase_add_test(tests, failed);
	tcase_add_test(tests, unverified);
	tcase_add_test(tests, by_what_stands_there);
	tcase_add_test(tests, job_texts);
	tcase_add_test(tests, proven_texts);
	tcase_add_test(tests, refusal_texts);
	tcase_add_test(tests, finding_texts);
	tcase_add_test(tests, not_readable_texts);
	tcase_add_test(tests, job_words);
	tcase_add_test(tests, stops);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
