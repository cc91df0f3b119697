#include "model/request.h"

#include "read/names.h"
#include "read/spreadsheet.h"
#include "timestamp.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* What --rejects adds: a mended file is read as it is. */
static const char *const dropped[] = {"RejectLine", "RejectReasons", "RejectRecord"};

/*
 * Names under which lists that people keep have the time and the password of a change. A time that
 * is not read makes a scheduled change an immediate one.
 */
static const char *const time_parts[] = {
    "time", "date", "when", "sched", "due", "start", "begin", "window", "until", "datum", NULL};
static const char *const password_parts[] = {"pass", "pwd", "secret", "kennwort", NULL};
static const char *const password_words[] = {"pin", NULL};
static const struct meaning meanings[] = {
    {.field = REQUEST_FIELD_JOB_TIME, .parts = time_parts, .dates = true},
    {.field = REQUEST_FIELD_PASSWORD, .parts = password_parts, .words = password_words},
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
	    .dropped = dropped,
	    .dropped_count = sizeof(dropped) / sizeof(dropped[0]),
	    .meanings = meanings,
	    .meaning_count = sizeof(meanings) / sizeof(meanings[0]),
	    .closed = closed,
	};
}

static bool
has_name(const struct reader *reader, const char *wanted)
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
	if (has_name(reader, "Outcome") && has_name(reader, "SuccessfulStores"))
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

/* ---- echoing ---------------------------------------------------------------------------- */

/*
 * A column that has shifted can put a password anywhere: a value is shown only when it is made
 * of what numbers and times are made of, else its length is told.
 */
static const char *
shown(const struct value *value, char *text, size_t size)
{
	static const char harmless[] = "0123456789 .,:+-/TZE";

	if (value->length <= 64 && strspn(value->text, harmless) == value->length)
		snprintf(text, size, "\"%s\"", value->text);
	else
		snprintf(text, size, "a value of %zu byte%s", value->length,
		    value->length == 1 ? "" : "s");
	return text;
}

/* ---- integers --------------------------------------------------------------------------- */

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The length of a blank at the start (ASCII, or a no-break space of spreadsheets), or 0. */
static size_t
blank_length(const char *text, size_t length)
{
	if (length >= 1 && (text[0] == ' ' || text[0] == '\t'))
		return 1;
	if (length >= 2 && memcmp(text, "\xc2\xa0", 2) == 0)
		return 2;
	if (length >= 3 && memcmp(text, "\xe2\x80\xaf", 3) == 0)
		return 3;
	return 0;
}

static bool
trim(const char **text, size_t *length)
{
	size_t before = *length, n;

	while ((n = blank_length(*text, *length)) > 0) {
		*text += n;
		*length -= n;
	}
	for (n = 1; n <= 3; n++) {
		if (*length >= n && blank_length(*text + *length - n, n) == n) {
			*length -= n;
			n = 0; /* look for another one */
		}
	}
	return *length != before;
}

static size_t
count_digits(const char *text, size_t length)
{
	size_t n = 0;

	while (n < length && is_digit(text[n]))
		n++;
	return n;
}

/* 1,234 or 1.234.567 or 1 234 or 1'234 or 12,34,567: the last group has three digits. */
static bool
is_grouped(const char *text, size_t length)
{
	size_t at = count_digits(text, length), digits = at, mark = 0;

	if (at == 0 || at > 3)
		return false;
	while (at < length) {
		mark = strchr(",.'", text[at]) != NULL ? 1 : blank_length(text + at, length - at);
		at += mark;
		digits = count_digits(text + at, length - at);
		if (mark == 0 || digits < 2 || digits > 3)
			return false;
		at += digits;
	}
	return mark != 0 && digits == 3;
}

/* 1E+05 or 1.23E+05 or 1,23e5 */
static bool
is_abbreviated(const char *text, size_t length)
{
	size_t at = count_digits(text, length);

	if (at == 0)
		return false;
	if (at < length && (text[at] == '.' || text[at] == ','))
		at += 1 + count_digits(text + at + 1, length - at - 1);
	if (at == length || (text[at] != 'E' && text[at] != 'e'))
		return false;
	at++;
	if (at < length && (text[at] == '+' || text[at] == '-'))
		at++;
	return at < length && at + count_digits(text + at, length - at) == length;
}

