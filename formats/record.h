#ifndef FORMATS_RECORD_H
#define FORMATS_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * One row of input, whatever its format: the values of the known fields, by their index in the
 * field table that the reader was opened with, and the row's position in the file.
 */

enum value_type {
	VALUE_ABSENT = 0, /* no such column or member */
	VALUE_NULL,       /* JSON null */
	VALUE_TEXT,       /* any CSV field, also an empty one; a JSON string */
	VALUE_INTEGER,    /* a JSON number without fraction or exponent; text is its decimal form */
	VALUE_REAL,       /* any other JSON number */
	VALUE_BOOLEAN,    /* JSON true or false; text is the word */
	VALUE_NESTED,     /* a JSON array or object; text is its compact JSON */
};

struct value {
	enum value_type type;
	const char *text; /* UTF-8, then a NUL; NULL when absent or null */
	size_t length;    /* bytes */
};

struct record {
	bool json;       /* the values have the types of JSON; in CSV every value is a text */
	uint64_t number; /* from 1; malformed records count, blank rows do not */
	uint64_t line;   /* physical line on which the record starts, from 1 */
	uint64_t offset; /* of its first byte in the file */
	uint64_t length; /* bytes in the file, without the end of the line */
	const struct value *values; /* one for each known field; all absent when malformed */
	const char *fault;          /* NULL, or why the record is malformed and what is expected;
				       never a value, which may be a password */
	const char *fault_field;    /* NULL, or the column or member that the fault is in */
};

/* In an optional field, empty, null and missing mean the same. */
static inline bool
value_is_absent(const struct value *value)
{
	return value->type == VALUE_ABSENT || value->type == VALUE_NULL ||
	       (value->type == VALUE_TEXT && value->length == 0);
}

#endif
