#include "database/facts.h"

#include "database/statement.h"
#include "database/stored.h"

/* As the partial index job_active says it: else it is not used. A list behind IN would be built
 * as a temporary table each time. */
#define ACTIVE "(status = 1 OR status = 2 OR status = 5)"

static const struct statement ENROLLMENT = {"enrollment-request",
    "SELECT certificate, upper(disposition) = 'ISSUED' FROM enrollment_request WHERE id = ?1"};

static const struct statement BUSY = {"active-jobs", "SELECT location, id FROM job WHERE " ACTIVE};

/* By location, for the few that are asked for: an index on every job would cost each run. */
static const char BUSY_TABLE[] =
    "CREATE TEMP TABLE IF NOT EXISTS busy (location INTEGER PRIMARY KEY, job INTEGER NOT NULL)";
static const char BUSY_FILL[] = "INSERT OR REPLACE INTO temp.busy SELECT location, id"
				" FROM job WHERE " ACTIVE " ORDER BY location, id";

static const struct statement ACTIVE_JOB = {"active-job",
    "SELECT j.id, j.request, j.status, r.certificate"
    " FROM temp.busy b JOIN job j ON j.id = b.job JOIN request r ON r.id = j.request"
    " WHERE b.location = ?1 AND " ACTIVE};

static const char PLAN_TABLE[] =
    "CREATE TEMP TABLE IF NOT EXISTS planned (location INTEGER PRIMARY KEY, job INTEGER NOT NULL,"
    " run INTEGER NOT NULL, status INTEGER NOT NULL, certificate INTEGER NOT NULL)";
static const struct statement PLAN = {
    "plan-job", "INSERT OR REPLACE INTO temp.planned VALUES (?1, ?2, ?3, ?4, ?5)"};
static const struct statement PLANNED = {"planned-jobs", "SELECT location, job FROM temp.planned"};
static const struct statement PLANNED_JOB = {"planned-job",
    "SELECT job, run << 32 | 1, status, certificate FROM temp.planned WHERE location = ?1"};

static const struct statement SUCCEEDED = {
    "succeeded-jobs", "SELECT location, id FROM job WHERE result = 2 OR result = 3"};

static const struct statement SUCCEEDED_JOB = {"succeeded-job",
    "SELECT j.id, j.request, j.status, r.certificate"
    " FROM job j JOIN request r ON r.id = j.request"
    " WHERE j.location = ?1 AND (j.result = 2 OR j.result = 3) AND r.certificate = ?2"
    " AND j.completed_at >= ?3 ORDER BY j.id DESC LIMIT 1"};

static const struct statement LOCATION_NAME = {"location-name",
    "SELECT s.guid, l.alias FROM location l JOIN store s ON s.id = l.store WHERE l.id = ?1"};

static const struct statement CONTAINER = {
    "container", "SELECT name, id FROM container WHERE id = ?1"};

static const struct statement PERMISSIONS = {
    "permissions-of-operator", "SELECT permission FROM role_permission WHERE operator = ?1"};

static const int ENROLLMENT_COLUMNS[] = {STORED_ENROLLMENT_CERTIFICATE};
static const int PLACE_COLUMNS[] = {STORED_JOB_LOCATION, STORED_JOB_ID};
static const int JOB_COLUMNS[] = {
    STORED_JOB_ID, STORED_JOB_REQUEST, STORED_JOB_STATUS, STORED_REQUEST_CERTIFICATE};
static const int LOCATION_NAME_COLUMNS[] = {STORED_STORE_GUID, STORED_LOCATION_ALIAS};
static const int CONTAINER_COLUMNS[] = {STORED_CONTAINER_NAME, STORED_CONTAINER_ID};
static const int PERMISSIONS_COLUMNS[] = {STORED_ROLE_PERMISSION};

int
db_enrollment(struct database *db, int64_t id, struct request_facts *facts, struct error *err)
{
	struct query q;
	int rc;

	*facts = (struct request_facts){0};
	query_begin(&q, db, &ENROLLMENT);
	query_integer(&q, id);
	rc = query_row(&q, QUERY_COLUMNS(ENROLLMENT_COLUMNS), err);
	if (rc == 1) {
		facts->known = true;
		facts->certificate = query_get_integer(&q, 0);
		facts->issued = facts->certificate != 0 && query_get_integer(&q, 1) != 0;
	}
	query_end(&q);
	return rc == -1 ? -1 : 0;
}

static int
add_locations(
    struct database *db, const struct statement *statement, struct bitmap *set, struct error *err)
{
	struct query q;
	int rc;

	query_begin(&q, db, statement);
	while ((rc = query_next(&q, err)) == 1) {
		int64_t location = query_get_integer(&q, 0);

		if ((location < 1 || location > STORED_LAST_LOCATION) &&
		    query_verify(&q, QUERY_COLUMNS(PLACE_COLUMNS), err) == -1) {
			rc = -1;
			break;
		}
		if (bitmap_set(set, (uint64_t)location) == -1) {
			rc = error_memory(err);
			break;
		}
	}
	query_end(&q);
	return rc;
}

