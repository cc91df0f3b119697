#ifndef FORMATS_WRITER_PRIVATE_H
#define FORMATS_WRITER_PRIVATE_H

#include "buffer.h"
#include "write/writer.h"

/* For writer*.c alone: what an output does with the cells that writer.c hands on. */

struct writer_format {
	const char *word;
	const char *yes; /* a boolean's words */
	const char *no;
	const char *null;
	bool nested; /* lists and JSON stand as JSON; else as text */

	int (*begin)(struct writer *); /* the header; -1 out of memory. May be NULL */
	void (*text)(struct writer *, const char *text, size_t length);
	void (*bare)(struct writer *, const char *text, size_t length); /* number, word, JSON */
	void (*row)(struct writer *);
	void (*end)(struct writer *);     /* what is still held. May be NULL */
	void (*release)(struct writer *); /* May be NULL */
};

struct table;

struct writer {
	const struct writer_format *format;
	struct outfile *file;
	const char *const *columns;
	size_t count;
	size_t cells;         /* of the row so far, those too many included */
	struct buffer line;   /* what is to be written next */
	struct buffer joined; /* a list on its way into a cell */
	struct table *table;
	struct error failure; /* the first; code ERROR_NONE: none */
};

extern const struct writer_format writer_csv, writer_jsonl, writer_table;

#endif
