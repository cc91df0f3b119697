#include "read/names.h"

#include "utf8.h"

#include <string.h>
#include <strings.h>

#define CORE_SIZE 256    /* the start of a longer name decides what it nearly is */
#define LEAST_DISTANCE 4 /* too many words are one letter away from a shorter name */
#define LEAST_CONTAINED 6

/* Bytes of the blank at the start of text; 0 when there is none. */
static size_t
name_blank_length(const char *text, size_t length)
{
	if (length >= 1 && (text[0] == ' ' || (text[0] >= '\t' && text[0] <= '\r')))
		return 1;
	if (length >= 2 && memcmp(text, "\xC2\xA0", 2) == 0) /* U+00A0 */
		return 2;
	if (length >= 3 && memcmp(text, "\xE2\x80\xAF", 3) == 0) /* U+202F */
		return 3;
	return 0;
}

/* Returns the next byte of the core of a name, from name[*at] on, and moves *at; -1 at the end. */
static int
name_core_next(const char *name, size_t length, size_t *at)
{
	while (*at < length) {
		const char *text = name + *at;
		size_t skipped = name_blank_length(text, length - *at);

		if (skipped == 0)
			skipped = utf8_invisible_length(text, length - *at);
		if (skipped == 0 && (*text == '_' || *text == '-'))
			skipped = 1;
		if (skipped == 0) {
			(*at)++;
			return *text >= 'A' && *text <= 'Z' ? *text + ('a' - 'A')
							    : (unsigned char)*text;
		}
		*at += skipped;
	}
	return -1;
}

bool
name_equal(const char *a, size_t a_length, const char *b, size_t b_length)
{
	size_t i = 0, j = 0;
	int c;

	do {
		c = name_core_next(a, a_length, &i);
		if (c != name_core_next(b, b_length, &j))
			return false;
	} while (c != -1);
	return true;
}

bool
name_is_blank(const char *name, size_t length)
{
	size_t at = 0;

	return memchr(name, '_', length) == NULL && memchr(name, '-', length) == NULL &&
	       name_core_next(name, length, &at) == -1;
}

bool
name_has_invisible(const char *name, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (utf8_invisible_length(name + i, length - i) > 0)
			return true;
	return false;
}

bool
name_contains(const char *name, size_t length, const char *part)
{
	for (size_t start = 0; start < length; start++) {
		size_t at = start, i = 0;

		while (part[i] != '\0' && name_core_next(name, length, &at) == part[i])
			i++;
		if (part[i] == '\0')
			return true;
	}
	return false;
}

/* ---- words ----------------------------------------------------------------------------------- */

enum letter { LETTER_NONE, LETTER_SMALL, LETTER_CAPITAL };

