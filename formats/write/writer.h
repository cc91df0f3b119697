#ifndef FORMATS_WRITER_H
#define FORMATS_WRITER_H

#include "outfile.h"

/*
 * Rows out, cell by cell in the order of the columns: CSV (UTF-8, LF, a header, texts that a
 * spreadsheet would take for a formula neutralised), JSONL (one object a row), or a table for
 * a terminal (widths from the first rows, then streamed).
 */

enum output { OUTPUT_CSV, OUTPUT_JSONL, OUTPUT_TABLE };

/* "csv", "jsonl" or "table" into *output; false for any other word. */
bool output_parse(const char *word, enum output *output);

struct writer;

/* columns must outlive the writer. NULL when out of memory. The file stays the caller's. */
struct writer *writer_new(struct outfile *, enum output, const char *const *columns, size_t count);

/* One cell each. Text is UTF-8; a byte that is not is written as U+FFFD. A failure is kept and
 * told by writer_row(), then and ever after. */
void writer_text(struct writer *, const char *text, size_t length);
void writer_string(struct writer *, const char *text); /* NUL-terminated; NULL is writer_null() */
void writer_integer(struct writer *, int64_t);
void writer_boolean(struct writer *, bool); /* 1 and 0 in a table, true and false else */
void writer_null(struct writer *);          /* an empty cell; JSON null */
void writer_time(struct writer *, int64_t milliseconds); /* UTC with Z */
/* Texts: joined by one blank in CSV and a table, an array in JSONL. */
void writer_list(struct writer *, const char *const *texts, size_t count);
/* A cell that is text in CSV and a table, and this JSON, taken as it is, in JSONL. NULL for
 * either is writer_null() there. */
void writer_either(struct writer *, const char *text, const char *json);

/* Ends the row; every column must have had its cell. -1 and err on failure. */
int writer_row(struct writer *, struct error *);

/* Writes what is still held (a table's first rows) and frees *writer, and sets it NULL. */
int writer_end(struct writer **, struct error *);
void writer_free(struct writer *); /* without writing; NULL is fine */

#endif
