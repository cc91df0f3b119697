#include "database/stage.h"

#include "database/rowset.h"

static const struct statement ROWS_STAGE = {"rows-stage",
    "INSERT INTO temp.staged(store, alias, level, certificate, file, line)"
    " SELECT * FROM temp.rowset_item"};

/* WHERE: else ON would be taken for that of a join. */
static const struct statement STORES_NAME = {"stores-name",
    "INSERT INTO temp.named(store, at, items, file, line, empty_file, empty_line)"
    " SELECT * FROM temp.rowset_named WHERE true ON CONFLICT(store) DO UPDATE SET"
    " file = iif(excluded.at < at, excluded.file, file),"
    " line = iif(excluded.at < at, excluded.line, line),"
    " at = min(at, excluded.at), items = items + excluded.items,"
    " empty_file = coalesce(empty_file, excluded.empty_file),"
    " empty_line = coalesce(empty_line, excluded.empty_line)"};

int
stage_init(struct stage *stage, struct database *db, struct error *err)
{
	stage->row_count = stage->store_count = 0;
	return db_execute(db,
	    "CREATE TEMP TABLE IF NOT EXISTS staged(store INTEGER, alias TEXT, level INTEGER,"
	    " certificate INTEGER, file INTEGER, line INTEGER);"
	    "CREATE TEMP TABLE IF NOT EXISTS named(store INTEGER PRIMARY KEY, at INTEGER,"
	    " items INTEGER, file INTEGER, line INTEGER, empty_file INTEGER,"
	    " empty_line INTEGER)",
	    err);
}

void
stage_release(struct stage *stage, struct database *db)
{
	buffer_release(&stage->aliases);
	(void)db_execute(
	    db, "DROP TABLE IF EXISTS temp.staged; DROP TABLE IF EXISTS temp.named", NULL);
}

/* ---- gathering ----------------------------------------------------------------------------- */

/* The store that the last item named, or a new one behind it. */
static int
find_store(struct stage *stage, struct database *db, const struct inventory_item *item,
    struct stage_store **store, struct error *err)
{
	*store = stage->store_count == 0 ? NULL : &stage->stores[stage->store_count - 1];
	if (*store != NULL && (*store)->store == item->store)
		return 0;
	if (stage->store_count == STAGE_ROWS && stage_flush(stage, db, err) == -1)
		return -1;
	*store = &stage->stores[stage->store_count++];
	**store = (struct stage_store){
	    .store = item->store, .at = INT64_MAX, .file = item->file, .line = item->line};
	return 0;
}

static void
note_item(struct stage_store *store, const struct inventory_item *item, int64_t at)
{
	if (at < store->at) {
		store->at = at;
		store->file = item->file;
		store->line = item->line;
	}
	if (item->alias != NULL) {
		store->items++;
	} else if (!store->empty) {
		store->empty = true;
		store->empty_file = item->file;
		store->empty_line = item->line;
	}
}

int
stage_add(struct stage *stage, struct database *db, const struct inventory_item *item, int64_t at,
    struct error *err)
{
	struct stage_store *store;
	bool full = stage->row_count == STAGE_ROWS ||
		    stage->aliases.length + item->alias_length > STAGE_BYTES;

	if (full && stage_flush(stage, db, err) == -1)
		return -1;
	if (find_store(stage, db, item, &store, err) == -1)
		return -1;
	note_item(store, item, at);
	if (item->alias == NULL)
		return 0;
	stage->rows[stage->row_count++] = (struct stage_row){
	    .item = *item, .alias = stage->aliases.length};
	buffer_add(&stage->aliases, item->alias, item->alias_length);
	return stage->aliases.failed ? error_memory(err) : 0;
}

/* ---- writing ------------------------------------------------------------------------------- */

static void
row_value(sqlite3_context *context, const void *closure, size_t i, int column)
{
	const struct stage *stage = closure;
	const struct stage_row *row = &stage->rows[i];
	const struct inventory_item *item = &row->item;

	switch (column) {
	case 0:
		sqlite3_result_int64(context, item->store);
		break;
	case 1:
		rowset_text(context, stage->aliases.bytes + row->alias, item->alias_length);
		break;
	case 2:
		sqlite3_result_int64(context, item->level);
		break;
	case 3:
		sqlite3_result_int64(context, item->certificate);
		break;
	case 4:
		sqlite3_result_int64(context, (int64_t)item->file);
		break;
	default:
		sqlite3_result_int64(context, (int64_t)item->line);
	}
}

static void
store_value(sqlite3_context *context, const void *closure, size_t i, int column)
{
	const struct stage_store *store = &((const struct stage *)closure)->stores[i];
	const int64_t values[] = {store->store, store->at, store->items, (int64_t)store->file,
	    (int64_t)store->line, (int64_t)store->empty_file, (int64_t)store->empty_line};

	rowset_optional(context, column < 5 || store->empty, values[column]);
}

int
stage_flush(struct stage *stage, struct database *db, struct error *err)
{
	const struct rowset_rows rows = {stage->row_count, row_value, stage};
	const struct rowset_rows stores = {stage->store_count, store_value, stage};

	if (rowset_run(db, ROWSET_ITEM, &rows, &ROWS_STAGE, err) == -1 ||
	    rowset_run(db, ROWSET_NAMED, &stores, &STORES_NAME, err) == -1)
		return -1;
	stage->row_count = stage->store_count = 0;
	buffer_clear(&stage->aliases);
	return 0;
}
