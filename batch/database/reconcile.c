#include "database/reconcile.h"

#include "model/bitmap.h"
#include "model/facts.h"
#include "database/facts.h"
#include "database/walk.h"
#include "database/runs.h"

#include <stdlib.h>

/* A superseded or unscheduled job (Status 4, Result 0) stays in the history and no more. */
#define NOT_CANCELLED "NOT (j.status = 4 AND j.result = 0)"

/*
 * Locations are met in the order of jobs, which is none of theirs: a cache that holds the table
 * of some millions of locations halves the time. While SQLite sorts, it takes as much again as
 * that cache, so it is small until then.
 */
static const char SMALL_CACHE[] = "PRAGMA main.cache_size = -16384";
static const char LARGE_CACHE[] = "PRAGMA main.cache_size = -65536";

static const char SET_UP[] =
    "PRAGMA temp.cache_size = -8192;"
    "DROP TABLE IF EXISTS temp.later;"
    "DROP TABLE IF EXISTS temp.repeated;"
    "DROP TABLE IF EXISTS temp.gathered;"
    "DROP TABLE IF EXISTS temp.found;"
    /* a job, and a later one of its location that replaces its new
       certificate */
    "CREATE TEMP TABLE later (job INTEGER PRIMARY KEY, later INTEGER NOT NULL);"
    /* what a finding is about: certificates, or stores */
    "CREATE TEMP TABLE found (id INTEGER PRIMARY KEY);"
    /* the jobs of locations that have several */
    "CREATE TEMP TABLE gathered (location INTEGER, job INTEGER,"
    " existing INTEGER, certificate INTEGER);"
    "CREATE TEMP TABLE repeated (location INTEGER, job INTEGER,"
    " existing INTEGER, certificate INTEGER, PRIMARY KEY (location, job))"
    " WITHOUT ROWID";
static const char SORT_REPEATED[] =
    "INSERT INTO temp.repeated SELECT * FROM temp.gathered ORDER BY location, job;"
    "DROP TABLE temp.gathered;"
    /* ignored: those that have none, for it must not be null */
    "INSERT OR IGNORE INTO temp.later SELECT p.job, (SELECT min(l.job) FROM temp.repeated l"
    " WHERE l.location = p.location AND l.job > p.job AND l.existing = p.certificate)"
    " FROM temp.repeated p ORDER BY p.job;"
    "DROP TABLE temp.repeated";
static const char TEAR_DOWN[] = "DROP TABLE IF EXISTS temp.later;"
				"DROP TABLE IF EXISTS temp.repeated;"
				"DROP TABLE IF EXISTS temp.gathered;"
				"DROP TABLE IF EXISTS temp.found";

static const struct statement JOBS_PART = {"reconcile-jobs-part",
    "SELECT max(id) FROM (SELECT id FROM job WHERE id > ?1 ORDER BY id LIMIT ?2)"};
static const struct statement CERTIFICATES_PART = {"reconcile-certificates-part",
    "SELECT max(id) FROM (SELECT id FROM certificate WHERE id > ?1 ORDER BY id LIMIT ?2)"};
static const struct statement STORES_PART = {"reconcile-stores-part",
    "SELECT max(id) FROM (SELECT id FROM store WHERE id > ?1 ORDER BY id LIMIT ?2)"};
static const struct statement LOCATIONS_PART = {"reconcile-locations-part",
    "SELECT max(id) FROM (SELECT id FROM location WHERE id > ?1 ORDER BY id LIMIT ?2)"};

static const struct statement PLACES = {"reconcile-places",
    "SELECT j.location, j.id FROM job j WHERE j.id > ?1 AND j.id <= ?2 AND " NOT_CANCELLED};
static const int PLACES_COLUMNS[] = {STORED_JOB_LOCATION, STORED_JOB_ID};
static const struct statement GATHER = {"reconcile-gather",
    "INSERT INTO temp.gathered SELECT j.location, j.id, r.existing, r.certificate"
    " FROM job j CROSS JOIN request r ON r.id = j.request"
    " WHERE j.id > ?1 AND j.id <= ?2 AND " NOT_CANCELLED " AND is_repeated(j.location)"};

/*
 * One job with all the facts of its verdict. The aliases are looked for only where they can
 * count, through the index on (certificate, store): near each other for jobs of one request. For
 * min() SQLite would else walk through all the aliases of the store.
 */
