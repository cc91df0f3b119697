#include "read/date.h"

#include "decimal.h"
#include "utf8.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#define LONGEST 100 /* bytes; two dates with names of days and zones are shorter */
#define MOST_NUMBERS 6

/* A value while it is read, token by token. */
struct scan {
	const char *text;
	size_t length;
	size_t at;
	bool date;        /* seen: a date in numbers */
	bool time;        /* a time of day */
	bool month;       /* the name of a month */
	bool dotted;      /* 22.30, which is a time beside a date alone */
	bool joined;      /* the last word follows a digit, as in 05Jan2026 */
	unsigned numbers; /* that are part of none of these */
	size_t last_end;  /* of the last such number */
	uint32_t last;    /* its value */
};

struct number {
	uint32_t value;
	unsigned digits;
};

/* The byte `ahead` bytes from here; NUL after the end. */
static char
date_peek(const struct scan *scan, size_t ahead)
{
	return ahead < scan->length - scan->at ? scan->text[scan->at + ahead] : '\0';
}

/* Takes all digits; nine of them at most make the value. */
static struct number
date_take_digits(struct scan *scan)
{
	struct number number = {0};

	while (decimal_is_digit(date_peek(scan, 0))) {
		if (number.digits < 9)
			number.value = number.value * 10 + (uint32_t)(date_peek(scan, 0) - '0');
		number.digits++;
		scan->at++;
	}
	return number;
}

/* ---- between tokens -------------------------------------------------------------------------- */

/* Bytes of a blank, of a mark between parts of a date, of a quote; of (...) or [...] after a time.
 */
static size_t
date_between_length(const struct scan *scan)
{
	static const char *const marks[] = {
	    "\xc2\xa0", "\xe2\x80\xaf", "\xe2\x80\x93", "\xe2\x80\x94", "\xe2\x80\x89"};
	const char *text = scan->text + scan->at;
	size_t left = scan->length - scan->at;

	if (strchr(" \t\r\n,;./-'\"=", text[0]) != NULL && text[0] != '\0')
		return 1;
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (left >= strlen(marks[i]) && memcmp(text, marks[i], strlen(marks[i])) == 0)
			return strlen(marks[i]);
	if (scan->time && (text[0] == '(' || text[0] == '[')) {
		const char *close = memchr(text, text[0] == '(' ? ')' : ']', left);

		return close == NULL ? 0 : (size_t)(close - text) + 1;
	}
	return 0;
}

/* Takes +01:00, -0500 or +1. */
static bool
date_take_offset(struct scan *scan)
{
	struct number hours;

	scan->at++;
	hours = date_take_digits(scan);
	if (date_peek(scan, 0) == ':' && decimal_is_digit(date_peek(scan, 1)) &&
	    decimal_is_digit(date_peek(scan, 2)))
		scan->at += 3;
	return hours.digits <= 4;
}

/* ---- numbers --------------------------------------------------------------------------------- */

static bool
date_is_day_and_month(struct number day, struct number month)
{
	return day.digits <= 2 && month.digits <= 2 && day.value >= 1 && day.value <= 31 &&
	       month.value >= 1 && month.value <= 12;
}

/* The year is first or last, day and month in either order. A date may be all zeros. */
static bool
date_is_in_order(const struct number n[3], char separator)
{
	bool padded = n[0].digits == 2 && n[1].digits == 2 && n[2].digits == 2;

	if (n[0].digits == 4)
		return date_is_day_and_month(n[1], n[2]) || date_is_day_and_month(n[2], n[1]) ||
		       n[0].value + n[1].value + n[2].value == 0;
	if (n[2].digits == 4 || (n[2].digits == 2 && (padded || separator != '.')))
		if (date_is_day_and_month(n[0], n[1]) || date_is_day_and_month(n[1], n[0]))
			return true;
	/* 10.4.12 is a version. */
	return n[0].digits == 2 && (padded || separator != '.') &&
	       (date_is_day_and_month(n[1], n[2]) || date_is_day_and_month(n[2], n[1]));
}

