#include "database/verify.h"

#include "database/walk_private.h"
#include "memory.h"
#include "model/facts.h"

#include <stdlib.h>
#include <string.h>

#define CACHE_KIB 65536   /* jobs meet locations in any order */
#define PASSWORDS_IDS 256 /* of a page: each may have a sealed password of 64 KiB */

/* ---- the passes --------------------------------------------------------------------------- */

static const struct {
	enum sql page_end;
	enum sql rows;
} passes[PASS_COUNT] = {
    [PASS_REFERENCES] = {SQL_PAGE_OF_ALL, SQL_VERIFY_REFERENCES},
    [PASS_LOCATIONS] = {SQL_PAGE_OF_LOCATIONS, SQL_VERIFY_LOCATIONS},
    [PASS_STANDING] = {SQL_PAGE_OF_STANDING, SQL_VERIFY_STANDING},
    [PASS_CHAINS] = {SQL_PAGE_OF_CHAINS, SQL_VERIFY_CHAINS},
    [PASS_GIVEN] = {SQL_PAGE_OF_GIVEN, SQL_VERIFY_GIVEN},
    [PASS_STORES] = {SQL_PAGE_OF_STORES, SQL_VERIFY_STORES},
    [PASS_TALLIES] = {SQL_PAGE_OF_TALLIES, SQL_VERIFY_TALLIES},
    [PASS_ROWS] = {SQL_PAGE_OF_REQUESTS, SQL_VERIFY_ROWS},
    [PASS_JOBS] = {SQL_PAGE_OF_JOBS, SQL_VERIFY_JOBS},
    [PASS_REFUSALS] = {SQL_PAGE_OF_REFUSALS, SQL_VERIFY_REFUSALS},
    [PASS_SEVERAL] = {SQL_PAGE_OF_ALL, SQL_VERIFY_SEVERAL},
    [PASS_QUEUE] = {SQL_PAGE_OF_JOBS, SQL_VERIFY_QUEUE},
    [PASS_SURPLUS] = {SQL_PAGE_OF_ALL, SQL_VERIFY_SURPLUS},
    [PASS_HISTORY] = {SQL_PAGE_OF_EVENTS, SQL_VERIFY_HISTORY},
    [PASS_PROOF] = {SQL_PAGE_OF_JOBS, SQL_VERIFY_PROOF},
};

struct verification {
	struct database *db;
	struct verify_start start;
	char kept[64];            /* how the note of a kept job begins */
	struct rowset_id *marked; /* locations that PASS_SEVERAL looks at */
	size_t marked_count, marked_capacity;
	struct walk walk;
};

static void
verify_start_release(struct verify_start *start)
{
	free(start->runs);
	*start = (struct verify_start){0};
}

/* ---- the start ---------------------------------------------------------------------------- */

static struct verify_run *
start_add_run(struct verify_start *start)
{
	struct verify_run *runs = memory_grow(
	    start->runs, start->count, &start->capacity, sizeof(*runs));

	if (runs == NULL)
		return NULL;
	start->runs = runs;
	runs[start->count] = (struct verify_run){0};
	return &runs[start->count++];
}

static uint64_t
start_count(const struct query *q, int column)
{
	return (uint64_t)query_get_integer(q, column);
}

static int
start_read_runs(struct database *db, struct verify_start *start, struct error *err)
{
	struct query q;
	int rc;

	query_begin(&q, db, SQL_VERIFY_RUNS);
	while ((rc = query_next(&q, err)) == 1) {
		struct verify_run *added = start_add_run(start);

		if (added == NULL) {
			rc = error_memory(err);
			break;
		}
		added->run = (struct run){
		    .id = query_get_integer(&q, 0),
		    .state = (enum run_state)query_get_integer(&q, 1),
		    .finished_at = query_get_null(&q, 2) ? 0 : 1,
		    .rows_total = start_count(&q, 3),
		    .offset = start_count(&q, 4),
		    .line = start_count(&q, 5),
		    .jobs_created = start_count(&q, 12),
		    .jobs_refused = start_count(&q, 13),
		    .jobs_superseded = start_count(&q, 14),
		    .jobs_later = start_count(&q, 16),
		    .first_due = query_get_integer(&q, 17),
		    .last_due = query_get_integer(&q, 18),
		};
		for (int i = 0; i < OUTCOME_COUNT; i++)
			added->run.rows[i] = start_count(&q, 6 + i);
		added->last_row = start_count(&q, 15);
	}
	query_end(&q);
	return rc;
}

