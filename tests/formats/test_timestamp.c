#include "timestamp.h"

#include "scratch.h"

#include <locale.h>
#include <time.h>

#define MINUTE INT64_C(60000)
#define DAY (1440 * MINUTE)

static const struct {
	const char *text;
	int64_t milliseconds;
	const char *formatted; /* NULL: as text */
} good[] = {
    {"1970-01-01T00:00:00Z", 0, NULL},
    {"1970-01-01T00:00:00.000Z", 0, "1970-01-01T00:00:00Z"},
    {"1970-01-01T00:00:00.001Z", 1, NULL},
    {"1969-12-31T23:59:59.999Z", -1, NULL},
    {"1969-12-31T23:59:59Z", -1000, NULL},
    {"2000-02-29T12:34:56Z", INT64_C(951827696000), NULL},
    {"2024-02-29T00:00:00Z", INT64_C(1709164800000), NULL},
    {"2026-11-22T20:17:26.123Z", INT64_C(1795378646123), NULL},
    {"2026-11-22T20:17:26.100Z", INT64_C(1795378646100), NULL},
    {"2038-01-19T03:14:08Z", INT64_C(2147483648000), NULL},
    {"0001-01-01T00:00:00Z", INT64_C(-62135596800000), NULL},
    {"1582-10-10T00:00:00Z", INT64_C(-12219724800000), NULL},
    {"9999-12-31T23:59:59.999Z", INT64_C(253402300799999), NULL},
};

#define NOT_TIME "not a UTC time: expected YYYY-MM-DDTHH:mm:ssZ"
#define BLANKS "blanks around the time: expected YYYY-MM-DDTHH:mm:ssZ and nothing else"
#define LOWER_CASE "a lower-case t or z: expected YYYY-MM-DDTHH:mm:ssZ with T and Z in capitals"
#define NO_ZONE "a time without a zone: expected UTC with a Z at the end, YYYY-MM-DDTHH:mm:ssZ"
#define OTHER_ZONE "a time in another zone: expected UTC with a Z at the end, YYYY-MM-DDTHH:mm:ssZ"
#define DATE_ALONE "a date without a time: expected UTC, YYYY-MM-DDTHH:mm:ssZ"
#define NO_SECONDS "a time without seconds: expected YYYY-MM-DDTHH:mm:ssZ"
#define COMMA "a comma before the fraction: expected a dot and exactly three digits"
#define FRACTION \
	"a fraction of the second that has not three digits: expected none, or exactly three"
#define FRACTION_SERVER \
	"a dot without digits: expected a fraction of the second after it, or no dot"
#define YEAR_ZERO "year 0000: expected a year from 0001 to 9999"
#define NO_MONTH "a month that does not exist: expected 01 to 12"
#define NO_DAY "a day that does not exist: expected a date of the calendar"
#define HOUR_24 "hour 24: expected 00 to 23 (midnight is 00:00:00Z of the day that begins)"
#define LEAP_SECOND "second 60: leap seconds are not taken, expected 00 to 59"
#define NO_TIME_OF_DAY "a time of day that does not exist: expected 00:00:00 to 23:59:59"
#define SPREADSHEET_DATE                                                                     \
	"a date as a spreadsheet shows it: expected UTC, YYYY-MM-DDTHH:mm:ssZ, in a column " \
	"formatted as text"
#define SPREADSHEET_NUMBER                                                                         \
	"a number, which is how a spreadsheet stores a date: expected UTC, YYYY-MM-DDTHH:mm:ssZ, " \
	"in a column formatted as text"

