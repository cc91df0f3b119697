#ifndef FORMATS_MEMORY_H
#define FORMATS_MEMORY_H

#include <stddef.h>

/*
 * Memory that is wiped before it is given back: for the libraries that hold record bytes. Any
 * memory of malloc(3) will do, so that a library may be told at any time.
 */
void memory_free(void *);
void *memory_realloc(void *, size_t); /* NULL and the old memory untouched on failure */

#endif
