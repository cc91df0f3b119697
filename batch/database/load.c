#include "database/load.h"

#include "database/statement.h"
#include "database/stored.h"

#include <stdlib.h>
#include <string.h>

/*
 * How a kind is found and kept. `find` gives the columns in their order by the key, and behind
 * them, where there is one more, a mark that makes the row a changed one when it is not 0.
 */
struct load_table {
	size_t columns;
	const int *stored; /* of find; as many, and one more where there is the mark */
	size_t stored_count;
	size_t keys;
	struct statement find;
	struct statement keep;
	struct statement note;             /* notes that a record was named, for load_finish() */
	const struct load_value *defaults; /* NULL: null each */
};

struct load {
	struct database *db;
	enum load_kind kind;
	bool complete;
	bool adopting; /* some placeholder gives way to its certificate */
	int64_t taken_by;
};

#define DEFAULT_INTEGER(value)                           \
	{                                                \
		.type = LOAD_INTEGER, .integer = (value) \
	}

/* The defaults of schema.sql, for the columns that must have a value. */
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
    STORED_STORE_APPROVED, STORED_STORE_AGENT, STORED_STORE_ASSIGNED, STORED_STORE_REMOVED};
static const int certificate_stored[] = {STORED_CERTIFICATE_ID, STORED_CERTIFICATE_PRINT,
    STORED_CERTIFICATE_SERIAL, STORED_CERTIFICATE_SUBJECT, STORED_CERTIFICATE_ISSUER,
    STORED_CERTIFICATE_BEFORE, STORED_CERTIFICATE_AFTER, STORED_CERTIFICATE_KEY_TYPE,
    STORED_CERTIFICATE_KEY_SIZE, STORED_CERTIFICATE_NAMES, STORED_CERTIFICATE_HAS_KEY,
    STORED_CERTIFICATE_REQUEST, STORED_CERTIFICATE_REVOKED};
static const int request_stored[] = {
    STORED_ENROLLMENT_ID, STORED_ENROLLMENT_CERTIFICATE, STORED_ENROLLMENT_DISPOSITION};
static const int grant_stored[] = {STORED_ROLE, STORED_ROLE_OPERATOR, STORED_ROLE_PERMISSION};
#define FOUND(kind) \
	.stored = kind##_stored, .stored_count = sizeof(kind##_stored) / sizeof(kind##_stored[0])