/* How many of these marks stand between digits; 0 when anything else is there. */
static size_t
count_marks(const char *text, size_t length, const char *marks)
{
	size_t count = 0;

	for (size_t i = 0; i < length; i++) {
		if (is_digit(text[i]))
			continue;
		if (i == 0 || strchr(marks, text[i]) == NULL)
			return 0;
		count++;
	}
	return count;
}

/* 1/5/2026 or 2026-01-05 10:00 or 5.1.2026, and 5-Jan or Jan-26 or 5-Jan-26 */
static bool
is_date(const char *text, size_t length)
{
	static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec";
	size_t before = count_digits(text, length), at = before;

	if (count_marks(text, length, "/-:. T") > 0)
		return memchr(text, '/', length) != NULL || memchr(text, '-', length) != NULL ||
		       memchr(text, ':', length) != NULL || count_marks(text, length, ".") == 2;
	if (before > 2 || length < 5 || length > 11)
		return false;
	if (before > 0 && text[at++] != '-')
		return false;
	for (size_t i = 0; months[i] != '\0'; i += 3) {
		if (strncasecmp(text + at, months + i, 3) != 0)
			continue;
		at += 3;
		if (before > 0 && at == length)
			return true;
		return text[at] == '-' && at + 1 < length &&
		       at + 1 + count_digits(text + at + 1, length - at - 1) == length;
	}
	return false;
}

/* Why a trimmed text is no id: what a spreadsheet did to it, or just what it is not. */
static const char *
integer_fault(const char *text, size_t length)
{
	if (is_abbreviated(text, length))
		return "the spreadsheet abbreviated the number and its digits are lost: format the "
		       "column as a number without decimals and save again";
	if (length > 0 && (text[0] == '-' || text[0] == '+'))
		return "a sign is not expected: expected an integer from 1 to 2147483647";
	if (length > 0 && text[0] == '\'')
		return "the spreadsheet's text mark (an apostrophe) was saved with the number: "
		       "take "
		       "it away and save again";
	if (is_grouped(text, length))
		return "the spreadsheet put thousands separators into the number: format the "
		       "column "
		       "as a number without them and save again";
	if (is_date(text, length))
		return "the spreadsheet took the number for a date: format the column as a number "
		       "without decimals and save again";
	if (count_marks(text, length, ".,") == 1)
		return "a fraction is not expected: expected an integer from 1 to 2147483647";
	return "expected an integer from 1 to 2147483647 in decimal digits";
}

/* Parses what is left after the repairs. 0: not an id. */
static int64_t
parse_id(const char *text, size_t length)
{
	int64_t id = 0;

	if (length == 0 || length > 10)
		return 0;
	for (size_t i = 0; i < length; i++) {
		if (!is_digit(text[i]))
			return 0;
		id = id * 10 + (text[i] - '0');
	}
	return id <= REQUEST_ID_MOST ? id : 0;
}

struct typing {
	struct messages *messages;
	struct repairs *repairs; /* NULL: not counted */
	uint64_t line;
	bool json;
};

/* Adds the fault of a value, or what it is when something else than its author made it so. */
static void
wrong_value(struct typing *typing, enum code code, const struct value *value, const char *field,
    const char *fault)
{
	const char *error = spreadsheet_error(value->text, value->length);
	char echo[96];

	if (error != NULL) {
		messages_add(typing->messages, message_fault(code, field),
		    "\"%s\" " SPREADSHEET_ERROR_TEXT, error);
		return;
	}
	if (name_has_invisible(value->text, value->length))
		fault =
		    "an invisible character is in it, as in text that was copied: type it again";
	messages_add(typing->messages, message_fault(code, field), "%s: %s",
	    shown(value, echo, sizeof(echo)), fault);
}

static void
repaired(struct typing *typing, enum repair repair, bool yes)
{
	if (yes && typing->repairs != NULL)
		repairs_add(typing->repairs, repair, typing->line);
}

static int64_t
read_text_id(struct typing *typing, const struct value *value, const char *field)
{
	const char *text = value->text;
	size_t length = value->length, zeros = 0, digits;
	bool blanks = trim(&text, &length), decimal = false;
	int64_t id;

	digits = count_digits(text, length);
	/* 1.0 is 1, but 1.000 is a thousand where a dot groups digits. */
	if (digits > 0 && length > digits + 1 && text[digits] == '.' &&
	    strspn(text + digits + 1, "0") >= length - digits - 1 && !is_grouped(text, length))
		decimal = true;
	else
		digits = length;
	while (zeros + 1 < digits && text[zeros] == '0')
		zeros++;
	id = parse_id(text + zeros, digits - zeros);
	if (id == 0) {
		wrong_value(typing, CODE_BAD_INTEGER, value, field,
		    integer_fault(text, decimal ? digits : length));
		return 0;
	}
	repaired(typing, REPAIR_QUOTED_NUMBER, typing->json);
	repaired(typing, REPAIR_SURROUNDING_BLANKS, blanks);
	repaired(typing, REPAIR_DECIMAL_ZERO, decimal);
	repaired(typing, REPAIR_LEADING_ZEROS, zeros > 0);
	return id;
}

