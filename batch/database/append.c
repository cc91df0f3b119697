#include "database/append.h"

#include "database/job.h"
#include "database/statement_private.h"
#include "memory.h"

#include <stdlib.h>

struct append_superseded {
	int64_t job; /* the active one */
	int64_t by;  /* the job that replaces it */
};

/* ---- collecting ------------------------------------------------------------------------- */

void
append_release(struct append *append)
{
	free(append->requests);
	free(append->jobs);
	free(append->refusals);
	free(append->superseded);
	arena_release(&append->texts);
	buffer_release(&append->packed);
	*append = (struct append){0};
}

void
append_clear(struct append *append, int64_t started_at, int64_t now)
{
	append->request_count = append->job_count = append->refusal_count = 0;
	append->superseded_count = 0;
	append->last_job = append->last_refusal = 0;
	arena_clear(&append->texts);
	append->started_at = started_at;
	append->now = now;
}

static int
append_supersede(struct append *append, int64_t job, int64_t by)
{
	struct append_superseded *superseded = memory_grow(append->superseded,
	    append->superseded_count, &append->superseded_capacity, sizeof(*superseded));

	if (superseded == NULL)
		return -1;
	append->superseded = superseded;
	superseded[append->superseded_count++] = (struct append_superseded){job, by};
	return 0;
}

static int
append_jobs(struct append *append, const struct row *row, struct next_ids *next)
{
	for (size_t i = 0; i < row->location_count; i++) {
		const struct row_location *location = &row->locations[i];
		struct rowset_job *jobs;

		if (location->fate != ROW_JOB)
			continue;
		jobs = memory_grow(
		    append->jobs, append->job_count, &append->job_capacity, sizeof(*jobs));
		if (jobs == NULL)
			return -1;
		append->jobs = jobs;
		jobs[append->job_count++] = (struct rowset_job){
		    row->id, location->location, location->store};
		append->last_job = next->job++;
		if (location->supersedes != 0 &&
		    append_supersede(append, location->supersedes, append->last_job) == -1)
			return -1;
	}
	return 0;
}

static int64_t
append_store_of(const struct row *row, int64_t location)
{
	for (size_t i = 0; i < row->location_count; i++)
		if (row->locations[i].location == location)
			return row->locations[i].store;
	return 0;
}

/* A refusal's code and, where it says more than the code, its text. */
static int
append_refusals(struct append *append, const struct row *row, struct next_ids *next)
{
	for (size_t i = 0; i < row->messages.count; i++) {
		const struct message *message = &row->messages.items[i];
		struct rowset_refusal *refusals;

		if (code_kind(message->code) != CODE_STORE)
			continue;
		refusals = memory_grow(append->refusals, append->refusal_count,
		    &append->refusal_capacity, sizeof(*refusals));
		if (refusals == NULL)
			return -1;
		append->refusals = refusals;
		refusals[append->refusal_count++] = (struct rowset_refusal){
		    .request = row->id,
		    .location = message->location,
		    .store = append_store_of(row, message->location),
		    .code = code_word(message->code),
		    .text = message->text == MESSAGE_DEFAULT
				? NULL
				: messages_text(&row->messages, message),
		};
		append->last_refusal = next->refusal++;
	}
	return 0;
}

/* The row's messages, packed; NULL when it has none, or *failed when out of memory. */
static const char *
append_messages(struct append *append, const struct row *row, bool *failed)
{
	const char *packed;

	if (row->messages.count == 0)
		return NULL;
	buffer_clear(&append->packed);
	messages_pack(&row->messages, &append->packed);
	if (append->packed.length == 0 && !append->packed.failed)
		return NULL;
	packed = append->packed.failed
		     ? NULL
		     : arena_copy(&append->texts, append->packed.bytes, append->packed.length);
	*failed |= packed == NULL;
	return packed;
}

static int64_t
append_or_null(int64_t value)
{
	return value == 0 ? ROWSET_NULL : value;
}

