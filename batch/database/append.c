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

struct bundle_row {
	const struct row *row;
	struct sealed sealed;
	size_t messages;              /* offset of the packed ones, or NO_MESSAGES */
	int64_t values[COLUMN_COUNT]; /* of the columns that are integers; 0: null */
};

struct bundle_job {
	int64_t id;
	const struct row *row;
	const struct row_location *location;
};

struct bundle_refusal {
	int64_t id;
	const struct row *row;
	const struct message *message;
	int64_t store;
};

static const struct statement REQUESTS_INSERT = {"requests-insert",
    "INSERT INTO request (id, line, outcome, existing, certificate, request, job_time, due_at,"
    " created_at, first_job, jobs, first_refusal, refusals, messages, password, offset)"
    " SELECT * FROM temp.feed_request"};

/* Without their ids, which are the greatest and one: given ones are looked for in the table. */
static const struct statement JOBS_INSERT = {"jobs-insert",
    "INSERT INTO job (request, location, store, status, result)"
    " SELECT request, location, store, 1, 0 FROM temp.feed_job"};

static const struct statement REFUSALS_INSERT = {"refusals-insert",
    "INSERT INTO refusal (request, location, store, code, text)"
    " SELECT request, location, store, code, text FROM temp.feed_refusal"};

static const struct statement JOB_SUPERSEDE = {"job-supersede",
    "UPDATE job SET status = 4, result = 0, cancelled_by = ?1 WHERE id = ?2 AND status IN (1, 5)"};

/* ---- collecting ------------------------------------------------------------------------- */

void
bundle_release(struct bundle *bundle)
{
	free(bundle->rows);
	free(bundle->jobs);
	free(bundle->refusals);
	buffer_release(&bundle->messages);
	*bundle = (struct bundle){0};
}

