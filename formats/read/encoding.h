#ifndef FORMATS_ENCODING_H
#define FORMATS_ENCODING_H

#include "buffer.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Encodings of input, decoded to UTF-8 in such a way that the length of any decoded slice in
 * the file can be told from the slice alone. What has no meaning in its encoding becomes a
 * sequence that is not valid UTF-8 and is found when its record is checked: a lone surrogate
 * its three-byte form, any other byte itself.
 */
enum encoding {
	ENCODING_UTF8,
	ENCODING_UTF16LE,
	ENCODING_UTF16BE,
	ENCODING_WINDOWS_1252,
	ENCODING_LATIN1,
};

/* Whether it is one of "utf-8", "utf-16", "windows-1252", "latin1". */
bool encoding_known(const char *word);

/*
 * Settles the encoding from the word that was asked for (NULL: none) and the file's first
 * bytes (64 of them, or the whole file). *mark is the length of the byte order mark. NULL, or
 * a static text that says why the file is refused.
 */
const char *encoding_find(const char *word, const unsigned char *head, size_t length,
    enum encoding *encoding, size_t *mark);

/* How many bytes of the file its smallest character has: 1 or 2. */
static inline size_t
encoding_unit(enum encoding encoding)
{
	return encoding == ENCODING_UTF16LE || encoding == ENCODING_UTF16BE ? 2 : 1;
}

/* Bytes of a file. */
struct encoding_raw {
	const unsigned char *bytes;
	size_t length;
	bool ended; /* nothing follows them */
};

/*
 * Decodes to text, which has room for 3 * raw->length bytes, and sets *written to the bytes that
 * it wrote. Returns how many raw bytes were used: all of them where raw->ended; else a character
 * that is not whole yet is left.
 */
size_t encoding_decode(enum encoding, const struct encoding_raw *raw, char *text, size_t *written);

/* How many bytes a decoded slice has in the file. */
size_t encoding_raw_length(enum encoding, const char *text, size_t length);

/* Back from UTF-8; what the encoding lacks becomes a question mark. */
void encoding_encode(enum encoding, const char *text, size_t length, struct buffer *);

#define ENCODING_FAULT_SIZE 256

/* The fault of a record whose text is not valid from `at` on: which byte, where, what to do. */
void encoding_fault(
    enum encoding, const char *text, size_t length, size_t at, char fault[ENCODING_FAULT_SIZE]);

#endif
