#ifndef BATCH_DATABASE_FEED_H
#define BATCH_DATABASE_FEED_H

#include "database/statement.h"

/*
 * For this room alone: arrays of ours as tables of SQL, so that one statement does a whole
 * batch: `INSERT INTO job SELECT * FROM feed_job`. A cursor stays open from row to row, which a
 * statement a row does not give; it halves the price of a row.
 */

/* X(name, columns) */
#define ROWSET_LIST(X)                                                                         \
	X(KEY, "rowset_key", "id, slot")                                                       \
	X(REQUEST, "rowset_request",                                                           \
	    "id, line, outcome, existing, certificate, request, job_time, due_at, created_at," \
	    " first_job, jobs, first_refusal, refusals, messages, password, offset")           \
	X(JOB, "rowset_job", "id, request, location, store")                                   \
	X(REFUSAL, "rowset_refusal", "id, request, location, store, code, text")               \
	X(ITEM, "rowset_item", "store, alias, level, certificate, file, line")                 \
	X(NAMED, "rowset_named", "store, at, items, file, line, empty_file, empty_line")       \
	X(LOCATION, "rowset_location", "store, alias, certificate")                            \
	X(LINK, "rowset_link", "location, level, certificate")

enum rowset {
#define ROWSET_ENUM(name, table, columns) ROWSET_##name,
	ROWSET_LIST(ROWSET_ENUM)
#undef ROWSET_ENUM
	    ROWSET_COUNT
};

/* What a feed gives while a statement reads it: `count` rows, a value at a time. */
struct rowset_rows {
	size_t count;
	void (*value)(sqlite3_context *, const void *closure, size_t row, int column);
	const void *closure;
};

struct rowset_table; /* one for each feed and connection */

/* Makes the feeds known to a connection that was opened. -1 and err. */
int rowsets_init(struct database *, struct error *);
void rowsets_release(struct database *); /* after the connection was closed */

/* Runs an INSERT that reads the feed. The rows must live until it returns. 0, or -1 and err. */
int rowset_run(struct database *, enum rowset, const struct rowset_rows *, const struct statement *,
    struct error *);

/* Begins a query that reads the feed; the rows must live until query_end(). */
void rowset_begin(struct query *, struct database *, enum rowset, const struct rowset_rows *,
    const struct statement *);

/* Values for a column: null where it is not present; texts and bytes live as long as the rows. */
void rowset_optional(sqlite3_context *, bool present, int64_t);
void rowset_string(sqlite3_context *, const char *text); /* NULL: null */
void rowset_text(sqlite3_context *, const char *text, size_t length);
void rowset_bytes(sqlite3_context *, const unsigned char *bytes, size_t length); /* of 0: null */

#endif
