#include "write/writer_private.h"

#include "utf8.h"

#include <csv.h>
#include <stdlib.h>
#include <string.h>

static bool
is_trimmed(char c)
{
	return c == ' ' || c == '\t';
}

/* Japanese versions of spreadsheets also take the full-width forms of = + - @ for operators. */
static bool
cell_starts_formula(const char *text, size_t length)
{
	uint32_t code;

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

/*
 * Whether a spreadsheet may take the text for a formula (OWASP, CSV Injection; ASVS 1.2.10). The
 * first character decides, or the first one after blanks, which some programs trim.
 */
static bool
cell_is_formula(const char *text, size_t length)
{
	if (length == 0)
		return false;
	if (text[0] == '\t' || text[0] == '\r' || text[0] == '\n' || text[0] == '\0')
		return true;
	while (length > 0 && is_trimmed(*text)) {
		text++;
		length--;
	}
	return cell_starts_formula(text, length);
}

/*
 * Whether a formula starts after text[at] in a spreadsheet that separates cells by semicolons or
 * tabs. To it, the quotes of this CSV are in the middle of a cell, so that they protect neither
 * separators nor ends of lines; a quote at the start of such a cell is removed.
 */
static bool
cell_parts_formula(const char *text, size_t length, size_t at)
{
	if (text[at] != ';' && text[at] != '\t' && text[at] != '\r' && text[at] != '\n')
		return false;
	for (at++; at < length && (text[at] == ' ' || text[at] == '"');)
		at++;
	return cell_starts_formula(text + at, length - at);
}

static bool
cell_needs_mark(const char *text, size_t length)
{
	if (cell_is_formula(text, length))
		return true;
	for (size_t i = 0; i < length; i++)
		if (cell_parts_formula(text, length, i))
			return true;
	return false;
}

/* A spreadsheet itself puts an apostrophe before a text that looks like a formula. */
static void
cell_add_marked(struct buffer *marked, const char *text, size_t length)
{
	size_t from = 0;

	if (cell_is_formula(text, length))
		buffer_add(marked, "'", 1);
	for (size_t i = 0; i < length; i++) {
		if (!cell_parts_formula(text, length, i))
			continue;
		buffer_add(marked, text + from, i + 1 - from);
		buffer_add(marked, "'", 1);
		from = i + 1;
	}
	buffer_add(marked, text + from, length - from);
}

/* RFC 4180, 2.6. Blanks at the ends are quoted because some programs trim them. */
static bool
cell_needs_quotes(const char *text, size_t length)
{
	if (length == 0)
		return false;
	if (is_trimmed(text[0]) || is_trimmed(text[length - 1]))
		return true;
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c <= ',' &&
		    (c == ',' || c == '"' || c == '\r' || c == '\n')) /* few bytes are that low */
			return true;
	}
	return false;
}

static void
cell_add_quoted(struct buffer *line, const char *text, size_t length)
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
cell_add(struct buffer *line, const char *text, size_t length)
{
	if (cell_needs_quotes(text, length))
		cell_add_quoted(line, text, length);
	else
		buffer_add(line, text, length);
}

/* One empty cell alone is written as "", for readers skip a blank line. */
static void
writer_csv_end_line(const struct writer *writer, struct buffer *line)
{
	if (writer->count == 1 && (line->length == 0 || line->bytes[line->length - 1] == '\n'))
		buffer_add(line, "\"\"", 2);
	buffer_add(line, "\n", 1);
}

static int
writer_csv_begin(struct writer *writer)
{
	for (size_t i = 0; i < writer->count; i++) {
		if (i > 0)
			buffer_add(&writer->line, ",", 1);
		cell_add(&writer->line, writer->columns[i], strlen(writer->columns[i]));
	}
	writer_csv_end_line(writer, &writer->line);
	return 0;
}

static void
writer_csv_bare(struct writer *writer, const char *text, size_t length)
{
	if (writer->cells > 0)
		buffer_add(&writer->line, ",", 1);
	buffer_add(&writer->line, text, length);
}

static void
writer_csv_text(struct writer *writer, const char *bytes, size_t length)
{
	struct buffer marked = {0};

	if (writer->cells > 0)
		buffer_add(&writer->line, ",", 1);
	if (!cell_needs_mark(bytes, length)) {
		cell_add(&writer->line, bytes, length);
		return;
	}
	cell_add_marked(&marked, bytes, length);
	if (marked.failed)
		writer->line.failed = true;
	else
		cell_add(&writer->line, marked.bytes, marked.length);
	buffer_release(&marked);
}

static void
writer_csv_row(struct writer *writer)
{
	writer_csv_end_line(writer, &writer->line);
}

const struct writer_format writer_csv = {
    .yes = "true",
    .no = "false",
    .null = "",
    .begin = writer_csv_begin,
    .text = writer_csv_text,
    .bare = writer_csv_bare,
    .row = writer_csv_row,
};
