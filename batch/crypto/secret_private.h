#ifndef BATCH_CRYPTO_SECRET_PRIVATE_H
#define BATCH_CRYPTO_SECRET_PRIVATE_H

#include "crypto/secret.h"

/* For this room alone. */

#define KEY_SIZE 32u
struct secret {
	unsigned char key[KEY_SIZE];
};

/* A key of zeros, for secret_close(). NULL: no memory. */
struct secret *secret_new(void);

/* Algorithms that are built into OpenSSL fail for one reason: there is no memory. SECRET_FAILED. */
enum secret_answer secret_no_memory(struct error *);

#endif
