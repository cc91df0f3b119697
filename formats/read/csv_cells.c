#include "read/csv_cells.h"

#include "memory.h"

#include <string.h>

#define ENTRY_BLOCK 4096u /* by how much libcsv lets its copy of a field grow */

#define OPTIONS (CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL)

/* RFC 4180, 2.4: spaces are part of a field. */
static int
csv_cells_no_space(unsigned char c)
{
	(void)c;
	return 0;
}

static int
csv_cells_prepare(struct csv_cells *cells)
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
csv_cells_discard(struct csv_cells *cells)
{
	csv_free(&cells->parser);
	cells->ready = false;
}

/* After an error libcsv still holds a part of the record; without CSV_STRICT it drops that. */
static void
csv_cells_reset(struct csv_cells *cells)
{
	csv_set_opts(&cells->parser, CSV_APPEND_NULL);
	csv_fini(&cells->parser, NULL, NULL, NULL);
	csv_set_opts(&cells->parser, OPTIONS);
}

void
csv_cells_release(struct csv_cells *cells)
{
	if (cells->ready)
		csv_cells_discard(cells);
	buffer_release(&cells->bytes);
}

/* The buffer has room already, for cell.text must not move. CSV_APPEND_NULL added the NUL. */
static void
csv_cells_add(void *text, size_t length, void *data)
{
	struct csv_cells *cells = data;
	size_t index = cells->count++;
	char *to = cells->bytes.bytes + cells->bytes.length;

	if (length > LIMIT_FIELD && cells->largest == SIZE_MAX)
		cells->largest = index;
	cells->filled += length > 0;
	if (index >= LIMIT_COLUMNS)
		return;
	memcpy(to, text, length + 1);
	cells->bytes.length += length + 1;
	cells->cell[index] = (struct csv_cell){to, length};
}

static void
csv_cells_end(int c, void *data)
{
	(void)c;
	(void)data;
}

/* `space` decides whether libcsv trims a character; NULL: it trims blanks and tabs. */
static int
csv_cells_parse_with(struct csv_cells *cells, const char *text, size_t length, char delimiter,
    int (*space)(unsigned char))
{
	int failure;

	if (!cells->ready && csv_cells_prepare(cells) == -1)
		return -1;
	cells->count = cells->filled = 0;
	cells->largest = SIZE_MAX;
	cells->bytes.length = 0; /* the old bytes are written over, or wiped in the end */
	if (!buffer_reserve(&cells->bytes, length + LIMIT_COLUMNS + 1))
		return -1;
	csv_set_delim(&cells->parser, (unsigned char)delimiter);
	csv_set_space_func(&cells->parser, space);
	if (csv_parse(&cells->parser, text, length, csv_cells_add, csv_cells_end, cells) ==
		length &&
	    csv_fini(&cells->parser, csv_cells_add, csv_cells_end, cells) == 0) {
		if (cells->largest == SIZE_MAX)
			cells->largest = cells->count;
		return 1;
	}
	failure = csv_error(&cells->parser);
	if (failure == CSV_ENOMEM || failure == CSV_ETOOBIG) {
		csv_cells_discard(cells);
		return -1;
	}
	csv_cells_reset(cells);
	return 0;
}

int
csv_cells_parse(struct csv_cells *cells, const char *text, size_t length, char delimiter)
{
	/* libcsv calls the function for each character, which pays only if there is a blank. */
	bool blank = memchr(text, ' ', length) != NULL || memchr(text, '\t', length) != NULL;

	return csv_cells_parse_with(
	    cells, text, length, delimiter, blank ? csv_cells_no_space : NULL);
}

int
csv_cells_parse_line(struct csv_cells *cells, const char *text, size_t length, char delimiter)
{
	return csv_cells_parse_with(cells, text, length, delimiter, NULL);
}
