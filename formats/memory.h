#ifndef FORMATS_MEMORY_H
#define FORMATS_MEMORY_H

#include <stddef.h>

/*
 * Memory that is wiped before it is given back: for the libraries that hold record bytes. Any
 * memory of malloc(3) will do, so that a library may be told at any time.
 */
void memory_free(void *);
void *memory_realloc(void *, size_t); /* NULL and the old memory untouched on failure */

/*
 * An array with room for one more item than `count`, each of `size` bytes: the same one, or a
 * larger one with *capacity, 0 at first, changed. NULL when out of memory, and everything is as it
 * was. Not for secrets: what it leaves is not wiped.
 */
void *memory_grow(void *items, size_t count, size_t *capacity, size_t size);

#endif
