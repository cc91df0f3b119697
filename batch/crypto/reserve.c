#include "crypto/reserve.h"

#include <stdalign.h>
#include <stdint.h>

/* Four times what the default and the legacy provider of OpenSSL 3.0 take. It costs no memory until
 * it is needed, and nothing of it is given out twice. */
#define RESERVE_SIZE ((size_t)1024 * 1024)

struct reserve_block {
	alignas(max_align_t) size_t size;
	alignas(max_align_t) unsigned char bytes[];
};

struct reserve {
	alignas(max_align_t) unsigned char bytes[RESERVE_SIZE];
	size_t used;
};

static struct reserve *
reserve_only(void)
{
	static struct reserve reserve;

	return &reserve;
}

static bool *
reserve_is_open(void)
{
	static _Thread_local bool open;

	return &open;
}

void
reserve_begin(void)
{
	*reserve_is_open() = true;
}

void
reserve_end(void)
{
	*reserve_is_open() = false;
}

void *
reserve_take(size_t size)
{
	struct reserve *reserve = reserve_only();
	size_t room, unit = alignof(max_align_t);
	struct reserve_block *block;

	if (!*reserve_is_open() || size > RESERVE_SIZE)
		return NULL;
	room = sizeof(*block) + (size + unit - 1) / unit * unit;
	if (room > RESERVE_SIZE - reserve->used)
		return NULL;
	block = (struct reserve_block *)(reserve->bytes + reserve->used);
	block->size = size;
	reserve->used += room;
	return block->bytes;
}

bool
reserve_holds(const void *memory)
{
	uintptr_t first = (uintptr_t)reserve_only()->bytes;

	return (uintptr_t)memory - first < RESERVE_SIZE;
}

size_t
reserve_size(const void *memory)
{
	const unsigned char *bytes = memory;

	return ((const struct reserve_block *)(bytes - offsetof(struct reserve_block, bytes)))
	    ->size;
}

size_t
reserve_used(size_t *size)
{
	*size = RESERVE_SIZE;
	return reserve_only()->used;
}
