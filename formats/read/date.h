#ifndef FORMATS_DATE_H
#define FORMATS_DATE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Whether a value is a date, a time of day, or both, as people, spreadsheets and programs commonly
 * write them: 2026-01-05T22:00:00Z, 2026-01-05 22:00, 20260105T220000, 5.1.2026, 1/5/26,
 * 2026/01/05, 5-Jan-26, January 5, 2026, Mon Jan 5 22:00:00 UTC 2026, 22:00, 10 PM, 22 Uhr, and two
 * of them as the ends of a time. All of the value is that: a text in which a date occurs is none,
 * and neither is a plain number. Nothing is said of what the date is, nor whether there is such a
 * day. Months and days of the week are known in English and some other languages.
 */
bool date_is_common(const char *text, size_t length);

#endif