static const struct {
	const char *text;
	const char *fault;
} bad[] = {
    {"", NOT_TIME},
    {"now", NOT_TIME},
    {"Z", NOT_TIME},
    {"2026-11-22T20:17:26X", NOT_TIME},
    {"2026-11-22T20:17:26ZZ", NOT_TIME},
    {"2026-11-22T20:17:26.123ZZ", NOT_TIME},
    {"2026-11-22T20:17:26+", NOT_TIME},
    {"2026-11-22x20:17:26Z", NOT_TIME},
    {"2026-W47-7T20:17:26Z", NOT_TIME},
    {"2026-326T20:17:26Z", NOT_TIME},
    {"20261122T201726Z", NOT_TIME},
    {"+2026-11-22T20:17:26Z", NOT_TIME},
    {"12026-11-22T20:17:26Z", NOT_TIME},
    {"-45249", NOT_TIME},
    {" 2026-11-22T20:17:26Z", BLANKS},
    {"2026-11-22T20:17:26Z ", BLANKS},
    {"2026-11-22T20:17:26Z\t", BLANKS},
    {" ", BLANKS},
    {"2026-11-22t20:17:26Z", LOWER_CASE},
    {"2026-11-22T20:17:26z", LOWER_CASE},
    {"2026-11-22T20:17:26.123z", LOWER_CASE},
    {"2026-11-22T20:17:26", NO_ZONE},
    {"2026-11-22T20:17:26.123", NO_ZONE},
    {"2026-11-22T20:17:26+00:00", OTHER_ZONE},
    {"2026-11-22T20:17:26.123+01:00", OTHER_ZONE},
    {"2026-11-22T20:17:26-05", OTHER_ZONE},
    {"2026-11-22", DATE_ALONE},
    {"2026-11-22T20:17Z", NO_SECONDS},
    {"2026-11-22T20:17", NO_SECONDS},
    {"2026-11-22T20:17:26,123Z", COMMA},
    {"2026-11-22T20:17:26.Z", FRACTION},
    {"2026-11-22T20:17:26.1Z", FRACTION},
    {"2026-11-22T20:17:26.12Z", FRACTION},
    {"2026-11-22T20:17:26.1234Z", FRACTION},
    {"0000-11-22T20:17:26Z", YEAR_ZERO},
    {"2026-00-22T20:17:26Z", NO_MONTH},
    {"2026-13-22T20:17:26Z", NO_MONTH},
    {"2026-11-00T20:17:26Z", NO_DAY},
    {"2026-11-31T20:17:26Z", NO_DAY},
    {"2026-02-29T20:17:26Z", NO_DAY},
    {"2100-02-29T20:17:26Z", NO_DAY},
    {"2024-02-30T20:17:26Z", NO_DAY},
    {"2026-11-22T24:00:00Z", HOUR_24},
    {"2016-12-31T23:59:60Z", LEAP_SECOND},
    {"2026-11-22T25:00:00Z", NO_TIME_OF_DAY},
    {"2026-11-22T20:60:00Z", NO_TIME_OF_DAY},
    {"2026-11-22T20:17:61Z", NO_TIME_OF_DAY},
    {"2026-11-22 20:17", SPREADSHEET_DATE},
    {"2026-11-22 20:17:26", SPREADSHEET_DATE},
    {"2026-11-22 20:17:26Z", SPREADSHEET_DATE},
    {"11/22/2026", SPREADSHEET_DATE},
    {"11/22/2026 8:17:26 PM", SPREADSHEET_DATE},
    {"22.11.2026", SPREADSHEET_DATE},
    {"22.11.2026 20:17", SPREADSHEET_DATE},
    {"22-11-2026", SPREADSHEET_DATE},
    {"22-Nov-26", SPREADSHEET_DATE},
    {"2026/11/22 20:17", SPREADSHEET_DATE},
    {"45249", SPREADSHEET_NUMBER},
    {"45249.6826", SPREADSHEET_NUMBER},
    {"45249,6826", SPREADSHEET_NUMBER},
    {"4.5249E+04", SPREADSHEET_NUMBER},
};

