#ifndef TESTS_FUZZ_READER_H
#define TESTS_FUZZ_READER_H

/*
 * What holds for every input, whatever it is: each record lies behind the one before and in the
 * file, its line is that of its first byte, its texts are UTF-8 within the limits; and the same
 * records come however the file is read, and from each record's own place on.
 */
#include "buffer.h"
#include "read/copy.h"
#include "read/reader_private.h"
#include "utf8.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define FUZZ_CHECK(condition)     \
	do {                      \
		if (!(condition)) \
			abort();  \
	} while (0)

static const char *const known_names[] = {"CertificateId", "RequestId", "JobTime", "A"};
static const char *const allowed_names[] = {"JobTimes"};
static const char *const dropped_names[] = {"RejectLine"};
static const char *const parts[] = {"time", "b", NULL};
static const struct meaning meanings[] = {
    {.field = 2, .parts = parts, .dates = true}, {.field = 3, .words = parts}};

struct fuzz_input {
	const char *bytes;
	size_t length;
	struct reader_options options;
	size_t each; /* bytes of a read */
};

static inline void
fuzz_check_text(const char *text, size_t length)
{
	FUZZ_CHECK(text[length] == '\0');
	FUZZ_CHECK(memchr(text, '\0', length) == NULL);
	FUZZ_CHECK(utf8_valid(text, length) == length);
}

static inline void
fuzz_record(const struct fuzz_input *input, const struct reader *reader,
    const struct record *record, struct buffer *out)
{
	buffer_addf(out, "%ju %ju %ju %ju", (uintmax_t)record->number, (uintmax_t)record->line,
	    (uintmax_t)record->offset, (uintmax_t)record->length);
	FUZZ_CHECK(record->offset + record->length <= input->length);
	if (reader->window.encoding == ENCODING_UTF8)
		FUZZ_CHECK(record->line == 1 + line_count(input->bytes, (size_t)record->offset));
	if (record->fault != NULL) {
		FUZZ_CHECK(record->fault[0] != '\0');
		buffer_addf(out, " %s", record->fault);
	}
	for (size_t i = 0; i < reader->fields->count; i++) {
		const struct value *value = &record->values[i];

		FUZZ_CHECK(record->fault == NULL || value->type == VALUE_ABSENT);
		FUZZ_CHECK((value->text == NULL) == (value->type <= VALUE_NULL));
		buffer_addf(out, " %d", (int)value->type);
		if (value->text == NULL)
			continue;
		fuzz_check_text(value->text, value->length);
		FUZZ_CHECK(value->length <= LIMIT_FIELD);
		buffer_add(out, value->text, value->length);
	}
	buffer_add(out, "\n", 1);
}

/* All records from where the reader is, and the place of one of them: the `pick`th. */
static inline void
fuzz_records(const struct fuzz_input *input, struct reader *reader, size_t pick,
    struct position *place, size_t *start, struct buffer *out)
{
	const struct record *record;
	struct error err = {0};
	uint64_t end = 0;
	int rc;

	for (size_t i = 0; (rc = reader_next(reader, &record, &err)) == 1; i++) {
		char *raw;

		FUZZ_CHECK(record->offset >= end);
		end = record->offset + record->length;
		if (i == pick) {
			*place = (struct position){
			    record->offset, record->line, record->number - 1};
			*start = out->length;
		}
		fuzz_record(input, reader, record, out);
		raw = copy_raw(reader, record, 50, NULL);
		FUZZ_CHECK(raw != NULL);
		fuzz_check_text(raw, strlen(raw));
		free(raw);
	}
	FUZZ_CHECK(rc == 0);
}

static inline struct reader *
fuzz_open(const struct fuzz_input *input, int fd, size_t each)
{
	struct error err = {0};
	struct reader *reader = reader_open_split(fd, &input->options, 0, each, &err);

	FUZZ_CHECK(reader != NULL || (err.code == ERROR_INPUT && err.text[0] != '\0'));
	return reader;
}

static inline void
fuzz_reader(const struct fuzz_input *input)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	struct buffer whole = {0}, pieces = {0}, rest = {0};
	struct position place = {0};
	size_t start = SIZE_MAX, none;
	struct reader *reader, *again;

	FUZZ_CHECK(fd != -1 && write(fd, input->bytes, input->length) == (ssize_t)input->length);
	reader = fuzz_open(input, fd, 0);
	again = fuzz_open(input, fd, input->each);
	FUZZ_CHECK((reader == NULL) == (again == NULL));
	if (reader != NULL) {
		fuzz_records(input, reader, input->each, &place, &start, &whole);
		fuzz_records(input, again, SIZE_MAX, &place, &none, &pieces);
		FUZZ_CHECK(
		    whole.length == pieces.length &&
		    (whole.length == 0 || memcmp(whole.bytes, pieces.bytes, whole.length) == 0));
		FUZZ_CHECK(reader_check_values(reader, NULL, NULL) ==
			   reader_check_values(again, reader, NULL));
		if (start != SIZE_MAX) {
			reader_seek(reader, &place);
			fuzz_records(input, reader, SIZE_MAX, &place, &none, &rest);
			FUZZ_CHECK(rest.length == whole.length - start &&
				   memcmp(rest.bytes, whole.bytes + start, rest.length) == 0);
		}
	}
	reader_close(reader);
	reader_close(again);
	close(fd);
	buffer_release(&whole);
	buffer_release(&pieces);
	buffer_release(&rest);
}

/* Choices are made from the input, so that a file as it stands is an input. */
static inline void
fuzz_choose(struct fuzz_input *input, const uint8_t *data, size_t size, struct fields *fields)
{
	static const char *const encodings[] = {"windows-1252", "utf-16", "latin1", "utf-8"};
	unsigned int sum = 0;

	for (size_t i = 0; i < size; i++)
		sum = sum * 31 + data[i];
	*fields = (struct fields){.names = known_names,
	    .count = 4,
	    .strict = (sum & 1) != 0,
	    .allowed = allowed_names,
	    .allowed_count = 1,
	    .dropped = dropped_names,
	    .dropped_count = 1,
	    .meanings = meanings,
	    .meaning_count = (sum >> 1) % 3,
	    .closed = (sum >> 3) % 8 == 0};
	*input = (struct fuzz_input){
	    .bytes = (const char *)data, .length = size, .each = 1 + (sum >> 4) % 7};
	input->options.name = "fuzz";
	input->options.fields = fields;
	if ((sum >> 8) % 8 < 4 && (size < 2 || data[0] < 0xEF))
		input->options.encoding = encodings[(sum >> 8) % 8];
}

#endif