void
bundle_clear(struct bundle *bundle, int64_t started_at, int64_t now)
{
	bundle->row_count = bundle->job_count = bundle->refusal_count = 0;
	buffer_clear(&bundle->messages);
	bundle->started_at = started_at;
	bundle->now = now;
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
add_jobs(struct bundle *bundle, const struct row *row, struct next_ids *next)
{
	for (size_t i = 0; i < row->location_count; i++) {
		struct bundle_job *jobs;

		if (row->locations[i].fate != ROW_JOB)
			continue;
		jobs = grow(bundle->jobs, bundle->job_count, &bundle->job_capacity, sizeof(*jobs));
		if (jobs == NULL)
			return -1;
		jobs[bundle->job_count++] = (struct bundle_job){
		    next->job++, row, &row->locations[i]};
		bundle->jobs = jobs;
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
add_refusals(struct bundle *bundle, const struct row *row, struct next_ids *next)
{
	for (size_t i = 0; i < row->messages.count; i++) {
		struct bundle_refusal *refusals;

		if (code_kind(row->messages.items[i].code) != CODE_STORE)
			continue;
		refusals = grow(bundle->refusals, bundle->refusal_count, &bundle->refusal_capacity,
		    sizeof(*refusals));
		if (refusals == NULL)
			return -1;
		refusals[bundle->refusal_count++] = (struct bundle_refusal){next->refusal++, row,
		    &row->messages.items[i], store_of(row, row->messages.items[i].location)};
		bundle->refusals = refusals;
	}
	return 0;
}

static bool
is_faulty(const struct row *row)
{
	return row->outcome == OUTCOME_REJECTED || row->outcome == OUTCOME_FAILED;
}

static void
set_values(const struct bundle *bundle, struct bundle_row *item, const struct next_ids *first,
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
	values[COLUMN_DUE_AT] = row->due == bundle->started_at ? 0 : row->due;
	values[COLUMN_CREATED_AT] = bundle->now;
	values[COLUMN_JOBS] = next->job - first->job;
	values[COLUMN_FIRST_JOB] = next->job == first->job ? 0 : first->job;
	values[COLUMN_REFUSALS] = next->refusal - first->refusal;
	values[COLUMN_FIRST_REFUSAL] = next->refusal == first->refusal ? 0 : first->refusal;
	values[COLUMN_OFFSET] = (int64_t)row->offset;
}

int
bundle_add(struct bundle *bundle, const struct row *row, const struct sealed *sealed,
    struct next_ids *next, struct error *err)
{
	const struct next_ids first = *next;
	struct bundle_row *rows = grow(
	    bundle->rows, bundle->row_count, &bundle->row_capacity, sizeof(*rows));
	struct bundle_row *added;
	size_t messages = bundle->messages.length;

	if (rows == NULL)
		return error_memory(err);
	bundle->rows = rows;
	messages_pack(&row->messages, &bundle->messages);
	if (bundle->messages.length == messages)
		messages = NO_MESSAGES;
	else
		buffer_add(&bundle->messages, "", 1);
	if (bundle->messages.failed || add_jobs(bundle, row, next) == -1 ||
	    add_refusals(bundle, row, next) == -1)
		return error_memory(err);
	added = &rows[bundle->row_count++];
	added->row = row;
	added->sealed = *sealed;
	added->messages = messages;
	set_values(bundle, added, &first, next);
	return 0;
}

/* ---- writing ---------------------------------------------------------------------------- */

static void
request_value(sqlite3_context *context, const void *closure, size_t i, int column)
{
	const struct bundle *bundle = closure;
	const struct bundle_row *item = &bundle->rows[i];

	switch (column) {
	case COLUMN_JOB_TIME:
		feed_string(context, item->row->job_time[0] == '\0' ? NULL : item->row->job_time);
		break;
	case COLUMN_MESSAGES:
		feed_string(context,
		    item->messages == NO_MESSAGES ? NULL : bundle->messages.bytes + item->messages);
		break;
	case COLUMN_PASSWORD:
		feed_bytes(context, item->sealed.bytes, item->sealed.length);
		break;
	case COLUMN_CREATED_AT: /* 0 is a time */
		feed_optional(context, true, item->values[column]);
		break;
	case COLUMN_OFFSET:
		feed_optional(context, is_faulty(item->row), item->values[column]);
		break;
	default:
		feed_optional(context, item->values[column] != 0, item->values[column]);
	}
}

static void
job_value(sqlite3_context *context, const void *closure, size_t i, int column)
{
	const struct bundle_job *job = &((const struct bundle *)closure)->jobs[i];
	const int64_t values[] = {
	    job->id, job->row->id, job->location->location, job->location->store};

	sqlite3_result_int64(context, values[column]);
}

/* The refusal's code and, where it says more than the code, its text. */
static void
refusal_value(sqlite3_context *context, const void *closure, size_t i, int column)
{
	const struct bundle_refusal *refusal = &((const struct bundle *)closure)->refusals[i];
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
		feed_string(context, code_word(message->code));
	else
		feed_string(context, message->text == MESSAGE_DEFAULT
					 ? NULL
					 : messages_text(&refusal->row->messages, message));
}

static int
supersede(struct inventory *inventory, const struct bundle *bundle, struct error *err)
{
	for (size_t i = 0; i < bundle->job_count; i++) {
		const struct bundle_job *job = &bundle->jobs[i];
		struct query q;
		char by[32];

		if (job->location->supersedes == 0)
			continue;
		snprintf(by, sizeof(by), "job %lld", (long long)job->id);
		query_begin(&q, inventory, &JOB_SUPERSEDE);
		query_string(&q, by);
		query_integer(&q, job->location->supersedes);
		if (query_run(&q, err) == -1)
			return -1;
	}
	return 0;
}

/* Whether the last of so many ids is the one that its request was told. */
static int
verify_id(struct inventory *inventory, size_t count, int64_t id, struct error *err)
{
	if (count == 0 || sqlite3_last_insert_rowid(inventory->db) == id)
		return 0;
	return error_set(err, ERROR_STORAGE, inventory->path, 0, NULL,
	    "internal error: id %lld was expected, not %lld; nothing of this chunk was written",
	    (long long)id, (long long)sqlite3_last_insert_rowid(inventory->db));
}

int
inventory_put(struct inventory *inventory, const struct bundle *bundle, struct error *err)
{
	const struct feed_rows requests = {bundle->row_count, request_value, bundle};
	const struct feed_rows jobs = {bundle->job_count, job_value, bundle};
	const struct feed_rows refusals = {bundle->refusal_count, refusal_value, bundle};

	if (feed_run(inventory, FEED_REQUEST, &requests, &REQUESTS_INSERT, err) == -1 ||
	    feed_run(inventory, FEED_JOB, &jobs, &JOBS_INSERT, err) == -1 ||
	    verify_id(inventory, jobs.count, jobs.count == 0 ? 0 : bundle->jobs[jobs.count - 1].id,
		err) == -1 ||
	    feed_run(inventory, FEED_REFUSAL, &refusals, &REFUSALS_INSERT, err) == -1 ||
	    verify_id(inventory, refusals.count,
		refusals.count == 0 ? 0 : bundle->refusals[refusals.count - 1].id, err) == -1)
		return -1;
	return supersede(inventory, bundle, err);
}
