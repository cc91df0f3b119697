#include "database/load_private.h"

#include "database/statement_private.h"

#include <stdlib.h>
#include <string.h>

/*
 * How a kind is found and kept. `find` gives the columns in their order by the key, and after
 * them, where there is one more, a mark that makes the row a changed one when it is not 0.
 */
struct load_table {
	size_t columns;
	const int *stored; /* of find; as many, and one more where there is the mark */
	size_t stored_count;
	size_t keys;
	const struct load_value *defaults; /* NULL: null each */
	enum sql find;
	enum sql keep;
	enum sql note; /* notes that a record was named, for load_finish() */
	enum sql move; /* likewise that its client machine changes; SQL_NONE: it has none */
	bool has_mark;
	uint32_t lasting; /* bits of the columns that are never forgotten: null keeps them */
};

#define DEFAULT_INTEGER(value)                           \
	{                                                \
		.type = LOAD_INTEGER, .integer = (value) \
	}

#define LOAD_STORE_MACHINE 3 /* the column of a store */

/* The defaults of sqlite/schema_1.sql, for the columns that must have a value. */
static const struct load_value store_type_defaults[LOAD_COLUMNS] = {
    [3] = DEFAULT_INTEGER(1), [4] = DEFAULT_INTEGER(1), [5] = DEFAULT_INTEGER(0)};
static const struct load_value agent_defaults[LOAD_COLUMNS] = {[2] = DEFAULT_INTEGER(1)};
static const struct load_value store_defaults[LOAD_COLUMNS] = {
    [6] = DEFAULT_INTEGER(0), [8] = DEFAULT_INTEGER(0)};

static const int container_stored[] = {STORED_CONTAINER_ID, STORED_CONTAINER_NAME};
static const int store_type_stored[] = {STORED_TYPE_ID, STORED_TYPE_SHORT_NAME, STORED_TYPE_NAME,
    STORED_TYPE_PASSWORD, STORED_TYPE_KEY, STORED_TYPE_ADD};
static const int agent_stored[] = {
    STORED_AGENT_ID, STORED_AGENT_MACHINE, STORED_AGENT_STATUS, STORED_AGENT_LAST_SEEN};
static const int store_stored[] = {STORED_STORE_GUID, STORED_STORE_CONTAINER,
    STORED_STORE_DISPLAY_NAME, STORED_STORE_MACHINE, STORED_STORE_PATH, STORED_STORE_TYPE,
    STORED_STORE_APPROVED, STORED_STORE_AGENT, STORED_STORE_ASSIGNED, STORED_STORE_KEY_PATH,
    STORED_STORE_INCLUDES_CHAIN, STORED_STORE_TRUST_STORE, STORED_STORE_ENDPOINT,
    STORED_STORE_REMOVED};
static const int certificate_stored[] = {STORED_CERTIFICATE_ID, STORED_CERTIFICATE_PRINT,
    STORED_CERTIFICATE_SERIAL, STORED_CERTIFICATE_SUBJECT, STORED_CERTIFICATE_ISSUER,
    STORED_CERTIFICATE_BEFORE, STORED_CERTIFICATE_AFTER, STORED_CERTIFICATE_KEY_TYPE,
    STORED_CERTIFICATE_KEY_SIZE, STORED_CERTIFICATE_NAMES, STORED_CERTIFICATE_HAS_KEY,
    STORED_CERTIFICATE_REQUEST, STORED_CERTIFICATE_REVOKED, STORED_CERTIFICATE_USAGE,
    STORED_CERTIFICATE_USAGES, STORED_CERTIFICATE_SIGNATURE, STORED_CERTIFICATE_IS_CA,
    STORED_CERTIFICATE_SHA256, STORED_CERTIFICATE_CURVE};
static const int request_stored[] = {
    STORED_ENROLLMENT_ID, STORED_ENROLLMENT_CERTIFICATE, STORED_ENROLLMENT_DISPOSITION};
