#ifndef FORMATS_TIMESTAMP_H
#define FORMATS_TIMESTAMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ISO 8601 UTC to and from milliseconds since 1970, whatever the locale and TZ. */

#define TIMESTAMP_SIZE 32

/*
 * Times of a manifest: YYYY-MM-DDTHH:mm:ssZ, or with exactly three digits of fraction, and nothing
 * else; years 0001 to 9999, a date of the calendar, no leap second, no 24:00. NULL and
 * *milliseconds; else a static text that says what is wrong, and *milliseconds is 0.
 */
const char *timestamp_parse(const char *text, size_t length, int64_t *milliseconds);

/* Times as a server prints them: Z may be missing or be "+00:00", the fraction has any
 * number of digits and is cut to milliseconds. Returns the same. */
const char *timestamp_parse_server(const char *text, size_t length, int64_t *milliseconds);

/* YYYY-MM-DDTHH:mm:ssZ, with .mmm when the milliseconds are not 0. Returns text. */
const char *timestamp_format(int64_t milliseconds, char text[TIMESTAMP_SIZE]);

#endif
