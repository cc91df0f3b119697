#ifndef BATCH_DATABASE_SQL_H
#define BATCH_DATABASE_SQL_H

#include "database/database.h"

#include <sqlite3.h>

/*
 * For inventory*.c alone: statements by name, bound in order, every step checked.
 *
 *	struct query q;
 *	query_begin(&q, inventory, &LOCATION_OF);
 *	query_integer(&q, id);
 *	while ((rc = query_next(&q, err)) == 1)
 *		use(query_get_integer(&q, 0));
 *	query_end(&q);
 */

struct statement {
	const char *name;
	const char *sql; /* never built from values */
};

struct database {
	sqlite3 *handle;
	enum db_mode mode;
	struct prepared *prepared; /* each statement once, by its address */
	size_t prepared_count;
	struct rowset_table *rowsets;      /* database/rowset.h */
	const volatile sig_atomic_t *stop; /* a signal's number, 0; may be NULL */
	char path[1024];
	bool busy_filled; /* temp.busy holds the active jobs: database/facts.c */
	bool planned;     /* temp.planned is there: likewise */
	bool comparing;   /* its schema is being compared: sqlite/schema.c */
	bool damaged;     /* the last failure was that the database is */
	bool wal;         /* it is in WAL mode, or was when it was opened: sqlite/wal.h */
	bool gave_up;     /* the last wait for another's lock came to nothing: sqlite/wait.h */
	int waited;       /* how long it was, in milliseconds */
	struct database *guard; /* keeps the files of WAL mode while we read; NULL */
};

struct query {
	struct database *db;
	sqlite3_stmt *statement;
	const char *name;
	int parameter; /* the next one */
	int rc;        /* sticky: the first failure of preparing or binding */
};

struct cursor {
	struct query query; /* with a statement of its own, for cursors may nest */
};

/* Takes the prepared statement, reset and without values. A failure shows at query_next(). */
void query_begin(struct query *, struct database *, const struct statement *);
void query_integer(struct query *, int64_t);
void query_text(struct query *, const char *text, size_t length);  /* static until query_end */
void query_string(struct query *, const char *text);               /* likewise; NULL: null */
void query_blob(struct query *, const void *bytes, size_t length); /* likewise */
void query_null(struct query *);
/* null where `present` is false */
void query_optional(struct query *, bool present, int64_t);

int query_next(struct query *, struct error *); /* 1 a row, 0 done, -1 and err */
int query_run(struct query *, struct error *);  /* steps to the end and ends the query; 0 or -1 */

/*
 * Holds the columns of the row against what they may hold (database/stored.h): an enum stored for
 * each from the first on, STORED_OR_NULL beside it where its row need not be there. -1 and err at
 * the first that holds something else. No value of a row is used before it was looked at, be it by
 * this or by a comparison that costs less.
 */
int query_verify(const struct query *, const int *columns, size_t count, struct error *);
/* The next row, looked at so: 1, 0 done, -1 and err. */
int query_row(struct query *, const int *columns, size_t count, struct error *);
#define QUERY_COLUMNS(list) (list), (sizeof(list) / sizeof((list)[0]))
void query_end(struct query *);

int64_t query_get_integer(const struct query *, int column); /* null: 0 */
bool query_get_null(const struct query *, int column);
const char *query_get_text(const struct query *, int column); /* null: NULL; until the next step */
size_t query_get_length(const struct query *, int column);    /* bytes, of a text or blob */

/* Likewise of any type; without the text itself. -1 and err when there is no memory for it. */
struct stored_value;
int query_value(const struct query *, int column, struct stored_value *, struct error *);

/* A cursor with a statement of its own, bound by the query_ functions on &cursor->query. */
struct cursor *cursor_new(struct database *, const struct statement *, struct error *);

/* Forgets every prepared statement; before the database is closed. */
void statements_release(struct database *);

/* Runs SQL that takes no values and gives no rows. */
int db_execute(struct database *, const char *sql, struct error *);

/* What brings the schema from each version to the next, from none on; NULL at the end. */
const char *const *db_migrations(void);

/* How long another's lock is waited for. */
#define BUSY_MILLISECONDS 10000

/* Translates what SQLite said last into err. Returns -1. */
int db_failed(struct database *, const char *doing, struct error *);

/* Says that the database is damaged, and where to look further. Returns -1. */
int db_damaged(struct database *, struct error *, const char *format, ...) ERROR_PRINTF(3, 4);

#endif
