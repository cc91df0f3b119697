#include "read/reader_private.h"

#include "read/names.h"

#include <string.h>

/*
 * Looks at the first object of a file: which names it has, and whether it is one object over
 * several lines, or one around an array.
 */

/* Reads as far as the first object and goes back; the records before it are read again later. */
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
 * What the members that were scanned say: 1 and *bracket where one is the array `value`, 0 where a
 * known one is before it, -1 where more text is needed.
 */
static int
object_find_wrapped(const struct reader *reader, const char *text, size_t *bracket)
{
	const struct json_scan *scan = &reader->scan;

	for (size_t i = 0; i < scan->member_count && i < LIMIT_COLUMNS; i++) {
		const struct json_member *member = &scan->members[i];
		const char *name = text + member->name;
		size_t length = member->name_end - member->name, field;

		if (member->value == 0) /* it is not whole yet */
			return -1;
		if (name_equal(name, length, "value", strlen("value")) &&
		    text[member->value] == '[') {
			*bracket = member->value;
			return 1;
		}
		if (name_find(reader->fields, name, length, &field) == NAME_KNOWN)
			return 0;
	}
	return scan->member_count < LIMIT_COLUMNS ? -1 : 0;
}

/* The members before the array are few and short: they are looked at together. */
int
object_wraps(struct reader *reader, size_t *bracket, struct error *err)
{
	struct json_scan *scan = &reader->scan;
	struct window *window = &reader->window;
	enum json_step step;
	int found, more = 1;

	if (!reader->may_wrap)
		return 0;
	memset(scan->members, 0, LIMIT_COLUMNS * sizeof(*scan->members));
	json_scan_begin(scan, false);
	do {
		step = json_scan_go(scan, window_text(window), window_length(window));
		if (step == JSON_STEP_MEMORY)
			return error_memory(err);
		found = object_find_wrapped(reader, window_text(window), bracket);
		if (found != -1 || step != JSON_STEP_MORE || scan->at > LIMIT_RECORD)
			break;
		more = window_more(window, err);
	} while (more == 1);
	if (more == -1)
		return -1;
	return found == 1;
}

/*
 * Moves *start to the first line from there on that is not blank. 1 and the line, which may be cut
 * when it is too long for a record; 0 when there is none; -1 and err.
 */
static int
object_first_line(struct window *window, size_t longest, size_t *start, struct window_line *line,
    struct error *err)
{
	for (;;) {
		if (window_line(window, *start, longest, line, err) == -1)
			return -1;
		if (json_blanks(window_text(window) + *start, line->length) < line->length)
			return 1;
		if (line->length > longest || line->end == 0)
			return 0;
		*start += line->length + line->end;
	}
}

int
object_is_whole(struct reader *reader, struct error *err)
{
	struct window *window = &reader->window;
	struct json_scan scan = {0};
	struct window_line line;
	size_t start = 0, next;
	enum json_step step;
	bool wants_value;
	int rc;

	if (object_first_line(window, reader->longest, &start, &line, err) == -1)
		return -1;
	next = start + line.length;
	json_scan_begin(&scan, false);
	step = json_scan_go(&scan, window_text(window), next);
	json_scan_release(&scan);
	if (step == JSON_STEP_MEMORY)
		return error_memory(err);
	if (step == JSON_STEP_VALUE)
		return 0;
	wants_value = step == JSON_STEP_MORE && json_scan_wants_value(&scan);
	rc = object_first_line(window, reader->longest, &next, &line, err);
	if (rc != 1)
		return rc;
	next += json_blanks(window_text(window) + next, line.length);
	return window_text(window)[next] != '{' || wants_value;
}
