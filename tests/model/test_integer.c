#include "request_fixture.h"

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

int
main(void)
{
	Suite *suite = suite_create("integer");
	TCase *tests = tcase_create("integer");

	tcase_add_checked_fixture(tests, enter, leave);
	LOOP(repairs_integers, good);
	tcase_add_test(tests, repairs_need_not_be_counted);
	tcase_add_test(tests, refused_values_are_not_repaired);
	LOOP(refuses_what_is_no_id, bad);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
