#include "database/reconcile_private.h"

/* What is wrong with the inventory itself. */

/* A finding: first the certificates or stores are found, then the places where they are. */

static const int FOUND_COLUMNS[] = {STORED_STORE_GUID, STORED_STORE_PATH, STORED_STORE_MACHINE,
    STORED_STORE_CONTAINER, STORED_STORE_TYPE, STORED_STORE_INVENTORIED,
    STORED_LOCATION_ALIAS | STORED_OR_NULL, STORED_CERTIFICATE_ID | STORED_OR_NULL,
    STORED_CERTIFICATE_PRINT, STORED_CERTIFICATE_AFTER, STORED_CERTIFICATE_REVOKED,
    STORED_LOCATION_ID | STORED_OR_NULL};
enum {
	FOUND_AT_NONE = -1,
	FOUND_CONTAINER = 3,
	FOUND_TYPE,
	FOUND_INVENTORIED,
	FOUND_ALIAS,
	FOUND_CERTIFICATE,
	FOUND_PRINT,
	FOUND_AT_AFTER,
	FOUND_AT_REVOKED,
	FOUND_LOCATION
};

/* Those of a key that does not match end with their position. */
static const int MISMATCHED_COLUMNS[] = {STORED_STORE_GUID, STORED_STORE_PATH, STORED_STORE_MACHINE,
    STORED_STORE_CONTAINER, STORED_STORE_TYPE, STORED_STORE_INVENTORIED, STORED_LOCATION_ALIAS,
    STORED_CERTIFICATE_ID, STORED_CERTIFICATE_PRINT, STORED_CERTIFICATE_AFTER,
    STORED_CERTIFICATE_REVOKED, STORED_LOCATION_STORE, STORED_LOCATION_ID};

/* Those of a store that is not readable have its last try. */
static const int UNREAD_COLUMNS[] = {STORED_STORE_GUID, STORED_STORE_PATH, STORED_STORE_MACHINE,
    STORED_STORE_CONTAINER, STORED_STORE_TYPE, STORED_STORE_INVENTORIED, STORED_ANY, STORED_ANY,
    STORED_ANY, STORED_ANY, STORED_ANY, STORED_STORE_ID, STORED_STORE_TRIED,
    STORED_STORE_UNREADABLE, STORED_STORE_UNREADABLE_TEXT};
enum { UNREAD_STORE = FOUND_LOCATION, UNREAD_TRIED, UNREAD_WORD, UNREAD_TEXT };

/* Those of an unplanned location have further ones. */
static const int UNPLANNED_COLUMNS[] = {STORED_STORE_GUID, STORED_STORE_PATH, STORED_STORE_MACHINE,
    STORED_STORE_CONTAINER, STORED_STORE_TYPE, STORED_STORE_INVENTORIED, STORED_LOCATION_ALIAS,
    STORED_CERTIFICATE_ID, STORED_CERTIFICATE_PRINT, STORED_CERTIFICATE_AFTER,
    STORED_CERTIFICATE_REVOKED, STORED_LOCATION_ID, STORED_CERTIFICATE_ID | STORED_OR_NULL,
    STORED_REFUSAL_ID | STORED_OR_NULL, STORED_REFUSAL_REQUEST | STORED_OR_NULL,
    STORED_REQUEST_LINE | STORED_OR_NULL, STORED_REQUEST_EXISTING,
    STORED_REFUSAL_CODE | STORED_OR_NULL, STORED_REFUSAL_TEXT};
enum {
	UNPLANNED_REPLACED = FOUND_LOCATION + 1, /* not null: some job replaces the certificate */
	UNPLANNED_REFUSAL,                       /* null: there is none */
	UNPLANNED_REQUEST,
	UNPLANNED_LINE,
	UNPLANNED_EXISTING,
	UNPLANNED_CODE,
	UNPLANNED_TEXT
};

static const int DOUBTFUL_COLUMNS[] = {STORED_LOCATION_ID, STORED_LOCATION_CERTIFICATE, STORED_ANY};

static const int PLANNED_COLUMNS[] = {STORED_JOB_LOCATION, STORED_JOB_ID};

