#ifndef FORMATS_READ_ENCODING_H
#define FORMATS_READ_ENCODING_H

#include "buffer.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Encodings of input, decoded to UTF-8 so that any decoded text shows how many bytes it has in the
 * file. Bytes without a meaning in the encoding are decoded to bytes that are not valid UTF-8,
 * which are found when the record is checked: a lone surrogate to its three-byte form, any other
 * byte to itself.
 */
enum encoding {
	ENCODING_UTF8,
	ENCODING_UTF16LE,
	ENCODING_UTF16BE,
	ENCODING_WINDOWS_1252,
	ENCODING_LATIN1,
};

/* Whether the word is "utf-8", "utf-16", "windows-1252" or "latin1". */
bool encoding_known(const char *word);

/*
 * Finds the encoding by the word that the user gave (NULL: none) and the first 64 bytes of the file
 * (or all of a shorter one). Sets *mark to the length of the byte order mark. NULL, or a static
 * text that says why the file is refused.
 */
const char *encoding_find(const char *word, const unsigned char *head, size_t length,
    enum encoding *encoding, size_t *mark);

/* Bytes of the smallest character in the file: 1 or 2. */
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

/* How many bytes a decoded text has in the file. */
size_t encoding_raw_length(enum encoding, const char *text, size_t length);

/* Encodes UTF-8; a question mark replaces a character that the encoding lacks. */
void encoding_encode(enum encoding, const char *text, size_t length, struct buffer *);

#define ENCODING_FAULT_SIZE 256

/* Writes the fault of a record whose text is not valid at text[at]: which byte, where, what to do.
 */
void encoding_fault(
    enum encoding, const char *text, size_t length, size_t at, char fault[ENCODING_FAULT_SIZE]);

#endif
