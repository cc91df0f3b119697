#ifndef FORMATS_MEMORY_H
#define FORMATS_MEMORY_H

#include <stddef.h>

/*
 * Memory that is wiped before it is freed, for libraries that hold bytes of records. Memory of
 * malloc(3) may be passed too, so that a library can be given these functions at any time.
 */
void memory_free(void *);
void *memory_realloc(void *, size_t); /* NULL on failure; the old memory is unchanged */

/*
 * Makes room in an array for one more item than `count`, each of `size` bytes. Returns the same
 * array, or a larger one with *capacity (0 at first) changed. NULL when there is no memory: the
 * array and *capacity are unchanged. Not for secrets: the old array is not wiped.
 */
void *memory_grow(void *items, size_t count, size_t *capacity, size_t size);

#endif
