#include "database/verify.h"

#include "model/bitmap.h"
#include "model/facts.h"
#include "database/damage.h"
#include "database/walk.h"

#include <stdlib.h>
#include <string.h>

#define PROGRESS_STEPS 100000 /* of SQLite's machine, between two looks at the signals */
#define CACHE_KIB 65536       /* jobs meet locations in any order */

static const char SET_UP[] = "PRAGMA cell_size_check = ON";

/* ---- the passes --------------------------------------------------------------------------- */

/* A pass that is one read has one part. */
static const struct statement ONCE = {
    "verify-once", "SELECT CASE WHEN ?1 < 0 AND ?2 > 0 THEN 0 END"};

/* The large tables have a pass of their own, for each of these is one read. */
static const struct statement REFERENCES = {"verify-references",
    "SELECT m.name, f.rowid, f.parent FROM sqlite_schema m"
    " CROSS JOIN temp.pragma_foreign_key_check(m.name) f WHERE ?1 < ?2 AND m.type = 'table'"
    " AND m.name NOT IN ('location', 'chain', 'job', 'refusal') ORDER BY m.name, f.rowid"};

static const struct statement LOCATIONS_PART = {"verify-locations-part",
    "SELECT max(id) FROM (SELECT id FROM location WHERE id > ?1 ORDER BY id LIMIT ?2)"};
static const struct statement LOCATIONS = {"verify-locations",
    "SELECT 'location', l.id, 'store' FROM location l WHERE l.id > ?1 AND l.id <= ?2"
    " AND NOT EXISTS (SELECT 1 FROM store s WHERE s.id = l.store) ORDER BY l.id"};

/* By certificate, through its index: in the order of locations each would be a random page. */
static const struct statement STANDING_PART = {"verify-standing-part",
    "SELECT max(certificate) FROM (SELECT DISTINCT certificate FROM location"
    " WHERE certificate > ?1 ORDER BY certificate LIMIT ?2)"};
static const struct statement STANDING = {"verify-standing",
    "SELECT 'location', l.id, 'certificate' FROM location l"
    " WHERE l.certificate > ?1 AND l.certificate <= ?2 AND NOT EXISTS"
    " (SELECT 1 FROM certificate c WHERE c.id = l.certificate) ORDER BY l.certificate, l.id"};

static const struct statement CHAINS_PART = {"verify-chains-part",
    "SELECT max(location) FROM"
    " (SELECT location FROM chain WHERE location > ?1 ORDER BY location LIMIT ?2)"};
static const struct statement CHAINS = {"verify-chains",
    "SELECT 'chain', h.location, CASE WHEN l.id IS NULL THEN 'location' ELSE 'certificate' END"
    " FROM chain h LEFT JOIN location l ON l.id = h.location"
    " LEFT JOIN certificate c ON c.id = h.certificate"
    " WHERE h.location > ?1 AND h.location <= ?2 AND (l.id IS NULL OR c.id IS NULL)"
    " ORDER BY h.location, h.level"};

static const struct statement TALLIES_PART = {"verify-tallies-part",
    "SELECT max(run) FROM (SELECT run FROM tally WHERE run > ?1 ORDER BY run LIMIT ?2)"};
static const struct statement TALLIES = {"verify-tallies",
    "SELECT run, kind, name, count, lines FROM tally WHERE run > ?1 AND run <= ?2"
    " ORDER BY run, kind, name"};

/*
 * One row of a manifest. Whether a store was served in whole is asked only where the ranges look
 * right at both ends: a damaged one might be as long as the table.
 */
#define RANGE(range, first) "id >= r." first " AND id < r." first " + r." range
#define NAMES(table, id) "(SELECT request FROM " table " WHERE id = " id ")"
static const struct statement ROWS_PART = {"verify-rows-part",
    "SELECT max(id) FROM (SELECT id FROM request WHERE id > ?1 ORDER BY id LIMIT ?2)"};
