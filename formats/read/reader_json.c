#include "read/reader_private.h"

#include <string.h>

/*
 * Reads one JSON array of objects, element by element; or one object, as an array of one; or the
 * array that is the member `value` of one object.
 *
 * A position is the byte of the separator after an element (',' or ']'), or the first byte of an
 * element; before the first record it is the byte after '['. From each of these the next record is
 * found without anything before it.
 *
 * An element is refused when it is not valid JSON, longer than the limit, no object, or not
 * followed by ',' or ']'. Reading goes on after it, never inside of it (json_scan.h). When its end
 * cannot be found, the record is all the rest of the file. Each byte is scanned once.
 */

/* Skips blanks. Returns the byte after them; -1 at the end of the file; -2 and err. */
static int
array_skip_blanks(struct window *window, struct error *err)
{
	for (;;) {
		const char *text = window_text(window);
		size_t length = window_length(window);
		size_t at = json_blanks(text, length);
		int more;

		window_advance(window, at);
		if (at < length)
			return (unsigned char)window_text(window)[0];
		more = window_more(window, err);
		if (more != 1)
			return more == 0 ? -1 : -2;
	}
}

/* Takes all the rest of the file as the record. 1; -1 and err. */
static int
array_take_rest(struct reader *reader, struct error *err)
{
	struct window *window = &reader->window;
	int more;

	do {
		window_advance(window, window_length(window));
		more = window_more(window, err);
	} while (more == 1);
	reader->record.length = window->offset - reader->record.offset;
	return more == -1 ? -1 : 1;
}

/* ---- an element ---------------------------------------------------------------------------- */

static int
element_follows(struct reader *reader)
{
	return reader_fault(reader, NULL,
	    reader->whole ? "text follows it: expected the end of the file"
			  : "text follows it: expected , or ]");
}

/* Scans one step. The scanned bytes leave the window. -1 and err. */
static int
element_step(struct reader *reader, enum json_step *step, struct error *err)
{
	struct json_scan *scan = &reader->scan;
	struct window *window = &reader->window;
	size_t at;
	int more;

	*step = json_scan_go(scan, window_text(window), window_length(window));
	at = scan->at;
	json_scan_drop(scan, at);
	window_advance(window, at);
	if (*step == JSON_STEP_MEMORY)
		return error_memory(err);
	if (*step != JSON_STEP_MORE)
		return 0;
	more = window_more(window, err);
	if (more == 0)
		*step = json_scan_finish(scan, "", 0);
	return more == -1 ? -1 : 0;
}

/* Scans the rest of the element and what follows it. 0; 1 with a fault; -1 and err. */
static int
element_end(struct reader *reader, struct error *err)
{
	enum json_step step;

	for (;;) {
		if (element_step(reader, &step, err) == -1)
			return -1;
		switch (step) {
		case JSON_STEP_END:
			return reader->scan.fault == JSON_FAULT_NONE ? 0 : element_follows(reader);
		case JSON_STEP_NEXT:
			return element_follows(reader);
		case JSON_STEP_DONE:
			if (reader->scan.fault != JSON_FAULT_NONE)
				return element_follows(reader);
			if (reader->whole)
				return 0;
			return reader_fault(reader, NULL, "the array is not closed: expected ]");
		case JSON_STEP_LOST:
			element_follows(reader);
			return array_take_rest(reader, err);
		default:
			break;
		}
	}
}

/*
 * Looks for the end of the element in as many bytes as a record may have, so that the result does
 * not depend on the length of the window. JSON_STEP_VALUE: found; JSON_STEP_MORE: the element is
 * too long. -1 and err.
 */
static int
element_scan(struct reader *reader, enum json_step *step, struct error *err)
{
	struct json_scan *scan = &reader->scan;
	struct window *window = &reader->window;
	int more = 1;

	json_scan_begin(scan, !reader->whole);
	do {
		size_t length = window_length(window);

		if (length > reader->longest + 1)
			length = reader->longest + 1;
		*step = json_scan_go(scan, window_text(window), length);
		if (*step == JSON_STEP_MEMORY)
			return error_memory(err);
		if (*step != JSON_STEP_MORE || scan->at > reader->longest)
			break;
		more = window_more(window, err);
	} while (more == 1);
	if (more == 0)
		*step = json_scan_finish(scan, window_text(window), window_length(window));
	if (*step == JSON_STEP_DONE) /* a number or word at the end of the file */
		*step = JSON_STEP_VALUE;
	if (*step == JSON_STEP_VALUE && scan->at > reader->longest)
		*step = JSON_STEP_MORE;
	return more == -1 ? -1 : 0;
}

/* Sets the fault of the element that starts where the window does. 1; -1 and err. */
static int
element_fault(struct reader *reader, struct error *err)
{
	struct window *window = &reader->window;

	/* Only a whole character at the fault can be checked. */
	while (window_length(window) < reader->scan.fault_at + 4 && !window->ended)
		if (window_more(window, err) == -1)
			return -1;
	return object_fault(reader, window_text(window), window_length(window));
}

