#include "report/timeline.h"

#include "scratch.h"

#define MINUTE INT64_C(60000)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)
#define MIDNIGHT (INT64_C(1795737600) * 1000) /* 2026-11-27, a Friday */

static const struct timeline_series series[] = {
    {"failed", TONE_BAD}, {"deployed", TONE_WELL}, {"scheduled", TONE_PENDING}};

static struct timeline
empty(void)
{
	return (struct timeline){.series = series, .series_count = 3};
}

static uint64_t
all_jobs(const struct timeline *timeline)
{
	uint64_t jobs = 0;

	for (size_t i = 0; i < timeline->series_count; i++)
		jobs += timeline_series_jobs(timeline, i);
	return jobs;
}

START_TEST(floors)
{
	static const struct {
		int64_t time, seconds, floor;
	} cases[] = {
	    {0, 60, 0},
	    {59999, 60, 0},
	    {60000, 60, 60000},
	    {-1, 60, -60000},
	    {-60000, 60, -60000},
	    {MIDNIGHT + 5 * HOUR + 1, 6 * 3600, MIDNIGHT},
	    {MIDNIGHT + 23 * HOUR, 86400, MIDNIGHT},
	    /* Weeks begin on Monday. */
	    {MIDNIGHT, 7 * 86400, MIDNIGHT - 4 * DAY},
	    {MIDNIGHT - 4 * DAY, 7 * 86400, MIDNIGHT - 4 * DAY},
	    {MIDNIGHT - 4 * DAY - 1, 7 * 86400, MIDNIGHT - 11 * DAY},
	    {0, 7 * 86400, -3 * DAY},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ck_assert_int_eq(timeline_floor(cases[i].time, cases[i].seconds), cases[i].floor);
}
END_TEST

START_TEST(begins_with_a_minute)
{
	struct timeline timeline = empty();

	ck_assert_uint_eq(timeline.bins, 0);
	timeline_add(&timeline, 1, MIDNIGHT + 61000, 5);
	ck_assert_int_eq(timeline.span, 60);
	ck_assert_uint_eq(timeline.bins, 1);
	ck_assert_int_eq(timeline_bin(&timeline, 0), MIDNIGHT + MINUTE);
	ck_assert_int_eq(timeline_bin(&timeline, 1), MIDNIGHT + 2 * MINUTE);
	ck_assert_uint_eq(timeline.counts[0][1], 5);
	timeline_add(&timeline, 0, MIDNIGHT + 59999, 2); /* before: the bins begin there */
	timeline_add(&timeline, 1, MIDNIGHT + 71 * MINUTE, 1);
	ck_assert_int_eq(timeline.span, 60);
	ck_assert_uint_eq(timeline.bins, TIMELINE_BINS);
	ck_assert_int_eq(timeline_bin(&timeline, 0), MIDNIGHT);
	ck_assert_uint_eq(timeline.counts[0][0], 2);
	ck_assert_uint_eq(timeline.counts[1][1], 5);
	ck_assert_uint_eq(timeline_bin_jobs(&timeline, 71), 1);
	ck_assert_uint_eq(timeline_series_jobs(&timeline, 1), 6);
}
END_TEST

/* One more minute, after the last or before the first, makes the bins five minutes long. */
START_TEST(becomes_coarser)
{
	for (int before = 0; before < 2; before++) {
		struct timeline timeline = empty();
		int64_t other = before ? MIDNIGHT - MINUTE : MIDNIGHT + 72 * MINUTE;

		for (int minute = 0; minute < 72; minute++)
			timeline_add(&timeline, 1, MIDNIGHT + minute * MINUTE, 10);
		timeline_add(&timeline, 0, other, 1);
		ck_assert_int_eq(timeline.span, 300);
		ck_assert_int_eq(
		    timeline_bin(&timeline, 0), before ? MIDNIGHT - 5 * MINUTE : MIDNIGHT);
		ck_assert_uint_eq(timeline.bins, before ? 16 : 15);
		ck_assert_uint_eq(timeline.counts[before ? 1 : 0][1], 50);
		ck_assert_uint_eq(timeline.counts[before ? 15 : 14][1], 20);
		ck_assert_uint_eq(timeline.counts[before ? 0 : 14][0], 1);
		ck_assert_uint_eq(all_jobs(&timeline), 721);
	}
}
END_TEST

/* Lengths that each range ends with. */
START_TEST(has_round_lengths)
{
	static const struct {
		int64_t range, span;
	} ranges[] = {
	    {71 * MINUTE, 60},
	    {4 * HOUR, 300},
	    {8 * HOUR, 900},
	    {24 * HOUR, 1800},
	    {2 * DAY, 3600},
	    {7 * DAY, 3 * 3600},
	    {17 * DAY, 6 * 3600},
	    {30 * DAY, 12 * 3600},
	    {60 * DAY, 86400},
	    {365 * DAY, 7 * 86400},
	    {3 * 365 * DAY, 28 * 86400},
	    {9 * 365 * DAY, 112 * 86400},
	};

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
		struct timeline timeline = empty();

		timeline_add(&timeline, 0, MIDNIGHT, 1);
		timeline_add(&timeline, 1, MIDNIGHT + ranges[i].range, 1);
		ck_assert_int_eq(timeline.span, ranges[i].span);
	}
}
END_TEST

