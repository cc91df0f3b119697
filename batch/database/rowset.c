#include "database/rowset.h"

#include <stdlib.h>

struct rowset_table {
	const char *declaration;
	struct rowset_rows rows; /* changed by rowset_begin() */
};

/* An eponymous virtual table (SQLite's "The Virtual Table Mechanism", 2.1.2). */
struct rowset_vtab {
	sqlite3_vtab base;
	const struct rowset_table *table;
};

struct rowset_cursor {
	sqlite3_vtab_cursor base;
	size_t row;
};

static const struct {
	const char *table;
	const char *declaration;
} rowsets[ROWSET_COUNT] = {
#define ROWSET_ENTRY(name, table, columns) {table, "CREATE TABLE x (" columns ")"},
    ROWSET_LIST(ROWSET_ENTRY)
#undef ROWSET_ENTRY
};

static const struct rowset_rows *
rows_of(const sqlite3_vtab_cursor *cursor)
{
	return &((const struct rowset_vtab *)cursor->pVtab)->table->rows;
}

static int
rowset_connect(sqlite3 *db, void *table, int argc, const char *const *argv, sqlite3_vtab **vtab,
    char **message)
{
	struct rowset_vtab *made;
	int rc = sqlite3_declare_vtab(db, ((const struct rowset_table *)table)->declaration);

	(void)argc;
	(void)argv;
	(void)message;
	if (rc != SQLITE_OK)
		return rc;
	made = calloc(1, sizeof(*made));
	if (made == NULL)
		return SQLITE_NOMEM;
	made->table = table;
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
	(void)plan;
	(void)text;
	(void)argc;
	(void)argv;
	((struct rowset_cursor *)cursor)->row = 0;
	return SQLITE_OK;
}

static int
rowset_next(sqlite3_vtab_cursor *cursor)
{
	((struct rowset_cursor *)cursor)->row++;
	return SQLITE_OK;
}

static int
rowset_eof(sqlite3_vtab_cursor *cursor)
{
	return ((struct rowset_cursor *)cursor)->row >= rows_of(cursor)->count;
}

static int
rowset_column(sqlite3_vtab_cursor *cursor, sqlite3_context *context, int column)
{
	const struct rowset_rows *rows = rows_of(cursor);

	rows->value(context, rows->closure, ((struct rowset_cursor *)cursor)->row, column);
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
rowsets_init(struct database *db, struct error *err)
{
	db->rowsets = calloc(ROWSET_COUNT, sizeof(*db->rowsets));
	if (db->rowsets == NULL)
		return error_memory(err);
	for (int i = 0; i < ROWSET_COUNT; i++) {
		db->rowsets[i].declaration = rowsets[i].declaration;
		if (sqlite3_create_module(db->handle, rowsets[i].table, &module, &db->rowsets[i]) !=
		    SQLITE_OK)
			return db_failed(db, "opening the database", err);
	}
	return 0;
}

void
rowsets_release(struct database *db)
{
	free(db->rowsets);
	db->rowsets = NULL;
}

void
rowset_begin(struct query *q, struct database *db, enum rowset rowset,
    const struct rowset_rows *rows, const struct statement *statement)
{
	db->rowsets[rowset].rows = *rows;
	query_begin(q, db, statement);
}

int
rowset_run(struct database *db, enum rowset rowset, const struct rowset_rows *rows,
    const struct statement *statement, struct error *err)
{
	struct query q;

	if (rows->count == 0)
		return 0;
	rowset_begin(&q, db, rowset, rows, statement);
	if (query_run(&q, err) == -1)
		return -1;
	if (sqlite3_changes64(db->handle) == (sqlite3_int64)rows->count)
		return 0;
	return error_set(err, ERROR_STORAGE, db->path,
	    "internal error: %lld of %zu rows were written, while %s",
	    (long long)sqlite3_changes64(db->handle), rows->count, statement->name);
}

void
rowset_optional(sqlite3_context *context, bool present, int64_t value)
{
	if (present)
		sqlite3_result_int64(context, value);
	else
		sqlite3_result_null(context);
}

void
rowset_string(sqlite3_context *context, const char *text)
{
	if (text == NULL)
		sqlite3_result_null(context);
	else
		sqlite3_result_text(context, text, -1, SQLITE_STATIC);
}

void
rowset_text(sqlite3_context *context, const char *text, size_t length)
{
	sqlite3_result_text64(context, text, length, SQLITE_STATIC, SQLITE_UTF8);
}

void
rowset_bytes(sqlite3_context *context, const unsigned char *bytes, size_t length)
{
	if (length == 0)
		sqlite3_result_null(context);
	else
		sqlite3_result_blob64(context, bytes, length, SQLITE_STATIC);
}
