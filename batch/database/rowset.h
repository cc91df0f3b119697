#ifndef BATCH_DATABASE_ROWSET_H
#define BATCH_DATABASE_ROWSET_H

#include <stddef.h>
#include <stdint.h>

/*
 * For this room and its engines: an array of structs that SQL reads as a table, so that one
 * statement does a whole batch: `INSERT INTO job SELECT * FROM temp.rowset_job`. That halves the
 * price of a row against a statement for each.
 */

enum rowset_type {
	ROWSET_INTEGER, /* int64_t; ROWSET_NULL: null */
	ROWSET_STRING,  /* const char *; NULL: null */
	ROWSET_TEXT,    /* struct rowset_bytes; never null */
	ROWSET_BLOB,    /* struct rowset_bytes; null where its length is 0 */
};

#define ROWSET_NULL INT64_MIN

struct rowset_bytes {
	const void *data;
	size_t length;
};

struct rowset_column {
	const char *name;
	enum rowset_type type;
	size_t offset; /* in a row, of what the type says */
};

/* X(enumerator, its table in SQL, its struct) */
#define ROWSET_LIST(X)                                         \
	X(KEY, "rowset_key", struct rowset_key)                \
	X(ID, "rowset_id", struct rowset_id)                   \
	X(REQUEST, "rowset_request", struct rowset_request)    \
	X(JOB, "rowset_job", struct rowset_job)                \
	X(REFUSAL, "rowset_refusal", struct rowset_refusal)    \
	X(ITEM, "rowset_item", struct rowset_item)             \
	X(NAMED, "rowset_named", struct rowset_named)          \
	X(LOCATION, "rowset_location", struct rowset_location) \
	X(LINK, "rowset_link", struct rowset_link)             \
	X(SETTLED, "rowset_settled", struct rowset_settled)    \
	X(DATED, "rowset_dated", struct rowset_dated)

enum rowset_kind {
#define ROWSET_ENUM(name, table, row) ROWSET_##name,
	ROWSET_LIST(ROWSET_ENUM)
#undef ROWSET_ENUM
	    ROWSET_KINDS
};

/* The columns have the names of the members, in their order. */

struct rowset_key {
	int64_t id, slot;
};

struct rowset_id {
	int64_t id;
};

struct rowset_request {
	int64_t id, line, outcome, existing, certificate, request;
	const char *job_time;
	int64_t due_at, created_at, first_job, jobs, first_refusal, refusals;
	const char *messages;
	struct rowset_bytes password;
	int64_t offset;
};

struct rowset_job {
	int64_t request, location, store;
};

struct rowset_refusal {
	int64_t request, location, store;
	const char *code, *text;
};

struct rowset_item {
	int64_t store;
	struct rowset_bytes alias;
	int64_t level, certificate, file, line;
};

struct rowset_named {
	int64_t store, at, items, file, line, empty_file, empty_line;
};

struct rowset_location {
	int64_t store;
	struct rowset_bytes alias;
	int64_t certificate;
};

struct rowset_link {
	int64_t location, level, certificate;
};

struct rowset_settled {
	int64_t id, number, status, result, completed_at, proven_at;
};

struct rowset_dated {
	int64_t id, at, names;
};

struct rowset_table {
	const char *name;
	const struct rowset_column *columns;
	int column_count;
	size_t row_size;
};

const struct rowset_table *rowset_table(enum rowset_kind);

/* `count` rows, of the struct of their kind. */
struct rowset {
	enum rowset_kind kind;
	const void *rows;
	size_t count;
};

#endif
