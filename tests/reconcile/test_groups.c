#include "model/job.h"
#include "reconcile/groups.h"
#include "reconcile/reasons.h"

#include "scratch.h"

static const struct reconcile_words nothing_accepted;

START_TEST(words_and_columns)
{
	static const char *const words[] = {"container", "store-type", "machine", "run", "verdict"};

	for (int i = 0; i < 5; i++)
		ck_assert_str_eq(group_by_words[i], words[i]);
	ck_assert_ptr_null(group_by_words[5]);
	ck_assert_str_eq(group_by_column(GROUP_CONTAINER), "Container");
	ck_assert_str_eq(group_by_column(GROUP_VERDICT), "Verdict");
}
END_TEST

/* By run: names are not looked up in a database. */
START_TEST(further_groups_are_counted_together)
{
	struct groups *groups = groups_new(GROUP_RUN, &nothing_accepted);
	struct error err = {0};
	uint64_t jobs = 0;

	ck_assert_ptr_nonnull(groups);
	for (int again = 0; again < 2; again++)
		for (int64_t run = 1; run <= GROUPS_MOST + 5; run++) {
			const struct reconcile_job job = {.id = run, .run = run};

			ck_assert_int_eq(groups_add_job(groups, &job, VERDICT_DEPLOYED), 0);
		}
	ck_assert_int_eq(groups_end(groups, NULL, &err), 0);
	ck_assert_uint_eq(groups_count(groups), GROUPS_MOST + 1);
	ck_assert_str_eq(groups_get(groups, 0)->name, "(others)");
	ck_assert_uint_eq(groups_get(groups, 0)->jobs, 10);
	for (size_t i = 0; i < groups_count(groups); i++)
		jobs += groups_get(groups, i)->jobs;
	ck_assert_uint_eq(jobs, 2 * (GROUPS_MOST + 5));
	groups_free(groups);
	groups_free(NULL);
}
END_TEST

START_TEST(counts)
{
	static const struct {
		enum verdict verdict;
		enum job_status status;
	} jobs[] = {{VERDICT_DEPLOYED, JOB_COMPLETED}, {VERDICT_DEPLOYED, JOB_ACKNOWLEDGED},
	    {VERDICT_REPLACED, JOB_COMPLETED}, {VERDICT_SCHEDULED, JOB_WAITING},
	    {VERDICT_WAITING, JOB_WAITING}, {VERDICT_FAILED, JOB_ACKNOWLEDGED},
	    {VERDICT_MISSING, JOB_COMPLETED}, {VERDICT_OVERDUE, JOB_WAITING}};
	struct reconcile_words accepted = {.finding[FINDING_STALE_INVENTORY] = true};
	struct groups *groups = groups_new(GROUP_MACHINE, &accepted);
	const struct reconcile_finding found = {.place.machine = "m"};
	const struct group *group;
	struct group sum = {.jobs = 1, .open = 1};
	struct error err = {0};

	ck_assert_ptr_nonnull(groups);
	for (size_t i = 0; i < sizeof(jobs) / sizeof(jobs[0]); i++) {
		const struct reconcile_job job = {.status = jobs[i].status, .place.machine = "m"};

		ck_assert_int_eq(groups_add_job(groups, &job, jobs[i].verdict), 0);
	}
	for (int i = 0; i < FINDING_COUNT; i++)
		ck_assert_int_eq(groups_add_finding(groups, &found, (enum finding)i), 0);
	ck_assert_int_eq(groups_end(groups, NULL, &err), 0);
	ck_assert_uint_eq(groups_count(groups), 1);
	group = groups_get(groups, 0);
	ck_assert_str_eq(group->name, "m");
	ck_assert_uint_eq(group->jobs, 8);
	ck_assert_uint_eq(group->well, 3);
	ck_assert_uint_eq(group->pending, 2);
	ck_assert_uint_eq(group->acknowledged, 1);
	ck_assert_uint_eq(group->open, 2);
	ck_assert_uint_eq(group->findings, FINDING_COUNT - 1);
	group_add(&sum, group);
	ck_assert_uint_eq(sum.jobs, 9);
	ck_assert_uint_eq(sum.open, 3);
	ck_assert_uint_eq(sum.findings, FINDING_COUNT - 1);
	groups_free(groups);
}
END_TEST

