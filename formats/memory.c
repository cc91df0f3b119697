#include "memory.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

void
memory_free(void *memory)
{
	if (memory != NULL)
		explicit_bzero(memory, malloc_usable_size(memory));
	free(memory);
}

/* realloc(3) may move the bytes and leave the old ones in freed memory. */
void *
memory_realloc(void *memory, size_t size)
{
	size_t old = memory == NULL ? 0 : malloc_usable_size(memory);
	void *moved = malloc(size);

	if (moved == NULL)
		return NULL;
	if (memory != NULL)
		memcpy(moved, memory, old < size ? old : size);
	memory_free(memory);
	return moved;
}

void *
memory_grow(void *items, size_t count, size_t *capacity, size_t size)
{
	size_t more = *capacity == 0 ? 4 : *capacity * 2;
	void *grown;

	if (count < *capacity)
		return items;
	grown = reallocarray(items, more, size);
	if (grown != NULL)
		*capacity = more;
	return grown;
}
