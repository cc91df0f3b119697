#ifndef FORMATS_COPY_H
#define FORMATS_COPY_H

#include "outfile.h"
#include "read/reader.h"

/*
 * Writes records of a file again as they stand in it (columns, order, delimiter and values
 * unchanged, taken by byte offset; dropped columns left out) with columns of the caller's
 * behind them. What is written can be read again by the same reader.
 */

/* The header with `count` further names; nothing in JSONL. A JSON array is copied as JSONL. */
int copy_header(
    struct reader *, const char *const *names, size_t count, struct outfile *, struct error *);

/*
 * The record that reader_next() just returned, with a text for each further name. A malformed
 * record's own fields are empty (in JSONL: not there). A NULL text is an empty cell (no member).
 */
int copy_record(struct reader *, const struct record *, const char *const *names,
    const char *const *texts, size_t count, struct outfile *, struct error *);

/* The raw text of a record, at most `size` bytes of it, as valid UTF-8 (what is not, is U+FFFD)
 * without NUL. Allocated; the caller wipes and frees. NULL: it cannot be
 * read again, or out of memory. */
char *copy_raw(struct reader *, const struct record *, size_t size, struct error *);

#endif
