#ifndef BATCH_INVENTORY_ROWS_H
#define BATCH_INVENTORY_ROWS_H

#include "inventory.h"
#include "row.h"

/*
 * The rows of a run in manifest order, as they were decided: read back from the database, with
 * the names of stores and aliases. Read in short transactions, so that a reader never holds the
 * database long enough to make a writer fail; none may be open when rows_next() is called.
 */
struct rows;

/* faulty: the rejected and the failed ones only. NULL and err on failure. */
struct rows *rows_open(struct inventory *, int64_t run, bool faulty, struct error *);
/* 1, 0 at the end, -1 and err: also ERROR_SIGNAL and a signal's number (inventory_set_stop()). */
int rows_next(struct rows *, const struct row **, struct error *);
void rows_close(struct rows *);

#endif
