#ifndef BATCH_BITMAP_H
#define BATCH_BITMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A set of small non-negative integers: one bit each, as many as the largest one asks for. */
struct bitmap {
	unsigned char *bytes;
	size_t size;
};

int bitmap_set(struct bitmap *, uint64_t); /* -1 when out of memory */
bool bitmap_has(const struct bitmap *, uint64_t);
void bitmap_release(struct bitmap *);

#endif
