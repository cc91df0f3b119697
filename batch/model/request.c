#include "model/request.h"

#include "model/integer.h"
#include "read/names.h"
#include "read/spreadsheet.h"
#include "timestamp.h"

#include <stdlib.h>
#include <string.h>

/* Columns that --rejects adds: a mended rejects file is read as it is. */
static const char *const request_dropped[] = {"RejectLine", "RejectReasons", "RejectRecord"};

/*
 * Names that people give to the columns of a time and of a password. Such a column is refused when
 * the field that it may be is missing: without its time, a scheduled change is an immediate one.
 */
static const char *const request_time_parts[] = {
    "time", "date", "when", "sched", "due", "start", "begin", "window", "until", "datum", NULL};
static const char *const request_password_parts[] = {"pass", "pwd", "secret", "kennwort", NULL};
static const char *const request_password_words[] = {"pin", NULL};
static const struct meaning request_meanings[] = {
    {.field = REQUEST_FIELD_JOB_TIME, .parts = request_time_parts, .dates = true},
    {.field = REQUEST_FIELD_PASSWORD,
	.parts = request_password_parts,
	.words = request_password_words},
};

void
request_fields(struct fields *fields, const struct text_list *allowed, bool closed)
{
	*fields = (struct fields){
	    .names = request_field_words,
	    .count = REQUEST_FIELD_COUNT,
	    .strict = true,
	    .allowed = allowed->items,
	    .allowed_count = allowed->count,
	    .dropped = request_dropped,
	    .dropped_count = sizeof(request_dropped) / sizeof(request_dropped[0]),
	    .meanings = request_meanings,
	    .meaning_count = sizeof(request_meanings) / sizeof(request_meanings[0]),
	    .closed = closed,
	};
}

static bool
request_has_name(const struct reader *reader, const char *wanted)
{
	size_t count;
	const char *const *names = reader_names(reader, &count);

	for (size_t i = 0; i < count; i++)
		if (name_equal(names[i], strlen(names[i]), wanted, strlen(wanted)))
			return true;
	return false;
}

int
request_check_header(const struct reader *reader, const char *file, struct error *err)
{
	if (request_has_name(reader, "Outcome") && request_has_name(reader, "SuccessfulStores"))
		return error_set(err, ERROR_INPUT, file,
		    "this is a results file (it has Outcome and SuccessfulStores): expected a "
		    "manifest");
	if (reader_format(reader) != FORMAT_CSV)
		return 0;
	if (!reader_has(reader, REQUEST_FIELD_EXISTING))
		return error_set_at(err, ERROR_INPUT,
		    (struct error_place){
			.file = file, .field = request_field_words[REQUEST_FIELD_EXISTING]},
		    "the header lacks this column: expected ExistingCertificateId and "
		    "CertificateId "
		    "or RequestId");
	if (!reader_has(reader, REQUEST_FIELD_CERTIFICATE) &&
	    !reader_has(reader, REQUEST_FIELD_REQUEST))
		return error_set_at(err, ERROR_INPUT,
		    (struct error_place){
			.file = file, .field = request_field_words[REQUEST_FIELD_CERTIFICATE]},
		    "the header has neither this column nor RequestId: expected at least one of "
		    "them");
	return 0;
}

bool
request_is_rejects(const struct reader *reader)
{
	return request_has_name(reader, request_field_words[REQUEST_FIELD_LINE]) ||
	       request_has_name(reader, request_field_words[REQUEST_FIELD_REASONS]);
}

bool
request_is_reject(const struct record *record)
{
	return record->values[REQUEST_FIELD_LINE].type != VALUE_ABSENT ||
	       record->values[REQUEST_FIELD_REASONS].type != VALUE_ABSENT;
}

/* ---- values in messages ----------------------------------------------------------------- */

/*
 * Where the columns of a row have shifted, any value may be a password. So a value is shown only
 * when it is made of the characters of numbers and times; otherwise its length is.
 */