static const struct statement ROWS = {"verify-rows",
    "SELECT r.id, r.line, r.outcome, r.existing NOTNULL AND r.certificate NOTNULL,"
    " r.first_job, r.jobs, CASE WHEN r.jobs > 0 THEN " NAMES("job",
	"r.first_job") " END,"
		       " r.first_refusal, r.refusals,"
		       " CASE WHEN r.refusals > 0 THEN " NAMES("refusal",
			   "r.first_refusal") " END,"
					      " coalesce((length(r.messages) - "
					      "length(replace(r.messages, ?3, ''))) / length(?3), "
					      "0),"
					      " CASE WHEN r.jobs > 0 AND r.refusals > 0"
					      "  AND r.id = " NAMES(
						  "job", "r.first_job") "  AND r.id = " NAMES("job",
						  "r.first_job + r.jobs - 1") "  AND r.id = " NAMES("refusal",
						  "r.first_refusal") "  AND r.id = " NAMES("refusa"
											   "l",
						  "r.first_refusal + r.refusals - 1") "  THEN "
										      "EXISTS "
										      "(SELECT "
										      "store FROM "
										      "job "
										      "WHERE"
										      " " RANGE("jo"
												"b"
												"s",
											  "first_"
											  "job") " "
												 " "
												 " "
												 "E"
												 "X"
												 "C"
												 "E"
												 "P"
												 "T"
												 " "
												 "S"
												 "E"
												 "L"
												 "E"
												 "C"
												 "T"
												 " "
												 "s"
												 "t"
												 "o"
												 "r"
												 "e"
												 " "
												 "F"
												 "R"
												 "O"
												 "M"
												 " "
												 "r"
												 "e"
												 "f"
												 "u"
												 "s"
												 "a"
												 "l"
												 " "
												 "W"
												 "H"
												 "E"
												 "R"
												 "E"
												 " " RANGE(
												     "refusals",
												     "first_refusal") ") END,"
														      " r.offset, CASE WHEN r.password IS NULL THEN 0"
														      "  WHEN opens_sealed(r.id, r.password) THEN 1 ELSE 2 END, r.due_at"
														      " FROM request r WHERE r.id > ?1 AND r.id <= ?2 ORDER BY r.id"};

#define ITEM_COLUMNS(first, count)                                                  \
	"i.id, i.request, i.location, i.store, r.id, r.line, r." first ", r." count \
	", l.id, l.store, "
#define ITEM_TABLES(table)                                          \
	" FROM " table " i LEFT JOIN request r ON r.id = i.request" \
	" LEFT JOIN location l ON l.id = i.location WHERE i.id > ?1 AND i.id <= ?2"

static const struct statement JOBS_PART = {"verify-jobs-part",
    "SELECT max(id) FROM (SELECT id FROM job WHERE id > ?1 ORDER BY id LIMIT ?2)"};
/* Who was superseded after the start is not counted: ?3 is the last job of then. */
static const struct statement JOBS = {"verify-jobs",
    "SELECT " ITEM_COLUMNS("first_job", "jobs") "i.status IN (1, 2, 5),"
						" CASE WHEN i.cancelled_by GLOB 'job [1-9]*' THEN "
						"(SELECT n.request >> 32 FROM job n"
						"  WHERE n.id = CAST(substr(i.cancelled_by, 5) AS "
						"INTEGER) AND n.id <= ?3) END, NULL" ITEM_TABLES(
						    "job") " ORDER BY i.id"};

static const struct statement REFUSALS_PART = {"verify-refusals-part",
    "SELECT max(id) FROM (SELECT id FROM refusal WHERE id > ?1 ORDER BY id LIMIT ?2)"};
static const struct statement REFUSALS = {"verify-refusals",
    "SELECT " ITEM_COLUMNS("first_refusal", "refusals") "0, NULL, i.code" ITEM_TABLES(
	"refusal") " ORDER BY i.id"};

/* In one read: a job may have been replaced by another since it was met. */
static const struct statement SEVERAL = {"verify-several",
    "SELECT location, min(id), max(id), count(*) FROM job"
    " WHERE (status = 1 OR status = 2 OR status = 5) AND ?1 < ?2 AND is_marked(location)"
    " GROUP BY location HAVING count(*) > 1 ORDER BY location"};

