#include "verify/rules.h"

#include "scratch.h"
#include "verify/verify.h"

/* What must hold in a database: the rules, one by one. tests/cli/verify.sh breaks databases. */

static struct buffer text;

static void
leave(void)
{
	buffer_release(&text);
}

/* The text in the making, which is cleared; static. */
static const char *
take(void)
{
	static char taken[512];

	snprintf(taken, sizeof(taken), "%s", text.bytes == NULL ? "" : text.bytes);
	buffer_clear(&text);
	return taken;
}

START_TEST(every_irregularity_has_a_word_of_its_own)
{
	for (int i = 0; i < IRREGULARITY_COUNT; i++) {
		ck_assert_ptr_nonnull(irregularity_word((enum irregularity)i));
		for (int j = 0; j < i; j++)
			ck_assert_str_ne(irregularity_word((enum irregularity)i),
			    irregularity_word((enum irregularity)j));
	}
}
END_TEST

/* outcome, jobs, refusals, kept, whether a store was served (-1: not known), what is wrong */
static const struct {
	int64_t outcome, jobs, refusals, kept;
	int served;
	const char *wrong;
} outcomes[] = {
    {OUTCOME_SUCCEEDED, 1, 0, 0, -1, NULL},
    {OUTCOME_SUCCEEDED, 0, 0, 1, -1, NULL},
    {OUTCOME_SUCCEEDED, 0, 0, 0, -1, "succeeded, but no location was served"},
    {OUTCOME_SUCCEEDED, 5, 1, 0, 1, "succeeded, but a location was refused"},
    {OUTCOME_PARTIAL, 1, 1, 0, 1, NULL},
    {OUTCOME_PARTIAL, 0, 1, 1, -1, NULL},
    {OUTCOME_PARTIAL, 1, 1, 1, 0, NULL}, /* the store of the kept job was */
    {OUTCOME_PARTIAL, 1, 1, 0, -1, NULL},
    {OUTCOME_PARTIAL, 1, 0, 0, -1, "partial, but no location was refused"},
    {OUTCOME_PARTIAL, 0, 1, 0, -1, "partial, but no location was served"},
    {OUTCOME_PARTIAL, 1, 1, 0, 0, "partial, but every store has a refused location"},
    {OUTCOME_FAILED, 0, 1, 0, -1, NULL},
    {OUTCOME_FAILED, 1, 1, 0, 0, NULL},
    {OUTCOME_FAILED, 0, 1, 1, -1, NULL}, /* kept in the store that refuses another alias */
    {OUTCOME_FAILED, 0, 0, 0, -1, "failed, but no location was refused"},
    {OUTCOME_FAILED, 1, 1, 0, 1, "failed, but a store was served in whole"},
    {OUTCOME_REJECTED, 0, 0, 0, -1, NULL},
    {OUTCOME_REJECTED, 1, 0, 0, -1, "rejected, but it has jobs or refusals"},
    {OUTCOME_REJECTED, 0, 1, 0, -1, "rejected, but it has jobs or refusals"},
    {OUTCOME_SKIPPED, 0, 0, 0, -1, NULL},
    {OUTCOME_SKIPPED, 0, 0, 1, -1, "skipped, but it has jobs or refusals"},
    /* none of the outcomes: its column says so */
    {0, 0, 0, 0, -1, NULL},
    {OUTCOME_COUNT, 1, 0, 0, -1, NULL},
    {INT64_MIN, 1, 0, 0, -1, NULL},
};

START_TEST(outcomes_go_with_jobs_and_refusals)
{
	struct verify_row row = {.outcome = outcomes[_i].outcome,
	    .jobs.count = outcomes[_i].jobs,
	    .refusals.count = outcomes[_i].refusals,
	    .kept = outcomes[_i].kept,
	    .has_served = outcomes[_i].served != -1,
	    .is_served = outcomes[_i].served == 1};
	const char *wrong = verify_outcome(&row);

	if (outcomes[_i].wrong == NULL)
		ck_assert_ptr_null(wrong);
	else
		ck_assert_str_eq(wrong, outcomes[_i].wrong);
}
END_TEST

