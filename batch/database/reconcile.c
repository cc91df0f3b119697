#include "database/reconcile.h"

#include "model/bitmap.h"
#include "model/job_record.h"
#include "database/facts.h"
#include "database/run.h"
#include "database/walk_private.h"

#include <stdlib.h>
#include <string.h>

/*
 * Locations are met in the order of jobs, which is none of theirs: a cache that holds the table
 * of some millions of locations halves the time. While SQLite sorts, it takes as much again as
 * that cache, so it is small until then. In KiB.
 */
#define SMALL_CACHE 16384
#define LARGE_CACHE 65536
#define SORT_CACHE 8192

#define SEVERAL_ROWS 500

static const int OLD_COLUMNS[] = {STORED_LOCATION_ID, STORED_LOCATION_ALIAS};
static const int PLACES_COLUMNS[] = {STORED_JOB_LOCATION, STORED_JOB_ID};

static const int JOBS_COLUMNS[] = {STORED_JOB_ID, STORED_JOB_REQUEST, STORED_REQUEST_LINE,
    STORED_REQUEST_EXISTING, STORED_REQUEST_CERTIFICATE, STORED_REQUEST_JOB_TIME,
    STORED_REQUEST_DUE, STORED_REQUEST_CREATED, STORED_JOB_STATUS, STORED_JOB_RESULT,
    STORED_JOB_COMPLETED, STORED_JOB_MESSAGE, STORED_STORE_GUID | STORED_OR_NULL, STORED_STORE_PATH,
    STORED_STORE_MACHINE, STORED_LOCATION_ALIAS | STORED_OR_NULL, STORED_STORE_INVENTORIED,
    STORED_STORE_ID | STORED_OR_NULL, STORED_STORE_REMOVED | STORED_OR_NULL,
    STORED_STORE_APPROVED | STORED_OR_NULL, STORED_LOCATION_CERTIFICATE, STORED_CERTIFICATE_PRINT,
    STORED_LOCATION_ALIAS | STORED_OR_NULL, STORED_LOCATION_ALIAS | STORED_OR_NULL,
    STORED_JOB_ID | STORED_OR_NULL, STORED_JOB_LOCATION, STORED_JOB_PROVEN,
    STORED_JOB_ID | STORED_OR_NULL, STORED_ANY};

/* A finding: first the certificates or stores are found, then the places where they are. */

static const int FOUND_COLUMNS[] = {STORED_STORE_GUID, STORED_STORE_PATH, STORED_STORE_MACHINE,
    STORED_STORE_INVENTORIED, STORED_LOCATION_ALIAS | STORED_OR_NULL,
    STORED_CERTIFICATE_ID | STORED_OR_NULL, STORED_CERTIFICATE_PRINT, STORED_CERTIFICATE_AFTER,
    STORED_CERTIFICATE_REVOKED, STORED_LOCATION_ID | STORED_OR_NULL};
enum { FOUND_AT_NONE = -1, FOUND_AT_AFTER = 7, FOUND_AT_REVOKED = 8, FOUND_LOCATION = 9 };

/* Those of a key that does not match end with their position. */
static const int MISMATCHED_COLUMNS[] = {STORED_STORE_GUID, STORED_STORE_PATH, STORED_STORE_MACHINE,
    STORED_STORE_INVENTORIED, STORED_LOCATION_ALIAS, STORED_CERTIFICATE_ID,
    STORED_CERTIFICATE_PRINT, STORED_CERTIFICATE_AFTER, STORED_CERTIFICATE_REVOKED,
    STORED_LOCATION_STORE, STORED_LOCATION_ID};

/* Those of a store that is not readable have its last try. */
static const int UNREAD_COLUMNS[] = {STORED_STORE_GUID, STORED_STORE_PATH, STORED_STORE_MACHINE,
    STORED_STORE_INVENTORIED, STORED_ANY, STORED_ANY, STORED_ANY, STORED_ANY, STORED_ANY,
    STORED_STORE_ID, STORED_STORE_TRIED, STORED_STORE_UNREADABLE, STORED_STORE_UNREADABLE_TEXT};
enum { UNREAD_STORE = 9, UNREAD_TRIED, UNREAD_WORD, UNREAD_TEXT };

