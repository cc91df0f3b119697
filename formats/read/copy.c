#include "read/copy.h"

#include "read/csv_splitter.h"
#include "read/names.h"
#include "read/reader_private.h"
#include "utf8.h"

#include <stdlib.h>
#include <string.h>

/* Writes a row: CSV in the encoding of the file it comes from, JSON (RFC 8259, 8.1) as UTF-8. */
static int
copy_write(const struct copy *copy, const struct buffer *row, struct error *err)
{
	enum encoding encoding = copy->reader->window.encoding;
	struct buffer raw = {0};
	int rc;

	if (row->failed)
		return error_memory(err);
	if (encoding == ENCODING_UTF8 || copy->reader->format != FORMAT_CSV)
		return outfile_write(copy->file, row->bytes, row->length, err);
	encoding_encode(encoding, row->bytes, row->length, &raw);
	rc = raw.failed ? error_memory(err) : outfile_write(copy->file, raw.bytes, raw.length, err);
	buffer_release(&raw);
	return rc;
}

/* ---- CSV ------------------------------------------------------------------------------------- */

/* RFC 4180, 2.6 and 2.7. */
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

/* Adds the cells of raw as the file has them, an empty cell for each that is missing, the texts. */
static void
copy_add_row(
    const struct copy *copy, const struct buffer *raw, const char *const *texts, struct buffer *row)
{
	const struct reader *reader = copy->reader;
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
	for (size_t i = 0; i < copy->count; i++) {
		if (!first)
			buffer_add(row, &delimiter, 1);
		copy_add_cell(row, texts[i], delimiter);
		first = false;
	}
	buffer_add_string(row, reader->header_end[0] == '\0' ? "\n" : reader->header_end);
}

static int
copy_csv_header(const struct copy *copy, struct error *err)
{
	const struct reader *reader = copy->reader;
	struct buffer mark = {0}, raw = {0}, row = {0};
	int rc = -1;

	if (window_slice(&reader->window, 0, reader->window.mark, &mark, err) == -1 ||
	    window_decode(
		&reader->window, reader->header_offset, reader->header_length, &raw, err) == -1)
		goto out;
	if (reader->separator_line)
		buffer_addf(&row, "sep=%c%s", reader->delimiter,
		    reader->header_end[0] == '\0' ? "\n" : reader->header_end);
	copy_add_row(copy, &raw, copy->names, &row);
	if (mark.length > 0 && outfile_write(copy->file, mark.bytes, mark.length, err) == -1)
		goto out;
	rc = copy_write(copy, &row, err);
out:
	buffer_release(&mark);
	buffer_release(&raw);
	buffer_release(&row);
	return rc;
}

/* ---- JSON ------------------------------------------------------------------------------------ */

/* Adds a member as the file has it, but on one line: ends of lines, and blanks after them, mean
 * nothing in JSON. */
static void
copy_add_member(struct buffer *row, const char *text, size_t length)
{
	while (length > 0) {
		size_t end = line_end(text, length);

		buffer_add(row, text, end);
		end += json_blanks(text + end, length - end);
		text += end;
		length -= end;
	}
}

/* Adds the members of the last object, without those that are dropped. */
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

static void
copy_add_object(
    const struct copy *copy, const struct buffer *raw, const char *const *texts, struct buffer *row)
{
	buffer_add(row, "{", 1);
	if (raw->length > 0)
		copy_add_members(copy->reader, raw, row);
	for (size_t i = 0; i < copy->count; i++) {
		if (texts[i] == NULL)
			continue;
		buffer_add(row, ",", row->length > 1 ? 1 : 0);
		buffer_add_json(row, copy->names[i], strlen(copy->names[i]));
		buffer_add(row, ":", 1);
		buffer_add_json(row, texts[i], strlen(texts[i]));
	}
	buffer_add_string(row, "}\n");
}

/* ---- both ------------------------------------------------------------------------------------ */

int
copy_header(const struct copy *copy, struct error *err)
{
	return copy->reader->format == FORMAT_CSV ? copy_csv_header(copy, err) : 0;
}

int
copy_record(const struct copy *copy, const struct record *record, const char *const *texts,
    struct error *err)
{
	const struct window *window = &copy->reader->window;
	struct buffer raw = {0}, row = {0};
	int rc = -1;

	if (record->fault == NULL &&
	    window_decode(window, record->offset, record->length, &raw, err) == -1)
		goto out;
	if (copy->reader->format == FORMAT_CSV)
		copy_add_row(copy, &raw, texts, &row);
	else
		copy_add_object(copy, &raw, texts, &row);
	rc = copy_write(copy, &row, err);
out:
	buffer_release(&raw);
	buffer_release(&row);
	return rc;
}

char *
copy_raw(struct reader *reader, const struct record *record, size_t size, struct error *err)
{
	struct buffer text = {0}, valid = {0};
	uint64_t length = record->length;
	char *copy = NULL;

	if (length > 2 * size + 4) /* a byte of UTF-8 is two bytes at most in any encoding */
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
