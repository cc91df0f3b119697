#include "writer_format.h"

#include "utf8.h"

#include <csv.h>
#include <stdlib.h>
#include <string.h>

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/*
 * Whether a spreadsheet may take the text for a formula (OWASP, CSV Injection; ASVS 1.2.10):
 * by its first character, or by the first behind blanks, which some programs trim. Japanese
 * versions take the full-width forms of = + - @ as well.
 */
static bool
is_formula(const char *text, size_t length)
{
	uint32_t code;

	if (length == 0)
		return false;
	if (text[0] == '\t' || text[0] == '\r' || text[0] == '\n' || text[0] == '\0')
		return true;
	while (length > 0 && is_blank(*text)) {
		text++;
		length--;
	}
	if (length == 0)
		return false;
	utf8_decode(text, length, &code);
	switch (code) {
	case '=':
	case '+':
	case '-':
	case '@':
	case 0xff1d:
	case 0xff0b:
	case 0xff0d:
	case 0xff20:
		return true;
	default:
		return false;
	}
}

/* RFC 4180, 2.6. Blanks at the ends are quoted because some programs trim them. */
static bool
needs_quotes(const char *text, size_t length)
{
	if (length == 0)
		return false;
	if (is_blank(text[0]) || is_blank(text[length - 1]))
		return true;
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c <= ',' && (c == ',' || c == '"' || c == '\r' || c == '\n')) /* few are */
			return true;
	}
	return false;
}

static void
add_quoted(struct buffer *line, const char *text, size_t length)
{
	size_t size = 2 * length + 2; /* every character a quote (RFC 4180, 2.7) */
	char *quoted = malloc(size);

	if (quoted == NULL) {
		line->failed = true;
		return;
	}
	size = csv_write2(quoted, size, text, length, CSV_QUOTE);
	buffer_add(line, quoted, size);
	explicit_bzero(quoted, size);
	free(quoted);
}

static void
add_cell(struct buffer *line, const char *text, size_t length)
{
	if (needs_quotes(text, length))
		add_quoted(line, text, length);
	else
		buffer_add(line, text, length);
}

/* A row of one empty cell would be a blank line, which is no row. */
static void
end_line(const struct writer *writer, struct buffer *line)
{
	if (writer->count == 1 && (line->length == 0 || line->bytes[line->length - 1] == '\n'))
		buffer_add(line, "\"\"", 2);
	buffer_add(line, "\n", 1);
}

static int
begin(struct writer *writer)
{
	for (size_t i = 0; i < writer->count; i++) {
		if (i > 0)
			buffer_add(&writer->line, ",", 1);
		add_cell(&writer->line, writer->columns[i], strlen(writer->columns[i]));
	}
	end_line(writer, &writer->line);
	return 0;
}

static void
bare(struct writer *writer, const char *text, size_t length)
{
	if (writer->cells > 0)
		buffer_add(&writer->line, ",", 1);
	buffer_add(&writer->line, text, length);
}

/* The apostrophe is what a spreadsheet itself writes in front of a text that looks like a formula.
 */
static void
text(struct writer *writer, const char *bytes, size_t length)
{
	char *marked;

	if (writer->cells > 0)
		buffer_add(&writer->line, ",", 1);
	if (!is_formula(bytes, length)) {
		add_cell(&writer->line, bytes, length);
		return;
	}
	marked = malloc(length + 1);
	if (marked == NULL) {
		writer->line.failed = true;
		return;
	}
	marked[0] = '\'';
	memcpy(marked + 1, bytes, length);
	add_cell(&writer->line, marked, length + 1);
	explicit_bzero(marked, length + 1);
	free(marked);
}

static void
row(struct writer *writer)
{
	end_line(writer, &writer->line);
}

const struct writer_format writer_csv = {
    .word = "csv",
    .yes = "true",
    .no = "false",
    .null = "",
    .begin = begin,
    .text = text,
    .bare = bare,
    .row = row,
};
