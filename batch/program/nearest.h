#ifndef BATCH_PROGRAM_NEAREST_H
#define BATCH_PROGRAM_NEAREST_H

#include <stddef.h>

/*
 * Of some words the one that was probably meant by another: the only one that begins with it, or
 * the one with the fewest edits (insertions, deletions, substitutions, exchanges of neighbours), at
 * most one for each three letters. NULL when there is none; of several equal ones the first.
 */
const char *nearest_word(const char *word, const char *const *words, size_t count);

#endif
