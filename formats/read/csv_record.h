#ifndef READ_CSV_RECORD_H
#define READ_CSV_RECORD_H

#include "read/reader_format.h"
#include "read/splitter.h"

/* A record of CSV in the window, for the header and for those that follow it. */

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
