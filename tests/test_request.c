#include "command.h"
#include "request.h"

#include "scratch.h"

/*
 * The fields of a manifest, each rule with the whole text of its message. Values in a record
 * are made by hand, as the readers give them.
 */

static struct request request;
static struct messages messages;
static struct repairs repairs;
static struct buffer text;

static void
enter(void)
{
	repairs = (struct repairs){0};
}

static void
leave(void)
{
	messages_release(&messages);
	buffer_release(&text);
}

static void
read_record(const struct record *record)
{
	messages_clear(&messages);
	request_read(&request, record, &messages, &repairs);
	messages_sort(&messages);
	buffer_clear(&text);
	buffer_add_string(&text, "");
	messages_csv(&messages, &text);
}

/* A value of CSV, or a JSON string; NULL: absent. */
static struct value
text_value(const char *of)
{
	return of == NULL ? (struct value){0} : (struct value){VALUE_TEXT, of, strlen(of)};
}

/* Reads a row of texts in the order of enum request_field. What was said of it. */
static const char *
read_texts(bool json, const char *certificate, const char *enrollment, const char *existing,
    const char *job_time, const char *password)
{
	const struct value values[REQUEST_FIELD_COUNT] = {text_value(certificate),
	    text_value(enrollment), text_value(existing), text_value(job_time),
	    text_value(password)};

	read_record(&(struct record){
	    .json = json, .number = 3, .line = 14, .offset = 159, .values = values});
	return text.bytes;
}

/* The kinds of repairs that were counted, blanks between. Static: until the next call. */
static const char *
repaired(void)
{
	static char words[256];

	words[0] = '\0';
	for (int i = 0; i < REPAIR_COUNT; i++) {
		size_t length = strlen(words);

		if (repairs.count[i] != 0)
			snprintf(words + length, sizeof(words) - length, "%s%s",
			    length == 0 ? "" : " ", repair_word((enum repair)i));
	}
	return words;
}

/* ---- whole rows ----------------------------------------------------------------------------- */

START_TEST(reads_a_row)
{
	static const char password[] = " p\xc3\xa4ss,\"word\" ";

	ck_assert_str_eq(
	    read_texts(false, "200", NULL, "100", "2030-01-02T03:04:05Z", password), "");
	ck_assert_uint_eq(request.number, 3);
	ck_assert_uint_eq(request.line, 14);
	ck_assert_uint_eq(request.offset, 159);
	ck_assert_int_eq(request.existing, 100);
	ck_assert_int_eq(request.certificate, 200);
	ck_assert_int_eq(request.request, 0);
	ck_assert(request.has_job_time);
	ck_assert(!request.due_unknown);
	ck_assert_int_eq(request.job_time, INT64_C(1893553445000));
	ck_assert_str_eq(request.job_time_text, "2030-01-02T03:04:05Z");
	ck_assert_ptr_eq(request.password, password);
	ck_assert_uint_eq(request.password_length, strlen(password));
	ck_assert_str_eq(repaired(), "");
}
END_TEST

START_TEST(reads_a_request_id)
{
	ck_assert_str_eq(read_texts(false, "", "77", "100", "", ""), "");
	ck_assert_int_eq(request.certificate, 0);
	ck_assert_int_eq(request.request, 77);
	ck_assert(!request.has_job_time);
	ck_assert(!request.due_unknown);
	ck_assert_ptr_null(request.job_time_text);
	ck_assert_ptr_null(request.password);
	ck_assert_uint_eq(request.password_length, 0);
}
END_TEST

/* A second row has nothing left of the first. */
START_TEST(starts_anew)
{
	read_texts(false, "200", "5", "100", "2030-01-02T03:04:05Z", "secret");
	ck_assert_str_eq(read_texts(false, NULL, "6", "101", NULL, NULL), "");
	ck_assert_int_eq(request.certificate, 0);
	ck_assert(!request.has_job_time);
	ck_assert_int_eq(request.job_time, 0);
	ck_assert_ptr_null(request.password);
}
END_TEST