static enum letter
name_letter(char c)
{
	if (c >= 'A' && c <= 'Z')
		return LETTER_CAPITAL;
	return (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80 ? LETTER_SMALL : LETTER_NONE;
}

/* Writes a name without invisible characters, with one byte for a blank or dash of Unicode. */
static size_t
name_plain(const char *name, size_t length, char out[CORE_SIZE])
{
	size_t at = 0, count = 0;

	while (at < length && count < CORE_SIZE) {
		size_t blank = name_blank_length(name + at, length - at);
		size_t invisible = utf8_invisible_length(name + at, length - at);

		/* U+2010 to U+2027 are dashes, quotes and bullets. */
		if (length - at >= 3 && memcmp(name + at, "\xE2\x80", 2) == 0 && invisible == 0)
			blank = 3;
		if (invisible == 0)
			out[count++] = blank > 0 ? ' ' : name[at];
		at += invisible > 0 ? invisible : blank > 0 ? blank : 1;
	}
	return count;
}

/* Whether one word may end before text[at] and another start there. */
static bool
name_word_ends(const char *text, size_t length, size_t at)
{
	enum letter before, after;

	if (at == 0 || at == length)
		return true;
	before = name_letter(text[at - 1]);
	after = name_letter(text[at]);
	if (before == LETTER_NONE || after == LETTER_NONE)
		return before != after;
	if (before == LETTER_SMALL)
		return after == LETTER_CAPITAL;
	if (after == LETTER_CAPITAL) /* before the Code of PINCode */
		return at + 1 < length && name_letter(text[at + 1]) == LETTER_SMALL;
	return at >= 2 && name_letter(text[at - 2]) == LETTER_CAPITAL; /* PINcode, PINs */
}

bool
name_has_word(const char *name, size_t length, const char *word)
{
	char text[CORE_SIZE];
	size_t count = name_plain(name, length, text), letters = strlen(word);

	for (size_t i = 0; i + letters <= count; i++)
		if (strncasecmp(text + i, word, letters) == 0 && name_word_ends(text, count, i) &&
		    name_word_ends(text, count, i + letters))
			return true;
	return false;
}

/* ---- quotes ---------------------------------------------------------------------------------- */

/* The text for the byte at name[*at] between such quotes, NULL when it has none. Moves *at. */
static const char *
name_quote_next(const char *name, size_t length, size_t *at, char mark, char piece[8])
{
	size_t invisible = utf8_invisible_length(name + *at, length - *at);
	unsigned char c = (unsigned char)name[*at];

	*at += invisible > 0 ? invisible : 1;
	if (invisible > 0)
		return "";
	if (c >= '\t' && c <= '\r')
		return " ";
	if (c < ' ' || c == 0x7F)
		return NULL;
	if (c == '\'' && mark == '\'')
		return "'\\''";
	piece[0] = (char)c;
	piece[1] = '\0';
	return piece;
}

bool
name_quote(const char *name, size_t length, char *text, size_t size)
{
	char mark = '"', piece[8];
	size_t at = 0, count = 1;

	for (size_t i = 0; i < length; i++)
		if (strchr("\"$`\\!", name[i]) != NULL)
			mark = '\''; /* these mean something between double quotes */
	text[0] = mark;
	while (at < length) {
		const char *next = name_quote_next(name, length, &at, mark, piece);
		size_t more = next == NULL ? 0 : strlen(next);

		if (next == NULL || count + more + 2 > size)
			return false;
		memcpy(text + count, next, more);
		count += more;
	}
	text[count] = mark;
	text[count + 1] = '\0';
	return true;
}

size_t
name_cut(const char *name, size_t length, size_t size)
{
	if (length <= size)
		return length;
	while (size > 0 && ((unsigned char)name[size] & 0xC0) == 0x80)
		size--;
	return size;
}

/* Writes the core of a name. Of a character that is no ASCII the first byte is enough here. */
static size_t
name_core(const char *name, size_t length, char out[CORE_SIZE])
{
	size_t at = 0, count = 0;
	int c;

	while (count < CORE_SIZE && (c = name_core_next(name, length, &at)) != -1)
		if ((c & 0xC0) != 0x80) /* RFC 3629, 3 */
			out[count++] = (char)c;
	return count;
}

/* Whether exactly one edit is left between the equal bytes at the start and at the end. */
static bool
name_is_one_edit_away(const char *a, size_t a_count, const char *b, size_t b_count)
{
	size_t head = 0, tail = 0;
	size_t shorter = a_count < b_count ? a_count : b_count;

	while (head < shorter && a[head] == b[head])
		head++;
	while (tail < shorter - head && a[a_count - 1 - tail] == b[b_count - 1 - tail])
		tail++;
	a += head;
	b += head;
	a_count -= head + tail;
	b_count -= head + tail;
	if (a_count + b_count == 1 || (a_count == 1 && b_count == 1))
		return true;
	return a_count == 2 && b_count == 2 && a[0] == b[1] && a[1] == b[0];
}

bool
name_nearly(const char *name, size_t length, const char *known)
{
	char a[CORE_SIZE], b[CORE_SIZE];
	size_t a_count = name_core(name, length, a);
	size_t b_count = name_core(known, strlen(known), b);

	if (a_count == b_count && memcmp(a, b, a_count) == 0)
		return false;
	if (b_count >= LEAST_DISTANCE && name_is_one_edit_away(a, a_count, b, b_count))
		return true;
	return b_count >= LEAST_CONTAINED && memmem(a, a_count, b, b_count) != NULL;
}

static bool
name_is_among(
    const char *const *names, size_t count, const char *name, size_t length, size_t *index)
{
	for (size_t i = 0; i < count; i++)
		if (name_equal(names[i], strlen(names[i]), name, length)) {
			*index = i;
			return true;
		}
	return false;
}

/* Of two columns for one field, the caller allows the one with exactly this spelling. */
static bool
name_is_allowed(const struct fields *fields, const char *name, size_t length)
{
	for (size_t i = 0; i < fields->allowed_count; i++)
		if (strlen(fields->allowed[i]) == length &&
		    memcmp(fields->allowed[i], name, length) == 0)
			return true;
	return false;
}

/* Finds the longest known name that the name nearly is: NewExistingCertificateId is nearly
 * ExistingCertificateId, not CertificateId. Of a dropped one it is none. */
static bool
name_nearest(const struct fields *fields, const char *name, size_t length, size_t *field)
{
	size_t best = 0, ignored;

	for (size_t i = 0; i < fields->count; i++) {
		const char *known = fields->names[i];
		size_t size = strlen(known);

		if (size > best && name_nearly(name, length, known) &&
		    !name_is_among(fields->dropped, fields->dropped_count, known, size, &ignored)) {
			best = size;
			*field = i;
		}
	}
	return best > 0;
}

enum name_kind
name_find(const struct fields *fields, const char *name, size_t length, size_t *field)
{
	size_t ignored;

	*field = 0;
	if (name_is_among(fields->dropped, fields->dropped_count, name, length, &ignored)) {
		if (!name_is_among(fields->names, fields->count, name, length, field))
			*field = fields->count;
		return NAME_DROPPED;
	}
	if (name_is_allowed(fields, name, length))
		return NAME_ALLOWED;
	if (name_is_among(fields->names, fields->count, name, length, field))
		return NAME_KNOWN;
	if (name_is_among(fields->allowed, fields->allowed_count, name, length, &ignored))
		return NAME_ALLOWED;
	if (fields->strict && name_nearest(fields, name, length, field))
		return NAME_NEARLY;
	return NAME_UNKNOWN;
}
