#include "request_fixture.h"

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

/* ---- values that are damaged ---------------------------------------------------------------- */

#define ERROR_VALUE \
	" is a spreadsheet's error value: mend the formula or clear the cell, and save again"
#define COPIED ": an invisible character is in it, as in text that was copied: type it again"

/* As a password it is one. */
START_TEST(names_error_values)
{
	static const char *const values[] = {"#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!",
	    "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#GETTING_DATA", "#FIELD!", "#BLOCKED!", "#NV",
	    "#BEZUG!", "#WERT!", "#ZAHL!", "#VALEUR!", "#NOM?"};
	char said[512];

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		const char *v = values[i];

		snprintf(said, sizeof(said),
		    "bad-integer: ExistingCertificateId: \"%s\"" ERROR_VALUE
		    "; bad-integer: CertificateId: \"%s\"" ERROR_VALUE
		    "; bad-job-time: JobTime: \"%s\"" ERROR_VALUE,
		    v, v, v);
		for (int json = 0; json <= 1; json++) {
			ck_assert_str_eq(read_texts(json, v, NULL, v, v, v), said);
			ck_assert_str_eq(request.password, v);
			ck_assert(request.due_unknown);
		}
		snprintf(said, sizeof(said), "bad-integer: RequestId: \"%s\"" ERROR_VALUE, v);
		ck_assert_str_eq(read_texts(false, NULL, v, "8", NULL, NULL), said);
	}
	ck_assert_str_eq(read_texts(false, " #N/A ", NULL, "8", NULL, NULL),
	    "bad-integer: CertificateId: \"#N/A\"" ERROR_VALUE);
	ck_assert_str_eq(read_texts(false, "#N/B/", NULL, "8", NULL, NULL),
	    "bad-integer: CertificateId: a value of 5 bytes: " NO_ID);
}
END_TEST

