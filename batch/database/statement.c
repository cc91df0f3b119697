#include "database/statement.h"

#include "database/stored.h"

#include <stdlib.h>
#include <string.h>

struct prepared {
	const struct statement *statement;
	sqlite3_stmt *compiled;
};

static sqlite3_stmt *
prepare(struct database *db, const struct statement *statement, int *rc)
{
	struct prepared *entry;
	sqlite3_stmt *compiled = NULL;

	for (size_t i = 0; i < db->prepared_count; i++)
		if (db->prepared[i].statement == statement)
			return db->prepared[i].compiled;
	*rc = sqlite3_prepare_v3(
	    db->handle, statement->sql, -1, SQLITE_PREPARE_PERSISTENT, &compiled, NULL);
	if (*rc != SQLITE_OK)
		return NULL;
	entry = reallocarray(db->prepared, db->prepared_count + 1, sizeof(*db->prepared));
	if (entry == NULL) {
		sqlite3_finalize(compiled);
		*rc = SQLITE_NOMEM;
		return NULL;
	}
	db->prepared = entry;
	entry[db->prepared_count++] = (struct prepared){statement, compiled};
	return compiled;
}

void
statements_release(struct database *db)
{
	for (size_t i = 0; i < db->prepared_count; i++)
		sqlite3_finalize(db->prepared[i].compiled);
	free(db->prepared);
	db->prepared = NULL;
	db->prepared_count = 0;
}

void
query_begin(struct query *q, struct database *db, const struct statement *statement)
{
	*q = (struct query){.db = db, .name = statement->name, .parameter = 1};
	q->rc = SQLITE_OK;
	q->statement = prepare(db, statement, &q->rc);
}

static bool
ready(const struct query *q)
{
	return q->rc == SQLITE_OK && q->statement != NULL;
}

void
query_integer(struct query *q, int64_t value)
{
	if (ready(q))
		q->rc = sqlite3_bind_int64(q->statement, q->parameter++, value);
}

void
query_text(struct query *q, const char *text, size_t length)
{
	if (ready(q))
		q->rc = sqlite3_bind_text64(
		    q->statement, q->parameter++, text, length, SQLITE_STATIC, SQLITE_UTF8);
}

void
query_string(struct query *q, const char *text)
{
	if (text == NULL)
		query_null(q);
	else
		query_text(q, text, strlen(text));
}

void
query_blob(struct query *q, const void *bytes, size_t length)
{
	if (ready(q))
		q->rc = sqlite3_bind_blob64(
		    q->statement, q->parameter++, bytes, length, SQLITE_STATIC);
}

void
query_null(struct query *q)
{
	if (ready(q))
		q->rc = sqlite3_bind_null(q->statement, q->parameter++);
}

void
query_optional(struct query *q, bool present, int64_t value)
{
	if (present)
		query_integer(q, value);
	else
		query_null(q);
}

int
query_next(struct query *q, struct error *err)
{
	int rc;

	if (!ready(q)) {
		if (q->rc == SQLITE_NOMEM)
			return error_memory(err);
		return db_failed(q->db, q->name, err);
	}
	rc = sqlite3_step(q->statement);
	if (rc == SQLITE_ROW)
		return 1;
	if (rc == SQLITE_DONE)
		return 0;
	return db_failed(q->db, q->name, err);
}

int
query_run(struct query *q, struct error *err)
{
	int rc = query_next(q, err);

	query_end(q);
	return rc == -1 ? -1 : 0;
}

void
query_end(struct query *q)
{
	if (q->statement == NULL)
		return;
	sqlite3_reset(q->statement);
	sqlite3_clear_bindings(q->statement);
}

int64_t
query_get_integer(const struct query *q, int column)
{
	return sqlite3_column_int64(q->statement, column);
}

bool
query_get_null(const struct query *q, int column)
{
	return sqlite3_column_type(q->statement, column) == SQLITE_NULL;
}

const char *
query_get_text(const struct query *q, int column)
{
	return (const char *)sqlite3_column_text(q->statement, column);
}

