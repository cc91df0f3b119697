#ifndef BATCH_DATABASE_SEALED_H
#define BATCH_DATABASE_SEALED_H

#include "database/database.h"

#include <stddef.h>

/* What is sealed in the database, for those who have its key: data keys, and passwords. */

/* A sealed value of a row; its bytes live until the next call. */
struct sealed_value {
	int64_t row;
	const void *bytes;
	size_t length;
};

/* The data key of a run, or of stores (0): 1; 0 where there is none; -1 and err. `take` is called
 * with it. */
int db_data_key(struct database *, int64_t owner,
    int (*take)(void *closure, const struct sealed_value *, struct error *), void *closure,
    struct error *);
/* Keeps it, in the caller's transaction. */
int db_data_key_put(
    struct database *, int64_t owner, const void *bytes, size_t length, struct error *);

/*
 * Replaces sealed values, in the caller's transaction: of each one in turn `change` makes *to,
 * which is its own until its next call, or leaves it as it is (to->length 0). 0, or -1 and err,
 * also where change() returned -1.
 */
enum sealed_kind {
	SEALED_DATA_KEYS,
	SEALED_OLD_REQUESTS, /* passwords of rows that earlier versions have sealed */
	SEALED_OLD_STORES,   /* likewise of stores */
	SEALED_KINDS
};
int db_sealed_change(struct database *, enum sealed_kind,
    int (*change)(
	void *closure, const struct sealed_value *, struct sealed_value *to, struct error *),
    void *closure, struct error *);

#endif
