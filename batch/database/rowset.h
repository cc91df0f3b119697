#ifndef BATCH_INVENTORY_FEED_H
#define BATCH_INVENTORY_FEED_H

#include "database/statement.h"

/*
 * For inventory_*.c alone: arrays of ours as tables of SQL, so that one statement does a whole
 * batch: `INSERT INTO job SELECT * FROM feed_job`. A cursor stays open from row to row, which a
 * statement a row does not give; it halves the price of a row.
 */

/* X(name, columns) */
#define FEED_LIST(X)                                                                           \
	X(KEY, "feed_key", "id, slot")                                                         \
	X(REQUEST, "feed_request",                                                             \
	    "id, line, outcome, existing, certificate, request, job_time, due_at, created_at," \
	    " first_job, jobs, first_refusal, refusals, messages, password, offset")           \
	X(JOB, "feed_job", "id, request, location, store")                                     \
	X(REFUSAL, "feed_refusal", "id, request, location, store, code, text")                 \
	X(ITEM, "feed_item", "store, alias, level, certificate, file, line")                   \
	X(NAMED, "feed_named", "store, at, items, file, line, empty_file, empty_line")         \
	X(LOCATION, "feed_location", "store, alias, certificate")                              \
	X(LINK, "feed_link", "location, level, certificate")

enum feed {
#define FEED_ENUM(name, table, columns) FEED_##name,
	FEED_LIST(FEED_ENUM)
#undef FEED_ENUM
	    FEED_COUNT
};

/* What a feed gives while a statement reads it: `count` rows, a value at a time. */
struct feed_rows {
	size_t count;
	void (*value)(sqlite3_context *, const void *closure, size_t row, int column);
	const void *closure;
};

struct feed_table; /* one for each feed and connection */

/* Makes the feeds known to a connection that was opened. -1 and err. */
int feeds_init(struct inventory *, struct error *);
void feeds_release(struct inventory *); /* after the connection was closed */

/* Runs an INSERT that reads the feed. The rows must live until it returns. 0, or -1 and err. */
int feed_run(struct inventory *, enum feed, const struct feed_rows *, const struct statement *,
    struct error *);

/* Begins a query that reads the feed; the rows must live until query_end(). */
void feed_begin(struct query *, struct inventory *, enum feed, const struct feed_rows *,
    const struct statement *);

/* Values for a column: null where it is not present; texts and bytes live as long as the rows. */
void feed_optional(sqlite3_context *, bool present, int64_t);
void feed_string(sqlite3_context *, const char *text); /* NULL: null */
void feed_text(sqlite3_context *, const char *text, size_t length);
void feed_bytes(sqlite3_context *, const unsigned char *bytes, size_t length); /* of 0: null */

#endif