#define RANGE "expected an integer from 1 to 2147483647"
#define NO_ID RANGE " in decimal digits"
#define MISSING                                                                                 \
	"missing-existing-certificate: ExistingCertificateId: missing: expected the id of the " \
	"certificate to replace"
#define NO_NEW "no-new-certificate: CertificateId: missing: expected a CertificateId or a RequestId"
#define TWO_NEW                                                                                  \
	"two-new-certificates: RequestId: CertificateId and RequestId are both given: expected " \
	"one of them"

/* Several faults of one row are told at once, by code, of one code the existing one's first. */
static const struct {
	const char *values[REQUEST_FIELD_COUNT];
	const char *said;
} rows[] = {
    {{NULL, NULL, NULL, NULL, NULL}, MISSING "; " NO_NEW},
    {{"", "", "", "", ""}, MISSING "; " NO_NEW},
    {{"200", NULL, NULL, NULL, NULL}, MISSING},
    {{NULL, NULL, "100", NULL, NULL}, NO_NEW},
    {{"200", "5", "100", NULL, NULL}, TWO_NEW},
    {{"200", "200", NULL, NULL, "secret"}, MISSING "; " TWO_NEW},
    {{"x", "y", "z", "now", "secret"},
	TWO_NEW "; bad-integer: ExistingCertificateId: a value of 1 byte: " NO_ID
		"; bad-integer: CertificateId: a value of 1 byte: " NO_ID
		"; bad-integer: RequestId: a value of 1 byte: " NO_ID
		"; bad-job-time: JobTime: a value of 3 bytes: not a UTC time: expected "
		"YYYY-MM-DDTHH:mm:ssZ"},
    {{"0", NULL, "-1", "2030-02-30T00:00:00Z", NULL},
	"bad-integer: ExistingCertificateId: \"-1\": a sign is not expected: " RANGE
	"; bad-integer: CertificateId: \"0\": " NO_ID
	"; bad-job-time: JobTime: \"2030-02-30T00:00:00Z\": a day that does not exist: expected a "
	"date of the calendar"},
    /* A refused new certificate is one that was given. */
    {{"x", NULL, "100", NULL, NULL}, "bad-integer: CertificateId: a value of 1 byte: " NO_ID},
};

START_TEST(tells_every_fault)
{
	const char *const *v = rows[_i].values;

	ck_assert_str_eq(read_texts(false, v[0], v[1], v[2], v[3], v[4]), rows[_i].said);
	ck_assert(messages_reject(&messages));
	for (size_t i = 0; i < messages.count; i++)
		ck_assert(messages.items[i].rejects);
}
END_TEST

/* ---- integers ------------------------------------------------------------------------------- */

#define NBSP "\xc2\xa0"
#define THIN "\xe2\x80\xaf"

static const struct {
	const char *text;
	int64_t id;
	const char *repairs;
} good[] = {
    {"1", 1, ""},
    {"2147483647", 2147483647, ""},
    {"0001", 1, "leading-zeros"},
    {"00000000000000000000002147483647", 2147483647, "leading-zeros"},
    {" 5", 5, "surrounding-blanks"},
    {"5\t ", 5, "surrounding-blanks"},
    {NBSP "5" NBSP " ", 5, "surrounding-blanks"},
    {THIN "5" THIN NBSP THIN, 5, "surrounding-blanks"},
    {"5.0", 5, "decimal-zero"},
    {"5.00", 5, "decimal-zero"},
    {"5.000000", 5, "decimal-zero"},
    {"1234.000", 1234, "decimal-zero"}, /* four digits: the dot groups nothing */
    {"2147483647.0", 2147483647, "decimal-zero"},
    {" 007.0 ", 7, "surrounding-blanks leading-zeros decimal-zero"},
};

START_TEST(repairs_integers)
{
	ck_assert_str_eq(read_texts(false, "9", NULL, good[_i].text, NULL, NULL), "");
	ck_assert_int_eq(request.existing, good[_i].id);
	for (int i = 0; i < REPAIR_COUNT; i++) {
		ck_assert_uint_le(repairs.count[i], 1);
		ck_assert_uint_eq(repairs.lines[i][0], repairs.count[i] * 14);
	}
	ck_assert_str_eq(repaired(), good[_i].repairs);
}
END_TEST

