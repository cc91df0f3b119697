#ifndef BATCH_DATABASE_PURGE_H
#define BATCH_DATABASE_PURGE_H

#include "database/database.h"
#include "model/run.h"

#include <stddef.h>

/*
 * For `purge`: what runs have appended, removed again. A run is marked RUN_PURGING first: from then
 * on nobody changes its jobs. Its rows go in slices, each a transaction, and with the last of them
 * it becomes RUN_PURGED. All of it under the writer's lock; db_run_find() reads what stays.
 */

struct purge_run {
	int64_t id;
	enum run_state state; /* RUN_FINISHED, RUN_ABANDONED or RUN_PURGING */
	int64_t ended_at;     /* finished_at, or started_at of one that never finished */
	uint64_t rows;        /* of its manifest that are there */
	uint64_t jobs;        /* of them, those that are there */
	uint64_t refusals;    /* likewise */
	uint64_t open;        /* of its jobs: not ended */
	uint64_t newest;      /* of its jobs: no later one has their location */
};

struct purge_runs {
	struct purge_run *items; /* by id */
	size_t count, capacity;
};
void purge_runs_release(struct purge_runs *);

/*
 * The runs that are over and ended before the time (milliseconds since 1970), and those that are
 * being purged whenever they ended, with what is there of them and where their jobs are: one pass
 * over all jobs, in short reads. 0, or -1 and err.
 */
int db_purge_read(struct database *, int64_t before, struct purge_runs *, struct error *);

/* To be called outside of a transaction, before the others: rows that others name go with these. */
int db_purge_begin(struct database *, struct error *);
void db_purge_end(struct database *);

/* Marks the run, in the caller's transaction: 1, or 0 where it is not over or has a job that has
 * become active since it was read, -1 and err. */
int db_purge_mark(struct database *, int64_t run, struct error *);

/*
 * Removes the next rows of a run that is marked, with their jobs and refusals, in the caller's
 * transaction: 1, or 0 when they were the last ones and the run is purged, -1 and err. *counts gets
 * what was removed.
 */
struct purge_counts {
	uint64_t rows, jobs, refusals;
};
int db_purge_slice(struct database *, int64_t run, struct purge_counts *counts, struct error *);

#endif
