#include "database/append.h"

#include "database/rowset.h"

#include <stdlib.h>

#define NO_MESSAGES SIZE_MAX

/* The columns of a request, as feed_request has them. */
enum column {
	COLUMN_ID,
	COLUMN_LINE,
	COLUMN_OUTCOME,
	COLUMN_EXISTING,
	COLUMN_CERTIFICATE,
	COLUMN_REQUEST,
	COLUMN_JOB_TIME,
	COLUMN_DUE_AT,
	COLUMN_CREATED_AT,
	COLUMN_FIRST_JOB,
	COLUMN_JOBS,
	COLUMN_FIRST_REFUSAL,
	COLUMN_REFUSALS,
	COLUMN_MESSAGES,
	COLUMN_PASSWORD,
	COLUMN_OFFSET,
	COLUMN_COUNT
};

struct append_row {
	const struct row *row;
	struct sealed sealed;
	size_t messages;              /* offset of the packed ones, or NO_MESSAGES */
	int64_t values[COLUMN_COUNT]; /* of the columns that are integers; 0: null */
};

struct append_job {
	int64_t id;
	const struct row *row;
	const struct row_location *location;
};

struct append_refusal {
	int64_t id;
	const struct row *row;
	const struct message *message;
	int64_t store;
};

static const struct statement REQUESTS_INSERT = {"requests-insert",
    "INSERT INTO request (id, line, outcome, existing, certificate, request, job_time, due_at,"
    " created_at, first_job, jobs, first_refusal, refusals, messages, password, offset)"
    " SELECT * FROM temp.rowset_request"};

/* Without their ids, which are the greatest and one: given ones are looked for in the table. */
static const struct statement JOBS_INSERT = {"jobs-insert",
    "INSERT INTO job (request, location, store, status, result)"
    " SELECT request, location, store, 1, 0 FROM temp.rowset_job"};

static const struct statement REFUSALS_INSERT = {"refusals-insert",
    "INSERT INTO refusal (request, location, store, code, text)"
    " SELECT request, location, store, code, text FROM temp.rowset_refusal"};

static const struct statement JOB_SUPERSEDE = {"job-supersede",
    "UPDATE job SET status = 4, result = 0, cancelled_by = ?1 WHERE id = ?2 AND status IN (1, 5)"};

/* ---- collecting ------------------------------------------------------------------------- */

void
append_release(struct append *append)
{
	free(append->rows);
	free(append->jobs);
	free(append->refusals);
	buffer_release(&append->messages);
	*append = (struct append){0};
}

void
append_clear(struct append *append, int64_t started_at, int64_t now)
{
	append->row_count = append->job_count = append->refusal_count = 0;
	buffer_clear(&append->messages);
	append->started_at = started_at;
	append->now = now;
}

/* The array with room for one more item. NULL when out of memory, and it is as it was. */
static void *
grow(void *items, size_t count, size_t *capacity, size_t size)
{
	size_t more = *capacity == 0 ? 256 : *capacity * 2;
	void *grown;

	if (count < *capacity)
		return items;
	grown = reallocarray(items, more, size);
	if (grown != NULL)
		*capacity = more;
	return grown;
}

static int
add_jobs(struct append *append, const struct row *row, struct next_ids *next)
{
	for (size_t i = 0; i < row->location_count; i++) {
		struct append_job *jobs;

		if (row->locations[i].fate != ROW_JOB)
			continue;
		jobs = grow(append->jobs, append->job_count, &append->job_capacity, sizeof(*jobs));
		if (jobs == NULL)
			return -1;
		jobs[append->job_count++] = (struct append_job){
		    next->job++, row, &row->locations[i]};
		append->jobs = jobs;
	}
	return 0;
}

static int64_t
store_of(const struct row *row, int64_t location)
{
	for (size_t i = 0; i < row->location_count; i++)
		if (row->locations[i].location == location)
			return row->locations[i].store;
	return 0;
}

static int
add_refusals(struct append *append, const struct row *row, struct next_ids *next)
{
	for (size_t i = 0; i < row->messages.count; i++) {
		struct append_refusal *refusals;

		if (code_kind(row->messages.items[i].code) != CODE_STORE)
			continue;
		refusals = grow(append->refusals, append->refusal_count, &append->refusal_capacity,
		    sizeof(*refusals));
		if (refusals == NULL)
			return -1;
		refusals[append->refusal_count++] = (struct append_refusal){next->refusal++, row,
		    &row->messages.items[i], store_of(row, row->messages.items[i].location)};
		append->refusals = refusals;
	}
	return 0;
}

static bool
is_faulty(const struct row *row)
{
	return row->outcome == OUTCOME_REJECTED || row->outcome == OUTCOME_FAILED;
}

static void
set_values(const struct append *append, struct append_row *item, const struct next_ids *first,
    const struct next_ids *next)
{
	const struct row *row = item->row;
	int64_t *values = item->values;

	values[COLUMN_ID] = row->id;
	values[COLUMN_LINE] = (int64_t)row->line;
	values[COLUMN_OUTCOME] = (int64_t)row->outcome;
	values[COLUMN_EXISTING] = row->existing;
	values[COLUMN_CERTIFICATE] = row->certificate;
	values[COLUMN_REQUEST] = row->request;
	values[COLUMN_DUE_AT] = row->due == append->started_at ? 0 : row->due;
	values[COLUMN_CREATED_AT] = append->now;
	values[COLUMN_JOBS] = next->job - first->job;
	values[COLUMN_FIRST_JOB] = next->job == first->job ? 0 : first->job;
	values[COLUMN_REFUSALS] = next->refusal - first->refusal;
	values[COLUMN_FIRST_REFUSAL] = next->refusal == first->refusal ? 0 : first->refusal;
	values[COLUMN_OFFSET] = (int64_t)row->offset;
}

