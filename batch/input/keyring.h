#ifndef BATCH_INPUT_KEYRING_H
#define BATCH_INPUT_KEYRING_H

#include "crypto/seal.h"
#include "database/database.h"
#include "program/context.h"

/*
 * The keys of a database: that of its key file, and the data keys that are sealed with it. A key
 * that a `rekey` replaces meanwhile is followed.
 */
struct keyring;

/* The key file that the context names. */
struct secret_file key_file_of(const struct context *);

/* Records the key of a database. -1 and err. And whether it is that: SECRET_REFUSED where not. */
int key_bind(const struct secret *, struct database *, struct error *);
enum secret_answer key_is_bound(const struct secret *, struct database *, struct error *);

/*
 * Before a `rekey` writes a key file it records the key in the database, so that the next one knows
 * the file for its own. -1 and err; whether it is the key that was announced last: SECRET_REFUSED
 * where it is not.
 */
int key_announce(const struct secret *, struct database *, struct error *);
enum secret_answer key_is_announced(const struct secret *, struct database *, struct error *);

/* The name beside the key file under which `rekey` makes a new one, wherever links lead. Allocated;
 * NULL: no memory. */
char *key_new_name(const char *path);

/*
 * Opens the key file, or the new one beside it that a `rekey` which was cut off has left, whichever
 * is that of the database. Refused: neither is; *is_other: the file is the key of another database.
 */
enum secret_answer keyring_try(const struct secret_file *, struct database *, struct keyring **,
    bool *is_other, struct error *);
/* NULL and err unless it is good. */
struct keyring *keyring_open(const struct context *, struct database *, struct error *);
void keyring_close(struct keyring *); /* NULL is fine */

/* Whether its key is that of the new file, so that the `rekey` is to be finished. */
bool keyring_is_new(const struct keyring *);
/* The key itself, borrowed. */
const struct secret *keyring_key(const struct keyring *);
/* The id of the database, SEAL_DATABASE_SIZE bytes, borrowed. */
const unsigned char *keyring_database(const struct keyring *);

#define KEYRING_STORES 0 /* the owner of the data key of stores; that of rows is their run */

/* Has the data key of the owner ready to seal with: that of the database, or a new one. 0, or -1
 * and err. */
int keyring_prepare(struct keyring *, int64_t owner, struct error *);
/* Writes a data key that is new, in the caller's transaction. 0, or -1 and err. */
int keyring_keep(struct keyring *, struct error *);

/* Seals a password of the owner that was prepared last of its kind: `sealed` has room for
 * SEAL_OVERHEAD bytes more. It may be called in any thread, in one at a time. -1 and err. */
int keyring_seal(const struct keyring *, enum seal_field, int64_t row, struct seal_bytes text,
    unsigned char *sealed, struct error *);

/* Whether the key opens a sealed data key; its row is the owner. */
struct sealed_value;
enum secret_answer keyring_opens_data_key(
    const struct keyring *, const struct sealed_value *, struct error *);

/* A sealed password, and the row it is of. */
struct keyring_value {
	enum seal_field field;
	int64_t row;
	struct seal_bytes sealed;
};
/* As seal_open() and seal_holds(), with the data key of the database. */
enum secret_answer keyring_unseal(
    struct keyring *, const struct keyring_value *, char *text, struct error *);
enum secret_answer keyring_holds(
    struct keyring *, const struct keyring_value *, struct seal_bytes text, struct error *);

#endif
