#ifndef BATCH_CRYPTO_H
#define BATCH_CRYPTO_H

#include "error.h"

/*
 * To be called before anything else of OpenSSL: where there is no memory for its first steps, it
 * does not say so but crashes at the second. -1 and err then.
 */
int crypto_begin(struct error *);

#endif
