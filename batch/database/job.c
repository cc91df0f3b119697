#include "database/job_private.h"

#include "model/code.h"
#include "model/need.h"
#include "model/run.h"

#include <stdio.h>
#include <string.h>

/* ---- counters ---------------------------------------------------------------------------- */

static const char *const counters[] = {
    [COUNTER_READY_TO] = "ready-to",
    [COUNTER_REACTIVATED] = "reactivated",
    [COUNTER_CLOCK] = "clock",
};

static const int COUNTER_GET_COLUMNS[] = {STORED_COUNTER_VALUE};

int
db_counter(struct database *db, enum db_counter counter, int64_t *value, struct error *err)
{
	struct query q;
	int rc;

	*value = 0;
	query_begin(&q, db, SQL_COUNTER_GET);
	query_string(&q, counters[counter]);
	rc = query_row(&q, QUERY_COLUMNS(COUNTER_GET_COLUMNS), err);
	if (rc == 1)
		*value = query_get_integer(&q, 0);
	query_end(&q);
	if (rc == 0)
		rc = db_damaged(db, err, "it has no counter %s", counters[counter]);
	return rc == -1 ? -1 : 0;
}

int
db_counter_set(struct database *db, enum db_counter counter, int64_t value, struct error *err)
{
	struct query q;

	query_begin(&q, db, SQL_COUNTER_SET);
	query_string(&q, counters[counter]);
	query_integer(&q, value);
	return query_run(&q, err);
}

static int
counter_raise(struct database *db, enum db_counter counter, struct error *err)
{
	struct query q;

	query_begin(&q, db, SQL_COUNTER_RAISE);
	query_string(&q, counters[counter]);
	return query_run(&q, err);
}

/* ---- one job ----------------------------------------------------------------------------- */

static const int JOB_GET_COLUMNS[] = {JOB_RECORD_COLUMNS};

static void
job_read_state(const struct query *q, struct job_record *job)
{
	struct job_state *is = &job->is;

	*is = (struct job_state){
	    .status = (enum job_status)query_get_integer(q, 14),
	    .result = (enum job_result)query_get_integer(q, 15),
	    .completed_at = query_get_integer(q, 16),
	    .proven_at = query_get_integer(q, 17),
	    .due_at = query_get_null(q, 18) ? job->planned_at : query_get_integer(q, 18),
	    .rescheduled = query_get_integer(q, 19) != 0,
	    .attempts = query_get_integer(q, 20),
	    .claims = query_get_integer(q, 21),
	    .failures = query_get_integer(q, 22),
	    .has_claim = !query_get_null(q, 23),
	    .leased_at = query_get_integer(q, 24),
	    .lease_until = query_get_integer(q, 25),
	};
	if (is->has_claim) /* of this size, as its column says */
		memcpy(is->claim, query_get_blob(q, 23), JOB_CLAIM_SIZE);
}

void
job_read(const struct query *q, struct job_record *job)
{
	*job = (struct job_record){
	    .id = query_get_integer(q, 0),
	    .request = query_get_integer(q, 1),
	    .run = query_get_integer(q, 1) >> 32,
	    .line = query_get_integer(q, 2),
	    .location = query_get_integer(q, 3),
	    .store = query_get_integer(q, 4),
	    .container = query_get_null(q, 5) ? -1 : query_get_integer(q, 5),
	    .removed = query_get_integer(q, 6) != 0,
	    .approved = query_get_integer(q, 7) != 0,
	    .existing = query_get_integer(q, 8),
	    .certificate = query_get_integer(q, 9),
	    .created_at = query_get_integer(q, 10),
	    .planned_at = query_get_integer(q, 11),
	    .has_window = !query_get_null(q, 12),
	    .window_end = query_get_integer(q, 12),
	    .retries = query_get_integer(q, 13),
	    .is_purged = query_get_integer(q, 26) >= RUN_PURGING,
	};
	job_read_state(q, job);
}