static void
start_add_tally(struct verify_run *run, const char *kind, const char *name, uint64_t count)
{
	enum code code;

	if (kind == NULL || name == NULL || !code_parse(name, &code))
		return;
	if (strcmp(kind, "code") == 0) {
		*(code_kind(code) == CODE_STORE ? &run->refusals : &run->reasons) += count;
	} else if (strcmp(kind, "warning") == 0) {
		run->repetitions += code == CODE_EXACT_REPETITION ? count : 0;
		run->superseded += code == CODE_JOB_SUPERSEDED ? count : 0;
		run->kept += code == CODE_JOB_KEPT ? count : 0;
	}
}

/* Tallies and runs both come by the run's id. */
static int
start_read_tallies(struct database *db, struct verify_start *start, struct error *err)
{
	struct query q;
	size_t i = 0;
	int rc;

	query_begin(&q, db, SQL_VERIFY_RUNS_TALLY);
	while ((rc = query_next(&q, err)) == 1) {
		int64_t run = query_get_integer(&q, 0);

		while (i < start->count && start->runs[i].run.id < run)
			i++;
		if (i < start->count && start->runs[i].run.id == run)
			start_add_tally(&start->runs[i], query_get_text(&q, 1),
			    query_get_text(&q, 2), start_count(&q, 3));
	}
	query_end(&q);
	return rc;
}

static int
start_read_last(struct database *db, struct verify_start *start, struct error *err)
{
	struct query q;
	int rc;

	query_begin(&q, db, SQL_VERIFY_LAST);
	rc = query_next(&q, err);
	if (rc == 1) {
		start->last_request = query_get_integer(&q, 0);
		start->last_job = query_get_integer(&q, 1);
		start->last_refusal = query_get_integer(&q, 2);
	}
	query_end(&q);
	return rc == -1 ? -1 : 0;
}

static int
verify_start_read(struct database *db, struct verify_start *start, struct error *err)
{
	int rc = db_begin_read(db, err);

	*start = (struct verify_start){0};
	if (rc == 0 &&
	    (start_read_runs(db, start, err) == -1 || start_read_tallies(db, start, err) == -1 ||
		start_read_last(db, start, err) == -1))
		rc = -1;
	db_rollback(db);
	if (rc == -1)
		verify_start_release(start);
	return rc;
}

/* ---- opening ------------------------------------------------------------------------------ */

struct verification *
verification_open(struct database *db, const volatile sig_atomic_t *stop, struct error *err)
{
	struct verification *v = calloc(1, sizeof(*v));

	if (v == NULL) {
		error_memory(err);
		return NULL;
	}
	v->db = db;
	snprintf(v->kept, sizeof(v->kept), "%s\t", code_word(CODE_JOB_KEPT));
	db_set_stop(db, stop);
	if (db_set_cache(db, CACHE_KIB, err) == -1 ||
	    db->engine->set(db, ENGINE_STOPPABLE, 1, err) == -1 ||
	    db->engine->set(db, ENGINE_DOUBT, 1, err) == -1) {
		verification_close(v);
		return NULL;
	}
	return v;
}

void
verification_close(struct verification *v)
{
	if (v == NULL)
		return;
	walk_release(&v->walk);
	(void)v->db->engine->set(v->db, ENGINE_STOPPABLE, 0, NULL);
	free(v->marked);
	verify_start_release(&v->start);
	free(v);
}

const struct verify_start *
verification_start(struct verification *v, struct error *err)
{
	verify_start_release(&v->start);
	return verify_start_read(v->db, &v->start, err) == -1 ? NULL : &v->start;
}

int
verification_purged(struct verification *v, int64_t first, int64_t last, struct error *err)
{
	struct query q;
	int rc;

	query_begin(&q, v->db, SQL_VERIFY_PURGED);
	query_integer(&q, first);
	query_integer(&q, last);
	rc = query_next(&q, err);
	query_end(&q);
	return rc;
}

int
verification_mark(struct verification *v, int64_t location)
{
	struct rowset_id *marked = memory_grow(
	    v->marked, v->marked_count, &v->marked_capacity, sizeof(*marked));

	if (marked == NULL)
		return -1;
	v->marked = marked;
	marked[v->marked_count++] = (struct rowset_id){location};
	return 0;
}

int
verification_damage(struct verification *v, struct buffer *lines, struct error *err)
{
	return v->db->engine->damage(v->db, lines, err);
}

bool
verification_is_damage(struct verification *v)
{
	bool damaged = v->db->damaged;

	v->db->damaged = false;
	return damaged;
}

/* ---- a pass ------------------------------------------------------------------------------- */

static void
verification_bind_rows(struct query *q, const void *values)
{
	query_string(q, ((const struct verification *)values)->kept);
}

static void
verification_bind_jobs(struct query *q, const void *values)
{
	query_integer(q, ((const struct verification *)values)->start.last_job);
}

static void
verification_bind_marked(struct query *q, const void *values)
{
	const struct verification *v = values;
	const struct rowset marked = {ROWSET_ID, v->marked, v->marked_count};

	query_rows(q, &marked);
}

