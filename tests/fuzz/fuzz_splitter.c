#include "read/csv_cells.h"
#include "read/csv_splitter.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* libcsv takes a plain line for a record exactly when the splitter does, with the same cells. */
static void
check_plain(const char *text, size_t size, char delimiter)
{
	struct csv_cells line = {0}, record = {0};
	struct extent plain, extent;
	bool whole;

	if (!csv_splitter_plain(text, size, delimiter, &plain))
		return;
	whole = csv_splitter_scan(text, size, true, delimiter, &extent) == SPLIT_RECORD &&
		extent.length == plain.length;
	if (csv_cells_parse_line(&line, text, plain.length, delimiter) != whole)
		abort();
	if (whole) {
		if (extent.next != plain.next || extent.lines != plain.lines ||
		    csv_cells_parse(&record, text, plain.length, delimiter) != 1 ||
		    record.count != line.count || record.filled != line.filled ||
		    record.bytes.length != line.bytes.length ||
		    (line.bytes.length > 0 &&
			memcmp(record.bytes.bytes, line.bytes.bytes, line.bytes.length) != 0))
			abort();
	} else if (csv_cells_parse_line(&line, "a,\"b\"", 5, ',') != 1 || line.count != 2 ||
		   memcmp(line.bytes.bytes, "a\0b", 4) != 0) {
		abort(); /* bytes of the previous line were left */
	}
	csv_cells_release(&line);
	csv_cells_release(&record);
}

/* Once the splitter has found the end of a record, more text changes nothing; its fields fill the
 * record. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct extent whole, part;
	enum split split;
	size_t fields = 0;

	if (size > 4096)
		return 0;
	check_plain(text, size, ',');
	check_plain(text, size, '\t');
	split = csv_splitter_scan(text, size, true, ',', &whole);
	if (split == SPLIT_MORE || whole.next < whole.length || whole.next > size)
		abort();
	for (size_t length = 0; length < size; length++) {
		enum split told = csv_splitter_scan(text, length, false, ',', &part);

		if (told == SPLIT_MORE)
			continue;
		if (told != split || part.length != whole.length || part.next != whole.next ||
		    part.lines != whole.lines || part.at != whole.at)
			abort();
	}
	for (size_t at = 0; split == SPLIT_RECORD && at <= whole.length; fields++) {
		size_t end = csv_splitter_field(text, whole.length, at, ',');

		if (end < at || end > whole.length || (end < whole.length && text[end] != ','))
			abort();
		at = end + 1;
	}
	return 0;
}
