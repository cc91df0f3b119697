#ifndef TESTS_DATABASE_H
#define TESTS_DATABASE_H

#include "database/sqlite/sqlite_private.h"
#include "database/statement_private.h"

#include "scratch.h"

/* A database in a scratch folder. Included by the suites of the inventory. */

static char folder[64];

static inline void
enter(void)
{
	scratch_enter(folder);
}

static inline void
leave(void)
{
	scratch_leave(folder);
}

static inline void
assert_error(const struct error *err, enum error_code code, const char *file, const char *text)
{
	ck_assert_str_eq(err->text, text);
	ck_assert_int_eq(err->code, code);
	ck_assert_str_eq(err->file, file);
	ck_assert_uint_eq(err->line, 0);
}

static inline void
create(void)
{
	struct error err = {0};

	ck_assert_msg(db_create("inventory.db", &err) == 0, "%s", err.text);
}

static inline struct database *
open_good(enum db_mode mode)
{
	struct error err = {0};
	struct database *db = db_open("inventory.db", mode, &err);

	ck_assert_msg(db != NULL, "%s", err.text);
	return db;
}

/* SQL that does not come from the program. */
static inline void
tamper(const char *sql)
{
	sqlite3 *db = NULL;

	ck_assert_int_eq(sqlite3_open("inventory.db", &db), SQLITE_OK);
	ck_assert_int_eq(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	ck_assert_int_eq(sqlite3_close(db), SQLITE_OK);
}

static inline int64_t
ask(struct database *db, const char *sql)
{
	sqlite3_stmt *statement = NULL;
	int64_t value;

	ck_assert_msg(
	    sqlite3_prepare_v2(sqlite_of(db)->handle, sql, -1, &statement, NULL) == SQLITE_OK, "%s",
	    sqlite3_errmsg(sqlite_of(db)->handle));
	ck_assert_int_eq(sqlite3_step(statement), SQLITE_ROW);
	value = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return value;
}

static inline void
set(struct database *db, const char *name, const char *value)
{
	struct error err = {0};

	ck_assert_msg(db_set(db, name, value, (int)strlen(value), &err) == 0, "%s", err.text);
}

/* A setting as text; "" when there is none. Static: until the next call. */
static inline const char *
get(struct database *db, const char *name)
{
	static char value[64];
	struct error err = {0};
	int length = db_setting(db, name, value, sizeof(value) - 1, &err);

	ck_assert_msg(length >= 0, "%s", err.text);
	value[length] = '\0';
	return value;
}

#endif
