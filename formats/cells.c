#include "cells.h"

#include "memory.h"

#include <string.h>

#define ENTRY_BLOCK 4096u /* by how much libcsv lets its copy of a field grow */

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
	if (csv_init(&cells->parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL) != 0)
		return -1;
	csv_set_realloc_func(&cells->parser, memory_realloc);
	csv_set_free_func(&cells->parser, memory_free);
	csv_set_blk_size(&cells->parser, ENTRY_BLOCK);
	cells->ready = true;
	return 0;
}

/* After an error libcsv still holds a part of the record. */
static void
discard(struct cells *cells)
{
	csv_free(&cells->parser);
	cells->ready = false;
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

int
cells_parse(struct cells *cells, const char *text, size_t length, char delimiter)
{
	bool blank;
	int failure;

	if (!cells->ready && prepare(cells) == -1)
		return -1;
	cells->count = cells->filled = 0;
	cells->largest = SIZE_MAX;
	cells->bytes.length = 0; /* what was there is written over, and wiped in the end */
	if (!buffer_reserve(&cells->bytes, length + LIMIT_COLUMNS + 1))
		return -1;
	csv_set_delim(&cells->parser, (unsigned char)delimiter);
	/* libcsv asks for every character: only where one is a blank is it worth the asking. */
	blank = memchr(text, ' ', length) != NULL || memchr(text, '\t', length) != NULL;
	csv_set_space_func(&cells->parser, blank ? no_space : NULL);
	if (csv_parse(&cells->parser, text, length, add_cell, end_record, cells) == length &&
	    csv_fini(&cells->parser, add_cell, end_record, cells) == 0) {
		if (cells->largest == SIZE_MAX)
			cells->largest = cells->count;
		return 1;
	}
	failure = csv_error(&cells->parser);
	discard(cells);
	return failure == CSV_ENOMEM || failure == CSV_ETOOBIG ? -1 : 0;
}