static const struct statement JOBS = {"reconcile-jobs",
    "SELECT j.id, j.request, r.line, r.existing, r.certificate, r.job_time,"
    " coalesce(r.due_at, n.started_at, r.created_at), r.created_at, j.status, j.result,"
    " j.completed_at, j.message, s.guid, s.path, s.client_machine, l.alias, s.inventoried_at,"
    " s.id, s.removed, s.approved, l.certificate,"
    " CASE WHEN l.certificate NOT IN (r.existing, r.certificate)"
    "  THEN (SELECT c.thumbprint FROM certificate c WHERE c.id = l.certificate) END,"
    " CASE WHEN l.certificate IS NULL"
    "  THEN (SELECT min(o.alias) FROM location o INDEXED BY location_certificate"
    "   WHERE o.certificate = r.certificate AND o.store = l.store) END,"
    " CASE WHEN l.certificate IS NULL OR l.certificate = r.certificate"
    "  THEN (SELECT min(o.alias) FROM location o INDEXED BY location_certificate"
    "   WHERE o.certificate = r.existing AND o.store = l.store"
    "   AND NOT is_busy(o.id)) END,"
    " later.later, j.location"
    " FROM job j CROSS JOIN request r ON r.id = j.request"
    " LEFT JOIN run n ON n.id = j.request >> 32"
    " LEFT JOIN location l ON l.id = j.location LEFT JOIN store s ON s.id = l.store"
    " LEFT JOIN temp.later later ON later.job = j.id"
    " WHERE j.id > ?1 AND j.id <= ?2 AND (?3 = 0 OR j.request >> 32 = ?3)"
    " AND " NOT_CANCELLED " ORDER BY j.id"};
static const int JOBS_COLUMNS[] = {STORED_JOB_ID, STORED_JOB_REQUEST, STORED_REQUEST_LINE,
    STORED_REQUEST_EXISTING, STORED_REQUEST_CERTIFICATE, STORED_REQUEST_JOB_TIME,
    STORED_REQUEST_DUE, STORED_REQUEST_CREATED, STORED_JOB_STATUS, STORED_JOB_RESULT,
    STORED_JOB_COMPLETED, STORED_JOB_MESSAGE, STORED_STORE_GUID | STORED_OR_NULL, STORED_STORE_PATH,
    STORED_STORE_MACHINE, STORED_LOCATION_ALIAS | STORED_OR_NULL, STORED_STORE_INVENTORIED,
    STORED_STORE_ID | STORED_OR_NULL, STORED_STORE_REMOVED | STORED_OR_NULL,
    STORED_STORE_APPROVED | STORED_OR_NULL, STORED_LOCATION_CERTIFICATE, STORED_CERTIFICATE_PRINT,
    STORED_LOCATION_ALIAS | STORED_OR_NULL, STORED_LOCATION_ALIAS | STORED_OR_NULL,
    STORED_JOB_ID | STORED_OR_NULL, STORED_JOB_LOCATION};

/* ---- findings: first the certificates or stores, then where they are ---------------------- */

static const struct statement FIND_REPLACED = {"find-replaced",
    "INSERT OR IGNORE INTO temp.found SELECT r.existing"
    " FROM job j CROSS JOIN request r ON r.id = j.request"
    " WHERE j.id > ?1 AND j.id <= ?2 AND r.existing NOTNULL AND " NOT_CANCELLED};
static const struct statement FIND_EXPIRED = {"find-expired",
    "INSERT INTO temp.found SELECT id FROM certificate"
    " WHERE id > ?1 AND id <= ?2 AND not_after <= ?3"};
static const struct statement FIND_REVOKED = {"find-revoked",
    "INSERT INTO temp.found SELECT id FROM certificate"
    " WHERE id > ?1 AND id <= ?2 AND revoked_at NOTNULL"};
static const struct statement FIND_UNKNOWN = {"find-unknown",
    "INSERT INTO temp.found SELECT id FROM certificate"
    " WHERE id > ?1 AND id <= ?2 AND id < 0"};
static const struct statement FIND_REMOVED = {"find-removed",
    "INSERT INTO temp.found SELECT id FROM store"
    " WHERE id > ?1 AND id <= ?2 AND removed = 1"};

