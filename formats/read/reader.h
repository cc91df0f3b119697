#ifndef FORMATS_READER_H
#define FORMATS_READER_H

#include "error.h"
#include "record.h"
#include "repair.h"

/*
 * Reads records from a file of CSV (RFC 4180 and its dialects), JSONL (one RFC 8259 object a
 * line) or one JSON array of objects (or a single object), in bounded memory, with pread(2): the
 * file offset of the descriptor is neither used nor moved.
 */

enum format { FORMAT_AUTO, FORMAT_CSV, FORMAT_JSONL, FORMAT_JSON };

/* "csv", "jsonl" or "json" to its format; FORMAT_AUTO for any other word. */
enum format format_parse(const char *word);
const char *format_word(enum format);

/* The delimiter of CSV that a word means: , ; | or tab (the word, or the character); '\0': none. */
char delimiter_parse(const char *word);

/* By a file name's ending (.csv .tsv .txt; .jsonl .ndjson; .json), or FORMAT_AUTO. */
enum format format_of_name(const char *name);

/*
 * How names that are not known may be meant for a field. Where the header (in JSON the object)
 * lacks the field, a name is refused that contains one of the parts or has one of the words (see
 * name_contains() and name_has_word()); with `dates` also a column of CSV whose first value is a
 * date or a time.
 */
struct meaning {
	size_t field;
	const char *const *parts; /* in small letters; NULL after the last one, or NULL: none */
	const char *const *words; /* likewise */
	bool dates;
};
#define FIELDS_MEANINGS 4 /* the most */

/*
 * The fields that a caller knows. Names match without regard to case, blanks, '_' and '-'.
 * With `strict`, a name that is nearly a known one (one insertion, deletion, substitution or
 * exchange of neighbours; or it contains a known name) is refused: in CSV the whole file, in
 * JSON the record. So are two columns for one field, whatever is set, and the names that
 * `meanings` and `closed` refuse; a message names all that are refused. Names that are allowed or
 * dropped are not.
 */
struct fields {
	const char *const *names; /* canonical spelling, by index */
	size_t count;             /* 0: none is known, and any header will do */
	bool strict;
	const char *const *allowed; /* names that strict lets by; they are not read */
	size_t allowed_count;
	const char *const *dropped; /* names that are not reported and not copied, and read only
				       when they stand among the known ones too */
	size_t dropped_count;
	const struct meaning *meanings;
	size_t meaning_count;
	bool closed; /* every name that is not known is refused */
};

struct reader_options {
	const char *name; /* of the file, for messages and for its format */
	enum format format;
	char delimiter;       /* of CSV; '\0': found from the header */
	const char *encoding; /* NULL: found; "utf-8", "utf-16", "windows-1252" or "latin1" */
	const struct fields *fields; /* must live as long as the reader */
	/* JSON records may have LIMIT_LONG_RECORD bytes, arrays and objects in them any size, and
	 * what is no known field is not judged by its size, in CSV neither. */
	bool long_records;
};

struct reader;

/*
 * Opens fd (which stays the caller's and must outlive the reader; a regular file or an
 * anonymous memory file) and reads the header. NULL and err on failure: ERROR_INPUT when there
 * is no usable header, ERROR_STORAGE when reading fails.
 */
struct reader *reader_open(int fd, const struct reader_options *, struct error *);
void reader_close(struct reader *); /* wipes what it held; NULL is fine */

/*
 * The next record: 1 and *record (valid until the next call), 0 at the end, -1 and err when
 * reading fails. A malformed record is a record with a fault.
 */
int reader_next(struct reader *, const struct record **record, struct error *);

/* Where the record after the last one read starts; what reader_seek() takes. */
struct position {
	uint64_t offset; /* bytes */
	uint64_t line;   /* physical line at that offset, from 1 */
	uint64_t number; /* records before it */
};
struct position reader_position(const struct reader *);

/* Goes to a position that reader_position() gave, or to a record's own. Resets the repairs. */
void reader_seek(struct reader *, const struct position *);

/*
 * Goes forward to the first record that starts behind the offset: 1; 0, with nothing done, where
 * only reading what stands before tells where a record starts (CSV that has a quote on the way,
 * a JSON array); -1 and err when reading fails. Lines and numbers are counted from there.
 */
int reader_seek_behind(struct reader *, uint64_t offset, struct error *);

/* Settled when the file was opened. */
enum format reader_format(const struct reader *);
char reader_delimiter(const struct reader *); /* '\0' unless CSV */

/* The names of the CSV header, or of the first object's members, as they are written. */
const char *const *reader_names(const struct reader *, size_t *count);
/* Whether the header, or the first object, has the field of this index. */
bool reader_has(const struct reader *, size_t field);

/* The names met so far that are not known (each once, at most LIMIT_COLUMNS). */
const char *const *reader_ignored(const struct reader *, size_t *count);

/*
 * Whether a column of CSV may be meant for a field that the header lacks, by its first value (see
 * struct meaning): the first one in the records that the reader has read so far; where there is
 * none, the first one that `rest` has read, a reader of the records after these (NULL: there are
 * none). What is blank, has neither letter nor digit, or is a spreadsheet's error value is no
 * value. 0; -1 and err, which names all such columns (ERROR_INPUT).
 */
int reader_check_values(const struct reader *, const struct reader *rest, struct error *);

/* The repairs since the file was opened, or since reader_seek(). */
const struct repairs *reader_repairs(const struct reader *);

#endif
