#ifndef BATCH_PROGRAM_WRAP_H
#define BATCH_PROGRAM_WRAP_H

#include <stddef.h>
#include <stdio.h>

/*
 * Prints a text (ASCII) in lines of at most 80 columns, broken at blanks, and ends the last one.
 * The first line goes on at the column `at`; the others are indented by `indent`.
 */
#define WRAP_COLUMNS 80
void wrap_print(FILE *, const char *text, size_t at, size_t indent);

#endif
