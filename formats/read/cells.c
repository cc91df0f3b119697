#include "read/cells.h"

#include "memory.h"

#include <string.h>

#define ENTRY_BLOCK 4096u /* by how much libcsv lets its copy of a field grow */

#define OPTIONS (CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL)

/* RFC 4180 2.4: spaces are part of a field. */
static int
no_space(unsigned char c)
{
	(void)c;
	return 0;
}

static int
prepare(struct cells *cells)
{
	if (csv_init(&cells->parser, OPTIONS) != 0)
		return -1;
	csv_set_realloc_func(&cells->parser, memory_realloc);
	csv_set_free_func(&cells->parser, memory_free);
	csv_set_blk_size(&cells->parser, ENTRY_BLOCK);
	cells->ready = true;
	return 0;
}

static void
discard(struct cells *cells)
{
	csv_free(&cells->parser);
	cells->ready = false;
}

/* After an error libcsv still holds a part of the record, which it gives up when not strict. */
static void
reset(struct cells *cells)
{
	csv_set_opts(&cells->parser, CSV_APPEND_NULL);
	csv_fini(&cells->parser, NULL, NULL, NULL);
	csv_set_opts(&cells->parser, OPTIONS);
}

void
cells_release(struct cells *cells)
{
	if (cells->ready)
		discard(cells);
	buffer_release(&cells->bytes);
}

/* The room was made before: cell.text must not move. The NUL is CSV_APPEND_NULL's. */
static void
add_cell(void *text, size_t length, void *data)
{
	struct cells *cells = data;
	size_t index = cells->count++;
	char *to = cells->bytes.bytes + cells->bytes.length;

	if (length > LIMIT_FIELD && cells->largest == SIZE_MAX)
		cells->largest = index;
	cells->filled += length > 0;
	if (index >= LIMIT_COLUMNS)
		return;
	memcpy(to, text, length + 1);
	cells->bytes.length += length + 1;
	cells->cell[index] = (struct cell){to, length};
}

static void
end_record(int c, void *data)
{
	(void)c;
	(void)data;
}

/* `space`: what libcsv asks whether it may trim a character; NULL: blanks and tabs. */
static int
parse(struct cells *cells, const char *text, size_t length, char delimiter,
    int (*space)(unsigned char))
{
	int failure;

	if (!cells->ready && prepare(cells) == -1)
		return -1;
	cells->count = cells->filled = 0;
	cells->largest = SIZE_MAX;
	cells->bytes.length = 0; /* what was there is written over, and wiped in the end */
	if (!buffer_reserve(&cells->bytes, length + LIMIT_COLUMNS + 1))
		return -1;
	csv_set_delim(&cells->parser, (unsigned char)delimiter);
	csv_set_space_func(&cells->parser, space);
	if (csv_parse(&cells->parser, text, length, add_cell, end_record, cells) == length &&
	    csv_fini(&cells->parser, add_cell, end_record, cells) == 0) {
		if (cells->largest == SIZE_MAX)
			cells->largest = cells->count;
		return 1;
	}
	failure = csv_error(&cells->parser);
	if (failure == CSV_ENOMEM || failure == CSV_ETOOBIG) {
		discard(cells);
		return -1;
	}
	reset(cells);
	return 0;
}

int
cells_parse(struct cells *cells, const char *text, size_t length, char delimiter)
{
	/* libcsv asks for every character: only where one is a blank is it worth the asking. */
	bool blank = memchr(text, ' ', length) != NULL || memchr(text, '\t', length) != NULL;

	return parse(cells, text, length, delimiter, blank ? no_space : NULL);
}

int
cells_parse_line(struct cells *cells, const char *text, size_t length, char delimiter)
{
	return parse(cells, text, length, delimiter, NULL);
}