static void
date_take_fraction(struct scan *scan)
{
	if ((date_peek(scan, 0) != '.' && date_peek(scan, 0) != ',') ||
	    !decimal_is_digit(date_peek(scan, 1)))
		return;
	scan->at++;
	(void)date_take_digits(scan);
}

/* Takes :MM, :MM:SS or :MM:SS.fff after the hour. */
static bool
date_take_time(struct scan *scan, struct number hour)
{
	struct number part;

	scan->time = true;
	for (int parts = 0; parts < 2 && date_peek(scan, 0) == ':'; parts++) {
		scan->at++;
		part = date_take_digits(scan);
		if (part.digits != 2 || part.value > 60)
			return false;
	}
	date_take_fraction(scan);
	return hour.digits <= 2 && hour.value <= 24 && date_peek(scan, 0) != ':';
}

/* Bytes to the next number of a group, as in 2026-01, or in Korea 2026. 1. 5.; 0: there is none. */
static size_t
date_group_next(const struct scan *scan, char separator)
{
	if (date_peek(scan, 0) != separator)
		return 0;
	if (separator == '.' && date_peek(scan, 1) == ' ' && decimal_is_digit(date_peek(scan, 2)))
		return 2;
	return decimal_is_digit(date_peek(scan, 1)) ? 1 : 0;
}

/* Takes -MM-DD after a year, or the like. */
static bool
date_take_date(struct scan *scan, struct number first)
{
	struct number n[3] = {first};
	char separator = date_peek(scan, 0);
	size_t count = 1, next;

	while (count < 3 && (next = date_group_next(scan, separator)) > 0) {
		scan->at += next;
		n[count++] = date_take_digits(scan);
	}
	if (count == 3) {
		scan->date = true;
		return date_is_in_order(n, separator) &&
		       (date_group_next(scan, separator) == 0 || separator == '-');
	}
	if (scan->month) /* Jan-5-26 */
		scan->numbers += 2;
	else if (separator == '.' && n[0].value <= 24 && n[1].digits == 2 && n[1].value < 60)
		scan->dotted = true;
	else
		return false;
	return n[0].digits <= 4 && n[1].digits <= 4;
}

/* Takes 20260105T220000, or 20260105220000 with a zone, without which it is a plain number. */
static bool
date_take_compact(struct scan *scan, struct number number)
{
	const char *text = scan->text + scan->at - number.digits;
	uint32_t month = (uint32_t)(text[4] - '0') * 10 + (uint32_t)(text[5] - '0');

	scan->time = scan->date = true;
	if (month < 1 || month > 12 || (text[0] != '1' && text[0] != '2'))
		return false;
	if (number.digits != 8) {
		date_take_fraction(scan);
		return date_peek(scan, 0) != '\0' && strchr("Z+-", date_peek(scan, 0)) != NULL;
	}
	if ((date_peek(scan, 0) != 'T' && date_peek(scan, 0) != 't') ||
	    !decimal_is_digit(date_peek(scan, 1)))
		return false;
	scan->at++;
	number = date_take_digits(scan);
	if (number.digits == 2)
		return date_take_time(scan, number);
	date_take_fraction(scan);
	return number.digits == 4 || number.digits == 6;
}

static bool
date_take_number(struct scan *scan)
{
	char before = scan->at == 0 ? ' ' : scan->text[scan->at - 1];
	bool after_letter =
	    ((before >= 'a' && before <= 'z') || (before >= 'A' && before <= 'Z')) && !scan->joined;
	struct number number = date_take_digits(scan);

	if (after_letter && before != 'T' && before != 't') /* mar01 is a machine */
		return false;
	if (date_peek(scan, 0) == ':' && decimal_is_digit(date_peek(scan, 1)))
		return date_take_time(scan, number);
	for (const char *mark = "-/."; *mark != '\0'; mark++)
		if (date_group_next(scan, *mark) > 0)
			return date_take_date(scan, number);
	if (number.digits == 8 || number.digits == 12 || number.digits == 14)
		return date_take_compact(scan, number);
	scan->numbers++;
	scan->last = number.value;
	scan->last_end = scan->at;
	return number.digits <= 4 && scan->numbers <= MOST_NUMBERS;
}

