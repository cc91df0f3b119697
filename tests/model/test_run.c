#include "model/run.h"

#include "scratch.h"

/* The accounting of a run. */

static struct run run;
static struct row row;
static struct tally tally;

static void
enter(void)
{
	run = (struct run){.id = 1, .rows_total = 5};
	tally = (struct tally){0};
}

static void
leave(void)
{
	run_release(&run);
	row_release(&row);
}

/* Counts a row of an outcome with so many jobs, refusals and kept jobs. */
static void
count(enum outcome outcome, int jobs, int refused, int kept, int superseded)
{
	row_clear(&row);
	row.outcome = outcome;
	for (int i = 0; i < jobs + refused + kept; i++) {
		struct row_location *location = row_add_location(&row, i + 1, i + 1);

		ck_assert_ptr_nonnull(location);
		location->fate = i < jobs ? ROW_JOB : i < jobs + refused ? ROW_REFUSED : ROW_KEPT;
		location->supersedes = i < superseded ? 77 + i : 0;
	}
	run_count(&run, &row);
}

START_TEST(counts_rows_and_jobs)
{
	count(OUTCOME_SUCCEEDED, 3, 0, 1, 2);
	count(OUTCOME_PARTIAL, 1, 2, 0, 0);
	count(OUTCOME_FAILED, 0, 4, 0, 0);
	count(OUTCOME_REJECTED, 0, 0, 0, 0);
	count(OUTCOME_SKIPPED, 0, 0, 0, 0);
	ck_assert_uint_eq(run.rows[0], 5);
	for (int i = 1; i < OUTCOME_COUNT; i++)
		ck_assert_uint_eq(run.rows[i], 1);
	ck_assert_uint_eq(run.jobs_created, 4);
	ck_assert_uint_eq(run.jobs_refused, 6);
	ck_assert_uint_eq(run.jobs_superseded, 2);
	run.state = RUN_FINISHED;
	ck_assert_ptr_null(run_verify(&run, 100));
}
END_TEST

static void
count_due(int jobs, int64_t due)
{
	row_clear(&row);
	row.outcome = OUTCOME_SUCCEEDED;
	row.due = due;
	for (int i = 0; i < jobs; i++)
		row_add_location(&row, i + 1, i + 1)->fate = ROW_JOB;
	run_count(&run, &row);
}

static void
assert_later(uint64_t jobs, int64_t first, int64_t last)
{
	ck_assert_uint_eq(run.jobs_later, jobs);
	ck_assert_int_eq(run.first_due, first);
	ck_assert_int_eq(run.last_due, last);
}

/* Rows without jobs have no due time. */
START_TEST(counts_when_jobs_are_due)
{
	run.started_at = 1000;
	count_due(5, 1000);
	count_due(0, 1001);
	count(OUTCOME_FAILED, 0, 4, 0, 0);
	assert_later(0, 0, 0);
	count_due(2, 3000);
	assert_later(2, 3000, 3000);
	count_due(1, 1001);
	count_due(0, 9000);
	count_due(3, 4000);
	assert_later(6, 1001, 4000);
	ck_assert_uint_eq(run.jobs_created, 11);
}
END_TEST

START_TEST(verifies_the_accounting)
{
	ck_assert_ptr_null(run_verify(&run, 100));
	count(OUTCOME_SUCCEEDED, 1, 0, 0, 0);
	ck_assert_ptr_null(run_verify(&run, 100));
	run.state = RUN_ABANDONED;
	ck_assert_ptr_null(run_verify(&run, 100));
	run.offset = 100;
	ck_assert_ptr_null(run_verify(&run, 100));
	run.offset = 101;
	ck_assert_str_eq(run_verify(&run, 100), "the checkpoint is behind the end of the manifest");
	run.offset = 0;
	run.state = RUN_FINISHED;
	ck_assert_str_eq(run_verify(&run, 100), "fewer rows were read than the manifest has");
	run.rows_total = 0;
	ck_assert_str_eq(run_verify(&run, 100), "more rows were read than the manifest has");
	run.rows[OUTCOME_SKIPPED]++;
	ck_assert_str_eq(run_verify(&run, 100), "the outcomes do not add up to the rows read");
	run.rows[OUTCOME_SKIPPED]--;
	run.rows[0]++;
	ck_assert_str_eq(run_verify(&run, 100), "the outcomes do not add up to the rows read");
}
END_TEST