START_TEST(parses)
{
	char text[TIMESTAMP_SIZE];
	int64_t milliseconds = 42;

	ck_assert_pstr_eq(
	    timestamp_parse(good[_i].text, strlen(good[_i].text), &milliseconds), NULL);
	ck_assert_int_eq(milliseconds, good[_i].milliseconds);
	ck_assert_ptr_eq(timestamp_format(milliseconds, text), text);
	ck_assert_str_eq(text, good[_i].formatted == NULL ? good[_i].text : good[_i].formatted);
	ck_assert_pstr_eq(
	    timestamp_parse_server(good[_i].text, strlen(good[_i].text), &milliseconds), NULL);
	ck_assert_int_eq(milliseconds, good[_i].milliseconds);
}
END_TEST

START_TEST(refuses)
{
	int64_t milliseconds;

	ck_assert_msg(timestamp_parse(bad[_i].text, strlen(bad[_i].text), &milliseconds) != NULL,
	    "'%s' was taken", bad[_i].text);
	ck_assert_str_eq(
	    timestamp_parse(bad[_i].text, strlen(bad[_i].text), &milliseconds), bad[_i].fault);
	ck_assert_int_eq(milliseconds, 0);
}
END_TEST

/* The length alone ends a text: nothing after it is read, and a NUL in it is a character. */
START_TEST(keeps_to_the_length)
{
	int64_t milliseconds;

	ck_assert_pstr_eq(timestamp_parse("1970-01-01T00:00:01Z9", 20, &milliseconds), NULL);
	ck_assert_int_eq(milliseconds, 1000);
	ck_assert_str_eq(timestamp_parse("1970-01-01T00:00:01Z", 19, &milliseconds), NO_ZONE);
	ck_assert_str_eq(timestamp_parse("1970-01-01T00:00:01Z", 21, &milliseconds), NOT_TIME);
	for (size_t length = 0; length < 24; length++) {
		char *exact = malloc(
		    length == 0 ? 1 : length); /* the sanitizer notices a read past the end */

		ck_assert_ptr_nonnull(exact);
		memcpy(exact, "2026-11-22T20:17:26.123Z", length);
		ck_assert_ptr_nonnull(timestamp_parse(exact, length, &milliseconds));
		free(exact);
	}
}
END_TEST

START_TEST(parses_as_a_server_prints)
{
	static const struct {
		const char *text;
		const char *formatted;
		const char *fault;
	} table[] = {
	    {"2026-11-22T20:17:26", "2026-11-22T20:17:26Z", NULL},
	    {"2026-11-22T20:17:26Z", "2026-11-22T20:17:26Z", NULL},
	    {"2026-11-22T20:17:26+00:00", "2026-11-22T20:17:26Z", NULL},
	    {"2026-11-22T20:17:26.1", "2026-11-22T20:17:26.100Z", NULL},
	    {"2026-11-22T20:17:26.12Z", "2026-11-22T20:17:26.120Z", NULL},
	    {"2026-11-22T20:17:26.1239999", "2026-11-22T20:17:26.123Z", NULL},
	    {"2026-11-22T20:17:26.000999999+00:00", "2026-11-22T20:17:26Z", NULL},
	    {"2026-11-22T20:17:26.", NULL, FRACTION_SERVER},
	    {"2026-11-22T20:17:26.1234567890Z", "2026-11-22T20:17:26.123Z", NULL},
	    {"2026-11-22T20:17:26-00:00", NULL, OTHER_ZONE},
	    {"2026-11-22T20:17:26+01:00", NULL, OTHER_ZONE},
	    {"2026-11-22T20:17:26+0000", NULL, OTHER_ZONE},
	    {"2026-11-22T20:17:26z", NULL, LOWER_CASE},
	    {"2026-11-22", NULL, DATE_ALONE},
	    {"2026-11-22T20:17:26 ", NULL, BLANKS},
	    {"2026-02-30T20:17:26", NULL, NO_DAY},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		char text[TIMESTAMP_SIZE];
		int64_t milliseconds;

		ck_assert_pstr_eq(
		    timestamp_parse_server(table[i].text, strlen(table[i].text), &milliseconds),
		    table[i].fault);
		if (table[i].fault == NULL)
			ck_assert_str_eq(timestamp_format(milliseconds, text), table[i].formatted);
	}
}
END_TEST

