#include "model/integer.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* The length of a blank at the start (ASCII, or a no-break space of spreadsheets), or 0. */
static size_t
integer_blank_length(const char *text, size_t length)
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
integer_trim(const char **text, size_t *length)
{
	size_t before = *length, n;

	while ((n = integer_blank_length(*text, *length)) > 0) {
		*text += n;
		*length -= n;
	}
	for (n = 1; n <= 3; n++) {
		if (*length >= n && integer_blank_length(*text + *length - n, n) == n) {
			*length -= n;
			n = 0; /* look for another one */
		}
	}
	return *length != before;
}

static size_t
integer_count_digits(const char *text, size_t length)
{
	size_t n = 0;

	while (n < length && isdigit((unsigned char)text[n]))
		n++;
	return n;
}

/* 1,234 or 1.234.567 or 1 234 or 1'234 or 12,34,567: the last group has three digits. */
static bool
integer_is_grouped(const char *text, size_t length)
{
	size_t at = integer_count_digits(text, length), digits = at, mark = 0;

	if (at == 0 || at > 3)
		return false;
	while (at < length) {
		mark = strchr(",.'", text[at]) != NULL
			   ? 1
			   : integer_blank_length(text + at, length - at);
		at += mark;
		digits = integer_count_digits(text + at, length - at);
		if (mark == 0 || digits < 2 || digits > 3)
			return false;
		at += digits;
	}
	return mark != 0 && digits == 3;
}

/* 1E+05 or 1.23E+05 or 1,23e5 */
static bool
integer_is_abbreviated(const char *text, size_t length)
{
	size_t at = integer_count_digits(text, length);

	if (at == 0)
		return false;
	if (at < length && (text[at] == '.' || text[at] == ','))
		at += 1 + integer_count_digits(text + at + 1, length - at - 1);
	if (at == length || (text[at] != 'E' && text[at] != 'e'))
		return false;
	at++;
	if (at < length && (text[at] == '+' || text[at] == '-'))
		at++;
	return at < length && at + integer_count_digits(text + at, length - at) == length;
}

/* How many of these marks there are between digits; 0 where there is anything else. */
static size_t
integer_count_marks(const char *text, size_t length, const char *marks)
{
	size_t count = 0;

	for (size_t i = 0; i < length; i++) {
		if (isdigit((unsigned char)text[i]))
			continue;
		if (i == 0 || strchr(marks, text[i]) == NULL)
			return 0;
		count++;
	}
	return count;
}

/* 1/5/2026 or 2026-01-05 10:00 or 5.1.2026, and 5-Jan or Jan-26 or 5-Jan-26 */
static bool
integer_is_date(const char *text, size_t length)
{
	static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec";
	size_t before = integer_count_digits(text, length), at = before;

	if (integer_count_marks(text, length, "/-:. T") > 0)
		return memchr(text, '/', length) != NULL || memchr(text, '-', length) != NULL ||
		       memchr(text, ':', length) != NULL ||
		       integer_count_marks(text, length, ".") == 2;
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
		       at + 1 + integer_count_digits(text + at + 1, length - at - 1) == length;
	}
	return false;
}

/* Why a trimmed text is no id: what a spreadsheet did to it, or what is expected. */
static const char *
integer_fault(const char *text, size_t length)
{
	if (integer_is_abbreviated(text, length))
		return "the spreadsheet abbreviated the number and its digits are lost: format the "
		       "column as a number without decimals and save again";
	if (length > 0 && (text[0] == '-' || text[0] == '+'))
		return "a sign is not expected: expected an integer from 1 to 2147483647";
	if (length > 0 && text[0] == '\'')
		return "the spreadsheet's text mark (an apostrophe) was saved with the number: "
		       "take it away and save again";
	if (integer_is_grouped(text, length))
		return "the spreadsheet put thousands separators into the number: format the "
		       "column as a number without them and save again";
	if (integer_is_date(text, length))
		return "the spreadsheet took the number for a date: format the column as a number "
		       "without decimals and save again";
	if (integer_count_marks(text, length, ".,") == 1)
		return "a fraction is not expected: expected an integer from 1 to 2147483647";
	return "expected an integer from 1 to 2147483647 in decimal digits";
}

int64_t
integer_parse(const char *text, size_t length)
{
	int64_t value = 0;

	if (length == 0 || length > 10)
		return 0;
	for (size_t i = 0; i < length; i++) {
		if (!isdigit((unsigned char)text[i]))
			return 0;
		value = value * 10 + (text[i] - '0');
	}
	return value <= INTEGER_MOST ? value : 0;
}

void
integer_read(struct integer *integer, const char *text, size_t length)
{
	size_t zeros = 0, digits;

	/* As most are. */
	*integer = (struct integer){.value = integer_parse(text, length)};
	if (integer->value != 0 && text[0] != '0')
		return;
	integer->blanks = integer_trim(&text, &length);
	digits = integer_count_digits(text, length);
	/* 1.0 is 1, but 1.000 is a thousand where a dot groups digits. */
	if (digits > 0 && length > digits + 1 && text[digits] == '.' &&
	    strspn(text + digits + 1, "0") >= length - digits - 1 &&
	    !integer_is_grouped(text, length))
		integer->decimal_zero = true;
	else
		digits = length;
	while (zeros + 1 < digits && text[zeros] == '0')
		zeros++;
	integer->leading_zeros = zeros > 0;
	integer->value = integer_parse(text + zeros, digits - zeros);
	if (integer->value == 0)
		integer->fault = integer_fault(text, integer->decimal_zero ? digits : length);
}