static const int grant_stored[] = {STORED_ROLE, STORED_ROLE_OPERATOR, STORED_ROLE_PERMISSION};
/* An Id keeps its thumbprint, and what the certificate itself says does not change: the columns
 * after RevocationEffDate. */
#define CERTIFICATE_LASTING (1u << LOAD_THUMBPRINT | 0x3fu << 13)

#define FOUND(kind) \
	.stored = kind##_stored, .stored_count = sizeof(kind##_stored) / sizeof(kind##_stored[0])

static const struct load_table tables[LOAD_KINDS] = {
    [LOAD_CONTAINERS] = {.columns = 2,
	FOUND(container),
	.keys = 1,
	.find = SQL_CONTAINER_FIND,
	.keep = SQL_CONTAINER_KEEP},
    [LOAD_STORE_TYPES] = {.columns = 6,
	FOUND(store_type),
	.keys = 1,
	.find = SQL_STORE_TYPE_FIND,
	.keep = SQL_STORE_TYPE_KEEP,
	.defaults = store_type_defaults},
    [LOAD_AGENTS] = {.columns = 4,
	FOUND(agent),
	.keys = 1,
	.find = SQL_AGENT_FIND,
	.keep = SQL_AGENT_KEEP,
	.defaults = agent_defaults},
    [LOAD_STORES] = {.columns = 13,
	FOUND(store),
	.keys = 1,
	.has_mark = true,
	.find = SQL_STORE_FIND,
	.keep = SQL_STORE_KEEP,
	.note = SQL_STORE_NOTE,
	.move = SQL_STORE_MOVE,
	.defaults = store_defaults},
    [LOAD_CERTIFICATES] = {.columns = 19,
	FOUND(certificate),
	.keys = 1,
	.find = SQL_CERTIFICATE_FIND,
	.keep = SQL_CERTIFICATE_KEEP,
	.lasting = CERTIFICATE_LASTING},
    [LOAD_REQUESTS] = {.columns = 3,
	FOUND(request),
	.keys = 1,
	.find = SQL_REQUEST_FIND,
	.keep = SQL_REQUEST_KEEP},
    [LOAD_ROLES] = {.columns = 3,
	FOUND(grant),
	.keys = 3,
	.find = SQL_GRANT_FIND,
	.keep = SQL_GRANT_KEEP,
	.note = SQL_GRANT_NOTE},
};

static const int PASSWORD_COLUMNS[] = {STORED_STORE_ID, STORED_STORE_PASSWORD};
static const int SHORT_NAME_COLUMNS[] = {STORED_TYPE_ID, STORED_TYPE_SHORT_NAME};

struct load *
load_begin(struct database *db, enum load_kind kind, bool complete, struct error *err)
{
	struct load *load = malloc(sizeof(*load));

	if (load == NULL) {
		error_memory(err);
		return NULL;
	}
	*load = (struct load){.db = db, .kind = kind, .complete = complete};
	/* Every reference is looked at here already. */
	if (db->engine->set(db, ENGINE_REFERENCES, 0, err) == -1 ||
	    script_run(db, SQL_LOAD_SET_UP, err) == -1 || db_begin(db, err) == -1) {
		load_free(load);
		return NULL;
	}
	return load;
}

struct load *
load_join(struct database *db, struct error *err)
{
	struct load *load = malloc(sizeof(*load));

	if (load == NULL) {
		error_memory(err);
		return NULL;
	}
	*load = (struct load){.db = db, .kind = LOAD_CERTIFICATES, .joined = true};
	if (script_run(db, SQL_LOAD_SET_UP, err) == 0)
		return load;
	load_free(load);
	return NULL;
}

void
load_free(struct load *load)
{
	if (load == NULL)
		return;
	if (!load->joined)
		db_rollback(load->db);
	(void)script_run(load->db, SQL_LOAD_TEAR_DOWN, NULL);
	if (!load->joined)
		(void)load->db->engine->set(load->db, ENGINE_REFERENCES, 1, NULL);
	free(load);
}

