#include "database/purge.h"

#include "database/run.h"
#include "database/walk_private.h"
#include "memory.h"
#include "model/bitmap.h"
#include "model/job.h"
#include "program/progress.h"

#include <stdlib.h>

/* Of a transaction: some tens of milliseconds. */
#define SLICE_ROWS 2000
#define SLICE_ITEMS 4000 /* jobs and refusals; a row that has more goes as one */

void
purge_runs_release(struct purge_runs *runs)
{
	free(runs->items);
	*runs = (struct purge_runs){0};
}

/* ---- which runs -------------------------------------------------------------------------- */

static int
purge_add_run(struct purge_runs *runs, const struct query *q, struct error *err)
{
	struct purge_run *items = memory_grow(
	    runs->items, runs->count, &runs->capacity, sizeof(*items));

	if (items == NULL)
		return error_memory(err);
	runs->items = items;
	items[runs->count++] = (struct purge_run){
	    .id = query_get_integer(q, 0),
	    .state = (enum run_state)query_get_integer(q, 1),
	    .ended_at = query_get_integer(q, 2),
	};
	return 0;
}

static const int PURGE_RUNS_COLUMNS[] = {STORED_RUN_ID, STORED_RUN_STATE, STORED_RUN_STARTED};

static int
purge_read_runs(struct database *db, int64_t before, struct purge_runs *runs, struct error *err)
{
	struct query q;
	int rc;

	query_begin(&q, db, SQL_PURGE_RUNS);
	query_integer(&q, before);
	while ((rc = query_row(&q, QUERY_COLUMNS(PURGE_RUNS_COLUMNS), err)) == 1)
		if (purge_add_run(runs, &q, err) == -1) {
			rc = -1;
			break;
		}
	query_end(&q);
	return rc;
}

static const int PURGE_THERE_COLUMNS[] = {STORED_REQUEST_FIRST_JOB,
    STORED_REQUEST_JOBS | STORED_OR_NULL, STORED_REQUEST_REFUSALS | STORED_OR_NULL};

static int
purge_read_there(struct database *db, struct purge_run *run, struct error *err)
{
	struct query q;
	int rc;

	query_begin(&q, db, SQL_PURGE_THERE);
	query_integer(&q, run->id);
	rc = query_row(&q, QUERY_COLUMNS(PURGE_THERE_COLUMNS), err);
	if (rc == 1) {
		run->rows = (uint64_t)query_get_integer(&q, 0);
		run->jobs = (uint64_t)query_get_integer(&q, 1);
		run->refusals = (uint64_t)query_get_integer(&q, 2);
	}
	query_end(&q);
	return rc == -1 ? -1 : 0;
}

static int
purge_compare_run(const void *key, const void *entry)
{
	int64_t id = *(const int64_t *)key, other = ((const struct purge_run *)entry)->id;

	return (id > other) - (id < other);
}

static const int PURGE_JOBS_COLUMNS[] = {STORED_JOB_ID, STORED_JOB_REQUEST, STORED_JOB_LOCATION,
    STORED_JOB_STATUS, STORED_JOB_ID, STORED_ANY};

/* Counts a job with its run. `seen`: the locations of the jobs after it. */
static int
purge_count_job(
    const struct walk *walk, struct purge_runs *runs, struct bitmap *seen, struct error *err)
{
	int64_t id = walk_integer(walk, 1) >> 32, status = walk_integer(walk, 3);
	uint64_t location = (uint64_t)walk_integer(walk, 2);
	bool newest = !bitmap_has(seen, location);
	struct purge_run *run = bsearch(
	    &id, runs->items, runs->count, sizeof(*run), purge_compare_run);

	if (newest && bitmap_set(seen, location) == -1)
		return error_memory(err);
	if (run == NULL)
		return 0;
	run->newest += newest;
	run->open += status != JOB_COMPLETED && status != JOB_ACKNOWLEDGED;
	return 0;
}

static int
purge_read_jobs(struct database *db, struct purge_runs *runs, struct error *err)
{
	struct bitmap seen = {0};
	struct next_ids next;
	struct walk walk;
	int rc;

	if (db_next_ids(db, &next, err) == -1)
		return -1;
	progress_begin("purge", "jobs", 0, (uint64_t)next.job);
	walk_init(&walk, db, SQL_NONE, SQL_PURGE_JOBS, db->stop);
	walk_describe(&walk, QUERY_COLUMNS(PURGE_JOBS_COLUMNS));
	walk.after = INT64_MAX;
	while ((rc = walk_next(&walk, err)) == 1) {
		progress_add(1);
		if (purge_count_job(&walk, runs, &seen, err) == -1) {
			rc = -1;
			break;
		}
	}
	walk_release(&walk);
	bitmap_release(&seen);
	return rc;
}