/* Where no repairs are counted, all is read alike. */
START_TEST(repairs_need_not_be_counted)
{
	const struct value values[REQUEST_FIELD_COUNT] = {
	    [REQUEST_FIELD_EXISTING] = text_value(" 007.0"),
	    [REQUEST_FIELD_REQUEST] = text_value("8")};

	request_read(&request, &(struct record){.json = true, .values = values}, &messages, NULL);
	ck_assert_uint_eq(messages.count, 0);
	ck_assert_int_eq(request.existing, 7);
}
END_TEST

/* What was refused is no repair. */
START_TEST(refused_values_are_not_repaired)
{
	read_texts(true, " 000 ", NULL, " 0x10 ", NULL, NULL);
	ck_assert_uint_eq(messages.count, 2);
	ck_assert_str_eq(repaired(), "");
}
END_TEST

#define SIGN "a sign is not expected: " RANGE
#define FRACTION "a fraction is not expected: " RANGE
#define ABBREVIATED                                                                               \
	"the spreadsheet abbreviated the number and its digits are lost: format the column as a " \
	"number without decimals and save again"
#define DATE                                                                                 \
	"the spreadsheet took the number for a date: format the column as a number without " \
	"decimals and save again"
#define SEPARATED                                                                                  \
	"the spreadsheet put thousands separators into the number: format the column as a number " \
	"without them and save again"
#define APOSTROPHE                                                                                 \
	"the spreadsheet's text mark (an apostrophe) was saved with the number: take it away and " \
	"save again"

static const struct {
	const char *text;
	const char *said;
} bad[] = {
    {"0", "\"0\": " NO_ID},
    {"000", "\"000\": " NO_ID},
    {"0.0", "\"0.0\": " NO_ID},
    {"2147483648", "\"2147483648\": " NO_ID},
    {"2147483648.0", "\"2147483648.0\": " NO_ID},
    {"4294967297", "\"4294967297\": " NO_ID},
    {"18446744073709551617", "\"18446744073709551617\": " NO_ID},
    {"9999999999999999999999999999999999999999",
	"\"9999999999999999999999999999999999999999\": " NO_ID},
    {" ", "\" \": " NO_ID},
    {"1 2", "\"1 2\": " NO_ID},
    {".", "\".\": " NO_ID},
    {".5", "\".5\": " NO_ID},
    {"5.", "\"5.\": " FRACTION},
    {"5.5", "\"5.5\": " FRACTION},
    {"5.01", "\"5.01\": " FRACTION},
    {"5,0", "\"5,0\": " FRACTION},
    {"-5", "\"-5\": " SIGN},
    {"+5", "\"+5\": " SIGN},
    {" -5 ", "\" -5 \": " SIGN},
    {"-", "\"-\": " SIGN},
    /* What spreadsheets make of numbers. */
    {"1E+05", "\"1E+05\": " ABBREVIATED},
    {"1.23E+05", "\"1.23E+05\": " ABBREVIATED},
    {"1,23E+09", "\"1,23E+09\": " ABBREVIATED},
    {"1E5", "\"1E5\": " ABBREVIATED},
    {"1e+05", "a value of 5 bytes: " ABBREVIATED},
    {"1,234", "\"1,234\": " SEPARATED},
    {"1,234,567", "\"1,234,567\": " SEPARATED},
    {"12,34,567", "\"12,34,567\": " SEPARATED},
    {"1.234", "\"1.234\": " SEPARATED},
    {"1.000", "\"1.000\": " SEPARATED}, /* not 1: it may be a thousand */
    {"123.000", "\"123.000\": " SEPARATED},
    {"1.234.567", "\"1.234.567\": " SEPARATED},
    {"1 234", "\"1 234\": " SEPARATED},
    {"1" NBSP "234", "a value of 6 bytes: " SEPARATED},
    {"1" THIN "234" THIN "567", "a value of 13 bytes: " SEPARATED},
    {"1'234", "a value of 5 bytes: " SEPARATED},
    {"1/5/2026", "\"1/5/2026\": " DATE},
    {"2026-01-05", "\"2026-01-05\": " DATE},
    {"2026-01-05 00:00:00", "\"2026-01-05 00:00:00\": " DATE},
    {"5.1.2026", "\"5.1.2026\": " DATE},
    {"05.01.26", "\"05.01.26\": " DATE},
    {"12:30", "\"12:30\": " DATE},
    {"5-Jan", "a value of 5 bytes: " DATE},
    {"Jan-26", "a value of 6 bytes: " DATE},
    {"19-Nov-23", "a value of 9 bytes: " DATE},
    {"'123", "a value of 4 bytes: " APOSTROPHE},
    /* What only looks like it. */
    {"1Ethan", "a value of 6 bytes: " NO_ID},
    {"1E", "\"1E\": " NO_ID},
    {"1E+", "\"1E+\": " NO_ID},
    {"12-abc", "a value of 6 bytes: " NO_ID},
    {"Jan", "a value of 3 bytes: " NO_ID},
    {"Jan-x", "a value of 5 bytes: " NO_ID},
    {"1,23", "\"1,23\": " FRACTION},
    {"1,23,4", "\"1,23,4\": " NO_ID},
    /* No number at all, or another world's. */
    {"0x10", "a value of 4 bytes: " NO_ID},
    {"1_000", "a value of 5 bytes: " NO_ID},
    {"\xd9\xa1\xd9\xa2", "a value of 4 bytes: " NO_ID}, /* Arabic-Indic digits */
    {"5\n", "a value of 2 bytes: " NO_ID},
    {"5;", "a value of 2 bytes: " NO_ID},
    {"100 200", "\"100 200\": " SEPARATED},
    {"TZE.,:+-/ 0123456789", "\"TZE.,:+-/ 0123456789\": " NO_ID},
    {"tze", "a value of 3 bytes: " NO_ID},
    /* Harmless, but too long to show. */
    {"1111111111111111111111111111111111111111111111111111111111111111",
	"\"1111111111111111111111111111111111111111111111111111111111111111\": " NO_ID},
    {"11111111111111111111111111111111111111111111111111111111111111111",
	"a value of 65 bytes: " NO_ID},
};

