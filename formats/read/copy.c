#include "read/copy.h"

#include "read/names.h"
#include "read/reader_private.h"
#include "read/csv_splitter.h"
#include "utf8.h"

#include <stdlib.h>
#include <string.h>

/* Writes UTF-8 in the encoding of the file it comes from. */
static int
copy_write(struct reader *reader, const struct buffer *text, struct outfile *out, struct error *err)
{
	struct buffer raw = {0};
	int rc;

	if (text->failed)
		return error_memory(err);
	if (reader->window.encoding == ENCODING_UTF8)
		return outfile_write(out, text->bytes, text->length, err);
	encoding_encode(reader->window.encoding, text->bytes, text->length, &raw);
	rc = raw.failed ? error_memory(err) : outfile_write(out, raw.bytes, raw.length, err);
	buffer_release(&raw);
	return rc;
}

/* ---- CSV ------------------------------------------------------------------------------------- */

/* RFC 4180 2.6 and 2.7. */
static void
copy_add_cell(struct buffer *row, const char *text, char delimiter)
{
	const char special[] = {delimiter, '"', '\r', '\n', '\0'};
	const char *quote;

	if (text == NULL)
		return;
	if (strpbrk(text, special) == NULL) {
		buffer_add_string(row, text);
		return;
	}
	buffer_add(row, "\"", 1);
	for (; (quote = strchr(text, '"')) != NULL; text = quote + 1) {
		buffer_add(row, text, (size_t)(quote - text));
		buffer_add(row, "\"\"", 2);
	}
	buffer_add_string(row, text);
	buffer_add(row, "\"", 1);
}

/* The cells of raw as they stand there, empty ones for those that lack; then the further ones. */
static void
copy_add_row(struct reader *reader, const struct buffer *raw, const char *const *texts,
    size_t count, struct buffer *row)
{
	char delimiter = reader->delimiter;
	size_t at = 0;
	bool first = true;

	for (size_t column = 0; column < reader->column_count; column++) {
		size_t end = csv_splitter_field(raw->bytes, raw->length, at, delimiter);

		if (!reader->dropped[column]) {
			if (!first)
				buffer_add(row, &delimiter, 1);
			if (end > at)
				buffer_add(row, raw->bytes + at, end - at);
			first = false;
		}
		at = end < raw->length ? end + 1 : end;
	}
	for (size_t i = 0; i < count; i++) {
		if (!first)
			buffer_add(row, &delimiter, 1);
		copy_add_cell(row, texts[i], delimiter);
		first = false;
	}
	buffer_add_string(row, reader->header_end[0] == '\0' ? "\n" : reader->header_end);
}

static int
copy_csv_header(struct reader *reader, const char *const *names, size_t count, struct outfile *out,
    struct error *err)
{
	struct buffer mark = {0}, raw = {0}, row = {0};
	int rc = -1;

	if (window_slice(&reader->window, 0, reader->window.mark, &mark, err) == -1 ||
	    window_decode(
		&reader->window, reader->header_offset, reader->header_length, &raw, err) == -1)
		goto out;
	if (reader->separator_line)
		buffer_addf(&row, "sep=%c%s", reader->delimiter,
		    reader->header_end[0] == '\0' ? "\n" : reader->header_end);
	copy_add_row(reader, &raw, names, count, &row);
	if (mark.length > 0 && outfile_write(out, mark.bytes, mark.length, err) == -1)
		goto out;
	rc = copy_write(reader, &row, out, err);
out:
	buffer_release(&mark);
	buffer_release(&raw);
	buffer_release(&row);
	return rc;
}

static int
copy_csv_record(struct reader *reader, const struct record *record, const char *const *texts,
    size_t count, struct outfile *out, struct error *err)
{
	struct buffer raw = {0}, row = {0};
	int rc = -1;

	if (record->fault == NULL &&
	    window_decode(&reader->window, record->offset, record->length, &raw, err) == -1)
		goto out;
	copy_add_row(reader, &raw, texts, count, &row);
	rc = copy_write(reader, &row, out, err);
out:
	buffer_release(&raw);
	buffer_release(&row);
	return rc;
}

