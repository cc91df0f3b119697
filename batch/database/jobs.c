#include "database/jobs.h"

#include "database/walk.h"
#include "database/runs.h"

#include <stdlib.h>

static const int LIST_COLUMNS[] = {STORED_JOB_ID, STORED_JOB_REQUEST, STORED_REQUEST_LINE,
    STORED_STORE_GUID | STORED_OR_NULL, STORED_STORE_PATH, STORED_STORE_MACHINE,
    STORED_LOCATION_ALIAS | STORED_OR_NULL, STORED_REQUEST_EXISTING, STORED_REQUEST_CERTIFICATE,
    STORED_REQUEST_JOB_TIME, STORED_REQUEST_DUE, STORED_JOB_STATUS, STORED_JOB_RESULT,
    STORED_JOB_CANCELLED};

struct jobs_list {
	struct walk walk;
	struct job_filter filter;
};

static int
store_known(struct database *db, const char *guid, struct error *err)
{
	struct query q;
	int rc;

	query_begin(&q, db, SQL_STORE_KNOWN);
	query_string(&q, guid);
	rc = query_next(&q, err);
	query_end(&q);
	if (rc == 0)
		return error_set(err, ERROR_INPUT, db->path,
		    "no store %s: `pfxreplace list stores` lists them", guid);
	return rc == 1 ? 0 : -1;
}

static void
bind(struct query *q, const void *values)
{
	const struct job_filter *filter = values;

	query_integer(q, filter->run);
	query_string(q, filter->store);
	query_string(q, filter->machine);
	query_optional(q, filter->has_status, filter->status);
	query_optional(q, filter->has_due_before, filter->due_before);
	query_optional(q, filter->has_due_after, filter->due_after);
}

struct jobs_list *
jobs_list_open(struct database *db, const struct job_filter *filter,
    const volatile sig_atomic_t *stop, struct error *err)
{
	struct jobs_list *list;
	int64_t first, last;

	if (db_run_span(db, filter->run, &first, &last, err) == -1 ||
	    (filter->store != NULL && store_known(db, filter->store, err) == -1))
		return NULL;
	list = calloc(1, sizeof(*list));
	if (list == NULL) {
		error_memory(err);
		return NULL;
	}
	list->filter = *filter;
	walk_init(&list->walk, db, SQL_PAGE_OF_JOBS, SQL_JOBS_LIST, stop);
	walk_describe(&list->walk, QUERY_COLUMNS(LIST_COLUMNS));
	list->walk.bind = bind;
	list->walk.values = &list->filter;
	list->walk.after = first == INT64_MIN ? first : first - 1;
	list->walk.last = last;
	return list;
}

void
jobs_list_close(struct jobs_list *list)
{
	if (list == NULL)
		return;
	walk_release(&list->walk);
	free(list);
}

int
jobs_list_next(struct jobs_list *list, struct job_entry *entry, struct error *err)
{
	const struct walk *row = &list->walk;
	int rc = walk_next(&list->walk, err);

	if (rc != 1)
		return rc;
	*entry = (struct job_entry){
	    .id = walk_integer(row, 0),
	    .run = walk_integer(row, 1) >> 32,
	    .line = walk_integer(row, 2),
	    .store = walk_text(row, 3),
	    .path = walk_text(row, 4),
	    .machine = walk_text(row, 5),
	    .alias = walk_text(row, 6),
	    .existing = walk_integer(row, 7),
	    .certificate = walk_integer(row, 8),
	    .job_time = walk_text(row, 9),
	    .due_at = walk_integer(row, 10),
	    .status = walk_integer(row, 11),
	    .result = walk_integer(row, 12),
	    .cancelled_by = walk_text(row, 13),
	};
	return 1;
}
