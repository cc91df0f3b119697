#ifndef BATCH_DATABASE_SCHEMA_H
#define BATCH_DATABASE_SCHEMA_H

#include "database/statement.h"
#include "database/verify_stored.h"

/*
 * For this room alone: the schema of a database beside that which its migrations make in an
 * empty one. What SQLite itself adds (the indexes of UNIQUE, the tables of ANALYZE) is no
 * difference.
 */

/*
 * Makes a connection run nothing that somebody added to the schema: triggers and views, functions
 * with a side effect in an index or a check. Nor can it write the schema but by statements. Before
 * its first statement.
 */
void schema_distrust(sqlite3 *);

/* Its texts live until the call that gave it returns. */
struct schema_difference {
	enum schema_kind kind;
	const char *type; /* "table", "index", "trigger", "view" */
	const char *name;
	const char *table; /* to which it belongs; of a table its own name */
};

/* Calls `take` for each difference, by name, until it does not return 0. 0, or -1 and err. */
int schema_compare(struct database *, int (*take)(void *closure, const struct schema_difference *),
    void *closure, struct error *);

/* "trigger spy on table job is none of ours": appended, at most size - 1 bytes. */
void schema_describe(const struct schema_difference *, char *text, size_t size);

/* Describes the first difference. False when there is none, or none can be found. */
bool schema_first_difference(struct database *, char *text, size_t size);

#endif