START_TEST(refuses_what_is_no_id)
{
	static const struct {
		const char *name;
		size_t at;
	} fields[] = {{"ExistingCertificateId", 2}, {"CertificateId", 0}, {"RequestId", 1}};

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		const char *values[3] = {i == 2 ? NULL : "9", i == 2 ? "9" : NULL, "8"};
		char expected[512];

		values[fields[i].at] = bad[_i].text;
		snprintf(expected, sizeof(expected), "bad-integer: %s: %s", fields[i].name,
		    bad[_i].said);
		ck_assert_str_eq(
		    read_texts(false, values[0], values[1], values[2], NULL, NULL), expected);
		ck_assert_int_eq(i == 0   ? request.existing
				 : i == 1 ? request.certificate
					  : request.request,
		    0);
	}
}
END_TEST

/* ---- what is told of values ----------------------------------------------------------------- */

/* A column that has shifted puts a password anywhere: none of its characters is told. */
START_TEST(tells_no_password)
{
	static const char *const passwords[] = {"hunter2", "S3cr3t!", "1234x", "0x1F", "12e4a",
	    "'5up3r", "-secret", "+s", "2030-01-02T03:04:05z", "1/2/x", "\xc3\xa9", "Jan-31x",
	    "pass word", "\t\x01"};

	for (size_t i = 0; i < sizeof(passwords) / sizeof(passwords[0]); i++) {
		const char *p = passwords[i];
		char told[64];

		snprintf(told, sizeof(told), ": a value of %zu byte%s: ", strlen(p),
		    strlen(p) == 1 ? "" : "s");
		for (int json = 0; json <= 1; json++) {
			read_texts(json, p, p, p, p, p);
			ck_assert_uint_eq(messages.count, 5);
			ck_assert_ptr_null(strstr(text.bytes, p));
			for (size_t m = 0; m < messages.count; m++)
				ck_assert(messages.items[m].code == CODE_TWO_NEW_CERTIFICATES ||
					  strncmp(messages_text(&messages, &messages.items[m]),
					      told + 2, strlen(told + 2)) == 0);
		}
	}
}
END_TEST