/* ---- fields ----------------------------------------------------------------------------- */

/* Adds the fault of a JSON value of the wrong type. */
static void
wrong_type(
    struct typing *typing, const struct value *value, const char *field, const char *expected)
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
read_id(struct typing *typing, const struct value *value, const char *field)
{
	int64_t id;
	char echo[96];

	switch (value->type) {
	case VALUE_TEXT:
		return read_text_id(typing, value, field);
	case VALUE_INTEGER:
		id = parse_id(value->text, value->length);
		if (id == 0)
			messages_add(typing->messages, message_fault(CODE_BAD_INTEGER, field),
			    "%s: expected an integer from 1 to 2147483647",
			    shown(value, echo, sizeof(echo)));
		return id;
	default:
		wrong_type(typing, value, field, "an integer");
		return 0;
	}
}

static void
read_job_time(struct typing *typing, const struct value *value, struct request *request)
{
	const char *field = request_field_words[REQUEST_FIELD_JOB_TIME];
	const char *fault;

	request->due_unknown = true;
	if (value->type != VALUE_TEXT) {
		wrong_type(typing, value, field, "a string YYYY-MM-DDTHH:mm:ssZ");
		return;
	}
	fault = timestamp_parse(value->text, value->length, &request->job_time);
	if (fault != NULL) {
		wrong_value(typing, CODE_BAD_JOB_TIME, value, field, fault);
		return;
	}
	request->due_unknown = false;
	request->has_job_time = true;
	request->job_time_text = value->text;
}

static void
read_password(struct typing *typing, const struct value *value, struct request *request)
{
	if (value->type != VALUE_TEXT) {
		wrong_type(typing, value, request_field_words[REQUEST_FIELD_PASSWORD], "a string");
		return;
	}
	request->password = value->text;
	request->password_length = value->length;
}

static void
read_malformed(struct typing *typing, const struct record *record)
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

void
request_read(struct request *request, const struct record *record, struct messages *messages,
    struct repairs *repairs)
{
	struct typing typing = {messages, repairs, record->line, record->json};
	const struct value *values = record->values;
	bool new_given = false;

	*request = (struct request){
	    .number = record->number, .line = record->line, .offset = record->offset};
	if (record->fault != NULL) {
		request->due_unknown = true;
		read_malformed(&typing, record);
		return;
	}
	if (value_is_absent(&values[REQUEST_FIELD_EXISTING]))
		messages_add(messages,
		    message_fault(CODE_MISSING_EXISTING_CERTIFICATE,
			request_field_words[REQUEST_FIELD_EXISTING]),
		    NULL);
	else
		request->existing = read_id(&typing, &values[REQUEST_FIELD_EXISTING],
		    request_field_words[REQUEST_FIELD_EXISTING]);
	for (size_t i = REQUEST_FIELD_CERTIFICATE; i <= REQUEST_FIELD_REQUEST; i++) {
		int64_t *id = i == REQUEST_FIELD_CERTIFICATE ? &request->certificate
							     : &request->request;

		if (value_is_absent(&values[i]))
			continue;
		if (new_given)
			messages_add(messages,
			    message_fault(CODE_TWO_NEW_CERTIFICATES, request_field_words[i]), NULL);
		new_given = true;
		*id = read_id(&typing, &values[i], request_field_words[i]);
	}
	if (!new_given)
		messages_add(messages,
		    message_fault(
			CODE_NO_NEW_CERTIFICATE, request_field_words[REQUEST_FIELD_CERTIFICATE]),
		    NULL);
	if (!value_is_absent(&values[REQUEST_FIELD_JOB_TIME]))
		read_job_time(&typing, &values[REQUEST_FIELD_JOB_TIME], request);
	if (!value_is_absent(&values[REQUEST_FIELD_PASSWORD]))
		read_password(&typing, &values[REQUEST_FIELD_PASSWORD], request);
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
