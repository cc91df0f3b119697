#include "read/names.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define LONGEST 40

/* The core of a name, computed slowly. */
static size_t
plain(const char *name, size_t length, char *out)
{
	size_t count = 0;

	for (size_t i = 0; i < length; i++) {
		if (strchr(" \t\n\v\f\r_-", name[i]) != NULL)
			continue;
		out[count++] = (char)(name[i] >= 'A' && name[i] <= 'Z' ? name[i] + 32 : name[i]);
	}
	return count;
}

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Optimal string alignment, by the textbook. */
static size_t
distance(const char *a, size_t m, const char *b, size_t n)
{
	size_t d[LONGEST + 1][LONGEST + 1];

	for (size_t i = 0; i <= m; i++)
		for (size_t j = 0; j <= n; j++) {
			if (i == 0 || j == 0) {
				d[i][j] = i + j;
				continue;
			}
			d[i][j] = least(d[i - 1][j - 1] + (a[i - 1] != b[j - 1]),
			    least(d[i - 1][j], d[i][j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
		}
	return d[m][n];
}

/* Two names, with a NUL between. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	const char *nul = size == 0 ? NULL : memchr(text, '\0', size);
	char name[LONGEST + 1], known[LONGEST + 1], a[LONGEST], b[LONGEST];
	size_t m, n, length, known_length;
	bool nearly;

	if (nul == NULL || size > LONGEST || memchr(nul + 1, '\0', size - 1 - (size_t)(nul - text)))
		return 0;
	for (size_t i = 0; i < size; i++)
		if (data[i] >= 0x80) /* plain() does not know blanks of more than one byte */
			return 0;
	length = (size_t)(nul - text);
	known_length = size - length - 1;
	memcpy(name, text, length);
	memcpy(known, nul + 1, known_length);
	known[known_length] = '\0';
	m = plain(name, length, a);
	n = plain(known, known_length, b);
	if (name_equal(name, length, known, known_length) != (m == n && memcmp(a, b, m) == 0))
		abort();
	nearly = (m != n || memcmp(a, b, m) != 0) &&
		 ((n >= 4 && distance(a, m, b, n) == 1) || (n >= 6 && memmem(a, m, b, n) != NULL));
	if (name_nearly(name, length, known) != nearly)
		abort();
	return 0;
}
