#include "inventory_put.h"

#include "inventory_feed.h"

#include <stdlib.h>

#define NO_MESSAGES SIZE_MAX

struct bundle_row {
	const struct row *row;
	struct sealed sealed;
	int64_t first_job, jobs;
	int64_t first_refusal, refusals;
	size_t messages; /* offset of the packed ones, or NO_MESSAGES */
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
};

static const struct statement REQUESTS_INSERT = {"requests-insert",
    "INSERT INTO request (id, line, outcome, existing, certificate, request, job_time, due_at,"
    " created_at, first_job, jobs, first_refusal, refusals, messages, password, offset)"
    " SELECT * FROM feed_request"};

static const struct statement JOBS_INSERT = {"jobs-insert",
    "INSERT INTO job (id, request, location, status, result)"
    " SELECT id, request, location, 1, 0 FROM feed_job"};

static const struct statement REFUSALS_INSERT = {"refusals-insert",
    "INSERT INTO refusal (id, request, location, code, text) SELECT * FROM feed_refusal"};

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
		refusals[bundle->refusal_count++] = (struct bundle_refusal){
		    next->refusal++, row, &row->messages.items[i]};
		bundle->refusals = refusals;
	}
	return 0;
}

int
bundle_add(struct bundle *bundle, const struct row *row, const struct sealed *sealed,
    struct next_ids *next, struct error *err)
{
	struct bundle_row *rows;
	struct bundle_row added = {.row = row,
	    .sealed = *sealed,
	    .first_job = next->job,
	    .first_refusal = next->refusal,
	    .messages = bundle->messages.length};

	messages_pack(&row->messages, &bundle->messages);
	if (bundle->messages.length == added.messages)
		added.messages = NO_MESSAGES;
	else
		buffer_add(&bundle->messages, "", 1);
	rows = grow(bundle->rows, bundle->row_count, &bundle->row_capacity, sizeof(*rows));
	if (rows == NULL)
		return error_memory(err);
	bundle->rows = rows;
	if (bundle->messages.failed || add_jobs(bundle, row, next) == -1 ||
	    add_refusals(bundle, row, next) == -1)
		return error_memory(err);
	added.jobs = next->job - added.first_job;
	added.refusals = next->refusal - added.first_refusal;
	rows[bundle->row_count++] = added;
	return 0;
}

/* ---- writing ---------------------------------------------------------------------------- */

static void
request_value(sqlite3_context *context, const void *closure, size_t i, int column)
{
	const struct bundle *bundle = closure;
	const struct bundle_row *item = &bundle->rows[i];
	const struct row *row = item->row;
	bool faulty = row->outcome == OUTCOME_REJECTED || row->outcome == OUTCOME_FAILED;

	switch (column) {
	case 0:
		sqlite3_result_int64(context, row->id);
		break;
	case 1:
		sqlite3_result_int64(context, (int64_t)row->line);
		break;
	case 2:
		sqlite3_result_int64(context, (int64_t)row->outcome);
		break;
	case 3:
		feed_optional(context, row->existing != 0, row->existing);
		break;
	case 4:
		feed_optional(context, row->certificate != 0, row->certificate);
		break;
	case 5:
		feed_optional(context, row->request != 0, row->request);
		break;
	case 6:
		feed_string(context, row->job_time[0] == '\0' ? NULL : row->job_time);
		break;
	case 7:
		feed_optional(context, row->due != bundle->started_at, row->due);
		break;
	case 8:
		sqlite3_result_int64(context, bundle->now);
		break;
	case 9:
		feed_optional(context, item->jobs > 0, item->first_job);
		break;
	case 10:
		feed_optional(context, item->jobs > 0, item->jobs);
		break;
	case 11:
		feed_optional(context, item->refusals > 0, item->first_refusal);
		break;
	case 12:
		feed_optional(context, item->refusals > 0, item->refusals);
		break;
	case 13:
		feed_string(context,
		    item->messages == NO_MESSAGES ? NULL : bundle->messages.bytes + item->messages);
		break;
	case 14:
		feed_bytes(context, item->sealed.bytes, item->sealed.length);
		break;
	default:
		feed_optional(context, faulty, (int64_t)row->offset);
	}
}

static void
job_value(sqlite3_context *context, const void *closure, size_t i, int column)
{
	const struct bundle_job *job = &((const struct bundle *)closure)->jobs[i];

	sqlite3_result_int64(context, column == 0   ? job->id
				      : column == 1 ? job->row->id
						    : job->location->location);
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

int
inventory_put(struct inventory *inventory, const struct bundle *bundle, struct error *err)
{
	const struct feed_rows requests = {bundle->row_count, request_value, bundle};
	const struct feed_rows jobs = {bundle->job_count, job_value, bundle};
	const struct feed_rows refusals = {bundle->refusal_count, refusal_value, bundle};

	if (feed_run(inventory, FEED_REQUEST, &requests, &REQUESTS_INSERT, err) == -1 ||
	    feed_run(inventory, FEED_JOB, &jobs, &JOBS_INSERT, err) == -1 ||
	    feed_run(inventory, FEED_REFUSAL, &refusals, &REFUSALS_INSERT, err) == -1)
		return -1;
	return supersede(inventory, bundle, err);
}
