#ifndef BATCH_MODEL_INTEGER_H
#define BATCH_MODEL_INTEGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * An id in a cell that a spreadsheet has saved. What spreadsheets add to a number is taken away;
 * where they have changed it so that it is lost, the fault names the cause.
 */
#define INTEGER_MOST 2147483647

struct integer {
	int64_t value;     /* 1 to INTEGER_MOST; 0: it is no id */
	const char *fault; /* why not and what is expected, a static text; else NULL */
	bool blanks;       /* there are blanks around it */
	bool decimal_zero; /* it ends with .0 */
	bool leading_zeros;
};

/* Reads a text of so many bytes that has a NUL after them. */
void integer_read(struct integer *, const char *text, size_t length);

/* The value of one to ten decimal digits and nothing else, 1 to INTEGER_MOST; else 0. */
int64_t integer_parse(const char *text, size_t length);

#endif