/* Those of an unplanned location have further ones. */
static const int UNPLANNED_COLUMNS[] = {STORED_STORE_GUID, STORED_STORE_PATH, STORED_STORE_MACHINE,
    STORED_STORE_INVENTORIED, STORED_LOCATION_ALIAS, STORED_CERTIFICATE_ID,
    STORED_CERTIFICATE_PRINT, STORED_CERTIFICATE_AFTER, STORED_CERTIFICATE_REVOKED,
    STORED_LOCATION_ID, STORED_CERTIFICATE_ID | STORED_OR_NULL, STORED_REFUSAL_ID | STORED_OR_NULL,
    STORED_REFUSAL_REQUEST | STORED_OR_NULL, STORED_REQUEST_LINE | STORED_OR_NULL,
    STORED_REQUEST_EXISTING, STORED_REFUSAL_CODE | STORED_OR_NULL, STORED_REFUSAL_TEXT};
enum {
	FOUND_CERTIFICATE = 5,
	UNPLANNED_REPLACED = 10, /* not null: some job replaces the certificate */
	UNPLANNED_REFUSAL,       /* null: there is none */
	UNPLANNED_REQUEST,
	UNPLANNED_LINE,
	UNPLANNED_EXISTING,
	UNPLANNED_CODE,
	UNPLANNED_TEXT
};

static const int PLANNED_COLUMNS[] = {STORED_JOB_LOCATION, STORED_JOB_ID};

static const struct finding_source {
	enum sql find_page;
	enum sql find; /* SQL_NONE: nothing has to be found first */
	enum sql page; /* SQL_NONE: the rows have their position */
	enum sql rows;
	bool find_takes_time, rows_take_time; /* as ?3 */
	int at;                               /* the column that says when, or FOUND_AT_NONE */
	const int *columns;                   /* of the rows */
	size_t column_count;
} findings[FINDING_COUNT] = {
    [FINDING_UNPLANNED_LOCATION] = {SQL_PAGE_OF_JOBS, SQL_FIND_REPLACED, SQL_PAGE_OF_LOCATIONS,
	SQL_FOUND_UNPLANNED, false, false, FOUND_AT_NONE, QUERY_COLUMNS(UNPLANNED_COLUMNS)},
    [FINDING_EXPIRED_IN_USE] = {SQL_PAGE_OF_CERTIFICATES, SQL_FIND_EXPIRED, SQL_PAGE_OF_LOCATIONS,
	SQL_FOUND_CERTIFICATES, true, false, FOUND_AT_AFTER, QUERY_COLUMNS(FOUND_COLUMNS)},
    [FINDING_REVOKED_IN_USE] = {SQL_PAGE_OF_CERTIFICATES, SQL_FIND_REVOKED, SQL_PAGE_OF_LOCATIONS,
	SQL_FOUND_CERTIFICATES, false, false, FOUND_AT_REVOKED, QUERY_COLUMNS(FOUND_COLUMNS)},
    [FINDING_STALE_INVENTORY] = {SQL_NONE, SQL_NONE, SQL_PAGE_OF_STORES, SQL_STALE_STORES, false,
	true, FOUND_AT_NONE, QUERY_COLUMNS(FOUND_COLUMNS)},
    [FINDING_UNKNOWN_IN_INVENTORY] = {SQL_PAGE_OF_CERTIFICATES, SQL_FIND_UNKNOWN,
	SQL_PAGE_OF_LOCATIONS, SQL_FOUND_CERTIFICATES, false, false, FOUND_AT_NONE,
	QUERY_COLUMNS(FOUND_COLUMNS)},
    [FINDING_ORPHAN_LOCATION] = {SQL_PAGE_OF_STORES, SQL_FIND_REMOVED, SQL_PAGE_OF_LOCATIONS,
	SQL_FOUND_STORES, false, false, FOUND_AT_NONE, QUERY_COLUMNS(FOUND_COLUMNS)},
    [FINDING_KEY_MISMATCH] = {SQL_NONE, SQL_NONE, SQL_NONE, SQL_MISMATCHED_KEYS, false, false,
	FOUND_AT_NONE, QUERY_COLUMNS(MISMATCHED_COLUMNS)},
    [FINDING_NOT_READABLE] = {SQL_NONE, SQL_NONE, SQL_PAGE_OF_STORES, SQL_UNREAD_STORES, false,
	false, UNREAD_TRIED, QUERY_COLUMNS(UNREAD_COLUMNS)},
};

