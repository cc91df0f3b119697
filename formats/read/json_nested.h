#ifndef FORMATS_READ_JSON_NESTED_H
#define FORMATS_READ_JSON_NESTED_H

#include "read/json_scan.h"
#include "record.h"

#define JSON_NESTED_VALUES 16 /* the most that one object is asked for */

/*
 * Reads the objects in a value of a raw field (struct fields): the elements of an array, or the one
 * object that it is. Only the members that are asked for are read: all others may hold any JSON.
 */
struct json_nested {
	const char *text; /* the caller's, valid JSON; it must live as long */
	size_t length;
	size_t index; /* of the element, from 1 */
	/* Why the element cannot be used, and what is expected; or NULL. */
	const char *fault;

	/* private */
	struct json_scan scan;
	size_t start, end; /* of the element */
	char *texts[JSON_NESTED_VALUES];
	size_t text_count;
};

/* `value` is of the type VALUE_NESTED. -1: no memory. Release it in any case. */
int json_nested_begin(struct json_nested *, const struct value *);
void json_nested_release(struct json_nested *); /* zeros are allowed */

/*
 * Goes to the one object that a value is, of any type, or that its text is the JSON of: 1, 0 where
 * it is no whole object, -1: no memory. Release it in any case.
 */
int json_nested_object(struct json_nested *, const struct value *);

/* Goes to the next element: 1, 0 where there is none, -1: no memory. */
int json_nested_next(struct json_nested *);

/* The element itself, as a value; 0, or -1: no memory. */
int json_nested_element(struct json_nested *, struct value *);

/*
 * The member of the element whose name is equal to `name` (name_equal()); VALUE_ABSENT where there
 * is none, or the element is no object. Where there are two, or the member is a string that means
 * no text, the fault is set. The value lives until the next element. -1: no memory.
 */
int json_nested_member(struct json_nested *, const char *name, struct value *);

#endif
