#include "splitter.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Once it can be told where a record ends, more text changes nothing; and libcsv's fields do. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct extent whole, part;
	enum split split;
	size_t fields = 0;

	if (size > 4096)
		return 0;
	split = splitter_scan(text, size, true, ',', &whole);
	if (split == SPLIT_MORE || whole.next < whole.length || whole.next > size)
		abort();
	for (size_t length = 0; length < size; length++) {
		enum split told = splitter_scan(text, length, false, ',', &part);

		if (told == SPLIT_MORE)
			continue;
		if (told != split || part.length != whole.length || part.next != whole.next ||
		    part.lines != whole.lines || part.at != whole.at)
			abort();
	}
	for (size_t at = 0; split == SPLIT_RECORD && at <= whole.length; fields++) {
		size_t end = splitter_field(text, whole.length, at, ',');

		if (end < at || end > whole.length || (end < whole.length && text[end] != ','))
			abort();
		at = end + 1;
	}
	return 0;
}
