#include "write/writer_private.h"

#include "decimal.h"
#include "timestamp.h"
#include "utf8.h"

#include <stdlib.h>
#include <string.h>

static const struct writer_format *const writer_formats[] = {
    [OUTPUT_CSV] = &writer_csv,
    [OUTPUT_JSONL] = &writer_jsonl,
    [OUTPUT_TABLE] = &writer_table,
};

struct writer *
writer_new_view(struct outfile *file, enum output output, const char *const *columns, size_t count,
    const struct writer_view *view)
{
	struct writer *writer = calloc(1, sizeof(*writer));

	if (writer == NULL)
		return NULL;
	writer->format = writer_formats[output];
	writer->file = file;
	writer->columns = columns;
	writer->count = writer->given = count;
	writer->view = *view;
	if ((view->chosen != NULL && writer_choice_begin(writer) == -1) ||
	    (writer->format->begin != NULL && writer->format->begin(writer) == -1) ||
	    writer->line.failed) {
		writer_free(writer);
		return NULL;
	}
	return writer;
}

struct writer *
writer_new(struct outfile *file, enum output output, const char *const *columns, size_t count)
{
	static const struct writer_view whole;

	return writer_new_view(file, output, columns, count, &whole);
}

/* ---- cells ------------------------------------------------------------------------------ */

/* A cell after the last column is only counted; writer_row() reports it. */
static void
writer_add(struct writer *writer, const char *bytes, size_t length, bool bare)
{
	if (writer->cells < writer->given) {
		if (writer->choice != NULL)
			writer_choice_hold(writer, bytes, length, bare);
		else if (bare)
			writer->format->bare(writer, bytes, length);
		else
			writer->format->text(writer, bytes, length);
	}
	writer->cells++;
	writer->failed = false;
}

void
writer_failure(struct writer *writer)
{
	writer->failed = writer->view.colours;
}

static void
writer_add_text(struct writer *writer, const char *text, size_t length)
{
	writer_add(writer, text, length, false);
}

static void
writer_add_bare(struct writer *writer, const char *text, size_t length)
{
	writer_add(writer, text, length, true);
}

void
writer_text(struct writer *writer, const char *text, size_t length)
{
	writer_add_text(writer, text, length);
}

void
writer_string(struct writer *writer, const char *text)
{
	if (text == NULL)
		writer_null(writer);
	else
		writer_add_text(writer, text, strlen(text));
}

void
writer_integer(struct writer *writer, int64_t value)
{
	char text[DECIMAL_SIZE];
	size_t length = decimal_format(value, text);

	writer_add_bare(writer, text, length);
}

void
writer_boolean(struct writer *writer, bool value)
{
	const char *word = value ? writer->format->yes : writer->format->no;

	writer_add_bare(writer, word, strlen(word));
}

void
writer_null(struct writer *writer)
{
	writer_add_bare(writer, writer->format->null, strlen(writer->format->null));
}

void
writer_time(struct writer *writer, int64_t milliseconds)
{
	char text[TIMESTAMP_SIZE];

	timestamp_format(milliseconds, text);
	writer_add_text(writer, text, strlen(text));
}

static void
writer_join_json(struct buffer *joined, const char *const *texts, size_t count)
{
	buffer_add(joined, "[", 1);
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			buffer_add(joined, ",", 1);
		buffer_add_json(joined, texts[i], strlen(texts[i]));
	}
	buffer_add(joined, "]", 1);
}

static void
writer_join_words(struct buffer *joined, const char *const *texts, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			buffer_add(joined, " ", 1);
		buffer_add_string(joined, texts[i]);
	}
}

void
writer_list(struct writer *writer, const char *const *texts, size_t count)
{
	struct buffer *joined = &writer->joined;
	bool nested = writer->format->nested;

	if (count == 0) {
		if (nested)
			writer_add_bare(writer, "[]", 2);
		else
			writer_add_text(writer, "", 0);
		return;
	}
	buffer_clear(joined);
	if (nested)
		writer_join_json(joined, texts, count);
	else
		writer_join_words(joined, texts, count);
	if (joined->failed) {
		writer->line.failed = true;
		writer->cells++;
	} else if (nested) {
		writer_add_bare(writer, joined->bytes, joined->length);
	} else {
		writer_add_text(writer, joined->bytes, joined->length);
	}
}

void
writer_either(struct writer *writer, const char *text, const char *json)
{
	if (!writer->format->nested)
		writer_string(writer, text);
	else if (json == NULL)
		writer_null(writer);
	else
		writer_add_bare(writer, json, strlen(json));
}

/* ---- rows ------------------------------------------------------------------------------- */

/* JSON is UTF-8 (RFC 8259, 8.1), and so is CSV here, but a file name may have any bytes. No byte of
 * a longer character separates cells, so the line can be mended as a whole. */
static int
writer_write_mended(struct writer *writer, struct error *err)
{
	const char *text = writer->line.bytes;
	size_t left = writer->line.length;

	while (left > 0) {
		size_t good = utf8_valid(text, left);

		if (outfile_write(writer->file, text, good, err) == -1)
			return -1;
		text += good;
		left -= good;
		if (left == 0)
			return 0;
		if (outfile_write(writer->file, UTF8_REPLACEMENT, strlen(UTF8_REPLACEMENT), err) ==
		    -1)
			return -1;
		text++;
		left--;
	}
	return 0;
}

/* Writes the line. Keeps the first failure, which every later call returns again. */
static int
writer_flush(struct writer *writer, struct error *err)
{
	if (writer->failure.code == ERROR_NONE && writer->line.failed)
		error_memory(&writer->failure);
	if (writer->failure.code == ERROR_NONE)
		(void)writer_write_mended(writer, &writer->failure);
	buffer_clear(&writer->line);
	if (writer->failure.code == ERROR_NONE)
		return 0;
	if (err != NULL)
		*err = writer->failure;
	return -1;
}

int
writer_row(struct writer *writer, struct error *err)
{
	if (writer->cells != writer->given && writer->failure.code == ERROR_NONE) {
		error_set(&writer->failure, ERROR_STORAGE, NULL,
		    "a row of %zu cells: expected one for each of the %zu columns", writer->cells,
		    writer->given);
	} else {
		if (writer->choice != NULL)
			writer_choice_row(writer);
		writer->format->row(writer);
	}
	writer->rows++;
	writer->cells = 0;
	return writer_flush(writer, err);
}

bool
writer_is_empty(const struct writer *writer)
{
	return writer->rows == 0;
}

int
writer_end(struct writer **handle, struct error *err)
{
	struct writer *writer = *handle;
	int rc;

	*handle = NULL;
	if (writer->cells != 0 && writer->failure.code == ERROR_NONE)
		error_set(&writer->failure, ERROR_STORAGE, NULL, "a row of %zu cells was not ended",
		    writer->cells);
	if (writer->format->end != NULL)
		writer->format->end(writer);
	rc = writer_flush(writer, err);
	writer_free(writer);
	return rc;
}

void
writer_free(struct writer *writer)
{
	if (writer == NULL)
		return;
	if (writer->format->release != NULL)
		writer->format->release(writer);
	buffer_release(&writer->line);
	buffer_release(&writer->joined);
	writer_choice_free(writer->choice);
	free(writer);
}
