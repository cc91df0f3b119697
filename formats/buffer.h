#ifndef FORMATS_BUFFER_H
#define FORMATS_BUFFER_H

#include "error.h"

#include <stdbool.h>

/* A byte array that grows. Its memory is wiped before it is freed. */
struct buffer {
	char *bytes; /* ends with a NUL once anything was added; NULL before */
	size_t length;
	size_t capacity;
	bool failed; /* there was no memory: what was added since is lost */
};

/* Makes room for `more` bytes and a NUL, so that adding them moves nothing. False: no memory. */
bool buffer_reserve(struct buffer *, size_t more);

void buffer_add(struct buffer *, const char *bytes, size_t length);
void buffer_add_string(struct buffer *, const char *text);
void buffer_addf(struct buffer *, const char *format, ...) ERROR_PRINTF(2, 3);
/* Adds a JSON string with its quotes. U+FFFD replaces each byte that is not UTF-8. */
void buffer_add_json(struct buffer *, const char *text, size_t length);
/* Adds a word of a shell, in single quotes where the shell would take a character for its own. */
void buffer_add_shell(struct buffer *, const char *word);
void buffer_clear(struct buffer *);   /* wipes the bytes, keeps the memory */
void buffer_release(struct buffer *); /* wipes and frees; the buffer may be used again */

#endif