#define PLACE_COLUMNS "s.guid, s.path, s.client_machine, s.inventoried_at, "
#define STANDING PLACE_COLUMNS "l.alias, l.certificate, c.thumbprint, "
#define IN_LIVE_STORES                                                     \
	" FROM location l CROSS JOIN temp.found f ON f.id = l.certificate" \
	" CROSS JOIN store s ON s.id = l.store AND s.removed = 0"          \
	" CROSS JOIN certificate c ON c.id = l.certificate"                \
	" WHERE l.id > ?1 AND l.id <= ?2"

static const struct statement UNPLANNED = {"unplanned-locations",
    "SELECT " STANDING "0" IN_LIVE_STORES " AND NOT is_covered(l.id) ORDER BY l.id"};
static const struct statement EXPIRED = {
    "expired-locations", "SELECT " STANDING "c.not_after" IN_LIVE_STORES " ORDER BY l.id"};
static const struct statement REVOKED = {
    "revoked-locations", "SELECT " STANDING "c.revoked_at" IN_LIVE_STORES " ORDER BY l.id"};
static const struct statement UNKNOWN = {
    "unknown-locations", "SELECT " STANDING "0" IN_LIVE_STORES " ORDER BY l.id"};
static const struct statement ORPHAN = {"orphan-locations",
    "SELECT " STANDING "0 FROM location l CROSS JOIN temp.found f ON f.id = l.store"
    " CROSS JOIN store s ON s.id = l.store CROSS JOIN certificate c ON c.id = l.certificate"
    " WHERE l.id > ?1 AND l.id <= ?2 ORDER BY l.id"};
static const struct statement STALE = {"stale-stores",
    "SELECT " PLACE_COLUMNS "NULL, NULL, NULL, 0 FROM store s WHERE s.id > ?1 AND s.id <= ?2"
    " AND s.removed = 0 AND s.approved = 1"
    " AND (s.inventoried_at IS NULL OR s.inventoried_at < ?3) ORDER BY s.id"};

static const int FOUND_COLUMNS[] = {STORED_STORE_GUID, STORED_STORE_PATH, STORED_STORE_MACHINE,
    STORED_STORE_INVENTORIED, STORED_LOCATION_ALIAS | STORED_OR_NULL,
    STORED_CERTIFICATE_ID | STORED_OR_NULL, STORED_CERTIFICATE_PRINT, STORED_CERTIFICATE_AFTER};

static const struct {
	const struct statement *find_part;
	const struct statement *find; /* NULL: rows needs nothing found first */
	const struct statement *part;
	const struct statement *rows;
} findings[FINDING_COUNT] = {
    [FINDING_UNPLANNED_LOCATION] = {&JOBS_PART, &FIND_REPLACED, &LOCATIONS_PART, &UNPLANNED},
    [FINDING_EXPIRED_IN_USE] = {&CERTIFICATES_PART, &FIND_EXPIRED, &LOCATIONS_PART, &EXPIRED},
    [FINDING_REVOKED_IN_USE] = {&CERTIFICATES_PART, &FIND_REVOKED, &LOCATIONS_PART, &REVOKED},
    [FINDING_STALE_INVENTORY] = {NULL, NULL, &STORES_PART, &STALE},
    [FINDING_UNKNOWN_IN_INVENTORY] = {&CERTIFICATES_PART, &FIND_UNKNOWN, &LOCATIONS_PART, &UNKNOWN},
    [FINDING_ORPHAN_LOCATION] = {&STORES_PART, &FIND_REMOVED, &LOCATIONS_PART, &ORPHAN},
};

static const struct statement ANY_FOUND = {"any-found", "SELECT 1 FROM temp.found LIMIT 1"};

struct reconciliation {
	struct database *db;
	const volatile sig_atomic_t *stop;
	int64_t run;
	int64_t first, last;    /* ids of its jobs */
	struct bitmap once;     /* locations that have a job; freed once repeated is known */
	struct bitmap repeated; /* that have several */
	struct bitmap busy;     /* that have an active job */
	struct bitmap covered;  /* where the certificate stands that a job of theirs replaces */
	struct walk jobs;
	struct walk places;
	int64_t time; /* ?3 of the findings */
	bool nothing; /* no place to look for */
};

/* SQL function of one integer: whether it is in the bitmap that the function was made with. */
static void
in_bitmap(sqlite3_context *context, int count, sqlite3_value **values)
{
	const struct bitmap *bitmap = sqlite3_user_data(context);

	(void)count;
	sqlite3_result_int(context, bitmap_has(bitmap, (uint64_t)sqlite3_value_int64(values[0])));
}

