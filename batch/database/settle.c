#include "database/settle.h"

#include "database/inventory_private.h"
#include "database/job_private.h"

#include <stdlib.h>

/*
 * First the ended jobs that are not proven, by their stores; then the active ones. Of these an
 * index has no more than the location: the merge has noted the locations of its stores, and one
 * pass over the index says which of them are busy. Where none is, that was all. What is written
 * meanwhile lies before the place where an index is being read.
 */

enum settle_pass { SETTLE_UNPROVEN, SETTLE_ACTIVE, SETTLE_END };

struct settlement {
	struct inventory *inventory;
	struct database *db;
	struct bitmap busy; /* locations of its stores that have an active job */
	bool any_busy;
	int64_t ready_to; /* up to this job the active ones are among the ready ones */
	enum settle_pass pass;
	struct query candidates; /* of the pass */
	struct rowset_id ids[SETTLE_PAGE];
	struct settle_job jobs[SETTLE_PAGE];
	struct rowset_settled settled[SETTLE_PAGE];
	size_t settled_count;
};

static const int SETTLE_COLUMNS[] = {STORED_JOB_LOCATION, STORED_JOB_ID};
static const int SETTLE_JOBS_COLUMNS[] = {STORED_JOB_ID, STORED_JOB_REQUEST, STORED_JOB_LOCATION,
    STORED_STORE_ID, STORED_REQUEST_EXISTING, STORED_RUN_STARTED, STORED_JOB_STATUS,
    STORED_JOB_RESULT, STORED_JOB_COMPLETED, STORED_JOB_PROVEN, STORED_STORE_INVENTORIED,
    STORED_ANY, STORED_LOCATION_ID | STORED_OR_NULL, STORED_ANY,
    STORED_EVENT_NUMBER | STORED_OR_NULL};
static const int SETTLE_OLD_COLUMNS[] = {STORED_LOCATION_ID, STORED_LOCATION_ALIAS};

/* Whether the statement has a row. */
static int
settle_ask(struct database *db, enum sql sql, bool *any, struct error *err)
{
	struct query q;
	int rc;

	query_begin(&q, db, sql);
	rc = query_next(&q, err);
	query_end(&q);
	*any = rc == 1;
	return rc == -1 ? -1 : 0;
}

int
inventory_find_active(struct inventory *inventory, struct error *err)
{
	return settle_ask(inventory->db, SQL_SETTLE_ANY_ACTIVE, &inventory->settles, err);
}

/* ---- opening ----------------------------------------------------------------------------- */

static int
settlement_find_busy(struct settlement *s, struct error *err)
{
	const struct bitmap *touched = &s->inventory->touched;
	struct query q;
	int rc;

	query_begin(&q, s->db, SQL_ACTIVE_JOBS);
	while ((rc = query_row(&q, QUERY_COLUMNS(SETTLE_COLUMNS), err)) == 1) {
		uint64_t location = (uint64_t)query_get_integer(&q, 0);

		if (!bitmap_has(touched, location))
			continue;
		s->any_busy = true;
		if (bitmap_set(&s->busy, location) == -1) {
			rc = error_memory(err);
			break;
		}
	}
	query_end(&q);
	return rc;
}

/* Of a database without jobs these are two looks at empty indexes. */
static int
settlement_prepare(struct settlement *s, struct error *err)
{
	bool any;

	if (settle_ask(s->db, SQL_SETTLE_ANY_UNPROVEN, &any, err) == -1)
		return -1;
	if (s->inventory->settles && settlement_find_busy(s, err) == -1)
		return -1;
	s->pass = any ? SETTLE_UNPROVEN : s->any_busy ? SETTLE_ACTIVE : SETTLE_END;
	if (s->pass == SETTLE_END)
		return 0;
	if (db_counter(s->db, COUNTER_READY_TO, &s->ready_to, err) == -1)
		return -1;
	return query_begin_own(
	    &s->candidates, s->db, any ? SQL_SETTLE_UNPROVEN : SQL_ACTIVE_JOBS, err);
}

struct settlement *
settlement_open(struct inventory *inventory, struct error *err)
{
	struct settlement *s = calloc(1, sizeof(*s));

	if (s == NULL) {
		error_memory(err);
		return NULL;
	}
	s->inventory = inventory;
	s->db = inventory->db;
	if (settlement_prepare(s, err) == -1) {
		settlement_close(s);
		return NULL;
	}
	return s;
}

void
settlement_close(struct settlement *s)
{
	if (s == NULL)
		return;
	query_forget(&s->candidates);
	bitmap_release(&s->busy);
	free(s);
}

/* ---- reading ----------------------------------------------------------------------------- */

