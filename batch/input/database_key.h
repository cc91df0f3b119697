#ifndef BATCH_INPUT_DATABASE_KEY_H
#define BATCH_INPUT_DATABASE_KEY_H

#include "crypto/secret.h"
#include "database/database.h"

/* The key that belongs to a database: only it opens the passwords there. */

/* Records the key in a new database. -1 and err. */
int key_bind(const struct secret *, struct database *, struct error *);

/* Whether it is the key of that database; `path` is its file, for err. key_verify(): 0, or -1 and
 * err where it is not. */
enum secret_answer key_match(
    const struct secret *, const char *path, struct database *, struct error *);
int key_verify(const struct secret *, const char *path, struct database *, struct error *);

#endif
