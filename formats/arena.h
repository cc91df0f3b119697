#ifndef FORMATS_ARENA_H
#define FORMATS_ARENA_H

#include <stddef.h>

/* Memory for many small texts that are freed together. A text never moves. */
struct arena {
	struct arena_block *first;
	struct arena_block *current; /* the blocks after it are free */
};

/* Copies the bytes and adds a NUL. NULL when there is no memory. */
char *arena_copy(struct arena *, const char *bytes, size_t length);

void arena_clear(struct arena *);   /* forgets all texts, keeps the memory */
void arena_release(struct arena *); /* frees the memory; the arena may be used again */

#endif
