#ifndef BATCH_PROGRAM_NEAREST_H
#define BATCH_PROGRAM_NEAREST_H

#include <stddef.h>

/*
 * Of some words the one that was probably meant by another: the only one that begins with it, or
 * the one with the fewest edits (insertions, deletions, substitutions, exchanges of neighbours), at
 * most one for each three letters; of several equal ones the first. Else it is the only one that
 * has it as a part, or is abbreviated so: with the same first letter, and the others in the same
 * order
 * (`jsn` for jsonl).
 * The words are offered one by one, and must live until the answer.
 */
struct nearest {
	const char *word;
	size_t least;       /* the fewest edits so far; at first one more than are allowed */
	const char *edited; /* the word with them; NULL: none */
	const char *longer; /* the word that begins so; NULL: none */
	int longer_count;   /* how many begin so */
	const char *full;   /* the word that is abbreviated so; NULL: none */
	int full_count;     /* how many are */
};

struct nearest nearest_to(const char *word);
void nearest_offer(struct nearest *, const char *candidate);
const char *nearest_found(const struct nearest *); /* NULL when there is none */

/* The same of an array of words. */
const char *nearest_word(const char *word, const char *const *words, size_t count);

#endif
