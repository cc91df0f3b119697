#ifndef TESTS_SHORT_OF_MEMORY_H
#define TESTS_SHORT_OF_MEMORY_H

#include <stdlib.h>

#include <openssl/crypto.h>

/* Lets an allocation of OpenSSL's fail. Included by suites that take it over in their main(). */

static struct {
	long left; /* so many succeed before one fails; -1: all do */
	long failed;
} short_of_memory = {.left = -1};

static inline int
memory_fails(void)
{
	if (short_of_memory.left == -1 || short_of_memory.left-- > 0)
		return 0;
	short_of_memory.failed++;
	return 1;
}

static inline void *
failing_malloc(size_t size, const char *file, int line)
{
	(void)file;
	(void)line;
	return memory_fails() ? NULL : malloc(size);
}

static inline void *
failing_realloc(void *memory, size_t size, const char *file, int line)
{
	(void)file;
	(void)line;
	return memory_fails() ? NULL : realloc(memory, size);
}

static inline void
plain_free(void *memory, const char *file, int line)
{
	(void)file;
	(void)line;
	free(memory);
}

/* Before OpenSSL allocates anything. */
static inline void
take_over_memory(void)
{
	if (CRYPTO_set_mem_functions(failing_malloc, failing_realloc, plain_free) != 1)
		abort();
}

/* The n-th allocation fails from here on, once. */
static inline void
let_fail(long n)
{
	short_of_memory.left = n - 1;
	short_of_memory.failed = 0;
}

/* Whether one has failed. From here on none does. */
static inline int
has_failed(void)
{
	short_of_memory.left = -1;
	return short_of_memory.failed > 0;
}

#endif
