#ifndef FORMATS_SPREADSHEET_H
#define FORMATS_SPREADSHEET_H

#include <stddef.h>

/*
 * The error value of a spreadsheet that a value is, blanks around apart: #N/A, #REF! and the like,
 * in the languages that are common. The text returned is static, one of a fixed list, and harmless
 * to show. NULL for any other value.
 */
const char *spreadsheet_error(const char *text, size_t length);

/* What is to be done about one, for a message. */
#define SPREADSHEET_ERROR_TEXT \
	"is a spreadsheet's error value: mend the formula or clear the cell, and save again"

#endif
