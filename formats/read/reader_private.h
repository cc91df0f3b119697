#ifndef FORMATS_READ_READER_PRIVATE_H
#define FORMATS_READ_READER_PRIVATE_H

#include "read/csv_cells.h"
#include "read/json_lines.h"
#include "read/json_scan.h"
#include "read/names_judge.h"
#include "read/reader.h"
#include "read/window.h"

#include <jansson.h>

/* For reader*.c and copy.c alone: the reader, and a format as a value. */

struct format_reader {
	/* Reads all before the first record. -1 and err. */
	int (*open)(struct reader *, struct error *);
	/* Fills reader->record: 1, 0 at the end, -1 and err. */
	int (*next)(struct reader *, struct error *);
	/* Whether the line at `to` starts a record, if the one at `from` does: 1; 0 when that is
	 * not certain; -1 and err. NULL when it is never certain. */
	int (*by_line)(const struct reader *, uint64_t from, uint64_t to, struct error *);
};

#define PEEK_RECORDS 100 /* records that are read ahead, for names or first values */

extern const struct format_reader reader_csv, reader_jsonl, reader_json;

/* A list of names that owns them. */
struct name_list {
	char **items;
	size_t count, capacity;
};

/* A member of the last object. */
struct member {
	char *written; /* the name as it is written in the file */
	size_t written_length;
	char *name; /* without its escapes */
	size_t length;
	int field; /* the known field, or -1 */
};

/* The first value of a column. */
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
	struct judged judged[LIMIT_COLUMNS]; /* the columns, or the members of the last object */
	uint64_t number;                     /* of records read */
	struct record record;
	struct value *values; /* record.values */
	char fault[512];
	char fault_field[128];

	/* CSV */
	char delimiter;
	struct csv_cells cells;
	int columns[LIMIT_COLUMNS];      /* by column: its field, or -1 */
	bool dropped[LIMIT_COLUMNS];     /* not to be copied */
	bool nameless[LIMIT_COLUMNS];    /* the header's cell is empty */
	size_t column_count;             /* of the header */
	size_t columns_needed;           /* without the nameless ones at its end */
	size_t undecided[LIMIT_COLUMNS]; /* columns whose first value was not read yet */
	size_t undecided_count;
	enum first_value first[LIMIT_COLUMNS];
	size_t dates_field; /* the field that columns of dates may be meant for */
	uint64_t header_line;
	uint64_t header_offset; /* of its first byte */
	uint64_t header_length; /* bytes in the file, without the end of the line */
	char header_end[3];     /* how its line ends: "\n", "\r\n", "\r" or "" */
	bool separator_line;    /* the file starts with a line sep=X */

	/* JSON */
	size_t longest;        /* bytes of a record */
	bool long_records;     /* see reader_options */
	bool whole;            /* FORMAT_JSON: the file is one object, not an array */
	bool may_wrap;         /* see reader_options.wrapped */
	bool wrapped;          /* FORMAT_JSON: the array is the `value` of one object */
	struct json_scan scan; /* of the last record, its members included */
	struct json_lines lines;
	struct buffer object;   /* the last object with its known members alone */
	json_t *root;           /* holds the texts of the record's values */
	char (*numbers)[24];    /* texts of integers, by field */
	char **dumps;           /* texts of other values, by field */
	struct member *members; /* of the last object; kept while the names stay the same */
	size_t member_count;
	size_t members_repaired; /* how many of their names have invisible characters */
	bool naming;             /* the next object gives the reader its names */
};

/* reader_open() for tests: no read crosses the offset `split` or is longer than `each` bytes. */
struct reader *reader_open_split(
    int fd, const struct reader_options *, size_t split, size_t each, struct error *);

/* Starts a record at the window's start. */
void reader_begin(struct reader *);

/* Sets why the record is malformed, unless it has a fault already. Returns 1. */
int reader_fault(struct reader *, const char *field, const char *format, ...) ERROR_PRINTF(3, 4);

/* Takes `bytes` of the window as the record, then `end` more as the end of its line. */
void reader_take(struct reader *, size_t bytes, size_t end, uint64_t lines);

/* Takes the rest of the physical line as the record, then the end of the line. 1; -1 and err. */
int reader_take_line(struct reader *, struct error *);

/* Adds an unknown name to the ignored ones, if it is not there. -1 and err. */
int reader_ignore(struct reader *, const char *name, size_t length, struct error *);

/* Copies the name, cut to `size` bytes of whole characters unless size is 0. -1: no memory. */
int name_list_add(struct name_list *, const char *name, size_t length, size_t size);
void name_list_release(struct name_list *);

/* Whether the text is UTF-8 without NUL; else sets the fault of the record. */
bool reader_check_text(struct reader *, const char *text, size_t length, const char *field);

/* ---- reader_json_object.c ------------------------------------------------------------------ */

/*
 * Reads the value that reader->scan has scanned in the text into the values of the record, or sets
 * the fault of the record. 1; -1 and err when there is no memory.
 */
int object_read(struct reader *, const char *text, size_t length, struct error *);

/* Sets the fault that reader->scan found in the text. Returns 1. */
int object_fault(struct reader *, const char *text, size_t length);

/* Frees the last object. Call it before a record begins and when the reader is closed. */
void object_release(struct reader *);

/* Frees all that is kept from object to object. */
void object_close(struct reader *);

/* ---- reader_json_first.c ------------------------------------------------------------------- */

/*
 * Whether the file, from the window's start on, is one object over several lines: 1, 0, -1 and err.
 * It is when the first line does not end the object and the next line continues it. A next line
 * that starts with { continues it only where a value is expected; otherwise it is another object,
 * and the first one was cut off.
 */
int object_is_whole(struct reader *, struct error *);

/*
 * Whether the file, from the window's start on, is an object whose member `value` is an array, and
 * where its [ is in the window: 1; 0 where it is none, or reader_options.wrapped is not set; -1 and
 * err.
 */
int object_wraps(struct reader *, size_t *bracket, struct error *);

/* Reads the names of the first object, and goes back to where the reader was. -1 and err. */
int object_peek(struct reader *, struct error *);

#endif
