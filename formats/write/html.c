#include "write/html.h"

#include "decimal.h"
#include "utf8.h"

#include <string.h>

/* HTML, 13.1.2: what begins a tag or a reference, or ends a value. "": as it is. */
static const char *
html_reference(char c)
{
	switch (c) {
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '&':
		return "&amp;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return "";
	}
}

/* Adds the character at the start of text, and returns its bytes. */
static size_t
html_add_character(struct buffer *out, const char *text, size_t length)
{
	const char *reference = html_reference(text[0]);
	char escape[UTF8_ESCAPE_SIZE];
	size_t size;

	if (reference[0] != '\0') {
		buffer_add_string(out, reference);
		return 1;
	}
	size = utf8_escape(text, length, escape);
	if (escape[0] != '\0')
		buffer_add_string(out, escape);
	else
		buffer_add(out, text, size);
	return size;
}

/* Whether a line may end after the first of these characters: between the parts of a path, of the
 * name of a host, of a distinguished name, but not within a number. */
static bool
html_is_joint(const char *text)
{
	static const char joints[] = "/\\.,";

	if (strchr(joints, text[0]) == NULL || text[1] == '\0' || text[1] == ' ')
		return false;
	return strchr(joints, text[1]) == NULL && (text[0] != ',' || !decimal_is_digit(text[1]));
}

static void
html_add(struct buffer *out, const char *text, size_t most, bool breaks)
{
	size_t length = strlen(text), characters = 0, at = 0;

	while (at < length) {
		const char *next = text + at;

		if (most > 0 && characters++ == most) {
			buffer_add_string(out, "\xe2\x80\xa6");
			return;
		}
		at += html_add_character(out, next, length - at);
		if (breaks && html_is_joint(next))
			buffer_add_string(out, "<wbr>");
	}
}

void
html_add_text(struct buffer *out, const char *text, size_t most)
{
	html_add(out, text, most, false);
}

void
html_add_name(struct buffer *out, const char *text, size_t most)
{
	buffer_add_string(out, "<bdi>");
	html_add(out, text, most, true);
	buffer_add_string(out, "</bdi>");
}

void
html_add_count(struct buffer *out, uint64_t count)
{
	char digits[sizeof("18446744073709551615")];
	int length = snprintf(digits, sizeof(digits), "%ju", (uintmax_t)count);

	for (int i = 0; i < length; i++) {
		if (i > 0 && (length - i) % 3 == 0)
			buffer_add(out, ",", 1);
		buffer_add(out, digits + i, 1);
	}
}
