#ifndef BATCH_DATABASE_SCAN_H
#define BATCH_DATABASE_SCAN_H

#include "buffer.h"
#include "database/database.h"
#include "model/guid.h"

#include <stddef.h>

/* The stores whose files are to be read, and what became of it. */

/* A store. Its texts live until the next one is read, and are NULL where they are not known. */
struct scan_store {
	int64_t id;
	const char *guid;
	const char *machine;
	const char *path;
	const char *short_name; /* of its type */
	const char *key_path;   /* SeparatePrivateKeyFilePath */
	bool approved;
	bool removed;
	bool trust_store;
	const void *password; /* sealed, bound to minus the id; NULL: none */
	size_t password_length;
};

/* Reads all stores, or one, in the order of their ids, a page at a time. */
struct scan_stores;

/* guid NULL: all. A signal in *stop, which may be NULL, ends it. NULL and err. */
struct scan_stores *scan_stores_new(
    struct database *, const char *guid, const volatile sig_atomic_t *stop, struct error *);
/* 1, 0 at the end, -1 and err. */
int scan_stores_next(struct scan_stores *, struct scan_store *, struct error *);
void scan_stores_free(struct scan_stores *); /* NULL is fine */

/* A try to read the file of a store. */
struct scan_try {
	int64_t store;
	int64_t at;       /* milliseconds since 1970 */
	const char *word; /* why it failed; NULL: it succeeded */
	const char *text; /* what is particular about that */
};
int scan_record(struct database *, const struct scan_try *, struct error *);

/*
 * The one known alias of a store: of the one location that holds a certificate or, where none does,
 * of the one location that is known. 1 and the alias, in place of what the buffer has; 0 where
 * there is none, or several; -1 and err.
 */
int scan_known_alias(struct database *, int64_t store, struct buffer *alias, struct error *);

/* After its inventory was merged: no location of the store has a private key that is another's. */
int scan_clear_mismatches(struct database *, int64_t store, struct error *);
/* But this one has. */
int scan_set_mismatch(struct database *, int64_t store, const char *alias, struct error *);

#endif