static const char *
request_shown(const struct value *value, char *text, size_t size)
{
	static const char harmless[] = "0123456789 .,:+-/TZE";

	if (value->length <= 64 && strspn(value->text, harmless) == value->length)
		snprintf(text, size, "\"%s\"", value->text);
	else
		snprintf(text, size, "a value of %zu byte%s", value->length,
		    value->length == 1 ? "" : "s");
	return text;
}

/* ---- fields ----------------------------------------------------------------------------- */

struct request_typing {
	struct messages *messages;
	struct repairs *repairs; /* NULL: not counted */
	uint64_t line;
	bool json;
};

/* Adds a value's fault, or its cause: a spreadsheet's error, an invisible character. */
static void
request_wrong_value(struct request_typing *typing, enum code code, const struct value *value,
    const char *field, const char *fault)
{
	const char *error = spreadsheet_error(value->text, value->length);
	struct message message = message_fault(code, field);
	char echo[96];

	if (error != NULL) {
		messages_add(typing->messages, message, "\"%s\" " SPREADSHEET_ERROR_TEXT, error);
		return;
	}
	if (name_has_invisible(value->text, value->length))
		fault =
		    "an invisible character is in it, as in text that was copied: type it again";
	message.format = fault;
	messages_add(
	    typing->messages, message, "%s: %s", request_shown(value, echo, sizeof(echo)), fault);
}

static void
request_repaired(struct request_typing *typing, enum repair repair, bool yes)
{
	if (yes && typing->repairs != NULL)
		repairs_add(typing->repairs, repair, typing->line);
}

/* Refused values count no repairs. */
static int64_t
request_read_text_id(struct request_typing *typing, const struct value *value, const char *field)
{
	struct integer integer;

	integer_read(&integer, value->text, value->length);
	if (integer.value == 0) {
		request_wrong_value(typing, CODE_BAD_INTEGER, value, field, integer.fault);
		return 0;
	}
	request_repaired(typing, REPAIR_QUOTED_NUMBER, typing->json);
	request_repaired(typing, REPAIR_SURROUNDING_BLANKS, integer.blanks);
	request_repaired(typing, REPAIR_DECIMAL_ZERO, integer.decimal_zero);
	request_repaired(typing, REPAIR_LEADING_ZEROS, integer.leading_zeros);
	return integer.value;
}

/* Adds the fault of a JSON value that has another type than is expected. */
static void
request_wrong_type(struct request_typing *typing, const struct value *value, const char *field,
    const char *expected)
{
	static const char *const types[] = {
	    [VALUE_INTEGER] = "a number",
	    [VALUE_REAL] = "a number with a fraction or an exponent",
	    [VALUE_BOOLEAN] = "a boolean",
	    [VALUE_NESTED] = "an array or an object",
	};

	messages_add(typing->messages, message_fault(CODE_MALFORMED_RECORD, field),
	    "%s: expected %s", types[value->type], expected);
}

static int64_t
request_read_id(struct request_typing *typing, const struct value *value, const char *field)
{
	int64_t id;

	switch (value->type) {
	case VALUE_TEXT:
		return request_read_text_id(typing, value, field);
	case VALUE_INTEGER:
		id = integer_parse(value->text, value->length);
		if (id == 0)
			request_wrong_value(
			    typing, CODE_BAD_INTEGER, value, field, code_text(CODE_BAD_INTEGER));
		return id;
	default:
		request_wrong_type(typing, value, field, "an integer");
		return 0;
	}
}

static void
request_read_job_time(
    struct request_typing *typing, const struct value *value, struct request *request)
{
	const char *field = request_field_words[REQUEST_FIELD_JOB_TIME];
	const char *fault;

	request->due_unknown = true;
	if (value->type != VALUE_TEXT) {
		request_wrong_type(typing, value, field, "a string YYYY-MM-DDTHH:mm:ssZ");
		return;
	}
	fault = timestamp_parse(value->text, value->length, &request->job_time);
	if (fault != NULL) {
		request_wrong_value(typing, CODE_BAD_JOB_TIME, value, field, fault);
		return;
	}
	request->due_unknown = false;
	request->has_job_time = true;
	request->job_time_text = value->text;
}

