#ifndef FORMATS_READ_COPY_H
#define FORMATS_READ_COPY_H

#include "outfile.h"
#include "read/reader.h"

/*
 * Copies records of a file as they are in it: columns, order, delimiter and values unchanged,
 * without the dropped columns and with further columns of the caller's at the end. The same reader
 * can read the copy. A JSON array is copied as JSONL.
 */
struct copy {
	struct reader *reader;    /* of the file that is copied from */
	struct outfile *file;     /* that is copied to */
	const char *const *names; /* of the further columns or members */
	size_t count;             /* of the names */
};

/* Writes the header; nothing for JSON. -1 and err when reading or writing fails. */
int copy_header(const struct copy *, struct error *);

/*
 * Writes the record that reader_next() just returned, with a text for each further name. Of a
 * malformed record the own fields are empty (in JSON: missing). A NULL text is an empty cell (in
 * JSON: no member). -1 and err when reading or writing fails.
 */
int copy_record(
    const struct copy *, const struct record *, const char *const *texts, struct error *);

/*
 * The raw text of a record, `size` bytes of it at most, as UTF-8: U+FFFD replaces NUL and each byte
 * that is not valid. The caller wipes and frees it. NULL and err when reading fails or there is no
 * memory.
 */
char *copy_raw(struct reader *, const struct record *, size_t size, struct error *);

#endif
