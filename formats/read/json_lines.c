#include "read/json_lines.h"

#include <stdlib.h>
#include <string.h>

struct json_lines_entry {
	uint64_t offset; /* of the line that starts the value, in the file */
	size_t start;    /* and in the text that is gone over */
	size_t depth;    /* brackets that are open before it */
	struct json_lines_extent extent;
};

void
json_lines_release(struct json_lines *lines)
{
	json_scan_release(&lines->scan);
	free(lines->found);
	free(lines->open);
	*lines = (struct json_lines){0};
}

/* Adds an entry to those found or those open. */
static int
lines_add(struct json_lines_entry **entries, size_t *count, size_t *room,
    const struct json_lines_entry *entry, struct error *err)
{
	if (*count == *room) {
		size_t more = *room == 0 ? 16 : 2 * *room;
		struct json_lines_entry *grown = reallocarray(*entries, more, sizeof(**entries));

		if (grown == NULL)
			return error_memory(err);
		*entries = grown;
		*room = more;
	}
	(*entries)[(*count)++] = *entry;
	return 0;
}

static int
lines_found(struct json_lines *lines, const struct json_lines_entry *entry, struct error *err)
{
	return lines_add(&lines->found, &lines->found_count, &lines->found_room, entry, err);
}

enum lines_found { LINES_MORE, LINES_ENDED, LINES_TOO_LONG, LINES_FAILED };

struct line {
	size_t start; /* in the text */
	size_t length;
	size_t end;  /* bytes that end it */
	bool starts; /* a value, which is followed */
};

/* The whole line that starts where `line` says. */
static enum lines_found
lines_next(struct window *window, size_t longest, struct line *line, struct error *err)
{
	for (;;) {
		const char *text = window_text(window) + line->start;
		size_t length = window_length(window) - line->start;

		line->length = length == 0 ? 0 : line_end(text, length);
		line->end = line->length == length
				? 0
				: line_end_length(text, length, line->length, window->ended);
		if (line->length > longest)
			return LINES_TOO_LONG;
		if (window->ended)
			return length > 0 ? LINES_MORE : LINES_ENDED;
		if (line->length < length && line->end > 0)
			return LINES_MORE;
		if (window_more(window, err) == -1)
			return LINES_FAILED;
	}
}

static char
lines_first(const char *text, size_t length)
{
	size_t at = 0;

	while (at < length && is_blank(text[at]))
		at++;
	return at == length ? '\0' : text[at];
}

static char
lines_last(const char *text, size_t length)
{
	while (length > 0 && is_blank(text[length - 1]))
		length--;
	return length == 0 ? '\0' : text[length - 1];
}

/*
 * What was open at the line's start and was closed in it: a value ends with the line when the
 * bracket that closes it is the line's last token.
 */
static int
lines_close(struct json_lines *lines, size_t end, bool bracket_last, struct error *err)
{
	const struct json_scan *scan = &lines->scan;

	while (lines->open_count > 0) {
		struct json_lines_entry *entry = &lines->open[lines->open_count - 1];
		bool above = entry->depth > scan->lowest;

		if (!above && (entry->depth < scan->lowest || scan->lowest_count == 0))
			break;
		if (!above && bracket_last && scan->lowest_count == 1 &&
		    scan->depth == entry->depth) {
			entry->extent.length = end - entry->start;
			entry->extent.closed = true;
			if (lines_found(lines, entry, err) == -1)
				return -1;
		}
		lines->open_count--;
	}
	return 0;
}

/*
 * Goes over one line: 1 to go on, 0 when the value of the first line is over or damaged, -1 and
 * err.
 */
static int
lines_take(
    struct json_lines *lines, const struct window *window, struct line *line, struct error *err)
{
	struct json_scan *scan = &lines->scan;
	const char *text = window_text(window);
	size_t end = line->start + line->length;
	char first = lines_first(text + line->start, line->length);
	char last = lines_last(text + line->start, line->length);
	enum json_step step;