static const struct finding_source {
	enum sql find_page;
	enum sql find; /* SQL_NONE: nothing has to be found first */
	enum sql page; /* SQL_NONE: the rows have their position */
	enum sql rows;
	bool find_takes_time; /* as ?3, as all rows do */
	int at;               /* the column that says when, or FOUND_AT_NONE */
	const int *columns;   /* of the rows */
	size_t column_count;
} findings[FINDING_COUNT] = {
    [FINDING_UNPLANNED_LOCATION] = {SQL_PAGE_OF_JOBS, SQL_FIND_REPLACED, SQL_PAGE_OF_LOCATIONS,
	SQL_FOUND_UNPLANNED, false, FOUND_AT_NONE, QUERY_COLUMNS(UNPLANNED_COLUMNS)},
    [FINDING_EXPIRED_IN_USE] = {SQL_PAGE_OF_CERTIFICATES, SQL_FIND_EXPIRED, SQL_PAGE_OF_LOCATIONS,
	SQL_FOUND_CERTIFICATES, true, FOUND_AT_AFTER, QUERY_COLUMNS(FOUND_COLUMNS)},
    [FINDING_REVOKED_IN_USE] = {SQL_PAGE_OF_CERTIFICATES, SQL_FIND_REVOKED, SQL_PAGE_OF_LOCATIONS,
	SQL_FOUND_CERTIFICATES, false, FOUND_AT_REVOKED, QUERY_COLUMNS(FOUND_COLUMNS)},
    [FINDING_STALE_INVENTORY] = {SQL_NONE, SQL_NONE, SQL_PAGE_OF_STORES, SQL_STALE_STORES, false,
	FOUND_AT_NONE, QUERY_COLUMNS(FOUND_COLUMNS)},
    [FINDING_UNKNOWN_IN_INVENTORY] = {SQL_PAGE_OF_CERTIFICATES, SQL_FIND_UNKNOWN,
	SQL_PAGE_OF_LOCATIONS, SQL_FOUND_CERTIFICATES, false, FOUND_AT_NONE,
	QUERY_COLUMNS(FOUND_COLUMNS)},
    [FINDING_ORPHAN_LOCATION] = {SQL_PAGE_OF_STORES, SQL_FIND_REMOVED, SQL_PAGE_OF_LOCATIONS,
	SQL_FOUND_STORES, false, FOUND_AT_NONE, QUERY_COLUMNS(FOUND_COLUMNS)},
    [FINDING_KEY_MISMATCH] = {SQL_NONE, SQL_NONE, SQL_NONE, SQL_MISMATCHED_KEYS, false,
	FOUND_AT_NONE, QUERY_COLUMNS(MISMATCHED_COLUMNS)},
    [FINDING_NOT_READABLE] = {SQL_NONE, SQL_NONE, SQL_PAGE_OF_STORES, SQL_UNREAD_STORES, false,
	UNREAD_TRIED, QUERY_COLUMNS(UNREAD_COLUMNS)},
};

static void
reconcile_bind_chosen(struct query *q, const void *values)
{
	const struct reconciliation *r = values;

	query_integer(q, r->chosen);
}

static void
reconcile_bind_time(struct query *q, const void *values)
{
	const struct reconciliation *r = values;

	query_integer(q, r->time);
}