int
db_busy(struct database *db, struct bitmap *busy, struct error *err)
{
	if (add_locations(db, &BUSY, busy, err) == -1)
		return -1;
	return db->planned ? add_locations(db, &PLANNED, busy, err) : 0;
}

int
db_plan(struct database *db, int64_t location, const struct job_facts *job, struct error *err)
{
	struct query q;

	if (!db->planned && db_execute(db, PLAN_TABLE, err) == -1)
		return -1;
	db->planned = true;
	query_begin(&q, db, &PLAN);
	query_integer(&q, location);
	query_integer(&q, job->id);
	query_integer(&q, job->run);
	query_integer(&q, job->status);
	query_integer(&q, job->certificate);
	return query_run(&q, err);
}

static void
read_job(const struct query *q, struct job_facts *job)
{
	*job = (struct job_facts){
	    .id = query_get_integer(q, 0),
	    .run = query_get_integer(q, 1) >> 32,
	    .status = (enum job_status)query_get_integer(q, 2),
	    .certificate = query_get_integer(q, 3),
	};
}

static int
find_job(struct database *db, const struct statement *statement, int64_t location,
    struct job_facts *job, struct error *err)
{
	struct query q;
	int rc;

	query_begin(&q, db, statement);
	query_integer(&q, location);
	rc = query_row(&q, QUERY_COLUMNS(JOB_COLUMNS), err);
	if (rc == 1)
		read_job(&q, job);
	query_end(&q);
	return rc;
}

int
db_active_job(struct database *db, int64_t location, struct job_facts *job, struct error *err)
{
	*job = (struct job_facts){0};
	if (db->planned && find_job(db, &PLANNED_JOB, location, job, err) == -1)
		return -1;
	if (job->id != 0)
		return 0;
	if (!db->busy_filled) {
		if (db_execute(db, BUSY_TABLE, err) == -1 || db_execute(db, BUSY_FILL, err) == -1)
			return -1;
		db->busy_filled = true;
	}
	return find_job(db, &ACTIVE_JOB, location, job, err) == -1 ? -1 : 0;
}

int
db_busy_forget(struct database *db, struct error *err)
{
	if (!db->busy_filled)
		return 0;
	db->busy_filled = false;
	return db_execute(db, "DELETE FROM temp.busy", err);
}

int
db_succeeded(struct database *db, struct bitmap *succeeded, struct error *err)
{
	return add_locations(db, &SUCCEEDED, succeeded, err);
}

int
db_succeeded_job(struct database *db, int64_t location, int64_t certificate, int64_t since,
    struct job_facts *job, struct error *err)
{
	struct query q;
	int rc;

	*job = (struct job_facts){0};
	query_begin(&q, db, &SUCCEEDED_JOB);
	query_integer(&q, location);
	query_integer(&q, certificate);
	query_integer(&q, since);
	rc = query_row(&q, QUERY_COLUMNS(JOB_COLUMNS), err);
	if (rc == 1)
		read_job(&q, job);
	query_end(&q);
	return rc == -1 ? -1 : 0;
}

static int
name_message(struct database *db, struct messages *messages, size_t i, struct error *err)
{
	struct query q;
	int rc;

	query_begin(&q, db, &LOCATION_NAME);
	query_integer(&q, messages->items[i].location);
	rc = query_row(&q, QUERY_COLUMNS(LOCATION_NAME_COLUMNS), err);
	if (rc == 1)
		messages_place(messages, i, query_get_text(&q, 0), query_get_text(&q, 1));
	query_end(&q);
	return rc == -1 ? -1 : 0;
}

int
db_row_names(struct database *db, struct row *row, struct error *err)
{
	for (size_t i = 0; i < row->messages.count; i++)
		if (row->messages.items[i].location != 0 &&
		    messages_store(&row->messages, &row->messages.items[i]) == NULL &&
		    name_message(db, &row->messages, i, err) == -1)
			return -1;
	messages_sort(&row->messages);
	return row->messages.failed ? error_memory(err) : 0;
}

int
db_container(struct database *db, int64_t id, struct buffer *name, struct error *err)
{
	struct query q;
	int rc;

	buffer_clear(name);
	query_begin(&q, db, &CONTAINER);
	query_integer(&q, id);
	rc = query_row(&q, QUERY_COLUMNS(CONTAINER_COLUMNS), err);
	if (rc == 1 && !query_get_null(&q, 0))
		buffer_add_string(name, query_get_text(&q, 0));
	query_end(&q);
	if (rc != -1 && name->failed)
		rc = error_memory(err);
	return rc == -1 ? -1 : 0;
}

int
db_permissions(struct database *db, const char *operator_name, struct permissions *permissions,
    struct error *err)
{
	struct query q;
	int rc;

	*permissions = (struct permissions){0};
	query_begin(&q, db, &PERMISSIONS);
	query_string(&q, operator_name);
	while ((rc = query_row(&q, QUERY_COLUMNS(PERMISSIONS_COLUMNS), err)) == 1)
		permissions_add(permissions, query_get_text(&q, 0));
	query_end(&q);
	if (rc == 0 && permissions->failed)
		rc = error_memory(err);
	return rc;
}
