#ifndef FORMATS_JSON_SCAN_H
#define FORMATS_JSON_SCAN_H

#include "limits.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Goes over one JSON value (RFC 8259), token by token, and finds where it ends, whatever it holds:
 * numbers of any size, escapes of any kind and nesting of any depth are passed over. Bytes that are
 * not UTF-8 are passed over too. Whether an object's members are what somebody expects is not its
 * business; it reports where they are.
 *
 * The first fault does not end the way. The token at fault counts as what was expected at its
 * place, and from there on everything must be JSON. The end is lost where it is not, and where
 * nothing reports what is a string and what is not: a fault in a string or directly after one, or a
 * byte that starts a string or a comment in languages that resemble JSON.
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
	JSON_FAULT_WORD,    /* the same, but letters or digits that are no value */
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
	JSON_STEP_VALUE,  /* the value is over, at .at; the next call looks at what follows it */
	JSON_STEP_END,    /* the next byte that is no blank, at .at, is the list's , or ] */
	JSON_STEP_NEXT,   /* the next byte, at .at, starts another object: a comma is missing */
	JSON_STEP_DONE,   /* nothing follows the value */
	JSON_STEP_LOST,   /* where the value ends cannot be found */
	JSON_STEP_MEMORY, /* no memory for the brackets that are open */
};

struct json_scan {
	bool listed; /* the value is an element of an array; else nothing may follow it */

	size_t at;             /* bytes of the text that were looked at */
	enum json_fault fault; /* the first one */
	size_t fault_at;       /* where in the text it is */
	bool is_object;
	size_t depth; /* brackets that are open */
	/* Since the caller set them: the least depth, and how often a bracket led to it. */
	size_t lowest, lowest_count;

	struct json_member *members; /* room for LIMIT_COLUMNS; NULL: not asked for */
	size_t member_count;         /* all of them, those without room included */

	/* its own */
	unsigned char within, expects, word, hex_digits;
	const char *literal;
	size_t token; /* where the string or word started */
	size_t string_end;
	bool escaped;
	size_t levels;
	uint64_t *open; /* a bit for each open bracket: whether it is a { */
	size_t open_words;
};

/* Starts anew, with the same room for members and brackets. */
void json_scan_begin(struct json_scan *, bool listed);
void json_scan_release(struct json_scan *); /* not the members; zeros are fine */

/* Goes on over the text, of which it has looked at .at bytes. */
enum json_step json_scan_go(struct json_scan *, const char *text, size_t length);

/*
 * Goes on over the text, which nothing follows: JSON_STEP_DONE when the value is whole, else as
 * json_scan_go(), but for JSON_STEP_MORE and JSON_STEP_VALUE: JSON_STEP_LOST and a fault
 * (JSON_FAULT_OPEN, unless there was one before) when the value is not.
 */
enum json_step json_scan_finish(struct json_scan *, const char *text, size_t length);

/* Whether it is between two tokens of an unfinished value, the end of which is not lost. */
bool json_scan_is_open(const struct json_scan *);
/* Likewise, and the next token must be a value. */
bool json_scan_wants_value(const struct json_scan *);

/* The first bytes of the text are gone: counts from what is left. Members' places are lost. */
void json_scan_drop(struct json_scan *, size_t bytes);

#endif
