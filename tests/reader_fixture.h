#ifndef TESTS_READER_FIXTURE_H
#define TESTS_READER_FIXTURE_H

/*
 * Reads a fixture to a transcript, one line a record:
 *
 *	2: "1" null #5 -        line, values: texts, JSON null, integers, - where there is none
 *	3! JobTime: fault       a malformed record, with the field
 *	blank-row 2: 4 5        repairs: how often, the first lines
 *	ignored: Note           names
 *	values: 3 f.csv:1: ...  what is wrong with the first values of columns
 *	3 f.csv:1: X: text      an error instead of all that: its code, file, line, field
 */
#include "buffer.h"
#include "read/reader_private.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct fixture {
	const char *title;
	struct reader_options options; /* .fields NULL: manifest_fields */
	const char *bytes;
	size_t length; /* 0: strlen(bytes) */
	const char *expected;
};

static const char *const manifest_names[] = {
    "CertificateId", "RequestId", "ExistingCertificateId", "JobTime", "Password"};
static const char *const manifest_dropped[] = {"RejectLine", "RejectReasons", "RejectRecord"};
static const char *const manifest_allowed[] = {"JobTimes", "Old Password"};
static const struct fields manifest_fields = {
    .names = manifest_names,
    .count = 5,
    .strict = true,
    .allowed = manifest_allowed,
    .allowed_count = 2,
    .dropped = manifest_dropped,
    .dropped_count = 3,
};

/* The same with names that may be meant for the last two. */
static const char *const time_parts[] = {"time", "when", NULL};
static const char *const pin_words[] = {"pin", NULL};
static const struct meaning manifest_meanings[] = {
    {.field = 3, .parts = time_parts, .dates = true}, {.field = 4, .words = pin_words}};
#define MANIFEST_FIELDS(...)                                                                      \
	&(const struct fields)                                                                    \
	{                                                                                         \
		.names = manifest_names, .count = 5, .strict = true, .allowed = manifest_allowed, \
		.allowed_count = 2, .dropped = manifest_dropped, .dropped_count = 3,              \
		.meanings = manifest_meanings, .meaning_count = 2, __VA_ARGS__                    \
	}

static const char *const plain_names[] = {"A", "B"};
static const struct fields plain_fields = {.names = plain_names, .count = 2};

static inline int
memory_file(const char *bytes, size_t length)
{
	int fd = memfd_create("fixture", MFD_CLOEXEC);

	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(write(fd, bytes, length), (ssize_t)length);
	return fd;
}

static inline void
add_value(struct buffer *out, const struct value *value)
{
	static const char marks[] = {
	    [VALUE_INTEGER] = '#', [VALUE_REAL] = '~', [VALUE_BOOLEAN] = '?', [VALUE_NESTED] = '='};

	buffer_add_string(out, " ");
	if (value->text != NULL)
		ck_assert_uint_eq(strnlen(value->text, value->length + 1), value->length);
	if (value->type == VALUE_ABSENT)
		buffer_add_string(out, "-");
	else if (value->type == VALUE_NULL)
		buffer_add_string(out, "null");
	else if (value->type == VALUE_TEXT)
		buffer_add_json(out, value->text, value->length);
	else
		buffer_addf(out, "%c%s", marks[value->type], value->text);
}

static inline void
add_record(struct buffer *out, const struct record *record, size_t fields)
{
	if (record->fault != NULL) {
		buffer_addf(out, "%ju! %s%s%s\n", (uintmax_t)record->line,
		    record->fault_field == NULL ? "" : record->fault_field,
		    record->fault_field == NULL ? "" : ": ", record->fault);
		for (size_t i = 0; i < fields; i++)
			ck_assert_int_eq(record->values[i].type, VALUE_ABSENT);
		return;
	}
	ck_assert_ptr_null(record->fault_field);
	buffer_addf(out, "%ju:", (uintmax_t)record->line);
	for (size_t i = 0; i < fields; i++)
		add_value(out, &record->values[i]);
	buffer_add_string(out, "\n");
}

/* All records from where the reader is. */
static inline void
add_records(struct buffer *out, struct reader *reader)
{
	const struct record *record;
	struct error err = {0};
	uint64_t end = 0;
	int rc;

	while ((rc = reader_next(reader, &record, &err)) == 1) {
		ck_assert_uint_ge(record->offset, end);
		end = record->offset + record->length;
		add_record(out, record, reader->fields->count);
	}
	ck_assert_int_eq(rc, 0);
	ck_assert_ptr_null(record);
	ck_assert_int_eq(reader_next(reader, &record, &err), 0);
}

