#include "timestamp.h"

#include "decimal.h"

#include <stdio.h>
#include <string.h>

#define SHAPE "YYYY-MM-DDTHH:mm:ssZ"
#define DATE_TIME_LENGTH 19 /* YYYY-MM-DDTHH:mm:ss */
#define DAY_MILLISECONDS INT64_C(86400000)

/* The faults. Where a spreadsheet changed the time, the text says so. */
static const char NOT_TIME[] = "not a UTC time: expected " SHAPE;
static const char BLANKS[] = "blanks around the time: expected " SHAPE " and nothing else";
static const char LOWER_CASE[] = "a lower-case t or z: expected " SHAPE " with T and Z in capitals";
static const char NO_ZONE[] = "a time without a zone: expected UTC with a Z at the end, " SHAPE;
static const char OTHER_ZONE[] = "a time in another zone: expected UTC with a Z at the end, " SHAPE;
static const char DATE_ALONE[] = "a date without a time: expected UTC, " SHAPE;
static const char NO_SECONDS[] = "a time without seconds: expected " SHAPE;
static const char COMMA[] = "a comma before the fraction: expected a dot and exactly three digits";
static const char FRACTION[] =
    "a fraction of the second that has not three digits: expected none, or exactly three";
static const char FRACTION_SERVER[] =
    "a dot without digits: expected a fraction of the second after it, or no dot";
static const char YEAR_ZERO[] = "year 0000: expected a year from 0001 to 9999";
static const char NO_MONTH[] = "a month that does not exist: expected 01 to 12";
static const char NO_DAY[] = "a day that does not exist: expected a date of the calendar";
static const char HOUR_24[] =
    "hour 24: expected 00 to 23 (midnight is 00:00:00Z of the day that begins)";
static const char LEAP_SECOND[] = "second 60: leap seconds are not taken, expected 00 to 59";
static const char NO_TIME_OF_DAY[] =
    "a time of day that does not exist: expected 00:00:00 to 23:59:59";
static const char SPREADSHEET_DATE[] = "a date as a spreadsheet shows it: expected UTC, " SHAPE
				       ", in a column formatted as text";
static const char SPREADSHEET_NUMBER[] =
    "a number, which is how a spreadsheet stores a date: expected UTC, " SHAPE
    ", in a column formatted as text";

/* What a profile takes beside SHAPE. */
struct profile {
	size_t least_digits; /* of a fraction */
	size_t most_digits;
	const char *fraction;
	bool loose; /* Z may be missing, or be +00:00 */
};

static const struct profile manifest_profile = {3, 3, FRACTION, false};
static const struct profile server_profile = {1, SIZE_MAX, FRACTION_SERVER, true};

static bool
timestamp_is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Whether the text begins with the pattern: '0' is any digit, '?' anything, the rest itself. */
static bool
timestamp_begins(const char *text, size_t length, const char *pattern)
{
	size_t count = strlen(pattern);

	if (length < count)
		return false;
	for (size_t i = 0; i < count; i++)
		if (pattern[i] == '0' ? !decimal_is_digit(text[i])
				      : pattern[i] != '?' && pattern[i] != text[i])
			return false;
	return true;
}

static bool
timestamp_matches(const char *text, size_t length, const char *pattern)
{
	return length == strlen(pattern) && timestamp_begins(text, length, pattern);
}

static int
timestamp_number(const char *digits, size_t count)
{
	int value = 0;

	for (size_t i = 0; i < count; i++)
		value = value * 10 + (digits[i] - '0');
	return value;
}

static size_t
timestamp_digits_at(const char *text, size_t length)
{
	size_t count = 0;

	while (count < length && decimal_is_digit(text[count]))
		count++;
	return count;
}

/* 46000, 45249.6826, 45249,6826, 4.5249E+04 */
static bool
timestamp_is_serial_number(const char *text, size_t length)
{
	size_t i = timestamp_digits_at(text, length);

	if (i == 0)
		return false;
	if (i < length && (text[i] == '.' || text[i] == ',')) {
		i++;
		i += timestamp_digits_at(text + i, length - i);
	}
	if (i < length && (text[i] == 'E' || text[i] == 'e')) {
		i++;
		if (i < length && (text[i] == '+' || text[i] == '-'))
			i++;
		i += timestamp_digits_at(text + i, length - i);
	}
	return i == length;
}

