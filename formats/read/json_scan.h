#ifndef FORMATS_READ_JSON_SCAN_H
#define FORMATS_READ_JSON_SCAN_H

#include "limits.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Scans one JSON value (RFC 8259), token by token, and finds where it ends, whatever it holds:
 * numbers of any size, any escapes, any depth of nesting, and bytes that are not UTF-8. It reports
 * where the members of an object are; the caller decides which of them are allowed.
 *
 * The scan goes on after the first fault: the token at fault counts as the one that was expected,
 * and everything after it must be JSON. At a second fault the end of the value is lost. It is also
 * lost when strings can no longer be told from other text: at a fault in a string or directly after
 * one, and at a byte that starts a string or a comment in languages that resemble JSON.
 */

/* Whether RFC 8259 calls it whitespace. */
static inline bool
json_is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* How many bytes at the start of the text are whitespace: `length` when all of them are. */
static inline size_t
json_blanks(const char *text, size_t length)
{
	size_t count = 0;

	while (count < length && json_is_blank(text[count]))
		count++;
	return count;
}

enum json_fault {
	JSON_FAULT_NONE,
	JSON_FAULT_VALUE,   /* no value where one is expected */
	JSON_FAULT_WORD,    /* the same, at letters or digits that are no value */
	JSON_FAULT_NAME,    /* no name of a member */
	JSON_FAULT_COLON,   /* no : after a name */
	JSON_FAULT_MEMBER,  /* no , or } after a value */
	JSON_FAULT_ITEM,    /* no , or ] after a value */
	JSON_FAULT_FOLLOWS, /* text after the value itself */
	JSON_FAULT_LINE,    /* a string that its line does not close */
	JSON_FAULT_CONTROL, /* a control character in a string */
	JSON_FAULT_ESCAPE,  /* a backslash that escapes nothing */
	JSON_FAULT_HEX,     /* \u without four hexadecimal digits */
	JSON_FAULT_OPEN,    /* the text ends before the value does */
	JSON_FAULT_COUNT
};

/* What is wrong and what is expected, for a message. */
const char *json_fault_text(enum json_fault);

/* Where a member of the outermost object is: offsets from the start of the text. */
struct json_member {
	size_t name, name_end;   /* between the quotes */
	size_t value, value_end; /* quotes and brackets included */
	size_t levels;           /* of nesting of its value; 0: no array and no object */
	bool escaped;            /* the name holds a backslash */
};

enum json_step {
	JSON_STEP_MORE,   /* the text must be longer */
	JSON_STEP_VALUE,  /* the value ends at .at; the next call scans what follows it */
	JSON_STEP_END,    /* at .at, after the value, is the , or ] of the list */
	JSON_STEP_NEXT,   /* at .at, after the value, another object starts: a comma is missing */
	JSON_STEP_DONE,   /* the value is whole and nothing follows it */
	JSON_STEP_LOST,   /* the end of the value cannot be found */
	JSON_STEP_MEMORY, /* no memory for the list of open brackets */
};

struct json_scan {
	bool listed; /* the value is an element of an array; otherwise nothing may follow it */

	size_t at;             /* bytes of the text that were scanned */
	enum json_fault fault; /* the first one */
	size_t fault_at;       /* where in the text it is */
	bool is_object;
	size_t depth; /* brackets that are open */
	/* Since the caller set them: the lowest depth, and how often a bracket led to it. */
	size_t lowest, lowest_count;

	struct json_member *members; /* room for LIMIT_COLUMNS; NULL: not asked for */
	size_t member_count;         /* of all members, also those without room */

	/* private */
	unsigned char within, expects, word, hex_digits;
	const char *literal;
	size_t token; /* where the string or word started */
	size_t string_end;
	bool escaped;
	size_t levels;
	uint64_t *open; /* a bit for each open bracket: whether it is a { */
	size_t open_words;
};

/* Starts a new value, with the same room for members and brackets. */
void json_scan_begin(struct json_scan *, bool listed);
void json_scan_release(struct json_scan *); /* the caller frees .members; zeros are allowed */

/* Scans on from text[.at]. */
enum json_step json_scan_go(struct json_scan *, const char *text, size_t length);

/*
 * Scans on to the end of the text, which is the end of the input. JSON_STEP_DONE when the value is
 * whole; JSON_STEP_LOST and a fault (JSON_FAULT_OPEN, unless there was one before) when it is not;
 * else what json_scan_go() returns.
 */
enum json_step json_scan_finish(struct json_scan *, const char *text, size_t length);

/* Whether the scan is between two tokens of an unfinished object or array. */
bool json_scan_is_open(const struct json_scan *);
/* The same, and the next token must be a value. */
bool json_scan_wants_value(const struct json_scan *);

/* Adjusts the scan when the first bytes of the text are removed. The members are not adjusted. */
void json_scan_drop(struct json_scan *, size_t bytes);

#endif
