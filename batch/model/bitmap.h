#ifndef BATCH_MODEL_BITMAP_H
#define BATCH_MODEL_BITMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A set of small non-negative integers: one bit each, in pieces. A piece has memory from its first
 * bit on, so a few integers take little memory, wherever they are.
 */
struct bitmap {
	unsigned char **pieces; /* NULL where no bit is set */
	size_t count;           /* of pieces */
};

#define BITMAP_PIECE 4096 /* bytes */
#define BITMAP_LAST ((UINT64_C(1) << 33) - 1)

int bitmap_set(struct bitmap *, uint64_t); /* -1 when out of memory, or beyond BITMAP_LAST */
bool bitmap_has(const struct bitmap *, uint64_t);
void bitmap_release(struct bitmap *);

#endif
