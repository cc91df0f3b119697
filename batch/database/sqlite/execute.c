#include "database/sqlite/sqlite_private.h"

int
sqlite_execute(struct database *db, const char *sql, struct error *err)
{
	if (sqlite3_exec(sqlite_of(db)->handle, sql, NULL, NULL, NULL) != SQLITE_OK)
		return sqlite_failed(db, sql, err);
	return 0;
}

int
sqlite_pragma(struct database *db, const char *sql, int *value, struct error *err)
{
	sqlite3_stmt *statement = NULL;
	int rc = -1;

	if (sqlite3_prepare_v2(sqlite_of(db)->handle, sql, -1, &statement, NULL) == SQLITE_OK &&
	    sqlite3_step(statement) == SQLITE_ROW) {
		*value = sqlite3_column_int(statement, 0);
		rc = 0;
	} else {
		sqlite_failed(db, "opening the database", err);
	}
	sqlite3_finalize(statement);
	return rc;
}