/* Exact repetitions are no failure. */
START_TEST(has_a_status)
{
	static const int statuses[OUTCOME_COUNT] = {
	    [OUTCOME_PARTIAL] = 1, [OUTCOME_FAILED] = 1, [OUTCOME_REJECTED] = 1};

	ck_assert_int_eq(run_status(&run), 0);
	for (int i = 1; i < OUTCOME_COUNT; i++) {
		run.rows[i] = 1;
		ck_assert_int_eq(run_status(&run), statuses[i]);
		run.rows[i] = 0;
	}
}
END_TEST

START_TEST(describes_its_rows)
{
	char text[RUN_TEXT_SIZE];

	ck_assert_str_eq(run_describe(&run, text), "0 rows read: 0 succeeded");
	count(OUTCOME_REJECTED, 0, 0, 0, 0);
	ck_assert_str_eq(run_describe(&run, text), "1 row read: 0 succeeded, 1 rejected");
	count(OUTCOME_SUCCEEDED, 1, 0, 0, 0);
	count(OUTCOME_SKIPPED, 0, 0, 0, 0);
	ck_assert_str_eq(
	    run_describe(&run, text), "3 rows read: 1 succeeded, 1 rejected, 1 skipped");
	for (int i = 0; i < OUTCOME_COUNT; i++)
		run.rows[i] = UINT64_MAX;
	ck_assert_str_eq(run_describe(&run, text),
	    "18446744073709551615 rows read: 18446744073709551615 succeeded, "
	    "18446744073709551615 partial, 18446744073709551615 failed, "
	    "18446744073709551615 rejected, 18446744073709551615 skipped");
}
END_TEST

START_TEST(counts_rows_to_mend)
{
	for (int i = 0; i < OUTCOME_COUNT; i++)
		run.rows[i] = UINT64_C(1) << i;
	ck_assert_uint_eq(run_to_mend(&run),
	    run.rows[OUTCOME_PARTIAL] + run.rows[OUTCOME_FAILED] + run.rows[OUTCOME_REJECTED]);
}
END_TEST

START_TEST(releases)
{
	run.path = strdup("a");
	run.manifest = strdup("b");
	run.operator_name = strdup("c");
	run.reference = strdup("d");
	run.settings = strdup("e");
	run_release(&run);
	ck_assert_ptr_null(run.path);
	ck_assert_int_eq(run.id, 0);
	run_release(&run);
}
END_TEST

/* ---- tallies -------------------------------------------------------------------------------- */

