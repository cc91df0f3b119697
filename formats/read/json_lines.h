#ifndef FORMATS_READ_JSON_LINES_H
#define FORMATS_READ_JSON_LINES_H

#include "error.h"
#include "read/json_scan.h"
#include "read/window.h"

/*
 * Finds lines that together are one JSON object or array, in a file that should have one object a
 * line. They are one record, which is refused, and none of them is a record of its own.
 *
 * What was found is kept, so that a file is read a fixed number of times even if many of its lines
 * could start an object and none ever becomes one.
 */
struct json_lines_list {
	struct json_lines_entry *items;
	size_t count, capacity;
};

struct json_lines {
	struct json_scan scan;
	uint64_t from, to; /* all is known of the lines that start between these offsets */
	struct json_lines_list found, open;
};

void json_lines_release(struct json_lines *); /* zeros are allowed */

struct json_lines_extent {
	size_t length; /* bytes of the window, without the end of the last line */
	bool closed;   /* the value is whole; else the file ends inside of it */
};

/*
 * For a line at the window's start that ends inside an object or array. 1 and the extent of the
 * lines that are one value, `longest` bytes at most; 0 when there are no such lines; -1 and err.
 */
int json_lines_find(struct json_lines *, struct window *, size_t longest,
    struct json_lines_extent *, struct error *);

#endif
