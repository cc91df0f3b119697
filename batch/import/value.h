#ifndef BATCH_IMPORT_VALUE_H
#define BATCH_IMPORT_VALUE_H

#include "buffer.h"
#include "database/load.h"
#include "record.h"

/*
 * What a field of an import takes, and from the value that stands in a record to the one that
 * the inventory keeps. An absent value keeps what is known, an empty one or null sets nothing.
 */
enum import_type {
	IMPORT_TEXT,
	IMPORT_ID,         /* 1 to 2147483647 */
	IMPORT_NUMBER,     /* 0 to 2147483647 */
	IMPORT_LEVEL,      /* 0 to 255 */
	IMPORT_BOOLEAN,    /* true, false, 1, 0 */
	IMPORT_CHOICE,     /* one of `choices`, by its word or its number */
	IMPORT_GUID,       /* kept in lower case, without braces */
	IMPORT_THUMBPRINT, /* SHA-1 or SHA-256, kept in upper-case hexadecimal */
	IMPORT_TIME,       /* as a server prints it; kept in milliseconds since 1970 */
	IMPORT_NAMES,      /* SubjectAltNameElements, kept as JSON [{"Value","Type"}...] */
	IMPORT_PERMISSION, /* one of the four, a container's id behind the last three */
	IMPORT_TYPES
};

struct import_choice {
	const char *word;
	int64_t number;
};

struct import_field {
	const char *name;
	enum import_type type;
	bool required;
	const struct import_choice *choices; /* IMPORT_CHOICE: ends with a NULL word */
	bool refers;                         /* to a record that must be known */
	enum load_kind referred;
};

#define IMPORT_CELL_SIZE 72

/* Where the value's text lives when it is not the record's own: in `text`, or in `names`. */
struct import_cell {
	struct load_value value;
	char text[IMPORT_CELL_SIZE];
};

/*
 * Fills cell->value, whose text lives as long as the record, the cell and `names`. False and
 * the fault, what is wrong and what is expected, which shows no value that may be a secret.
 */
bool import_parse(const struct import_field *, const struct value *, struct import_cell *,
    struct buffer *names, char *fault, size_t size);

/* import_names.c: a list of DNS names, or a JSON array of {"Value","Type"}, into `names`. */
bool import_parse_names(const struct value *, struct buffer *names, char *fault, size_t size);

/* The value in a message: itself when it can be no secret, else how long it is. */
const char *import_shown(const struct value *, char *text, size_t size);

#endif
