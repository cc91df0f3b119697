#include "arena.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK_SIZE ((size_t)64 * 1024)

struct arena_block {
	struct arena_block *next;
	size_t size;
	size_t used;
	char bytes[];
};

/* The block after the current one, if it is free and has room for `size` bytes; else a new one. */
static struct arena_block *
arena_next_block(struct arena *arena, size_t size)
{
	struct arena_block **place = arena->current == NULL ? &arena->first : &arena->current->next;
	struct arena_block *block = *place;

	if (block != NULL && block->size >= size) {
		block->used = 0;
		return block;
	}
	if (size < BLOCK_SIZE)
		size = BLOCK_SIZE;
	block = malloc(sizeof(*block) + size);
	if (block == NULL)
		return NULL;
	*block = (struct arena_block){.next = *place, .size = size};
	*place = block;
	return block;
}

char *
arena_copy(struct arena *arena, const char *bytes, size_t length)
{
	struct arena_block *block = arena->current;
	char *copy;

	if (block == NULL || block->size - block->used <= length) {
		block = arena_next_block(arena, length + 1);
		if (block == NULL)
			return NULL;
		arena->current = block;
	}
	copy = block->bytes + block->used;
	memcpy(copy, bytes, length);
	copy[length] = '\0';
	block->used += length + 1;
	return copy;
}

void
arena_clear(struct arena *arena)
{
	arena->current = NULL;
}

void
arena_release(struct arena *arena)
{
	for (struct arena_block *block = arena->first, *next; block != NULL; block = next) {
		next = block->next;
		free(block);
	}
	*arena = (struct arena){0};
}
