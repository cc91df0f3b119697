#include "crypto/start.h"

#include "crypto/reserve.h"
#include "memory.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

static unsigned long *
crypto_counter(void)
{
	static _Thread_local unsigned long shortages;

	return &shortages;
}

/* What there is no memory for is counted, also where the reserve has it. */
static void *
crypto_malloc(size_t size, const char *file, int line)
{
	void *memory;

	(void)file;
	(void)line;
	if (size == 0)
		return NULL;
	memory = malloc(size);
	if (memory != NULL)
		return memory;
	(*crypto_counter())++;
	return reserve_take(size);
}

static void
crypto_free(void *memory, const char *file, int line)
{
	(void)file;
	(void)line;
	if (memory != NULL && reserve_holds(memory))
		explicit_bzero(memory, reserve_size(memory));
	else
		memory_free(memory);
}

/* realloc(3) may move the bytes and leave the old ones in freed memory. */
static void *
crypto_realloc(void *memory, size_t size, const char *file, int line)
{
	void *moved = crypto_malloc(size, file, line);
	size_t old;

	if (moved == NULL && size > 0)
		return NULL;
	old = reserve_holds(memory) ? reserve_size(memory) : malloc_usable_size(memory);
	if (moved != NULL && memory != NULL)
		memcpy(moved, memory, old < size ? old : size);
	crypto_free(memory, file, line);
	return moved;
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