/* ---- JSON ------------------------------------------------------------------------------------ */

/* As it stands, but on one line: ends of lines, and what indents the next, are blanks in JSON. */
static void
copy_add_member(struct buffer *row, const char *text, size_t length)
{
	while (length > 0) {
		size_t end = line_end(text, length);

		buffer_add(row, text, end);
		while (end < length && json_is_blank(text[end]))
			end++;
		text += end;
		length -= end;
	}
}

/* The members of the last object as they stand in the file, but for those that are dropped. */
static void
copy_add_members(const struct reader *reader, const struct buffer *raw, struct buffer *row)
{
	for (size_t i = 0; i < reader->member_count; i++) {
		const struct member *member = &reader->members[i];
		const struct json_member *found = &reader->scan.members[i];
		size_t field;

		if (found->value_end > raw->length ||
		    name_find(reader->fields, member->name, member->length, &field) == NAME_DROPPED)
			continue;
		buffer_add(row, ",", row->length > 1 ? 1 : 0);
		copy_add_member(
		    row, raw->bytes + found->name - 1, found->value_end - found->name + 1);
	}
}

static int
copy_object(struct reader *reader, const struct record *record, const char *const *names,
    const char *const *texts, size_t count, struct outfile *out, struct error *err)
{
	struct buffer raw = {0}, row = {0};
	int rc = -1;

	buffer_add(&row, "{", 1);
	if (record->fault == NULL) {
		if (window_decode(&reader->window, record->offset, record->length, &raw, err) == -1)
			goto out;
		copy_add_members(reader, &raw, &row);
	}
	for (size_t i = 0; i < count; i++) {
		if (texts[i] == NULL)
			continue;
		buffer_add(&row, ",", row.length > 1 ? 1 : 0);
		buffer_add_json(&row, names[i], strlen(names[i]));
		buffer_add(&row, ":", 1);
		buffer_add_json(&row, texts[i], strlen(texts[i]));
	}
	buffer_add_string(&row, "}\n");
	rc = row.failed ? error_memory(err) : outfile_write(out, row.bytes, row.length, err);
out:
	buffer_release(&raw);
	buffer_release(&row);
	return rc;
}

/* ---- both ------------------------------------------------------------------------------------ */

int
copy_header(struct reader *reader, const char *const *names, size_t count, struct outfile *out,
    struct error *err)
{
	if (reader->format != FORMAT_CSV)
		return 0;
	return copy_csv_header(reader, names, count, out, err);
}

int
copy_record(struct reader *reader, const struct record *record, const char *const *names,
    const char *const *texts, size_t count, struct outfile *out, struct error *err)
{
	if (reader->format != FORMAT_CSV)
		return copy_object(reader, record, names, texts, count, out, err);
	return copy_csv_record(reader, record, texts, count, out, err);
}

char *
copy_raw(struct reader *reader, const struct record *record, size_t size, struct error *err)
{
	struct buffer text = {0}, valid = {0};
	uint64_t length = record->length;
	char *copy = NULL;

	if (length > 2 * size + 4) /* no encoding needs more than two bytes for one of UTF-8 */
		length = 2 * size + 4;
	if (window_decode(&reader->window, record->offset, length, &text, err) == -1)
		goto out;
	for (size_t at = 0; at < text.length && valid.length < size;) {
		uint32_t code;
		size_t count = utf8_decode(text.bytes + at, text.length - at, &code);
		bool bad = code == 0 || (count == 1 && (unsigned char)text.bytes[at] >= 0x80);
		size_t more = bad ? strlen(UTF8_REPLACEMENT) : count;

		if (valid.length + more > size)
			break;
		buffer_add(&valid, bad ? UTF8_REPLACEMENT : text.bytes + at, more);
		at += count;
	}
	if (!valid.failed)
		copy = strdup(valid.bytes == NULL ? "" : valid.bytes);
	if (copy == NULL)
		error_memory(err);
out:
	buffer_release(&text);
	buffer_release(&valid);
	return copy;
}