int
append_add(struct append *append, const struct row *row, const struct sealed *sealed,
    struct next_ids *next, struct error *err)
{
	const struct next_ids first = *next;
	struct append_row *rows = grow(
	    append->rows, append->row_count, &append->row_capacity, sizeof(*rows));
	struct append_row *added;
	size_t messages = append->messages.length;

	if (rows == NULL)
		return error_memory(err);
	append->rows = rows;
	messages_pack(&row->messages, &append->messages);
	if (append->messages.length == messages)
		messages = NO_MESSAGES;
	else
		buffer_add(&append->messages, "", 1);
	if (append->messages.failed || add_jobs(append, row, next) == -1 ||
	    add_refusals(append, row, next) == -1)
		return error_memory(err);
	added = &rows[append->row_count++];
	added->row = row;
	added->sealed = *sealed;
	added->messages = messages;
	set_values(append, added, &first, next);
	return 0;
}

/* ---- writing ---------------------------------------------------------------------------- */

static void
request_value(sqlite3_context *context, const void *closure, size_t i, int column)
{
	const struct append *append = closure;
	const struct append_row *item = &append->rows[i];

	switch (column) {
	case COLUMN_JOB_TIME:
		rowset_string(context, item->row->job_time[0] == '\0' ? NULL : item->row->job_time);
		break;
	case COLUMN_MESSAGES:
		rowset_string(context,
		    item->messages == NO_MESSAGES ? NULL : append->messages.bytes + item->messages);
		break;
	case COLUMN_PASSWORD:
		rowset_bytes(context, item->sealed.bytes, item->sealed.length);
		break;
	case COLUMN_CREATED_AT: /* 0 is a time */
		rowset_optional(context, true, item->values[column]);
		break;
	case COLUMN_OFFSET:
		rowset_optional(context, is_faulty(item->row), item->values[column]);
		break;
	default:
		rowset_optional(context, item->values[column] != 0, item->values[column]);
	}
}

static void
job_value(sqlite3_context *context, const void *closure, size_t i, int column)
{
	const struct append_job *job = &((const struct append *)closure)->jobs[i];
	const int64_t values[] = {
	    job->id, job->row->id, job->location->location, job->location->store};

	sqlite3_result_int64(context, values[column]);
}

/* The refusal's code and, where it says more than the code, its text. */
static void
refusal_value(sqlite3_context *context, const void *closure, size_t i, int column)
{
	const struct append_refusal *refusal = &((const struct append *)closure)->refusals[i];
	const struct message *message = refusal->message;

	if (column == 0)
		sqlite3_result_int64(context, refusal->id);
	else if (column == 1)
		sqlite3_result_int64(context, refusal->row->id);
	else if (column == 2)
		sqlite3_result_int64(context, message->location);
	else if (column == 3)
		sqlite3_result_int64(context, refusal->store);
	else if (column == 4)
		rowset_string(context, code_word(message->code));
	else
		rowset_string(context, message->text == MESSAGE_DEFAULT
					   ? NULL
					   : messages_text(&refusal->row->messages, message));
}

static int
supersede(struct database *db, const struct append *append, struct error *err)
{
	for (size_t i = 0; i < append->job_count; i++) {
		const struct append_job *job = &append->jobs[i];
		struct query q;
		char by[32];

		if (job->location->supersedes == 0)
			continue;
		snprintf(by, sizeof(by), "job %lld", (long long)job->id);
		query_begin(&q, db, &JOB_SUPERSEDE);
		query_string(&q, by);
		query_integer(&q, job->location->supersedes);
		if (query_run(&q, err) == -1)
			return -1;
	}
	return 0;
}

/* Whether the last of so many ids is the one that its request was told. */
static int
verify_id(struct database *db, size_t count, int64_t id, struct error *err)
{
	if (count == 0 || sqlite3_last_insert_rowid(db->handle) == id)
		return 0;
	return error_set(err, ERROR_STORAGE, db->path,
	    "internal error: id %lld was expected, not %lld; nothing of this chunk was written",
	    (long long)id, (long long)sqlite3_last_insert_rowid(db->handle));
}

int
db_append(struct database *db, const struct append *append, struct error *err)
{
	const struct rowset_rows requests = {append->row_count, request_value, append};
	const struct rowset_rows jobs = {append->job_count, job_value, append};
	const struct rowset_rows refusals = {append->refusal_count, refusal_value, append};

	if (rowset_run(db, ROWSET_REQUEST, &requests, &REQUESTS_INSERT, err) == -1 ||
	    rowset_run(db, ROWSET_JOB, &jobs, &JOBS_INSERT, err) == -1 ||
	    verify_id(db, jobs.count, jobs.count == 0 ? 0 : append->jobs[jobs.count - 1].id, err) ==
		-1 ||
	    rowset_run(db, ROWSET_REFUSAL, &refusals, &REFUSALS_INSERT, err) == -1 ||
	    verify_id(db, refusals.count,
		refusals.count == 0 ? 0 : append->refusals[refusals.count - 1].id, err) == -1)
		return -1;
	return supersede(db, append, err);
}
