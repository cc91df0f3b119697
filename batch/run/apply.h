#ifndef BATCH_APPLY_H
#define BATCH_APPLY_H

#include "run/pipeline.h"
#include "crypto/secret.h"

/*
 * The chunk loop: rows are read and decided, and committed with their jobs, their refusals and
 * the checkpoint, a chunk in one transaction. What was committed is never done again: the same
 * manifest carries on behind the checkpoint, or is told to be finished.
 */

/* How what is there for this manifest is taken up. */
enum apply_start {
	APPLY_NEW,    /* a new run */
	APPLY_RESUME, /* an interrupted run carries on */
	APPLY_REPEAT, /* the run is finished: nothing to do */
};

struct apply {
	const struct context *context;
	const struct apply_options *options;
	struct database *db;
	const struct permissions *permissions;
	struct secret *secret; /* NULL until a password needs it; opened from context->key_file */
	/* Where the rows that are carried out go, behind those of the run that are there; may be
	 * NULL. Discarded and set NULL when it could not be written. */
	struct results *results;

	/* Told of each decided row before its chunk is committed; may be NULL. */
	void (*on_row)(void *closure, struct row *);
	/* Told after each commit; may be NULL. */
	void (*on_commit)(void *closure, const struct run *);
	void *closure;
};

/*
 * What the database has of this manifest, and whether the options agree with it. *run is the
 * caller's to release; of a new run, all but its id and started_at is set. -1 and err:
 * ERROR_USAGE when options differ, ERROR_INPUT when the manifest changed under a run, ERROR_STORAGE
 * when what the run counted does not hold together.
 */
int apply_find(const struct apply *, const struct manifest *, enum apply_start *, struct run *,
    struct error *);

/* Whether a run that is to be carried on has the rows of its manifest, which was surveyed. 0, or -1
 * and err. */
int apply_verify_rows(
    const struct apply *, const struct manifest *, const struct run *, struct error *);

/*
 * Carries a new or interrupted run on to its end. 0 when it is finished. -1 and err otherwise;
 * the run then stands at its last checkpoint (ERROR_LIMIT: --max-errors; ERROR_SIGNAL + n).
 */
int apply_carry_on(
    struct apply *, const struct manifest *, struct run *, struct tally *, struct error *);

/*
 * Whether a row more makes an invocation stop: counts it, and compares with --max-errors of
 * rows_total.
 */
bool apply_errors_exceeded(
    const struct apply_options *, uint64_t rows_total, uint64_t *errors, const struct row *);

#endif