size_t
query_get_length(const struct query *q, int column)
{
	return (size_t)sqlite3_column_bytes(q->statement, column);
}

/* ---- what was read --------------------------------------------------------------------- */

int
query_value(const struct query *q, int column, struct stored_value *value, struct error *err)
{
	const char *text;

	*value = (struct stored_value){.type = VALUE_IS_NULL};
	switch (sqlite3_column_type(q->statement, column)) {
	case SQLITE_INTEGER:
		value->type = VALUE_IS_INTEGER;
		value->integer = query_get_integer(q, column);
		break;
	case SQLITE_FLOAT:
		value->type = VALUE_IS_REAL;
		break;
	case SQLITE_TEXT:
		value->type = VALUE_IS_TEXT;
		text = query_get_text(q, column);
		if (text == NULL)
			return error_memory(err);
		value->length = query_get_length(q, column);
		value->has_nul = memchr(text, '\0', value->length) != NULL;
		break;
	case SQLITE_BLOB:
		value->type = VALUE_IS_BLOB;
		value->length = query_get_length(q, column);
		break;
	}
	return 0;
}

/* The column that has the id of the row which a column belongs to; -1: none. */
static int
query_find_id(const struct query *q, const int *columns, size_t count, const char *table)
{
	int found = -1;

	for (size_t i = 0; i < count; i++) {
		const struct stored_rule *rule = stored_rule(
		    (enum stored)(columns[i] & ~STORED_OR_NULL));

		if (rule->refers == NULL || strcmp(rule->refers, table) != 0 ||
		    sqlite3_column_type(q->statement, (int)i) != SQLITE_INTEGER)
			continue;
		if (strcmp(rule->table, table) == 0 && strcmp(rule->name, "id") == 0)
			return (int)i;
		if (found == -1)
			found = (int)i;
	}
	return found;
}

static int
query_damaged(const struct query *q, const char *table, int id, const char *text, struct error *err)
{
	if (id == -1)
		return db_damaged(q->db, err, "%s: %s", table, text);
	return db_damaged(
	    q->db, err, "%s %lld: %s", table, (long long)query_get_integer(q, id), text);
}

int
query_verify(const struct query *q, const int *columns, size_t count, struct error *err)
{
	for (size_t i = 0; i < count; i++) {
		enum stored column = (enum stored)(columns[i] & ~STORED_OR_NULL);
		const struct stored_rule *rule = stored_rule(column);
		struct stored_value value;
		char text[256];

		if (column == STORED_ANY)
			continue;
		if (query_value(q, (int)i, &value, err) == -1)
			return -1;
		if ((value.type == VALUE_IS_NULL && (columns[i] & STORED_OR_NULL) != 0) ||
		    stored_takes(rule, &value))
			continue;
		stored_describe(rule, &value, text, sizeof(text));
		return query_damaged(
		    q, rule->table, query_find_id(q, columns, count, rule->table), text, err);
	}
	return 0;
}

int
query_row(struct query *q, const int *columns, size_t count, struct error *err)
{
	int rc = query_next(q, err);

	return rc == 1 && query_verify(q, columns, count, err) == -1 ? -1 : rc;
}

struct cursor *
cursor_new(struct database *db, const struct statement *statement, struct error *err)
{
	struct cursor *cursor = calloc(1, sizeof(*cursor));

	if (cursor == NULL) {
		error_memory(err);
		return NULL;
	}
	cursor->query = (struct query){
	    .db = db, .name = statement->name, .parameter = 1, .rc = SQLITE_OK};
	if (sqlite3_prepare_v2(db->handle, statement->sql, -1, &cursor->query.statement, NULL) !=
	    SQLITE_OK) {
		db_failed(db, statement->name, err);
		free(cursor);
		return NULL;
	}
	return cursor;
}

void
cursor_close(struct cursor *cursor)
{
	if (cursor == NULL)
		return;
	sqlite3_finalize(cursor->query.statement);
	free(cursor);
}
