#ifndef FORMATS_TIMESTAMP_H
#define FORMATS_TIMESTAMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ISO 8601 UTC to and from milliseconds since 1970, whatever the locale and TZ. */

#define TIMESTAMP_SIZE 32

/*
 * The profile of a manifest: YYYY-MM-DDTHH:mm:ssZ or with exactly three digits of fraction,
 * nothing else; years 0001 to 9999, a real calendar date, no leap second, no 24:00. NULL when
 * it is one (and *milliseconds is set), else a static text that says what is wrong.
 */
const char *timestamp_parse(const char *text, size_t length, int64_t *milliseconds);

/* As a server prints times: Z may lack, one to nine digits of fraction (cut to milliseconds),
 * "+00:00" for Z. Same return. */
const char *timestamp_parse_server(const char *text, size_t length, int64_t *milliseconds);

/* YYYY-MM-DDTHH:mm:ssZ, with .mmm where the milliseconds are not 0. Returns text. */
const char *timestamp_format(int64_t milliseconds, char text[TIMESTAMP_SIZE]);

#endif