static void
load_bind(struct query *q, const struct load_value *value)
{
	if (value->type == LOAD_INTEGER)
		query_integer(q, value->integer);
	else if (value->type == LOAD_TEXT)
		query_text(q, value->text, value->length);
	else
		query_null(q);
}

static bool
load_same(const struct load_value *one, const struct load_value *other)
{
	if (one->type != other->type)
		return false;
	if (one->type == LOAD_INTEGER)
		return one->integer == other->integer;
	if (one->type == LOAD_TEXT)
		return one->length == other->length && one->text != NULL && other->text != NULL &&
		       memcmp(one->text, other->text, one->length) == 0;
	return true;
}

/* The value of a column: an integer, a text or nothing. The text lives until the next step. */
static int
load_known_value(const struct query *q, int column, struct load_value *value, struct error *err)
{
	struct db_value found;

	if (query_get(q, column, &found, err) == -1)
		return -1;
	*value = (struct load_value){.type = found.type == DB_INTEGER ? LOAD_INTEGER
					     : found.type == DB_TEXT  ? LOAD_TEXT
								      : LOAD_NOTHING,
	    .integer = found.integer,
	    .text = found.data,
	    .length = found.length};
	return 0;
}

struct load_row {
	struct load_value values[LOAD_COLUMNS];
	enum load_result result;
	bool moved; /* its client machine changes */
};

/* What the row will be: the values given, what is known (`found` is NULL: nothing), the defaults.
 */
static int
load_merge(const struct load_table *table, const struct query *found,
    const struct load_value *given, struct load_row *row, struct error *err)
{
	row->result = found == NULL ? LOAD_NEW : LOAD_UNCHANGED;
	for (size_t i = 0; i < table->columns; i++) {
		struct load_value fallback = {.type = LOAD_NOTHING};
		struct load_value known = fallback;

		if (table->defaults != NULL && table->defaults[i].type == LOAD_INTEGER)
			fallback = table->defaults[i];
		if (found != NULL && load_known_value(found, (int)i, &known, err) == -1)
			return -1;
		if (given[i].type == LOAD_KEEP ||
		    (given[i].type == LOAD_NOTHING && (table->lasting >> i & 1) != 0))
			row->values[i] = found == NULL ? fallback : known;
		else if (given[i].type == LOAD_NOT_0)
			row->values[i] = known.integer == 0 ? fallback : known;
		else
			row->values[i] = given[i].type == LOAD_NOTHING ? fallback : given[i];
		if (found != NULL && !load_same(&row->values[i], &known)) {
			row->result = LOAD_CHANGED;
			row->moved |= table->move != SQL_NONE && i == LOAD_STORE_MACHINE;
		}
	}
	if (found != NULL && table->has_mark && query_get_integer(found, (int)table->columns) != 0)
		row->result = LOAD_CHANGED;
	return 0;
}

static int
load_run(struct database *db, enum sql statement, const struct load_value *values, size_t count,
    struct error *err)
{
	struct query q;

	query_begin(&q, db, statement);
	for (size_t i = 0; i < count; i++)
		load_bind(&q, &values[i]);
	return query_run(&q, err);
}

static int
load_find_and_keep(
    struct load *load, const struct load_value *values, enum load_result *result, struct error *err)
{
	const struct load_table *table = &tables[load->kind];
	struct load_row row = {0};
	struct query q;
	int rc;

	query_begin(&q, load->db, table->find);
	for (size_t i = 0; i < table->keys; i++)
		load_bind(&q, &values[i]);
	rc = query_row(&q, table->stored, table->stored_count, err);
	if (rc >= 0)
		rc = load_merge(table, rc == 1 ? &q : NULL, values, &row, err);
	*result = row.result;
	if (rc == 0 && row.moved) {
		load->moved = true;
		rc = load_run(load->db, table->move, values, table->keys, err);
	}
	/* The texts that are kept belong to the query: it ends after the row was written. */
	if (rc == 0 && *result != LOAD_UNCHANGED)
		rc = load_run(load->db, table->keep, row.values, table->columns, err);
	query_end(&q);
	if (rc == 0 && load->complete)
		rc = load_run(load->db, table->note, values, table->keys, err);
	return rc;
}

