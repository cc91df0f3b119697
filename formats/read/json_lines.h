#ifndef FORMATS_JSON_LINES_H
#define FORMATS_JSON_LINES_H

#include "error.h"
#include "read/json_scan.h"
#include "read/window.h"

/*
 * Lines that are together one JSON object or array, in a file that has an object a line. They are
 * one record that is refused: no line of it is a record of its own.
 *
 * What was found is kept, so that a file of lines that never become an object is gone over a
 * fixed number of times, however many of its lines could start one.
 */
struct json_lines_list {
	struct json_lines_entry *items;
	size_t count, capacity;
};

struct json_lines {
	struct json_scan scan;
	uint64_t from, to; /* of the lines that start there, all is known */
	struct json_lines_list found, open;
};

void json_lines_release(struct json_lines *); /* zeros are fine */

/*
 * The line at the window's start ends inside an object or array: 1 and the extent of the lines that
 * are one value with it, of at most `longest` bytes, or that would be one if the file did not end
 * before; 0 when there are no such lines; -1 and err.
 */
struct json_lines_extent {
	size_t length; /* bytes of the window, without the end of the last line */
	bool closed;   /* the value is whole */
};
int json_lines_find(struct json_lines *, struct window *, size_t longest,
    struct json_lines_extent *, struct error *);

#endif
