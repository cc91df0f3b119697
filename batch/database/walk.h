#ifndef BATCH_DATABASE_PAGE_H
#define BATCH_DATABASE_PAGE_H

#include "buffer.h"
#include "database/statement.h"
#include "database/stored.h"

#include <signal.h>

/*
 * For this room alone: reads a table of any size part by part, in the order of its ids.
 * Each part is one short read that is copied out before the caller sees a row of it, so that
 * neither a slow reader of our output nor a long table ever makes a writer wait for its lock.
 * What is written to the table between two parts is seen, or not, row by row.
 */

struct cell;

/* The rows of one part. */
struct page {
	struct cell *cells;
	size_t capacity; /* cells */
	size_t columns;
	size_t rows;
	size_t row; /* the current one, from 1; 0: before the first */
	struct buffer texts;
};

struct walk {
	struct database *db;
	/* ?1: an id, ?2: how many ids a part has. One row: the last id of the part behind ?1, or
	 * null when there is none. */
	const struct statement *part;
	const struct statement *rows; /* of the part: ids > ?1 and <= ?2; ?3 and up: bind() */
	void (*bind)(struct query *, const void *values); /* may be NULL */
	const void *values;
	const volatile sig_atomic_t *stop; /* may be NULL */
	/* What the columns of `rows` are, as query_verify() has them; NULL: they are not looked at.
	 */
	const int *columns;
	size_t column_count;
	int64_t after; /* where it starts: behind this id */
	int64_t last;  /* where it ends, this id included */
	bool done;
	struct page page;
};

/* From the first id to the last; the members are the caller's to change before the first step. */
void walk_init(struct walk *, struct database *, const struct statement *part,
    const struct statement *rows, const volatile sig_atomic_t *stop);
void walk_release(struct walk *);

/* What its columns are: QUERY_COLUMNS(). What holds something else ends the walk with an error. */
void walk_describe(struct walk *, const int *columns, size_t count);

/* The next row: 1, 0 at the end, -1 and err; ERROR_SIGNAL plus the signal when it was stopped. */
int walk_next(struct walk *, struct error *);

/* Of the current row; texts live until the next step. */
int64_t walk_integer(const struct walk *, int column); /* null, and what is none: 0 */
bool walk_null(const struct walk *, int column);
const char *walk_text(const struct walk *, int column); /* null, and what is none: NULL */
struct stored_value walk_value(const struct walk *, int column);

/* Runs `rows`, a statement that fills a temporary table and gives no rows, for each part. */
int walk_run(struct walk *, struct error *);

#endif