static const struct load_table tables[LOAD_KINDS] = {
    [LOAD_CONTAINERS] = {.columns = 2,
	FOUND(container),
	.keys = 1,
	.find = {"container-find", "SELECT id, name FROM container WHERE id = ?1"},
	.keep = {"container-keep", "INSERT INTO container(id, name) VALUES (?1, ?2)"
				   " ON CONFLICT(id) DO UPDATE SET name = ?2"}},
    [LOAD_STORE_TYPES] = {.columns = 6,
	FOUND(store_type),
	.keys = 1,
	.find = {"store-type-find",
	    "SELECT id, short_name, name, entry_password, private_key_allowed, add_supported"
	    " FROM store_type WHERE id = ?1"},
	.keep = {"store-type-keep",
	    "INSERT INTO store_type(id, short_name, name, entry_password,"
	    " private_key_allowed, add_supported) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
	    " ON CONFLICT(id) DO UPDATE SET short_name = ?2, name = ?3, entry_password = ?4,"
	    " private_key_allowed = ?5, add_supported = ?6"},
	.defaults = store_type_defaults},
    [LOAD_AGENTS] = {.columns = 4,
	FOUND(agent),
	.keys = 1,
	.find = {"agent-find",
	    "SELECT id, client_machine, status, last_seen FROM agent WHERE id = ?1"},
	.keep = {"agent-keep",
	    "INSERT INTO agent(id, client_machine, status, last_seen) VALUES (?1, ?2, ?3, ?4)"
	    " ON CONFLICT(id) DO UPDATE SET client_machine = ?2, status = ?3, last_seen = ?4"},
	.defaults = agent_defaults},
    [LOAD_STORES] = {.columns = 9,
	FOUND(store),
	.keys = 1,
	.find = {"store-find",
	    "SELECT guid, container, display_name, client_machine, path, type, approved, agent,"
	    " agent_assigned, removed FROM store WHERE guid = ?1"},
	.keep = {"store-keep",
	    "INSERT INTO store(guid, container, display_name, client_machine, path, type,"
	    " approved, agent, agent_assigned) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
	    " ON CONFLICT(guid) DO UPDATE SET container = ?2, display_name = ?3,"
	    " client_machine = ?4, path = ?5, type = ?6, approved = ?7, agent = ?8,"
	    " agent_assigned = ?9, removed = 0"},
	.note = {"store-note",
	    "INSERT OR IGNORE INTO temp.named_store SELECT id FROM store WHERE guid = ?1"},
	.defaults = store_defaults},
    [LOAD_CERTIFICATES] = {.columns = 13,
	FOUND(certificate),
	.keys = 1,
	.find = {"certificate-find",
	    "SELECT id, thumbprint, serial_number, issued_dn, issuer_dn, not_before, not_after,"
	    " key_type, key_size, names, has_private_key, request, revoked_at"
	    " FROM certificate WHERE id = ?1"},
	.keep = {"certificate-keep",
	    "INSERT INTO certificate(id, thumbprint, serial_number, issued_dn, issuer_dn,"
	    " not_before, not_after, key_type, key_size, names, has_private_key, request,"
	    " revoked_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)"
	    " ON CONFLICT(id) DO UPDATE SET thumbprint = ?2, serial_number = ?3,"
	    " issued_dn = ?4, issuer_dn = ?5, not_before = ?6, not_after = ?7, key_type = ?8,"
	    " key_size = ?9, names = ?10, has_private_key = ?11, request = ?12,"
	    " revoked_at = ?13"}},
    [LOAD_REQUESTS] = {.columns = 3,
	FOUND(request),
	.keys = 1,
	.find = {"request-find",
	    "SELECT id, certificate, disposition FROM enrollment_request WHERE id = ?1"},
	.keep = {"request-keep",
	    "INSERT INTO enrollment_request(id, certificate, disposition) VALUES (?1, ?2, ?3)"
	    " ON CONFLICT(id) DO UPDATE SET certificate = ?2, disposition = ?3"}},
    [LOAD_ROLES] = {.columns = 3,
	FOUND(grant),
	.keys = 3,
	.find = {"grant-find", "SELECT role, operator, permission FROM role_permission"
			       " WHERE role = ?1 AND operator = ?2 AND permission = ?3"},
	.keep = {"grant-keep",
	    "INSERT INTO role_permission(role, operator, permission) VALUES (?1, ?2, ?3)"},
	.note = {"grant-note", "INSERT OR IGNORE INTO temp.named_grant(role, operator, permission)"
			       " VALUES (?1, ?2, ?3)"}},
};

static const struct statement CONTAINER_KNOWN = {
    "container-known", "SELECT 1 FROM container WHERE id = ?1"};
static const struct statement STORE_TYPE_KNOWN = {
    "store-type-known", "SELECT 1 FROM store_type WHERE id = ?1"};
static const struct statement THUMBPRINT_OWNER = {
    "thumbprint-owner", "SELECT id FROM certificate WHERE thumbprint = ?1"};
static const int THUMBPRINT_OWNER_COLUMNS[] = {STORED_CERTIFICATE_ID};
static const struct statement THUMBPRINT_FREE = {
    "thumbprint-free", "UPDATE certificate SET thumbprint = NULL WHERE id = ?1"};
static const struct statement PLACEHOLDER_ADOPT = {
    "placeholder-adopt", "INSERT INTO temp.adopted(placeholder, certificate) VALUES (?1, ?2)"};
static const struct statement LOCATIONS_ADOPT = {"locations-adopt",
    "UPDATE location SET certificate ="
    " (SELECT a.certificate FROM temp.adopted a WHERE a.placeholder = location.certificate)"
    " WHERE certificate IN (SELECT placeholder FROM temp.adopted)"};
static const struct statement CHAINS_ADOPT = {"chains-adopt",
    "UPDATE chain SET certificate ="
    " (SELECT a.certificate FROM temp.adopted a WHERE a.placeholder = chain.certificate)"
    " WHERE certificate IN (SELECT placeholder FROM temp.adopted)"};
static const struct statement PLACEHOLDERS_DROP = {"placeholders-drop",
    "DELETE FROM certificate WHERE id IN (SELECT placeholder FROM temp.adopted)"};
