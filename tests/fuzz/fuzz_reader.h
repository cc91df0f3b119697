#ifndef TESTS_FUZZ_READER_H
#define TESTS_FUZZ_READER_H

/*
 * Checks what must be true of any input: each record is after the one before it and in the file,
 * its line is that of its first byte, its texts are UTF-8 within the limits; and the records are
 * the same however the file is read, also when reading starts at any record.
 */
#include "buffer.h"
#include "read/copy.h"
#include "read/json_nested.h"
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

struct fuzz_pick {
	size_t index;          /* of a record */
	struct position place; /* of that record */
	size_t start;          /* where it is in the transcript */
};

static inline void
fuzz_check_text(const char *text, size_t length)
{
	FUZZ_CHECK(text[length] == '\0');
	FUZZ_CHECK(memchr(text, '\0', length) == NULL);
	FUZZ_CHECK(utf8_valid(text, length) == length);
}

/* The elements of a value that is given as it was written, each after the one before it. */
static inline void
fuzz_nested(const struct value *value)
{
	struct json_nested nested = {0};
	struct value member;
	size_t end = 0, count = 0;

	FUZZ_CHECK(json_nested_begin(&nested, value) == 0);
	while (json_nested_next(&nested) == 1) {
		FUZZ_CHECK(nested.index == ++count && nested.start >= end);
		FUZZ_CHECK(nested.start < nested.end && nested.end <= value->length);
		end = nested.end;
		for (size_t i = 0; i < 4; i++) {
			FUZZ_CHECK(json_nested_member(&nested, known_names[i], &member) == 0);
			if (member.text != NULL)
				fuzz_check_text(member.text, member.length);
		}
	}
	json_nested_release(&nested);
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
		if (value->type == VALUE_NESTED)
			fuzz_nested(value);
	}
	buffer_add(out, "\n", 1);
}

/* Adds all records from where the reader is to out. Notes where the record of index pick->index
 * is, in the file and in out. */
static inline void
fuzz_records(const struct fuzz_input *input, struct reader *reader, struct fuzz_pick *pick,
    struct buffer *out)
{
	const struct record *record;
	struct error err = {0};
	uint64_t end = 0;
	int rc;

	for (size_t i = 0; (rc = reader_next(reader, &record, &err)) == 1; i++) {
		char *raw;

		FUZZ_CHECK(record->offset >= end);
		end = record->offset + record->length;
		if (i == pick->index) {
			pick->place = (struct position){
			    record->offset, record->line, record->number - 1};
			pick->start = out->length;
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
	struct fuzz_pick pick = {.index = input->each, .start = SIZE_MAX};
	struct fuzz_pick none = {.index = SIZE_MAX};
	struct reader *reader, *again;

	FUZZ_CHECK(fd != -1 && write(fd, input->bytes, input->length) == (ssize_t)input->length);
	reader = fuzz_open(input, fd, 0);
	again = fuzz_open(input, fd, input->each);
	FUZZ_CHECK((reader == NULL) == (again == NULL));
	if (reader != NULL) {
		fuzz_records(input, reader, &pick, &whole);
		fuzz_records(input, again, &none, &pieces);
		FUZZ_CHECK(
		    whole.length == pieces.length &&
		    (whole.length == 0 || memcmp(whole.bytes, pieces.bytes, whole.length) == 0));
		FUZZ_CHECK(reader_check_values(reader, NULL, NULL) ==
			   reader_check_values(again, reader, NULL));
		if (pick.start != SIZE_MAX) {
			reader_seek(reader, &pick.place);
			fuzz_records(input, reader, &none, &rest);
			FUZZ_CHECK(rest.length == whole.length - pick.start &&
				   memcmp(rest.bytes, whole.bytes + pick.start, rest.length) == 0);
		}
	}
	reader_close(reader);
	reader_close(again);
	close(fd);
	buffer_release(&whole);
	buffer_release(&pieces);
	buffer_release(&rest);
}

/* The input itself decides the options, so that any file is an input. */
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
