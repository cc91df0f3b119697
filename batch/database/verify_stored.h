#ifndef BATCH_DATABASE_VERIFY_STORED_H
#define BATCH_DATABASE_VERIFY_STORED_H

#include "database/database.h"
#include "database/schema.h"

#include <stddef.h>

/*
 * For `verify`: every value of every table against what its column may hold, and the schema
 * against ours. Values are read in pages, each a short read.
 */

/* Its texts live until the call that gave it returns. */
struct stored_fault {
	const char *table;
	bool has_id;
	int64_t id;
	int64_t run; /* 0: none */
	const char *text;
};

/* The tables, in the order of the schema. */
size_t verify_stored_tables(void);

/*
 * Calls `take` for each value of a table that is none its column may hold; take returns -1 to end
 * it. 0, or -1 and err.
 */
int verify_stored(struct database *, size_t table,
    int (*take)(void *closure, const struct stored_fault *), void *closure, struct error *);

/* Likewise for each difference of the schema to that which `init` makes. */
int verify_schema_differences(struct database *,
    int (*take)(void *closure, enum schema_kind, const struct stored_fault *), void *closure,
    struct error *);

#endif