static void
request_read_password(
    struct request_typing *typing, const struct value *value, struct request *request)
{
	if (value->type != VALUE_TEXT) {
		request_wrong_type(
		    typing, value, request_field_words[REQUEST_FIELD_PASSWORD], "a string");
		return;
	}
	request->password = value->text;
	request->password_length = value->length;
}

static void
request_read_malformed(struct request_typing *typing, const struct record *record)
{
	const char *field = record->fault_field == NULL ? NULL
							: request_field_named(record->fault_field);

	if (field == NULL && record->fault_field != NULL)
		messages_add(typing->messages, message_fault(CODE_MALFORMED_RECORD, NULL), "%s: %s",
		    record->fault_field, record->fault);
	else
		messages_add(typing->messages, message_fault(CODE_MALFORMED_RECORD, field), "%s",
		    record->fault);
}

/* The ids that name the new certificate; exactly one of them must be given. */
static void
request_read_new(struct request_typing *typing, const struct value *values, struct request *request)
{
	bool given = false;

	for (size_t i = REQUEST_FIELD_CERTIFICATE; i <= REQUEST_FIELD_REQUEST; i++) {
		const char *field = request_field_words[i];
		int64_t id;

		if (value_is_absent(&values[i]))
			continue;
		if (given)
			messages_add(typing->messages,
			    message_fault(CODE_TWO_NEW_CERTIFICATES, field), NULL);
		given = true;
		id = request_read_id(typing, &values[i], field);
		if (i == REQUEST_FIELD_CERTIFICATE)
			request->certificate = id;
		else
			request->request = id;
	}
	if (!given)
		messages_add(typing->messages,
		    message_fault(
			CODE_NO_NEW_CERTIFICATE, request_field_words[REQUEST_FIELD_CERTIFICATE]),
		    NULL);
}

void
request_read(struct request *request, const struct record *record, struct messages *messages,
    struct repairs *repairs)
{
	const enum request_field existing = REQUEST_FIELD_EXISTING;
	struct request_typing typing = {messages, repairs, record->line, record->json};
	const struct value *values = record->values;

	*request = (struct request){
	    .number = record->number, .line = record->line, .offset = record->offset};
	if (record->fault != NULL) {
		request->due_unknown = true;
		request_read_malformed(&typing, record);
		return;
	}
	if (request_unmended(record) != NULL) {
		request->due_unknown = true;
		messages_add(messages, message_fault(CODE_MALFORMED_RECORD, NULL),
		    "not mended yet, RejectRecord has the record as it was: expected its fields");
		return;
	}
	if (value_is_absent(&values[existing]))
		messages_add(messages,
		    message_fault(CODE_MISSING_EXISTING_CERTIFICATE, request_field_words[existing]),
		    NULL);
	else
		request->existing = request_read_id(
		    &typing, &values[existing], request_field_words[existing]);
	request_read_new(&typing, values, request);
	if (!value_is_absent(&values[REQUEST_FIELD_JOB_TIME]))
		request_read_job_time(&typing, &values[REQUEST_FIELD_JOB_TIME], request);
	if (!value_is_absent(&values[REQUEST_FIELD_PASSWORD]))
		request_read_password(&typing, &values[REQUEST_FIELD_PASSWORD], request);
}

const char *
request_unmended(const struct record *record)
{
	const struct value *values = record->values;

	if (value_is_absent(&values[REQUEST_FIELD_RECORD]))
		return NULL;
	for (size_t i = 0; i <= REQUEST_FIELD_PASSWORD; i++)
		if (!value_is_absent(&values[i]))
			return NULL;
	return values[REQUEST_FIELD_RECORD].text;
}

int64_t
request_mends(const struct record *record)
{
	static const char start[] = "run ";
	const struct value *reasons;
	long long run;
	char *end;

	if (record->fault != NULL)
		return 0;
	reasons = &record->values[REQUEST_FIELD_REASONS];
	if (reasons->type != VALUE_TEXT || strncmp(reasons->text, start, sizeof(start) - 1) != 0)
		return 0;
	run = strtoll(reasons->text + sizeof(start) - 1, &end, 10);
	return *end == ':' && run > 0 && run <= INT32_MAX ? run : 0;
}
