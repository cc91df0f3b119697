#ifndef FORMATS_READ_READER_H
#define FORMATS_READ_READER_H

#include "error.h"
#include "record.h"
#include "repair.h"

/*
 * Reads records from a file of CSV (RFC 4180 and its dialects), JSONL (one RFC 8259 object a
 * line) or one JSON array of objects (or a single object), in bounded memory, with pread(2): the
 * file offset of the descriptor is neither used nor moved.
 */

enum format { FORMAT_AUTO, FORMAT_CSV, FORMAT_JSONL, FORMAT_JSON };

/* The format of "csv", "jsonl" or "json"; FORMAT_AUTO for any other word. */
enum format format_parse(const char *word);
const char *format_word(enum format);

/* The delimiter of CSV that a word means: , ; | or tab (as word or character). '\0': it is none. */
char delimiter_parse(const char *word);

/* The format by the ending of a file name (.csv .tsv .txt; .jsonl .ndjson; .json), or FORMAT_AUTO.
 */
enum format format_of_name(const char *name);

/*
 * Which unknown names may be meant for a field. When the header (in JSON the object) lacks the
 * field, a name is refused that contains one of the parts or has one of the words (name_contains(),
 * name_has_word()); with `dates`, so is a column of CSV whose first value is a date or a time.
 */
struct meaning {
	size_t field;
	const char *const *parts; /* in small letters, then a NULL; or NULL: none */
	const char *const *words; /* the same */
	bool dates;
};
#define FIELDS_MEANINGS 4 /* the most */

/*
 * The fields that a caller knows. Names match without regard to case, blanks, '_' and '-'.
 *
 * These names are refused, in CSV with the whole file, in JSON with the record: with `strict`, a
 * name that is nearly a known one that is not dropped (name_nearly()); a second name of one field;
 * the names that `meanings` and `closed` refuse. One message names all of them. Allowed and dropped
 * names are never refused.
 */
struct fields {
	const char *const *names; /* canonical spelling, by index */
	size_t count;             /* 0: none is known, and any header is accepted */
	bool strict;
	const char *const *allowed; /* names that are neither refused nor read */
	size_t allowed_count;
	const char *const *dropped; /* names that are not reported and not copied; they are read
				       only when they are known too */
	size_t dropped_count;
	const bool *raw; /* by index; NULL: none. Of a raw field, arrays and objects are given as
			    they are written, of any depth, their parts not judged */
	const struct meaning *meanings;
	size_t meaning_count;
	bool closed; /* every unknown name is refused */
};

struct reader_options {
	const char *name; /* of the file, for messages and for its format */
	enum format format;
	char delimiter;       /* of CSV; '\0': found from the header */
	const char *encoding; /* NULL: found; "utf-8", "utf-16", "windows-1252" or "latin1" */
	const struct fields *fields; /* must live as long as the reader */
	/* JSON records may have LIMIT_LONG_RECORD bytes, and arrays and objects in them any size;
	 * in CSV and JSON, fields that are not known may have any size. */
	bool long_records;
	/* JSON: where the file is one object whose member `value` is an array, and no known member
	 * is before it, the records are the elements of that array. */
	bool wrapped;
};

struct reader;

/*
 * Opens a reader on fd, a regular file or an anonymous memory file, and reads the header. The
 * caller keeps fd open as long as the reader, and closes it. NULL and err on failure: ERROR_INPUT
 * when there is no usable header, ERROR_USAGE when an option is wrong, ERROR_STORAGE when reading
 * fails.
 */
struct reader *reader_open(int fd, const struct reader_options *, struct error *);
void reader_close(struct reader *); /* wipes and frees; NULL is allowed */

/*
 * The next record: 1 and *record (valid until the next call), 0 at the end, -1 and err when
 * reading fails. A malformed record is a record with a fault.
 */
int reader_next(struct reader *, const struct record **record, struct error *);

/* A position between two records. */
struct position {
	uint64_t offset; /* bytes */
	uint64_t line;   /* physical line at that offset, from 1 */
	uint64_t number; /* records before it */
};

/* The position after the record that was read last. */
struct position reader_position(const struct reader *);

/* Goes to a position that reader_position() returned, or to that of a record. Resets the repairs.
 */
void reader_seek(struct reader *, const struct position *);

/*
 * Goes forward to the first record that starts after the offset, and counts lines and records from
 * there. 1; 0 when the start of a record can be found only by reading all before it (a JSON array;
 * CSV with a quote before it): the reader has not moved; -1 and err when reading fails.
 */
int reader_seek_after(struct reader *, uint64_t offset, struct error *);

/* As found when the file was opened. */
enum format reader_format(const struct reader *);
char reader_delimiter(const struct reader *); /* '\0' unless CSV */

/* The names in the header of CSV, or in the first object, as they are written. */
const char *const *reader_names(const struct reader *, size_t *count);
/* Whether the header, or the first object, has the field with this index. */
bool reader_has(const struct reader *, size_t field);

/* The unknown names so far, each once, LIMIT_COLUMNS at most. */
const char *const *reader_ignored(const struct reader *, size_t *count);

/*
 * Checks whether the first value of a CSV column shows that the column may be meant for a field
 * that the header lacks (struct meaning). The first value is looked for in the records that the
 * reader has read, then in those that `rest` has read, a reader of the records after these (NULL:
 * none). A text that is blank, has neither letter nor digit, or is an error value of a spreadsheet
 * is no value. 0; -1 and err (ERROR_INPUT), which names all such columns.
 */
int reader_check_values(const struct reader *, const struct reader *rest, struct error *);

/* The repairs since the file was opened, or since reader_seek(). */
const struct repairs *reader_repairs(const struct reader *);

#endif
