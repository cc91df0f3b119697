#ifndef FORMATS_BUFFER_H
#define FORMATS_BUFFER_H

#include "error.h"

#include <stdbool.h>

/* Bytes that grow. What a buffer held is wiped before its memory is given back. */
struct buffer {
	char *bytes; /* NUL behind the end once anything was added; NULL before */
	size_t length;
	size_t capacity;
	bool failed; /* out of memory: what was added since is lost */
};

/* Room for `more` bytes and a NUL, so that adding them does not move what is there. */
bool buffer_reserve(struct buffer *, size_t more);

void buffer_add(struct buffer *, const char *bytes, size_t length);
void buffer_add_string(struct buffer *, const char *text);
void buffer_addf(struct buffer *, const char *format, ...) ERROR_PRINTF(2, 3);
/* As a JSON string, quotes included. A byte that is not UTF-8 becomes U+FFFD. */
void buffer_add_json(struct buffer *, const char *text, size_t length);
void buffer_clear(struct buffer *);   /* wipes, keeps the memory */
void buffer_release(struct buffer *); /* wipes and frees; may be used again */

#endif
