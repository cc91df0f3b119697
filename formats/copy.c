#include "copy.h"

#include "names.h"
#include "reader_format.h"
#include "splitter.h"
#include "utf8.h"

#include <stdlib.h>
#include <string.h>

/* A slice of the file as UTF-8. -1 and err. */
static int
read_slice(
    struct reader *reader, uint64_t offset, uint64_t length, struct buffer *text, struct error *err)
{
	struct window *window = &reader->window;
	struct buffer raw = {0};
	size_t written;
	int rc = -1;

	if (window->encoding == ENCODING_UTF8)
		return window_slice(window, offset, length, text, err);
	if (window_slice(window, offset, length, &raw, err) == -1)
		goto out;
	if (!buffer_reserve(text, 3 * raw.length)) {
		error_memory(err);
		goto out;
	}
	if (raw.length > 0) {
		encoding_decode(window->encoding, (const unsigned char *)raw.bytes, raw.length,
		    true, text->bytes + text->length, &written);
		text->length += written;
	}
	rc = 0;
out:
	buffer_release(&raw);
	return rc;
}

/* Writes UTF-8 in the encoding of the file it comes from. */
static int
write_encoded(
    struct reader *reader, const struct buffer *text, struct outfile *out, struct error *err)
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
add_cell(struct buffer *row, const char *text, char delimiter)
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
add_row(struct reader *reader, const struct buffer *raw, const char *const *texts, size_t count,
    struct buffer *row)
{
	char delimiter = reader->delimiter;
	size_t at = 0;
	bool first = true;

	for (size_t column = 0; column < reader->column_count; column++) {
		size_t end = splitter_field(raw->bytes, raw->length, at, delimiter);

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
		add_cell(row, texts[i], delimiter);
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
	    read_slice(reader, reader->header_offset, reader->header_length, &raw, err) == -1)
		goto out;
	if (reader->separator_line)
		buffer_addf(&row, "sep=%c%s", reader->delimiter,
		    reader->header_end[0] == '\0' ? "\n" : reader->header_end);
	add_row(reader, &raw, names, count, &row);
	if (mark.length > 0 && outfile_write(out, mark.bytes, mark.length, err) == -1)
		goto out;
	rc = write_encoded(reader, &row, out, err);
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
	    read_slice(reader, record->offset, record->length, &raw, err) == -1)
		goto out;
	add_row(reader, &raw, texts, count, &row);
	rc = write_encoded(reader, &row, out, err);
out:
	buffer_release(&raw);
	buffer_release(&row);
	return rc;
}

/* ---- JSON ------------------------------------------------------------------------------------ */

/* Where the string that starts at text[at] ends. The JSON is known to be valid. */
static size_t
skip_string(const char *text, size_t length, size_t at)
{
	for (at++; at < length && text[at] != '"'; at++)
		if (text[at] == '\\')
			at++;
	return at + 1;
}

/* Where the member that starts at text[at] ends: before the ',' or '}' of its own object. */
static size_t
skip_member(const char *text, size_t length, size_t at)
{
	unsigned int depth = 0;

	while (at < length) {
		char c = text[at];

		if (depth == 0 && (c == ',' || c == '}'))
			break;
		if (c == '"') {
			at = skip_string(text, length, at);
			continue;
		}
		if (c == '{' || c == '[')
			depth++;
		else if (c == '}' || c == ']')
			depth--;
		at++;
	}
	return at;
}

/* As it stands, but on one line: ends of lines, and what indents the next, are blanks in JSON. */
static void
add_member(struct buffer *row, const char *text, size_t length)
{
	while (length > 0) {
		size_t end = line_end(text, length);

		buffer_add(row, text, end);
		while (end < length && is_blank(text[end]))
			end++;
		text += end;
		length -= end;
	}
}

/* The members of an object as they stand in the file. Their order is that of the root. */
static void
add_members(struct reader *reader, const struct buffer *raw, struct buffer *row)
{
	size_t at = 0;
	bool first = true;

	while (at < raw->length && raw->bytes[at] != '{')
		at++;
	for (void *iter = json_object_iter(reader->root); iter != NULL;
	     iter = json_object_iter_next(reader->root, iter)) {
		size_t field, end;

		for (at++; at < raw->length && is_blank(raw->bytes[at]);)
			at++;
		end = skip_member(raw->bytes, raw->length, at);
		if (name_find(reader->fields, json_object_iter_key(iter),
			json_object_iter_key_len(iter), &field) != NAME_DROPPED) {
			size_t length = end - at;

			while (length > 0 && is_blank(raw->bytes[at + length - 1]))
				length--;
			buffer_add(row, ",", first ? 0 : 1);
			add_member(row, raw->bytes + at, length);
			first = false;
		}
		at = end;
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
		if (read_slice(reader, record->offset, record->length, &raw, err) == -1)
			goto out;
		add_members(reader, &raw, &row);
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
	if (read_slice(reader, record->offset, length, &text, err) == -1)
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
