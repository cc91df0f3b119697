#include "read/reader_private.h"

#include <string.h>

/*
 * Reads one JSON object (RFC 8259) from each physical line. A line that ends inside an object or
 * array is one record together with the lines that continue it (json_lines.h), and is refused. No
 * other record has more than one line.
 */

#define BETWEEN 4096 /* bytes before and after an offset in which } and { are looked for */

/* The line ends inside a value. Sets *length to that of all lines of the value. 1; -1 and err. */
static int
jsonl_read_open(struct reader *reader, size_t *length, struct error *err)
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
jsonl_read(struct reader *reader, size_t *length, struct error *err)
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
		return jsonl_read_open(reader, length, err);
	if (!reader_check_text(reader, text, *length, NULL))
		return 1;
	if (json_scan_finish(&reader->scan, text, *length) != JSON_STEP_DONE ||
	    reader->scan.fault != JSON_FAULT_NONE)
		return object_fault(reader, text, *length);
	return object_read(reader, text, *length, err);
}

static int
jsonl_read_long(struct reader *reader, struct error *err)
{
	reader_fault(reader, NULL, "a record of more than %zu bytes: expected at most that",
	    reader->longest);
	return reader_take_line(reader, err);
}

static int
jsonl_next(struct reader *reader, struct error *err)
{
	struct window *window = &reader->window;

	for (;;) {
		struct window_line line;
		size_t length, end = 0;
		uint64_t lines;
		bool blank;

		if (window_line(window, 0, reader->longest, &line, err) == -1)
			return -1;
		length = line.length;
		if (window_length(window) == 0)
			return 0;
		object_release(reader);
		reader_begin(reader);
		if (length > reader->longest)
			return jsonl_read_long(reader, err);
		blank = json_blanks(window_text(window), length) == length;
		if (!blank && jsonl_read(reader, &length, err) == -1)
			return -1;
		if (length < window_length(window))
			end = line_end_length(
			    window_text(window), window_length(window), length, true);
		lines = (end > 0) +
			(length > line.length ? line_count(window_text(window), length) : 0);
		reader_take(reader, length, end, lines);
		if (!blank)
			return 1;
		reader->number--;
		repairs_add(&reader->repairs, REPAIR_BLANK_ROW, reader->record.line);
	}
}

/*
 * Refuses a JSON array over several lines, which is another format: most of its lines would be
 * refused as records, but the last one, which no comma follows, would be read.
 */
static int
jsonl_refuse_array(struct reader *reader, struct error *err)
{
	const struct position start = reader_position(reader);
	struct window *window = &reader->window;
	struct window_line line;
	uint64_t number;
	bool open = false;

	do {
		if (window_line(window, 0, reader->longest, &line, err) == -1)
			return -1;
		if (json_blanks(window_text(window), line.length) < line.length)
			break;
		window_take(window, line.length, 0);
		if (window_skip_end(window, err) == -1)
			return -1;
	} while (window_length(window) > 0);
	json_scan_begin(&reader->scan, false);
	if (window_length(window) > 0 &&
	    json_scan_go(&reader->scan, window_text(window), line.length) == JSON_STEP_MORE)
		open = json_scan_is_open(&reader->scan) && !reader->scan.is_object;
	number = window->line;
	reader_seek(reader, &start);
	if (!open)
		return 0;
	return error_set_at(err, ERROR_INPUT,
	    (struct error_place){.file = reader->name, .line = number},
	    "a JSON array over several lines: expected one object a line (--format json reads an "
	    "array)");
}

static int
jsonl_open(struct reader *reader, struct error *err)
{
	return jsonl_refuse_array(reader, err) == -1 ? -1 : object_peek(reader, err);
}

/* Sets *byte to the last byte before the offset that is no blank, or '\0'. -1 and err. */
static int
jsonl_byte_before(const struct window *window, uint64_t offset, char *byte, struct error *err)
{
	uint64_t from = offset - window->mark < BETWEEN ? window->mark : offset - BETWEEN;
	struct buffer text = {0};
	int rc = window_decode(window, from, offset - from, &text, err);

	*byte = '\0';
	for (size_t i = text.length; i > 0 && *byte == '\0'; i--)
		if (!json_is_blank(text.bytes[i - 1]))
			*byte = text.bytes[i - 1];
	buffer_release(&text);
	return rc;
}

/* Sets *byte to the first byte from the offset on that is no blank, or '\0'. -1 and err. */
static int
jsonl_byte_after(const struct window *window, uint64_t offset, char *byte, struct error *err)
{
	struct buffer text = {0};
	int rc = window_decode(window, offset, BETWEEN, &text, err);
	size_t at = text.length == 0 ? 0 : json_blanks(text.bytes, text.length);

	*byte = at < text.length ? text.bytes[at] : '\0';
	buffer_release(&text);
	return rc;
}

/* In JSON a comma is between } and {, so where there is none, one record ends and one starts. */
static int
jsonl_by_line(const struct reader *reader, uint64_t from, uint64_t to, struct error *err)
{
	char before, after;

	if (to <= from)
		return 1;
	if (jsonl_byte_before(&reader->window, to, &before, err) == -1 ||
	    jsonl_byte_after(&reader->window, to, &after, err) == -1)
		return -1;
	return before == '}' && after == '{';
}

const struct format_reader reader_jsonl = {jsonl_open, jsonl_next, jsonl_by_line};
