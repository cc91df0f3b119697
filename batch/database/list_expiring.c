#include "database/list_private.h"

#include "model/bitmap.h"
#include "model/dn.h"
#include "program/progress.h"

#include <string.h>

/*
 * The certificates in use that expire soon, found in three passes: which they are, which others
 * have their names, and which jobs replace them. A certificate's names are kept as a number, so
 * that tables stay small; a set of parts of these numbers spares the second pass most certificates.
 */

#define EXPIRING_ROWS 500       /* that are written to a temporary table at once */
#define EXPIRING_CACHE 16384    /* KiB of temporary tables that are kept in memory */
#define EXPIRING_PARTS 0xffffff /* the bits of a number that are in the set: 2 MiB at the most */
#define EXPIRING_COMMON 256     /* bytes of a common name: of a DNS name there are 253 at most */

struct expiring {
	struct database *db;
	const struct list_value *filters;
	const volatile sig_atomic_t *stop;
	struct bitmap names;  /* the parts of the numbers of their names */
	struct buffer common; /* names that are made of a common name */
	struct rowset_dated rows[EXPIRING_ROWS];
	size_t count;
	bool any;
};

/* Columns of expiring-find and successor-find. */
enum { FOUND_ID, FOUND_AFTER, FOUND_NAMES, FOUND_SUBJECT };
static const int EXPIRING_COLUMNS[] = {STORED_CERTIFICATE_ID, STORED_CERTIFICATE_AFTER,
    STORED_CERTIFICATE_NAMES, STORED_CERTIFICATE_SUBJECT};

/* Columns of list-expiring. */
enum {
	EXPIRING_SUBJECT = 4,
	EXPIRING_NAMES = 6,
	EXPIRING_SUCCESSOR = 9,
	EXPIRING_SUCCESSOR_AFTER,
	EXPIRING_SUCCESSOR_NAMES = 14,
	EXPIRING_SUCCESSOR_SUBJECT
};

/* ---- names ------------------------------------------------------------------------------- */

/*
 * The names of a certificate in their canonical form (certificates/names.h), equal bytes where they
 * are the same; its common name as a DNS name where it has none (policy/names.h). NULL: not known,
 * or common->failed.
 */