/* ---- words ----------------------------------------------------------------------------------- */

/* The first three letters are enough, except in names after '='. */
static const char *const date_months[] = {"january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
    /* German, French, Dutch, Spanish, Italian and Portuguese, where they differ */
    "m\xc3\xa4rz", "mrz", "maerz", "juni", "juli", "mai", "oktober", "dezember", "janvier",
    "f\xc3\xa9vrier", "fevrier", "mars", "avril", "juin", "juillet", "ao\xc3\xbbt", "aout",
    "octobre", "d\303\251cembre", "januari", "februari", "maart", "mrt", "mei", "augustus", "enero",
    "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre",
    "noviembre", "diciembre", "=gennaio", "=febbraio", "=aprile", "=maggio", "=giugno", "=luglio",
    "=settembre", "=ottobre", "=dicembre", "=janeiro", "=fevereiro", "=mar\xc3\xa7o", "=maio",
    "=junho", "=julho", "=setembro", "=outubro", "=novembro", "=dezembro", "=\xe6\x9c\x88",
    "=\xec\x9b\x94"};

/* The first two letters are enough. */
static const char *const date_days[] = {"monday", "tuesday", "tues", "wednesday", "thursday",
    "thurs", "friday", "saturday", "sunday", "montag", "dienstag", "mittwoch", "donnerstag",
    "freitag", "samstag", "sonnabend", "sonntag", "lundi", "mardi", "mercredi", "jeudi", "vendredi",
    "samedi", "dimanche", "maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag",
    "zondag"};

/* Words between and after the others. The characters are year, day, hour, minute and second, before
 * and after noon, in Chinese and Japanese, and in Korean. */
static const char *const date_fillers[] = {"at", "on", "of", "the", "to", "until", "and", "from",
    "um", "den", "am", "der", "bis", "von", "st", "nd", "rd", "th", "de", "del", "le", "\xc3\xa0",
    "e", "er", "\xe5\xb9\xb4", "\xe6\x97\xa5", "\xe6\x99\x82", "\xe6\x97\xb6", "\xe5\x88\x86",
    "\xe7\xa7\x92", "\xe4\xb8\x8a\xe5\x8d\x88", "\xe4\xb8\x8b\xe5\x8d\x88",
    "\xe5\x8d\x88\xe5\x89\x8d", "\xe5\x8d\x88\xe5\xbe\x8c", "\xeb\x85\x84", "\xec\x9d\xbc",
    "\xec\x8b\x9c", "\xeb\xb6\x84", "\xec\xb4\x88", "\xec\x98\xa4\xec\xa0\x84",
    "\xec\x98\xa4\xed\x9b\x84"};

static const char *const date_zones[] = {"z", "ut", "utc", "gmt", "wet", "west", "cet", "cest",
    "mez", "mesz", "eet", "eest", "msk", "bst", "ist", "est", "edt", "cst", "cdt", "mst", "mdt",
    "pst", "pdt", "akst", "akdt", "hst", "brt", "jst", "kst", "hkt", "sgt", "acst", "acdt", "aest",
    "aedt", "awst", "nzst", "nzdt", "sast"};

/* Whether a list has the word, or a word that starts with it if it has `least` letters. */
static bool
date_is_listed(const char *word, size_t length, const char *const *list, size_t count, size_t least)
{
	for (size_t i = 0; i < count; i++) {
		bool whole = list[i][0] == '=';
		const char *known = list[i] + whole;
		size_t most = strlen(known);

		if (length <= most && (length == most || (!whole && length >= least)) &&
		    strncasecmp(word, known, length) == 0)
			return true;
	}
	return false;
}

static bool
date_is_word(const char *word, size_t length, const char *known)
{
	return length == strlen(known) && strncasecmp(word, known, length) == 0;
}

