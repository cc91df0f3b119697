#ifndef FORMATS_READ_DATE_H
#define FORMATS_READ_DATE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Whether a value is a date, a time of day, or both, as people, spreadsheets and programs commonly
 * write them: 2026-01-05T22:00:00Z, 2026-01-05 22:00, 20260105T220000, 5.1.2026, 1/5/26,
 * 2026/01/05, 5-Jan-26, January 5, 2026, Mon Jan 5 22:00:00 UTC 2026, 22:00, 10 PM, 22 Uhr, or two
 * of them, from one time to another. The whole value must be that: a text that contains a date is
 * none, and a plain number is none. Whether the day exists is not checked. Months and days of the
 * week are known in English and some other languages.
 */
bool date_is_common(const char *text, size_t length);

#endif
