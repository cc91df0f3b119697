#ifndef BATCH_DATABASE_SQL_H
#define BATCH_DATABASE_SQL_H

/*
 * For this room and its engines: every SQL text of the program, by name. They lie beside the C
 * files that use them, in NAME.sql, in blocks that begin with `-- name: verify-rows`; comments
 * follow that line. The makefile makes sql.inc of them. No SQL is ever built from values.
 */
enum sql {
	SQL_NONE,
#define SQL_TEXT(id, name, text) SQL_##id,
#include "sql.inc"
#undef SQL_TEXT
	SQL_COUNT
};

const char *sql_name(enum sql); /* "verify-rows": for messages */
const char *sql_text(enum sql); /* one statement, or several for a script */

#endif
