#ifndef BATCH_IMPORT_IMPORT_PRIVATE_H
#define BATCH_IMPORT_IMPORT_PRIVATE_H

#include "import/import.h"

/*
 * An import that is running. The records of seven kinds go into a load, those of an inventory into
 * items; the other is NULL.
 */
struct import {
	const struct import_options *options;
	const struct context *context;
	size_t file;                    /* the index of the path that is read */
	uint64_t line;                  /* of the record that is read; 0: of none */
	uint64_t told[IMPORT_MESSAGES]; /* how many were reported */
	struct load *load;
	struct inventory *items;
	struct buffer names;
	struct import_counts *counts;
	struct error message; /* the one that is reported; it is large */
};

/* fault.c: a field of the record that is read. */
struct error_place import_place(const struct import *, const char *field);

/* Counts a fault or warning, and reports it unless there were IMPORT_TOLD of its sort. */
void import_say(struct import *, enum import_message, struct error_place, const char *format, ...)
    ERROR_PRINTF(4, 5);
/* A fault of the record that is read. */
void import_fault(struct import *, const char *field, const char *text);

/* conflict.c: a certificate that is not loaded, LOAD_TAKEN or LOAD_OTHER_PRINT: reports the fault.
 */
void import_conflict(
    struct import *, enum load_result, const struct load_value values[LOAD_COLUMNS]);
/* After the last record of a load: what refers to certificates follows those that were renumbered.
 * Reports the certificates that lost their Id. -1 and err. */
int import_settle(struct import *, struct error *);

/* item.c: a record of an inventory, its values parsed; a fault of its own is reported. -1 and err.
 */
int import_item(struct import *, const struct import_cell *cells, struct error *);
/* Merges all items into the inventory; reports what does not go together. -1 and err. */
int import_merge(struct import *, struct error *);

#endif
