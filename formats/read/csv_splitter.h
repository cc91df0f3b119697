#ifndef FORMATS_CSV_SPLITTER_H
#define FORMATS_CSV_SPLITTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Finds where a record of CSV ends (RFC 4180, sections 2.1 to 2.7, with LF and CR for CRLF, and
 * any delimiter), by its quotes and without reading its fields.
 *
 * A record is damaged by a quote inside an unquoted field, by text behind a closing quote, by a
 * quote that is not closed before the file ends, and by being longer than LIMIT_RECORD. What
 * its quotes say is not to be trusted then: a damaged record ends with the physical line it
 * starts on, and the next record starts on the next physical line. So damage costs one line.
 *
 * No byte is looked at more than a few times, however many quotes are left open: on the lines
 * that a damaged record reached over, each holds an even number of quotes (an odd number would
 * have closed its quote and ended it), so that none of them reaches over its own end again.
 */
enum split {
	SPLIT_MORE,   /* the text must be longer to tell; never asked for beyond LIMIT_RECORD + 2 */
	SPLIT_RECORD, /* a whole record */
	SPLIT_STRAY,  /* damaged, `at` a quote inside an unquoted field */
	SPLIT_BEHIND, /* damaged, `at` text behind a closing quote */
	SPLIT_UNCLOSED, /* damaged, `at` a quote that is not closed */
	SPLIT_LONG,     /* damaged, longer than LIMIT_RECORD, and no quote is to blame */
};

struct extent {
	size_t length;  /* SPLIT_RECORD: bytes of the record, without its end of line */
	size_t next;    /* SPLIT_RECORD: bytes with it */
	uint64_t lines; /* SPLIT_RECORD: how many physical lines end in it */
	size_t at;      /* where the damage is */
};

/* The record at the start of text. `ended`: nothing follows the text. */
enum split csv_splitter_scan(
    const char *text, size_t length, bool ended, char delimiter, struct extent *);

/*
 * Whether the text starts with a plain line: ASCII without control characters and without blanks
 * but the delimiter and single ones inside of words, so that it is valid text and libcsv trims
 * nothing of it. Its quotes are not looked at: it is a record just if csv_cells_parse_line() says
 * so.
 */
bool csv_splitter_plain(const char *text, size_t length, char delimiter, struct extent *extent);

/* Where the field that starts at text[at] ends, in a record that is not damaged before it. */
size_t csv_splitter_field(const char *text, size_t length, size_t at, char delimiter);

#endif