struct reconciliation {
	struct database *db;
	const volatile sig_atomic_t *stop;
	int64_t run;
	int64_t first, last;   /* ids of its jobs */
	struct bitmap once;    /* locations that have a job; freed once the repeated are known */
	struct bitmap busy;    /* that have an active job */
	struct bitmap covered; /* that hold the certificate which a job of theirs replaces */
	struct bitmap planned; /* refused ones that have such a job all the same */
	struct rowset_id several[SEVERAL_ROWS]; /* locations on their way into temp.several */
	size_t several_count;
	struct walk jobs;
	struct walk places;
	enum finding finding;
	int64_t time; /* ?3 of the findings */
	bool refused; /* some location was refused and still has its certificate */
	bool nothing; /* no place to look for */
};

static void
reconcile_bind_run(struct query *q, const void *values)
{
	const struct reconciliation *r = values;

	query_integer(q, r->run);
}

static void
reconcile_bind_time(struct query *q, const void *values)
{
	const struct reconciliation *r = values;

	query_integer(q, r->time);
}

static void
reconcile_walk_jobs(struct reconciliation *r, struct walk *walk, enum sql rows)
{
	walk_init(walk, r->db, SQL_PAGE_OF_JOBS, rows, r->stop);
	walk->after = r->first == INT64_MIN ? r->first : r->first - 1;
}

/* ---- locations that have several jobs ---------------------------------------------------- */

static int
reconcile_flush_several(struct reconciliation *r, struct error *err)
{
	const struct rowset rows = {ROWSET_ID, r->several, r->several_count};
	struct query q;

	if (r->several_count == 0)
		return 0;
	r->several_count = 0;
	query_begin(&q, r->db, SQL_RECONCILE_SEVERAL);
	query_rows(&q, &rows);
	return query_run(&q, err);
}

/* One more job of the location. */
static int
reconcile_count_job(struct reconciliation *r, int64_t location, bool *any, struct error *err)
{
	if (!bitmap_has(&r->once, (uint64_t)location))
		return bitmap_set(&r->once, (uint64_t)location) == -1 ? error_memory(err) : 0;
	*any = true;
	r->several[r->several_count++] = (struct rowset_id){location};
	return r->several_count == SEVERAL_ROWS ? reconcile_flush_several(r, err) : 0;
}

/*
 * Fills temp.several, from the first job of the run on. Where there are no such locations, the
 * usual case of a first replacement, nothing has to be sorted.
 */
static int
reconcile_find_several(struct reconciliation *r, bool *any, struct error *err)
{
	struct walk walk;
	int rc;

	*any = false;
	reconcile_walk_jobs(r, &walk, SQL_RECONCILE_PLACES);
	walk_describe(&walk, QUERY_COLUMNS(PLACES_COLUMNS));
	while ((rc = walk_next(&walk, err)) == 1)
		if (reconcile_count_job(r, walk_integer(&walk, 0), any, err) == -1) {
			rc = -1;
			break;
		}
	walk_release(&walk);
	bitmap_release(&r->once);
	return rc == -1 ? -1 : reconcile_flush_several(r, err);
}

/* Fills temp.later. */
static int
reconcile_find_later(struct reconciliation *r, struct error *err)
{
	struct walk walk;
	bool any;
	int rc;

	if (reconcile_find_several(r, &any, err) == -1)
		return -1;
	if (!any)
		return 0;
	reconcile_walk_jobs(r, &walk, SQL_RECONCILE_GATHER);
	rc = walk_run(&walk, err);
	walk_release(&walk);
	return rc == -1 ? -1 : script_run(r->db, SQL_RECONCILE_SORT, err);
}

/* ---- jobs -------------------------------------------------------------------------------- */

/* Columns of reconcile-jobs. */
enum {
	JOBS_EXISTING = 3,
	JOBS_STATUS = 8,
	JOBS_STORE = 17,
	JOBS_OLD_ALIAS = 23,
	JOBS_LATER,
	JOBS_LOCATION,
	JOBS_PROVEN,
	JOBS_LATER_PROVEN,
	JOBS_NAMED_BY_OLD
};