static const struct statement STORES_REMOVE = {"stores-remove",
    "UPDATE store SET removed = 1"
    " WHERE removed = 0 AND id NOT IN (SELECT id FROM temp.named_store)"};
static const struct statement GRANTS_TAKE_BACK = {"grants-take-back",
    "DELETE FROM role_permission WHERE NOT EXISTS (SELECT 1 FROM temp.named_grant n"
    " WHERE n.operator = role_permission.operator AND n.role = role_permission.role"
    " AND n.permission = role_permission.permission)"};

struct load *
load_begin(struct database *db, enum load_kind kind, bool complete, struct error *err)
{
	/*
	 * Every reference is looked at here already. With foreign keys on, SQLite would scan
	 * chain once for each placeholder that goes, for it has no index by certificate.
	 */
	static const char set_up[] =
	    "PRAGMA foreign_keys = OFF;"
	    "CREATE TEMP TABLE IF NOT EXISTS named_store(id INTEGER PRIMARY KEY);"
	    "CREATE TEMP TABLE IF NOT EXISTS named_grant(role TEXT, operator TEXT,"
	    " permission TEXT, PRIMARY KEY (operator, role, permission)) WITHOUT ROWID;"
	    "CREATE TEMP TABLE IF NOT EXISTS adopted(placeholder INTEGER PRIMARY KEY,"
	    " certificate INTEGER NOT NULL)";
	struct load *load = malloc(sizeof(*load));

	if (load == NULL) {
		error_memory(err);
		return NULL;
	}
	*load = (struct load){.db = db, .kind = kind, .complete = complete};
	if (db_execute(db, set_up, err) == -1 || db_begin(db, err) == -1) {
		load_free(load);
		return NULL;
	}
	return load;
}

void
load_free(struct load *load)
{
	if (load == NULL)
		return;
	db_rollback(load->db);
	(void)db_execute(load->db,
	    "DELETE FROM temp.named_store; DELETE FROM temp.named_grant;"
	    "DELETE FROM temp.adopted; PRAGMA foreign_keys = ON",
	    NULL);
	free(load);
}

static void
bind(struct query *q, const struct load_value *value)
{
	if (value->type == LOAD_INTEGER)
		query_integer(q, value->integer);
	else if (value->type == LOAD_TEXT)
		query_text(q, value->text, value->length);
	else
		query_null(q);
}

static bool
same(const struct load_value *one, const struct load_value *other)
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

/* What stands in a column: an integer, a text or nothing. The text lives until the next step. */
static struct load_value
known_value(const struct query *q, int column)
{
	switch (sqlite3_column_type(q->statement, column)) {
	case SQLITE_INTEGER:
		return (struct load_value){
		    .type = LOAD_INTEGER, .integer = query_get_integer(q, column)};
	case SQLITE_TEXT:
		return (struct load_value){.type = LOAD_TEXT,
		    .text = query_get_text(q, column),
		    .length = (size_t)sqlite3_column_bytes(q->statement, column)};
	default:
		return (struct load_value){.type = LOAD_NOTHING};
	}
}

/* What the row will be: the values given, what is known, the defaults. */
static void
merge(const struct load_table *table, const struct query *found, const struct load_value *given,
    struct load_value *row, enum load_result *result)
{
	*result = found == NULL ? LOAD_NEW : LOAD_UNCHANGED;
	for (size_t i = 0; i < table->columns; i++) {
		struct load_value fallback = {.type = LOAD_NOTHING};
		struct load_value known = fallback;

		if (table->defaults != NULL && table->defaults[i].type == LOAD_INTEGER)
			fallback = table->defaults[i];
		if (found != NULL)
			known = known_value(found, (int)i);
		if (given[i].type == LOAD_KEEP)
			row[i] = found == NULL ? fallback : known;
		else
			row[i] = given[i].type == LOAD_NOTHING ? fallback : given[i];
		if (found != NULL && !same(&row[i], &known))
			*result = LOAD_CHANGED;
	}
	if (found != NULL && sqlite3_column_count(found->statement) > (int)table->columns &&
	    query_get_integer(found, (int)table->columns) != 0)
		*result = LOAD_CHANGED;
}

static int
run_with(struct database *db, const struct statement *statement, const struct load_value *values,
    size_t count, struct error *err)
{
	struct query q;

	query_begin(&q, db, statement);
	for (size_t i = 0; i < count; i++)
		bind(&q, &values[i]);
	return query_run(&q, err);
}

