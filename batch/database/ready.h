#ifndef BATCH_DATABASE_READY_H
#define BATCH_DATABASE_READY_H

#include "database/job.h"

#include <stddef.h>

/*
 * The jobs that wait to be handed out, in order of their due time and then their id. All of it is
 * for the writing transaction of a claim. Times are milliseconds since 1970.
 */

/* Takes in the active jobs that runs have made since the last claim. 0, or -1 and err. */
int db_ready_fill(struct database *, struct error *);

/*
 * The jobs whose lease is over at `now`, at most `most` of them; then those with a lease or a retry
 * time that was taken from a later clock. Ids into *jobs, allocated, the caller's to free. 0, or -1
 * and err.
 */
struct ready_jobs {
	int64_t *ids;
	size_t count, capacity;
};
void ready_jobs_release(struct ready_jobs *);
int db_ready_lost(struct database *, int64_t now, size_t most, struct ready_jobs *, struct error *);
int db_ready_from_later_clock(
    struct database *, int64_t now, int64_t retry_most, struct ready_jobs *, struct error *);

/* The jobs whose lease runs under a claim that the history has this message of. As above. */
int db_ready_claimed_with(
    struct database *, const char *message, struct ready_jobs *, struct error *);

/*
 * The jobs that are due, one by one, of one machine (without regard to case) or of all. What the
 * caller does to a job that it was given changes nothing in the order of the others.
 */
struct ready_walk;

struct ready_filter {
	const char *machine; /* NULL: all; borrowed */
	const char *host;    /* else: of the machines that are this host (machine.h); NULL: all */
	int64_t store;       /* 0: all; else, without a machine, the jobs of its machine */
	int64_t now;         /* due at this time or before */
	int64_t first, last; /* ids of jobs; INT64_MIN and INT64_MAX: all */
};

/* NULL and err. */
struct ready_walk *ready_walk_open(struct database *, const struct ready_filter *, struct error *);
/* The next one: 1, 0 at the end, -1 and err. */
int ready_walk_next(struct ready_walk *, int64_t *job, struct error *);
void ready_walk_close(struct ready_walk *); /* NULL is fine */

/*
 * What decides whether a job is handed out, of many jobs at once, for a machine may have many that
 * are not.
 */
struct ready_candidate {
	int64_t id;
	bool known; /* false: it is not there, or its row, run or store is not */
	/* Of the record: its ids, store, container, removed, approved, created_at, the window of
	 * its run, and whether it was rescheduled out of that; the rest is 0. */
	struct job_record job;
	/* `inventoried` alone says that an inventory is newer than the job; it is not looked at
	 * where the store was removed or is not approved. */
	struct job_sight sight;
};
#define READY_LOOK_MOST 250
/* Fills in the jobs, at most READY_LOOK_MOST of them, whose ids are given. 0, or -1 and err. */
int db_ready_look(struct database *, struct ready_candidate *jobs, size_t count, struct error *);

#endif
