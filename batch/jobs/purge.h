#ifndef BATCH_JOBS_PURGE_H
#define BATCH_JOBS_PURGE_H

#include "database/purge.h"

/* Removing runs that nobody needs any more. */

/* Why a run stays; PURGE_GOES: it does not. */
enum purge_fate {
	PURGE_GOES,
	PURGE_OPEN,   /* a job of it has not ended */
	PURGE_NEWEST, /* a job of it is the newest one of its location */
	PURGE_FATES
};
/* What was begun is carried to its end. Pure. */
enum purge_fate purge_fate(const struct purge_run *);

struct purge_outcome {
	uint64_t runs[PURGE_FATES];
	struct purge_counts removed; /* or what would be */
};

/* Counts what would become of the runs. */
void purge_count(const struct purge_runs *, struct purge_outcome *);

/*
 * Removes the runs that may go, each in as many transactions as it takes, which it begins and
 * commits, with pauses for other writers. Call it under the writer's lock. 0 and *outcome, or -1
 * and err, ERROR_SIGNAL plus the signal where db_set_stop() gave one: what was removed so far is in
 * *outcome, and the next call carries on.
 */
int purge_runs(
    struct database *, const struct purge_runs *, struct purge_outcome *, struct error *);

#endif
