#include "read/json_scan.h"

#include "memory.h"

#include <stdlib.h>
#include <string.h>

enum within { WITHIN_NOTHING, WITHIN_STRING, WITHIN_ESCAPE, WITHIN_HEX, WITHIN_WORD };

/* What the grammar expects next (RFC 8259, 4 and 5). */
enum expects {
	EXPECTS_VALUE,
	EXPECTS_ITEM,   /* or ], after [ */
	EXPECTS_NAME,   /* after a comma */
	EXPECTS_MEMBER, /* a name or }, after { */
	EXPECTS_COLON,
	EXPECTS_NEXT, /* a comma, or the bracket that closes */
	EXPECTS_OVER, /* nothing: the value has ended */
};

/* The parts of a number (RFC 8259, 6), a literal, and a word that is no value. */
enum word {
	WORD_MINUS,
	WORD_ZERO,
	WORD_INTEGER,
	WORD_POINT,
	WORD_FRACTION,
	WORD_E,
	WORD_SIGN,
	WORD_EXPONENT,
	WORD_LITERAL,
	WORD_BAD,
};

#define OPEN_BITS (8 * sizeof(uint64_t))

const char *
json_fault_text(enum json_fault fault)
{
	static const char *const texts[JSON_FAULT_COUNT] = {
	    [JSON_FAULT_NONE] = "",
	    [JSON_FAULT_VALUE] = "expected a value",
	    [JSON_FAULT_WORD] = ("expected a value: a string in double quotes, a number, true, "
				 "false, null, [ or {"),
	    [JSON_FAULT_NAME] = "expected a name in quotes, or }",
	    [JSON_FAULT_COLON] = "expected : after a name",
	    [JSON_FAULT_MEMBER] = "expected , or } after a value",
	    [JSON_FAULT_ITEM] = "expected , or ] after a value",
	    [JSON_FAULT_FOLLOWS] = "text follows it: expected the end of the line",
	    [JSON_FAULT_LINE] = "a string that its line does not close: expected a closing quote",
	    [JSON_FAULT_CONTROL] =
		"a control character in a string: expected it as \\u and four digits",
	    [JSON_FAULT_ESCAPE] = "a backslash that escapes nothing: expected \\\\ for a backslash",
	    [JSON_FAULT_HEX] = "\\u without four hexadecimal digits after it",
	    [JSON_FAULT_OPEN] = "it is not complete: a quote, bracket or brace is not closed",
	};

	return (unsigned int)fault < JSON_FAULT_COUNT ? texts[fault] : "";
}

void
json_scan_begin(struct json_scan *scan, bool listed)
{
	*scan = (struct json_scan){
	    .listed = listed,
	    .expects = EXPECTS_VALUE,
	    .string_end = SIZE_MAX,
	    .lowest = SIZE_MAX,
	    .members = scan->members,
	    .open = scan->open,
	    .open_words = scan->open_words,
	};
}

void
json_scan_release(struct json_scan *scan)
{
	free(scan->open);
	scan->open = NULL;
	scan->open_words = 0;
}

/* ---- brackets ---------------------------------------------------------------------------- */

static bool
json_scan_in_object(const struct json_scan *scan)
{
	size_t top = scan->depth - 1;

	return scan->depth > 0 && (scan->open[top / OPEN_BITS] >> top % OPEN_BITS & 1) != 0;
}

/* The member that the token belongs to, if it is directly in the outermost object; else NULL. */
static struct json_member *
json_scan_member(const struct json_scan *scan)
{
	if (scan->depth != 1 || !scan->is_object || scan->members == NULL ||
	    scan->member_count == 0 || scan->member_count > LIMIT_COLUMNS)
		return NULL;
	return &scan->members[scan->member_count - 1];
}

