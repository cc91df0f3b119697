#ifndef FORMATS_ERROR_H
#define FORMATS_ERROR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/*
 * What went wrong: filled once where it happens, printed once by a command. A rejected row is data
 * and never an error; an error ends the command.
 */

/* The value of each code is the exit status of a command that ends with it. */
enum error_code {
	ERROR_NONE = 0,
	ERROR_USAGE = 2,      /* the command line */
	ERROR_INPUT = 3,      /* an input file cannot be used */
	ERROR_STORAGE = 4,    /* the database or a file system failed */
	ERROR_BUSY = 5,       /* another run holds the database */
	ERROR_LIMIT = 6,      /* stopped by --max-errors */
	ERROR_PERMISSION = 7, /* the operator may not do this */
	ERROR_SIGNAL = 128,   /* plus the number of the signal that asked for a stop */
};

struct error {
	enum error_code code;
	uint64_t line;    /* physical line from 1, or 0: none */
	char file[1024];  /* "": none */
	char field[128];  /* column, option or member; "": none */
	bool reader_gone; /* nobody reads standard output any more (EPIPE) */
	char text[1024];  /* what is wrong and what is expected; no final dot */
};

#define ERROR_PRINTF(text, first) __attribute__((format(printf, text, first)))

/* What a message is about; a member that is NULL or 0 is left out. */
struct error_place {
	const char *file;
	uint64_t line; /* physical line from 1 */
	const char *field;
};

/*
 * These fill err (which may be NULL) and return -1, so that a function can end with
 * `return error_set(...)`. file may be NULL. They do not allocate.
 */
int error_set(struct error *err, enum error_code code, const char *file, const char *format, ...)
    ERROR_PRINTF(4, 5);
int error_set_at(struct error *err, enum error_code code, struct error_place, const char *format,
    ...) ERROR_PRINTF(4, 5);

/* ERROR_STORAGE with the formatted text, then the text of errno. Returns -1. */
int error_errno(struct error *err, const char *file, const char *format, ...) ERROR_PRINTF(3, 4);

/* ERROR_STORAGE "out of memory". Returns -1. */
int error_memory(struct error *err);

/* Prints `pfxreplace: FILE:LINE: FIELD: TEXT` and a newline, escaped by utf8_escape(). */
void error_print(FILE *stream, const struct error *err);

/* Prints a message in the same form that is not an error: a warning, a note, a fault of a row. */
void message_print(FILE *stream, struct error_place, const char *format, ...) ERROR_PRINTF(3, 4);

#endif
