#include "database/sqlite/sqlite_private.h"

void *
sqlite_prepare(struct database *db, enum sql sql, bool own)
{
	struct sqlite *sqlite = sqlite_of(db);
	sqlite3_stmt *statement = NULL;
	unsigned int flags = own ? 0 : SQLITE_PREPARE_PERSISTENT;

	if (!own && sqlite->prepared[sql] != NULL)
		return sqlite->prepared[sql];
	if (sqlite3_prepare_v3(sqlite->handle, sql_text(sql), -1, flags, &statement, NULL) !=
	    SQLITE_OK)
		return NULL;
	if (!own)
		sqlite->prepared[sql] = statement;
	return statement;
}

void
sqlite_forget(void *statement)
{
	sqlite3_finalize(statement);
}

void
sqlite_release_statements(struct sqlite *sqlite)
{
	for (int i = 0; i < SQL_COUNT; i++)
		sqlite3_finalize(sqlite->prepared[i]);
}

int
sqlite_bind(void *statement, int parameter, const struct db_value *value)
{
	int rc = SQLITE_OK;

	switch (value->type) {
	case DB_INTEGER:
		rc = sqlite3_bind_int64(statement, parameter, value->integer);
		break;
	case DB_TEXT:
		rc = sqlite3_bind_text64(
		    statement, parameter, value->data, value->length, SQLITE_STATIC, SQLITE_UTF8);
		break;
	case DB_BLOB:
		rc = sqlite3_bind_blob64(
		    statement, parameter, value->data, value->length, SQLITE_STATIC);
		break;
	case DB_NULL:
	case DB_REAL: /* no table of ours has one */
		rc = sqlite3_bind_null(statement, parameter);
		break;
	}
	return rc == SQLITE_OK ? 0 : -1;
}

int
sqlite_step(void *statement)
{
	int rc = sqlite3_step(statement);

	if (rc == SQLITE_ROW)
		return 1;
	return rc == SQLITE_DONE ? 0 : -1;
}

void
sqlite_reset(void *statement)
{
	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
}

int
sqlite_columns(void *statement)
{
	return sqlite3_column_count(statement);
}

enum db_type
sqlite_type(void *statement, int column)
{
	switch (sqlite3_column_type(statement, column)) {
	case SQLITE_INTEGER:
		return DB_INTEGER;
	case SQLITE_FLOAT:
		return DB_REAL;
	case SQLITE_TEXT:
		return DB_TEXT;
	case SQLITE_BLOB:
		return DB_BLOB;
	default:
		return DB_NULL;
	}
}

int64_t
sqlite_integer(void *statement, int column)
{
	return sqlite3_column_int64(statement, column);
}

const char *
sqlite_text(void *statement, int column)
{
	return (const char *)sqlite3_column_text(statement, column);
}

const void *
sqlite_blob(void *statement, int column)
{
	return sqlite3_column_blob(statement, column);
}

size_t
sqlite_length(void *statement, int column)
{
	return (size_t)sqlite3_column_bytes(statement, column);
}

int64_t
sqlite_changed(struct database *db)
{
	return sqlite3_changes64(sqlite_of(db)->handle);
}

int64_t
sqlite_last_id(struct database *db)
{
	return sqlite3_last_insert_rowid(sqlite_of(db)->handle);
}