/* ---- times ---------------------------------------------------------------------------------- */

static const struct {
	const char *text;
	int64_t time;
} good_times[] = {
    {"1970-01-01T00:00:00Z", 0},
    {"2023-11-19T16:23:01Z", INT64_C(1700410981000)},
    {"2023-11-19T16:23:01.000Z", INT64_C(1700410981000)},
    {"2023-11-19T16:23:01.250Z", INT64_C(1700410981250)},
    {"2024-02-29T23:59:59.999Z", INT64_C(1709251199999)},
    {"1969-12-31T23:59:59.999Z", -1},
};

START_TEST(reads_times)
{
	ck_assert_str_eq(read_texts(false, "9", NULL, "8", good_times[_i].text, NULL), "");
	ck_assert(request.has_job_time);
	ck_assert(!request.due_unknown);
	ck_assert_int_eq(request.job_time, good_times[_i].time);
	ck_assert_str_eq(request.job_time_text, good_times[_i].text);
}
END_TEST

#define SHAPE "YYYY-MM-DDTHH:mm:ssZ"
#define BLANK_TIME "blanks around the time: expected " SHAPE " and nothing else"
#define NO_FRACTION \
	"a fraction of the second that has not three digits: expected none, or exactly three"
#define OTHER_ZONE "a time in another zone: expected UTC with a Z at the end, " SHAPE
#define SHEET_DATE \
	"a date as a spreadsheet shows it: expected " SHAPE ", in a column formatted as text"

static const struct {
	const char *text;
	const char *said;
} bad_times[] = {
    {"2030-01-02T03:04:05",
	"\"2030-01-02T03:04:05\": a time without a zone: expected UTC with a Z at the end, " SHAPE},
    {"2030-01-02T03:04:05+00:00", "\"2030-01-02T03:04:05+00:00\": " OTHER_ZONE},
    {"2030-01-02T03:04:05-0500", "\"2030-01-02T03:04:05-0500\": " OTHER_ZONE},
    {"2030-01-02T03:04:05.1Z", "\"2030-01-02T03:04:05.1Z\": " NO_FRACTION},
    {"2030-01-02T03:04:05.1234Z", "\"2030-01-02T03:04:05.1234Z\": " NO_FRACTION},
    {"2030-01-02T03:04:05,123Z",
	"\"2030-01-02T03:04:05,123Z\": a comma before the fraction: expected a dot and exactly "
	"three digits"},
    {"2030-02-29T00:00:00Z",
	"\"2030-02-29T00:00:00Z\": a day that does not exist: expected a date of the calendar"},
    {"2030-13-01T00:00:00Z",
	"\"2030-13-01T00:00:00Z\": a month that does not exist: expected 01 to 12"},
    {"2030-01-01T24:00:00Z",
	"\"2030-01-01T24:00:00Z\": hour 24: expected 00 to 23 (midnight is 00:00:00Z of the day "
	"that begins)"},
    {"2016-12-31T23:59:60Z",
	"\"2016-12-31T23:59:60Z\": second 60: leap seconds are not taken, expected 00 to 59"},
    {"2030-01-02", "\"2030-01-02\": a date without a time: expected " SHAPE},
    {"2030-01-02T03:04Z", "\"2030-01-02T03:04Z\": a time without seconds: expected " SHAPE},
    {"2030-01-02t03:04:05Z",
	"a value of 20 bytes: a lower-case t or z: expected " SHAPE " with T and Z in capitals"},
    {"1/2/2030 3:04", "\"1/2/2030 3:04\": " SHEET_DATE},
    {"2030-01-02 03:04:05", "\"2030-01-02 03:04:05\": " SHEET_DATE},
    {"47485.1278",
	"\"47485.1278\": a number, which is how a spreadsheet stores a date: expected " SHAPE
	", in a column formatted as text"},
    {" 2030-01-02T03:04:05Z", "\" 2030-01-02T03:04:05Z\": " BLANK_TIME},
    {"2030-01-02T03:04:05Z ", "\"2030-01-02T03:04:05Z \": " BLANK_TIME},
    {" ", "\" \": " BLANK_TIME},
    {"tomorrow", "a value of 8 bytes: not a UTC time: expected " SHAPE},
};

