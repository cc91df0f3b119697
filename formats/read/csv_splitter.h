#ifndef FORMATS_READ_CSV_SPLITTER_H
#define FORMATS_READ_CSV_SPLITTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Finds where a record of CSV ends (RFC 4180, 2.1 to 2.7; a line may also end with LF or CR, and
 * the delimiter may be any). It reads the quotes, not the fields.
 *
 * A record is damaged by a quote inside an unquoted field, by text after a closing quote, by a
 * quote that the file does not close, and by being longer than LIMIT_RECORD. Its quotes cannot be
 * trusted then: a damaged record ends with the physical line that it starts on, and the next record
 * starts on the next physical line. So damage costs one line.
 *
 * However many quotes are left open, each byte is looked at a few times at most: of the lines that
 * a damaged record reached over, each has an even number of quotes (an odd number would have closed
 * the quote and ended the record), so that none of them reaches over its own end again.
 */
enum split {
	SPLIT_MORE,     /* more text is needed; never the answer from LIMIT_RECORD + 2 bytes on */
	SPLIT_RECORD,   /* a whole record */
	SPLIT_STRAY,    /* damaged: at .at is a quote inside an unquoted field */
	SPLIT_AFTER,    /* damaged: at .at is text after a closing quote */
	SPLIT_UNCLOSED, /* damaged: at .at is a quote that is not closed */
	SPLIT_LONG,     /* damaged: longer than LIMIT_RECORD, but not because of a quote */
};

struct extent {
	size_t length;  /* SPLIT_RECORD: bytes of the record, without the end of its line */
	size_t next;    /* SPLIT_RECORD: bytes with it */
	uint64_t lines; /* SPLIT_RECORD: how many physical lines end in it */
	size_t at;      /* where the damage is */
};

/* Finds the record at the start of text. `ended`: the file ends with the text. */
enum split csv_splitter_scan(
    const char *text, size_t length, bool ended, char delimiter, struct extent *);

/*
 * Whether the text starts with a plain line: ASCII without control characters, and blanks only as
 * delimiters or single ones inside of words, so that the text is valid and libcsv trims nothing.
 * Quotes are not looked at: csv_cells_parse_line() decides whether the line is a record.
 */
bool csv_splitter_plain(const char *text, size_t length, char delimiter, struct extent *extent);

/* Where the field ends that starts at text[at], in a record that is not damaged before there. */
size_t csv_splitter_field(const char *text, size_t length, size_t at, char delimiter);

#endif