static const int JOB_KNOWN_COLUMNS[] = {STORED_JOB_ID, STORED_JOB_REQUEST, STORED_JOB_STORE};

/* No row of job-get: 0 where there is no such job, -1 where it names what is not there. */
static int
job_is_missing(struct database *db, int64_t id, struct error *err)
{
	struct query q;
	int rc;

	query_begin(&q, db, SQL_JOB_KNOWN);
	query_integer(&q, id);
	rc = query_row(&q, QUERY_COLUMNS(JOB_KNOWN_COLUMNS), err);
	query_end(&q);
	if (rc == 1)
		rc = db_damaged(
		    db, err, "job %lld: its row, run or store is not there", (long long)id);
	return rc;
}

int
db_job_get(struct database *db, int64_t id, struct job_record *job, struct error *err)
{
	struct query q;
	int rc;

	*job = (struct job_record){0};
	query_begin(&q, db, SQL_JOB_GET);
	query_integer(&q, id);
	rc = query_row(&q, QUERY_COLUMNS(JOB_GET_COLUMNS), err);
	if (rc == 1)
		job_read(&q, job);
	query_end(&q);
	return rc == 0 ? job_is_missing(db, id, err) : rc;
}

/* ---- a change ---------------------------------------------------------------------------- */

/* NULL where the job is not cancelled. */
static const char *
job_cancelled_by(const struct job_state *after, const struct job_event *event)
{
	if (after->status != JOB_ACKNOWLEDGED || after->result != RESULT_UNKNOWN)
		return NULL;
	return event->cancelled_by == NULL ? event->operator_name : event->cancelled_by;
}

/* Status, result and times into the job itself. */
static int
job_put(struct database *db, const struct job_record *job, const struct job_state *after,
    const struct job_event *event, struct error *err)
{
	const struct job_state *is = &job->is;
	bool again = !job_state_is_active(is) && job_state_is_active(after);
	bool said = event->is_report || again; /* nobody has said anything of a new try */
	struct query q;

	if (!said && is->status == after->status && is->result == after->result &&
	    is->completed_at == after->completed_at && is->proven_at == after->proven_at)
		return 0;
	query_begin(&q, db, said ? SQL_JOB_PUT : SQL_JOB_PUT_STATE);
	query_integer(&q, job->id);
	query_integer(&q, (int64_t)after->status);
	query_integer(&q, (int64_t)after->result);
	query_optional(&q, after->completed_at != 0, after->completed_at);
	query_optional(&q, after->proven_at != 0, after->proven_at);
	if (said)
		query_string(&q, again ? NULL : event->message);
	query_string(&q, job_cancelled_by(after, event));
	return query_run(&q, err);
}

static int
handling_put(struct database *db, const struct job_record *job, const struct job_state *after,
    struct error *err)
{
	struct query q;

	query_begin(&q, db, SQL_HANDLING_PUT);
	query_integer(&q, job->id);
	query_optional(&q, after->due_at != job->planned_at, after->due_at);
	query_integer(&q, after->rescheduled);
	query_integer(&q, after->attempts);
	query_integer(&q, after->claims);
	query_integer(&q, after->failures);
	if (after->has_claim)
		query_blob(&q, after->claim, JOB_CLAIM_SIZE);
	else
		query_null(&q);
	query_optional(&q, after->lease_until != 0, after->leased_at);
	query_optional(&q, after->lease_until != 0, after->lease_until);
	return query_run(&q, err);
}

int
job_queue_run(struct database *db, const struct job_record *job, enum sql sql, int64_t time,
    struct error *err)
{
	struct query q;

	query_begin(&q, db, sql);
	query_integer(&q, job->id);
	query_integer(&q, time);
	query_integer(&q, job->store);
	return query_run(&q, err);
}

bool
job_is_ready(const struct job_state *is)
{
	return job_state_is_active(is) && is->lease_until == 0;
}