static void
add_failure(struct reasons *reasons, const char *message, const char *path)
{
	const struct reconcile_job job = {
	    .status = JOB_COMPLETED, .message = message, .place.path = path};

	ck_assert_int_eq(reasons_add_job(reasons, &job, VERDICT_FAILED), 0);
}

START_TEST(reasons_without_numbers)
{
	static struct reasons reasons;
	char text[300];

	add_failure(&reasons, "error 12 of 345", "/a");
	add_failure(&reasons, "error 6 of 7", "/b");
	add_failure(&reasons, "error of 7", NULL);
	add_failure(&reasons, NULL, "/c");
	add_failure(&reasons, "", "/d");
	ck_assert_uint_eq(reasons.count, 3);
	reasons_sort(&reasons);
	ck_assert_str_eq(reasons.items[0].particular, "");
	ck_assert_str_eq(reasons.items[0].examples[1], "/d");
	ck_assert_str_eq(reasons.items[1].particular, "error # of #");
	ck_assert_uint_eq(reasons.items[1].count, 2);
	ck_assert_str_eq(reasons.items[1].examples[1], "/b");
	ck_assert_ptr_null(reasons.items[1].examples[2]);
	ck_assert_ptr_null(reasons.items[2].examples[0]);
	reasons_release(&reasons);
	memset(text, 'x', sizeof(text));
	memcpy(text + REASON_TEXT - 1, "\xc3\xa9", 2);
	text[sizeof(text) - 1] = '\0';
	add_failure(&reasons, text, "/a");
	ck_assert_uint_eq(strlen(reasons.items[0].particular), REASON_TEXT - 1);
	memcpy(text + REASON_TEXT - 2, "\xc3\xa9", 2);
	add_failure(&reasons, text, "/a");
	ck_assert_uint_eq(strlen(reasons.items[1].particular), REASON_TEXT);
	reasons_release(&reasons);
	ck_assert_uint_eq(reasons.count, 0);
}
END_TEST

START_TEST(further_reasons_are_counted_by_their_word)
{
	static struct reasons reasons;
	const struct reconcile_finding found = {.certificate = 1};
	uint64_t sum = 0;
	char text[8];

	for (int i = 0; i < 26 * 26; i++) {
		snprintf(text, sizeof(text), "%c%c", 'a' + i / 26, 'a' + i % 26);
		add_failure(&reasons, text, "/a");
	}
	for (int i = 0; i < FINDING_COUNT; i++)
		for (int accepted = 0; accepted < 2; accepted++)
			ck_assert_int_eq(
			    reasons_add_finding(&reasons, &found, (enum finding)i, accepted), 0);
	for (int i = 0; i < VERDICT_COUNT; i++)
		for (int settled = 0; settled < 2; settled++) {
			const struct reconcile_job job = {
			    .status = settled ? JOB_ACKNOWLEDGED : JOB_COMPLETED};

			ck_assert_int_eq(reasons_add_job(&reasons, &job, (enum verdict)i), 0);
		}
	for (size_t i = 0; i < reasons.count; i++)
		sum += reasons.items[i].count;
	ck_assert_uint_eq(sum, 26 * 26 + 2 * FINDING_COUNT + 2 * VERDICT_COUNT);
	reasons_sort(&reasons);
	ck_assert_str_eq(reasons.items[0].word, "failed");
	ck_assert_str_eq(reasons.items[0].particular, "");
	ck_assert_uint_eq(reasons.items[0].count, 26 * 26 - REASONS_MOST + 1);
	reasons_release(&reasons);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("groups");
	TCase *tests = tcase_create("groups");

	tcase_add_test(tests, words_and_columns);
	tcase_add_test(tests, further_groups_are_counted_together);
	tcase_add_test(tests, counts);
	tcase_add_test(tests, reasons_without_numbers);
	tcase_add_test(tests, further_reasons_are_counted_by_their_word);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
