#ifndef FORMATS_ARENA_H
#define FORMATS_ARENA_H

#include <stddef.h>

/* Memory for many small texts that live and end together. What was given never moves. */
struct arena {
	struct arena_block *first;
	struct arena_block *current; /* the ones behind it are free */
};

/* A copy of the bytes with a NUL behind. NULL when out of memory. */
char *arena_copy(struct arena *, const char *bytes, size_t length);

void arena_clear(struct arena *);   /* forgets all texts, keeps the memory */
void arena_release(struct arena *); /* frees; may be used again */

#endif