	line->starts = (first == '{' || first == '[') &&
		       (line->start == 0 ||
			   (scan->fault == JSON_FAULT_NONE && json_scan_wants_value(scan)));
	if (line->starts &&
	    lines_add(&lines->open, &lines->open_count, &lines->open_room,
		&(struct json_lines_entry){
		    .offset = lines->to, .start = line->start, .depth = scan->depth},
		err) == -1)
		return -1;
	scan->lowest = scan->depth;
	scan->lowest_count = 0;
	do
		step = json_scan_go(scan, text, end);
	while (step == JSON_STEP_VALUE && scan->at < end);
	if (step == JSON_STEP_MEMORY)
		return error_memory(err);
	if (step == JSON_STEP_LOST)
		return 0;
	if (lines_close(lines, end, last == '}' || last == ']', err) == -1)
		return -1;
	return scan->depth > 0;
}

/* Here the file ends: what is open will never be closed. */
static int
lines_end(struct json_lines *lines, size_t end, struct error *err)
{
	for (; lines->open_count > 0; lines->open_count--) {
		struct json_lines_entry *entry = &lines->open[lines->open_count - 1];

		entry->extent.length = end - entry->start;
		if (lines_found(lines, entry, err) == -1)
			return -1;
	}
	return 0;
}

static int
lines_compare(const void *one, const void *other)
{
	const struct json_lines_entry *a = one, *b = other;

	return a->offset < b->offset ? -1 : a->offset > b->offset;
}

/*
 * Goes over lines from the window's start on, until nothing is open or the end of all is lost, for
 * twice the longest record at most: then all is known of the lines that start in its first half. A
 * line after the first fault may start a value that has no fault: such lines start anew.
 */
static int
lines_learn(struct json_lines *lines, struct window *window, size_t longest, struct error *err)
{
	struct line line = {0};
	size_t last = 0; /* where the last line ends */
	uint64_t first_half = 0;
	enum lines_found found;
	int more = 1, rc = 0;

	lines->from = lines->to = window->offset;
	lines->found_count = lines->open_count = 0;
	json_scan_begin(&lines->scan, false);
	while (more == 1 && (found = lines_next(window, longest, &line, err)) == LINES_MORE) {
		bool good = lines->scan.fault == JSON_FAULT_NONE;

		more = lines_take(lines, window, &line, err);
		if (more == -1)
			return -1;
		last = line.start + line.length;
		if (good && (line.starts || lines->scan.fault == JSON_FAULT_NONE))
			lines->to += encoding_raw_length(window->encoding,
			    window_text(window) + line.start, line.length + line.end);
		line.start = last + line.end;
		if (line.start <= longest)
			first_half = lines->to;
		if (line.start > 2 * longest) {
			lines->to = first_half < lines->to ? first_half : lines->to;
			break;
		}
	}
	if (found == LINES_ENDED && lines->scan.fault == JSON_FAULT_NONE)
		rc = lines_end(lines, last, err);
	if (lines->found_count > 0)
		qsort(lines->found, lines->found_count, sizeof(*lines->found), lines_compare);
	return found == LINES_FAILED ? -1 : rc;
}

int
json_lines_find(struct json_lines *lines, struct window *window, size_t longest,
    struct json_lines_extent *extent, struct error *err)
{
	const struct json_lines_entry *entry = NULL;
	const struct json_lines_entry wanted = {.offset = window->offset};

	if ((window->offset < lines->from || window->offset >= lines->to) &&
	    lines_learn(lines, window, longest, err) == -1) {
		lines->from = lines->to = 0;
		return -1;
	}
	if (lines->found_count > 0)
		entry = bsearch(&wanted, lines->found, lines->found_count, sizeof(*lines->found),
		    lines_compare);
	if (entry == NULL || entry->extent.length > longest)
		return 0;
	*extent = entry->extent;
	/* It may be known from an earlier way over these lines. */
	while (window_length(window) < extent->length + sizeof("\r\n") - 1 && !window->ended)
		if (window_more(window, err) == -1)
			return -1;
	return 1;
}
