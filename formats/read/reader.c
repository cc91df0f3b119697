#include "read/reader_private.h"

#include "memory.h"
#include "read/foreign.h"
#include "read/names.h"
#include "utf8.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

static const struct {
	const char *word;
	const struct format_reader *read;
	const char *endings[4]; /* of file names */
} reader_formats[] = {
    [FORMAT_AUTO] = {"auto", NULL, {NULL}},
    [FORMAT_CSV] = {"csv", &reader_csv, {".csv", ".tsv", ".txt", NULL}},
    [FORMAT_JSONL] = {"jsonl", &reader_jsonl, {".jsonl", ".ndjson", NULL}},
    [FORMAT_JSON] = {"json", &reader_json, {".json", NULL}},
};
#define FORMATS (sizeof(reader_formats) / sizeof(reader_formats[0]))

enum format
format_parse(const char *word)
{
	for (size_t i = FORMAT_AUTO + 1; i < FORMATS; i++)
		if (strcmp(word, reader_formats[i].word) == 0)
			return (enum format)i;
	return FORMAT_AUTO;
}

const char *
format_word(enum format format)
{
	return reader_formats[format].word;
}

char
delimiter_parse(const char *word)
{
	if (strcmp(word, "tab") == 0)
		return '\t';
	return strlen(word) == 1 && strchr(",;|\t", *word) != NULL ? *word : '\0';
}

enum format
format_of_name(const char *name)
{
	const char *dot = strrchr(name, '.');

	if (dot == NULL || strchr(dot, '/') != NULL)
		return FORMAT_AUTO;
	for (size_t i = FORMAT_AUTO + 1; i < FORMATS; i++)
		for (size_t j = 0; reader_formats[i].endings[j] != NULL; j++)
			if (strcasecmp(dot, reader_formats[i].endings[j]) == 0)
				return (enum format)i;
	return FORMAT_AUTO;
}

/* ---- opening --------------------------------------------------------------------------------- */

/* The first byte that is no blank; '\0' when there is none in the first LIMIT_RECORD bytes. */
static int
reader_first_byte(struct reader *reader, char *first, struct error *err)
{
	struct window *window = &reader->window;
	size_t at = 0;

	*first = '\0';
	for (;;) {
		size_t length = window_length(window);

		at += json_blanks(window_text(window) + at, length - at);
		if (at < length) {
			*first = window_text(window)[at];
			return 0;
		}
		if (at > LIMIT_RECORD)
			return 0;
		switch (window_more(window, err)) {
		case -1:
			return -1;
		case 0:
			return 0;
		}
	}
}

/* A file that starts with {. 0; -1 and err. */
static int
reader_settle_object(struct reader *reader, struct error *err)
{
	size_t bracket;
	int whole = object_wraps(reader, &bracket, err);

	if (whole == 0 && reader->format != FORMAT_JSONL)
		whole = object_is_whole(reader, err);
	reader->format = whole == 1 ? FORMAT_JSON : FORMAT_JSONL;
	return whole == -1 ? -1 : 0;
}

static int
reader_settle_format(struct reader *reader, const struct reader_options *options, struct error *err)
{
	enum format by_name = format_of_name(reader->name);
	char first;

	reader->format = options->format != FORMAT_AUTO ? options->format : by_name;
	if (options->format == FORMAT_AUTO &&
	    (by_name == FORMAT_AUTO || by_name == FORMAT_JSON || options->wrapped)) {
		if (reader_first_byte(reader, &first, err) == -1)
			return -1;
		if (first == '{' && by_name != FORMAT_CSV) {
			if (reader_settle_object(reader, err) == -1)
				return -1;
		} else if (by_name == FORMAT_AUTO)
			reader->format = first == '[' ? FORMAT_JSON : FORMAT_CSV;
	}
	reader->read = reader_formats[reader->format].read;
	return 0;
}

/* -1 and err when the first bytes are those of a file that holds no records; else 0. */
static int
reader_refuse_foreign(const struct reader *reader, int fd, struct error *err)
{
	unsigned char head[FOREIGN_HEAD];
	size_t length = 0, mark;
	enum encoding encoding;
	ssize_t more;
	const char *found;
	bool wide;

	do {
		more = pread(fd, head + length, sizeof(head) - length, (off_t)length);
		length += more > 0 ? (size_t)more : 0;
	} while (more > 0 || (more == -1 && errno == EINTR));
	wide = encoding_unit(reader->window.encoding) == 2 ||
	       encoding_find(NULL, head, length < 64 ? length : 64, &encoding, &mark) != NULL;
	found = foreign_find(head, length, wide);
	explicit_bzero(head, sizeof(head));
	return found == NULL ? 0 : error_set(err, ERROR_INPUT, reader->name, "%s", found);
}

static int
reader_prepare(
    struct reader *reader, int fd, const struct reader_options *options, struct error *err)
{
	size_t count = options->fields->count + 1; /* calloc(0) may return NULL */