static const struct {
	const struct statement *part;
	const struct statement *rows;
} passes[PASS_COUNT] = {
    [PASS_REFERENCES] = {&ONCE, &REFERENCES},
    [PASS_LOCATIONS] = {&LOCATIONS_PART, &LOCATIONS},
    [PASS_STANDING] = {&STANDING_PART, &STANDING},
    [PASS_CHAINS] = {&CHAINS_PART, &CHAINS},
    [PASS_TALLIES] = {&TALLIES_PART, &TALLIES},
    [PASS_ROWS] = {&ROWS_PART, &ROWS},
    [PASS_JOBS] = {&JOBS_PART, &JOBS},
    [PASS_REFUSALS] = {&REFUSALS_PART, &REFUSALS},
    [PASS_SEVERAL] = {&ONCE, &SEVERAL},
};

struct verification {
	struct database *db;
	int (*opens)(void *, int64_t, const unsigned char *, size_t);
	void *closure;
	const volatile sig_atomic_t *stop;
	struct verify_start start;
	char kept[64]; /* how the note of a kept job begins */
	struct bitmap marked;
	struct walk walk;
};

/* ---- SQL functions ------------------------------------------------------------------------ */

static void
opens_sealed(sqlite3_context *context, int count, sqlite3_value **values)
{
	const struct verification *v = sqlite3_user_data(context);
	const void *sealed = sqlite3_value_blob(values[1]);
	size_t length = (size_t)sqlite3_value_bytes(values[1]);
	int opens = -1;

	(void)count;
	if (sealed != NULL || length == 0)
		opens = v->opens(v->closure, sqlite3_value_int64(values[0]), sealed, length);
	if (opens == -1)
		sqlite3_result_error_nomem(context);
	else
		sqlite3_result_int(context, opens);
}

static void
is_marked(sqlite3_context *context, int count, sqlite3_value **values)
{
	const struct verification *v = sqlite3_user_data(context);

	(void)count;
	sqlite3_result_int(
	    context, bitmap_has(&v->marked, (uint64_t)sqlite3_value_int64(values[0])));
}

/* The functions must not outlive what they look at: v NULL takes them away. */
static int
add_functions(struct database *db, struct verification *v, struct error *err)
{
	const int flags = SQLITE_UTF8 | SQLITE_DIRECTONLY;

	if (sqlite3_create_function(db->handle, "opens_sealed", 2, flags, v,
		v == NULL ? NULL : opens_sealed, NULL, NULL) != SQLITE_OK ||
	    sqlite3_create_function(db->handle, "is_marked", 1, flags, v,
		v == NULL ? NULL : is_marked, NULL, NULL) != SQLITE_OK)
		return db_failed(db, "preparing to verify", err);
	return 0;
}

/* ---- opening ------------------------------------------------------------------------------ */

static int
look_at_signals(void *closure)
{
	const struct verification *v = closure;

	return v->stop != NULL && *v->stop != 0;
}

