#include "program/nearest.h"

#include <stdbool.h>
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

/* Whether a word of three letters or more is a part of another one, or abbreviates it. */
static bool
nearest_abbreviates(const char *word, const char *full)
{
	if (strlen(word) < 3)
		return false;
	if (strstr(full, word) != NULL)
		return true;
	if (*word != *full)
		return false;
	for (; *word != '\0'; word++, full++) {
		full = strchr(full, *word);
		if (full == NULL)
			return false;
	}
	return true;
}

struct nearest
nearest_to(const char *word)
{
	return (struct nearest){.word = word, .least = strlen(word) / 3 + 1};
}

void
nearest_offer(struct nearest *nearest, const char *candidate)
{
	size_t length = strlen(nearest->word), other = strlen(candidate), distance;

	if (length == 0 || length > NEAREST_MOST || other > NEAREST_MOST)
		return;
	if (strncmp(candidate, nearest->word, length) == 0) {
		nearest->longer = candidate;
		nearest->longer_count++;
	}
	if (nearest_abbreviates(nearest->word, candidate)) {
		nearest->full = candidate;
		nearest->full_count++;
	}
	distance = nearest_distance(nearest->word, length, candidate, other);
	if (distance < nearest->least) {
		nearest->least = distance;
		nearest->edited = candidate;
	}
}

const char *
nearest_found(const struct nearest *nearest)
{
	if (nearest->longer_count == 1)
		return nearest->longer;
	if (nearest->edited != NULL)
		return nearest->edited;
	return nearest->full_count == 1 ? nearest->full : NULL;
}

const char *
nearest_word(const char *word, const char *const *words, size_t count)
{
	struct nearest nearest = nearest_to(word);

	for (size_t i = 0; i < count; i++)
		nearest_offer(&nearest, words[i]);
	return nearest_found(&nearest);
}