static int
job_move(struct database *db, const struct job_record *job, const struct job_state *after,
    struct error *err)
{
	const struct job_state *is = &job->is;
	bool was = job_is_ready(is), ready = job_is_ready(after);
	bool stays = was == ready && (!was || is->due_at == after->due_at);

	if (!stays && was && job_queue_run(db, job, SQL_READY_REMOVE, is->due_at, err) == -1)
		return -1;
	if (!stays && ready && job_queue_run(db, job, SQL_READY_ADD, after->due_at, err) == -1)
		return -1;
	if (is->lease_until == after->lease_until)
		return 0;
	if (is->lease_until != 0 &&
	    job_queue_run(db, job, SQL_LEASE_REMOVE, is->lease_until, err) == -1)
		return -1;
	return after->lease_until == 0
		   ? 0
		   : job_queue_run(db, job, SQL_LEASE_ADD, after->lease_until, err);
}

static int
event_add(struct database *db, const struct job_record *job, const struct job_state *after,
    const struct job_event *event, struct error *err)
{
	struct query q;

	query_begin(&q, db, SQL_EVENT_ADD);
	query_integer(&q, job->id);
	query_integer(&q, event->at);
	query_string(&q, event->word);
	query_string(&q, event->operator_name);
	if (event->claim != NULL)
		query_blob(&q, event->claim, JOB_CLAIM_SIZE);
	else
		query_null(&q);
	query_integer(&q, (int64_t)after->status);
	query_integer(&q, (int64_t)after->result);
	query_string(&q, event->message);
	return query_run(&q, err);
}

bool
job_needs_password(const struct job_state *is)
{
	return is->status == JOB_UNKNOWN || job_state_is_active(is) ||
	       (is->status == JOB_COMPLETED && is->result != RESULT_SUCCESS &&
		   is->result != RESULT_WARNING);
}

static int
password_destroy(struct database *db, int64_t request, struct error *err)
{
	struct query q;

	query_begin(&q, db, SQL_PASSWORD_DESTROY);
	query_integer(&q, request);
	return query_run(&q, err);
}

int
db_job_change(struct database *db, const struct job_record *job, const struct job_state *after,
    const struct job_event *event, struct error *err)
{
	bool needed = job_needs_password(&job->is), needs = job_needs_password(after);

	if (job_put(db, job, after, event, err) == -1 || handling_put(db, job, after, err) == -1 ||
	    job_move(db, job, after, err) == -1 || event_add(db, job, after, event, err) == -1)
		return -1;
	if (needed && !needs && password_destroy(db, job->request, err) == -1)
		return -1;
	if (!job_state_is_active(&job->is) && job_state_is_active(after))
		return counter_raise(db, COUNTER_REACTIVATED, err);
	return 0;
}

/* ---- for its executor -------------------------------------------------------------------- */

static const int JOB_ORDER_COLUMNS[] = {STORED_RUN_REFERENCE, STORED_STORE_GUID, STORED_STORE_PATH,
    STORED_STORE_KEY_PATH, STORED_STORE_MACHINE, STORED_STORE_TYPE, STORED_LOCATION_ALIAS,
    STORED_CERTIFICATE_PRINT, STORED_CERTIFICATE_PRINT, STORED_REQUEST_PASSWORD,
    STORED_STORE_PASSWORD, STORED_TYPE_SHORT_NAME | STORED_OR_NULL, STORED_STORE_INCLUDES_CHAIN,
    STORED_STORE_TRUST_STORE, STORED_STORE_ENDPOINT};

static struct job_sealed
job_read_sealed(const struct query *q, int column)
{
	const void *bytes = query_get_blob(q, column);

	return (struct job_sealed){bytes, query_get_length(q, column)};
}