static void
reconcile_bind_places(struct query *q, const void *values)
{
	const struct reconciliation *r = values;

	query_integer(q, r->time);
	query_integer(q, r->within);
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

/* Fills temp.refused. The cache of a sort: see RECONCILE_SMALL_CACHE. */
static int
refused_sort(struct reconciliation *r, struct error *err)
{
	if (db_set_cache(r->db, RECONCILE_SMALL_CACHE, err) == -1 ||
	    script_run(r->db, SQL_REFUSED_SORT, err) == -1)
		return -1;
	return db_set_cache(r->db, RECONCILE_LARGE_CACHE, err);
}

/* Finds the refused locations, if there are any. */
static int
refused_find(struct reconciliation *r, struct error *err)
{
	struct walk walk;
	int rc;

	walk_init(&walk, r->db, SQL_PAGE_OF_REFUSALS, SQL_FIND_REFUSED, r->choice->stop);
	walk.bind = reconcile_bind_chosen;
	walk.values = r;
	if (r->chosen) {
		walk.after = r->refusal_first - 1;
		walk.last = r->refusal_last;
	}
	rc = walk_run(&walk, err);
	walk_release(&walk);
	if (rc == -1 || reconcile_ask(r, SQL_ANY_REFUSING, &r->refused, err) == -1)
		return -1;
	return r->refused ? refused_sort(r, err) : 0;
}

static int
refused_plan(struct reconciliation *r, const struct walk *walk, struct error *err)
{
	return bitmap_set(&r->planned, (uint64_t)walk_integer(walk, 0)) == -1 ? error_memory(err)
									      : 0;
}

/* Fills the bitmap. Any job may be one of theirs, of whatever run. */
static int
refused_find_planned(struct reconciliation *r, struct error *err)
{
	struct walk walk;

	walk_init(&walk, r->db, SQL_PAGE_OF_JOBS, SQL_REFUSED_PLANNED, r->choice->stop);
	walk_describe(&walk, QUERY_COLUMNS(PLANNED_COLUMNS));
	return reconcile_each(r, &walk, refused_plan, err);
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
	walk_init(&walk, r->db, source->find_page, source->find, r->choice->stop);
	walk.bind = source->find_takes_time ? reconcile_bind_time : NULL;
	walk.values = r;
	if (r->finding == FINDING_UNKNOWN_IN_INVENTORY)
		walk.last = -1;
	if (r->chosen) {
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

/* ---- jobs that were not read -------------------------------------------------------------- */

static int
doubtful_keep(struct reconciliation *r, const struct walk *walk, struct error *err)
{
	uint64_t location = (uint64_t)walk_integer(walk, 0);
	struct query q;

	if (!bitmap_has(&r->once, location) || bitmap_has(&r->covered, location))
		return 0;
	query_begin(&q, r->db, SQL_KEEP_DOUBTFUL);
	query_integer(&q, walk_integer(walk, 0));
	query_integer(&q, walk_integer(walk, 1));
	return query_run(&q, err);
}

static int
doubtful_cover(struct reconciliation *r, const struct walk *walk, struct error *err)
{
	return bitmap_set(&r->covered, (uint64_t)walk_integer(walk, 0)) == -1 ? error_memory(err)
									      : 0;
}

/*
 * With --open the jobs that are settled were not read, and what they cover is not known. Where they
 * may cover a location, their certificates are looked up.
 */
static int
reconcile_find_doubtful(struct reconciliation *r, struct error *err)
{
	struct walk walk;
	bool any;

	walk_init(&walk, r->db, SQL_PAGE_OF_LOCATIONS, SQL_FIND_DOUBTFUL, r->choice->stop);
	walk_describe(&walk, QUERY_COLUMNS(DOUBTFUL_COLUMNS));
	if (reconcile_each(r, &walk, doubtful_keep, err) == -1 ||
	    reconcile_ask(r, SQL_ANY_DOUBTFUL, &any, err) == -1)
		return -1;
	if (!any)
		return 0;
	walk_init(&walk, r->db, SQL_PAGE_OF_JOBS, SQL_FIND_COVERED, r->choice->stop);
	walk_describe(&walk, QUERY_COLUMNS(PLANNED_COLUMNS));
	return reconcile_each(r, &walk, doubtful_cover, err);
}

static void
reconcile_walk_places(struct reconciliation *r, const struct finding_source *source)
{
	/* of a run, nothing but these */
	bool refused = r->finding == FINDING_UNPLANNED_LOCATION && r->chosen;

	walk_release(&r->places);
	walk_init(&r->places, r->db, refused ? SQL_PAGE_OF_REFUSED : source->page,
	    refused ? SQL_FOUND_REFUSED : source->rows, r->choice->stop);
	walk_describe(&r->places, source->columns, source->column_count);
	if (source->page == SQL_NONE)
		r->places.last = INT64_MIN;
	r->places.bind = reconcile_bind_places;
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
	if (r->chosen && !r->refused)
		r->nothing = true;
	if (finding == FINDING_UNPLANNED_LOCATION && r->choice->open && !r->chosen &&
	    reconcile_find_doubtful(r, err) == -1)
		return -1;
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
	       (r->chosen || !unplanned_is_elsewhere(r)));
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
		    .container = walk_integer(row, FOUND_CONTAINER),
		    .has_container = !walk_null(row, FOUND_CONTAINER),
		    .type = walk_integer(row, FOUND_TYPE),
		    .has_type = !walk_null(row, FOUND_TYPE),
		    .inventoried = !walk_null(row, FOUND_INVENTORIED),
		    .inventoried_at = walk_integer(row, FOUND_INVENTORIED),
		    .alias = walk_text(row, FOUND_ALIAS),
		},
	    .certificate = walk_integer(row, FOUND_CERTIFICATE),
	    .thumbprint = walk_text(row, FOUND_PRINT),
	    .at = at == FOUND_AT_NONE ? 0 : walk_integer(row, at),
	};
	if (r->finding == FINDING_UNPLANNED_LOCATION && unplanned_read(r, found, err) == -1)
		return -1;
	if (r->finding == FINDING_NOT_READABLE && unread_read(r, found, err) == -1)
		return -1;
	return 1;
}