START_TEST(names_invisible_characters)
{
	ck_assert_str_eq(read_texts(false,
			     "\xe2\x80\x8e"
			     "9",
			     NULL, "8", "2030-01-02T03:04:05Z\xe2\x80\x8b", "\xe2\x80\x8b"),
	    "bad-integer: CertificateId: a value of 4 bytes" COPIED
	    "; bad-job-time: JobTime: a value of 23 bytes" COPIED);
	ck_assert_uint_eq(request.password_length, 3);
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
	"a date as a spreadsheet shows it: expected UTC, " SHAPE ", in a column formatted as text"

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
    {"2030-01-02", "\"2030-01-02\": a date without a time: expected UTC, " SHAPE},
    {"2030-01-02T03:04Z", "\"2030-01-02T03:04Z\": a time without seconds: expected " SHAPE},
    {"2030-01-02t03:04:05Z",
	"a value of 20 bytes: a lower-case t or z: expected " SHAPE " with T and Z in capitals"},
    {"1/2/2030 3:04", "\"1/2/2030 3:04\": " SHEET_DATE},
    {"2030-01-02 03:04:05", "\"2030-01-02 03:04:05\": " SHEET_DATE},
    {"47485.1278",
	"\"47485.1278\": a number, which is how a spreadsheet stores a date: expected UTC, " SHAPE
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

/* Of one that has a request's field the record means nothing; nor does an empty one. */
START_TEST(knows_a_record_that_is_not_mended)
{
	static const char said[] = "malformed-record: not mended yet, RejectRecord has the record "
				   "as it was: expected its fields";
	struct value values[REQUEST_FIELD_COUNT] = {[REQUEST_FIELD_LINE] = text_value("2"),
	    [REQUEST_FIELD_REASONS] = text_value("run 1: x")};
	const struct record record = {.number = 1, .line = 2, .values = values};

	ck_assert(request_is_reject(&record));
	for (int i = 0; i < REQUEST_FIELD_LINE; i++)
		values[i] = (struct value){i % 2 == 0 ? VALUE_NULL : VALUE_TEXT, "", 0};
	ck_assert_ptr_null(request_unmended(&record));
	read_record(&record);
	ck_assert_ptr_nonnull(strstr(text.bytes, "missing-existing-certificate"));
	values[REQUEST_FIELD_RECORD] = text_value("hunter2");
	ck_assert_str_eq(request_unmended(&record), "hunter2");
	read_record(&record);
	ck_assert_str_eq(text.bytes, said);
	ck_assert(messages_reject(&messages));
	ck_assert(request.due_unknown);
	ck_assert_int_eq(request_mends(&record), 1);
	for (int i = 0; i < REQUEST_FIELD_LINE; i++) {
		const struct value before = values[i];

		values[i] = text_value("5");
		ck_assert_ptr_null(request_unmended(&record));
		values[i] = before;
	}
	values[REQUEST_FIELD_LINE] = values[REQUEST_FIELD_REASONS] = (struct value){0};
	ck_assert_str_eq(request_unmended(&record), "hunter2");
	ck_assert(!request_is_reject(&record));
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

/* A reader of these bytes, in a folder of its own. */
static struct reader *
open_manifest(const char *name, const char *bytes, int *fd)
{
	static struct fields fields;
	struct reader_options options = {.name = name, .fields = &fields};
	struct error err = {0};
	struct reader *reader;

	scratch_write("manifest", bytes);
	*fd = open("manifest", O_RDONLY);
	request_fields(&fields, &(struct text_list){0}, false);
	reader = reader_open(*fd, &options, &err);
	ck_assert_msg(reader != NULL, "%s", err.text);
	return reader;
}

START_TEST(checks_the_header)
{
	struct reader *reader;
	struct error err = {0};
	char folder[64];
	int fd;

	scratch_enter(folder);
	reader = open_manifest(headers[_i].name, headers[_i].text, &fd);
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

START_TEST(knows_a_rejects_file)
{
	static const struct {
		const char *name;
		const char *text;
		bool is_rejects;
	} files[] = {
	    {"a.csv", "RequestId,ExistingCertificateId\n", false},
	    {"a.csv", "RequestId,ExistingCertificateId,RejectLine\n", true},
	    {"a.csv", "reject reasons,RequestId,ExistingCertificateId\n", true},
	    {"a.csv", "RequestId,ExistingCertificateId,RejectRecord\n", false},
	    {"a.jsonl", "{\"RequestId\":1,\"REJECT_LINE\":\"1\"}\n", true},
	    {"a.jsonl", "{\"RequestId\":1}\n{\"RejectLine\":\"1\"}\n", false},
	    {"a.jsonl", "nothing\n{\"RejectReasons\":null}\n", true},
	    {"a.json", "[{\"RejectReasons\":\"run 1: x\"}]", true},
	    {"a.json", "[]", false},
	};

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct reader *reader;
		char folder[64];
		int fd;

		scratch_enter(folder);
		reader = open_manifest(files[i].name, files[i].text, &fd);
		ck_assert_msg(request_is_rejects(reader) == files[i].is_rejects, "%s: %s",
		    files[i].name, files[i].text);
		reader_close(reader);
		close(fd);
		scratch_leave(folder);
	}
}
END_TEST

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
	tcase_add_test(tests, tells_no_password);
	tcase_add_test(tests, names_error_values);
	tcase_add_test(tests, names_invisible_characters);
	LOOP(reads_times, good_times);
	LOOP(refuses_what_is_no_time, bad_times);
	tcase_add_test(tests, keeps_passwords_byte_for_byte);
	tcase_add_test(tests, takes_json_strings_of_digits);
	LOOP(takes_the_types_of_json, typed);
	tcase_add_test(tests, tells_the_fault_of_a_record);
	tcase_add_test(tests, knows_a_record_that_is_not_mended);
	LOOP(checks_the_header, headers);
	tcase_add_test(tests, knows_a_rejects_file);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
