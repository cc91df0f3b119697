#ifndef BATCH_REPORT_TIMELINE_H
#define BATCH_REPORT_TIMELINE_H

#include "report/tone.h"

#include <stddef.h>
#include <stdint.h>

/*
 * Jobs counted by time, in bins of equal length, and in each bin by series. The bins follow the
 * jobs: they begin with a minute each and become longer when a job would need more than
 * TIMELINE_BINS. So jobs can be counted in any order, in one pass and without memory for each.
 */
#define TIMELINE_BINS 72
#define TIMELINE_SERIES 16

struct timeline_series {
	const char *label;
	enum tone tone;
};

struct timeline {
	const struct timeline_series *series; /* the first is the lowest of a bar */
	size_t series_count;                  /* to TIMELINE_SERIES */
	int64_t now; /* marked, when it is within the bins; milliseconds since 1970; 0: none */

	/* Of timeline_add(); all 0 at first. */
	int64_t begin; /* of the first bin, milliseconds since 1970 */
	int64_t span;  /* of a bin, in seconds; 0: nothing was counted */
	size_t bins;   /* up to the last that has jobs */
	uint64_t counts[TIMELINE_BINS][TIMELINE_SERIES];
};

/* Counts so many jobs of a series at a time in milliseconds since 1970. */
void timeline_add(struct timeline *, size_t series, int64_t time, uint64_t jobs);

/* The beginning of a bin; that of timeline.bins is the end of the last. Milliseconds. */
int64_t timeline_bin(const struct timeline *, size_t bin);

/* The jobs of a bin, and those of a series, together. */
uint64_t timeline_bin_jobs(const struct timeline *, size_t bin);
uint64_t timeline_series_jobs(const struct timeline *, size_t series);

/*
 * The time at or before `time` at which intervals of so many seconds begin, from midnight and, for
 * whole weeks, from Monday, in UTC. All in milliseconds but `seconds`.
 */
int64_t timeline_floor(int64_t time, int64_t seconds);

#endif
