#include "program/nearest.h"

#include <string.h>

#define NEAREST_MOST 32 /* letters; longer words are nobody's slip */

static size_t
nearest_least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* The distance of two words of at most NEAREST_MOST letters (optimal string alignment). */
static size_t
nearest_distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
	size_t table[NEAREST_MOST + 1][NEAREST_MOST + 1];

	for (size_t i = 0; i <= a_length; i++)
		table[i][0] = i;
	for (size_t j = 0; j <= b_length; j++)
		table[0][j] = j;
	for (size_t i = 1; i <= a_length; i++)
		for (size_t j = 1; j <= b_length; j++) {
			size_t edits = table[i - 1][j - 1] + (a[i - 1] != b[j - 1]);

			edits = nearest_least(edits, table[i - 1][j] + 1);
			edits = nearest_least(edits, table[i][j - 1] + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				edits = nearest_least(edits, table[i - 2][j - 2] + 1);
			table[i][j] = edits;
		}
	return table[a_length][b_length];
}

/* The only word that begins so; NULL when none does, or several do. */
static const char *
nearest_longer(const char *word, const char *const *words, size_t count)
{
	const char *found = NULL;

	for (size_t i = 0; i < count; i++) {
		if (strncmp(words[i], word, strlen(word)) != 0)
			continue;
		if (found != NULL)
			return NULL;
		found = words[i];
	}
	return found;
}

const char *
nearest_word(const char *word, const char *const *words, size_t count)
{
	size_t length = strlen(word), least = length / 3 + 1;
	const char *found;

	if (length == 0 || length > NEAREST_MOST)
		return NULL;
	found = nearest_longer(word, words, count);
	if (found != NULL)
		return found;
	for (size_t i = 0; i < count; i++) {
		size_t other = strlen(words[i]);
		size_t distance;

		if (other > NEAREST_MOST)
			continue;
		distance = nearest_distance(word, length, words[i], other);
		if (distance < least) {
			least = distance;
			found = words[i];
		}
	}
	return found;
}