static const char *
expiring_names(const char *names, const char *subject, struct buffer *common)
{
	char name[EXPIRING_COMMON];

	if (names == NULL || names[0] != '[')
		return NULL;
	if (strcmp(names, "[]") != 0)
		return names;
	if (subject == NULL || !dn_common_name(subject, name, sizeof(name)))
		return NULL;
	for (char *c = name; *c != '\0'; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
	buffer_clear(common);
	buffer_add_string(common, "[{\"Value\":");
	buffer_add_json(common, name, strlen(name));
	buffer_add_string(common, ",\"Type\":2}]");
	return common->failed ? NULL : common->bytes;
}

/* FNV-1a, of 63 bits. */
static int64_t
expiring_number(const char *names)
{
	uint64_t number = UINT64_C(0xcbf29ce484222325);

	for (; *names != '\0'; names++)
		number = (number ^ (unsigned char)*names) * UINT64_C(0x100000001b3);
	return (int64_t)(number & INT64_MAX);
}

/* The number of the names of the current row; ROWSET_NULL where they are not known. */
static int64_t
expiring_row_names(struct expiring *expiring, const struct walk *row)
{
	const char *names = expiring_names(
	    walk_text(row, FOUND_NAMES), walk_text(row, FOUND_SUBJECT), &expiring->common);

	return names == NULL ? ROWSET_NULL : expiring_number(names);
}

/* ---- the passes -------------------------------------------------------------------------- */

static int
expiring_flush(struct expiring *expiring, enum sql keep, struct error *err)
{
	const struct rowset rows = {ROWSET_DATED, expiring->rows, expiring->count};
	struct query q;

	if (expiring->count == 0)
		return 0;
	expiring->count = 0;
	query_begin(&q, expiring->db, keep);
	query_rows(&q, &rows);
	return query_run(&q, err);
}

static int
expiring_add(struct expiring *expiring, const struct walk *row, enum sql keep, struct error *err)
{
	int64_t names = expiring_row_names(expiring, row);
	uint64_t part = (uint64_t)names & EXPIRING_PARTS;

	if (expiring->common.failed)
		return error_memory(err);
	if (keep == SQL_EXPIRING_KEEP) {
		expiring->any = true;
		progress_add(1);
		if (names != ROWSET_NULL && bitmap_set(&expiring->names, part) == -1)
			return error_memory(err);
	} else if (names == ROWSET_NULL || !bitmap_has(&expiring->names, part)) {
		return 0;
	}
	expiring->rows[expiring->count++] = (struct rowset_dated){
	    walk_integer(row, FOUND_ID), walk_integer(row, FOUND_AFTER), names};
	return expiring->count == EXPIRING_ROWS ? expiring_flush(expiring, keep, err) : 0;
}

/* Keeps the rows of a pass. */
static int
expiring_pass(struct expiring *expiring, struct walk *walk, enum sql keep, struct error *err)
{
	int rc;

	walk_describe(walk, QUERY_COLUMNS(EXPIRING_COLUMNS));
	walk->values = expiring;
	while ((rc = walk_next(walk, err)) == 1)
		if (expiring_add(expiring, walk, keep, err) == -1) {
			rc = -1;
			break;
		}
	walk_release(walk);
	return rc == -1 ? -1 : expiring_flush(expiring, keep, err);
}

static void
expiring_bind(struct query *q, const void *values)
{
	const struct list_value *filters = ((const struct expiring *)values)->filters;

	query_integer(q, filters[LIST_UNTIL].integer);
	query_string(q, filters[LIST_BY_MACHINE].text);
	query_string(q, filters[LIST_BY_CONTAINER].text);
}

static int
expiring_find(struct expiring *expiring, struct error *err)
{
	struct walk walk;

	walk_init(&walk, expiring->db, SQL_PAGE_OF_CERTIFICATES, SQL_EXPIRING_FIND, expiring->stop);
	walk.bind = expiring_bind;
	return expiring_pass(expiring, &walk, SQL_EXPIRING_KEEP, err);
}

static void
successor_bind(struct query *q, const void *values)
{
	query_integer(q, ((const struct expiring *)values)->filters[LIST_AT].integer);
}

static int
expiring_find_successors(struct expiring *expiring, struct error *err)
{
	struct walk walk;

	walk_init(
	    &walk, expiring->db, SQL_PAGE_OF_CERTIFICATES, SQL_SUCCESSOR_FIND, expiring->stop);
	walk.bind = successor_bind;
	walk.after = 0; /* others have no Id */
	if (expiring_pass(expiring, &walk, SQL_SUCCESSOR_KEEP, err) == -1)
		return -1;
	return statement_run(expiring->db, SQL_SUCCESSOR_SORT, err);
}

static int
expiring_find_covered(struct expiring *expiring, struct error *err)
{
	struct walk walk;
	int rc;

	walk_init(&walk, expiring->db, SQL_PAGE_OF_ACTIVE, SQL_COVERED_FIND, expiring->stop);
	rc = walk_run(&walk, err);
	walk_release(&walk);
	return rc;
}

/* How far it is, by the ids of certificates, which are read twice. */
static int
expiring_begin_progress(struct database *db, struct error *err)
{
	struct query q;
	int rc;

	progress_begin("list", "certificates", 0, 0);
	query_begin(&q, db, SQL_CERTIFICATE_GREATEST);
	rc = query_next(&q, err);
	if (rc == 1 && query_get_integer(&q, 0) > 0)
		progress_measure(2 * (uint64_t)query_get_integer(&q, 0));
	query_end(&q);
	return rc == -1 ? -1 : 0;
}

int
list_fill_expiring(struct database *db, const struct list_value *filters,
    const volatile sig_atomic_t *stop, struct error *err)
{
	struct expiring expiring = {.db = db, .filters = filters, .stop = stop};
	int rc;

	if (db->engine->set(db, ENGINE_SORT_CACHE, EXPIRING_CACHE, err) == -1 ||
	    script_run(db, SQL_EXPIRING_SET_UP, err) == -1 ||
	    expiring_begin_progress(db, err) == -1)
		return -1;
	rc = expiring_find(&expiring, err);
	if (rc == 0 && expiring.any)
		rc = expiring_find_successors(&expiring, err);
	if (rc == 0 && expiring.any)
		rc = expiring_find_covered(&expiring, err);
	if (rc == 0)
		rc = statement_run(db, SQL_EXPIRING_SORT, err);
	bitmap_release(&expiring.names);
	buffer_release(&expiring.common);
	return rc;
}

/* ---- the list ---------------------------------------------------------------------------- */

int
list_amend_expiring(struct walk *walk, const void *values, struct error *err)
{
	struct buffer common = {0}, other = {0};
	const char *names, *successor;
	int rc = 0;

	(void)values;
	if (walk_null(walk, EXPIRING_SUCCESSOR))
		return 0;
	names = expiring_names(
	    walk_text(walk, EXPIRING_NAMES), walk_text(walk, EXPIRING_SUBJECT), &common);
	successor = expiring_names(walk_text(walk, EXPIRING_SUCCESSOR_NAMES),
	    walk_text(walk, EXPIRING_SUCCESSOR_SUBJECT), &other);
	if (common.failed || other.failed)
		rc = error_memory(err);
	else if (names == NULL || successor == NULL || strcmp(names, successor) != 0)
		rc = walk_set_text(walk, EXPIRING_SUCCESSOR, NULL, err) == -1 ||
			     walk_set_text(walk, EXPIRING_SUCCESSOR_AFTER, NULL, err) == -1
			 ? -1
			 : 0;
	buffer_release(&common);
	buffer_release(&other);
	return rc;
}
