#ifndef FORMATS_READER_PRIVATE_H
#define FORMATS_READER_PRIVATE_H

#include "read/csv_cells.h"
#include "read/json_lines.h"
#include "read/json_scan.h"
#include "read/names_judge.h"
#include "read/reader.h"
#include "read/window.h"

#include <jansson.h>

/*
 * What the reader's own files share: the reader, and a format as a value.
 */
struct format_reader {
	/* Reads what comes before the first record. -1 and err. */
	int (*open)(struct reader *, struct error *);
	/* Fills reader->record: 1, 0 at the end, -1 and err. */
	int (*next)(struct reader *, struct error *);
	/* Whether a line starts a record at `to` as one does at `from`: 1, 0 when that cannot be
	 * told, -1 and err. NULL where it never can be. */
	int (*by_line)(const struct reader *, uint64_t from, uint64_t to, struct error *);
};

#define PEEK_RECORDS 100 /* so many records may be malformed before the first object */

extern const struct format_reader reader_csv, reader_jsonl, reader_json;

/* A list of names that owns them. */
struct name_list {
	char **items;
	size_t count, capacity;
};

/* A member of the last object, and what became of it. */
struct member {
	char *written; /* the name as it is written in the file */
	size_t written_length;
	char *name; /* without its escapes */
	size_t length;
	int field; /* the known field, or -1 */
};

/* What the first value of a column is, of those that may be meant for a field by it. */
enum first_value { FIRST_NONE, FIRST_OTHER, FIRST_DATE };

struct reader {
	const struct format_reader *read;
	enum format format;
	char *name;
	const struct fields *fields;
	struct window window;
	struct repairs repairs;
	struct name_list names;
	struct name_list ignored;
	bool *has;                           /* by field */
	struct judged judged[LIMIT_COLUMNS]; /* the columns, or the members looked at last */
	uint64_t number;                     /* of records read */
	struct record record;
	struct value *values; /* record.values */
	char fault[512];
	char fault_field[128];

	/* CSV */
	char delimiter;
	struct csv_cells cells;
	int columns[LIMIT_COLUMNS];      /* the field of a column, or -1 */
	bool dropped[LIMIT_COLUMNS];     /* not to be copied */
	bool nameless[LIMIT_COLUMNS];    /* the header's cell is empty */
	size_t column_count;             /* of the header */
	size_t columns_needed;           /* without the nameless ones at its end */
	size_t undecided[LIMIT_COLUMNS]; /* columns whose first value is still to come */
	size_t undecided_count;
	enum first_value first[LIMIT_COLUMNS];
	size_t dates_field; /* what columns of dates may be meant for */
	uint64_t header_line;
	uint64_t header_offset; /* its raw bytes, without the end of the line */
	uint64_t header_length;
	char header_end[3];  /* how its line ends: "\n", "\r\n", "\r" or "" */
	bool separator_line; /* the file starts with a line sep=X */

	/* JSON */
	size_t longest;        /* bytes of a record */
	bool long_records;     /* see reader_options */
	bool whole;            /* the file is one object, not an array */
	struct json_scan scan; /* of the last record, its members included */
	struct json_lines lines;
	struct buffer object;   /* the known members alone */
	json_t *root;           /* holds the texts of the record's values */
	char (*numbers)[24];    /* texts of integers, by field */
	char **dumps;           /* texts of other values, by field */
	struct member *members; /* of the last object that was looked at name by name */
	size_t member_count;
	size_t members_repaired; /* how many of their names have invisible characters */
	bool naming;             /* the next object gives the reader its names */
};

/* reader_open() for tests: no read goes over the offset `split`, none is longer than `each`. */
struct reader *reader_open_split(
    int fd, const struct reader_options *, size_t split, size_t each, struct error *);

/* Starts a record at the window's place. */
void reader_begin(struct reader *);

/* Says why the record is malformed, once: later faults are not taken. Returns 1. */
int reader_fault(struct reader *, const char *field, const char *format, ...) ERROR_PRINTF(3, 4);

/* Takes bytes of the window as the record's own, then `behind` more (its end of line). */
void reader_take(struct reader *, size_t bytes, size_t behind, uint64_t lines);

/* Takes the rest of the physical line as the record's own, then its end. 1; -1 and err. */
int reader_take_line(struct reader *, struct error *);

/* Adds a name that is not known to those ignored, once. -1 and err. */
int reader_ignore(struct reader *, const char *name, size_t length, struct error *);

/* -1 when out of memory. The name is cut to `size` bytes at a character, unless that is 0. */
int name_list_add(struct name_list *, const char *name, size_t length, size_t size);
void name_list_release(struct name_list *);

/* Whether the record's text is UTF-8 without NUL; else the fault of the record is set. */
bool reader_check_text(struct reader *, const char *text, size_t length, const char *field);

/*
 * Reads the value that reader->scan went over, in the text that it went over, into the record's
 * values. A fault of the object is the record's. 1, -1 and err when out of memory.
 */
int object_read(struct reader *, const char *text, size_t length, struct error *);

/* Says what reader->scan found wrong in the text. Returns 1. */
int object_fault(struct reader *, const char *text, size_t length);

/*
 * Whether the file, from the window's start on, is meant as one object over several lines: its
 * first line does not end it, and the next one goes on with it (a line that starts with { does so
 * where a value is expected; elsewhere it is another object, and the first one was cut off). 1, 0,
 * -1 and err.
 */
int object_is_whole(struct reader *, struct error *);

/* Takes the names of the first object, and goes back to where it was. -1 and err. */
int object_peek(struct reader *, struct error *);

/* Forgets the last object; called before a record begins and when the reader is closed. */
void object_release(struct reader *);

/* Frees what the readers of JSON keep from object to object. */
void object_close(struct reader *);

#endif
