#include "database/verify_start.h"

#include "database/statement.h"

#include <stdlib.h>
#include <string.h>

static const struct statement RUNS = {"verify-runs",
    "SELECT r.id, r.state, r.finished_at, r.rows_total, r.offset, r.line, r.rows_read,"
    " r.succeeded, r.partial, r.failed, r.rejected, r.skipped, r.jobs_created, r.jobs_refused,"
    " r.jobs_superseded, (SELECT max(q.id) FROM request q"
    "  WHERE q.id > r.id << 32 AND q.id <= r.id << 32 | 4294967295) & 4294967295,"
    " r.jobs_later, r.first_due, r.last_due"
    " FROM run r ORDER BY r.id"};
static const struct statement RUNS_TALLY = {
    "verify-runs-tally", "SELECT run, kind, name, count FROM tally ORDER BY run"};
static const struct statement LAST = {"verify-last",
    "SELECT (SELECT max(id) FROM request), (SELECT max(id) FROM job),"
    " (SELECT max(id) FROM refusal)"};

static struct verify_run *
add_run(struct verify_start *start)
{
	if (start->count == start->capacity) {
		size_t capacity = start->capacity == 0 ? 64 : start->capacity * 2;
		struct verify_run *runs = reallocarray(start->runs, capacity, sizeof(*runs));

		if (runs == NULL)
			return NULL;
		start->runs = runs;
		start->capacity = capacity;
	}
	start->runs[start->count] = (struct verify_run){0};
	return &start->runs[start->count++];
}

static uint64_t
get_count(const struct query *q, int column)
{
	return (uint64_t)query_get_integer(q, column);
}

static int
read_runs(struct database *db, struct verify_start *start, struct error *err)
{
	struct query q;
	int rc;

	query_begin(&q, db, &RUNS);
	while ((rc = query_next(&q, err)) == 1) {
		struct verify_run *added = add_run(start);

		if (added == NULL) {
			rc = error_memory(err);
			break;
		}
		added->run = (struct run){
		    .id = query_get_integer(&q, 0),
		    .state = (enum run_state)query_get_integer(&q, 1),
		    .finished_at = query_get_null(&q, 2) ? 0 : 1,
		    .rows_total = get_count(&q, 3),
		    .offset = get_count(&q, 4),
		    .line = get_count(&q, 5),
		    .jobs_created = get_count(&q, 12),
		    .jobs_refused = get_count(&q, 13),
		    .jobs_superseded = get_count(&q, 14),
		    .jobs_later = get_count(&q, 16),
		    .first_due = query_get_integer(&q, 17),
		    .last_due = query_get_integer(&q, 18),
		};
		for (int i = 0; i < OUTCOME_COUNT; i++)
			added->run.rows[i] = get_count(&q, 6 + i);
		added->last_row = get_count(&q, 15);
	}
	query_end(&q);
	return rc;
}

static void
add_tally(struct verify_run *run, const char *kind, const char *name, uint64_t count)
{
	enum code code;

	if (kind == NULL || name == NULL || !code_parse(name, &code))
		return;
	if (strcmp(kind, "code") == 0) {
		*(code_kind(code) == CODE_STORE ? &run->refusals : &run->reasons) += count;
	} else if (strcmp(kind, "warning") == 0) {
		run->repetitions += code == CODE_EXACT_REPETITION ? count : 0;
		run->superseded += code == CODE_JOB_SUPERSEDED ? count : 0;
		run->kept += code == CODE_JOB_KEPT ? count : 0;
	}
}

/* Tallies and runs both come by the run's id. */
static int
read_tallies(struct database *db, struct verify_start *start, struct error *err)
{
	struct query q;
	size_t i = 0;
	int rc;

	query_begin(&q, db, &RUNS_TALLY);
	while ((rc = query_next(&q, err)) == 1) {
		int64_t run = query_get_integer(&q, 0);

		while (i < start->count && start->runs[i].run.id < run)
			i++;
		if (i < start->count && start->runs[i].run.id == run)
			add_tally(&start->runs[i], query_get_text(&q, 1), query_get_text(&q, 2),
			    get_count(&q, 3));
	}
	query_end(&q);
	return rc;
}

static int
read_last(struct database *db, struct verify_start *start, struct error *err)
{
	struct query q;
	int rc;

	query_begin(&q, db, &LAST);
	rc = query_next(&q, err);
	if (rc == 1) {
		start->last_request = query_get_integer(&q, 0);
		start->last_job = query_get_integer(&q, 1);
		start->last_refusal = query_get_integer(&q, 2);
	}
	query_end(&q);
	return rc == -1 ? -1 : 0;
}

int
verify_start_read(struct database *db, struct verify_start *start, struct error *err)
{
	int rc = db_begin_read(db, err);

	*start = (struct verify_start){0};
	if (rc == 0 && (read_runs(db, start, err) == -1 || read_tallies(db, start, err) == -1 ||
			   read_last(db, start, err) == -1))
		rc = -1;
	db_rollback(db);
	if (rc == -1)
		verify_start_release(start);
	return rc;
}

void
verify_start_release(struct verify_start *start)
{
	free(start->runs);
	*start = (struct verify_start){0};
}
