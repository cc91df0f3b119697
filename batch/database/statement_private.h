#ifndef BATCH_DATABASE_STATEMENT_PRIVATE_H
#define BATCH_DATABASE_STATEMENT_PRIVATE_H

#include "database/damaged.h"
#include "database/engine.h"
#include "database/stored_private.h"

/*
 * For this room alone: statements by name, bound in order, every step checked.
 *
 *	struct query q;
 *	query_begin(&q, db, SQL_LOCATION_NAME);
 *	query_integer(&q, id);
 *	while ((rc = query_next(&q, err)) == 1)
 *		use(query_get_text(&q, 0));
 *	query_end(&q);
 */

struct query {
	struct database *db;
	const struct engine *engine;
	void *statement; /* NULL: it could not be prepared */
	enum sql sql;
	int parameter; /* the next one */
	bool failed;   /* preparing or binding did */
};

/* Takes the prepared statement, reset and without values. A failure shows at query_next(). */
void query_begin(struct query *, struct database *, enum sql);
/* Likewise one of its own, for queries that nest; to be ended by query_forget(). 0, or -1 and err.
 */
int query_begin_own(struct query *, struct database *, enum sql, struct error *);

void query_value(struct query *, const struct db_value *); /* static until query_end() */
void query_integer(struct query *, int64_t);
void query_text(struct query *, const char *text, size_t length);  /* likewise */
void query_string(struct query *, const char *text);               /* likewise; NULL: null */
void query_blob(struct query *, const void *bytes, size_t length); /* likewise */
void query_null(struct query *);
/* null where `present` is false */
void query_optional(struct query *, bool present, int64_t);
/* The rows that the statement reads as the table of their kind; static until query_end(). */
void query_rows(struct query *, const struct rowset *);

int query_next(struct query *, struct error *); /* 1 a row, 0 done, -1 and err */
int query_run(struct query *, struct error *);  /* steps to the end and ends the query; 0 or -1 */
void query_end(struct query *);
void query_forget(struct query *); /* fine for one that is all 0 */

/*
 * Holds the columns of the row against what they may hold (database/stored_private.h): an enum
 * stored for each from the first on, STORED_OR_NULL beside it where its row need not be there. -1
 * and err at the first that holds something else. No value of a row is used before it was looked
 * at, be it by this or by a comparison that costs less.
 */
int query_verify(const struct query *, const int *columns, size_t count, struct error *);
/* The next row, looked at so: 1, 0 done, -1 and err. */
int query_row(struct query *, const int *columns, size_t count, struct error *);
#define QUERY_COLUMNS(list) (list), (sizeof(list) / sizeof((list)[0]))

/* Of the row; texts and blobs live until the next step. */
static inline int64_t
query_get_integer(const struct query *q, int column) /* null: 0 */
{
	return q->engine->integer(q->statement, column);
}

static inline bool
query_get_null(const struct query *q, int column)
{
	return q->engine->type(q->statement, column) == DB_NULL;
}

static inline bool
query_is_text(const struct query *q, int column)
{
	return q->engine->type(q->statement, column) == DB_TEXT;
}

static inline const char *
query_get_text(const struct query *q, int column) /* null: NULL */
{
	return q->engine->text(q->statement, column);
}

static inline const void *
query_get_blob(const struct query *q, int column)
{
	return q->engine->blob(q->statement, column);
}

static inline size_t
query_get_length(const struct query *q, int column) /* bytes, of a text or blob */
{
	return q->engine->length(q->statement, column);
}

/* Of any type; its data live until the next step. -1 and err when there is no memory for them. */
int query_get(const struct query *, int column, struct db_value *, struct error *);

/* Runs one statement without values and rows, or a script of several. 0, or -1 and err. */
int statement_run(struct database *, enum sql, struct error *);
int script_run(struct database *, enum sql, struct error *);
/* Runs an INSERT of all rows, none of which may be left out. */
int rowset_run(struct database *, const struct rowset *, enum sql, struct error *);

#endif
