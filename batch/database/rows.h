#ifndef BATCH_DATABASE_ROWS_H
#define BATCH_DATABASE_ROWS_H

#include "database/database.h"
#include "model/row.h"

/*
 * The rows of a run in manifest order, as they were decided: read back from the database, with
 * the names of stores and aliases. Read in short transactions, so that a reader never holds the
 * database long enough to make a writer fail; none may be open when rows_next() is called.
 */
struct rows;

/* Rows of one read transaction: a writer's commit waits for no more than these. */
#define ROWS_PAGE 500

/*
 * Rows that were read together; the memory is used again from page to page. Their locations have
 * stores, GUIDs and fates, not ids.
 */
struct rows_page {
	size_t count;
	struct row rows[ROWS_PAGE];
};

struct rows_page *rows_page_new(void); /* NULL when out of memory */
void rows_page_free(struct rows_page *);

/* to_mend: only those of row_needs_mending(). NULL and err on failure. */
struct rows *rows_open(struct database *, int64_t run, bool to_mend, struct error *);
void rows_close(struct rows *);

/*
 * The next page, of one row at least: 1, 0 at the end, -1 and err: also ERROR_SIGNAL and a
 * signal's number (db_set_stop()).
 */
int rows_read(struct rows *, struct rows_page *, struct error *);

/* Likewise the next row, of a page that the rows keep; valid until the next one. */
int rows_next(struct rows *, const struct row **, struct error *);

#endif