START_TEST(ranges_begin_with_what_names_their_row)
{
	struct verify_range range = {0};

	ck_assert(!verify_range(&range, 7, "job", &text));
	range = (struct verify_range){true, 5, 3, true, 7};
	ck_assert(!verify_range(&range, 7, "job", &text));
	ck_assert(verify_range(&range, 8, "job", &text));
	ck_assert_str_eq(take(), "it has jobs 5 to 7, but job 5 names request 7");
	range.is_found = false;
	ck_assert(verify_range(&range, 7, "refusal", &text));
	ck_assert_str_eq(take(), "it has refusals 5 to 7, but refusal 5 is not there");
	range = (struct verify_range){true, 5, 0, false, 0};
	ck_assert(verify_range(&range, 7, "job", &text));
	ck_assert_str_eq(take(), "it has 0 jobs from 5 on");
	range = (struct verify_range){true, INT64_MAX, -3, false, 0};
	ck_assert(verify_range(&range, 7, "job", &text));
	ck_assert_str_eq(take(), "it has -3 jobs from 9223372036854775807 on");
}
END_TEST

START_TEST(groups_are_the_ranges_of_their_row)
{
	struct verify_range range = {.there = true, .first = 5, .count = 3};

	ck_assert(!verify_group(&range, &(struct verify_span){5, 7, 3}, "job", &text));
	ck_assert(verify_group(&range, &(struct verify_span){5, 6, 2}, "job", &text));
	ck_assert_str_eq(take(), "jobs 5 to 6 name it, but it has jobs 5 to 7");
	ck_assert(verify_group(&range, &(struct verify_span){5, 7, 2}, "job", &text));
	ck_assert_str_eq(take(), "jobs 5 to 7, 2 of them, name it, but it has jobs 5 to 7");
	ck_assert(verify_group(&range, &(struct verify_span){6, 8, 3}, "job", &text));
	ck_assert_str_eq(take(), "jobs 6 to 8 name it, but it has jobs 5 to 7");
	range.there = false;
	ck_assert(verify_group(&range, &(struct verify_span){6, 6, 1}, "refusal", &text));
	ck_assert_str_eq(take(), "refusal 6 names it, but it has no refusal");
	range = (struct verify_range){.there = true, .first = 6, .count = INT64_MAX};
	ck_assert(verify_group(&range, &(struct verify_span){6, 6, 1}, "job", &text));
	ck_assert_str_eq(take(), "job 6 names it, but it has 9223372036854775807 jobs from 6 on");
	range = (struct verify_range){.there = true, .first = INT64_MIN, .count = 2};
	ck_assert(
	    verify_group(&range, &(struct verify_span){INT64_MIN, INT64_MAX, 2}, "job", &text));
	ck_assert_str_eq(take(),
	    "jobs -9223372036854775808 to 9223372036854775807, 2 of them, name it,"
	    " but it has jobs -9223372036854775808 to -9223372036854775807");
}
END_TEST

START_TEST(rows_are_counted_without_gaps)
{
	struct verify_counted counted = {.next = 4};

	ck_assert(!verify_gap(&counted, 4, &text));
	ck_assert(!verify_gap(&counted, 0, &text));
	ck_assert(verify_gap(&counted, 5, &text));
	ck_assert_str_eq(take(), "row 4 is missing");
	ck_assert(verify_gap(&counted, 7, &text));
	ck_assert_str_eq(take(), "rows 4 to 6 are missing");
}
END_TEST