START_TEST(refuses_what_is_no_time)
{
	char expected[512];

	snprintf(expected, sizeof(expected), "bad-job-time: JobTime: %s", bad_times[_i].said);
	ck_assert_str_eq(read_texts(false, "9", NULL, "8", bad_times[_i].text, "secret"), expected);
	/* A scheduled change does not become an immediate one. */
	ck_assert(request.due_unknown);
	ck_assert(!request.has_job_time);
	ck_assert_ptr_null(request.job_time_text);
}
END_TEST

/* ---- passwords ------------------------------------------------------------------------------ */

START_TEST(keeps_passwords_byte_for_byte)
{
	static const char *const passwords[] = {
	    " ", "  a  ", "\ta\n", "007.0", "null", "\xc2\xa0", "a;b,c\"d", "'x", "=1+1"};

	for (size_t i = 0; i < sizeof(passwords) / sizeof(passwords[0]); i++) {
		ck_assert_str_eq(read_texts(false, "9", NULL, "8", NULL, passwords[i]), "");
		ck_assert_ptr_eq(request.password, passwords[i]);
		ck_assert_uint_eq(request.password_length, strlen(passwords[i]));
	}
	ck_assert_str_eq(repaired(), "");
}
END_TEST

/* ---- JSON ----------------------------------------------------------------------------------- */

START_TEST(takes_json_strings_of_digits)
{
	ck_assert_str_eq(read_texts(true, "200", NULL, " 0100", NULL, NULL), "");
	ck_assert_int_eq(request.certificate, 200);
	ck_assert_int_eq(request.existing, 100);
	ck_assert_uint_eq(repairs.count[REPAIR_QUOTED_NUMBER], 2);
	ck_assert_uint_eq(repairs.count[REPAIR_SURROUNDING_BLANKS], 1);
	ck_assert_uint_eq(repairs.count[REPAIR_LEADING_ZEROS], 1);
}
END_TEST

#define MALFORMED(field) "malformed-record: " field ": "
#define REAL "a number with a fraction or an exponent"

