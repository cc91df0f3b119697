#ifndef BATCH_DATABASE_RUNS_LIST_H
#define BATCH_DATABASE_RUNS_LIST_H

#include "database/database.h"

#include <signal.h>

/* The runs of a database: what `runs` shows, and how one is given up. */

struct run_entry {
	int64_t id;
	const char *state; /* "unfinished" (running or interrupted), "finished", "abandoned" */
	const char *manifest;
	const char *operator_name;
	const char *reference; /* NULL: none */
	int64_t started_at;    /* milliseconds since 1970, as all times here */
	bool has_finished_at;
	int64_t finished_at;
	int64_t rows; /* of the manifest */
	int64_t read, succeeded, partial, failed, rejected, skipped;
	int64_t jobs_created, jobs_refused, jobs_superseded;
	int64_t mends; /* the run whose rejects it mends; 0: none */
};

/* In the order of their ids. stop may be NULL. NULL and err on failure. */
struct runs_list *runs_list_open(
    struct database *, const volatile sig_atomic_t *stop, struct error *);
/* 1, 0 at the end, -1 and err. The texts live until the next call. */
int runs_list_next(struct runs_list *, struct run_entry *, struct error *);
void runs_list_close(struct runs_list *); /* NULL is fine */

/*
 * The first and the last id that a job of the run can have; of run 0, of any job. A run that
 * interrupted runs were carried on beside shares the span with their jobs. Without jobs the
 * span is empty (first > last). -1 and err: ERROR_INPUT when there is no such run.
 */
int db_run_span(struct database *, int64_t run, int64_t *first, int64_t *last, struct error *);

/*
 * Gives up an unfinished run; its committed jobs stay, and *jobs says how many it made. Call it
 * in a transaction, under the writer's lock. -1 and err: ERROR_INPUT when it is over already,
 * or when there is no such run.
 */
int db_run_abandon(struct database *, int64_t run, int64_t *jobs, struct error *);

#endif
