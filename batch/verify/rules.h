#ifndef BATCH_VERIFY_RULES_H
#define BATCH_VERIFY_RULES_H

#include "buffer.h"
#include "database/verify.h"

/*
 * The rules that a database must keep. Pure: each function returns or appends a sentence on what is
 * wrong, which begins in lower case and has no final dot; NULL or false where nothing is.
 */

/* A row's outcome against its jobs, refusals and kept jobs. */
const char *verify_outcome(const struct verify_row *);

/* The range of items that a row has, against the request that the first of them names. `noun` is
 * "job" or "refusal". */
bool verify_range(
    const struct verify_range *, int64_t request, const char *noun, struct buffer *text);

/* Items that follow each other and name one request, `count` of them with ids first to last. */
struct verify_span {
	int64_t first, last, count;
};

/* Such items against the range that the request has. Likewise. */
bool verify_group(
    const struct verify_range *, const struct verify_span *, const char *noun, struct buffer *text);

/* The counts of a run, and what was found in the database for each. */
enum verify_count {
	COUNT_SUCCEEDED = OUTCOME_SUCCEEDED, /* by outcome */
	COUNT_PARTIAL,
	COUNT_FAILED,
	COUNT_REJECTED,
	COUNT_SKIPPED,
	COUNT_JOBS,
	COUNT_REFUSALS,
	COUNT_SUPERSEDED,
	COUNT_LATER, /* jobs that were not due at once */
	COUNT_KEPT,  /* jobs that were kept; only tallies have it */
	COUNT_COUNT
};
struct verify_counted {
	uint64_t found[COUNT_COUNT];
	uint64_t next;               /* the number after that of its last row, from 1 */
	uint64_t line;               /* the largest of its rows */
	uint64_t offset;             /* likewise, of the rows that have one */
	int64_t first_due, last_due; /* of COUNT_LATER */
};

/* A run's state; its checkpoint against its rows. */
const char *verify_state(const struct run *);
bool verify_checkpoint(const struct run *, const struct verify_counted *, struct buffer *text);

/* Whether rows of a run are missing before the one of this number. After its last row, the number
 * is that of the rows read plus 1. */
bool verify_gap(const struct verify_counted *, uint64_t number, struct buffer *text);

/* One count of a run against what was found. */
bool verify_count(const struct verify_run *, const struct verify_counted *, enum verify_count,
    struct buffer *text);

/* Of a run that was purged: what of it is left in the database, all of which should be gone. */
bool verify_left(const struct verify_run *, const struct verify_counted *, struct buffer *text);

/* The first and last due time of a run. */
const char *verify_dues(const struct run *, const struct verify_counted *);

/* The tallies of a run against its counts: the first that does not agree. */
bool verify_tallies(const struct verify_run *, struct buffer *text);

/* One tally by itself: its words, its count, its lines. */
const char *verify_tally(const struct verify_tally *);

#endif