/* A row that is right but for one value. */
static const struct {
	enum request_field field;
	enum value_type type;
	const char *text;
	const char *said;
} typed[] = {
    {REQUEST_FIELD_EXISTING, VALUE_INTEGER, "100", ""},
    {REQUEST_FIELD_EXISTING, VALUE_INTEGER, "2147483647", ""},
    {REQUEST_FIELD_EXISTING, VALUE_INTEGER, "0",
	"bad-integer: ExistingCertificateId: \"0\": " RANGE},
    {REQUEST_FIELD_EXISTING, VALUE_INTEGER, "-7",
	"bad-integer: ExistingCertificateId: \"-7\": " RANGE},
    {REQUEST_FIELD_EXISTING, VALUE_INTEGER, "2147483648",
	"bad-integer: ExistingCertificateId: \"2147483648\": " RANGE},
    {REQUEST_FIELD_EXISTING, VALUE_INTEGER, "9223372036854775807",
	"bad-integer: ExistingCertificateId: \"9223372036854775807\": " RANGE},
    {REQUEST_FIELD_EXISTING, VALUE_NULL, NULL, MISSING},
    {REQUEST_FIELD_EXISTING, VALUE_REAL, "1.0",
	MALFORMED("ExistingCertificateId") REAL ": expected an integer"},
    {REQUEST_FIELD_EXISTING, VALUE_BOOLEAN, "true",
	MALFORMED("ExistingCertificateId") "a boolean: expected an integer"},
    {REQUEST_FIELD_EXISTING, VALUE_NESTED, "[100]",
	MALFORMED("ExistingCertificateId") "an array or an object: expected an integer"},
    {REQUEST_FIELD_CERTIFICATE, VALUE_INTEGER, "0", "bad-integer: CertificateId: \"0\": " RANGE},
    {REQUEST_FIELD_CERTIFICATE, VALUE_NULL, NULL, NO_NEW},
    {REQUEST_FIELD_CERTIFICATE, VALUE_REAL, "1e2",
	MALFORMED("CertificateId") REAL ": expected an integer"},
    {REQUEST_FIELD_REQUEST, VALUE_NULL, NULL, ""},
    {REQUEST_FIELD_REQUEST, VALUE_BOOLEAN, "false",
	MALFORMED("RequestId") "a boolean: expected an integer; " TWO_NEW},
    {REQUEST_FIELD_JOB_TIME, VALUE_NULL, NULL, ""},
    {REQUEST_FIELD_JOB_TIME, VALUE_INTEGER, "1893553445",
	MALFORMED("JobTime") "a number: expected a string " SHAPE},
    {REQUEST_FIELD_JOB_TIME, VALUE_REAL, "1.5",
	MALFORMED("JobTime") REAL ": expected a string " SHAPE},
    {REQUEST_FIELD_JOB_TIME, VALUE_BOOLEAN, "false",
	MALFORMED("JobTime") "a boolean: expected a string " SHAPE},
    {REQUEST_FIELD_PASSWORD, VALUE_NULL, NULL, ""},
    {REQUEST_FIELD_PASSWORD, VALUE_INTEGER, "1234",
	MALFORMED("Password") "a number: expected a string"},
    {REQUEST_FIELD_PASSWORD, VALUE_REAL, "12.5", MALFORMED("Password") REAL ": expected a string"},
    {REQUEST_FIELD_PASSWORD, VALUE_BOOLEAN, "true",
	MALFORMED("Password") "a boolean: expected a string"},
    {REQUEST_FIELD_PASSWORD, VALUE_NESTED, "{\"a\":\"secret\"}",
	MALFORMED("Password") "an array or an object: expected a string"},
};

START_TEST(takes_the_types_of_json)
{
	struct value values[REQUEST_FIELD_COUNT] = {
	    [REQUEST_FIELD_EXISTING] = {VALUE_INTEGER, "100", 3},
	    [REQUEST_FIELD_CERTIFICATE] = {VALUE_INTEGER, "200", 3}};

	values[typed[_i].field] = (struct value){
	    typed[_i].type, typed[_i].text, typed[_i].text == NULL ? 0 : strlen(typed[_i].text)};
	read_record(&(struct record){.json = true, .number = 1, .line = 1, .values = values});
	ck_assert_str_eq(text.bytes, typed[_i].said);
	ck_assert_ptr_null(request.password);
	ck_assert_str_eq(repaired(), "");
	if (typed[_i].field == REQUEST_FIELD_JOB_TIME)
		ck_assert(request.due_unknown == (typed[_i].type != VALUE_NULL));
}
END_TEST

/* ---- malformed records ---------------------------------------------------------------------- */

START_TEST(tells_the_fault_of_a_record)
{
	static const struct value values[REQUEST_FIELD_COUNT];
	static const struct {
		const char *fault, *field, *said;
	} faults[] = {
	    {"3 fields: expected 5", NULL, "malformed-record: 3 fields: expected 5"},
	    {"a second member of that name: expected each name once", "Password",
		"malformed-record: Password: a second member of that name: expected each name "
		"once"},
	    {"nearly the name JobTime", "JobTimeUtc",
		"malformed-record: JobTimeUtc: nearly the name JobTime"},
	    {"100% wrong %s", "Job\nTime%n", "malformed-record: Job?Time%n: 100% wrong %s"},
	};

	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		read_record(&(struct record){.number = 2,
		    .line = 9,
		    .offset = 70,
		    .values = values,
		    .fault = faults[i].fault,
		    .fault_field = faults[i].field});
		ck_assert_str_eq(text.bytes, faults[i].said);
		ck_assert(messages_reject(&messages));
		ck_assert_uint_eq(request.number, 2);
		ck_assert_uint_eq(request.line, 9);
		ck_assert_uint_eq(request.offset, 70);
		ck_assert_int_eq(request.existing, 0);
		ck_assert(request.due_unknown);
	}
}
END_TEST

