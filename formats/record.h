#ifndef FORMATS_RECORD_H
#define FORMATS_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * One row of input, whatever its format: the known fields by their index in the field
 * table that the reader was opened with, and where the row stands in the file.
 */

enum value_type {
	VALUE_ABSENT = 0, /* no such column or member */
	VALUE_NULL,       /* JSON null */
	VALUE_TEXT,       /* any CSV field, "" included; a JSON string */
	VALUE_INTEGER,    /* a JSON number without fraction or exponent; text is its decimal form */
	VALUE_REAL,       /* any other JSON number */
	VALUE_BOOLEAN,    /* JSON true or false; text says which */
	VALUE_NESTED,     /* a JSON array or object; text is its compact JSON */
};

struct value {
	enum value_type type;
	const char *text; /* UTF-8, NUL behind the end; NULL when absent or null */
	size_t length;    /* bytes */
};

struct record {
	bool json;       /* the values have the types of JSON; in CSV all are texts */
	uint64_t number; /* from 1, malformed records counted, blank rows not */
	uint64_t line;   /* physical line on which the record starts, from 1 */
	uint64_t offset; /* of its first byte in the file */
	uint64_t length; /* bytes in the file, terminator excluded */
	const struct value
	    *values;             /* as many as there are known fields; all absent when malformed */
	const char *fault;       /* NULL, or why the record is malformed: what is wrong, what is
				    expected; never holds a value that may be a password */
	const char *fault_field; /* NULL, or the column or member the fault is in */
};

/* Empty, null and missing are all the same to a reader of optional fields. */
static inline bool
value_is_absent(const struct value *value)
{
	return value->type == VALUE_ABSENT || value->type == VALUE_NULL ||
	       (value->type == VALUE_TEXT && value->length == 0);
}

#endif
