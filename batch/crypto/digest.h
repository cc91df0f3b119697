#ifndef BATCH_CRYPTO_DIGEST_H
#define BATCH_CRYPTO_DIGEST_H

#include "error.h"

#include <stddef.h>

/* SHA-256 (FIPS 180-4) of bytes that come piece by piece. */
#define DIGEST_SIZE 32

struct digest;

/* NULL and err (ERROR_STORAGE) when there is no memory for it. */
struct digest *digest_new(struct error *);
void digest_free(struct digest *); /* wipes; NULL is fine */

/* Adds bytes. A failure shows at digest_end(). */
void digest_add(struct digest *, const void *bytes, size_t length);

/* The digest of all bytes that were added. -1 and err (ERROR_STORAGE): there was no memory. */
int digest_end(struct digest *, unsigned char sum[DIGEST_SIZE], struct error *);

#endif
