#include "read/reader_format.h"

#include <string.h>

/*
 * One RFC 8259 object a physical line. A line that ends inside an object or array is one record
 * with the lines that it goes on over (json_lines.h), and refused; no other record has more than
 * one line.
 */

#define BETWEEN 4096 /* bytes on each side of a place in which something must stand */

/* The line at the window's place, whole or over the limit: its length, or -1 and err. */
static ssize_t
line_scan(const struct reader *reader, struct window *window, struct error *err)
{
	for (;;) {
		size_t length = window_length(window);
		size_t line = length == 0 ? 0 : line_end(window_text(window), length);

		if (line > reader->longest || window->ended ||
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

/* The line ends inside a value. *length becomes that of all its lines. 1, -1 and err. */
static int
line_read_open(struct reader *reader, size_t *length, struct error *err)
{
	struct json_lines_extent extent = {*length, false};
	uint64_t lines;

	if (json_lines_find(&reader->lines, &reader->window, reader->longest, &extent, err) == -1)
		return -1;
	lines = 1 + line_count(window_text(&reader->window), extent.length);
	if (lines == 1) {
		json_scan_finish(&reader->scan, window_text(&reader->window), *length);
		return object_fault(reader, window_text(&reader->window), *length);
	}
	*length = extent.length;
	return reader_fault(reader, NULL, "%s over %ju lines%s: expected one object a line",
	    reader->scan.is_object ? "an object" : "an array", (uintmax_t)lines,
	    extent.closed ? "" : " that is not closed");
}

static int
line_read(struct reader *reader, size_t *length, struct error *err)
{
	const char *text = window_text(&reader->window);
	enum json_step step;

	json_scan_begin(&reader->scan, false);
	do
		step = json_scan_go(&reader->scan, text, *length);
	while (step == JSON_STEP_VALUE && reader->scan.at < *length);
	if (step == JSON_STEP_MEMORY)
		return error_memory(err);
	if (step == JSON_STEP_MORE && json_scan_is_open(&reader->scan))
		return line_read_open(reader, length, err);
	if (!reader_check_text(reader, text, *length, NULL))
		return 1;
	if (json_scan_finish(&reader->scan, text, *length) != JSON_STEP_DONE ||
	    reader->scan.fault != JSON_FAULT_NONE)
		return object_fault(reader, text, *length);
	return object_read(reader, text, *length, err);
}

static int
line_read_long(struct reader *reader, struct error *err)
{
	reader_fault(reader, NULL, "a record of more than %zu bytes: expected at most that",
	    reader->longest);
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
		ssize_t line = line_scan(reader, window, err);
		size_t length = line < 0 ? 0 : (size_t)line;
		size_t end = 0;
		uint64_t lines;
		bool blank;

		if (line == -1)
			return -1;
		if (window_length(window) == 0)
			return 0;
		object_release(reader);
		reader_begin(reader);
		if (length > reader->longest)
			return line_read_long(reader, err);
		blank = all_blank(window_text(window), length);
		if (!blank && line_read(reader, &length, err) == -1)
			return -1;
		if (length < window_length(window))
			end = line_end_length(
			    window_text(window), window_length(window), length, true);
		lines = (end > 0) +
			(length > (size_t)line ? line_count(window_text(window), length) : 0);
		reader_take(reader, length, end, lines);
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
	int rc = 1;

	reader->naming = true;
	for (int i = 0; i < PEEK_RECORDS && reader->naming && rc == 1; i++)
		rc = reader->read->next(reader, err);
	if (rc == -1)
		return -1;
	reader->naming = false;
	reader_seek(reader, &start);
	if (reader->window.mark > 0 && reader->window.encoding == ENCODING_UTF8)
		repairs_add(&reader->repairs, REPAIR_BYTE_ORDER_MARK, 1);
	return 0;
}

/*
 * A JSON array that goes over lines is another format: most of its lines would be refused, and the
 * last one, which no comma follows, would be read.
 */
static int
refuse_array(struct reader *reader, struct error *err)
{
	const struct position start = reader_position(reader);
	struct window *window = &reader->window;
	ssize_t line;
	bool open = false;

	do {
		line = line_scan(reader, window, err);
		if (line == -1)
			return -1;
		if (!all_blank(window_text(window), (size_t)line))
			break;
		window_take(window, (size_t)line, 0);
		if (window_skip_end(window, err) == -1)
			return -1;
	} while (window_length(window) > 0);
	json_scan_begin(&reader->scan, false);
	if (line > 0 &&
	    json_scan_go(&reader->scan, window_text(window), (size_t)line) == JSON_STEP_MORE)
		open = json_scan_is_open(&reader->scan) && !reader->scan.is_object;
	line = (ssize_t)window->line;
	reader_seek(reader, &start);
	if (!open)
		return 0;
	return error_set_at(err, ERROR_INPUT,
	    (struct error_place){.file = reader->name, .line = (uint64_t)line},
	    "a JSON array over several lines: expected one object a line (--format json reads an "
	    "array)");
}

static int
open_lines(struct reader *reader, struct error *err)
{
	return refuse_array(reader, err) == -1 ? -1 : object_peek(reader, err);
}

/* The last byte before an offset that is no blank, or '\0'. -1 and err. */
static int
byte_before(const struct window *window, uint64_t offset, char *byte, struct error *err)
{
	uint64_t from = offset - window->mark < BETWEEN ? window->mark : offset - BETWEEN;
	struct buffer text = {0};
	int rc = window_decode(window, from, offset - from, &text, err);

	*byte = '\0';
	for (size_t i = text.length; i > 0 && *byte == '\0'; i--)
		if (!is_blank(text.bytes[i - 1]))
			*byte = text.bytes[i - 1];
	buffer_release(&text);
	return rc;
}

/* The first byte from an offset on that is no blank, or '\0'. -1 and err. */
static int
byte_after(const struct window *window, uint64_t offset, char *byte, struct error *err)
{
	struct buffer text = {0};
	int rc = window_decode(window, offset, BETWEEN, &text, err);

	*byte = '\0';
	for (size_t i = 0; i < text.length && *byte == '\0'; i++)
		if (!is_blank(text.bytes[i]))
			*byte = text.bytes[i];
	buffer_release(&text);
	return rc;
}

/* Between } and { there is a comma in every JSON text: no record goes over such a place. */
static int
by_line(const struct reader *reader, uint64_t from, uint64_t to, struct error *err)
{
	char before, after;

	if (to <= from)
		return 1;
	if (byte_before(&reader->window, to, &before, err) == -1 ||
	    byte_after(&reader->window, to, &after, err) == -1)
		return -1;
	return before == '}' && after == '{';
}

const struct format_reader reader_jsonl = {open_lines, next, by_line};