struct verification *
verification_open(struct database *db, int (*opens)(void *, int64_t, const unsigned char *, size_t),
    void *closure, const volatile sig_atomic_t *stop, struct error *err)
{
	struct verification *v = calloc(1, sizeof(*v));

	if (v == NULL) {
		error_memory(err);
		return NULL;
	}
	v->db = db;
	v->opens = opens;
	v->closure = closure;
	v->stop = stop;
	snprintf(v->kept, sizeof(v->kept), "%s\t", code_word(CODE_JOB_KEPT));
	sqlite3_progress_handler(db->handle, PROGRESS_STEPS, look_at_signals, v);
	if (db_set_cache(db, CACHE_KIB, err) == -1 || db_execute(db, SET_UP, err) == -1 ||
	    add_functions(db, v, err) == -1) {
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
	sqlite3_progress_handler(v->db->handle, 0, NULL, NULL);
	(void)add_functions(v->db, NULL, NULL);
	bitmap_release(&v->marked);
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
verification_mark(struct verification *v, int64_t location)
{
	return bitmap_set(&v->marked, (uint64_t)location);
}

/* A signal ends SQLite's work too. */
static int
interrupted(const struct verification *v, struct error *err)
{
	return error_set(err, (enum error_code)(ERROR_SIGNAL + *v->stop), NULL, "interrupted");
}

int
verification_damage(struct verification *v, struct buffer *lines, struct error *err)
{
	int rc = db_damage(v->db, lines, err);

	return rc == -1 && look_at_signals(v) ? interrupted(v, err) : rc;
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
bind_rows(struct query *q, const void *values)
{
	query_string(q, ((const struct verification *)values)->kept);
}

static void
bind_jobs(struct query *q, const void *values)
{
	query_integer(q, ((const struct verification *)values)->start.last_job);
}

void
verification_begin(struct verification *v, enum verify_pass pass)
{
	walk_release(&v->walk);
	walk_init(&v->walk, v->db, passes[pass].part, passes[pass].rows, v->stop);
	v->walk.values = v;
	if (pass == PASS_ROWS) {
		v->walk.bind = bind_rows;
		v->walk.last = v->start.last_request;
	} else if (pass == PASS_JOBS) {
		v->walk.bind = bind_jobs;
		v->walk.last = v->start.last_job;
	} else if (pass == PASS_REFUSALS) {
		v->walk.last = v->start.last_refusal;
	}
}

static int
step(struct verification *v, struct error *err)
{
	int rc = walk_next(&v->walk, err);

	return rc == -1 && look_at_signals(v) ? interrupted(v, err) : rc;
}

int
verification_fault(struct verification *v, struct verify_fault *fault, struct error *err)
{
	const struct walk *row = &v->walk;
	int rc = step(v, err);

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
verification_tally(struct verification *v, struct verify_tally *tally, struct error *err)
{
	const struct walk *row = &v->walk;
	int rc = step(v, err);

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
get_range(const struct walk *row, int column)
{
	return (struct verify_range){
	    .there = !walk_null(row, column) || walk_integer(row, column + 1) > 0,
	    .first = walk_integer(row, column),
	    .count = walk_integer(row, column + 1),
	};
}

static void
get_found(const struct walk *row, int column, struct verify_range *range)
{
	range->is_found = !walk_null(row, column);
	range->found = walk_integer(row, column);
}

int
verification_row(struct verification *v, struct verify_row *found, struct error *err)
{
	const struct walk *row = &v->walk;
	int rc = step(v, err);

	if (rc != 1)
		return rc;
	*found = (struct verify_row){
	    .id = walk_integer(row, 0),
	    .line = walk_integer(row, 1),
	    .outcome = walk_integer(row, 2),
	    .has_certificates = walk_integer(row, 3) != 0,
	    .jobs = get_range(row, 4),
	    .refusals = get_range(row, 7),
	    .kept = walk_integer(row, 10),
	    .has_served = !walk_null(row, 11),
	    .is_served = walk_integer(row, 11) != 0,
	    .has_offset = !walk_null(row, 12),
	    .offset = walk_integer(row, 12),
	    .sealed = (enum verify_sealed)walk_integer(row, 13),
	    .has_due = !walk_null(row, 14),
	    .due = walk_integer(row, 14),
	};
	get_found(row, 6, &found->jobs);
	get_found(row, 9, &found->refusals);
	return 1;
}

int
verification_item(struct verification *v, struct verify_item *item, struct error *err)
{
	const struct walk *row = &v->walk;
	int rc = step(v, err);

	if (rc != 1)
		return rc;
	*item = (struct verify_item){
	    .id = walk_integer(row, 0),
	    .request = walk_integer(row, 1),
	    .location = walk_integer(row, 2),
	    .store = walk_integer(row, 3),
	    .has_request = !walk_null(row, 4),
	    .line = walk_integer(row, 5),
	    .range = get_range(row, 6),
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
	int rc = step(v, err);

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
