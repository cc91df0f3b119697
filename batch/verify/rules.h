#ifndef BATCH_VERIFY_RULES_H
#define BATCH_VERIFY_RULES_H

#include "buffer.h"
#include "database/verify.h"

/*
 * What must hold in a database. Pure: from what was read to what is wrong with it, as a sentence
 * that begins in lower case and has no final dot; NULL or false when nothing is.
 */

/* A row's outcome against its jobs, refusals and kept jobs. */
const char *verify_outcome(const struct verify_row *);

/* A range as its row has it, against the request that the first of its items names. `noun` is
 * "job" or "refusal". Appends what is wrong. */
bool verify_range(
    const struct verify_range *, int64_t request, const char *noun, struct buffer *text);

/* Items first..last one after the other, `count` of them, that name one request, against the
 * range that this has. Likewise. */
bool verify_group(const struct verify_range *, int64_t first, int64_t last, int64_t count,
    const char *noun, struct buffer *text);

/* What a run counted, and what was found in the database instead. */
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
	COUNT_KEPT,  /* by its tallies alone */
	COUNT_COUNT
};
struct verify_counted {
	uint64_t found[COUNT_COUNT];
	uint64_t next;               /* the number of the row behind the last one, from 1 */
	uint64_t line;               /* the greatest of its rows */
	uint64_t offset;             /* likewise, of the rows that have one */
	int64_t first_due, last_due; /* of COUNT_LATER */
};

/* A run's state; its checkpoint against its rows. */
const char *verify_state(const struct run *);
bool verify_checkpoint(const struct run *, const struct verify_counted *, struct buffer *text);

/* Rows of a run that should be there before the one of this number, or up to it: one of
 * rows_read + 1. */
bool verify_gap(const struct verify_counted *, uint64_t number, struct buffer *text);

bool verify_count(const struct verify_run *, const struct verify_counted *, enum verify_count,
    struct buffer *text);

/* Its first and last due time. */
const char *verify_dues(const struct run *, const struct verify_counted *);

/* The tallies of a run against its counts: the first that does not agree. */
bool verify_tallies(const struct verify_run *, struct buffer *text);

/* One tally by itself: its words, its count, its lines. */
const char *verify_tally(const struct verify_tally *);

#endif
