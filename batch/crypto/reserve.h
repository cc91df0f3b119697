#ifndef BATCH_CRYPTO_RESERVE_H
#define BATCH_CRYPTO_RESERVE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Memory for the calls of OpenSSL that crash where there is none: loading a provider. Between
 * reserve_begin() and reserve_end(), what OpenSSL cannot allocate comes from a reserve that is part
 * of the program's own data. It is counted as a shortage all the same (crypto/start.h), so the
 * caller reports it, but what OpenSSL has made is whole and can be used, and freed, at any time.
 */

/* Of the thread that calls, and of one thread at a time. They do not nest. */
void reserve_begin(void);
void reserve_end(void);

/* Zeros, aligned for any type. NULL: outside of such calls, or when the reserve is used up. */
void *reserve_take(size_t size);

/* Whether the memory is of the reserve; NULL is not. Any thread may ask, at any time. */
bool reserve_holds(const void *memory);

/* How many bytes were asked for. The memory must be of the reserve. */
size_t reserve_size(const void *memory);

/* How many bytes of the reserve were given out so far, of how many. */
size_t reserve_used(size_t *size);

#endif
