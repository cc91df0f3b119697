#ifndef BATCH_IMPORT_SINK_H
#define BATCH_IMPORT_SINK_H

#include "import/import.h"

/*
 * For import*.c: where the records of an import go. The six kinds of plain records and roles
 * go into a load, an inventory goes into items.
 */
struct import {
	const struct import_options *options;
	const struct context *context;
	const char *const *paths;
	size_t file; /* the index of the one being read */
	uint64_t line;
	uint64_t told[IMPORT_MESSAGES];
	struct load *load;
	struct inventory *items;
	struct buffer names;
	struct import_counts *counts;
	struct error message; /* the one being told; it is large */
};

/* Counts and tells what is wrong with a line of a file. */
void import_say(struct import *, enum import_message, size_t file, uint64_t line, const char *field,
    const char *format, ...) ERROR_PRINTF(6, 7);

/* import_inventory.c: one record, its values parsed; the merging; the end. 0, or -1 and err. */
int import_item(struct import *, const struct import_cell *cells, struct error *);
int import_merge(struct import *, struct error *);

#endif
