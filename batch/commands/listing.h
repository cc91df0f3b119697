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

struct command;

/* What a command line says about a listing. */
struct listing_options {
	/* An index of listing_formats. LISTING_UNSET: by the ending of the file, JSONL or CSV; on
	 * standard output a table if that is a terminal, else CSV. */
	int format;
	bool wide;           /* --wide: on a terminal too, every column, whole */
	const char *columns; /* --columns: names with commas between them; NULL: not given */
};

/* The entries of --wide and --columns in a table of options; `member` is a struct listing_options
 * in the struct `type`. */
#define LISTING_VIEW_OPTIONS(type, member)                                          \
	{"wide", NULL, "on a terminal too: every column, whole", OPTION_FLAG,       \
	    offsetof(type, member.wide), 0, NULL},                                  \
	{                                                                           \
		"columns", "NAME,...", "these columns, in this order", OPTION_TEXT, \
		    offsetof(type, member.columns), 0, NULL                         \
	}

struct listing {
	const struct command *command; /* for usage errors */
	struct listing_options options;
	const char *path; /* of the file; NULL or "-": standard output */
	const char *const *columns;
	const enum column_fit *fits; /* of each column; NULL: all are in the narrow set */
	size_t count;
	enum db_mode mode; /* to open the database with */
	bool rows_only;    /* standard output gets no header without rows, as under -q */
	bool keep;         /* what was written before fill() failed is published all the same */
	bool alone;        /* fill() writes to `file` itself, and gets no writer */
	/* Before the output is opened; it may set columns, fits, count and alone. May be NULL. */
	int (*prepare)(struct listing *, struct database *, struct error *);
	/* Writes the rows. */
	int (*fill)(struct listing *, struct database *, struct writer *, struct error *);
	void *closure; /* the caller's, for prepare() and fill() */

	/* Set by listing_run(), for fill(). */
	const struct context *context;
	struct outfile *file; /* the writer's */
	size_t *chosen;       /* the columns of --columns, in its order; NULL: not given */
	size_t chosen_count;
};

/* Which output the format and the path mean. */
enum output listing_output(const struct context *, const struct listing *);

/* Gives a view the room of the terminal that the file is, and what becomes of long values. Where it
 * is none, the view stays as it is and this is false. */
bool listing_fit(struct writer_view *, const struct outfile *, enum writer_long);

/* A writer of the columns to the file, all set: those that were chosen, or all, or in a table on a
 * terminal the narrow set. Columns and fits must live as long as it. NULL: no memory. */
struct writer *listing_open_writer(const struct listing *);

/*
 * A table on a terminal has the narrow set of columns, unless the options choose others. Opens the
 * database and the output, has the rows written and publishes them. The exit status: 0, or that of
 * an error, which is printed; then a file is as it was before, but see `keep`. Where the reader of
 * standard output has gone away nothing is printed, and the status is that of SIGPIPE. Under -q,
 * standard output gets no header without rows.
 */
int listing_run(const struct context *, struct listing *);

/* ---- the lists of database/list.h ------------------------------------------------------- */

/* All rows of a kind on standard output. The exit status. */
int listing_run_list(const struct command *, const struct context *, enum list_kind,
    const struct list_value *filters, const struct listing_options *);

/* The names of a kind's columns, or their places in the narrow set, after `before` others. Returns
 * how many there are in all. */
size_t listing_names(enum list_kind, const char **names, size_t before);
size_t listing_fits(enum list_kind, enum column_fit *fits, size_t before);

/* Whether a cell of the list's current row is not empty. */
bool listing_there(enum list_kind, const struct list *, size_t column);
/* A cell of the list's current row, and all its cells; with NULL for the list, empty ones. */
void listing_put_cell(struct writer *, enum list_kind, const struct list *, size_t column);
void listing_put_row(struct writer *, enum list_kind, const struct list *);

/* A cell of the current row as a member of a JSON object, `"Name":value`. */
void listing_add_member(struct buffer *, enum list_kind, const struct list *, size_t column);
/* The current row as a JSON object. */
void listing_add_json(struct buffer *, enum list_kind, const struct list *);

#endif
