#include "model/job.h"
#include "reconcile/since.h"

#include "scratch.h"

#define STORE "00000001-0000-4000-8000-000000000000"
#define HEADER                                                              \
	"Verdict,Run,Line,JobId,CertStoreId,StorePath,ClientMachine,Alias," \
	"ExistingCertificateId,CertificateId,JobTime,Status,Result,InventoriedAt,Text\n"

static const struct reconcile_job job = {
    .id = 7, .existing = 101, .certificate = 201, .place.store = STORE};

static char folder[64];

static void
enter(void)
{
	scratch_enter(folder);
}

static void
leave(void)
{
	scratch_leave(folder);
}

static struct since *
read_good(void)
{
	struct error err = {0};
	struct since *since = since_read("report.csv", NULL, &err);

	ck_assert_msg(since != NULL, "%s", err.text);
	return since;
}

/* A report with one job. */
static void
write_job(const char *verdict)
{
	char text[1024];

	snprintf(text, sizeof(text), HEADER "%s,1,2,7," STORE ",/p,m,web,101,201,,Waiting,,,\n",
	    verdict);
	scratch_write("report.csv", text);
}

/* Deployed and replaced; scheduled and waiting; unverified and overdue; the others. */
static int
rank(enum verdict verdict)
{
	static const int ranks[VERDICT_COUNT] = {
	    [VERDICT_DEPLOYED] = 1,
	    [VERDICT_REPLACED] = 1,
	    [VERDICT_SCHEDULED] = 2,
	    [VERDICT_WAITING] = 2,
	    [VERDICT_UNVERIFIED] = 3,
	    [VERDICT_OVERDUE] = 3,
	    [VERDICT_STORE_GONE] = 4,
	    [VERDICT_LEFTOVER] = 4,
	    [VERDICT_FAILED] = 4,
	    [VERDICT_OVERWRITTEN] = 4,
	    [VERDICT_NOT_DEPLOYED] = 4,
	    [VERDICT_MISSING] = 4,
	};

	ck_assert_int_ne(ranks[verdict], 0);
	return ranks[verdict];
}

START_TEST(each_verdict_after_each)
{
	for (int before = 0; before < VERDICT_COUNT; before++) {
		struct since *since;

		write_job(verdict_word((enum verdict)before));
		since = read_good();
		for (int now = 0; now < VERDICT_COUNT; now++) {
			int order = rank((enum verdict)now) - rank((enum verdict)before);
			enum change change = CHANGE_COUNT;
			struct error err = {0};

			ck_assert_int_eq(
			    since_job(since, &job, (enum verdict)now, &change, &err), 0);
			ck_assert_int_eq(change, order < 0   ? CHANGE_BETTER
						 : order > 0 ? CHANGE_WORSE
							     : CHANGE_SAME);
		}
		since_free(since);
	}
}
END_TEST

static int
count_missing(void *closure, int64_t id, const struct value *values, struct error *err)
{
	int *count = closure;

	(void)err;
	ck_assert_int_eq(id, 7);
	ck_assert_str_eq(values[SINCE_Alias].text, "web");
	++*count;
	return 0;
}

START_TEST(what_was_not_met_is_missing)
{
	struct reconcile_job other = job;
	enum change change;
	struct error err = {0};
	struct since *since;
	size_t count;
	int missing = 0;

	write_job("failed");
	since = read_good();
	ck_assert_str_eq(since_name(since), "report.csv");
	ck_assert_int_eq(since_jobs(since, &count)[0], 7);
	ck_assert_uint_eq(count, 1);
	other.id = 8;
	ck_assert_int_eq(since_job(since, &other, VERDICT_FAILED, &change, &err), 0);
	ck_assert_int_eq(change, CHANGE_NEW);
	ck_assert_int_eq(since_each_missing(since, count_missing, &missing, &err), 0);
	ck_assert_int_eq(missing, 1);
	ck_assert_int_eq(since_job(since, &job, VERDICT_FAILED, &change, &err), 0);
	ck_assert_int_eq(since_job(since, &job, VERDICT_FAILED, &change, &err), 0);
	ck_assert_int_eq(since_each_missing(since, count_missing, &missing, &err), 0);
	ck_assert_int_eq(missing, 1);
	since_free(since);
	since_free(NULL);
}
END_TEST

/* The file is read once more: it must be what it was. */
START_TEST(a_report_that_changed_meanwhile)
{
	struct error err = {0};
	struct since *since;
	int missing = 0;

	write_job("failed");
	since = read_good();
	write_job("not-deployed");
	ck_assert_int_eq(since_each_missing(since, count_missing, &missing, &err), -1);
	ck_assert_int_eq(err.code, ERROR_INPUT);
	ck_assert_int_eq(missing, 0);
	since_free(since);
}
END_TEST

START_TEST(stops)
{
	volatile sig_atomic_t interrupted = 2;
	struct error err = {0};

	write_job("failed");
	ck_assert_ptr_null(since_read("report.csv", &interrupted, &err));
	ck_assert_int_eq(err.code, 130);
	ck_assert_str_eq(err.text, "interrupted");
}
END_TEST

START_TEST(findings)
{
	struct reconcile_finding found = {
	    .certificate = 101, .place = {.store = STORE, .alias = "a;=b"}};
	struct error err = {0};
	struct since *since;

	scratch_write("report.csv", HEADER "expired-in-use,,,," STORE ",/p,m,a;'=b,101,,,,,,\n"
					   "unknown-in-inventory,,,," STORE ",/p,m,x,,,,,,,\n");
	since = read_good();
	ck_assert_int_eq(since_finding(since, &found, FINDING_EXPIRED_IN_USE), CHANGE_SAME);
	ck_assert_int_eq(since_finding(since, &found, FINDING_REVOKED_IN_USE), CHANGE_NEW);
	found.certificate = 102;
	ck_assert_int_eq(since_finding(since, &found, FINDING_EXPIRED_IN_USE), CHANGE_NEW);
	found.certificate = -1;
	found.place.alias = "x";
	ck_assert_int_eq(since_finding(since, &found, FINDING_UNKNOWN_IN_INVENTORY), CHANGE_SAME);
	ck_assert_int_eq(since_each_missing(since, NULL, NULL, &err), 0);
	since_free(since);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("since");
	TCase *tests = tcase_create("since");

	tcase_add_checked_fixture(tests, enter, leave);
	tcase_add_test(tests, each_verdict_after_each);
	tcase_add_test(tests, what_was_not_met_is_missing);
	tcase_add_test(tests, a_report_that_changed_meanwhile);
	tcase_add_test(tests, stops);
	tcase_add_test(tests, findings);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