static void
job_read_order(const struct query *q, struct job_order *order)
{
	*order = (struct job_order){
	    .reference = query_get_text(q, 0),
	    .guid = query_get_text(q, 1),
	    .path = query_get_text(q, 2),
	    .key_path = query_get_text(q, 3),
	    .machine = query_get_text(q, 4),
	    .has_type = !query_get_null(q, 5),
	    .type = query_get_integer(q, 5),
	    .alias = query_get_text(q, 6),
	    .existing_thumbprint = query_get_text(q, 7),
	    .thumbprint = query_get_text(q, 8),
	    .password = job_read_sealed(q, 9),
	    .store_password = job_read_sealed(q, 10),
	    .short_name = query_get_text(q, 11),
	    .includes_chain = query_get_integer(q, 12) != 0,
	    .trust_store = query_get_integer(q, 13) != 0,
	    .endpoint = query_get_text(q, 14),
	};
}

int
db_job_order(struct database *db, int64_t id,
    int (*take)(void *closure, const struct job_order *, struct error *), void *closure,
    struct error *err)
{
	struct job_order order;
	struct query q;
	int rc;

	query_begin(&q, db, SQL_JOB_ORDER);
	query_integer(&q, id);
	rc = query_row(&q, QUERY_COLUMNS(JOB_ORDER_COLUMNS), err);
	if (rc == 0)
		rc = db_damaged(db, err, "job %lld: its location is not there", (long long)id);
	if (rc == 1) {
		job_read_order(&q, &order);
		rc = take(closure, &order, err);
	}
	query_end(&q);
	return rc;
}

/* ---- what stands around it --------------------------------------------------------------- */

static const int JOB_STANDING_COLUMNS[] = {STORED_CERTIFICATE_BEFORE, STORED_CERTIFICATE_AFTER,
    STORED_CERTIFICATE_REVOKED, STORED_TYPE_PASSWORD | STORED_OR_NULL, STORED_ANY,
    STORED_RUN_SETTINGS, STORED_ANY, STORED_ANY};

/* The codes of the first line, allow=CODE,CODE: see run/settings.h. */
static uint64_t
standing_allowed(const char *settings)
{
	static const char name[] = "allow=";
	uint64_t allowed = 0;
	char word[64];
	enum code code;

	if (strncmp(settings, name, sizeof(name) - 1) != 0)
		return 0;
	for (const char *at = settings + sizeof(name) - 1; *at != '\0' && *at != '\n';) {
		size_t length = strcspn(at, ",\n");

		snprintf(word, sizeof(word), "%.*s", (int)length, at);
		if (code_parse(word, &code))
			allowed |= CODE_BIT(code);
		at += length + (at[length] == ',');
	}
	return allowed;
}

/* Whether the row had a password that was destroyed, or needs one and has none. */
static bool
standing_needs_password(const struct query *q)
{
	bool known = !query_get_null(q, 3), none = query_get_null(q, 4);
	enum need need = known ? (enum need)query_get_integer(q, 3) : NEED_OPTIONAL;

	if (need == NEED_FORBIDDEN)
		return false;
	return none ? need == NEED_REQUIRED : query_get_integer(q, 4) == 0;
}

int
db_job_standing(struct database *db, const struct job_record *job, struct job_standing *standing,
    struct error *err)
{
	struct query q;
	int rc;

	*standing = (struct job_standing){0};
	query_begin(&q, db, SQL_JOB_STANDING);
	query_integer(&q, job->request);
	query_integer(&q, job->store);
	query_integer(&q, job->location);
	query_integer(&q, job->id);
	rc = query_row(&q, QUERY_COLUMNS(JOB_STANDING_COLUMNS), err);
	if (rc == 1)
		*standing = (struct job_standing){
		    .has_not_before = !query_get_null(&q, 0),
		    .has_not_after = !query_get_null(&q, 1),
		    .not_before = query_get_integer(&q, 0),
		    .not_after = query_get_integer(&q, 1),
		    .revoked = !query_get_null(&q, 2),
		    .needs_password = standing_needs_password(&q),
		    .allowed = standing_allowed(query_get_text(&q, 5)),
		    .has_later = query_get_integer(&q, 6) != 0 || query_get_integer(&q, 7) != 0,
		};
	query_end(&q);
	return rc == -1 ? -1 : 0;
}
