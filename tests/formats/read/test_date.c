#include "read/date.h"
#include "read/spreadsheet.h"
#include "scratch.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const dates[] = {
    /* ISO 8601, and forms that are nearly that */
    "2026-01-05", "2026-01-05T22:00:00Z", "2026-01-05T22:00:00.000Z", "2026-01-05T22:00",
    "2026-01-05T22:00:00", "2026-01-05T22:00:00+01:00", "2026-01-05T22:00:00.1234567-0500",
    "2026-01-05 22:00:00", "2026-01-05 22:00:00+01", "2026-01-05 22:00:00 UTC", "2026-1-5",
    "20260105T220000Z", "20260105T2200", "20260105T220000.123Z", "20260105220000Z",
    "2026-01-05t22:00z", "2026-01-05Z", "2026-01-05T22:00+01:00[Europe/Berlin]", "2026-01-05-22:00",
    "0000-00-00 00:00:00",
    /* with dots, slashes and dashes */
    "5.1.2026", "05.01.2026 22:00", "05.01.26", "5.1.2026 22.00", "1/5/2026", "1/5/26",
    "01/05/2026 10:00:00 PM", "1/5/26 22:00", "2026/01/05", "2026/01/05 22:00", "5-1-2026",
    "05-01-26", "26/01/05", "2026.01.05", "2026. 1. 5.", "31/12/2026", "12/31/2026",
    /* times alone */
    "22:00", "22:00:00", "9:30", "24:00", "22:00Z", "22:00 CET", "22:00+01:00", "T22:00", "10 PM",
    "10pm", "10:00 p.m.",
    "10:00\xe2\x80\xaf"
    "PM",
    "22 Uhr", "22.00 Uhr", "22h00", "5.1.2026 22h",
    /* names of months */
    "5-Jan-26", "5-Jan-2026", "5-Jan", "Jan-26", "05Jan2026", "5 January 2026", "January 5, 2026",
    "Jan 5, 2026 10:00 PM", "5. Januar 2026", "5. M\xc3\xa4rz 2026 22:00 Uhr", "5 mai 2026",
    "5 de enero de 2026", "5 f\xc3\xa9vrier 2026", "2026-Jan-05", "Mon, 05 Jan 2026 22:00:00 +0100",
    "Mon Jan  5 22:00:00 UTC 2026", "Monday, January 5, 2026 10:00:00 PM", "Mo 05.01.2026",
    "Mon Jan 05 2026 22:00:00 GMT+0100 (Central European Standard Time)", "1st March 2026",
    "Jan-5-26", "5/Jan/2026",
    "2026\xe5\xb9\xb4"
    "1\xe6\x9c\x88"
    "5\xe6\x97\xa5 22:00",
    /* the ends of a time */
    "22:00-23:00", "22:00 - 06:00", "22:00 to 06:00", "2026-01-05T22:00:00Z/2026-01-06T02:00:00Z",
    "05.01.2026 22:00 bis 06.01.2026 02:00",
    "22:00\xe2\x80\x93"
    "23:00",
    /* with text that spreadsheets and dialogues put around them */
    " 2026-01-05 ", "'2026-01-05", "=\"2026-01-05\"", "\"2026-01-05 22:00\"",
    "\xe2\x80\x8e"
    "1/\xe2\x80\x8e"
    "5/\xe2\x80\x8e"
    "2026 \xe2\x80\x8f\xe2\x80\x8e"
    "10:00 PM"};

static const char *const others[] = {"", " ", "-", "--", "n/a",
    /* plain numbers */
    "0", "5", "2026", "20260105", "20260105220000", "53022", "53022.9167", "1767650400",
    "1767650400000", "-5", "+5", "1.5", "22.30", "1,234", "1.234.567", "1E+05", "12.000,50", "007",
    /* numbers with marks that are no dates */
    "10.1.2.3", "192.168.10.12", "10.4.12", "1.2.3", "2.0.1", "1.3.6.1.4.1", "2026-01", "5-7",
    "1/5", "3/4", "12-34-56", "555-12-2026", "2026-13-32", "32/13/2026", "0-0-0", "1:2", "25:00",
    "10:61", "12:345", "00:11:22:33:44:55", "1.2.3.2026", "2026-01-05-77", "4711-0815",
    "CHG-2026-01-05", "INC20260105", "2026Q1", "Q1 2026", "24h", "P1D", "PT5M", "7d", "10%", "#5",
    "(5)", "5 EUR",
    /* words and texts */
    "May", "March", "Sunday", "Mon", "www", "mar01", "jan05", "sat1", "web01.example.com",
    "host:8443", "now", "immediately", "set 1", "Mark 5", "a 5", "on 5", "2026-01-05: made by Bob",
    "until 2026-01-05, says Bob", "2026-01-05 DONE", "22:00 or later", "March 5 servers",
    "10:00 (Bob", "May-be", "Datum", "M\xc3\xbcller 5", "Z", "T", "PM", "t1", "p.m.", "GMT", "[5]",
    "7C:2A:9F:00:11:22", "https://example.com/2026/01/05", "/srv/2026-01-05.pem", "2026-01-05T",
    "2026-01-05T22", "\xff\xfe", "5.\xff", "22:00\xff"};

