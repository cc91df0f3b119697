#include "database/reconcile_private.h"

#include "database/list_private.h"
#include "database/run.h"
#include "model/job.h"

/* Which runs and stores a reconciliation is about. */

static const int RUN_COLUMNS[] = {STORED_RUN_ID, STORED_ANY};
static const int FATE_COLUMNS[] = {STORED_JOB_STATUS, STORED_JOB_RESULT};
static const int RENUMBERED_PAIR_COLUMNS[] = {STORED_ANY, STORED_RENUMBERED_CERTIFICATE};

int
reconcile_ids_flush(
    struct reconciliation *r, struct reconcile_ids *ids, enum sql sql, struct error *err)
{
	const struct rowset rows = {ROWSET_ID, ids->rows, ids->count};
	struct query q;

	if (ids->count == 0)
		return 0;
	ids->count = 0;
	query_begin(&q, r->db, sql);
	query_rows(&q, &rows);
	return query_run(&q, err);
}

int
reconcile_ids_add(struct reconciliation *r, struct reconcile_ids *ids, enum sql sql, int64_t id,
    struct error *err)
{
	ids->rows[ids->count++] = (struct rowset_id){id};
	return ids->count == RECONCILE_ROWS ? reconcile_ids_flush(r, ids, sql, err) : 0;
}

/* ---- runs --------------------------------------------------------------------------------- */

static bool
choose_has_run(const struct reconcile_choice *choice, int64_t run)
{
	for (size_t i = 0; i < choice->run_count; i++)
		if (choice->runs[i] == run)
			return true;
	return choice->run_count == 0;
}

static void
choose_widen(const int64_t ids[2], int64_t *least, int64_t *most)
{
	if (ids[1] < ids[0]) /* none */
		return;
	if (*most < *least || ids[0] < *least)
		*least = ids[0];
	if (ids[1] > *most)
		*most = ids[1];
}

static int
choose_run(struct reconciliation *r, int64_t run, struct error *err)
{
	int64_t jobs[2], refusals[2];
	struct query q;

	if (db_run_span(r->db, run, &jobs[0], &jobs[1], err) == -1 ||
	    db_run_refusal_span(r->db, run, &refusals[0], &refusals[1], err) == -1)
		return -1;
	choose_widen(jobs, &r->first, &r->last);
	choose_widen(refusals, &r->refusal_first, &r->refusal_last);
	query_begin(&q, r->db, SQL_CHOOSE_RUN);
	query_integer(&q, run);
	return query_run(&q, err);
}

/* Of the runs with the reference those that were given, which must be there in any case. The runs
 * are few beside the rows of their manifests: they are read at once. */
static int
choose_referenced(struct reconciliation *r, struct error *err)
{
	int64_t span[2];
	struct query q;
	int rc;

	if (list_name_verify(r->db, LIST_BY_REFERENCE, r->choice->reference, err) == -1)
		return -1;
	for (size_t i = 0; i < r->choice->run_count; i++)
		if (db_run_span(r->db, r->choice->runs[i], &span[0], &span[1], err) == -1)
			return -1;
	query_begin(&q, r->db, SQL_CHOOSE_REFERENCE);
	query_string(&q, r->choice->reference);
	while ((rc = query_row(&q, QUERY_COLUMNS(RUN_COLUMNS), err)) == 1) {
		int64_t run = query_get_integer(&q, 0);

		if (choose_has_run(r->choice, run) && choose_run(r, run, err) == -1) {
			rc = -1;
			break;
		}
	}
	query_end(&q);
	return rc;
}

static int
choose_runs(struct reconciliation *r, struct error *err)
{
	const struct reconcile_choice *choice = r->choice;

	r->chosen = choice->run_count > 0 || choice->reference != NULL;
	if (!r->chosen)
		return db_run_span(r->db, 0, &r->first, &r->last, err);
	r->first = r->refusal_first = 1;
	r->last = r->refusal_last = -1;
	if (choice->reference != NULL)
		return choose_referenced(r, err);
	for (size_t i = 0; i < choice->run_count; i++)
		if (choose_run(r, choice->runs[i], err) == -1)
			return -1;
	return 0;
}

/* ---- stores and jobs ---------------------------------------------------------------------- */

static void
choose_bind_stores(struct query *q, const void *values)
{
	const struct reconcile_choice *choice = values;

	query_string(q, choice->machine);
	query_string(q, choice->container);
}

