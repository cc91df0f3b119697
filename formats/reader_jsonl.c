#include "reader_format.h"

#include <string.h>

/* One RFC 8259 object a physical line. */

/* The line at the source's place, whole or over LIMIT_RECORD: its length, or -1 and err. */
static ssize_t
scan_line(struct source *source, struct error *err)
{
	for (;;) {
		size_t length = source_length(source);
		size_t line = length == 0 ? 0 : line_end(source_text(source), length);

		if (line > LIMIT_RECORD || source->ended ||
		    (line < length &&
			line_end_length(source_text(source), length, line, false) != 0))
			return (ssize_t)line;
		if (source_more(source, err) == -1)
			return -1;
	}
}

static bool
all_blank(const char *text, size_t length)
{
	size_t at = 0;

	while (at < length && is_blank(text[at]))
		at++;
	return at == length;
}

static int
read_object(struct reader *reader, const char *text, size_t length, struct error *err)
{
	json_error_t error;
	json_t *root;

	if (!reader_check_text(reader, text, length, NULL))
		return 1;
	root = json_loadb(text, length, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
	if (root == NULL)
		return object_fault(reader, &error, err);
	return object_read(reader, root, err);
}

static int
read_long(struct reader *reader, struct error *err)
{
	reader_fault(
	    reader, NULL, "a record of more than %u bytes: expected at most that", LIMIT_RECORD);
	if (source_skip_line(&reader->source, err) == -1)
		return -1;
	reader->record.length = reader->source.offset - reader->record.offset;
	return source_skip_end(&reader->source, err) == -1 ? -1 : 1;
}

static int
next(struct reader *reader, struct error *err)
{
	struct source *source = &reader->source;

	for (;;) {
		ssize_t line = scan_line(source, err);
		size_t length = line < 0 ? 0 : (size_t)line;
		size_t end = 0;
		bool blank;

		if (line == -1)
			return -1;
		if (source_length(source) == 0)
			return 0;
		object_release(reader);
		reader_begin(reader);
		if (length > LIMIT_RECORD)
			return read_long(reader, err);
		blank = all_blank(source_text(source), length);
		if (!blank && read_object(reader, source_text(source), length, err) == -1)
			return -1;
		if (length < source_length(source))
			end = line_end_length(
			    source_text(source), source_length(source), length, true);
		reader_take(reader, length, end, end > 0);
		if (!blank)
			return 1;
		reader->number--;
		repairs_add(&reader->repairs, REPAIR_BLANK_ROW, reader->record.line);
	}
}

/* Looks at the first object and goes back. What stands before it is read, and counted, again. */
int
object_peek(struct reader *reader, struct error *err)
{
	struct position start = reader_position(reader);
	const struct record *record;
	int rc = 1;

	reader->naming = true;
	for (int i = 0; i < PEEK_RECORDS && reader->naming && rc == 1; i++)
		rc = reader_next(reader, &record, err);
	if (rc == -1)
		return -1;
	reader->naming = false;
	reader_seek(reader, &start);
	if (reader->source.mark > 0 && reader->source.encoding == ENCODING_UTF8)
		repairs_add(&reader->repairs, REPAIR_BYTE_ORDER_MARK, 1);
	return 0;
}

const struct format_reader reader_jsonl = {object_peek, next};