/* After the last candidate of a pass. */
static int
settlement_next_pass(struct settlement *s, struct error *err)
{
	query_forget(&s->candidates);
	s->candidates = (struct query){0};
	s->pass = s->pass == SETTLE_UNPROVEN && s->any_busy ? SETTLE_ACTIVE : SETTLE_END;
	return s->pass == SETTLE_END ? 0
				     : query_begin_own(&s->candidates, s->db, SQL_ACTIVE_JOBS, err);
}

/* The next candidates of the pass, or fewer at its end. 0, or -1 and err. */
static int
settlement_gather(struct settlement *s, size_t *count, struct error *err)
{
	int rc = 1;

	*count = 0;
	while (*count < SETTLE_PAGE &&
	       (rc = query_row(&s->candidates, QUERY_COLUMNS(SETTLE_COLUMNS), err)) == 1) {
		int64_t location = query_get_integer(&s->candidates, 0);

		if (s->pass == SETTLE_UNPROVEN || bitmap_has(&s->busy, (uint64_t)location))
			s->ids[(*count)++] = (struct rowset_id){
			    query_get_integer(&s->candidates, 1)};
	}
	return rc == 0 ? settlement_next_pass(s, err) : rc == -1 ? -1 : 0;
}

int
db_job_is_leftover(struct database *db, const struct job_record *job, const struct bitmap *busy,
    bool *is_leftover, struct error *err)
{
	bool own = job_state_is_active(&job->is);
	struct query q;
	int rc;

	*is_leftover = false;
	query_begin(&q, db, SQL_RECONCILE_OLD);
	query_integer(&q, job->existing);
	query_integer(&q, job->store);
	while ((rc = query_row(&q, QUERY_COLUMNS(SETTLE_OLD_COLUMNS), err)) == 1) {
		int64_t location = query_get_integer(&q, 0);

		if (!bitmap_has(busy, (uint64_t)location) || (own && location == job->location))
			*is_leftover = true;
	}
	query_end(&q);
	return rc;
}

/* A job without a row of `handling`. */
static void
settle_read_plain(const struct query *q, struct job_record *job)
{
	*job = (struct job_record){
	    .id = query_get_integer(q, 0),
	    .request = query_get_integer(q, 1),
	    .run = query_get_integer(q, 1) >> 32,
	    .location = query_get_integer(q, 2),
	    .store = query_get_integer(q, 3),
	    .existing = query_get_integer(q, 4),
	    .planned_at = query_get_integer(q, 5),
	    .is = {.status = (enum job_status)query_get_integer(q, 6),
		.result = (enum job_result)query_get_integer(q, 7),
		.completed_at = query_get_integer(q, 8),
		.proven_at = query_get_integer(q, 9),
		.due_at = query_get_integer(q, 5)},
	};
}

static int
settlement_take(struct settlement *s, const struct query *q, size_t *taken, struct error *err)
{
	struct settle_job *found = &s->jobs[*taken];

	if (query_get_integer(q, 13) == 0)
		settle_read_plain(q, &found->job);
	else if (db_job_get(s->db, query_get_integer(q, 0), &found->job, err) == -1)
		return -1;
	found->inventoried_at = query_get_integer(q, 10);
	found->has_password = query_get_integer(q, 11) != 0;
	found->events = query_get_integer(q, 14);
	found->is_leftover = false;
	++*taken;
	return query_get_null(q, 12)
		   ? 0
		   : db_job_is_leftover(s->db, &found->job, &s->busy, &found->is_leftover, err);
}

/* Of the candidates, those whose certificate is there. */
static int
settlement_read(struct settlement *s, size_t count, size_t *taken, struct error *err)
{
	const struct rowset ids = {ROWSET_ID, s->ids, count};
	struct query q;
	int rc;

	*taken = 0;
	query_begin(&q, s->db, SQL_SETTLE_JOBS_THERE);
	query_rows(&q, &ids);
	while ((rc = query_row(&q, QUERY_COLUMNS(SETTLE_JOBS_COLUMNS), err)) == 1)
		if (settlement_take(s, &q, taken, err) == -1) {
			rc = -1;
			break;
		}
	query_end(&q);
	return rc;
}

int
settlement_next(
    struct settlement *s, const struct settle_job **jobs, size_t *count, struct error *err)
{
	size_t gathered;

	*jobs = s->jobs;
	*count = 0;
	while (*count == 0 && s->pass != SETTLE_END) {
		if (settlement_gather(s, &gathered, err) == -1 ||
		    (gathered > 0 && settlement_read(s, gathered, count, err) == -1))
			return -1;
	}
	return *count > 0;
}

/* ---- writing ----------------------------------------------------------------------------- */