/* The location of the job where it is active: it is no active job of its own. */
static int64_t
reconcile_own(const struct walk *walk)
{
	const struct job_state is = {.status = (enum job_status)walk_integer(walk, JOBS_STATUS)};

	return job_state_is_active(&is) ? walk_integer(walk, JOBS_LOCATION) : 0;
}

/* Finds the first alias that has the old certificate and no active job but that of `own`. */
static int
reconcile_find_old(const struct reconciliation *r, struct query *q, int64_t own,
    struct buffer *first, struct error *err)
{
	int rc;

	while ((rc = query_row(q, QUERY_COLUMNS(OLD_COLUMNS), err)) == 1) {
		const char *alias = query_get_text(q, 1);
		int64_t location = query_get_integer(q, 0);

		if ((location != own && bitmap_has(&r->busy, (uint64_t)location)) ||
		    (first->length > 0 && strcmp(alias, first->bytes) >= 0))
			continue;
		buffer_clear(first);
		buffer_add(first, alias, strlen(alias) + 1);
		if (first->failed)
			return error_memory(err);
	}
	return rc;
}

/* The statement gives the first alias that has the old certificate: which may have a job. */
static int
reconcile_amend(struct walk *walk, const void *values, struct error *err)
{
	const struct reconciliation *r = values;
	struct buffer first = {0};
	struct query q;
	int rc;

	if (walk_null(walk, JOBS_OLD_ALIAS))
		return 0;
	query_begin(&q, r->db, SQL_RECONCILE_OLD);
	query_integer(&q, walk_integer(walk, JOBS_EXISTING));
	query_integer(&q, walk_integer(walk, JOBS_STORE));
	rc = reconcile_find_old(r, &q, reconcile_own(walk), &first, err);
	query_end(&q);
	if (rc == 0)
		rc = walk_set_text(
		    walk, JOBS_OLD_ALIAS, first.length == 0 ? NULL : first.bytes, err);
	buffer_release(&first);
	return rc;
}

static int
reconcile_prepare(struct reconciliation *r, struct error *err)
{
	struct database *db = r->db;

	if (db_run_span(db, r->run, &r->first, &r->last, err) == -1 ||
	    db_set_cache(db, SMALL_CACHE, err) == -1 ||
	    db->engine->set(db, ENGINE_SORT_CACHE, SORT_CACHE, err) == -1 ||
	    script_run(db, SQL_RECONCILE_SET_UP, err) == -1 || db_busy(db, &r->busy, err) == -1 ||
	    reconcile_find_later(r, err) == -1 || db_set_cache(db, LARGE_CACHE, err) == -1)
		return -1;
	reconcile_walk_jobs(r, &r->jobs, SQL_RECONCILE_JOBS);
	walk_describe(&r->jobs, QUERY_COLUMNS(JOBS_COLUMNS));
	r->jobs.last = r->last;
	r->jobs.bind = reconcile_bind_run;
	r->jobs.amend = reconcile_amend;
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
	if (reconcile_prepare(r, err) == -1) {
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
	/* The tables would go with the connection too. */
	(void)script_run(r->db, SQL_RECONCILE_TEAR_DOWN, NULL);
	bitmap_release(&r->once);
	bitmap_release(&r->busy);
	bitmap_release(&r->covered);
	bitmap_release(&r->planned);
	free(r);
}

static void
reconcile_read_place(const struct walk *row, struct reconcile_job *job)
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
	job->later = walk_integer(row, JOBS_LATER);
	job->has_proven_at = !walk_null(row, JOBS_PROVEN);
	job->proven_at = walk_integer(row, JOBS_PROVEN);
	job->later_proven = walk_integer(row, JOBS_LATER_PROVEN);
	job->named_by_old = walk_integer(row, JOBS_NAMED_BY_OLD) != 0;
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
	reconcile_read_place(row, job);
	if (r->run == 0 && job->stands && job->standing == job->existing &&
	    bitmap_set(&r->covered, (uint64_t)walk_integer(row, JOBS_LOCATION)) == -1)
		return error_memory(err);
	return 1;
}

