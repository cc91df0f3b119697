#ifndef FORMATS_READ_CSV_CELLS_H
#define FORMATS_READ_CSV_CELLS_H

#include "buffer.h"
#include "limits.h"

#include <csv.h>
#include <stdbool.h>

/* Parses one record of CSV into its cells, with libcsv. */

struct csv_cell {
	const char *text; /* ends with a NUL; valid until the next csv_cells_parse() */
	size_t length;
};

struct csv_cells {
	struct csv_cell cell[LIMIT_COLUMNS]; /* the first LIMIT_COLUMNS cells */
	size_t count;                        /* of all cells */
	size_t filled;                       /* how many of all cells are not empty */
	size_t largest; /* the index of the first cell over LIMIT_FIELD; .count when none is */
	struct buffer bytes;
	struct csv_parser parser;
	bool ready; /* the parser is initialised */
};

void csv_cells_release(struct csv_cells *); /* wipes; cells of zeros are allowed */

/*
 * Parses a record that csv_splitter_scan() found, without the end of its line. 1; 0 when libcsv
 * finds it wrong; -1 when there is no memory.
 */
int csv_cells_parse(struct csv_cells *, const char *text, size_t length, char delimiter);

/*
 * Parses a line that csv_splitter_plain() found, without its end. 1 when the line is a record,
 * which is so exactly when csv_splitter_scan() finds the same record; 0 when it is not; -1 when
 * there is no memory.
 */
int csv_cells_parse_line(struct csv_cells *, const char *text, size_t length, char delimiter);

#endif