static int
add_function(struct reconciliation *r, const char *name, struct bitmap *bitmap, struct error *err)
{
	if (sqlite3_create_function(r->db->handle, name, 1, SQLITE_UTF8 | SQLITE_DIRECTONLY, bitmap,
		bitmap == NULL ? NULL : in_bitmap, NULL, NULL) != SQLITE_OK)
		return db_failed(r->db, name, err);
	return 0;
}

static void
bind_run(struct query *q, const void *values)
{
	const struct reconciliation *r = values;

	query_integer(q, r->run);
}

static void
bind_time(struct query *q, const void *values)
{
	const struct reconciliation *r = values;

	if (sqlite3_bind_parameter_count(q->statement) >= 3)
		query_integer(q, r->time);
}

static void
walk_jobs(struct reconciliation *r, struct walk *walk, const struct statement *rows)
{
	walk_init(walk, r->db, &JOBS_PART, rows, r->stop);
	walk->after = r->first == INT64_MIN ? r->first : r->first - 1;
}

/*
 * Marks the locations that have several jobs, from the first one of the run on. Where there are
 * none, the usual case of a first replacement, nothing has to be sorted.
 */
static int
mark_repeated(struct reconciliation *r, bool *any, struct error *err)
{
	struct walk walk;
	int rc;

	*any = false;
	walk_jobs(r, &walk, &PLACES);
	walk_describe(&walk, QUERY_COLUMNS(PLACES_COLUMNS));
	while ((rc = walk_next(&walk, err)) == 1) {
		uint64_t location = (uint64_t)walk_integer(&walk, 0);
		bool seen = bitmap_has(&r->once, location);

		*any = *any || seen;
		if (bitmap_set(seen ? &r->repeated : &r->once, location) == -1) {
			rc = error_memory(err);
			break;
		}
	}
	walk_release(&walk);
	bitmap_release(&r->once);
	return rc;
}

/* Fills temp.later. */
static int
find_later(struct reconciliation *r, struct error *err)
{
	struct walk walk;
	bool any;
	int rc;

	if (mark_repeated(r, &any, err) == -1)
		return -1;
	if (!any)
		return 0;
	walk_jobs(r, &walk, &GATHER);
	rc = walk_run(&walk, err);
	walk_release(&walk);
	bitmap_release(&r->repeated);
	return rc == -1 ? -1 : db_execute(r->db, SORT_REPEATED, err);
}

static int
prepare(struct reconciliation *r, struct error *err)
{
	if (db_run_span(r->db, r->run, &r->first, &r->last, err) == -1 ||
	    db_execute(r->db, SMALL_CACHE, err) == -1 || db_execute(r->db, SET_UP, err) == -1 ||
	    add_function(r, "is_repeated", &r->repeated, err) == -1 ||
	    add_function(r, "is_busy", &r->busy, err) == -1 ||
	    add_function(r, "is_covered", &r->covered, err) == -1 ||
	    db_busy(r->db, &r->busy, err) == -1 || find_later(r, err) == -1 ||
	    db_execute(r->db, LARGE_CACHE, err) == -1)
		return -1;
	walk_jobs(r, &r->jobs, &JOBS);
	walk_describe(&r->jobs, QUERY_COLUMNS(JOBS_COLUMNS));
	r->jobs.last = r->last;
	r->jobs.bind = bind_run;
	r->jobs.values = r;
	return 0;
}

struct reconciliation *
reconciliation_open(
    struct database *db, int64_t run, const volatile sig_atomic_t *stop, struct error *err)
{
	struct reconciliation *r = calloc(1, sizeof(*r));

	if (r == NULL) {
		error_memory(err);
		return NULL;
	}
	r->db = db;
	r->stop = stop;
	r->run = run;
	if (prepare(r, err) == -1) {
		reconciliation_close(r);
		return NULL;
	}
	return r;
}

void
reconciliation_close(struct reconciliation *r)
{
	if (r == NULL)
		return;
	walk_release(&r->jobs);
	walk_release(&r->places);
	/* The functions must not outlive their bitmaps; the tables go with the connection too. */
	(void)add_function(r, "is_repeated", NULL, NULL);
	(void)add_function(r, "is_busy", NULL, NULL);
	(void)add_function(r, "is_covered", NULL, NULL);
	(void)db_execute(r->db, TEAR_DOWN, NULL);
	bitmap_release(&r->once);
	bitmap_release(&r->repeated);
	bitmap_release(&r->busy);
	bitmap_release(&r->covered);
	free(r);
}