/* Jobs that were handed out, or have failed, are few, and more than the job itself changes. */
static bool
settle_is_handled(const struct job_record *job)
{
	return job->is.attempts > 0 || job->is.failures > 0 || job->is.rescheduled ||
	       job->is.lease_until != 0 || job->is.due_at != job->planned_at;
}

static bool
settle_changes_handling(const struct settle_change *change)
{
	const struct job_state *is = &change->of->job.is, *after = &change->after;

	return settle_is_handled(&change->of->job) &&
	       (is->status != after->status || is->lease_until != after->lease_until);
}

static int
settlement_stage(struct settlement *s, const struct settle_change *change, struct error *err)
{
	const struct job_record *job = &change->of->job;
	const struct job_state *after = &change->after;

	s->settled[s->settled_count++] = (struct rowset_settled){
	    .id = job->id,
	    .number = change->of->events + 1,
	    .status = (int64_t)after->status,
	    .result = (int64_t)after->result,
	    .completed_at = after->completed_at == 0 ? ROWSET_NULL : after->completed_at,
	    .proven_at = after->proven_at == 0 ? ROWSET_NULL : after->proven_at,
	};
	if (job->id > s->ready_to || !job_is_ready(&job->is) || job_is_ready(after))
		return 0;
	return job_queue_run(s->db, job, SQL_READY_REMOVE, job->is.due_at, err);
}

/* Whether the second one follows the first one and becomes the same. */
static bool
settled_continues(const struct rowset_settled *one, const struct rowset_settled *next)
{
	return next->id == one->id + 1 && next->status == one->status &&
	       next->result == one->result && next->completed_at == one->completed_at &&
	       next->proven_at == one->proven_at;
}

static int
settlement_put(
    struct settlement *s, const struct rowset_settled *first, size_t count, struct error *err)
{
	struct query q;

	query_begin(&q, s->db, SQL_SETTLE_PUT);
	query_integer(&q, first->id);
	query_integer(&q, first[count - 1].id);
	query_integer(&q, first->status);
	query_integer(&q, first->result);
	query_optional(&q, first->completed_at != ROWSET_NULL, first->completed_at);
	query_optional(&q, first->proven_at != ROWSET_NULL, first->proven_at);
	return query_run(&q, err);
}

/* A run makes jobs one after the other, and mostly they are settled so: one statement changes a
 * span of them. */
static int
settlement_put_spans(struct settlement *s, struct error *err)
{
	const struct rowset_settled *settled = s->settled;

	for (size_t i = 0, count; i < s->settled_count; i += count) {
		count = 1;
		while (i + count < s->settled_count &&
		       settled_continues(&settled[i + count - 1], &settled[i + count]))
			count++;
		if (settlement_put(s, &settled[i], count, err) == -1)
			return -1;
	}
	return 0;
}

static int
settlement_flush(struct settlement *s, const struct job_event *event, struct error *err)
{
	const struct rowset rows = {ROWSET_SETTLED, s->settled, s->settled_count};
	struct query q;

	if (settlement_put_spans(s, err) == -1)
		return -1;
	query_begin(&q, s->db, SQL_SETTLE_EVENTS_ADD);
	query_rows(&q, &rows);
	query_integer(&q, event->at);
	query_string(&q, event->word);
	query_string(&q, event->operator_name);
	return query_run(&q, err);
}

/* Those of the rows that no job needs any more. */
static int
settlement_destroy_passwords(
    struct settlement *s, const struct settle_change *changes, size_t count, struct error *err)
{
	struct rowset rows = {ROWSET_ID, s->ids, 0};
	struct query q;

	for (size_t i = 0; i < count; i++) {
		const struct job_record *job = &changes[i].of->job;

		if (changes[i].of->has_password && job_needs_password(&job->is) &&
		    !job_needs_password(&changes[i].after) &&
		    (rows.count == 0 || s->ids[rows.count - 1].id != job->request))
			s->ids[rows.count++] = (struct rowset_id){job->request};
	}
	if (rows.count == 0)
		return 0;
	query_begin(&q, s->db, SQL_SETTLE_PASSWORDS_DESTROY);
	query_rows(&q, &rows);
	return query_run(&q, err);
}

int
settlement_write(struct settlement *s, const struct settle_change *changes, size_t count,
    const struct job_event *event, struct error *err)
{
	s->settled_count = 0;
	for (size_t i = 0; i < count; i++) {
		const struct settle_change *change = &changes[i];
		int rc = settle_changes_handling(change)
			     ? db_job_change(s->db, &change->of->job, &change->after, event, err)
			     : settlement_stage(s, change, err);

		if (rc == -1)
			return -1;
	}
	if (s->settled_count > 0 && settlement_flush(s, event, err) == -1)
		return -1;
	return settlement_destroy_passwords(s, changes, count, err);
}
