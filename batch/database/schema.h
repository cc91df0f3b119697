#ifndef BATCH_DATABASE_SCHEMA_H
#define BATCH_DATABASE_SCHEMA_H

#include <stddef.h>

/* How the schema of a database differs from the one that `init` makes. */

enum schema_kind { SCHEMA_FOREIGN, SCHEMA_MISSING, SCHEMA_CHANGED };

/* Its texts live until the call that gave it returns. */
struct schema_difference {
	enum schema_kind kind;
	const char *type; /* "table", "index", "trigger", "view" */
	const char *name;
	const char *table; /* to which it belongs; of a table its own name */
};

/* "trigger spy on table job is none of ours": at most size - 1 bytes. */
void schema_describe(const struct schema_difference *, char *text, size_t size);

#endif
