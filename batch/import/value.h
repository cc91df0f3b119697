#ifndef BATCH_IMPORT_VALUE_H
#define BATCH_IMPORT_VALUE_H

#include "buffer.h"
#include "database/load.h"
#include "record.h"

/*
 * The fields of an import: from the value in a record to the value that the inventory keeps. An
 * absent value keeps what is known; an empty one or null makes it unknown.
 */
enum import_type {
	IMPORT_TEXT,
	IMPORT_ID,         /* 1 to 2147483647 */
	IMPORT_ID_OR_NONE, /* the same; 0 is none */
	IMPORT_NUMBER,     /* 0 to 2147483647 */
	IMPORT_LEVEL,      /* 0 to 255 */
	IMPORT_BOOLEAN,    /* true, false, 1, 0 */
	IMPORT_CHOICE,     /* one of `choices`, by its word or its number */
	IMPORT_STORE_TYPE, /* its number, or its ShortName as a text (types.h) */
	IMPORT_GUID,       /* kept in lower case, without braces */
	IMPORT_THUMBPRINT, /* SHA-1 or SHA-256, kept in upper-case hexadecimal */
	IMPORT_TIME,       /* as a server prints it; kept in milliseconds since 1970 */
	IMPORT_NAMES,      /* SubjectAltNameElements, kept as JSON [{"Value","Type"}...] */
	IMPORT_PERMISSION, /* see permission_parse() */
	IMPORT_KEY_USAGE,  /* 0 to 65535: bits (enum key_usage) */
	IMPORT_USAGES,     /* ExtendedKeyUsages, see import/usages.h */
	IMPORT_SIGNATURE,  /* an OID, or a name, kept as its OID; one that is not known keeps
			      what is known */
	IMPORT_SHA256,     /* a thumbprint of 64 digits */
	IMPORT_ENDPOINT,   /* see model/endpoint.h */
	IMPORT_INNER,      /* a value of another kind, read by import/store.c */
	IMPORT_CURVE,      /* a name or an OID, kept by its name (algorithm_curve()) */
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
	bool refers;                         /* to a record of kind `referred` that must be known */
	enum load_kind referred;
};

#define IMPORT_CELL_SIZE 80 /* more than a GUID, a thumbprint or an OID */

struct import_cell {
	struct load_value value;
	char text[IMPORT_CELL_SIZE]; /* the value's, where it is not as in the record */
};

/* What is wrong with a value and what is expected. It shows no value that may be a secret. */
struct import_fault {
	bool hides; /* set by the caller: it shows no value at all */
	char text[512];
};

/*
 * Fills cell->value, whose text lives as long as the record, the cell and `list`, or the fault:
 * false. A value of IMPORT_INNER is left to its own reader. `list` is for IMPORT_NAMES and
 * IMPORT_USAGES alone, else it may be NULL; out of memory sets its `failed`.
 */
bool import_parse(const struct import_field *, const struct value *, struct import_cell *,
    struct buffer *list, struct import_fault *);

/* The fault of a required field that is not there. */
void import_missing(const struct import_field *, struct import_fault *);

/* The fault of a value: itself where it can be no secret, else its length, and what is expected. */
void import_unexpected(const struct value *, const char *expected, struct import_fault *);

/* Whether two values are the same. */
bool import_same(const struct load_value *, const struct load_value *);

#endif
