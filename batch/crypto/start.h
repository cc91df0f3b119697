#ifndef BATCH_CRYPTO_START_H
#define BATCH_CRYPTO_START_H

#include "error.h"

/*
 * To be called before anything else of OpenSSL: where there is no memory for its first call, its
 * second call crashes. -1 and err (ERROR_STORAGE) then. From then on OpenSSL wipes all memory that
 * it frees, and its allocations that fail are counted.
 */
int crypto_begin(struct error *);

/*
 * How many allocations of OpenSSL have failed in this thread. OpenSSL reports some of them as
 * another error (an algorithm that it does not find), and some not at all (a name that it takes for
 * absent): what it says is worth nothing where this number has changed meanwhile.
 */
unsigned long crypto_shortages(void);

#endif