/* The order in which jobs are counted does not matter, and each is in the bin of its time. */
START_TEST(does_not_depend_on_the_order)
{
	enum { JOBS = 500 };
	int64_t times[JOBS];

	for (uint64_t seed = 1; seed < 200; seed++) {
		struct timeline up = empty(), down = empty();
		uint64_t next = seed;
		int64_t range = INT64_C(1) << (16 + seed % 28);

		for (int i = 0; i < JOBS; i++) {
			next = next * UINT64_C(6364136223846793005) + 1442695040888963407u;
			times[i] = MIDNIGHT + (int64_t)(next >> 20) % range;
			timeline_add(&up, (size_t)i % 3, times[i], 1);
		}
		for (int i = JOBS; i-- > 0;)
			timeline_add(&down, (size_t)i % 3, times[i], 1);
		ck_assert_int_eq(up.span, down.span);
		ck_assert_int_eq(up.begin, down.begin);
		ck_assert_uint_eq(up.bins, down.bins);
		ck_assert_uint_le(up.bins, TIMELINE_BINS);
		ck_assert_mem_eq(up.counts, down.counts, sizeof(up.counts));
		ck_assert_uint_eq(all_jobs(&up), JOBS);
		for (int i = 0; i < JOBS; i++) {
			size_t bin = (size_t)((times[i] - up.begin) / (up.span * 1000));

			ck_assert_int_ge(times[i], timeline_bin(&up, bin));
			ck_assert_uint_lt(bin, up.bins);
			up.counts[bin][i % 3]--;
		}
		ck_assert_uint_eq(all_jobs(&up), 0);
	}
}
END_TEST

START_TEST(survives_extremes)
{
	struct timeline timeline = empty();

	timeline_add(&timeline, 0, INT64_MAX, 1);
	timeline_add(&timeline, 1, INT64_MIN, 1);
	timeline_add(&timeline, 2, 0, UINT64_MAX);
	timeline_add(&timeline, TIMELINE_SERIES, 0, 1); /* there is none such */
	timeline_add(&timeline, 0, 0, 0);
	ck_assert_uint_le(timeline.bins, TIMELINE_BINS);
	ck_assert_uint_eq(timeline_series_jobs(&timeline, 0), 1);
	ck_assert_uint_eq(timeline_series_jobs(&timeline, 1), 1);
	ck_assert_uint_eq(timeline_series_jobs(&timeline, 2), UINT64_C(1) << 40);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("timeline");
	TCase *tests = tcase_create("timeline");

	tcase_add_test(tests, floors);
	tcase_add_test(tests, begins_with_a_minute);
	tcase_add_test(tests, becomes_coarser);
	tcase_add_test(tests, has_round_lengths);
	tcase_add_test(tests, does_not_depend_on_the_order);
	tcase_add_test(tests, survives_extremes);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
