#include "database/rowset.h"

#include <stdlib.h>

struct feed_table {
	const char *declaration;
	struct feed_rows rows; /* changed by feed_begin() */
};

/* An eponymous virtual table (SQLite's "The Virtual Table Mechanism", 2.1.2). */
struct feed_vtab {
	sqlite3_vtab base;
	const struct feed_table *table;
};

struct feed_cursor {
	sqlite3_vtab_cursor base;
	size_t row;
};

static const struct {
	const char *table;
	const char *declaration;
} feeds[FEED_COUNT] = {
#define FEED_ENTRY(name, table, columns) {table, "CREATE TABLE x (" columns ")"},
    FEED_LIST(FEED_ENTRY)
#undef FEED_ENTRY
};

static const struct feed_rows *
rows_of(const sqlite3_vtab_cursor *cursor)
{
	return &((const struct feed_vtab *)cursor->pVtab)->table->rows;
}

static int
feed_connect(sqlite3 *db, void *table, int argc, const char *const *argv, sqlite3_vtab **vtab,
    char **message)
{
	struct feed_vtab *made;
	int rc = sqlite3_declare_vtab(db, ((const struct feed_table *)table)->declaration);

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
feed_disconnect(sqlite3_vtab *table)
{
	free(table);
	return SQLITE_OK;
}

/* There is one way to read it: from the first row to the last. */
static int
feed_best_index(sqlite3_vtab *table, sqlite3_index_info *info)
{
	(void)table;
	info->estimatedCost = 1000;
	info->estimatedRows = 1000;
	return SQLITE_OK;
}

static int
feed_open(sqlite3_vtab *table, sqlite3_vtab_cursor **cursor)
{
	struct feed_cursor *made = calloc(1, sizeof(*made));

	(void)table;
	if (made == NULL)
		return SQLITE_NOMEM;
	*cursor = &made->base;
	return SQLITE_OK;
}

static int
feed_close(sqlite3_vtab_cursor *cursor)
{
	free(cursor);
	return SQLITE_OK;
}

static int
feed_filter(sqlite3_vtab_cursor *cursor, int plan, const char *text, int argc, sqlite3_value **argv)
{
	(void)plan;
	(void)text;
	(void)argc;
	(void)argv;
	((struct feed_cursor *)cursor)->row = 0;
	return SQLITE_OK;
}

static int
feed_next(sqlite3_vtab_cursor *cursor)
{
	((struct feed_cursor *)cursor)->row++;
	return SQLITE_OK;
}

static int
feed_eof(sqlite3_vtab_cursor *cursor)
{
	return ((struct feed_cursor *)cursor)->row >= rows_of(cursor)->count;
}

static int
feed_column(sqlite3_vtab_cursor *cursor, sqlite3_context *context, int column)
{
	const struct feed_rows *rows = rows_of(cursor);

	rows->value(context, rows->closure, ((struct feed_cursor *)cursor)->row, column);
	return SQLITE_OK;
}

static int
feed_rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *id)
{
	*id = (sqlite3_int64)((struct feed_cursor *)cursor)->row;
	return SQLITE_OK;
}

static const sqlite3_module module = {
    .xConnect = feed_connect,
    .xBestIndex = feed_best_index,
    .xDisconnect = feed_disconnect,
    .xOpen = feed_open,
    .xClose = feed_close,
    .xFilter = feed_filter,
    .xNext = feed_next,
    .xEof = feed_eof,
    .xColumn = feed_column,
    .xRowid = feed_rowid,
};

int
feeds_init(struct inventory *inventory, struct error *err)
{
	inventory->feeds = calloc(FEED_COUNT, sizeof(*inventory->feeds));
	if (inventory->feeds == NULL)
		return error_memory(err);
	for (int i = 0; i < FEED_COUNT; i++) {
		inventory->feeds[i].declaration = feeds[i].declaration;
		if (sqlite3_create_module(
			inventory->db, feeds[i].table, &module, &inventory->feeds[i]) != SQLITE_OK)
			return inventory_failed(inventory, "opening the database", err);
	}
	return 0;
}

void
feeds_release(struct inventory *inventory)
{
	free(inventory->feeds);
	inventory->feeds = NULL;
}

void
feed_begin(struct query *q, struct inventory *inventory, enum feed feed,
    const struct feed_rows *rows, const struct statement *statement)
{
	inventory->feeds[feed].rows = *rows;
	query_begin(q, inventory, statement);
}

int
feed_run(struct inventory *inventory, enum feed feed, const struct feed_rows *rows,
    const struct statement *statement, struct error *err)
{
	struct query q;

	if (rows->count == 0)
		return 0;
	feed_begin(&q, inventory, feed, rows, statement);
	if (query_run(&q, err) == -1)
		return -1;
	if (sqlite3_changes64(inventory->db) == (sqlite3_int64)rows->count)
		return 0;
	return error_set(err, ERROR_STORAGE, inventory->path, 0, NULL,
	    "internal error: %lld of %zu rows were written, while %s",
	    (long long)sqlite3_changes64(inventory->db), rows->count, statement->name);
}

void
feed_optional(sqlite3_context *context, bool present, int64_t value)
{
	if (present)
		sqlite3_result_int64(context, value);
	else
		sqlite3_result_null(context);
}

void
feed_string(sqlite3_context *context, const char *text)
{
	if (text == NULL)
		sqlite3_result_null(context);
	else
		sqlite3_result_text(context, text, -1, SQLITE_STATIC);
}

void
feed_text(sqlite3_context *context, const char *text, size_t length)
{
	sqlite3_result_text64(context, text, length, SQLITE_STATIC, SQLITE_UTF8);
}

void
feed_bytes(sqlite3_context *context, const unsigned char *bytes, size_t length)
{
	if (length == 0)
		sqlite3_result_null(context);
	else
		sqlite3_result_blob64(context, bytes, length, SQLITE_STATIC);
}
