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

struct writer {
	const struct writer_format *format;
	struct outfile *file;
	const char *const *columns;
	size_t count;
	uint64_t rows;        /* so far */
	size_t cells;         /* of the row so far; cells over `count` are counted only */
	struct buffer line;   /* bytes that are written next */
	struct buffer joined; /* a list while it becomes a cell */
	struct table *table;  /* of writer_table.c */
	struct error failure; /* the first; code ERROR_NONE: none */
};

extern const struct writer_format writer_csv, writer_jsonl, writer_table;

#endif