static int
find_and_keep(
    struct load *load, const struct load_value *values, enum load_result *result, struct error *err)
{
	const struct load_table *table = &tables[load->kind];
	struct load_value row[LOAD_COLUMNS] = {{.type = LOAD_NOTHING}};
	struct query q;
	int rc;

	query_begin(&q, load->db, &table->find);
	for (size_t i = 0; i < table->keys; i++)
		bind(&q, &values[i]);
	rc = query_row(&q, table->stored, table->stored_count, err);
	if (rc >= 0) {
		merge(table, rc == 1 ? &q : NULL, values, row, result);
		rc = 0;
	}
	/* The texts that are kept belong to the query: it ends after the row was written. */
	if (rc == 0 && *result != LOAD_UNCHANGED)
		rc = run_with(load->db, &table->keep, row, table->columns, err);
	query_end(&q);
	if (rc == 0 && load->complete)
		rc = run_with(load->db, &table->note, values, table->keys, err);
	return rc;
}

/*
 * A thumbprint has one owner. A placeholder, seen in a store before its certificate was known,
 * gives way: what points to it is turned round by load_finish(), all at once.
 */
static int
claim_thumbprint(struct load *load, const struct load_value *values, bool *taken, struct error *err)
{
	struct query q;
	int64_t owner = 0;
	int rc;

	*taken = false;
	if (values[1].type != LOAD_TEXT)
		return 0;
	query_begin(&q, load->db, &THUMBPRINT_OWNER);
	bind(&q, &values[1]);
	rc = query_row(&q, QUERY_COLUMNS(THUMBPRINT_OWNER_COLUMNS), err);
	if (rc == 1)
		owner = query_get_integer(&q, 0);
	query_end(&q);
	if (rc != 1 || owner == values[0].integer)
		return rc == -1 ? -1 : 0;
	if (owner > 0) {
		load->taken_by = owner;
		*taken = true;
		return 0;
	}
	load->adopting = true;
	query_begin(&q, load->db, &PLACEHOLDER_ADOPT);
	query_integer(&q, owner);
	query_integer(&q, values[0].integer);
	if (query_run(&q, err) == -1)
		return -1;
	query_begin(&q, load->db, &THUMBPRINT_FREE);
	query_integer(&q, owner);
	return query_run(&q, err);
}

int
load_record(
    struct load *load, const struct load_value *values, enum load_result *result, struct error *err)
{
	bool taken = false;

	if (load->kind == LOAD_CERTIFICATES && claim_thumbprint(load, values, &taken, err) == -1)
		return -1;
	if (taken) {
		*result = LOAD_TAKEN;
		return 0;
	}
	return find_and_keep(load, values, result, err);
}

int64_t
load_taken_by(const struct load *load)
{
	return load->taken_by;
}

int
load_known(struct load *load, enum load_kind kind, int64_t id, struct error *err)
{
	struct query q;
	int rc;

	query_begin(&q, load->db, kind == LOAD_CONTAINERS ? &CONTAINER_KNOWN : &STORE_TYPE_KNOWN);
	query_integer(&q, id);
	rc = query_next(&q, err);
	query_end(&q);
	return rc;
}

static int
run_alone(struct database *db, const struct statement *statement, struct error *err)
{
	return run_with(db, statement, NULL, 0, err);
}

int
load_finish(struct load *load, int64_t *removed, struct error *err)
{
	*removed = 0;
	if (load->adopting && (run_alone(load->db, &LOCATIONS_ADOPT, err) == -1 ||
				  run_alone(load->db, &CHAINS_ADOPT, err) == -1 ||
				  run_alone(load->db, &PLACEHOLDERS_DROP, err) == -1))
		return -1;
	if (load->complete) {
		if (run_alone(load->db,
			load->kind == LOAD_STORES ? &STORES_REMOVE : &GRANTS_TAKE_BACK, err) == -1)
			return -1;
		*removed = sqlite3_changes64(load->db->handle);
	}
	return db_commit(load->db, err);
}

int
load_grant(struct database *db, const char *role, const char *operator_name, const char *permission,
    struct error *err)
{
	struct query q;

	query_begin(&q, db, &tables[LOAD_ROLES].keep);
	query_string(&q, role);
	query_string(&q, operator_name);
	query_string(&q, permission);
	return query_run(&q, err);
}