int
db_purge_read(struct database *db, int64_t before, struct purge_runs *runs, struct error *err)
{
	int rc;

	*runs = (struct purge_runs){0};
	rc = purge_read_runs(db, before, runs, err);
	for (size_t i = 0; rc == 0 && i < runs->count; i++)
		rc = purge_read_there(db, &runs->items[i], err);
	if (rc == 0 && runs->count > 0)
		rc = purge_read_jobs(db, runs, err);
	if (rc == -1)
		purge_runs_release(runs);
	return rc;
}

/* ---- removing ---------------------------------------------------------------------------- */

/* No row is left that names one which goes. To find that out by itself, SQLite would read all jobs
 * for each row. */
int
db_purge_begin(struct database *db, struct error *err)
{
	return db->engine->set(db, ENGINE_REFERENCES, 0, err);
}

void
db_purge_end(struct database *db)
{
	db_rollback(db);
	(void)db->engine->set(db, ENGINE_REFERENCES, 1, NULL);
}

/* 1, or -1 and err. */
static int
purge_data_key(struct database *db, int64_t run, struct error *err)
{
	struct query q;

	query_begin(&q, db, SQL_PURGE_DATA_KEY);
	query_integer(&q, run);
	return query_run(&q, err) == -1 ? -1 : 1;
}

static const int PURGE_OPEN_COLUMNS[] = {STORED_JOB_ID};

int
db_purge_mark(struct database *db, int64_t run, struct error *err)
{
	int64_t first, last;
	struct run now;
	struct query q;
	int rc;

	if (db_run_span(db, run, &first, &last, err) == -1)
		return -1;
	query_begin(&q, db, SQL_PURGE_OPEN);
	query_integer(&q, run);
	query_integer(&q, first);
	query_integer(&q, last);
	rc = query_row(&q, QUERY_COLUMNS(PURGE_OPEN_COLUMNS), err);
	query_end(&q);
	if (rc != 0)
		return rc == -1 ? -1 : 0;
	query_begin(&q, db, SQL_PURGE_MARK);
	query_integer(&q, run);
	if (query_run(&q, err) == -1)
		return -1;
	rc = db_run_find(db, run, &now, err);
	if (rc == 1)
		rc = now.state == RUN_PURGING;
	run_release(&now);
	return rc == 1 ? purge_data_key(db, run, err) : rc;
}

static int
purge_run_statement(
    struct database *db, enum sql sql, int64_t after, int64_t last, struct error *err)
{
	struct query q;

	query_begin(&q, db, sql);
	query_integer(&q, after);
	query_integer(&q, last);
	return query_run(&q, err);
}

static int
purge_remove(struct database *db, int64_t after, int64_t last, struct error *err)
{
	static const enum sql statements[] = {SQL_PURGE_EVENTS, SQL_PURGE_HANDLING, SQL_PURGE_JOB,
	    SQL_PURGE_REFUSAL, SQL_PURGE_GIVEN, SQL_PURGE_REQUEST};

	for (size_t i = 0; i < sizeof(statements) / sizeof(statements[0]); i++)
		if (purge_run_statement(db, statements[i], after, last, err) == -1)
			return -1;
	return 0;
}

/* No row is left: its tallies go, and it is purged. */
static int
purge_finish(struct database *db, int64_t run, struct error *err)
{
	struct query q;

	query_begin(&q, db, SQL_PURGE_TALLY);
	query_integer(&q, run);
	if (query_run(&q, err) == -1)
		return -1;
	query_begin(&q, db, SQL_PURGE_DONE);
	query_integer(&q, run);
	return query_run(&q, err);
}

static const int PURGE_SLICE_COLUMNS[] = {STORED_REQUEST_ID | STORED_OR_NULL,
    STORED_REQUEST_FIRST_JOB, STORED_REQUEST_JOBS | STORED_OR_NULL,
    STORED_REQUEST_REFUSALS | STORED_OR_NULL};

int
db_purge_slice(struct database *db, int64_t run, struct purge_counts *counts, struct error *err)
{
	int64_t last = 0;
	struct query q;
	int rc;

	*counts = (struct purge_counts){0};
	query_begin(&q, db, SQL_PURGE_SLICE);
	query_integer(&q, run);
	query_integer(&q, SLICE_ROWS);
	query_integer(&q, SLICE_ITEMS);
	rc = query_row(&q, QUERY_COLUMNS(PURGE_SLICE_COLUMNS), err);
	if (rc == 1) {
		last = query_get_integer(&q, 0);
		counts->rows = (uint64_t)query_get_integer(&q, 1);
		counts->jobs = (uint64_t)query_get_integer(&q, 2);
		counts->refusals = (uint64_t)query_get_integer(&q, 3);
	}
	query_end(&q);
	if (rc == -1)
		return -1;
	if (last == 0)
		return purge_finish(db, run, err);
	return purge_remove(db, run << 32, last, err) == -1 ? -1 : 1;
}
