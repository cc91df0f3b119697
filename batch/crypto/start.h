#ifndef BATCH_CRYPTO_START_H
#define BATCH_CRYPTO_START_H

#include "error.h"

/*
 * To be called before anything else of OpenSSL: where there is no memory for its first call, its
 * second call crashes. -1 and err (ERROR_STORAGE) then.
 */
int crypto_begin(struct error *);

#endif