/* ---- locations that were refused --------------------------------------------------------- */

/* Whether the statement has a row. */
static int
reconcile_ask(const struct reconciliation *r, enum sql sql, bool *any, struct error *err)
{
	struct query q;
	int rc;

	query_begin(&q, r->db, sql);
	rc = query_next(&q, err);
	query_end(&q);
	*any = rc == 1;
	return rc == -1 ? -1 : 0;
}

/* Leaves out what lies before and after the refusals of the run. */
static int
refused_narrow(const struct reconciliation *r, struct walk *walk, struct error *err)
{
	int64_t first;

	if (r->run == 0)
		return 0;
	if (db_run_refusal_span(r->db, r->run, &first, &walk->last, err) == -1)
		return -1;
	walk->after = first - 1;
	return 0;
}

/* Fills temp.refused. The cache of a sort: see SMALL_CACHE. */
static int
refused_sort(struct reconciliation *r, struct error *err)
{
	if (db_set_cache(r->db, SMALL_CACHE, err) == -1 ||
	    script_run(r->db, SQL_REFUSED_SORT, err) == -1)
		return -1;
	return db_set_cache(r->db, LARGE_CACHE, err);
}

/* Finds the refused locations, if there are any. */
static int
refused_find(struct reconciliation *r, struct error *err)
{
	struct walk walk;
	int rc;

	walk_init(&walk, r->db, SQL_PAGE_OF_REFUSALS, SQL_FIND_REFUSED, r->stop);
	walk.bind = reconcile_bind_run;
	walk.values = r;
	rc = refused_narrow(r, &walk, err);
	if (rc == 0)
		rc = walk_run(&walk, err);
	walk_release(&walk);
	if (rc == -1 || reconcile_ask(r, SQL_ANY_REFUSING, &r->refused, err) == -1)
		return -1;
	return r->refused ? refused_sort(r, err) : 0;
}

/* Fills the bitmap. Any job may be one of theirs, of whatever run. */
static int
refused_find_planned(struct reconciliation *r, struct error *err)
{
	struct walk walk;
	int rc;

	walk_init(&walk, r->db, SQL_PAGE_OF_JOBS, SQL_REFUSED_PLANNED, r->stop);
	walk_describe(&walk, QUERY_COLUMNS(PLANNED_COLUMNS));
	while ((rc = walk_next(&walk, err)) == 1)
		if (bitmap_set(&r->planned, (uint64_t)walk_integer(&walk, 0)) == -1) {
			rc = error_memory(err);
			break;
		}
	walk_release(&walk);
	return rc;
}

static int
reconcile_find_refused(struct reconciliation *r, struct error *err)
{
	if (refused_find(r, err) == -1)
		return -1;
	return r->refused ? refused_find_planned(r, err) : 0;
}

/* ---- findings ---------------------------------------------------------------------------- */

static int
reconcile_find(struct reconciliation *r, const struct finding_source *source, struct error *err)
{
	struct walk walk;
	bool any;
	int rc;

	if (statement_run(r->db, SQL_FOUND_FORGET, err) == -1)
		return -1;
	walk_init(&walk, r->db, source->find_page, source->find, r->stop);
	walk.bind = source->find_takes_time ? reconcile_bind_time : NULL;
	walk.values = r;
	if (r->finding == FINDING_UNKNOWN_IN_INVENTORY)
		walk.last = -1;
	if (r->run != 0) {
		walk.after = r->first - 1;
		walk.last = r->last;
	}
	rc = walk_run(&walk, err);
	walk_release(&walk);
	if (rc == -1 || reconcile_ask(r, SQL_ANY_FOUND, &any, err) == -1)
		return -1;
	r->nothing = !any && !r->refused;
	return 0;
}

static void
reconcile_walk_places(struct reconciliation *r, const struct finding_source *source)
{
	/* of a run, nothing but these */
	bool refused = r->finding == FINDING_UNPLANNED_LOCATION && r->run != 0;

	walk_release(&r->places);
	walk_init(&r->places, r->db, refused ? SQL_PAGE_OF_REFUSED : source->page,
	    refused ? SQL_FOUND_REFUSED : source->rows, r->stop);
	walk_describe(&r->places, source->columns, source->column_count);
	if (source->page == SQL_NONE)
		r->places.last = INT64_MIN;
	r->places.bind = source->rows_take_time ? reconcile_bind_time : NULL;
	r->places.values = r;
}

