#include "model/bitmap.h"

#include <stdlib.h>
#include <string.h>

#define PIECE_BITS (BITMAP_PIECE * UINT64_C(8))

/* Makes room for this piece and all before it; doubled each time, for pieces come one by one. */
static int
bitmap_reserve(struct bitmap *bitmap, size_t piece)
{
	size_t count = bitmap->count == 0 ? 16 : bitmap->count;
	unsigned char **pieces;

	while (count <= piece)
		count *= 2;
	pieces = reallocarray(bitmap->pieces, count, sizeof(*pieces));
	if (pieces == NULL)
		return -1;
	memset(pieces + bitmap->count, 0, (count - bitmap->count) * sizeof(*pieces));
	bitmap->pieces = pieces;
	bitmap->count = count;
	return 0;
}

int
bitmap_set(struct bitmap *bitmap, uint64_t bit)
{
	size_t piece = (size_t)(bit / PIECE_BITS), byte = (size_t)(bit % PIECE_BITS >> 3);

	if (bit > BITMAP_LAST || (piece >= bitmap->count && bitmap_reserve(bitmap, piece) == -1))
		return -1;
	if (bitmap->pieces[piece] == NULL &&
	    (bitmap->pieces[piece] = calloc(1, BITMAP_PIECE)) == NULL)
		return -1;
	bitmap->pieces[piece][byte] |= (unsigned char)(1u << (bit & 7));
	return 0;
}

bool
bitmap_has(const struct bitmap *bitmap, uint64_t bit)
{
	uint64_t piece = bit / PIECE_BITS;

	return piece < bitmap->count && bitmap->pieces[piece] != NULL &&
	       (bitmap->pieces[piece][bit % PIECE_BITS >> 3] >> (bit & 7) & 1) != 0;
}

void
bitmap_release(struct bitmap *bitmap)
{
	for (size_t i = 0; i < bitmap->count; i++)
		free(bitmap->pieces[i]);
	free(bitmap->pieces);
	*bitmap = (struct bitmap){0};
}