static int
element_read(struct reader *reader, struct error *err)
{
	struct window *window = &reader->window;
	const struct json_scan *scan = &reader->scan;
	enum json_step step;
	uint64_t length;
	int rc = 1;

	if (element_scan(reader, &step, err) == -1)
		return -1;
	if (scan->fault != JSON_FAULT_NONE)
		rc = element_fault(reader, err);
	else if (step == JSON_STEP_MORE)
		rc = reader_fault(reader, NULL,
		    "a record of more than %zu bytes: expected at most that", reader->longest);
	else if (reader_check_text(reader, window_text(window), scan->at, NULL))
		rc = object_read(reader, window_text(window), scan->at, err);
	if (rc == -1)
		return -1;
	if (step == JSON_STEP_LOST)
		return array_take_rest(reader, err);
	window_advance(window, scan->at);
	length = window->offset - reader->record.offset;
	json_scan_drop(&reader->scan, scan->at);
	rc = element_end(reader, err);
	if (rc == -1)
		return -1;
	if (rc == 1 || step == JSON_STEP_MORE || scan->fault != JSON_FAULT_NONE)
		length = window->offset - reader->record.offset;
	reader->record.length = length;
	return 1;
}

/* ---- the array ----------------------------------------------------------------------------- */

/* The rest of the object that the array is the `value` of, from after the ]. 0; 1 with a fault; -1
 * and err. */
static int
array_end_object(struct reader *reader, struct error *err)
{
	static const char before[] = "{\"value\":[]";
	struct json_scan *scan = &reader->scan;
	enum json_step step;

	json_scan_begin(scan, false);
	if (json_scan_go(scan, before, sizeof(before) - 1) == JSON_STEP_MEMORY)
		return error_memory(err);
	json_scan_drop(scan, sizeof(before) - 1);
	do {
		if (element_step(reader, &step, err) == -1)
			return -1;
	} while (step == JSON_STEP_MORE);
	if ((step == JSON_STEP_VALUE || step == JSON_STEP_DONE) && scan->fault == JSON_FAULT_NONE)
		return 0;
	return reader_fault(reader, NULL, "the object around the array is damaged: %s",
	    json_fault_text(scan->fault));
}

/* Nothing may follow the array, or the object around it. */
static int
array_read_end(struct reader *reader, struct error *err)
{
	struct window *window = &reader->window;
	struct position end = reader_position(reader);
	int byte = 0, rc;

	window_advance(window, 1);
	reader_begin(reader);
	rc = reader->wrapped ? array_end_object(reader, err) : 0;
	if (rc == 0)
		byte = array_skip_blanks(window, err);
	if (rc == -1 || byte == -2)
		return -1;
	if (byte == -1) {
		reader->number--;
		window_seek(window, end.offset, end.line);
		return 0;
	}
	reader->record.line = end.line; /* from ']' on, so that its position finds it again */
	reader->record.offset = end.offset;
	reader_fault(reader, NULL, "text after the %s: expected the end of the file",
	    reader->wrapped ? "object" : "array");
	return array_take_rest(reader, err);
}

/* A comma with no element after it, or before it. */
static int
array_read_nothing(struct reader *reader, const char *comma)
{
	reader->record.length = encoding_raw_length(reader->window.encoding, comma, strlen(comma));
	return reader_fault(
	    reader, NULL, "a comma with nothing on one side: expected an object there");
}

static int
array_next(struct reader *reader, struct error *err)
{
	struct window *window = &reader->window;
	int byte = array_skip_blanks(window, err);

	object_release(reader);
	if (byte == -2)
		return -1;
	if (byte == ']' && !reader->whole)
		return array_read_end(reader, err);
	if (byte == -1) {
		if (reader->number > 0)
			return 0;
		reader_begin(reader);
		return reader_fault(reader, NULL, "the array is not closed: expected ]");
	}
	reader_begin(reader);
	if (byte == ',' && !reader->whole) {
		if (reader->number == 1) /* the comma belongs to the next record */
			return array_read_nothing(reader, "");
		window_advance(window, 1);
		byte = array_skip_blanks(window, err);
		if (byte == -2)
			return -1;
		if (byte == ',' || byte == ']' || byte == -1)
			return array_read_nothing(reader, ",");
		reader->record.line = window->line;
		reader->record.offset = window->offset;
	}
	return element_read(reader, err);
}

static int
array_open(struct reader *reader, struct error *err)
{
	int byte = array_skip_blanks(&reader->window, err), wraps = 0;
	size_t bracket = 0;

	if (byte == '{')
		wraps = object_wraps(reader, &bracket, err);
	if (byte == -2 || wraps == -1)
		return -1;
	reader->wrapped = wraps == 1;
	reader->whole = byte == '{' && wraps == 0;
	if (byte != '[' && byte != '{')
		return error_set_at(err, ERROR_INPUT,
		    (struct error_place){.file = reader->name, .line = reader->window.line},
		    byte == -1 ? "the file is empty: expected a JSON array of objects"
			       : "no JSON array: expected [ first");
	if (!reader->whole)
		window_advance(&reader->window, bracket + 1);
	return object_peek(reader, err);
}

const struct format_reader reader_json = {array_open, array_next, NULL};
