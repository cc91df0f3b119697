#ifndef BATCH_DATABASE_WALK_PRIVATE_H
#define BATCH_DATABASE_WALK_PRIVATE_H

#include "buffer.h"
#include "database/statement_private.h"

#include <signal.h>

/*
 * For this room alone: reads a table of any size page by page, in the order of its ids. Each page
 * is one short read that is copied before the caller sees a row of it, so that neither a slow
 * reader of our output nor a long table ever makes a writer wait for its lock. Rows that are
 * written between two pages are seen, or not, row by row.
 */

/* The rows of one page. */
struct walk_page {
	struct db_value *values; /* of a text or blob: `integer` is its offset in `bytes` */
	size_t capacity;
	size_t columns;
	size_t rows;
	size_t row; /* the current one, from 1; 0: before the first */
	struct buffer bytes;
};

struct walk {
	struct database *db;
	/* ?1: an id, ?2: how many ids a page has. One row: the last id of the page after ?1, or
	 * null when there is none. SQL_NONE where the order is not that of ids: then `rows` has its
	 * own LIMIT, its last two columns are the position of a row, ?1 and ?2 are the position
	 * after which it starts, and the walk starts at `after` and `last`. */
	enum sql page_end;
	enum sql rows;    /* of the page: ids > ?1 and <= ?2; ?3 and up: bind() */
	int64_t page_ids; /* how many ids a page has */
	void (*bind)(struct query *, const void *values); /* may be NULL */
	/* Changes a row, which is the current one, in the read of its page: walk_set_text(). 0, or
	 * -1 and err. May be NULL. */
	int (*amend)(struct walk *, const void *values, struct error *);
	const void *values;
	const volatile sig_atomic_t *stop; /* may be NULL */
	/* What the columns of `rows` are, as query_verify() has them; NULL: they are not looked at.
	 */
	const int *columns;
	size_t column_count;
	int64_t after; /* where it starts: after this id */
	int64_t last;  /* where it ends, this id included */
	bool done;
	struct walk_page page;
	struct walk_ahead *ahead; /* NULL: it does not read ahead */
};

/* From the first id to the last; the members are the caller's to change before the first step. */
void walk_init(struct walk *, struct database *, enum sql page_end, enum sql rows,
    const volatile sig_atomic_t *stop);
void walk_release(struct walk *);

/* What its columns are: QUERY_COLUMNS(). A row that holds something else ends the walk: -1, err. */
void walk_describe(struct walk *, const int *columns, size_t count);

/*
 * From now on another thread reads the next page while the caller is busy with the rows of this
 * one. Until the walk is over or released, the caller asks the database nothing, and what the
 * walk's functions read does not change. For a walk by ids, before its first step. -1 and err: no
 * memory.
 */
int walk_read_ahead(struct walk *, struct error *);

/* The next row: 1, 0 at the end, -1 and err; ERROR_SIGNAL plus the signal when it was stopped. */
int walk_next(struct walk *, struct error *);

/* Of the current row; texts and blobs live until the next step. */
int64_t walk_integer(const struct walk *, int column); /* 0 where it is no integer */
bool walk_null(const struct walk *, int column);
const char *walk_text(const struct walk *, int column); /* NULL where it is no text */
struct db_value walk_value(const struct walk *, int column);

/* For amend(): the value of a column is this text from now on, or null where it is NULL. */
int walk_set_text(struct walk *, int column, const char *text, struct error *);

/* Runs `rows`, a statement that fills a temporary table and gives no rows, for each page. */
int walk_run(struct walk *, struct error *);

#endif
