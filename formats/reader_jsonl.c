#include "reader_format.h"

#include "json_memory.h"

#include <string.h>

/* One RFC 8259 object a physical line. */

/* The line at the window's place, whole or over LIMIT_RECORD: its length, or -1 and err. */
static ssize_t
scan_line(struct window *window, struct error *err)
{
	for (;;) {
		size_t length = window_length(window);
		size_t line = length == 0 ? 0 : line_end(window_text(window), length);

		if (line > LIMIT_RECORD || window->ended ||
		    (line < length &&
			line_end_length(window_text(window), length, line, false) != 0))
			return (ssize_t)line;
		if (window_more(window, err) == -1)
			return -1;
	}
}

static bool
all_blank(const char *text, size_t length)
{
	size_t at = 0;

	while (at < length && is_blank(text[at]))
		at++;
	return at == length;
}

static int
read_object(struct reader *reader, const char *text, size_t length, struct error *err)
{
	json_error_t error;
	json_t *root;

	if (!reader_check_text(reader, text, length, NULL))
		return 1;
	json_memory_begin();
	root = json_loadb(text, length, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
	if (json_memory_failed()) {
		json_decref(root);
		return error_memory(err);
	}
	if (root == NULL)
		return object_fault(reader, &error);
	return object_read(reader, root, err);
}

static int
read_long(struct reader *reader, struct error *err)
{
	reader_fault(
	    reader, NULL, "a record of more than %u bytes: expected at most that", LIMIT_RECORD);
	if (window_skip_line(&reader->window, err) == -1)
		return -1;
	reader->record.length = reader->window.offset - reader->record.offset;
	return window_skip_end(&reader->window, err) == -1 ? -1 : 1;
}

static int
next(struct reader *reader, struct error *err)
{
	struct window *window = &reader->window;

	for (;;) {
		ssize_t line = scan_line(window, err);
		size_t length = line < 0 ? 0 : (size_t)line;
		size_t end = 0;
		bool blank;

		if (line == -1)
			return -1;
		if (window_length(window) == 0)
			return 0;
		object_release(reader);
		reader_begin(reader);
		if (length > LIMIT_RECORD)
			return read_long(reader, err);
		blank = all_blank(window_text(window), length);
		if (!blank && read_object(reader, window_text(window), length, err) == -1)
			return -1;
		if (length < window_length(window))
			end = line_end_length(
			    window_text(window), window_length(window), length, true);
		reader_take(reader, length, end, end > 0);
		if (!blank)
			return 1;
		reader->number--;
		repairs_add(&reader->repairs, REPAIR_BLANK_ROW, reader->record.line);
	}
}

/* Looks at the first object and goes back. What stands before it is read, and counted, again. */
int
object_peek(struct reader *reader, struct error *err)
{
	struct position start = reader_position(reader);
	const struct record *record;
	int rc = 1;

	reader->naming = true;
	for (int i = 0; i < PEEK_RECORDS && reader->naming && rc == 1; i++)
		rc = reader_next(reader, &record, err);
	if (rc == -1)
		return -1;
	reader->naming = false;
	reader_seek(reader, &start);
	if (reader->window.mark > 0 && reader->window.encoding == ENCODING_UTF8)
		repairs_add(&reader->repairs, REPAIR_BYTE_ORDER_MARK, 1);
	return 0;
}

static int
by_line(const struct reader *reader, uint64_t from, uint64_t to, struct error *err)
{
	(void)reader;
	(void)from;
	(void)to;
	(void)err;
	return 1;
}

const struct format_reader reader_jsonl = {object_peek, next, by_line};