static inline void
add_rest(struct buffer *out, struct reader *reader)
{
	const struct repairs *repairs = reader_repairs(reader);
	size_t count;
	const char *const *ignored = reader_ignored(reader, &count);

	for (int i = 0; i < REPAIR_COUNT; i++) {
		if (repairs->count[i] == 0)
			continue;
		buffer_addf(
		    out, "%s %ju:", repair_word((enum repair)i), (uintmax_t)repairs->count[i]);
		for (int j = 0; j < REPAIR_LINES && repairs->lines[i][j] != 0; j++)
			buffer_addf(out, " %ju", (uintmax_t)repairs->lines[i][j]);
		buffer_add_string(out, "\n");
	}
	if (count > 0)
		buffer_add_string(out, "ignored:");
	for (size_t i = 0; i < count; i++)
		buffer_addf(out, " %s", ignored[i]);
	if (count > 0)
		buffer_add_string(out, "\n");
}

static inline void
add_error(struct buffer *out, const struct error *err)
{
	buffer_addf(out, "%d %s:%ju: %s%s%s\n", (int)err->code, err->file, (uintmax_t)err->line,
	    err->field, err->field[0] == '\0' ? "" : ": ", err->text);
}

static inline void
transcribe(const struct fixture *fixture, int fd, size_t split, size_t each, struct buffer *out)
{
	struct reader_options options = fixture->options;
	struct error err = {0};
	struct reader *reader;

	if (options.fields == NULL)
		options.fields = &manifest_fields;
	reader = reader_open_split(fd, &options, split, each, &err);
	if (reader == NULL) {
		add_error(out, &err);
		return;
	}
	add_records(out, reader);
	add_rest(out, reader);
	if (reader_check_values(reader, NULL, &err) == -1) {
		buffer_add_string(out, "values: ");
		add_error(out, &err);
	}
	reader_close(reader);
}

/* From each record's own place, and from each place behind a record, the same records follow. */
static inline void
try_seeks(const struct fixture *fixture, int fd)
{
	struct reader_options options = fixture->options;
	struct buffer all = {0}, rest = {0};
	struct position places[128];
	size_t starts[128];
	size_t count = 0;
	const struct record *record;
	struct reader *reader;

	if (options.fields == NULL)
		options.fields = &manifest_fields;
	reader = reader_open(fd, &options, NULL);
	if (reader == NULL)
		return;
	places[0] = reader_position(reader);
	starts[0] = 0;
	while (reader_next(reader, &record, NULL) == 1) {
		ck_assert_uint_lt(count + 2, 128);
		places[++count] = (struct position){
		    record->offset, record->line, record->number - 1};
		starts[count] = all.length;
		add_record(&all, record, reader->fields->count);
		places[++count] = reader_position(reader);
		starts[count] = all.length;
	}
	for (size_t i = count + 1; i-- > 0;) {
		buffer_clear(&rest);
		buffer_add_string(&rest, "");
		reader_seek(reader, &places[i]);
		add_records(&rest, reader);
		ck_assert_str_eq(rest.bytes, all.bytes == NULL ? "" : all.bytes + starts[i]);
	}
	reader_close(reader);
	buffer_release(&all);
	buffer_release(&rest);
}

/* Whole, in two reads at every place, byte by byte, and from every record on. */
static inline void
try_fixture(const struct fixture *fixture)
{
	size_t length = fixture->length == 0 ? strlen(fixture->bytes) : fixture->length;
	int fd = memory_file(fixture->bytes, length);
	struct buffer out = {0};

	for (size_t split = 0; split < length; split++) {
		buffer_clear(&out);
		buffer_add_string(&out, "");
		transcribe(fixture, fd, split, 0, &out);
		ck_assert_msg(strcmp(out.bytes, fixture->expected) == 0,
		    "%s (split at %zu)\n%s--- expected:\n%s", fixture->title, split, out.bytes,
		    fixture->expected);
	}
	buffer_clear(&out);
	buffer_add_string(&out, "");
	transcribe(fixture, fd, 0, 1, &out);
	ck_assert_msg(strcmp(out.bytes, fixture->expected) == 0,
	    "%s (byte by byte)\n%s--- expected:\n%s", fixture->title, out.bytes, fixture->expected);
	try_seeks(fixture, fd);
	close(fd);
	buffer_release(&out);
}

#endif
