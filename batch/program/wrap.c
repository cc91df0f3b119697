#include "program/wrap.h"

#include "utf8.h"

#include <string.h>

void
wrap_print(FILE *stream, const char *text, size_t at, size_t indent)
{
	const char *blank = "";

	while (text += strspn(text, " "), *text != '\0') {
		size_t length = strcspn(text, " ");

		if (at > indent && at + strlen(blank) + length > WRAP_COLUMNS) {
			fprintf(stream, "\n%*s", (int)indent, "");
			at = indent;
			blank = "";
		}
		fprintf(stream, "%s%.*s", blank, (int)length, text);
		at += strlen(blank) + length;
		blank = " ";
		text += length;
	}
	fputc('\n', stream);
}

void
wrap_print_row(FILE *stream, const char *left, size_t width, const char *text)
{
	size_t indent = width + 3;

	if (strlen(left) > width)
		fprintf(stream, "  %s\n%*s", left, (int)indent, "");
	else
		fprintf(stream, "  %-*s ", (int)width, left);
	wrap_print(stream, text, indent, indent);
}

/* ---- messages ------------------------------------------------------------------------------ */

#define WRAP_INDENT 4

/* How many bytes belong to the word at the start, and the columns that it takes. */
static size_t
wrap_word(const char *bytes, size_t size, size_t *columns)
{
	size_t length = 0;

	*columns = 0;
	while (length < size && bytes[length] != ' ' && bytes[length] != '\n') {
		uint32_t code;

		if (bytes[length] == '\033') {
			while (length < size && bytes[length] != 'm')
				length++;
			length += length < size;
			continue;
		}
		length += utf8_decode(bytes + length, size - length, &code);
		*columns += utf8_width(code);
	}
	return length;
}

void
wrap_lines(struct buffer *lines, const char *bytes, size_t size, size_t columns)
{
	size_t at = 0, blanks = 0;

	while (size > 0) {
		size_t width, length = wrap_word(bytes, size, &width);

		if (width > 0 && at > WRAP_INDENT && at + blanks + width > columns) {
			buffer_addf(lines, "\n%*s", WRAP_INDENT, "");
			at = WRAP_INDENT;
		} else if (width > 0 && blanks > 0) {
			buffer_addf(lines, "%*s", (int)blanks, "");
			at += blanks;
		}
		if (width > 0)
			blanks = 0;
		buffer_add(lines, bytes, length);
		at += width;
		bytes += length;
		size -= length;
		if (size == 0)
			break;
		if (*bytes == '\n') {
			buffer_add(lines, "\n", 1);
			at = blanks = 0;
		} else {
			blanks++;
		}
		bytes++;
		size--;
	}
}
