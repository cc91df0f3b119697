#include "report/timeline.h"

#include <string.h>

#define DAY INT64_C(86400)
/* 1970 began on a Thursday: the first Monday. */
#define MONDAY (4 * DAY * 1000)

/* No job is further away than this, so that no sum overflows. */
#define FARTHEST (INT64_C(1) << 55)
/* Nor are more jobs counted at once. */
#define JOBS_MOST (UINT64_C(1) << 40)

/* Lengths of a bin in seconds. Each is a multiple of the one before: bins become one, none is
 * divided. After the last, each is four times the one before. */
static const int64_t timeline_spans[] = {60, 300, 900, 1800, 3600, 3 * INT64_C(3600),
    6 * INT64_C(3600), 12 * INT64_C(3600), DAY, 7 * DAY, 28 * DAY};
#define SPANS (sizeof(timeline_spans) / sizeof(timeline_spans[0]))

static int64_t
timeline_longer(int64_t span)
{
	for (size_t i = 0; i < SPANS; i++)
		if (timeline_spans[i] > span)
			return timeline_spans[i];
	return span * 4;
}

int64_t
timeline_floor(int64_t time, int64_t seconds)
{
	int64_t origin = seconds % (7 * DAY) == 0 ? MONDAY : 0;
	int64_t rest = (time - origin) % (seconds * 1000);

	return time - (rest < 0 ? rest + seconds * 1000 : rest);
}

int64_t
timeline_bin(const struct timeline *timeline, size_t bin)
{
	return timeline->begin + (int64_t)bin * timeline->span * 1000;
}

/* Makes the bins longer, once. */
static void
timeline_coarsen(struct timeline *timeline)
{
	struct timeline coarse = *timeline;

	coarse.span = timeline_longer(timeline->span);
	coarse.begin = timeline_floor(timeline->begin, coarse.span);
	coarse.bins = 0;
	memset(coarse.counts, 0, sizeof(coarse.counts));
	for (size_t bin = 0; bin < timeline->bins; bin++) {
		int64_t since = timeline_bin(timeline, bin) - coarse.begin;
		size_t into = (size_t)(since / (coarse.span * 1000));

		for (size_t i = 0; i < TIMELINE_SERIES; i++)
			coarse.counts[into][i] += timeline->counts[bin][i];
		coarse.bins = into + 1;
	}
	*timeline = coarse;
}

/* Moves the bins back by so many: the first ones are new. */
static void
timeline_move(struct timeline *timeline, size_t by)
{
	memmove(
	    timeline->counts + by, timeline->counts, timeline->bins * sizeof(timeline->counts[0]));
	memset(timeline->counts, 0, by * sizeof(timeline->counts[0]));
	timeline->begin -= (int64_t)by * timeline->span * 1000;
	timeline->bins += by;
}

/* The bin of a time, which has its place now. */
static size_t
timeline_reach(struct timeline *timeline, int64_t time)
{
	for (;; timeline_coarsen(timeline)) {
		int64_t length = timeline->span * 1000;
		int64_t bin = (timeline_floor(time, timeline->span) - timeline->begin) / length;

		if (bin >= TIMELINE_BINS || (int64_t)timeline->bins - bin > TIMELINE_BINS)
			continue;
		if (bin < 0) {
			timeline_move(timeline, (size_t)-bin);
			return 0;
		}
		if ((size_t)bin >= timeline->bins)
			timeline->bins = (size_t)bin + 1;
		return (size_t)bin;
	}
}

void
timeline_add(struct timeline *timeline, size_t series, int64_t time, uint64_t jobs)
{
	if (jobs == 0 || series >= TIMELINE_SERIES)
		return;
	time = time > FARTHEST ? FARTHEST : time < -FARTHEST ? -FARTHEST : time;
	jobs = jobs > JOBS_MOST ? JOBS_MOST : jobs;
	if (timeline->span == 0) {
		timeline->span = timeline_spans[0];
		timeline->begin = timeline_floor(time, timeline->span);
	}
	timeline->counts[timeline_reach(timeline, time)][series] += jobs;
}

uint64_t
timeline_bin_jobs(const struct timeline *timeline, size_t bin)
{
	uint64_t jobs = 0;

	for (size_t i = 0; i < timeline->series_count; i++)
		jobs += timeline->counts[bin][i];
	return jobs;
}

uint64_t
timeline_series_jobs(const struct timeline *timeline, size_t series)
{
	uint64_t jobs = 0;

	for (size_t bin = 0; bin < timeline->bins; bin++)
		jobs += timeline->counts[bin][series];
	return jobs;
}
