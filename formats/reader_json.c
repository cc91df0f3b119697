#include "reader_format.h"

#include "json_memory.h"
#include "utf8.h"

#include <string.h>

/*
 * One JSON array of objects, element by element. jansson reads each element from the window,
 * and so finds where it ends.
 *
 * A position is the byte of the separator behind the last element (',' or ']'), or an element's
 * own first byte; before the first record it is behind '['. From either the next record is found
 * without knowing what came before.
 *
 * An element is damaged when it is not valid JSON, longer than LIMIT_RECORD, or not followed by
 * ',' or ']'. Reading resumes at the next object that can be told by its surroundings: a '{' at
 * the fault itself, or the first one behind '}' and ',' with nothing but blanks between. The
 * damaged record ends with that '}'. Text behind the array's ']' is such damage too. So a fault
 * that shows at its place costs its element (and, where a comma is wanting, none more); a bracket
 * that is left open costs what was read to find that out, at most LIMIT_RECORD. Every byte is
 * looked at twice at the most.
 */
struct pull {
	struct window *window;
	size_t given;
	bool failed;
	struct error *err;
};

/* jansson's bytes: the window's, which grows up to a record's limit. */
static size_t
pull(void *bytes, size_t size, void *data)
{
	struct pull *pull = data;
	size_t held = window_length(pull->window) - pull->given;

	if (held == 0 && pull->given < LIMIT_RECORD) {
		pull->failed = window_more(pull->window, pull->err) == -1;
		if (pull->failed)
			return (size_t)-1;
		held = window_length(pull->window) - pull->given;
	}
	if (held > LIMIT_RECORD - pull->given)
		held = LIMIT_RECORD - pull->given;
	if (held > size)
		held = size;
	if (held > 0)
		memcpy(bytes, window_text(pull->window) + pull->given, held);
	pull->given += held;
	return held;
}

/* Goes over blanks. The byte behind them, -1 at the end, -2 and err. */
static int
skip_blanks(struct window *window, struct error *err)
{
	for (;;) {
		const char *text = window_text(window);
		size_t length = window_length(window);
		size_t at = 0;
		int more;

		while (at < length && is_blank(text[at]))
			at++;
		window_advance(window, at);
		if (at < length)
			return (unsigned char)window_text(window)[0];
		more = window_more(window, err);
		if (more != 1)
			return more == 0 ? -1 : -2;
	}
}

/* Ends a damaged record, and goes to the next object that can be told by its surroundings. */
static int
resume(struct reader *reader, struct error *err)
{
	enum { NOWHERE, BEHIND_BRACE, BEHIND_COMMA } state = BEHIND_COMMA;
	struct window *window = &reader->window;
	uint64_t end = window->offset;
	int byte;

	for (;;) {
		size_t at = 0;

		byte = skip_blanks(window, err);
		if (byte == -1 || byte == -2 ||
		    (byte == '{' && state == BEHIND_COMMA &&
			window->offset > reader->record.offset))
			break;
		if (byte == '}')
			state = BEHIND_BRACE;
		else if (byte == ',' && state == BEHIND_BRACE)
			state = BEHIND_COMMA;
		else
			state = NOWHERE;
		if (state == NOWHERE) {
			const char *brace = memchr(window_text(window), '}', window_length(window));

			at = brace == NULL ? window_length(window)
					   : (size_t)(brace - window_text(window));
		}
		window_advance(window, at == 0 ? 1 : at);
		if (state == BEHIND_BRACE)
			end = window->offset;
	}
	reader->record.length = (byte == -1 ? window->offset : end) - reader->record.offset;
	return byte == -2 ? -1 : 1;
}

/* What stands behind an element: 0 a separator, 1 with a fault, -1 and err. */
static int
check_behind(struct reader *reader, struct error *err)
{
	int byte = skip_blanks(&reader->window, err);

	switch (byte) {
	case ',':
	case ']':
		return 0;
	case -1:
		return reader_fault(reader, NULL, "the array is not closed: expected ]");
	case -2:
		return -1;
	default:
		return reader_fault(reader, NULL, "text follows it: expected , or ]");
	}
}

