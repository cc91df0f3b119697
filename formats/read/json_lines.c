#include "read/json_lines.h"

#include "memory.h"

#include <stdlib.h>
#include <string.h>

struct json_lines_entry {
	uint64_t offset; /* of the line that starts the value, in the file */
	size_t start;    /* of that line, in the window */
	size_t depth;    /* brackets that are open before it */
	struct json_lines_extent extent;
};

void
json_lines_release(struct json_lines *lines)
{
	json_scan_release(&lines->scan);
	free(lines->found.items);
	free(lines->open.items);
	*lines = (struct json_lines){0};
}

static int
json_lines_add(
    struct json_lines_list *list, const struct json_lines_entry *entry, struct error *err)
{
	struct json_lines_entry *items = memory_grow(
	    list->items, list->count, &list->capacity, sizeof(*items));

	if (items == NULL)
		return error_memory(err);
	list->items = items;
	items[list->count++] = *entry;
	return 0;
}

struct json_line {
	size_t start; /* in the window */
	struct window_line text;
	bool starts; /* a value, the end of which is looked for */
};

static char
json_line_first(const char *text, size_t length)
{
	size_t at = json_blanks(text, length);

	return at == length ? '\0' : text[at];
}

static char
json_line_last(const char *text, size_t length)
{
	while (length > 0 && json_is_blank(text[length - 1]))
		length--;
	return length == 0 ? '\0' : text[length - 1];
}

/*
 * Handles the values that were open when the line started and that it closed. A value ends with the
 * line when the bracket that closes it is the last token of the line.
 */
static int
json_lines_close(struct json_lines *lines, size_t end, bool bracket_last, struct error *err)
{
	const struct json_scan *scan = &lines->scan;

	while (lines->open.count > 0) {
		struct json_lines_entry *entry = &lines->open.items[lines->open.count - 1];
		bool above = entry->depth > scan->lowest;

		if (!above && (entry->depth < scan->lowest || scan->lowest_count == 0))
			break;
		if (!above && bracket_last && scan->lowest_count == 1 &&
		    scan->depth == entry->depth) {
			entry->extent.length = end - entry->start;
			entry->extent.closed = true;
			if (json_lines_add(&lines->found, entry, err) == -1)
				return -1;
		}
		lines->open.count--;
	}
	return 0;
}

/* Scans one line. 1 to go on; 0 when the value of the first line ends or is damaged; -1 and err. */
static int
json_lines_take(struct json_lines *lines, const struct window *window, struct json_line *line,
    struct error *err)
{
	struct json_scan *scan = &lines->scan;
	const char *text = window_text(window);
	size_t end = line->start + line->text.length;
	char first = json_line_first(text + line->start, line->text.length);
	char last = json_line_last(text + line->start, line->text.length);
	enum json_step step;

	line->starts = (first == '{' || first == '[') &&
		       (line->start == 0 ||
			   (scan->fault == JSON_FAULT_NONE && json_scan_wants_value(scan)));
	if (line->starts &&
	    json_lines_add(&lines->open,
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
	if (json_lines_close(lines, end, last == '}' || last == ']', err) == -1)
		return -1;
	return scan->depth > 0;
}

/* The file ends: values that are open are not closed. */
static int
json_lines_end(struct json_lines *lines, size_t end, struct error *err)
{
	for (; lines->open.count > 0; lines->open.count--) {
		struct json_lines_entry *entry = &lines->open.items[lines->open.count - 1];

		entry->extent.length = end - entry->start;
		if (json_lines_add(&lines->found, entry, err) == -1)
			return -1;
	}
	return 0;
}

static int
json_lines_compare(const void *one, const void *other)
{
	const struct json_lines_entry *a = one, *b = other;

	return a->offset < b->offset ? -1 : a->offset > b->offset;
}

/*
 * Scans lines from the window's start on until no value is open, the end of all is lost, or the
 * lines have twice the bytes of the longest record: then all is known of the lines that start in
 * the first half. Of lines after the first fault nothing is known, for they may start a value that
 * has no fault.
 */
static int
json_lines_learn(struct json_lines *lines, struct window *window, size_t longest, struct error *err)
{
	struct json_line line = {0};
	size_t last = 0; /* where the last line ends */
	uint64_t first_half = 0;
	bool ended = false;
	int more = 1, rc = 0;

	lines->from = lines->to = window->offset;
	lines->found.count = lines->open.count = 0;
	json_scan_begin(&lines->scan, false);
	while (more == 1) {
		bool good = lines->scan.fault == JSON_FAULT_NONE;

		if (window_line(window, line.start, longest, &line.text, err) == -1)
			return -1;
		ended = line.start == window_length(window);
		if (ended || line.text.length > longest)
			break;
		more = json_lines_take(lines, window, &line, err);
		if (more == -1)
			return -1;
		last = line.start + line.text.length;
		if (good && (line.starts || lines->scan.fault == JSON_FAULT_NONE))
			lines->to += encoding_raw_length(window->encoding,
			    window_text(window) + line.start, line.text.length + line.text.end);
		line.start = last + line.text.end;
		if (line.start <= longest)
			first_half = lines->to;
		if (line.start > 2 * longest) {
			lines->to = first_half < lines->to ? first_half : lines->to;
			break;
		}
	}
	if (ended && lines->scan.fault == JSON_FAULT_NONE)
		rc = json_lines_end(lines, last, err);
	if (lines->found.count > 0)
		qsort(lines->found.items, lines->found.count, sizeof(*lines->found.items),
		    json_lines_compare);
	return rc;
}

int
json_lines_find(struct json_lines *lines, struct window *window, size_t longest,
    struct json_lines_extent *extent, struct error *err)
{
	const struct json_lines_entry *entry = NULL;
	const struct json_lines_entry wanted = {.offset = window->offset};

	if ((window->offset < lines->from || window->offset >= lines->to) &&
	    json_lines_learn(lines, window, longest, err) == -1) {
		lines->from = lines->to = 0;
		return -1;
	}
	if (lines->found.count > 0)
		entry = bsearch(&wanted, lines->found.items, lines->found.count,
		    sizeof(*lines->found.items), json_lines_compare);
	if (entry == NULL || entry->extent.length > longest)
		return 0;
	*extent = entry->extent;
	/* It may be known from an earlier scan, so that the window is still short. */
	while (window_length(window) < extent->length + sizeof("\r\n") - 1 && !window->ended)
		if (window_more(window, err) == -1)
			return -1;
	return 1;
}
