#ifndef FORMATS_READ_READER_CSV_PRIVATE_H
#define FORMATS_READ_READER_CSV_PRIVATE_H

#include "read/csv_splitter.h"
#include "read/reader_private.h"

/* For reader_csv*.c alone. */

/* ---- reader_csv_record.c: the record at the window's start --------------------------------- */

/* Finds where the record ends. Sets *split and *extent. -1 and err when reading fails. */
int csv_record_scan(
    struct reader *, char delimiter, enum split *split, struct extent *extent, struct error *);

/* Sets the fault of a damaged record. `split` is any value but SPLIT_MORE and SPLIT_RECORD. */
void csv_record_damage(struct reader *, enum split, const struct extent *);

/* The name of the column that text[at] is in; NULL when it has none. */
const char *csv_record_column(const struct reader *, const char *text, size_t at);

/* Whether the text is empty or holds delimiters alone. */
bool csv_record_is_blank(const char *text, size_t length, char delimiter);

/* ---- reader_csv_header.c ------------------------------------------------------------------- */

/* Reads the header, finds the delimiter and goes to the first record. -1 and err. */
int csv_header_read(struct reader *, struct error *);

#endif
