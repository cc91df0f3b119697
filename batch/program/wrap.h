#ifndef BATCH_PROGRAM_WRAP_H
#define BATCH_PROGRAM_WRAP_H

#include "buffer.h"

#include <stddef.h>
#include <stdio.h>

/*
 * Prints a text (ASCII) in lines of at most 80 columns, broken at blanks, and ends the last one.
 * The first line goes on at the column `at`; the others are indented by `indent`.
 */
#define WRAP_COLUMNS 80
void wrap_print(FILE *, const char *text, size_t at, size_t indent);

/* Prints "  LEFT   TEXT", the text so in a column of its own, `width` columns for LEFT; where it is
 * longer, the text begins in a further line. */
void wrap_print_row(FILE *, const char *left, size_t width, const char *text);

/*
 * Adds lines of UTF-8, as message_print() writes them, for a terminal of so many columns: a longer
 * line is broken at blanks, and goes on after four. Escape sequences of colours take no column. A
 * word that is longer than a line is left to the terminal.
 */
void wrap_lines(struct buffer *, const char *bytes, size_t size, size_t columns);

#endif
