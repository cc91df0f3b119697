#include "database/reconcile_private.h"

#include "database/facts.h"
#include "model/job_record.h"

#include <stdlib.h>
#include <string.h>

static const int OLD_COLUMNS[] = {STORED_LOCATION_ID, STORED_LOCATION_ALIAS};
static const int PLACES_COLUMNS[] = {STORED_JOB_LOCATION, STORED_JOB_ID, STORED_ANY};

static const int JOBS_COLUMNS[] = {STORED_JOB_ID, STORED_JOB_REQUEST, STORED_REQUEST_LINE,
    STORED_REQUEST_EXISTING, STORED_REQUEST_CERTIFICATE, STORED_REQUEST_JOB_TIME,
    STORED_REQUEST_DUE, STORED_REQUEST_CREATED, STORED_JOB_STATUS, STORED_JOB_RESULT,
    STORED_JOB_COMPLETED, STORED_JOB_MESSAGE, STORED_STORE_GUID | STORED_OR_NULL, STORED_STORE_PATH,
    STORED_STORE_MACHINE, STORED_LOCATION_ALIAS | STORED_OR_NULL, STORED_STORE_INVENTORIED,
    STORED_STORE_ID | STORED_OR_NULL, STORED_STORE_REMOVED | STORED_OR_NULL,
    STORED_STORE_APPROVED | STORED_OR_NULL, STORED_LOCATION_CERTIFICATE, STORED_CERTIFICATE_PRINT,
    STORED_LOCATION_ALIAS | STORED_OR_NULL, STORED_LOCATION_ALIAS | STORED_OR_NULL,
    STORED_JOB_ID | STORED_OR_NULL, STORED_JOB_LOCATION, STORED_JOB_PROVEN,
    STORED_JOB_ID | STORED_OR_NULL, STORED_ANY, STORED_STORE_CONTAINER, STORED_STORE_TYPE};

static void
reconcile_bind_jobs(struct query *q, const void *values)
{
	const struct reconciliation *r = values;

	query_integer(q, r->chosen);
	query_integer(q, r->within);
	query_integer(q, r->choice->open);
}

void
reconcile_walk_jobs(struct reconciliation *r, struct walk *walk, enum sql rows)
{
	walk_init(walk, r->db, SQL_PAGE_OF_JOBS, rows, r->choice->stop);
	walk->after = r->first == INT64_MIN ? r->first : r->first - 1;
}

/* ---- locations that have several jobs ---------------------------------------------------- */

int
reconcile_each(struct reconciliation *r, struct walk *walk,
    int (*each)(struct reconciliation *, const struct walk *, struct error *), struct error *err)
{
	int rc;

	while ((rc = walk_next(walk, err)) == 1)
		if (each(r, walk, err) == -1) {
			rc = -1;
			break;
		}
	walk_release(walk);
	return rc;
}

/* Walks the location of each job: each() is called with it. */
static int
reconcile_each_place(struct reconciliation *r,
    int (*each)(struct reconciliation *, const struct walk *, struct error *), struct error *err)
{
	struct walk walk;

	reconcile_walk_jobs(r, &walk, SQL_RECONCILE_PLACES);
	walk_describe(&walk, QUERY_COLUMNS(PLACES_COLUMNS));
	return reconcile_each(r, &walk, each, err);
}

/* A job that is open, or asked for, makes its location a wanted one. */
static int
reconcile_want(struct reconciliation *r, const struct walk *walk, struct error *err)
{
	const struct reconcile_choice *choice = r->choice;
	int64_t job = walk_integer(walk, 1);

	while (r->asked < choice->also_count && choice->also[r->asked] < job)
		r->asked++;
	if (walk_integer(walk, 2) != 0 &&
	    (r->asked == choice->also_count || choice->also[r->asked] != job))
		return 0;
	return bitmap_set(&r->wanted, (uint64_t)walk_integer(walk, 0)) == -1 ? error_memory(err)
									     : 0;
}

/* One more job of its location. */
static int
reconcile_count_job(struct reconciliation *r, const struct walk *walk, struct error *err)
{
	int64_t location = walk_integer(walk, 0);

	if (!bitmap_has(&r->once, (uint64_t)location))
		return bitmap_set(&r->once, (uint64_t)location) == -1 ? error_memory(err) : 0;
	if (r->choice->open && !bitmap_has(&r->wanted, (uint64_t)location))
		return 0;
	r->repeats = true;
	return reconcile_ids_add(r, &r->several, SQL_RECONCILE_SEVERAL, location, err);
}

/*
 * Fills temp.several, from the first job of the runs on. Where there are no such locations, the
 * usual case of a first replacement, nothing has to be sorted.
 */
static int
reconcile_find_several(struct reconciliation *r, struct error *err)
{
	if (r->choice->open && reconcile_each_place(r, reconcile_want, err) == -1)
		return -1;
	if (reconcile_each_place(r, reconcile_count_job, err) == -1)
		return -1;
	bitmap_release(&r->wanted);
	if (!r->choice->open) /* else see reconcile_find_doubtful() */
		bitmap_release(&r->once);
	return reconcile_ids_flush(r, &r->several, SQL_RECONCILE_SEVERAL, err);
}

/* Fills temp.later. */
static int
reconcile_find_later(struct reconciliation *r, struct error *err)
{
	struct walk walk;
	int rc;

	if (reconcile_find_several(r, err) == -1)
		return -1;
	if (!r->repeats)
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
	JOBS_NAMED_BY_OLD,
	JOBS_CONTAINER,
	JOBS_TYPE
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

	if (db_set_cache(db, RECONCILE_SMALL_CACHE, err) == -1 ||
	    db->engine->set(db, ENGINE_SORT_CACHE, RECONCILE_SORT_CACHE, err) == -1 ||
	    script_run(db, SQL_RECONCILE_SET_UP, err) == -1 || reconcile_choose(r, err) == -1 ||
	    db_busy(db, &r->busy, err) == -1 || reconcile_find_later(r, err) == -1 ||
	    db_set_cache(db, RECONCILE_LARGE_CACHE, err) == -1)
		return -1;
	reconcile_walk_jobs(r, &r->jobs, SQL_RECONCILE_JOBS);
	walk_describe(&r->jobs, QUERY_COLUMNS(JOBS_COLUMNS));
	r->jobs.last = r->last;
	r->jobs.bind = reconcile_bind_jobs;
	r->jobs.amend = reconcile_amend;
	r->jobs.values = r;
	return walk_read_ahead(&r->jobs, err);
}

struct reconciliation *
reconciliation_open(struct database *db, const struct reconcile_choice *choice, struct error *err)
{
	struct reconciliation *r = calloc(1, sizeof(*r));

	if (r == NULL) {
		error_memory(err);
		return NULL;
	}
	r->db = db;
	r->choice = choice;
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
	bitmap_release(&r->wanted);
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
	    .container = walk_integer(row, JOBS_CONTAINER),
	    .has_container = !walk_null(row, JOBS_CONTAINER),
	    .type = walk_integer(row, JOBS_TYPE),
	    .has_type = !walk_null(row, JOBS_TYPE),
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

void
reconciliation_span(const struct reconciliation *r, int64_t *first, int64_t *last)
{
	*first = r->first;
	*last = r->last;
}

bool
reconciliation_is_of_runs(const struct reconciliation *r)
{
	return r->chosen;
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
	if (!r->chosen && job->stands && job->standing == job->existing &&
	    bitmap_set(&r->covered, (uint64_t)walk_integer(row, JOBS_LOCATION)) == -1)
		return error_memory(err);
	return 1;
}