static bool
json_scan_push(struct json_scan *scan, bool object)
{
	size_t at = scan->depth / OPEN_BITS;
	uint64_t bit = UINT64_C(1) << scan->depth % OPEN_BITS;
	uint64_t *open = memory_grow(scan->open, at, &scan->open_words, sizeof(*open));

	if (open == NULL)
		return false;
	scan->open = open;
	scan->open[at] = object ? scan->open[at] | bit : scan->open[at] & ~bit;
	scan->depth++;
	if (scan->depth - 1 > scan->levels)
		scan->levels = scan->depth - 1;
	scan->expects = object ? EXPECTS_MEMBER : EXPECTS_ITEM;
	return true;
}

/* A value ends where the scan is. */
static enum json_step
json_scan_value_over(struct json_scan *scan)
{
	struct json_member *member = json_scan_member(scan);

	if (member != NULL) {
		member->value_end = scan->at;
		member->levels = scan->levels;
	}
	scan->expects = scan->depth == 0 ? EXPECTS_OVER : EXPECTS_NEXT;
	return scan->depth == 0 ? JSON_STEP_VALUE : JSON_STEP_MORE;
}

static enum json_step
json_scan_pop(struct json_scan *scan)
{
	scan->depth--;
	if (scan->depth < scan->lowest) {
		scan->lowest = scan->depth;
		scan->lowest_count = 0;
	}
	scan->lowest_count += scan->depth == scan->lowest;
	return json_scan_value_over(scan);
}

/* ---- faults ------------------------------------------------------------------------------ */

/* Notes a fault. False when the end of the value is lost with it. */
static bool
json_scan_fault(struct json_scan *scan, enum json_fault fault, size_t at)
{
	if (scan->fault != JSON_FAULT_NONE)
		return false;
	scan->fault = fault;
	scan->fault_at = at;
	return at != scan->string_end;
}

/* Notes that the token is not the expected one. False when the end of the value is lost. */
static bool
json_scan_unexpected(struct json_scan *scan)
{
	static const enum json_fault faults[] = {
	    [EXPECTS_VALUE] = JSON_FAULT_VALUE,
	    [EXPECTS_ITEM] = JSON_FAULT_VALUE,
	    [EXPECTS_NAME] = JSON_FAULT_NAME,
	    [EXPECTS_MEMBER] = JSON_FAULT_NAME,
	    [EXPECTS_COLON] = JSON_FAULT_COLON,
	    [EXPECTS_NEXT] = JSON_FAULT_ITEM,
	    [EXPECTS_OVER] = JSON_FAULT_FOLLOWS,
	};
	enum json_fault fault = faults[scan->expects];

	if (fault == JSON_FAULT_ITEM && json_scan_in_object(scan))
		fault = JSON_FAULT_MEMBER;
	return json_scan_fault(scan, fault, scan->at) &&
	       (scan->listed || scan->expects != EXPECTS_OVER);
}

/* ---- strings and words ------------------------------------------------------------------- */

static enum json_step
json_scan_string_over(struct json_scan *scan)
{
	struct json_member *member = json_scan_member(scan);

	scan->within = WITHIN_NOTHING;
	scan->string_end = ++scan->at;
	if (scan->expects != EXPECTS_NAME && scan->expects != EXPECTS_MEMBER)
		return json_scan_value_over(scan);
	scan->expects = EXPECTS_COLON;
	if (member != NULL) {
		member->name = scan->token + 1;
		member->name_end = scan->at - 1;
		member->escaped = scan->escaped;
	}
	return JSON_STEP_MORE;
}