static int
read_element(struct reader *reader, struct error *err)
{
	struct window *window = &reader->window;
	struct pull from = {window, 0, false, err};
	json_error_t error;
	uint64_t length;
	size_t used;
	int rc;
	json_t *root;

	json_memory_begin();
	root = json_load_callback(
	    pull, &from, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_DISABLE_EOF_CHECK, &error);
	if (from.failed || json_memory_failed()) {
		json_decref(root);
		return from.failed ? -1 : error_memory(err);
	}
	used = (size_t)error.position < window_length(window) ? (size_t)error.position
							      : window_length(window);
	used = encoding_boundary(
	    window->encoding, window_text(window), window_length(window), used);
	if (root == NULL) {
		size_t looked = used + 4 < window_length(window) ? used + 4 : window_length(window);
		size_t valid = utf8_valid(window_text(window), looked);

		if (valid < used || json_error_code(&error) == json_error_invalid_utf8)
			reader_check_text(reader, window_text(window), looked, NULL);
		else if (from.given == LIMIT_RECORD && used == from.given)
			reader_fault(reader, NULL,
			    "a record of more than %u bytes: expected at most that", LIMIT_RECORD);
		else
			object_fault(reader, &error);
		window_advance(window, used);
		return resume(reader, err);
	}
	rc = object_read(reader, root, err);
	window_advance(window, used);
	length = window->offset - reader->record.offset;
	if (rc != -1)
		rc = check_behind(reader, err);
	if (rc == 1)
		return resume(reader, err);
	reader->record.length = length;
	return rc == 0 ? 1 : -1;
}

/* Behind the array nothing may stand. */
static int
read_end(struct reader *reader, struct error *err)
{
	struct window *window = &reader->window;
	struct position end = reader_position(reader);
	int byte;

	window_advance(window, 1);
	byte = skip_blanks(window, err);
	if (byte == -2)
		return -1;
	if (byte == -1) {
		window_seek(window, end.offset, end.line);
		return 0;
	}
	reader_begin(reader);
	reader->record.line = end.line; /* from ']' on, so that its own place finds it again */
	reader->record.offset = end.offset;
	reader_fault(reader, NULL, "text behind the array: expected the end of the file");
	if (byte == '[') /* another array */
		window_advance(window, 1);
	return resume(reader, err);
}

/* A comma with no element behind it, or before it. */
static int
read_nothing(struct reader *reader, const char *comma)
{
	reader->record.length = encoding_raw_length(reader->window.encoding, comma, strlen(comma));
	return reader_fault(
	    reader, NULL, "a comma with nothing on one side: expected an object there");
}

static int
next(struct reader *reader, struct error *err)
{
	struct window *window = &reader->window;
	int byte = skip_blanks(window, err);

	object_release(reader);
	if (byte == -2)
		return -1;
	if (byte == ']')
		return read_end(reader, err);
	if (byte == -1) {
		if (reader->number > 0)
			return 0;
		reader_begin(reader);
		return reader_fault(reader, NULL, "the array is not closed: expected ]");
	}
	reader_begin(reader);
	if (byte == ',') {
		if (reader->number == 1) /* the comma is the next one's */
			return read_nothing(reader, "");
		window_advance(window, 1);
		byte = skip_blanks(window, err);
		if (byte == -2)
			return -1;
		if (byte == ',' || byte == ']' || byte == -1)
			return read_nothing(reader, ",");
		reader->record.line = window->line;
		reader->record.offset = window->offset;
	}
	return read_element(reader, err);
}

static int
open_array(struct reader *reader, struct error *err)
{
	int byte = skip_blanks(&reader->window, err);

	if (byte == -2)
		return -1;
	if (byte != '[')
		return error_set(err, ERROR_INPUT, reader->name, reader->window.line, NULL,
		    byte == -1 ? "the file is empty: expected a JSON array of objects"
		    : byte == '{'
			? "no JSON array: expected [ first (one object a line is --format jsonl)"
			: "no JSON array: expected [ first");
	window_advance(&reader->window, 1);
	return object_peek(reader, err);
}

const struct format_reader reader_json = {open_array, next, NULL};
