#ifndef FORMATS_WRITE_HTML_H
#define FORMATS_WRITE_HTML_H

#include "buffer.h"

#include <stdint.h>

/*
 * Texts and numbers in HTML. A text may hold anything, for people and agents have typed it.
 */

/*
 * Adds a text, for the content of an element or for the value of an attribute in double quotes.
 * < > & " and ' are written as references. What utf8_escape() escapes for terminals is escaped in
 * the same way: control characters and bytes that are not UTF-8, for HTML forbids them, and
 * characters that change the order of others or are not seen. After `most` characters of the text
 * (0: no limit) comes U+2026 in place of the rest.
 */
void html_add_text(struct buffer *, const char *text, size_t most);

/* The same in an element of its own, for content alone: a text that is written from right to left
 * changes the order of nothing around it, and a long name can be broken after a part of it. */
void html_add_name(struct buffer *, const char *text, size_t most);

/* Adds an integer with its digits in threes: 1,234,567. */
void html_add_count(struct buffer *, uint64_t count);

#endif