/* In memory of exactly its size, so that the sanitizers notice a read past the end. */
static bool
is_date(const char *text, size_t length)
{
	char *copy = malloc(length == 0 ? 1 : length);
	bool date;

	ck_assert_ptr_nonnull(copy);
	memcpy(copy, text, length);
	date = date_is_common(copy, length);
	free(copy);
	return date;
}

START_TEST(knows_dates)
{
	ck_assert_msg(is_date(dates[_i], strlen(dates[_i])), "%s", dates[_i]);
}
END_TEST

START_TEST(knows_others)
{
	ck_assert_msg(!is_date(others[_i], strlen(others[_i])), "%s", others[_i]);
}
END_TEST

/* Values cut at each byte, and long ones. */
START_TEST(reads_no_further)
{
	char longest[300];

	for (size_t i = 0; i < sizeof(dates) / sizeof(dates[0]); i++)
		for (size_t length = 0; length < strlen(dates[i]); length++)
			(void)is_date(dates[i], length);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		for (size_t length = 0; length < strlen(others[i]); length++)
			(void)is_date(others[i], length);
	memset(longest, ' ', sizeof(longest));
	memcpy(longest, "2026-01-05", 10);
	ck_assert(is_date(longest, 100));
	ck_assert(!is_date(longest, 101));
	memset(longest, '9', sizeof(longest));
	ck_assert(!is_date(longest, 100));
	ck_assert(!is_date("2026-01-05\0", 11));
}
END_TEST

/* ---- error values of spreadsheets ------------------------------------------------------------ */

static const char *const errors[] = {"#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NUM!",
    "#NULL!", "#SPILL!", "#CALC!", "#GETTING_DATA", "#FIELD!", "#BLOCKED!", "#NV", "#BEZUG!",
    "#WERT!", "#ZAHL!", "#VALEUR!", "#NOM?", "#N/D", "#N/B", "#WAARDE!", "Err:502",
    "#\xc2\xa1"
    "DIV/0!"};
static const char *const no_errors[] = {"", "#", "##", "#####", "#N", "#N/A!", "N/A", "#n/a",
    "#NAME", "#REF", "#1", "#secret!", "#N/A #N/A", "Err:", "Err:5021", "error", "\xc2\xa0#N/A"};

START_TEST(knows_errors)
{
	char text[64];

	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		ck_assert_msg(
		    spreadsheet_error(errors[i], strlen(errors[i])) != NULL, "%s", errors[i]);
		ck_assert_str_eq(spreadsheet_error(errors[i], strlen(errors[i])), errors[i]);
		snprintf(text, sizeof(text), " \t%s ", errors[i]);
		ck_assert_str_eq(spreadsheet_error(text, strlen(text)), errors[i]);
		ck_assert_ptr_null(spreadsheet_error(errors[i], strlen(errors[i]) - 1));
	}
	for (size_t i = 0; i < sizeof(no_errors) / sizeof(no_errors[0]); i++)
		ck_assert_msg(spreadsheet_error(no_errors[i], strlen(no_errors[i])) == NULL, "%s",
		    no_errors[i]);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("date");
	TCase *tests = tcase_create("date");

	tcase_add_loop_test(tests, knows_dates, 0, (int)(sizeof(dates) / sizeof(dates[0])));
	tcase_add_loop_test(tests, knows_others, 0, (int)(sizeof(others) / sizeof(others[0])));
	tcase_add_test(tests, reads_no_further);
	tcase_add_test(tests, knows_errors);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