/* The first and last day of every month of 9,999 years, counted by adding the days of one month
 * after the other; and every day of an era of 400 years. */
START_TEST(knows_the_calendar)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int64_t count = INT64_C(-719162); /* 0001-01-01 */

	for (int year = 1; year <= 9999; year++) {
		bool leap = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0);

		for (int month = 1; month <= 12; month++) {
			int last = days[month - 1] + (month == 2 && leap);

			for (int day = 1; day <= last; day++, count++) {
				char text[TIMESTAMP_SIZE], expected[64];
				int64_t milliseconds;

				if (day > 1 && day < last && (year < 1900 || year > 2300))
					continue;
				snprintf(expected, sizeof(expected), "%04d-%02d-%02dT00:00:00Z",
				    year, month, day);
				if (strcmp(timestamp_format(count * DAY, text), expected) == 0 &&
				    timestamp_parse(expected, 20, &milliseconds) == NULL &&
				    milliseconds == count * DAY)
					continue;
				ck_abort_msg("%s came out as %s", expected, text);
			}
		}
	}
	ck_assert_int_eq(count, INT64_C(2932897)); /* 10000-01-01 */
}
END_TEST

START_TEST(formats_what_has_more_than_four_digits)
{
	char text[TIMESTAMP_SIZE];

	ck_assert_str_eq(
	    timestamp_format(INT64_C(253402300800000), text), "+10000-01-01T00:00:00Z");
	ck_assert_str_eq(
	    timestamp_format(INT64_C(-62135596800001), text), "0000-12-31T23:59:59.999Z");
	ck_assert_str_eq(
	    timestamp_format(INT64_C(-62167219200001), text), "-0001-12-31T23:59:59.999Z");
	ck_assert_str_eq(timestamp_format(INT64_MAX, text), "+292278994-08-17T07:12:55.807Z");
	ck_assert_str_eq(timestamp_format(INT64_MIN, text), "-292275055-05-16T16:47:04.192Z");
}
END_TEST

/* The same in every time zone and locale: no function of libc that depends on them is used. */
START_TEST(follows_neither_zone_nor_locale)
{
	static const char *const zones[] = {"Pacific/Chatham", "America/St_Johns",
	    "XXX-13:45YYY-14:45,J1/0,J365/23", "right/UTC", "nonsense", ""};

	for (size_t zone = 0; zone < sizeof(zones) / sizeof(zones[0]); zone++) {
		setenv("TZ", zones[zone], 1);
		tzset();
		setenv("LC_ALL", zone % 2 == 0 ? "tr_TR.UTF-8" : "ar_SA", 1);
		setlocale(LC_ALL, "");
		for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
			int64_t milliseconds;

			ck_assert_pstr_eq(
			    timestamp_parse(good[i].text, strlen(good[i].text), &milliseconds),
			    NULL);
			ck_assert_int_eq(milliseconds, good[i].milliseconds);
		}
	}
	unsetenv("TZ");
	unsetenv("LC_ALL");
	tzset();
	setlocale(LC_ALL, "C");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("timestamp");
	TCase *tests = tcase_create("timestamp");

	tcase_add_loop_test(tests, parses, 0, (int)(sizeof(good) / sizeof(good[0])));
	tcase_add_loop_test(tests, refuses, 0, (int)(sizeof(bad) / sizeof(bad[0])));
	tcase_add_test(tests, keeps_to_the_length);
	tcase_add_test(tests, parses_as_a_server_prints);
	tcase_add_test(tests, knows_the_calendar);
	tcase_add_test(tests, formats_what_has_more_than_four_digits);
	tcase_add_test(tests, follows_neither_zone_nor_locale);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
