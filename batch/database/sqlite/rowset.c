#include "database/sqlite/sqlite_private.h"

#include <stdlib.h>

/* An eponymous virtual table (SQLite's "The Virtual Table Mechanism", 2.1.2). */
struct rowset_vtab {
	sqlite3_vtab base;
	const struct sqlite_rows *rows;
};

struct rowset_cursor {
	sqlite3_vtab_cursor base;
	const struct rowset_table *table;
	size_t row;
	const char *at; /* that row */
	size_t count;
};

/* "CREATE TABLE x (id, slot)" */
static int
rowset_declare(sqlite3 *handle, const struct rowset_table *table)
{
	struct buffer sql = {0};
	int rc = SQLITE_NOMEM;

	buffer_add_string(&sql, "CREATE TABLE x (");
	for (int i = 0; i < table->column_count; i++)
		buffer_addf(&sql, "%s%s", i == 0 ? "" : ", ", table->columns[i].name);
	buffer_add_string(&sql, ")");
	if (!sql.failed)
		rc = sqlite3_declare_vtab(handle, sql.bytes);
	buffer_release(&sql);
	return rc;
}

static int
rowset_connect(sqlite3 *handle, void *rows, int argc, const char *const *argv, sqlite3_vtab **vtab,
    char **message)
{
	struct rowset_vtab *made;
	int rc = rowset_declare(handle, ((const struct sqlite_rows *)rows)->table);

	(void)argc;
	(void)argv;
	(void)message;
	if (rc != SQLITE_OK)
		return rc;
	made = calloc(1, sizeof(*made));
	if (made == NULL)
		return SQLITE_NOMEM;
	made->rows = rows;
	*vtab = &made->base;
	return SQLITE_OK;
}

static int
rowset_disconnect(sqlite3_vtab *table)
{
	free(table);
	return SQLITE_OK;
}

/* There is one way to read it: from the first row to the last. */
static int
rowset_best_index(sqlite3_vtab *table, sqlite3_index_info *info)
{
	(void)table;
	info->estimatedCost = 1000;
	info->estimatedRows = 1000;
	return SQLITE_OK;
}

static int
rowset_open(sqlite3_vtab *table, sqlite3_vtab_cursor **cursor)
{
	struct rowset_cursor *made = calloc(1, sizeof(*made));

	(void)table;
	if (made == NULL)
		return SQLITE_NOMEM;
	*cursor = &made->base;
	return SQLITE_OK;
}

static int
rowset_close(sqlite3_vtab_cursor *cursor)
{
	free(cursor);
	return SQLITE_OK;
}

static int
rowset_filter(
    sqlite3_vtab_cursor *cursor, int plan, const char *text, int argc, sqlite3_value **argv)
{
	struct rowset_cursor *opened = (struct rowset_cursor *)cursor;
	const struct sqlite_rows *rows = ((const struct rowset_vtab *)cursor->pVtab)->rows;

	(void)plan;
	(void)text;
	(void)argc;
	(void)argv;
	opened->table = rows->table;
	opened->row = 0;
	opened->at = rows->rows.rows;
	opened->count = rows->rows.count;
	return SQLITE_OK;
}

static int
rowset_next(sqlite3_vtab_cursor *cursor)
{
	struct rowset_cursor *opened = (struct rowset_cursor *)cursor;

	opened->row++;
	opened->at += opened->table->row_size;
	return SQLITE_OK;
}

static int
rowset_eof(sqlite3_vtab_cursor *cursor)
{
	const struct rowset_cursor *opened = (const struct rowset_cursor *)cursor;

	return opened->row >= opened->count;
}

static void
rowset_bytes(sqlite3_context *context, enum rowset_type type, const struct rowset_bytes *bytes)
{
	if (type == ROWSET_TEXT)
		sqlite3_result_text64(
		    context, bytes->data, bytes->length, SQLITE_STATIC, SQLITE_UTF8);
	else if (bytes->length == 0)
		sqlite3_result_null(context);
	else
		sqlite3_result_blob64(context, bytes->data, bytes->length, SQLITE_STATIC);
}

static int
rowset_column(sqlite3_vtab_cursor *cursor, sqlite3_context *context, int number)
{
	const struct rowset_cursor *opened = (const struct rowset_cursor *)cursor;
	const struct rowset_column *column = &opened->table->columns[number];
	const char *value = opened->at + column->offset;
	const char *string;

	switch (column->type) {
	case ROWSET_INTEGER:
		if (*(const int64_t *)value == ROWSET_NULL)
			sqlite3_result_null(context);
		else
			sqlite3_result_int64(context, *(const int64_t *)value);
		break;
	case ROWSET_STRING:
		string = *(const char *const *)value;
		if (string == NULL)
			sqlite3_result_null(context);
		else
			sqlite3_result_text(context, string, -1, SQLITE_STATIC);
		break;
	case ROWSET_TEXT:
	case ROWSET_BLOB:
		rowset_bytes(context, column->type, (const struct rowset_bytes *)value);
		break;
	}
	return SQLITE_OK;
}

static int
rowset_rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *id)
{
	*id = (sqlite3_int64)((struct rowset_cursor *)cursor)->row;
	return SQLITE_OK;
}

static const sqlite3_module module = {
    .xConnect = rowset_connect,
    .xBestIndex = rowset_best_index,
    .xDisconnect = rowset_disconnect,
    .xOpen = rowset_open,
    .xClose = rowset_close,
    .xFilter = rowset_filter,
    .xNext = rowset_next,
    .xEof = rowset_eof,
    .xColumn = rowset_column,
    .xRowid = rowset_rowid,
};

int
sqlite_rowsets(struct sqlite *sqlite)
{
	for (int i = 0; i < ROWSET_KINDS; i++) {
		struct sqlite_rows *rows = &sqlite->rows[i];
		int rc;

		rows->table = rowset_table((enum rowset_kind)i);
		rc = sqlite3_create_module(sqlite->handle, rows->table->name, &module, rows);
		if (rc != SQLITE_OK)
			return rc;
	}
	return SQLITE_OK;
}

void
sqlite_bind_rows(struct database *db, const struct rowset *rows)
{
	sqlite_of(db)->rows[rows->kind].rows = *rows;
}