static bool
json_is_hexadecimal(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* A character after a backslash. Every fault in a string loses the end. */
static enum json_step
json_scan_escape(struct json_scan *scan, char c)
{
	if (scan->within == WITHIN_HEX) {
		if (!json_is_hexadecimal(c)) {
			json_scan_fault(scan, JSON_FAULT_HEX, scan->at);
			return JSON_STEP_LOST;
		}
		scan->within = ++scan->hex_digits == 4 ? WITHIN_STRING : WITHIN_HEX;
	} else if (c == '\0' || strchr("\"\\/bfnrtu", c) == NULL) {
		json_scan_fault(scan, JSON_FAULT_ESCAPE, scan->at);
		return JSON_STEP_LOST;
	} else {
		scan->hex_digits = 0;
		scan->within = c == 'u' ? WITHIN_HEX : WITHIN_STRING;
	}
	scan->at++;
	return JSON_STEP_MORE;
}

static enum json_step
json_scan_string(struct json_scan *scan, const char *text, size_t length)
{
	size_t at = scan->at;

	while (at < length && text[at] != '"' && text[at] != '\\' && (unsigned char)text[at] >= ' ')
		at++;
	scan->at = at;
	if (at == length)
		return JSON_STEP_MORE;
	if (text[at] == '"')
		return json_scan_string_over(scan);
	if (text[at] == '\\') {
		scan->escaped = true;
		scan->within = WITHIN_ESCAPE;
		scan->at++;
		return JSON_STEP_MORE;
	}
	if (text[at] == '\n' || text[at] == '\r')
		json_scan_fault(scan, JSON_FAULT_LINE, scan->token);
	else
		json_scan_fault(scan, JSON_FAULT_CONTROL, at);
	return JSON_STEP_LOST;
}

static enum word
json_word_start(struct json_scan *scan, char c)
{
	scan->literal = c == 't' ? "rue" : c == 'f' ? "alse" : c == 'n' ? "ull" : NULL;
	if (scan->literal != NULL)
		return WORD_LITERAL;
	return c == '-'               ? WORD_MINUS
	       : c == '0'             ? WORD_ZERO
	       : c >= '1' && c <= '9' ? WORD_INTEGER
				      : WORD_BAD;
}

/* RFC 8259, 6: [ minus ] int [ frac ] [ exp ] */
static enum word
json_word_next(struct json_scan *scan, char c)
{
	bool digit = c >= '0' && c <= '9', e = c == 'e' || c == 'E';

	switch ((enum word)scan->word) {
	case WORD_MINUS:
		return c == '0' ? WORD_ZERO : digit ? WORD_INTEGER : WORD_BAD;
	case WORD_ZERO:
		return c == '.' ? WORD_POINT : e ? WORD_E : WORD_BAD;
	case WORD_INTEGER:
		return digit ? WORD_INTEGER : c == '.' ? WORD_POINT : e ? WORD_E : WORD_BAD;
	case WORD_POINT:
		return digit ? WORD_FRACTION : WORD_BAD;
	case WORD_FRACTION:
		return digit ? WORD_FRACTION : e ? WORD_E : WORD_BAD;
	case WORD_E:
		return digit ? WORD_EXPONENT : c == '+' || c == '-' ? WORD_SIGN : WORD_BAD;
	case WORD_SIGN:
	case WORD_EXPONENT:
		return digit ? WORD_EXPONENT : WORD_BAD;
	case WORD_LITERAL:
		return c == *scan->literal && *scan->literal++ != '\0' ? WORD_LITERAL : WORD_BAD;
	case WORD_BAD:
		break;
	}
	return WORD_BAD;
}

static bool
json_word_is_value(const struct json_scan *scan)
{
	switch ((enum word)scan->word) {
	case WORD_ZERO:
	case WORD_INTEGER:
	case WORD_FRACTION:
	case WORD_EXPONENT:
		return true;
	case WORD_LITERAL:
		return *scan->literal == '\0';
	default:
		return false;
	}
}

/* A blank, a bracket, a comma, a colon or a quote. */
static bool
json_ends_word(char c)
{
	return json_is_blank(c) || (c != '\0' && strchr("{}[],:\"", c) != NULL);
}

/* Starts a string or a comment in other languages, or is no ASCII: anything may follow as text. */
static bool
json_is_misleading(char c)
{
	return (signed char)c < ' ' || c == '\x7f' || strchr("'`/#", c) != NULL;
}

static enum json_step
json_scan_word_over(struct json_scan *scan)
{
	bool value = scan->expects == EXPECTS_VALUE || scan->expects == EXPECTS_ITEM;

	scan->within = WITHIN_NOTHING;
	if (value && scan->word != WORD_BAD && !json_word_is_value(scan) &&
	    !json_scan_fault(scan, JSON_FAULT_WORD, scan->token))
		return JSON_STEP_LOST;
	if (scan->expects == EXPECTS_NAME || scan->expects == EXPECTS_MEMBER) {
		scan->expects = EXPECTS_COLON;
		return JSON_STEP_MORE;
	}
	return json_scan_value_over(scan);
}

static enum json_step
json_scan_word(struct json_scan *scan, const char *text, size_t length)
{
	while (scan->at < length && !json_ends_word(text[scan->at])) {
		char c = text[scan->at];
		enum word next = scan->word == WORD_BAD ? WORD_BAD : json_word_next(scan, c);

		if (next == WORD_BAD && scan->word != WORD_BAD &&
		    !json_scan_fault(scan, JSON_FAULT_WORD, scan->token))
			return JSON_STEP_LOST;
		scan->word = (unsigned char)next;
		if (json_is_misleading(c))
			return JSON_STEP_LOST;
		scan->at++;
	}
	return scan->at == length ? JSON_STEP_MORE : json_scan_word_over(scan);
}

/* ---- tokens ------------------------------------------------------------------------------ */

/* Notes the start of a value: the token is one, or is where one is expected. */
static void
json_scan_note_value(struct json_scan *scan)
{
	struct json_member *member = json_scan_member(scan);

	if (scan->expects != EXPECTS_VALUE || member == NULL)
		return;
	member->value = scan->at;
	scan->levels = 0;
}

static enum json_step
json_scan_begin_word(struct json_scan *scan, char c)
{
	bool value = scan->expects == EXPECTS_VALUE || scan->expects == EXPECTS_ITEM;

	scan->word = (unsigned char)(value ? json_word_start(scan, c) : WORD_BAD);
	if (scan->word == WORD_BAD && !(value ? json_scan_fault(scan, JSON_FAULT_WORD, scan->at)
					      : json_scan_unexpected(scan)))
		return JSON_STEP_LOST;
	if (json_is_misleading(c))
		return JSON_STEP_LOST;
	json_scan_note_value(scan);
	scan->token = scan->at++;
	scan->within = WITHIN_WORD;
	return JSON_STEP_MORE;
}

static enum json_step
json_scan_begin_string(struct json_scan *scan)
{
	if (scan->expects == EXPECTS_COLON || scan->expects >= EXPECTS_NEXT) {
		if (!json_scan_unexpected(scan))
			return JSON_STEP_LOST;
		if (scan->expects == EXPECTS_NEXT && json_scan_in_object(scan))
			scan->expects = EXPECTS_NAME;
		else
			scan->expects = EXPECTS_VALUE;
	}
	if ((scan->expects == EXPECTS_NAME || scan->expects == EXPECTS_MEMBER) &&
	    scan->depth == 1 && scan->is_object)
		scan->member_count++;
	json_scan_note_value(scan);
	scan->token = scan->at++;
	scan->escaped = false;
	scan->within = WITHIN_STRING;
	return JSON_STEP_MORE;
}

static enum json_step
json_scan_begin_bracket(struct json_scan *scan, char c)
{
	bool fits = scan->expects == EXPECTS_VALUE || scan->expects == EXPECTS_ITEM;

	if (!fits) {
		bool next = scan->expects == EXPECTS_OVER && scan->listed && c == '{' &&
			    scan->fault == JSON_FAULT_NONE;

		if (!json_scan_unexpected(scan))
			return JSON_STEP_LOST;
		if (next)
			return JSON_STEP_NEXT;
	}
	json_scan_note_value(scan);
	if (fits && scan->depth == 0 && c == '{')
		scan->is_object = true;
	scan->at++;
	return json_scan_push(scan, c == '{') ? JSON_STEP_MORE : JSON_STEP_MEMORY;
}

static enum json_step
json_scan_end_bracket(struct json_scan *scan, char c)
{
	bool mine = scan->depth > 0 && json_scan_in_object(scan) == (c == '}');
	bool fits = mine && (scan->expects == EXPECTS_NEXT || scan->expects == EXPECTS_MEMBER ||
				scan->expects == EXPECTS_ITEM);

	if (scan->expects == EXPECTS_OVER && scan->listed && c == ']')
		return JSON_STEP_END;
	if (!fits && !json_scan_unexpected(scan))
		return JSON_STEP_LOST;
	scan->at++;
	return mine ? json_scan_pop(scan) : JSON_STEP_MORE;
}

static enum json_step
json_scan_comma(struct json_scan *scan)
{
	if (scan->expects == EXPECTS_OVER && scan->listed)
		return JSON_STEP_END;
	if (scan->expects != EXPECTS_NEXT && !json_scan_unexpected(scan))
		return JSON_STEP_LOST;
	scan->expects = json_scan_in_object(scan) ? EXPECTS_NAME : EXPECTS_VALUE;
	scan->at++;
	return JSON_STEP_MORE;
}

static enum json_step
json_scan_colon(struct json_scan *scan)
{
	if (scan->expects != EXPECTS_COLON && !json_scan_unexpected(scan))
		return JSON_STEP_LOST;
	if (scan->expects == EXPECTS_COLON || scan->expects == EXPECTS_NAME ||
	    scan->expects == EXPECTS_MEMBER)
		scan->expects = EXPECTS_VALUE;
	scan->at++;
	return JSON_STEP_MORE;
}

static enum json_step
json_scan_token(struct json_scan *scan, const char *text)
{
	char c = text[scan->at];

	switch (c) {
	case ' ':
	case '\t':
	case '\r':
	case '\n':
		scan->at++;
		return JSON_STEP_MORE;
	case '"':
		return json_scan_begin_string(scan);
	case '{':
	case '[':
		return json_scan_begin_bracket(scan, c);
	case '}':
	case ']':
		return json_scan_end_bracket(scan, c);
	case ',':
		return json_scan_comma(scan);
	case ':':
		return json_scan_colon(scan);
	default:
		return json_scan_begin_word(scan, c);
	}
}

enum json_step
json_scan_go(struct json_scan *scan, const char *text, size_t length)
{
	enum json_step step = JSON_STEP_MORE;

	while (scan->at < length && step == JSON_STEP_MORE) {
		switch ((enum within)scan->within) {
		case WITHIN_NOTHING:
			step = json_scan_token(scan, text);
			break;
		case WITHIN_STRING:
			step = json_scan_string(scan, text, length);
			break;
		case WITHIN_ESCAPE:
		case WITHIN_HEX:
			step = json_scan_escape(scan, text[scan->at]);
			break;
		case WITHIN_WORD:
			step = json_scan_word(scan, text, length);
			break;
		}
	}
	return step;
}

enum json_step
json_scan_finish(struct json_scan *scan, const char *text, size_t length)
{
	enum json_step step;
	bool in_string;

	do
		step = json_scan_go(scan, text, length);
	while (step == JSON_STEP_VALUE && scan->at < length);
	if (step == JSON_STEP_MORE && scan->within == WITHIN_WORD)
		step = json_scan_word_over(scan);
	if (step != JSON_STEP_MORE && step != JSON_STEP_VALUE)
		return step;
	if (scan->expects == EXPECTS_OVER && scan->within == WITHIN_NOTHING)
		return JSON_STEP_DONE;
	in_string = scan->within != WITHIN_NOTHING;
	json_scan_fault(scan, JSON_FAULT_OPEN, in_string || length == 0 ? scan->token : length - 1);
	return JSON_STEP_LOST;
}

bool
json_scan_is_open(const struct json_scan *scan)
{
	return scan->within == WITHIN_NOTHING && scan->depth > 0;
}

bool
json_scan_wants_value(const struct json_scan *scan)
{
	return json_scan_is_open(scan) &&
	       (scan->expects == EXPECTS_VALUE || scan->expects == EXPECTS_ITEM);
}

void
json_scan_drop(struct json_scan *scan, size_t bytes)
{
	scan->at -= bytes;
	scan->token = scan->token > bytes ? scan->token - bytes : 0;
	if (scan->string_end != SIZE_MAX)
		scan->string_end = scan->string_end >= bytes ? scan->string_end - bytes : SIZE_MAX;
}
