#ifndef BATCH_COMMANDS_LISTING_H
#define BATCH_COMMANDS_LISTING_H

#include "buffer.h"
#include "database/list.h"
#include "program/context.h"
#include "write/writer.h"

/* Rows of the database as CSV, JSONL or a table, on standard output or in a file. */

/* The choices of --format, NULL-terminated; the index is the enum output. */
extern const char *const listing_formats[];
#define LISTING_UNSET (-1) /* no --format */

struct listing {
	/* An index of listing_formats. LISTING_UNSET: by the ending of the file, JSONL or CSV; on
	 * standard output a table if that is a terminal, else CSV. */
	int format;
	const char *path; /* of the file; NULL or "-": standard output */
	const char *const *columns;
	size_t count;
	enum db_mode mode; /* to open the database with */
	bool keep;         /* what was written before fill() failed is published all the same */
	/* Before the output is opened; it may set format, columns and count. May be NULL. */
	int (*prepare)(struct listing *, struct database *, struct error *);
	/* Writes the rows. */
	int (*fill)(struct listing *, struct database *, struct writer *, struct error *);
	void *closure; /* the caller's, for prepare() and fill() */

	/* Set by listing_run(), for fill(). */
	const struct context *context;
	struct outfile *file; /* the writer's */
};

/* Which output the format and the path mean. */
enum output listing_output(const struct context *, const struct listing *);

/*
 * Opens the database and the output, has the rows written and publishes them. The exit status: 0,
 * or that of an error, which is printed; then a file is as it was before, but see `keep`. Where the
 * reader of standard output has gone away nothing is printed, and the status is that of SIGPIPE.
 * Under -q, standard output gets no header without rows.
 */
int listing_run(const struct context *, struct listing *);

/* ---- the lists of database/list.h ------------------------------------------------------- */

/* All rows of a kind on standard output, `format` as above. The exit status. */
int listing_run_list(
    const struct context *, enum list_kind, const struct list_value *filters, int format);

/* The names of a kind's columns, after `before` others. Returns how many there are in all. */
size_t listing_names(enum list_kind, const char **names, size_t before);

/* A cell of the list's current row, and all its cells; with NULL for the list, empty ones. */
void listing_put_cell(struct writer *, enum list_kind, const struct list *, size_t column);
void listing_put_row(struct writer *, enum list_kind, const struct list *);

/* The current row as a JSON object. */
void listing_add_json(struct buffer *, enum list_kind, const struct list *);

#endif
