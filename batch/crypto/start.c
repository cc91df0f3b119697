#include "crypto/start.h"

#include "memory.h"

#include <stdlib.h>

#include <openssl/crypto.h>

static unsigned long *
crypto_counter(void)
{
	static _Thread_local unsigned long shortages;

	return &shortages;
}

static void *
crypto_counted(void *memory)
{
	*crypto_counter() += memory == NULL;
	return memory;
}

static void *
crypto_malloc(size_t size, const char *file, int line)
{
	(void)file;
	(void)line;
	return size == 0 ? NULL : crypto_counted(malloc(size));
}

static void
crypto_free(void *memory, const char *file, int line)
{
	(void)file;
	(void)line;
	memory_free(memory);
}

static void *
crypto_realloc(void *memory, size_t size, const char *file, int line)
{
	if (size > 0)
		return crypto_counted(memory_realloc(memory, size));
	crypto_free(memory, file, line);
	return NULL;
}

int
crypto_begin(struct error *err)
{
	CRYPTO_malloc_fn now;

	/* Refused once OpenSSL has allocated. A test that took it over before keeps it. */
	CRYPTO_get_mem_functions(&now, NULL, NULL);
	if (now == CRYPTO_malloc)
		CRYPTO_set_mem_functions(crypto_malloc, crypto_realloc, crypto_free);
	return OSSL_LIB_CTX_get0_global_default() == NULL ? error_memory(err) : 0;
}

unsigned long
crypto_shortages(void)
{
	return *crypto_counter();
}
