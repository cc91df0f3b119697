#include "program/wrap.h"

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
