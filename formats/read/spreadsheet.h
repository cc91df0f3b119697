#ifndef FORMATS_READ_SPREADSHEET_H
#define FORMATS_READ_SPREADSHEET_H

#include <stddef.h>

/*
 * Whether the value, without the blanks around it, is an error value of a spreadsheet: #N/A, #REF!
 * and the like, in the common languages. Returns the error value as a static text, which is safe to
 * print; NULL for any other value.
 */
const char *spreadsheet_error(const char *text, size_t length);

/* For messages: what is wrong and what to do. */
#define SPREADSHEET_ERROR_TEXT \
	"is a spreadsheet's error value: mend the formula or clear the cell, and save again"

#endif