static struct rowset_request
append_request(const struct append *append, const struct row *row, const struct next_ids *first,
    const struct next_ids *next)
{
	int64_t jobs = next->job - first->job, refusals = next->refusal - first->refusal;

	return (struct rowset_request){
	    .id = row->id,
	    .line = (int64_t)row->line,
	    .outcome = (int64_t)row->outcome,
	    .existing = append_or_null(row->existing),
	    .certificate = append_or_null(row->certificate),
	    .request = append_or_null(row->request),
	    .job_time = row->job_time[0] == '\0' ? NULL : row->job_time,
	    .due_at = row->due == append->started_at ? ROWSET_NULL : append_or_null(row->due),
	    .created_at = append->now,
	    .first_job = jobs == 0 ? ROWSET_NULL : first->job,
	    .jobs = append_or_null(jobs),
	    .first_refusal = refusals == 0 ? ROWSET_NULL : first->refusal,
	    .refusals = append_or_null(refusals),
	    .offset = row_needs_mending(row) ? (int64_t)row->offset : ROWSET_NULL,
	};
}

int
append_add(struct append *append, const struct row *row, const struct sealed *sealed,
    struct next_ids *next, struct error *err)
{
	const struct next_ids first = *next;
	struct rowset_request *requests = memory_grow(
	    append->requests, append->request_count, &append->request_capacity, sizeof(*requests));
	struct rowset_request *added;
	bool failed = false;

	if (requests == NULL)
		return error_memory(err);
	append->requests = requests;
	if (append_jobs(append, row, next) == -1 || append_refusals(append, row, next) == -1)
		return error_memory(err);
	added = &requests[append->request_count++];
	*added = append_request(append, row, &first, next);
	added->messages = append_messages(append, row, &failed);
	added->password = (struct rowset_bytes){sealed->bytes, sealed->length};
	return failed ? error_memory(err) : 0;
}

/* ---- writing ---------------------------------------------------------------------------- */

/* The decision was made in this transaction, on a job that waits. */
static int
append_write_superseded_one(struct database *db, const struct append *append,
    const struct append_superseded *superseded, struct error *err)
{
	struct job_event event = {
	    .word = JOB_EVENT_SUPERSEDE, .at = append->now, .operator_name = append->operator_name};
	struct job_record job;
	struct job_state after;
	char by[32];
	int rc = db_job_get(db, superseded->job, &job, err);

	if (rc == -1)
		return -1;
	if (job.is.status != JOB_WAITING && job.is.status != JOB_WILL_RETRY)
		return error_set(err, ERROR_STORAGE, db->path,
		    "internal error: job %lld does not wait and cannot be superseded; nothing of "
		    "this chunk was written",
		    (long long)superseded->job);
	snprintf(by, sizeof(by), "job %lld", (long long)superseded->by);
	event.cancelled_by = event.message = by;
	after = job.is;
	after.status = JOB_ACKNOWLEDGED;
	after.result = RESULT_UNKNOWN;
	return db_job_change(db, &job, &after, &event, err);
}

static int
append_write_superseded(struct database *db, const struct append *append, struct error *err)
{
	for (size_t i = 0; i < append->superseded_count; i++)
		if (append_write_superseded_one(db, append, &append->superseded[i], err) == -1)
			return -1;
	return 0;
}

/* Whether the last row that was written has the id that its request was given. */
static int
append_verify_id(struct database *db, int64_t id, struct error *err)
{
	int64_t last = db->engine->last_id(db);

	if (id == 0 || last == id)
		return 0;
	return error_set(err, ERROR_STORAGE, db->path,
	    "internal error: id %lld was expected, not %lld; nothing of this chunk was written",
	    (long long)id, (long long)last);
}

int
db_append(struct database *db, const struct append *append, struct error *err)
{
	const struct rowset requests = {ROWSET_REQUEST, append->requests, append->request_count};
	const struct rowset jobs = {ROWSET_JOB, append->jobs, append->job_count};
	const struct rowset refusals = {ROWSET_REFUSAL, append->refusals, append->refusal_count};

	if (rowset_run(db, &requests, SQL_REQUESTS_INSERT, err) == -1 ||
	    rowset_run(db, &jobs, SQL_JOBS_INSERT, err) == -1 ||
	    append_verify_id(db, append->last_job, err) == -1 ||
	    rowset_run(db, &refusals, SQL_REFUSALS_INSERT, err) == -1 ||
	    append_verify_id(db, append->last_refusal, err) == -1)
		return -1;
	return append_write_superseded(db, append, err);
}