static void
read_place(const struct walk *row, struct reconcile_job *job)
{
	job->place = (struct reconcile_place){
	    .store = walk_text(row, 12),
	    .path = walk_text(row, 13),
	    .machine = walk_text(row, 14),
	    .alias = walk_text(row, 15),
	    .inventoried = !walk_null(row, 16),
	    .inventoried_at = walk_integer(row, 16),
	};
	job->known = !walk_null(row, 17);
	job->removed = walk_integer(row, 18) != 0;
	job->approved = walk_integer(row, 19) != 0;
	job->stands = !walk_null(row, 20);
	job->standing = walk_integer(row, 20);
	job->thumbprint = walk_text(row, 21);
	job->new_alias = walk_text(row, 22);
	job->old_alias = walk_text(row, 23);
	job->later = walk_integer(row, 24);
}

int
reconciliation_job(struct reconciliation *r, struct reconcile_job *job, struct error *err)
{
	const struct walk *row = &r->jobs;
	int rc = walk_next(&r->jobs, err);

	if (rc != 1)
		return rc;
	*job = (struct reconcile_job){
	    .id = walk_integer(row, 0),
	    .run = walk_integer(row, 1) >> 32,
	    .line = walk_integer(row, 2),
	    .existing = walk_integer(row, 3),
	    .certificate = walk_integer(row, 4),
	    .job_time = walk_text(row, 5),
	    .due_at = walk_integer(row, 6),
	    .created_at = walk_integer(row, 7),
	    .status = walk_integer(row, 8),
	    .result = walk_integer(row, 9),
	    .has_completed_at = !walk_null(row, 10),
	    .completed_at = walk_integer(row, 10),
	    .message = walk_text(row, 11),
	};
	read_place(row, job);
	if (r->run == 0 && job->stands && job->standing == job->existing &&
	    bitmap_set(&r->covered, (uint64_t)walk_integer(row, 25)) == -1)
		return error_memory(err);
	return 1;
}

static int
find(struct reconciliation *r, enum finding finding, struct error *err)
{
	struct walk walk;
	struct query q;
	int rc;

	if (db_execute(r->db, "DELETE FROM temp.found", err) == -1)
		return -1;
	walk_init(&walk, r->db, findings[finding].find_part, findings[finding].find, r->stop);
	walk.bind = bind_time;
	walk.values = r;
	if (finding == FINDING_UNKNOWN_IN_INVENTORY)
		walk.last = -1;
	rc = walk_run(&walk, err);
	walk_release(&walk);
	if (rc == -1)
		return -1;
	query_begin(&q, r->db, &ANY_FOUND);
	rc = query_next(&q, err);
	query_end(&q);
	r->nothing = rc == 0;
	return rc == -1 ? -1 : 0;
}

int
reconciliation_begin(
    struct reconciliation *r, enum finding finding, int64_t time, struct error *err)
{
	r->time = time;
	r->nothing = false;
	if (findings[finding].find != NULL && find(r, finding, err) == -1)
		return -1;
	walk_release(&r->places);
	walk_init(&r->places, r->db, findings[finding].part, findings[finding].rows, r->stop);
	walk_describe(&r->places, QUERY_COLUMNS(FOUND_COLUMNS));
	r->places.bind = bind_time;
	r->places.values = r;
	return 0;
}

int
reconciliation_finding(struct reconciliation *r, struct reconcile_finding *found, struct error *err)
{
	const struct walk *row = &r->places;
	int rc;

	if (r->nothing)
		return 0;
	rc = walk_next(&r->places, err);
	if (rc != 1)
		return rc;
	*found = (struct reconcile_finding){
	    .place =
		{
		    .store = walk_text(row, 0),
		    .path = walk_text(row, 1),
		    .machine = walk_text(row, 2),
		    .inventoried = !walk_null(row, 3),
		    .inventoried_at = walk_integer(row, 3),
		    .alias = walk_text(row, 4),
		},
	    .certificate = walk_integer(row, 5),
	    .thumbprint = walk_text(row, 6),
	    .at = walk_integer(row, 7),
	};
	return 1;
}