/* ---- headers -------------------------------------------------------------------------------- */

static const struct {
	const char *name;
	const char *text;
	const char *field;
	const char *said; /* NULL: taken */
} headers[] = {
    {"a.csv", "ExistingCertificateId,CertificateId\n", NULL, NULL},
    {"a.csv", "request-id;EXISTING certificate_ID\n", NULL, NULL},
    {"a.csv", "RequestId,ExistingCertificateId,Outcome\n", NULL, NULL},
    {"a.csv", "RejectLine,RejectReasons,RequestId,ExistingCertificateId,RejectRecord\n", NULL,
	NULL},
    {"a.csv", "CertificateId,RequestId\n", "ExistingCertificateId",
	"the header lacks this column: expected ExistingCertificateId and CertificateId or "
	"RequestId"},
    {"a.csv", "ExistingCertificateId,JobTime\n", "CertificateId",
	"the header has neither this column nor RequestId: expected at least one of them"},
    {"a.csv",
	"Line,ExistingCertificateId,CertificateId,RequestId,JobTime,Outcome,SuccessfulStores,"
	"FailedStores,Messages\n",
	"", "this is a results file (it has Outcome and SuccessfulStores): expected a manifest"},
    {"a.jsonl", "{\"Line\":2,\"Outcome\":\"failed\",\"SuccessfulStores\":[]}\n", "",
	"this is a results file (it has Outcome and SuccessfulStores): expected a manifest"},
    {"a.jsonl", "{}\n", NULL, NULL}, /* a fault of the row */
};

START_TEST(checks_the_header)
{
	struct fields fields;
	struct reader_options options = {.name = headers[_i].name, .fields = &fields};
	struct reader *reader;
	struct error err = {0};
	char folder[64];
	int fd;

	scratch_enter(folder);
	scratch_write("manifest", headers[_i].text);
	fd = open("manifest", O_RDONLY);
	request_fields(&fields, &(struct texts){0});
	reader = reader_open(fd, &options, &err);
	ck_assert_msg(reader != NULL, "%s", err.text);
	if (headers[_i].said == NULL) {
		ck_assert_msg(request_check_header(reader, "a", &err) == 0, "%s", err.text);
	} else {
		ck_assert_int_eq(request_check_header(reader, "dir/a", &err), -1);
		ck_assert_int_eq(err.code, ERROR_INPUT);
		ck_assert_str_eq(err.file, "dir/a");
		ck_assert_str_eq(err.field, headers[_i].field);
		ck_assert_str_eq(err.text, headers[_i].said);
	}
	reader_close(reader);
	close(fd);
	scratch_leave(folder);
}
END_TEST

#define LOOP(test, table) \
	tcase_add_loop_test(tests, test, 0, (int)(sizeof(table) / sizeof((table)[0])))

int
main(void)
{
	Suite *suite = suite_create("request");
	TCase *tests = tcase_create("request");

	tcase_add_checked_fixture(tests, enter, leave);
	tcase_add_test(tests, reads_a_row);
	tcase_add_test(tests, reads_a_request_id);
	tcase_add_test(tests, starts_anew);
	LOOP(tells_every_fault, rows);
	LOOP(repairs_integers, good);
	tcase_add_test(tests, repairs_need_not_be_counted);
	tcase_add_test(tests, refused_values_are_not_repaired);
	LOOP(refuses_what_is_no_id, bad);
	tcase_add_test(tests, tells_no_password);
	LOOP(reads_times, good_times);
	LOOP(refuses_what_is_no_time, bad_times);
	tcase_add_test(tests, keeps_passwords_byte_for_byte);
	tcase_add_test(tests, takes_json_strings_of_digits);
	LOOP(takes_the_types_of_json, typed);
	tcase_add_test(tests, tells_the_fault_of_a_record);
	LOOP(checks_the_header, headers);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
