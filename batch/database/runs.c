#include "database/runs.h"

#include "database/walk.h"
#include "model/run.h"

#include <stdlib.h>

static const char *const states[] = {
    [RUN_UNFINISHED] = "unfinished",
    [RUN_FINISHED] = "finished",
    [RUN_ABANDONED] = "abandoned",
};
#define STATE_COUNT ((int64_t)(sizeof(states) / sizeof(states[0])))

static const int LIST_COLUMNS[] = {STORED_RUN_ID, STORED_RUN_STATE, STORED_RUN_MANIFEST,
    STORED_RUN_OPERATOR, STORED_RUN_REFERENCE, STORED_RUN_STARTED, STORED_RUN_FINISHED_AT,
    STORED_RUN_ROWS_TOTAL, STORED_RUN_ROWS_READ, STORED_RUN_SUCCEEDED, STORED_RUN_PARTIAL,
    STORED_RUN_FAILED, STORED_RUN_REJECTED, STORED_RUN_SKIPPED, STORED_RUN_CREATED,
    STORED_RUN_REFUSED, STORED_RUN_SUPERSEDED, STORED_RUN_MENDS};
static const int STATE_COLUMNS[] = {STORED_RUN_STATE, STORED_RUN_CREATED, STORED_RUN_ID};

struct runs_list {
	struct walk walk;
};

struct runs_list *
runs_list_open(struct database *db, const volatile sig_atomic_t *stop, struct error *err)
{
	struct runs_list *list = calloc(1, sizeof(*list));

	if (list == NULL) {
		error_memory(err);
		return NULL;
	}
	walk_init(&list->walk, db, SQL_PAGE_OF_RUNS, SQL_RUNS_LIST, stop);
	walk_describe(&list->walk, QUERY_COLUMNS(LIST_COLUMNS));
	return list;
}

void
runs_list_close(struct runs_list *list)
{
	if (list == NULL)
		return;
	walk_release(&list->walk);
	free(list);
}

static const char *
state_word(int64_t state)
{
	return state >= 0 && state < STATE_COUNT ? states[state] : NULL;
}

int
runs_list_next(struct runs_list *list, struct run_entry *entry, struct error *err)
{
	const struct walk *row = &list->walk;
	int rc = walk_next(&list->walk, err);

	if (rc != 1)
		return rc;
	*entry = (struct run_entry){
	    .id = walk_integer(row, 0),
	    .state = state_word(walk_integer(row, 1)),
	    .manifest = walk_text(row, 2),
	    .operator_name = walk_text(row, 3),
	    .reference = walk_text(row, 4),
	    .started_at = walk_integer(row, 5),
	    .has_finished_at = !walk_null(row, 6),
	    .finished_at = walk_integer(row, 6),
	    .rows = walk_integer(row, 7),
	    .read = walk_integer(row, 8),
	    .succeeded = walk_integer(row, 9),
	    .partial = walk_integer(row, 10),
	    .failed = walk_integer(row, 11),
	    .rejected = walk_integer(row, 12),
	    .skipped = walk_integer(row, 13),
	    .jobs_created = walk_integer(row, 14),
	    .jobs_refused = walk_integer(row, 15),
	    .jobs_superseded = walk_integer(row, 16),
	    .mends = walk_integer(row, 17),
	};
	return 1;
}

/* The run's state, or -1 and err. */
static int64_t
run_state(struct database *db, int64_t run, int64_t *jobs, struct error *err)
{
	struct query q;
	int64_t state = -1;
	int rc;

	query_begin(&q, db, SQL_RUN_STATE);
	query_integer(&q, run);
	rc = query_row(&q, QUERY_COLUMNS(STATE_COLUMNS), err);
	if (rc == 1) {
		state = query_get_integer(&q, 0);
		*jobs = query_get_integer(&q, 1);
	} else if (rc == 0) {
		error_set(err, ERROR_INPUT, db->path, "no run %lld: `pfxreplace runs` lists them",
		    (long long)run);
	}
	query_end(&q);
	return state;
}

int
db_run_span(struct database *db, int64_t run, int64_t *first, int64_t *last, struct error *err)
{
	struct query q;
	int64_t jobs;
	int rc;

	*first = INT64_MIN;
	*last = INT64_MAX;
	if (run == 0)
		return 0;
	if (run_state(db, run, &jobs, err) == -1)
		return -1;
	query_begin(&q, db, SQL_RUN_SPAN);
	query_integer(&q, run);
	rc = query_next(&q, err);
	if (rc == 1) {
		*first = query_get_null(&q, 0) ? 1 : query_get_integer(&q, 0);
		*last = query_get_integer(&q, 1);
	}
	query_end(&q);
	return rc == -1 ? -1 : 0;
}

int
db_run_abandon(struct database *db, int64_t run, int64_t *jobs, struct error *err)
{
	int64_t state = run_state(db, run, jobs, err);
	struct query q;

	if (state == -1)
		return -1;
	if (state != RUN_UNFINISHED)
		return error_set(err, ERROR_INPUT, db->path,
		    "run %lld is %s already: expected an unfinished one", (long long)run,
		    state_word(state) == NULL ? "over" : state_word(state));
	query_begin(&q, db, SQL_RUN_ABANDON);
	query_integer(&q, run);
	return query_run(&q, err);
}
