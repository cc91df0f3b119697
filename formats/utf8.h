#ifndef FORMATS_UTF8_H
#define FORMATS_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UTF8_REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

/*
 * The code point that starts at text (length > 0) and, returned, its bytes. What is not UTF-8
 * as RFC 3629 has it (overlong, a surrogate, over U+10FFFF, cut short) is one byte, U+FFFD.
 */
size_t utf8_decode(const char *text, size_t length, uint32_t *code);

/* How many bytes from the start are UTF-8: length when all are. */
size_t utf8_valid(const char *text, size_t length);

/*
 * Whether it is a format character that nothing shows: a soft hyphen, zero-width, joining or
 * bidirectional. They come with text that was copied from web pages and dialogues.
 */
bool utf8_is_invisible(uint32_t code);

/* The bytes of such a character at the start of text, or 0. */
size_t utf8_invisible_length(const char *text, size_t length);

/* Columns that a terminal shows it in: 0 for what combines, 2 for what is wide, else 1. */
unsigned utf8_width(uint32_t code);

#define UTF8_ESCAPE_SIZE sizeof("\\U0010ffff")

/*
 * What a terminal must not be given: the character at text (length > 0) escaped, into escape, or
 * "" where it may be given as it is. Escaped are control characters and bytes that are not UTF-8
 * (\x1b), and what changes the order of others or is not seen: format characters, separators of
 * lines, tags, fillers (\u200b, \U000e0041). Returns the bytes of the character.
 */
size_t utf8_escape(const char *text, size_t length, char escape[UTF8_ESCAPE_SIZE]);

/* A text so escaped into `escaped`, of `size` bytes, cut before what does not fit. */
void utf8_escape_text(const char *text, char *escaped, size_t size);

#endif
