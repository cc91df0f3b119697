#include "database/sqlite/sqlite_private.h"

#include "database/sqlite/network.h"

#define PROGRESS_STEPS 100000 /* of SQLite's machine, between two looks at the signals */

static void
engine_start(void)
{
	/* We never ask how much memory SQLite uses; counting takes a lock at each allocation. */
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static int
engine_look_at_signals(void *closure)
{
	const struct database *db = closure;

	return db->stop != NULL && *db->stop != 0;
}

static int
engine_set(struct database *db, enum engine_setting setting, int value, struct error *err)
{
	char sql[64] = "";

	switch (setting) {
	case ENGINE_CACHE:
		snprintf(sql, sizeof(sql), "PRAGMA main.cache_size = -%d", value);
		break;
	case ENGINE_SORT_CACHE:
		snprintf(sql, sizeof(sql), "PRAGMA temp.cache_size = -%d", value);
		break;
	case ENGINE_HOLD:
		snprintf(sql, sizeof(sql), "PRAGMA cache_spill = %s", value == 0 ? "ON" : "OFF");
		break;
	case ENGINE_REFERENCES:
		snprintf(sql, sizeof(sql), "PRAGMA foreign_keys = %s", value == 0 ? "OFF" : "ON");
		break;
	case ENGINE_DOUBT:
		snprintf(
		    sql, sizeof(sql), "PRAGMA cell_size_check = %s", value == 0 ? "OFF" : "ON");
		break;
	case ENGINE_STOPPABLE:
		sqlite3_progress_handler(sqlite_of(db)->handle, value == 0 ? 0 : PROGRESS_STEPS,
		    value == 0 ? NULL : engine_look_at_signals, db);
		return 0;
	}
	return sqlite_execute(db, sql, err);
}

static int
engine_run(struct database *db, enum sql script, struct error *err)
{
	if (sqlite3_exec(sqlite_of(db)->handle, sql_text(script), NULL, NULL, NULL) != SQLITE_OK)
		return sqlite_failed(db, sql_name(script), err);
	return 0;
}

static int
engine_compare(struct database *db, int (*take)(void *, const struct schema_difference *),
    void *closure, struct error *err)
{
	int rc = sqlite_compare_schema(sqlite_of(db)->handle, take, closure, err);

	return rc == 1 ? sqlite_failed(db, sql_name(SQL_SCHEMA_OBJECTS), err) : rc;
}

const struct engine engine_sqlite = {
    .start = engine_start,
    .probe = sqlite_probe,
    .create = sqlite_create,
    .network = network_of,
    .lock = sqlite_lock,
    .lock_set = sqlite_lock_set,
    .unlock = sqlite_unlock,
    .open = sqlite_open,
    .close = sqlite_close,
    .set = engine_set,
    .begin = sqlite_begin,
    .commit = sqlite_commit,
    .rollback = sqlite_rollback,
    .yield = sqlite_yield,
    .run = engine_run,
    .prepare = sqlite_prepare,
    .forget = sqlite_forget,
    .bind = sqlite_bind,
    .bind_rows = sqlite_bind_rows,
    .step = sqlite_step,
    .reset = sqlite_reset,
    .columns = sqlite_columns,
    .type = sqlite_type,
    .integer = sqlite_integer,
    .text = sqlite_text,
    .blob = sqlite_blob,
    .length = sqlite_length,
    .changed = sqlite_changed,
    .last_id = sqlite_last_id,
    .failed = sqlite_failed,
    .compare = engine_compare,
    .damage = sqlite_damage,
    .backup = sqlite_backup,
};
