#include "jobs/purge.h"

#include "database/engine.h"
#include "program/progress.h"
#include "stop.h"

enum purge_fate
purge_fate(const struct purge_run *run)
{
	if (run->state == RUN_PURGING)
		return PURGE_GOES;
	if (run->open > 0)
		return PURGE_OPEN;
	return run->newest > 0 ? PURGE_NEWEST : PURGE_GOES;
}

static void
purge_add(struct purge_counts *sum, const struct purge_counts *more)
{
	sum->rows += more->rows;
	sum->jobs += more->jobs;
	sum->refusals += more->refusals;
}

void
purge_count(const struct purge_runs *runs, struct purge_outcome *outcome)
{
	*outcome = (struct purge_outcome){0};
	for (size_t i = 0; i < runs->count; i++) {
		const struct purge_run *run = &runs->items[i];
		const struct purge_counts there = {run->rows, run->jobs, run->refusals};
		enum purge_fate fate = purge_fate(run);

		outcome->runs[fate]++;
		if (fate == PURGE_GOES)
			purge_add(&outcome->removed, &there);
	}
}

/* A transaction that marks the run: 1, or 0 where a job of it has become active; -1 and err. */
static int
purge_mark(struct database *db, int64_t run, struct error *err)
{
	int rc = db_begin(db, err) == -1 ? -1 : db_purge_mark(db, run, err);

	if (rc != -1 && db_commit(db, err) == -1)
		rc = -1;
	if (rc == -1)
		db_rollback(db);
	return rc;
}

/* One that removes a slice: 1, or 0 when nothing is left; -1 and err. */
static int
purge_slice(struct database *db, int64_t run, struct purge_outcome *outcome, struct error *err)
{
	struct purge_counts removed;
	int rc = db_begin(db, err) == -1 ? -1 : db_purge_slice(db, run, &removed, err);

	if (rc != -1 && db_commit(db, err) == -1)
		rc = -1;
	if (rc == -1) {
		db_rollback(db);
		return -1;
	}
	purge_add(&outcome->removed, &removed);
	progress_add(removed.rows);
	return db_yield(db, err) == -1 ? -1 : rc;
}

static int
purge_one(struct database *db, const struct purge_run *run, struct purge_outcome *outcome,
    struct error *err)
{
	int rc = run->state == RUN_PURGING ? 1 : purge_mark(db, run->id, err);

	if (rc == 0)
		outcome->runs[PURGE_OPEN]++;
	if (rc != 1)
		return rc;
	do {
		if (stop_asked(db->stop, err, db->path, "interrupted") == -1)
			return -1;
		rc = purge_slice(db, run->id, outcome, err);
	} while (rc == 1);
	outcome->runs[PURGE_GOES] += rc == 0;
	return rc;
}

int
purge_runs(struct database *db, const struct purge_runs *runs, struct purge_outcome *outcome,
    struct error *err)
{
	int rc;

	purge_count(runs, outcome);
	progress_begin("purge", "rows", 0, outcome->removed.rows);
	outcome->removed = (struct purge_counts){0};
	outcome->runs[PURGE_GOES] = 0;
	rc = db_purge_begin(db, err);
	for (size_t i = 0; rc == 0 && i < runs->count; i++)
		if (purge_fate(&runs->items[i]) == PURGE_GOES)
			rc = purge_one(db, &runs->items[i], outcome, err);
	db_purge_end(db);
	return rc;
}