START_TEST(tallies_codes_and_warnings)
{
	struct messages *messages = &row.messages;

	row_clear(&row);
	messages_add(messages, message_fault(CODE_BAD_INTEGER, NULL), NULL);
	messages_add(messages, message_fault(CODE_BAD_INTEGER, NULL), NULL);
	messages_add(messages, message_fault(CODE_CERTIFICATE_EXPIRED, NULL), NULL);
	messages_add(
	    messages, (struct message){.code = CODE_CERTIFICATE_REVOKED}, NULL); /* --allow */
	messages_add(messages, (struct message){.code = CODE_WEAKER_KEY}, NULL);
	messages_add(messages, message_fault(CODE_ISSUER_CHANGED, NULL), NULL); /* --deny */
	messages_add(messages, message_location(CODE_NOT_APPROVED, 1), NULL);
	messages_add(messages, message_location(CODE_JOB_KEPT, 2), NULL);
	messages->unchecked = CODE_BIT(CODE_KEY_USAGE_LOST);
	tally_row(&tally, &row);
	messages->unchecked |= CODE_BIT(0) | CODE_BIT(CODE_COUNT - 1);
	tally_row(&tally, &row);
	for (int i = 0; i < CODE_COUNT; i++) {
		uint64_t codes = i == CODE_BAD_INTEGER ? 4
				 : i == CODE_CERTIFICATE_EXPIRED || i == CODE_ISSUER_CHANGED ||
					 i == CODE_NOT_APPROVED
				     ? 2
				     : 0;
		uint64_t warnings = i == CODE_CERTIFICATE_REVOKED || i == CODE_WEAKER_KEY ||
					    i == CODE_JOB_KEPT
					? 2
					: 0;

		uint64_t unchecked = i == CODE_KEY_USAGE_LOST ? 2 : i == 0 || i == CODE_COUNT - 1;

		ck_assert_uint_eq(tally.codes[i], codes);
		ck_assert_uint_eq(tally.warnings[i], warnings);
		ck_assert_uint_eq(tally.unchecked[i], unchecked);
	}
}
END_TEST

static void
assert_lines(enum repair repair, uint64_t times, uint64_t a, uint64_t b, uint64_t c)
{
	ck_assert_uint_eq(tally.repairs.count[repair], times);
	ck_assert_uint_eq(tally.repairs.lines[repair][0], a);
	ck_assert_uint_eq(tally.repairs.lines[repair][1], b);
	ck_assert_uint_eq(tally.repairs.lines[repair][2], c);
}

/* What an earlier invocation counted comes first. */
START_TEST(adds_tallies)
{
	struct tally more = {0};

	tally.codes[CODE_BAD_INTEGER] = 3;
	more.codes[CODE_BAD_INTEGER] = 4;
	more.warnings[CODE_COUNT - 1] = 5;
	tally.unchecked[CODE_COUNT - 1] = 6;
	more.unchecked[CODE_COUNT - 1] = 7;
	repairs_add(&tally.repairs, REPAIR_BLANK_ROW, 2);
	for (uint64_t line = 10; line < 15; line++) {
		repairs_add(&more.repairs, REPAIR_BLANK_ROW, line);
		repairs_add(&more.repairs, REPAIR_LEADING_ZEROS, line);
		repairs_add(&tally.repairs, REPAIR_DECIMAL_ZERO, line);
	}
	repairs_add(&more.repairs, REPAIR_DECIMAL_ZERO, 20);
	tally_add(&tally, &more);
	ck_assert_uint_eq(tally.codes[CODE_BAD_INTEGER], 7);
	ck_assert_uint_eq(tally.warnings[CODE_COUNT - 1], 5);
	ck_assert_uint_eq(tally.unchecked[CODE_COUNT - 1], 13);
	assert_lines(REPAIR_BLANK_ROW, 6, 2, 10, 11);
	assert_lines(REPAIR_LEADING_ZEROS, 5, 10, 11, 12);
	assert_lines(REPAIR_DECIMAL_ZERO, 6, 10, 11, 12);
	assert_lines(REPAIR_QUOTED_NUMBER, 0, 0, 0, 0);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("run");
	TCase *tests = tcase_create("run");

	tcase_add_checked_fixture(tests, enter, leave);
	tcase_add_test(tests, counts_rows_and_jobs);
	tcase_add_test(tests, counts_when_jobs_are_due);
	tcase_add_test(tests, verifies_the_accounting);
	tcase_add_test(tests, has_a_status);
	tcase_add_test(tests, describes_its_rows);
	tcase_add_test(tests, counts_rows_to_mend);
	tcase_add_test(tests, releases);
	tcase_add_test(tests, tallies_codes_and_warnings);
	tcase_add_test(tests, adds_tallies);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
