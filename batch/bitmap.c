#include "bitmap.h"

#include <stdlib.h>
#include <string.h>

int
bitmap_set(struct bitmap *bitmap, uint64_t bit)
{
	size_t byte = (size_t)(bit >> 3);

	if (byte >= bitmap->size) {
		size_t size = bitmap->size == 0 ? 4096 : bitmap->size;
		unsigned char *bytes;

		while (size <= byte)
			size *= 2;
		bytes = realloc(bitmap->bytes, size);
		if (bytes == NULL)
			return -1;
		memset(bytes + bitmap->size, 0, size - bitmap->size);
		bitmap->bytes = bytes;
		bitmap->size = size;
	}
	bitmap->bytes[byte] |= (unsigned char)(1u << (bit & 7));
	return 0;
}

bool
bitmap_has(const struct bitmap *bitmap, uint64_t bit)
{
	size_t byte = (size_t)(bit >> 3);

	return byte < bitmap->size && (bitmap->bytes[byte] >> (bit & 7) & 1) != 0;
}

void
bitmap_release(struct bitmap *bitmap)
{
	free(bitmap->bytes);
	*bitmap = (struct bitmap){0};
}