int
load_record(
    struct load *load, const struct load_value *values, enum load_result *result, struct error *err)
{
	enum load_result identity = LOAD_NEW;

	if (load->kind == LOAD_CERTIFICATES &&
	    load_identify(load, values[0].integer, &values[LOAD_THUMBPRINT], &identity, err) == -1)
		return -1;
	*result = identity;
	if (identity == LOAD_TAKEN || identity == LOAD_OTHER_PRINT)
		return 0;
	if (load_find_and_keep(load, values, result, err) == -1)
		return -1;
	if (identity == LOAD_RENUMBERED)
		*result = LOAD_RENUMBERED;
	else if (load->adopted)
		*result = LOAD_NEW;
	return 0;
}

int
load_password_find(struct load *load, const struct load_value *guid, int64_t *store,
    struct buffer *sealed, struct error *err)
{
	struct query q;
	int rc;

	buffer_clear(sealed);
	query_begin(&q, load->db, SQL_STORE_PASSWORD);
	load_bind(&q, guid);
	rc = query_row(&q, QUERY_COLUMNS(PASSWORD_COLUMNS), err);
	if (rc == 1) {
		*store = query_get_integer(&q, 0);
		if (!query_get_null(&q, 1))
			buffer_add(sealed, query_get_blob(&q, 1), query_get_length(&q, 1));
	}
	query_end(&q);
	if (rc == 0)
		return error_set(err, ERROR_STORAGE, NULL, "the store that was loaded is gone");
	return rc == 1 && sealed->failed ? error_memory(err) : rc == 1 ? 0 : -1;
}

int
load_password_keep(struct load *load, int64_t store, const struct buffer *sealed, struct error *err)
{
	struct query q;

	query_begin(&q, load->db, SQL_STORE_SEAL);
	query_integer(&q, store);
	if (sealed == NULL)
		query_null(&q);
	else
		query_blob(&q, sealed->bytes, sealed->length);
	return query_run(&q, err);
}

int
load_known(struct load *load, enum load_kind kind, int64_t id, struct error *err)
{
	struct query q;
	int rc;

	query_begin(
	    &q, load->db, kind == LOAD_CONTAINERS ? SQL_CONTAINER_KNOWN : SQL_STORE_TYPE_KNOWN);
	query_integer(&q, id);
	rc = query_next(&q, err);
	query_end(&q);
	return rc;
}

int
load_short_names(struct load *load,
    int (*each)(void *closure, int64_t id, const char *short_name, struct error *), void *closure,
    struct error *err)
{
	struct query q;
	int rc;

	query_begin(&q, load->db, SQL_SHORT_NAMES);
	while ((rc = query_row(&q, QUERY_COLUMNS(SHORT_NAME_COLUMNS), err)) == 1) {
		rc = each(closure, query_get_integer(&q, 0), query_get_text(&q, 1), err);
		if (rc == -1)
			break;
	}
	query_end(&q);
	return rc;
}

int
load_finish(struct load *load, int64_t *removed, struct error *err)
{
	*removed = 0;
	if (load->moved && script_run(load->db, SQL_STORES_TAKE_JOBS, err) == -1)
		return -1;
	if (load->complete) {
		if (statement_run(load->db,
			load->kind == LOAD_STORES ? SQL_STORES_REMOVE : SQL_GRANTS_TAKE_BACK,
			err) == -1)
			return -1;
		*removed = load->db->engine->changed(load->db);
	}
	return db_commit(load->db, err);
}

int
load_grant(struct database *db, const char *role, const char *operator_name, const char *permission,
    struct error *err)
{
	struct query q;

	query_begin(&q, db, tables[LOAD_ROLES].keep);
	query_string(&q, role);
	query_string(&q, operator_name);
	query_string(&q, permission);
	return query_run(&q, err);
}
