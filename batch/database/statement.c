#include "database/statement_private.h"

#include <string.h>

void
query_begin(struct query *q, struct database *db, enum sql sql)
{
	*q = (struct query){.db = db, .engine = db->engine, .sql = sql, .parameter = 1};
	q->statement = db->engine->prepare(db, sql, false);
	q->failed = q->statement == NULL;
}

int
query_begin_own(struct query *q, struct database *db, enum sql sql, struct error *err)
{
	*q = (struct query){.db = db, .engine = db->engine, .sql = sql, .parameter = 1};
	q->statement = db->engine->prepare(db, sql, true);
	return q->statement == NULL ? db->engine->failed(db, sql_name(sql), err) : 0;
}

/* ---- values ------------------------------------------------------------------------------ */

void
query_value(struct query *q, const struct db_value *value)
{
	if (!q->failed)
		q->failed = q->engine->bind(q->statement, q->parameter++, value) == -1;
}

void
query_integer(struct query *q, int64_t value)
{
	query_value(q, &(struct db_value){.type = DB_INTEGER, .integer = value});
}

void
query_text(struct query *q, const char *text, size_t length)
{
	query_value(q, &(struct db_value){.type = DB_TEXT, .data = text, .length = length});
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
	query_value(q, &(struct db_value){.type = DB_BLOB, .data = bytes, .length = length});
}

void
query_null(struct query *q)
{
	query_value(q, &(struct db_value){.type = DB_NULL});
}

void
query_optional(struct query *q, bool present, int64_t value)
{
	if (present)
		query_integer(q, value);
	else
		query_null(q);
}

void
query_rows(struct query *q, const struct rowset *rows)
{
	q->engine->bind_rows(q->db, rows);
}

/* ---- steps ------------------------------------------------------------------------------- */

int
query_next(struct query *q, struct error *err)
{
	int rc = q->failed ? -1 : q->engine->step(q->statement);

	return rc == -1 ? q->engine->failed(q->db, sql_name(q->sql), err) : rc;
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
	if (q->statement != NULL)
		q->engine->reset(q->statement);
}

void
query_forget(struct query *q)
{
	if (q->statement != NULL)
		q->engine->forget(q->statement);
	q->statement = NULL;
}

/* ---- what was read ----------------------------------------------------------------------- */

int
query_get(const struct query *q, int column, struct db_value *value, struct error *err)
{
	*value = (struct db_value){.type = q->engine->type(q->statement, column)};
	switch (value->type) {
	case DB_INTEGER:
		value->integer = query_get_integer(q, column);
		return 0;
	case DB_TEXT:
		value->data = query_get_text(q, column);
		value->length = query_get_length(q, column);
		return value->data == NULL ? error_memory(err) : 0;
	case DB_BLOB:
		value->data = query_get_blob(q, column);
		value->length = query_get_length(q, column);
		return value->data == NULL && value->length > 0 ? error_memory(err) : 0;
	default:
		return 0;
	}
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
		    q->engine->type(q->statement, (int)i) != DB_INTEGER)
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
		const struct stored_rule *rule;
		struct db_value value;
		char text[256];

		if ((columns[i] & ~STORED_OR_NULL) == STORED_ANY)
			continue;
		if (query_get(q, (int)i, &value, err) == -1)
			return -1;
		if (stored_column_takes(columns[i], &value))
			continue;
		rule = stored_rule((enum stored)(columns[i] & ~STORED_OR_NULL));
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

/* ---- statements without rows ------------------------------------------------------------- */

int
statement_run(struct database *db, enum sql sql, struct error *err)
{
	struct query q;

	query_begin(&q, db, sql);
	return query_run(&q, err);
}

int
script_run(struct database *db, enum sql sql, struct error *err)
{
	return db->engine->run(db, sql, err);
}

int
rowset_run(struct database *db, const struct rowset *rows, enum sql sql, struct error *err)
{
	struct query q;
	int64_t changed;

	if (rows->count == 0)
		return 0;
	query_begin(&q, db, sql);
	query_rows(&q, rows);
	if (query_run(&q, err) == -1)
		return -1;
	changed = db->engine->changed(db);
	if (changed == (int64_t)rows->count)
		return 0;
	return error_set(err, ERROR_STORAGE, db->path,
	    "internal error: %lld of %zu rows were written, while %s", (long long)changed,
	    rows->count, sql_name(sql));
}
