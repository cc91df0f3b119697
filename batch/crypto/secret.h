#ifndef BATCH_SECRET_H
#define BATCH_SECRET_H

#include "error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The key file and the sealing of passwords with AES-256-GCM (NIST SP 800-38D). A key is 32
 * random bytes; its file is one line `pfxreplace-key-1 HEX`, mode 0600. It may have several names:
 * it is only read.
 */
struct secret; /* a key in memory that is not swapped, not dumped, and wiped when freed */

#define SECRET_OVERHEAD 29 /* bytes by which a sealed password is longer: version, nonce, tag */

/* Makes a key file; refuses one that exists. -1 and err (ERROR_STORAGE). */
int secret_create(const char *path, struct error *);

/* Whether a file holds a key, or the beginning of one, or what was never written: as a killed
 * secret_create() or a power cut leaves it. */
bool secret_begins(int fd);

/*
 * How a look at a key ends, or at what was sealed with it. Where memory or a disk failed it could
 * not be looked at, which says nothing against the key. err is filled unless it is good.
 */
enum secret_answer { SECRET_FAILED = -1, SECRET_GOOD, SECRET_REFUSED };

/* Refused: not there, not to be opened, not a regular file, readable by others, not a key file.
 * Else *opened is to be closed. */
enum secret_answer secret_try(const char *path, struct secret **opened, struct error *);
struct secret *secret_open(const char *path, struct error *); /* likewise; NULL and err */
void secret_close(struct secret *);                           /* NULL is fine */

/* Whether the file begins as a key file does. */
bool secret_is_key(const char *path);

/* Bytes that tell one key from another and nothing about it: a database has those of its key. */
#define SECRET_CHECK_SIZE 16
int secret_check(const struct secret *, unsigned char check[SECRET_CHECK_SIZE], struct error *);

/* Whether these bytes are the key's own. The path is that of the key, for the message. */
enum secret_answer secret_compare(const struct secret *, const char *path,
    const unsigned char *check, size_t length, struct error *);

/*
 * Seals `length` bytes for the request of this id, which it is bound to: sealed must hold
 * length + SECRET_OVERHEAD bytes; -1 and err. Opens likewise into `length - SECRET_OVERHEAD`
 * bytes, all zero unless it was good; refused: not sealed with this key for this request.
 */
int secret_seal(const struct secret *, int64_t request, const char *password, size_t length,
    unsigned char *sealed, struct error *);
enum secret_answer secret_unseal(const struct secret *, int64_t request,
    const unsigned char *sealed, size_t length, char *password, struct error *);

#endif
