#ifndef FORMATS_WRITE_WRITER_PRIVATE_H
#define FORMATS_WRITE_WRITER_PRIVATE_H

#include "buffer.h"
#include "write/writer.h"

#include <stdint.h>

/* For writer*.c alone: a format as a value. writer.c calls it for each cell and row. */

struct writer_format {
	const char *yes; /* the words of a boolean */
	const char *no;
	const char *null;
	bool nested; /* lists and JSON are written as JSON; else as text */

	int (*begin)(struct writer *); /* the header; -1: no memory. May be NULL */
	void (*text)(struct writer *, const char *text, size_t length);
	void (*bare)(struct writer *, const char *text, size_t length); /* number, word, JSON */
	void (*row)(struct writer *);
	void (*end)(struct writer *);     /* adds the rows that are still held. May be NULL */
	void (*release)(struct writer *); /* may be NULL */
};

struct table;
struct writer_choice;

struct writer {
	const struct writer_format *format;
	struct outfile *file;
	const char *const *columns; /* that are written */
	size_t count;
	struct writer_view view;
	struct writer_choice *choice; /* NULL: every column is written, in its order */
	size_t given;                 /* cells of a row as the caller gives it */
	uint64_t rows;                /* so far */
	size_t cells;                 /* of the row so far; cells over `given` are counted only */
	bool failed;                  /* the next cell is one of writer_failure() */
	struct buffer line;           /* bytes that are written next */
	struct buffer joined;         /* a list while it becomes a cell */
	struct table *table;          /* of writer_table.c */
	struct error failure;         /* the first; code ERROR_NONE: none */
};

extern const struct writer_format writer_csv, writer_jsonl, writer_table;

/* ---- writer_choice.c: columns that were chosen, in another order than that of the cells ---------
 */

/* Sets the columns of the writer to those that its view has chosen. -1: no memory. */
int writer_choice_begin(struct writer *);
/* Keeps the next cell of the row. */
void writer_choice_hold(struct writer *, const char *bytes, size_t length, bool bare);
/* Gives the kept cells to the format; the row is whole. */
void writer_choice_row(struct writer *);
/* Of the n-th written column, the index among those that are given. */
size_t writer_choice_source(const struct writer *, size_t n);
void writer_choice_free(struct writer_choice *); /* NULL is allowed */

/* ---- writer_layout.c: the widths of columns on a terminal ---------------------------------- */

struct layout_column {
	enum column_fit fit;
	size_t name;  /* cells of its name */
	size_t value; /* of its longest value */
	bool number;  /* cut after all others */
	bool time;    /* cut after the minute or the day */
	bool hidden;  /* there is no room for it */
	size_t width;
	size_t least, want; /* of writer_layout() alone */
};

/* Sets `width` of each column, at least 1, so that a line has `room` cells at most; hides columns
 * when may_hide, and where there is no other way. Returns the blanks between columns. */
size_t writer_layout(struct layout_column *, size_t count, size_t room, bool may_hide);

#endif