/* 12/31/2026, 31.12.2026 10:00, 2026-12-31 10:00:00, 31-12-2026, 31-Dec-26, 1/2/26 3:04 PM */
static bool
timestamp_is_spreadsheet_date(const char *text, size_t length)
{
	size_t count = timestamp_digits_at(text, length);
	char separator;

	if (count == 0 || count == length)
		return false;
	separator = text[count];
	if (timestamp_begins(text, length, "0000-00-00 "))
		return true;
	if (separator == '/' || separator == '.')
		return true;
	return separator == '-' && count < 4;
}

/* The fault of a text that does not begin as SHAPE does. */
static const char *
timestamp_wrong_shape(const char *text, size_t length)
{
	if (length > 0 && (timestamp_is_blank(text[0]) || timestamp_is_blank(text[length - 1])))
		return BLANKS;
	if (timestamp_matches(text, length, "0000-00-00"))
		return DATE_ALONE;
	if (timestamp_begins(text, length, "0000-00-00T00:00") &&
	    !timestamp_begins(text, length, "0000-00-00T00:00:"))
		return NO_SECONDS;
	if (timestamp_is_serial_number(text, length))
		return SPREADSHEET_NUMBER;
	if (timestamp_is_spreadsheet_date(text, length))
		return SPREADSHEET_DATE;
	return NOT_TIME;
}

static bool
timestamp_is_leap_year(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int
timestamp_days_of_month(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return days[month - 1] + (month == 2 && timestamp_is_leap_year(year) ? 1 : 0);
}

/*
 * Days from 1970-01-01 to a date of the proleptic Gregorian calendar. The years counted here begin
 * in March, so that the leap day is the last one; 400 of them, an era, have 146,097 days.
 * 1970-01-01 is day 719,468 from 0000-03-01.
 */
static int64_t
timestamp_days_of_date(int year, int month, int day)
{
	int era, year_of_era, day_of_year;

	if (month <= 2)
		year--;
	era = year / 400; /* years from 0001, so never below 0 */
	year_of_era = year - era * 400;
	day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return (int64_t)era * 146097 + INT64_C(365) * year_of_era + year_of_era / 4 -
	       year_of_era / 100 + day_of_year - 719468;
}

/* The reverse of timestamp_days_of_date(). */
static void
timestamp_date_of_days(int64_t days, int64_t *year, int *month, int *day)
{
	int64_t era, day_of_era, year_of_era, day_of_year, shifted;

	days += 719468;
	era = (days >= 0 ? days : days - 146096) / 146097;
	day_of_era = days - era * 146097;
	year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) /
		      365;
	day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	shifted = (5 * day_of_year + 2) / 153;
	*day = (int)(day_of_year - (153 * shifted + 2) / 5 + 1);
	*month = (int)(shifted < 10 ? shifted + 3 : shifted - 9);
	*year = year_of_era + era * 400 + (*month <= 2 ? 1 : 0);
}

/* Reads the 19 characters; that they have the shape was checked before. */
static const char *
timestamp_parse_date_time(const char *text, int64_t *milliseconds)
{
	int year = timestamp_number(text, 4), month = timestamp_number(text + 5, 2),
	    day = timestamp_number(text + 8, 2);
	int hour = timestamp_number(text + 11, 2), minute = timestamp_number(text + 14, 2),
	    second = timestamp_number(text + 17, 2);

	if (year == 0)
		return YEAR_ZERO;
	if (month < 1 || month > 12)
		return NO_MONTH;
	if (day < 1 || day > timestamp_days_of_month(year, month))
		return NO_DAY;
	if (hour == 24)
		return HOUR_24;
	if (second == 60)
		return LEAP_SECOND;
	if (hour > 23 || minute > 59 || second > 59)
		return NO_TIME_OF_DAY;
	*milliseconds = timestamp_days_of_date(year, month, day) * DAY_MILLISECONDS +
			INT64_C(1000) * (hour * 3600 + minute * 60 + second);
	return NULL;
}

