#include "import/scan_prints.h"

#include <stdlib.h>
#include <string.h>

#define SIZE_FIRST 1024

void
scan_prints_release(struct scan_prints *prints)
{
	free(prints->places);
	*prints = (struct scan_prints){0};
}

/* Its place, or the free one that it goes to. The first digits of a digest serve as its hash. */
static struct scan_print *
scan_prints_place(const struct scan_prints *prints, const char *sha256)
{
	char digits[17];
	size_t at;

	memcpy(digits, sha256, sizeof(digits) - 1);
	digits[sizeof(digits) - 1] = '\0';
	at = (size_t)strtoull(digits, NULL, 16) & (prints->size - 1);
	while (
	    prints->places[at].sha256[0] != '\0' && strcmp(prints->places[at].sha256, sha256) != 0)
		at = (at + 1) & (prints->size - 1);
	return &prints->places[at];
}

struct scan_print *
scan_prints_find(const struct scan_prints *prints, const char *sha256)
{
	struct scan_print *print;

	if (prints->size == 0)
		return NULL;
	print = scan_prints_place(prints, sha256);
	return print->sha256[0] == '\0' ? NULL : print;
}

static int
scan_prints_grow(struct scan_prints *prints, struct error *err)
{
	struct scan_prints larger = {.size = prints->size == 0 ? SIZE_FIRST : prints->size * 2};

	larger.places = calloc(larger.size, sizeof(*larger.places));
	if (larger.places == NULL)
		return error_memory(err);
	for (size_t i = 0; i < prints->size; i++)
		if (prints->places[i].sha256[0] != '\0')
			*scan_prints_place(&larger, prints->places[i].sha256) = prints->places[i];
	larger.count = prints->count;
	free(prints->places);
	*prints = larger;
	return 0;
}

int
scan_prints_add(struct scan_prints *prints, const struct scan_print *print, struct error *err)
{
	if (prints->count * 2 >= prints->size && scan_prints_grow(prints, err) == -1)
		return -1;
	*scan_prints_place(prints, print->sha256) = *print;
	prints->count++;
	return 0;
}