	reader->fields = options->fields;
	reader->delimiter = options->delimiter;
	reader->long_records = options->long_records;
	reader->may_wrap = options->wrapped;
	reader->longest = options->long_records ? LIMIT_LONG_RECORD : LIMIT_RECORD;
	reader->name = strdup(options->name);
	reader->has = calloc(count, sizeof(*reader->has));
	reader->values = calloc(count, sizeof(*reader->values));
	reader->numbers = calloc(count, sizeof(*reader->numbers));
	reader->dumps = calloc(count, sizeof(*reader->dumps));
	reader->scan.members = calloc(LIMIT_COLUMNS, sizeof(*reader->scan.members));
	if (reader->scan.members == NULL || reader->name == NULL || reader->has == NULL ||
	    reader->values == NULL || reader->numbers == NULL || reader->dumps == NULL)
		return error_memory(err);
	if (options->encoding != NULL && !encoding_known(options->encoding))
		return error_set_at(err, ERROR_USAGE, (struct error_place){.field = "--encoding"},
		    "\"%s\" is no encoding: expected utf-8, utf-16, windows-1252 or latin1",
		    options->encoding);
	if (options->delimiter != '\0' && strchr("\"\r\n", options->delimiter) != NULL)
		return error_set_at(err, ERROR_USAGE, (struct error_place){.field = "--delimiter"},
		    "a quote or the end of a line separates nothing: expected a comma, semicolon, "
		    "tab, pipe or another character");
	if (window_open(&reader->window, fd, reader->name, options->encoding, err) == -1 ||
	    reader_settle_format(reader, options, err) == -1)
		return -1;
	if (reader->format != FORMAT_CSV) {
		reader->delimiter = '\0';
		if (reader_refuse_foreign(reader, fd, err) == -1)
			return -1;
	}
	return reader->read->open(reader, err);
}

struct reader *
reader_open_split(
    int fd, const struct reader_options *options, size_t split, size_t each, struct error *err)
{
	struct reader *reader = calloc(1, sizeof(*reader));

	if (reader == NULL) {
		error_memory(err);
		return NULL;
	}
	reader->window.split = split;
	reader->window.each = each;
	if (reader_prepare(reader, fd, options, err) == -1) {
		if (err != NULL && err->code == ERROR_INPUT)
			(void)reader_refuse_foreign(reader, fd, err);
		reader_close(reader);
		return NULL;
	}
	return reader;
}

struct reader *
reader_open(int fd, const struct reader_options *options, struct error *err)
{
	return reader_open_split(fd, options, 0, 0, err);
}

void
reader_close(struct reader *reader)
{
	if (reader == NULL)
		return;
	if (reader->dumps != NULL)
		object_release(reader);
	object_close(reader);
	free(reader->dumps);
	memory_free(reader->numbers);
	free(reader->values);
	free(reader->has);
	csv_cells_release(&reader->cells);
	name_list_release(&reader->names);
	name_list_release(&reader->ignored);
	window_release(&reader->window);
	free(reader->name);
	memory_free(reader);
}

/* ---- reading --------------------------------------------------------------------------------- */

int
reader_next(struct reader *reader, const struct record **record, struct error *err)
{
	int rc;

	*record = NULL;
	rc = reader->read->next(reader, err);
	if (rc == 1)
		*record = &reader->record;
	return rc;
}

int
reader_seek_after(struct reader *reader, uint64_t offset, struct error *err)
{
	const struct position before = reader_position(reader);
	struct window *window = &reader->window;
	bool on_start = offset < window->mark;
	int rc;

	if (reader->read->by_line == NULL)
		return 0;
	if (on_start)
		offset = window->mark;
	offset -= (offset - window->mark) % encoding_unit(window->encoding);
	reader_seek(reader, &(struct position){.offset = offset, .line = 1});
	if (!on_start &&
	    (window_skip_line(window, err) == -1 || window_skip_end(window, err) == -1))
		return -1;
	window->line = 1;
	rc = reader->read->by_line(reader, before.offset, window->offset, err);
	if (rc == 0)
		reader_seek(reader, &before);
	return rc;
}

enum format
reader_format(const struct reader *reader)
{
	return reader->format;
}

char
reader_delimiter(const struct reader *reader)
{
	return reader->delimiter;
}

const char *const *
reader_names(const struct reader *reader, size_t *count)
{
	*count = reader->names.count;
	return (const char *const *)reader->names.items;
}

bool
reader_has(const struct reader *reader, size_t field)
{
	return reader->has[field];
}

const char *const *
reader_ignored(const struct reader *reader, size_t *count)
{
	*count = reader->ignored.count;
	return (const char *const *)reader->ignored.items;
}

const struct repairs *
reader_repairs(const struct reader *reader)
{
	return &reader->repairs;
}