/* Reads a dot and digits, if there are any, as milliseconds, and moves *text past them. */
static const char *
timestamp_parse_fraction(
    const struct profile *profile, const char **text, size_t *length, int64_t *milliseconds)
{
	size_t count;

	*milliseconds = 0;
	if (*length == 0 || (**text != '.' && **text != ','))
		return NULL;
	if (**text == ',')
		return COMMA;
	count = timestamp_digits_at(*text + 1, *length - 1);
	if (count < profile->least_digits || count > profile->most_digits)
		return profile->fraction;
	for (size_t i = 0; i < 3; i++)
		*milliseconds = *milliseconds * 10 +
				(i < count ? timestamp_number(*text + 1 + i, 1) : 0);
	*text += 1 + count;
	*length -= 1 + count;
	return NULL;
}

static const char *
timestamp_parse_zone(const struct profile *profile, const char *text, size_t length)
{
	if (length == 1 && *text == 'Z')
		return NULL;
	if (length == 1 && *text == 'z')
		return LOWER_CASE;
	if (length == 0)
		return profile->loose ? NULL : NO_ZONE;
	if (profile->loose && length == 6 && memcmp(text, "+00:00", 6) == 0)
		return NULL;
	if ((*text == '+' || *text == '-') && length > 1 && decimal_is_digit(text[1]))
		return OTHER_ZONE;
	return timestamp_is_blank(text[length - 1]) ? BLANKS : NOT_TIME;
}

static const char *
timestamp_parse_as(
    const struct profile *profile, const char *text, size_t length, int64_t *milliseconds)
{
	int64_t whole = 0, fraction = 0;
	const char *fault, *rest;
	size_t left;

	*milliseconds = 0;
	if (!timestamp_begins(text, length, "0000-00-00?00:00:00"))
		return timestamp_wrong_shape(text, length);
	if (text[10] == 't')
		return LOWER_CASE;
	if (text[10] != 'T')
		return timestamp_wrong_shape(text, length);
	rest = text + DATE_TIME_LENGTH;
	left = length - DATE_TIME_LENGTH;
	fault = timestamp_parse_date_time(text, &whole);
	if (fault == NULL)
		fault = timestamp_parse_fraction(profile, &rest, &left, &fraction);
	if (fault == NULL)
		fault = timestamp_parse_zone(profile, rest, left);
	if (fault == NULL)
		*milliseconds = whole + fraction;
	return fault;
}

const char *
timestamp_parse(const char *text, size_t length, int64_t *milliseconds)
{
	return timestamp_parse_as(&manifest_profile, text, length, milliseconds);
}

const char *
timestamp_parse_server(const char *text, size_t length, int64_t *milliseconds)
{
	return timestamp_parse_as(&server_profile, text, length, milliseconds);
}

/* A number with at least so many digits, and what follows them. Returns the end. */
static char *
timestamp_put(char *text, int64_t number, int digits, char after)
{
	for (int i = digits - 1; i >= 0; i--, number /= 10)
		text[i] = (char)('0' + number % 10);
	text[digits] = after;
	return text + digits + 1;
}

/* Reports have one in each row, so it is not printf's. */
const char *
timestamp_format(int64_t milliseconds, char text[TIMESTAMP_SIZE])
{
	int64_t days = milliseconds / DAY_MILLISECONDS, year;
	int rest = (int)(milliseconds % DAY_MILLISECONDS), month, day;
	char *at = text;

	if (rest < 0) {
		days--;
		rest += (int)DAY_MILLISECONDS;
	}
	timestamp_date_of_days(days, &year, &month, &day);
	if (year < 0 || year > 9999) /* ISO 8601 writes it with its sign */
		at += snprintf(text, TIMESTAMP_SIZE, "%+05lld-", (long long)year);
	else
		at = timestamp_put(at, year, 4, '-');
	at = timestamp_put(at, month, 2, '-');
	at = timestamp_put(at, day, 2, 'T');
	at = timestamp_put(at, rest / 3600000, 2, ':');
	at = timestamp_put(at, rest / 60000 % 60, 2, ':');
	at = timestamp_put(at, rest / 1000 % 60, 2, rest % 1000 == 0 ? 'Z' : '.');
	if (rest % 1000 != 0)
		at = timestamp_put(at, rest % 1000, 3, 'Z');
	*at = '\0';
	return text;
}