static int
choose_stores(struct reconciliation *r, struct error *err)
{
	const struct reconcile_choice *choice = r->choice;
	struct walk walk;
	int rc;

	r->within = choice->machine != NULL || choice->container != NULL;
	if (!r->within)
		return 0;
	if ((choice->machine != NULL &&
		list_name_verify(r->db, LIST_BY_MACHINE, choice->machine, err) == -1) ||
	    (choice->container != NULL &&
		list_name_verify(r->db, LIST_BY_CONTAINER, choice->container, err) == -1))
		return -1;
	walk_init(&walk, r->db, SQL_PAGE_OF_STORES, SQL_CHOOSE_STORES, choice->stop);
	walk.bind = choose_bind_stores;
	walk.values = choice;
	rc = walk_run(&walk, err);
	walk_release(&walk);
	return rc;
}

static int
choose_jobs(struct reconciliation *r, struct error *err)
{
	const struct reconcile_choice *choice = r->choice;
	struct reconcile_ids ids = {.count = 0};

	for (size_t i = 0; choice->open && i < choice->also_count; i++)
		if (reconcile_ids_add(r, &ids, SQL_CHOOSE_JOBS, choice->also[i], err) == -1)
			return -1;
	return reconcile_ids_flush(r, &ids, SQL_CHOOSE_JOBS, err);
}

int
reconcile_choose(struct reconciliation *r, struct error *err)
{
	if (choose_runs(r, err) == -1 || choose_stores(r, err) == -1)
		return -1;
	return choose_jobs(r, err);
}

/* ---- what an earlier report has ----------------------------------------------------------- */

/* Whether the statement has a row for the integer, or else for the text. */
static int
missing_ask(
    struct reconciliation *r, enum sql sql, int64_t integer, const char *text, struct error *err)
{
	struct query q;
	int rc;

	query_begin(&q, r->db, sql);
	if (text != NULL)
		query_string(&q, text);
	else
		query_integer(&q, integer);
	rc = query_next(&q, err);
	query_end(&q);
	return rc;
}

/* Whether the runs and stores that are meant have it: 1, 0; -1 and err. */
static int
missing_is_meant(
    struct reconciliation *r, const struct reconcile_missing *missing, struct error *err)
{
	int rc = 1;

	if (r->chosen)
		rc = missing_ask(r, SQL_MISSING_RUN, missing->run, NULL, err);
	if (rc == 1 && r->within)
		rc = missing->store == NULL
			 ? 0
			 : missing_ask(r, SQL_MISSING_STORE, 0, missing->store, err);
	return rc;
}

/* A job that is there, but for those that were cancelled, is of other stores: else it was read. */
static int
missing_find_job(
    struct reconciliation *r, int64_t job, enum reconcile_fate *fate, struct error *err)
{
	struct next_ids next;
	struct query q;
	int rc;

	query_begin(&q, r->db, SQL_MISSING_JOB);
	query_integer(&q, job);
	rc = query_row(&q, QUERY_COLUMNS(FATE_COLUMNS), err);
	*fate = FATE_NOT_MEANT;
	if (rc == 1 && query_get_integer(&q, 0) == JOB_ACKNOWLEDGED &&
	    query_get_integer(&q, 1) == RESULT_UNKNOWN)
		*fate = FATE_CANCELLED;
	query_end(&q);
	if (rc == 0) {
		rc = db_next_ids(r->db, &next, err);
		*fate = rc == 0 && job >= next.job ? FATE_FOREIGN : FATE_PURGED;
	}
	return rc == -1 ? -1 : 0;
}

int
reconciliation_fate(struct reconciliation *r, const struct reconcile_missing *missing,
    enum reconcile_fate *fate, struct error *err)
{
	int rc = 0;

	*fate = FATE_ENDED;
	if (missing->job != 0)
		rc = missing_find_job(r, missing->job, fate, err);
	if (rc == -1 || *fate == FATE_FOREIGN || *fate == FATE_NOT_MEANT)
		return rc;
	rc = missing_is_meant(r, missing, err);
	if (rc == 0)
		*fate = FATE_NOT_MEANT;
	return rc == -1 ? -1 : 0;
}

int
reconciliation_renumbered(struct database *db, const volatile sig_atomic_t *stop,
    int (*take)(void *closure, int64_t was, int64_t now, struct error *), void *closure,
    struct error *err)
{
	struct walk walk;
	int rc;

	walk_init(&walk, db, SQL_PAGE_OF_RENUMBERED, SQL_STORED_RENUMBERED, stop);
	walk_describe(&walk, QUERY_COLUMNS(RENUMBERED_PAIR_COLUMNS));
	while ((rc = walk_next(&walk, err)) == 1)
		if (take(closure, walk_integer(&walk, 0), walk_integer(&walk, 1), err) == -1) {
			rc = -1;
			break;
		}
	walk_release(&walk);
	return rc;
}
