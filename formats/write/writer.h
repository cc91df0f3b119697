#ifndef FORMATS_WRITE_WRITER_H
#define FORMATS_WRITE_WRITER_H

#include "column_fit.h"
#include "outfile.h"

/*
 * Writes rows, cell by cell in the order of the columns: as CSV (UTF-8, LF, a header; a text that a
 * spreadsheet would take for a formula gets an apostrophe), as JSONL (one object a row), or as a
 * table for people (the first rows decide the widths).
 */

enum output { OUTPUT_CSV, OUTPUT_JSONL, OUTPUT_TABLE };

struct writer;

/* The columns must live as long as the writer; the caller keeps and publishes the file. NULL when
 * there is no memory. */
struct writer *writer_new(struct outfile *, enum output, const char *const *columns, size_t count);

/* What of its columns a writer writes, and into what room. */
struct writer_view {
	/* Their indexes, each at most once, in the order in which they are written; NULL: all. */
	const size_t *chosen;
	size_t count; /* of them */

	bool left; /* a table has numbers on the left too */

	/* For a table on a terminal; 0 and NULL elsewhere. */
	const enum column_fit *fits; /* of each column, chosen or not; NULL: FIT_ALWAYS */
	enum writer_long {
		LONG_WHOLE, /* lines may be longer than the terminal */
		LONG_CUT,   /* they are not: long values and names end in U+2026, of one cell */
		LONG_WRAP,  /* nor here: the last column goes on in further lines */
	} longer;
	size_t width;  /* cells of a line of the terminal, from 1 */
	size_t height; /* its lines, from 1: the header of a longer table is repeated at its end */
	bool colours;  /* see writer_failure() */
};

/* The same with a view of the columns, which is needed for the call alone, but its `fits` as long
 * as the writer. Rows are given with a cell for every column all the same. */
struct writer *writer_new_view(struct outfile *, enum output, const char *const *columns,
    size_t count, const struct writer_view *);

/* Each of these writes one cell. Text is UTF-8; U+FFFD replaces each byte that is not. The first
 * failure is kept, and every later writer_row() and writer_end() returns it. */
void writer_text(struct writer *, const char *text, size_t length);
void writer_string(struct writer *, const char *text); /* NUL-terminated; NULL is writer_null() */
void writer_integer(struct writer *, int64_t);
void writer_boolean(struct writer *, bool);              /* true and false */
void writer_null(struct writer *);                       /* an empty cell; JSON null */
void writer_time(struct writer *, int64_t milliseconds); /* UTC with Z */
/* Texts: joined by one blank in CSV and a table, an array in JSONL. */
void writer_list(struct writer *, const char *const *texts, size_t count);
/* The text in CSV and a table; in JSONL the JSON, as it is. NULL for the one that is written is
 * writer_null(). */
void writer_either(struct writer *, const char *text, const char *json);

/* The next cell says that something failed: it is red in a table on a terminal with colours. */
void writer_failure(struct writer *);

/* Ends the row; every column must have had its cell. -1 and err on failure. */
int writer_row(struct writer *, struct error *);
bool writer_is_empty(const struct writer *); /* no row so far: at most a header */

/* Writes the rows that are still held (the first ones of a table), frees *writer and sets it to
 * NULL. -1 and err on failure. */
int writer_end(struct writer **, struct error *);
void writer_free(struct writer *); /* writes nothing; NULL is allowed */

#endif
