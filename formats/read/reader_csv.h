#ifndef FORMATS_READER_CSV_H
#define FORMATS_READER_CSV_H

#include "read/reader_format.h"
#include "read/splitter.h"

/* What the header and the records of CSV share. */

/* Reads the header, settles the delimiter and goes to the first record. -1 and err. */
int header_read(struct reader *, struct error *);

/* The record at the window's place: *split and *extent; -1 and err when reading fails. */
int record_scan(
    struct reader *, char delimiter, enum split *split, struct extent *extent, struct error *);

/* Says what is wrong with a record that is damaged. */
void record_damage(struct reader *, enum split, const struct extent *);

/* The name of the column that text[at] is in, NULL when it has none. */
const char *record_column(const struct reader *, const char *text, size_t at);

/* Whether text is one delimiter after the other, or empty. */
bool record_is_blank(const char *text, size_t length, char delimiter);

#endif
