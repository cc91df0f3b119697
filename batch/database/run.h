#ifndef BATCH_DATABASE_RUN_H
#define BATCH_DATABASE_RUN_H

#include "database/database.h"
#include "model/run.h"

/* Runs in the database: what `apply` writes, inside the transaction of a chunk. */

/* The latest run of a manifest with this digest; of another digest that is unfinished at this
 * path; the run of this id. 1 and *run (the caller's to release), 0 when there is none, -1. */
int db_run_latest(
    struct database *, const unsigned char digest[RUN_DIGEST_SIZE], struct run *, struct error *);
int db_run_changed(struct database *, const char *path, const unsigned char digest[RUN_DIGEST_SIZE],
    struct run *, struct error *);
int db_run_find(struct database *, int64_t id, struct run *, struct error *);

/* Manifests by their real paths and formats. */
struct run_sought {
	const char *from, *before; /* paths, as bytes: from <= path < before */
	int formats[2];            /* the first and the last enum format */
	/* Whether a manifest at this path is meant: 1, 0, -1 and err. */
	int (*is)(const void *closure, const char *path, struct error *);
	const void *closure;
};

/* The first run that was not given up of such a manifest. 1 and *run (the caller's to release), 0
 * when there is none, -1. Takes the longer, the more paths are in the range. */
int db_run_first(struct database *, const struct run_sought *, struct run *, struct error *);

/* Says that a run does not hold together, and why. Returns -1. */
int db_run_damaged(struct database *, const struct run *, const char *text, struct error *);

/* Adds the run and sets its id. */
int db_run_insert(struct database *, struct run *, struct error *);
/* Writes state, checkpoint and accounting. */
int db_run_update(struct database *, const struct run *, struct error *);

/* The id that the next run, job and refusal will get. */
struct next_ids {
	int64_t run, job, refusal;
};
int db_next_ids(struct database *, struct next_ids *, struct error *);

/* Writes the tallies of a run as they are now; reads them. */
int db_put_tally(struct database *, int64_t run, const struct tally *, struct error *);
int db_get_tally(struct database *, int64_t run, struct tally *, struct error *);

/* "unfinished" (running or interrupted), "finished", "abandoned", "purging" (not yet to its end) or
 * "purged"; NULL for any other number. */
const char *db_run_state_word(int64_t state);

/*
 * The first and the last id that a job of the run can have; of run 0, of any job. A run that
 * interrupted runs were carried on beside shares the span with their jobs. Without jobs the
 * span is empty (first > last). -1 and err: ERROR_INPUT when there is no such run.
 */
int db_run_span(struct database *, int64_t run, int64_t *first, int64_t *last, struct error *);
/* Likewise of its refusals. */
int db_run_refusal_span(
    struct database *, int64_t run, int64_t *first, int64_t *last, struct error *);

/*
 * Gives up an unfinished run; its committed jobs stay, and *jobs says how many it made. Call it
 * in a transaction, under the writer's lock. -1 and err: ERROR_INPUT when it is over already,
 * or when there is no such run.
 */
int db_run_abandon(struct database *, int64_t run, int64_t *jobs, struct error *);

#endif