int
reconciliation_begin(
    struct reconciliation *r, enum finding finding, int64_t time, struct error *err)
{
	const struct finding_source *source = &findings[finding];

	r->finding = finding;
	r->time = time;
	r->nothing = r->refused = false;
	if (finding == FINDING_UNPLANNED_LOCATION && reconcile_find_refused(r, err) == -1)
		return -1;
	if (source->find != SQL_NONE && reconcile_find(r, source, err) == -1)
		return -1;
	if (r->run != 0 && !r->refused)
		r->nothing = true;
	reconcile_walk_places(r, source);
	return 0;
}

/* Of an unplanned location: whether a job of another one replaces its certificate. */
static bool
unplanned_is_elsewhere(const struct reconciliation *r)
{
	const struct walk *row = &r->places;

	return !walk_null(row, UNPLANNED_REPLACED) &&
	       !bitmap_has(&r->covered, (uint64_t)walk_integer(row, FOUND_LOCATION));
}

/* An import may have changed what is there since the refusals were found. */
static bool
unplanned_is_refused(const struct reconciliation *r)
{
	const struct walk *row = &r->places;

	return !walk_null(row, UNPLANNED_REFUSAL) &&
	       walk_integer(row, UNPLANNED_EXISTING) == walk_integer(row, FOUND_CERTIFICATE) &&
	       !bitmap_has(&r->planned, (uint64_t)walk_integer(row, FOUND_LOCATION));
}

/* The next place, less those that a job covers. */
static int
reconcile_next_place(struct reconciliation *r, struct error *err)
{
	int rc;

	do
		rc = walk_next(&r->places, err);
	while (rc == 1 && r->finding == FINDING_UNPLANNED_LOCATION && !unplanned_is_refused(r) &&
	       (r->run != 0 || !unplanned_is_elsewhere(r)));
	return rc;
}

static int
unplanned_read(const struct reconciliation *r, struct reconcile_finding *found, struct error *err)
{
	const struct walk *row = &r->places;

	found->elsewhere = unplanned_is_elsewhere(r);
	if (!unplanned_is_refused(r))
		return 0;
	found->refusal = (struct reconcile_refusal){
	    .run = walk_integer(row, UNPLANNED_REQUEST) >> 32,
	    .line = walk_integer(row, UNPLANNED_LINE),
	    .text = walk_text(row, UNPLANNED_TEXT),
	};
	if (code_parse(walk_text(row, UNPLANNED_CODE), &found->refusal.code) &&
	    code_kind(found->refusal.code) == CODE_STORE)
		return 0;
	return db_damaged(r->db, err, "refusal %lld: its code is none that refuses a location",
	    (long long)walk_integer(row, UNPLANNED_REFUSAL));
}

static int
unread_read(const struct reconciliation *r, struct reconcile_finding *found, struct error *err)
{
	const struct walk *row = &r->places;
	const char *word = walk_text(row, UNREAD_WORD);
	const char *fault = stored_try_fault(true, word);

	if (fault != NULL)
		return db_damaged(r->db, err, "store %lld: %s",
		    (long long)walk_integer(row, UNREAD_STORE), fault);
	(void)unreadable_parse(word, &found->why);
	found->why_text = walk_text(row, UNREAD_TEXT);
	return 0;
}

int
reconciliation_finding(struct reconciliation *r, struct reconcile_finding *found, struct error *err)
{
	const struct walk *row = &r->places;
	int at = findings[r->finding].at;
	int rc = r->nothing ? 0 : reconcile_next_place(r, err);

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
	    .certificate = walk_integer(row, FOUND_CERTIFICATE),
	    .thumbprint = walk_text(row, 6),
	    .at = at == FOUND_AT_NONE ? 0 : walk_integer(row, at),
	};
	if (r->finding == FINDING_UNPLANNED_LOCATION && unplanned_read(r, found, err) == -1)
		return -1;
	if (r->finding == FINDING_NOT_READABLE && unread_read(r, found, err) == -1)
		return -1;
	return 1;
}
