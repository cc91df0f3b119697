#ifndef FORMATS_UTF8_H
#define FORMATS_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UTF8_REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

/*
 * Sets *code to the code point at the start of text (length > 0) and returns its bytes. Of text
 * that is not UTF-8 by RFC 3629 (overlong, a surrogate, over U+10FFFF, cut short) it takes one
 * byte, as U+FFFD.
 */
size_t utf8_decode(const char *text, size_t length, uint32_t *code);

/* How many bytes at the start of text are UTF-8: `length` when all of them are. */
size_t utf8_valid(const char *text, size_t length);

/*
 * Whether it is a format character that is not displayed: a soft hyphen, zero-width, joining or
 * bidirectional. Text that was copied from web pages and dialogues has them.
 */
bool utf8_is_invisible(uint32_t code);

/* The bytes of such a character at the start of text; 0 when there is none. */
size_t utf8_invisible_length(const char *text, size_t length);

/* The columns that a terminal shows it in: 0 for combining characters, 2 for wide ones, else 1. */
unsigned utf8_width(uint32_t code);

#define UTF8_ESCAPE_SIZE sizeof("\\U0010ffff")

/*
 * Escapes the character at the start of text (length > 0) where a terminal must not be given it:
 * control characters and bytes that are not UTF-8 (\x1b); characters that change the order of
 * others or are not seen, such as format characters, line separators, tags and fillers (\u200b,
 * \U000e0041). `escape` is "" where the character may be printed as it is. Returns its bytes.
 */
size_t utf8_escape(const char *text, size_t length, char escape[UTF8_ESCAPE_SIZE]);

/* Writes the text with such escapes into `escaped`, of `size` bytes, as much of it as fits. */
void utf8_escape_text(const char *text, char *escaped, size_t size);

#endif
