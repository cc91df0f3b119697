#ifndef TESTS_SUPPORT_H
#define TESTS_SUPPORT_H

#include "inventory.h"

#include "scratch.h"

#include <sqlite3.h>

/* A small database in the folder that the test stands in. */

/* Makes ./inventory.db and puts rows into it. */
static inline void
support_database(const char *sql)
{
	struct error err = {0};
	sqlite3 *db = NULL;

	ck_assert_msg(inventory_create("inventory.db", &err) == 0, "%s", err.text);
	ck_assert_int_eq(sqlite3_open("inventory.db", &db), SQLITE_OK);
	ck_assert_msg(
	    sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK, "%s", sqlite3_errmsg(db));
	ck_assert_int_eq(sqlite3_close(db), SQLITE_OK);
}

/* Opens it to be read. */
static inline struct inventory *
support_open(void)
{
	struct error err = {0};
	struct inventory *inventory = inventory_open("inventory.db", INVENTORY_READ, &err);

	ck_assert_msg(inventory != NULL, "%s", err.text);
	return inventory;
}

#endif
