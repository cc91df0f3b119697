#ifndef FORMATS_CSV_CELLS_H
#define FORMATS_CSV_CELLS_H

#include "buffer.h"
#include "limits.h"

#include <csv.h>
#include <stdbool.h>

/* The cells of one record of CSV, parsed by libcsv. */
struct csv_cell {
	const char *text; /* NUL behind the end; lives until the next csv_cells_parse() */
	size_t length;
};

struct csv_cells {
	struct csv_cell cell[LIMIT_COLUMNS]; /* the first ones */
	size_t count;                        /* of all of them */
	size_t filled;  /* how many are not empty, counted up to LIMIT_COLUMNS */
	size_t largest; /* the index of the first one over LIMIT_FIELD, else .count */
	struct buffer bytes;
	struct csv_parser parser;
	bool ready; /* the parser is initialised */
};

void csv_cells_release(struct csv_cells *); /* wipes; cells of zeros are fine */

/*
 * Parses one record without its end of line, as found by csv_splitter_scan(). 1; 0 when libcsv
 * finds it wrong; -1 when out of memory.
 */
int csv_cells_parse(struct csv_cells *, const char *text, size_t length, char delimiter);

/*
 * Parses a line without its end, as found by csv_splitter_plain(). 1 when it is a record by itself,
 * and just then csv_splitter_scan() would find the same; 0 when it is not; -1 when out of memory.
 */
int csv_cells_parse_line(struct csv_cells *, const char *text, size_t length, char delimiter);

#endif