void
verification_begin(struct verification *v, enum verify_pass pass)
{
	walk_release(&v->walk);
	walk_init(&v->walk, v->db, passes[pass].page_end, passes[pass].rows, v->db->stop);
	v->walk.values = v;
	if (pass == PASS_ROWS || pass == PASS_STORES)
		v->walk.page_ids = PASSWORDS_IDS;
	if (pass == PASS_ROWS) {
		v->walk.bind = verification_bind_rows;
		v->walk.last = v->start.last_request;
	} else if (pass == PASS_JOBS) {
		v->walk.bind = verification_bind_jobs;
		v->walk.last = v->start.last_job;
	} else if (pass == PASS_REFUSALS) {
		v->walk.last = v->start.last_refusal;
	} else if (pass == PASS_SEVERAL) {
		v->walk.bind = verification_bind_marked;
	}
}

int
verification_fault(struct verification *v, struct verify_fault *fault, struct error *err)
{
	const struct walk *row = &v->walk;
	int rc = walk_next(&v->walk, err);

	if (rc != 1)
		return rc;
	*fault = (struct verify_fault){
	    .table = walk_text(row, 0),
	    .has_id = !walk_null(row, 1),
	    .id = walk_integer(row, 1),
	    .text = walk_text(row, 2),
	};
	return 1;
}

int
verification_store(struct verification *v, struct verify_store *store, struct error *err)
{
	int rc = walk_next(&v->walk, err);

	if (rc == 1)
		*store = (struct verify_store){
		    .id = walk_integer(&v->walk, 0), .password = walk_value(&v->walk, 1)};
	return rc;
}

int
verification_tally(struct verification *v, struct verify_tally *tally, struct error *err)
{
	const struct walk *row = &v->walk;
	int rc = walk_next(&v->walk, err);

	if (rc != 1)
		return rc;
	*tally = (struct verify_tally){
	    .run = walk_integer(row, 0),
	    .kind = walk_text(row, 1),
	    .name = walk_text(row, 2),
	    .count = walk_integer(row, 3),
	    .lines = walk_text(row, 4),
	};
	return 1;
}

static struct verify_range
verification_range(const struct walk *row, int column)
{
	return (struct verify_range){
	    .there = !walk_null(row, column) || walk_integer(row, column + 1) > 0,
	    .first = walk_integer(row, column),
	    .count = walk_integer(row, column + 1),
	};
}

static void
verification_found(const struct walk *row, int column, struct verify_range *range)
{
	range->is_found = !walk_null(row, column);
	range->found = walk_integer(row, column);
}

int
verification_row(struct verification *v, struct verify_row *found, struct error *err)
{
	const struct walk *row = &v->walk;
	int rc = walk_next(&v->walk, err);

	if (rc != 1)
		return rc;
	*found = (struct verify_row){
	    .id = walk_integer(row, 0),
	    .line = walk_integer(row, 1),
	    .outcome = walk_integer(row, 2),
	    .has_certificates = walk_integer(row, 3) != 0,
	    .jobs = verification_range(row, 4),
	    .refusals = verification_range(row, 7),
	    .kept = walk_integer(row, 10),
	    .has_served = !walk_null(row, 11),
	    .is_served = walk_integer(row, 11) != 0,
	    .has_offset = !walk_null(row, 12),
	    .offset = walk_integer(row, 12),
	    .password = walk_value(row, 13),
	    .has_due = !walk_null(row, 14),
	    .due = walk_integer(row, 14),
	};
	verification_found(row, 6, &found->jobs);
	verification_found(row, 9, &found->refusals);
	return 1;
}

int
verification_item(struct verification *v, struct verify_item *item, struct error *err)
{
	const struct walk *row = &v->walk;
	int rc = walk_next(&v->walk, err);

	if (rc != 1)
		return rc;
	*item = (struct verify_item){
	    .id = walk_integer(row, 0),
	    .request = walk_integer(row, 1),
	    .location = walk_integer(row, 2),
	    .store = walk_integer(row, 3),
	    .has_request = !walk_null(row, 4),
	    .line = walk_integer(row, 5),
	    .range = verification_range(row, 6),
	    .has_location = !walk_null(row, 8),
	    .location_store = walk_integer(row, 9),
	    .is_active = walk_integer(row, 10) != 0,
	    .superseded_by_run = walk_integer(row, 11),
	    .code = walk_text(row, 12),
	};
	return 1;
}

int
verification_several(struct verification *v, struct verify_several *several, struct error *err)
{
	const struct walk *row = &v->walk;
	int rc = walk_next(&v->walk, err);

	if (rc != 1)
		return rc;
	*several = (struct verify_several){
	    .location = walk_integer(row, 0),
	    .first = walk_integer(row, 1),
	    .last = walk_integer(row, 2),
	    .count = walk_integer(row, 3),
	};
	return 1;
}