/* Takes the plain number just before as an hour: 10 PM, 22 Uhr, 22h30. */
static bool
date_take_hour(struct scan *scan, size_t start, uint32_t most)
{
	if (scan->numbers > 0 && start - scan->last_end <= 3 && scan->last <= most) {
		scan->numbers--;
		scan->time = true;
	}
	scan->time = scan->time || scan->dotted;
	return scan->time;
}

static bool
date_is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

/* Takes a word that belongs to an hour: 1; 0 for another word; -1 when the value is no date. */
static int
date_take_hour_word(struct scan *scan, const char *word, size_t length, size_t start)
{
	if (date_is_word(word, length, "am") || date_is_word(word, length, "pm") ||
	    date_is_word(word, length, "a") || date_is_word(word, length, "p") ||
	    date_is_word(word, length, "m"))
		return date_take_hour(scan, start, 12)    ? 1
		       : date_is_word(word, length, "am") ? 0
							  : -1;
	if (date_is_word(word, length, "uhr"))
		return date_take_hour(scan, start, 24) ? 1 : -1;
	if (date_is_word(word, length, "h")) {
		if (decimal_is_digit(date_peek(scan, 0)) && decimal_is_digit(date_peek(scan, 1)) &&
		    !decimal_is_digit(date_peek(scan, 2)))
			scan->at += 2;
		else if (!scan->date && !scan->month) /* 24h is a while */
			return -1;
		return date_take_hour(scan, start, 24) ? 1 : -1;
	}
	return 0;
}

static bool
date_take_word(struct scan *scan)
{
	const char *word = scan->text + scan->at;
	size_t start = scan->at, length;
	int hour;

	scan->joined = start > 0 && decimal_is_digit(scan->text[start - 1]);
	while (scan->at < scan->length && date_is_letter(date_peek(scan, 0)) &&
	       (scan->at == start || date_between_length(scan) == 0))
		scan->at++;
	length = scan->at - start;
	hour = date_take_hour_word(scan, word, length, start);
	if (hour != 0)
		return hour == 1;
	if (date_is_listed(
		word, length, date_months, sizeof(date_months) / sizeof(date_months[0]), 3)) {
		scan->month = true;
		return true;
	}
	if (date_is_word(word, length, "t"))
		return decimal_is_digit(date_peek(scan, 0));
	if (date_is_listed(word, length, date_days, sizeof(date_days) / sizeof(date_days[0]), 2) ||
	    date_is_listed(word, length, date_fillers,
		sizeof(date_fillers) / sizeof(date_fillers[0]), LONGEST))
		return true;
	return (scan->time || scan->date) &&
	       date_is_listed(
		   word, length, date_zones, sizeof(date_zones) / sizeof(date_zones[0]), LONGEST);
}

/* ---- values ---------------------------------------------------------------------------------- */

static bool
date_take_token(struct scan *scan)
{
	char c = date_peek(scan, 0);

	if ((c == '+' || c == '-') && scan->time && decimal_is_digit(date_peek(scan, 1)))
		return date_take_offset(scan);
	if (decimal_is_digit(c))
		return date_take_number(scan);
	if (date_between_length(scan) > 0) {
		scan->at += date_between_length(scan);
		return true;
	}
	return date_is_letter(c) && date_take_word(scan);
}

bool
date_is_common(const char *text, size_t length)
{
	char visible[LONGEST];
	struct scan scan = {.text = visible};
	bool is_one = true;

	for (size_t at = 0; at < length && is_one;) {
		size_t invisible = utf8_invisible_length(text + at, length - at);

		if (invisible == 0) {
			is_one = scan.length < LONGEST;
			if (is_one)
				visible[scan.length++] = text[at++];
		}
		at += invisible;
	}
	while (is_one && scan.at < scan.length)
		is_one = date_take_token(&scan);
	explicit_bzero(visible, sizeof(visible)); /* it may have been a password */
	if (!is_one || (scan.numbers > 0 && !scan.month))
		return false;
	return scan.date || scan.time || (scan.month && scan.numbers > 0);
}
