#ifndef BATCH_SECRET_H
#define BATCH_SECRET_H

#include "inventory.h"

#include <stddef.h>

/*
 * The key file and the sealing of passwords with AES-256-GCM (NIST SP 800-38D). A key is 32
 * random bytes; its file is one line `pfxreplace-key-1 HEX`, mode 0600.
 */
struct secret; /* a key in memory that is not swapped, not dumped, and wiped when freed */

#define SECRET_OVERHEAD 29 /* bytes by which a sealed password is longer: version, nonce, tag */

/* Makes a key file; refuses one that exists. -1 and err (ERROR_STORAGE). */
int secret_create(const char *path, struct error *);

/* NULL and err: not there, readable by others, not a key file. */
struct secret *secret_open(const char *path, struct error *);
void secret_close(struct secret *); /* NULL is fine */

/* Records in a new database which key it goes with; later, verifies it. -1 and err. */
int secret_bind(const struct secret *, struct inventory *, struct error *);
int secret_verify(const struct secret *, const char *path, struct inventory *, struct error *);

/*
 * Seals `length` bytes for the request of this id, which it is bound to: sealed must hold
 * length + SECRET_OVERHEAD bytes. Opens likewise into `length - SECRET_OVERHEAD` bytes; -1 when
 * it was not sealed with this key for this request.
 */
int secret_seal(const struct secret *, int64_t request, const char *password, size_t length,
    unsigned char *sealed, struct error *);
int secret_unseal(const struct secret *, int64_t request, const unsigned char *sealed,
    size_t length, char *password, struct error *);

#endif