/* Of a run each count alone is changed. */
START_TEST(each_count_is_compared)
{
	static const char *const texts[COUNT_COUNT] = {
	    [COUNT_SUCCEEDED] = "it says 1 rows succeeded, but there are 9",
	    [COUNT_PARTIAL] = "it says 2 rows partial, but there are 9",
	    [COUNT_FAILED] = "it says 3 rows failed, but there are 9",
	    [COUNT_REJECTED] = "it says 4 rows rejected, but there are 9",
	    [COUNT_SKIPPED] = "it says 5 rows skipped, but there are 9",
	    [COUNT_JOBS] = "it says 6 jobs created, but there are 9",
	    [COUNT_REFUSALS] = "it says 7 jobs refused, but there are 9",
	    [COUNT_SUPERSEDED] = "it says 8 jobs superseded, but there are 9",
	    [COUNT_LATER] = "it says 11 jobs not due at once, but there are 9",
	    [COUNT_KEPT] = "its tallies say 10 locations with a kept job, but there are 9",
	};
	const struct verify_run run = {.run = {.rows = {15, 1, 2, 3, 4, 5},
					   .jobs_created = 6,
					   .jobs_refused = 7,
					   .jobs_superseded = 8,
					   .jobs_later = 11},
	    .kept = 10};
	const uint64_t right[COUNT_COUNT] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 11, 10};

	for (int i = 1; i < COUNT_COUNT; i++) {
		struct verify_counted counted = {0};

		memcpy(counted.found, right, sizeof(right));
		ck_assert(!verify_count(&run, &counted, (enum verify_count)i, &text));
		counted.found[i] = 9;
		ck_assert(verify_count(&run, &counted, (enum verify_count)i, &text));
		ck_assert_str_eq(take(), texts[i]);
	}
}
END_TEST

static const struct {
	const char *kind, *name;
	int64_t count;
	const char *lines;
	const char *wrong;
} tallies[] = {
    {"code", "bad-integer", 1, NULL, NULL},
    {"warning", "weaker-key", 7, NULL, NULL},
    {"unchecked", "key-usage-lost", 7, NULL, NULL},
    {"repair", "blank-row", 1, "9", NULL},
    {"repair", "blank-row", 7, "9 9 12", NULL},
    {"repair", "blank-row", 2, "9 9 12", "a tally whose lines are not those of its count"},
    {"repair", "blank-row", 2, "", "a tally whose lines are not those of its count"},
    {"repair", "blank-row", 2, "9,12", "a tally whose lines are not those of its count"},
    {"repair", "blank-row", 2, "09", "a tally whose lines are not those of its count"},
    {"repair", "blank-row", 9, "9 10 11 12", "a tally whose lines are not those of its count"},
    {"repair", "blank-row", 9, "12 9", "a tally whose lines are not those of its count"},
    {"repair", "bad-integer", 1, "9", "a tally of no repair that is known"},
    {"code", "blank-row", 1, NULL, "a tally of no code that is known"},
    {"codes", "bad-integer", 1, NULL, "a tally of no code that is known"},
    {"unchecked", "blank-row", 1, NULL, "a tally of no code that is known"},
    {"unchecked", "weaker-key", 1, "9", "a tally of a code, with lines"},
    {"code", "bad-integer", 1, "9", "a tally of a code, with lines"},
    {"code", "bad-integer", 0, NULL, "a tally of nothing"},
    {NULL, "bad-integer", 1, NULL, "a tally without kind and name"},
};

START_TEST(tallies_have_their_words_and_lines)
{
	const struct verify_tally tally = {
	    1, tallies[_i].kind, tallies[_i].name, tallies[_i].count, tallies[_i].lines};
	const char *wrong = verify_tally(&tally);

	if (tallies[_i].wrong == NULL)
		ck_assert_ptr_null(wrong);
	else
		ck_assert_str_eq(wrong, tallies[_i].wrong);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("verify");
	TCase *tests = tcase_create("verify");

	tcase_add_checked_fixture(tests, NULL, leave);
	tcase_add_test(tests, every_irregularity_has_a_word_of_its_own);
	tcase_add_loop_test(tests, outcomes_go_with_jobs_and_refusals, 0,
	    (int)(sizeof(outcomes) / sizeof(outcomes[0])));
	tcase_add_test(tests, ranges_begin_with_what_names_their_row);
	tcase_add_test(tests, groups_are_the_ranges_of_their_row);
	tcase_add_test(tests, rows_are_counted_without_gaps);
	tcase_add_test(tests, each_count_is_compared);
	tcase_add_loop_test(tests, tallies_have_their_words_and_lines, 0,
	    (int)(sizeof(tallies) / sizeof(tallies[0])));
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
