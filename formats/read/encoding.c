#include "read/encoding.h"

#include "utf8.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

static const struct {
	const char *word; /* of an option; NULL: none */
	const char *mark;
} encoding_table[] = {
    [ENCODING_UTF8] = {"utf-8", "\xEF\xBB\xBF"},
    [ENCODING_UTF16LE] = {"utf-16", "\xFF\xFE"},
    [ENCODING_UTF16BE] = {NULL, "\xFE\xFF"},
    [ENCODING_WINDOWS_1252] = {"windows-1252", NULL},
    [ENCODING_LATIN1] = {"latin1", NULL},
};
#define ENCODINGS (sizeof(encoding_table) / sizeof(encoding_table[0]))

/* Windows-1252 from 0x80 to 0x9F; 0 where it has no character. Elsewhere it is Latin-1. */
static const uint16_t windows_1252[32] = {0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
    0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D, 0, 0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E, 0x0178};

bool
encoding_known(const char *word)
{
	for (size_t i = 0; i < ENCODINGS; i++)
		if (encoding_table[i].word != NULL && strcasecmp(word, encoding_table[i].word) == 0)
			return true;
	return false;
}

/* ---- which one ---------------------------------------------------------------------------- */

static bool
encoding_has_mark(const unsigned char *head, size_t length, const char *mark)
{
	return mark != NULL && length >= strlen(mark) && memcmp(head, mark, strlen(mark)) == 0;
}

/* Text in the Latin script has a NUL in every second byte of UTF-16. */
static bool
encoding_looks_utf16(const unsigned char *head, size_t length, size_t high)
{
	size_t pairs = length / 2 < 8 ? length / 2 : 8;

	for (size_t i = 0; i < pairs; i++)
		if (head[2 * i + high] != 0 || head[2 * i + 1 - high] == 0)
			return false;
	return pairs >= 2;
}

/* It has three in every four bytes of UTF-32. */
static bool
encoding_looks_utf32(const unsigned char *head, size_t length, size_t low)
{
	size_t fours = length / 4 < 4 ? length / 4 : 4;

	for (size_t i = 0; i < fours; i++)
		for (size_t byte = 0; byte < 4; byte++)
			if ((head[4 * i + byte] != 0) != (byte == low))
				return false;
	return fours >= 2;
}

static const char *
encoding_find_asked(const char *word, enum encoding by_mark, const unsigned char *head,
    size_t length, enum encoding *encoding)
{
	bool utf16 = by_mark == ENCODING_UTF16LE || by_mark == ENCODING_UTF16BE;

	if (strcasecmp(word, "utf-16") == 0) {
		if (!utf16)
			by_mark = encoding_looks_utf16(head, length, 0) ? ENCODING_UTF16BE
									: ENCODING_UTF16LE;
		*encoding = by_mark;
		return NULL;
	}
	if (utf16)
		return "the file begins with the byte order mark of UTF-16, and another encoding "
		       "was asked for: expected --encoding utf-16, or none";
	for (size_t i = 0; i < ENCODINGS; i++)
		if (encoding_table[i].word != NULL && strcasecmp(word, encoding_table[i].word) == 0)
			*encoding = (enum encoding)i;
	return NULL;
}

const char *
encoding_find(const char *word, const unsigned char *head, size_t length, enum encoding *encoding,
    size_t *mark)
{
	const char *refusal = NULL;

	*encoding = ENCODING_UTF8;
	*mark = 0;
	if (length >= 4 &&
	    (memcmp(head, "\xFF\xFE\0\0", 4) == 0 || memcmp(head, "\0\0\xFE\xFF", 4) == 0 ||
		encoding_looks_utf32(head, length, 0) || encoding_looks_utf32(head, length, 3)))
		return "the file is UTF-32, which is not read: save it as UTF-8";
	for (size_t i = 0; i < ENCODINGS; i++)
		if (encoding_has_mark(head, length, encoding_table[i].mark)) {
			*encoding = (enum encoding)i;
			*mark = strlen(encoding_table[i].mark);
		}
	if (word != NULL) {
		if (*mark == 3 && strcasecmp(word, "utf-8") != 0)
			return "the file begins with the byte order mark of UTF-8, and another "
			       "encoding was asked for: expected --encoding utf-8, or none";
		refusal = encoding_find_asked(word, *encoding, head, length, encoding);
	} else if (*mark == 0 && (encoding_looks_utf16(head, length, 0) ||
				     encoding_looks_utf16(head, length, 1))) {
		refusal =
		    "the file is UTF-16 without a byte order mark: save it as UTF-8, or read it "
		    "with --encoding utf-16";
	}
	return refusal;
}

/* ---- to UTF-8 ----------------------------------------------------------------------------- */

/* Writes the character as UTF-8; a lone surrogate in its three-byte form. */
static size_t
encoding_put(char *text, uint32_t character)
{
	if (character < 0x80) {
		text[0] = (char)character;
		return 1;
	}
	if (character < 0x800) {
		text[0] = (char)(0xC0 | character >> 6);
		text[1] = (char)(0x80 | (character & 0x3F));
		return 2;
	}
	if (character < 0x10000) {
		text[0] = (char)(0xE0 | character >> 12);
		text[1] = (char)(0x80 | (character >> 6 & 0x3F));
		text[2] = (char)(0x80 | (character & 0x3F));
		return 3;
	}
	text[0] = (char)(0xF0 | character >> 18);
	text[1] = (char)(0x80 | (character >> 12 & 0x3F));
	text[2] = (char)(0x80 | (character >> 6 & 0x3F));
	text[3] = (char)(0x80 | (character & 0x3F));
	return 4;
}

static uint32_t
encoding_unit_at(enum encoding encoding, const unsigned char *raw)
{
	return encoding == ENCODING_UTF16LE ? (uint32_t)(raw[0] | raw[1] << 8)
					    : (uint32_t)(raw[0] << 8 | raw[1]);
}

static size_t
encoding_decode_utf16(
    enum encoding encoding, const struct encoding_raw *raw, char *text, size_t *written)
{
	size_t used = 0;

	while (raw->length - used >= 2) {
		uint32_t first = encoding_unit_at(encoding, raw->bytes + used);
		uint32_t second = 0;

		if (first >= 0xD800 && first < 0xDC00) {
			if (raw->length - used >= 4)
				second = encoding_unit_at(encoding, raw->bytes + used + 2);
			else if (!raw->ended)
				break;
		}
		used += 2;
		if (second >= 0xDC00 && second < 0xE000) {
			first = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
			used += 2;
		}
		*written += encoding_put(text + *written, first);
	}
	if (raw->ended && used < raw->length) { /* half a unit: no byte 0xFF is valid in UTF-8 */
		text[(*written)++] = (char)0xFF;
		used++;
	}
	return used;
}

size_t
encoding_decode(enum encoding encoding, const struct encoding_raw *raw, char *text, size_t *written)
{
	size_t length = raw->length;

	*written = 0;
	if (encoding == ENCODING_UTF16LE || encoding == ENCODING_UTF16BE)
		return encoding_decode_utf16(encoding, raw, text, written);
	if (encoding == ENCODING_UTF8) {
		memcpy(text, raw->bytes, length);
		*written = length;
		return length;
	}
	for (size_t i = 0; i < length; i++) {
		unsigned char byte = raw->bytes[i];
		uint32_t character = byte;

		if (encoding == ENCODING_WINDOWS_1252 && byte >= 0x80 && byte < 0xA0)
			character = windows_1252[byte - 0x80];
		if (character == 0 && byte != 0)
			text[(*written)++] = (char)byte;
		else
			*written += encoding_put(text + *written, character);
	}
	return length;
}

/* ---- and back ------------------------------------------------------------------------------ */

/* Bytes of the character at the start of text; 0 when it is not valid. */
static size_t
encoding_sequence(const char *text, size_t length, uint32_t *character)
{
	size_t count = utf8_decode(text, length, character);

	return count == 1 && (unsigned char)text[0] >= 0x80 ? 0 : count;
}

/* Whether text starts with a lone surrogate as encoding_decode_utf16() writes it. */
static bool
encoding_is_surrogate(const unsigned char *text, size_t length)
{
	return length >= 3 && text[0] == 0xED && text[1] >= 0xA0;
}

/* Bytes of the character at the start of text; *raw is how many it has in the file. */
static size_t
encoding_step(enum encoding encoding, const char *text, size_t length, size_t *raw)
{
	bool wide = encoding == ENCODING_UTF16LE || encoding == ENCODING_UTF16BE;
	uint32_t character;
	size_t count = encoding_sequence(text, length, &character);

	if (count == 0 && wide && encoding_is_surrogate((const unsigned char *)text, length)) {
		*raw = 2;
		return 3;
	}
	*raw = 1;
	if (count == 0) /* a byte that was decoded to itself */
		return 1;
	if (wide)
		*raw = count == 4 ? 4 : 2;
	return count;
}

size_t
encoding_raw_length(enum encoding encoding, const char *text, size_t length)
{
	size_t raw = 0, more;

	if (encoding == ENCODING_UTF8)
		return length;
	for (size_t at = 0; at < length; raw += more)
		at += encoding_step(encoding, text + at, length - at, &more);
	return raw;
}

static void
encoding_encode_unit(enum encoding encoding, uint32_t value, struct buffer *buffer)
{
	const char little[2] = {(char)(value & 0xFF), (char)(value >> 8)};
	const char big[2] = {(char)(value >> 8), (char)(value & 0xFF)};

	buffer_add(buffer, encoding == ENCODING_UTF16LE ? little : big, 2);
}

static void
encoding_encode_byte(enum encoding encoding, uint32_t character, struct buffer *buffer)
{
	char byte = '?';

	if (character < 0x80 || (character >= 0xA0 && character < 0x100) ||
	    (encoding == ENCODING_LATIN1 && character < 0x100))
		byte = (char)character;
	else if (encoding == ENCODING_WINDOWS_1252)
		for (size_t i = 0; i < 32; i++)
			if (windows_1252[i] == character)
				byte = (char)(0x80 + i);
	buffer_add(buffer, &byte, 1);
}

void
encoding_encode(enum encoding encoding, const char *text, size_t length, struct buffer *buffer)
{
	if (encoding == ENCODING_UTF8) {
		buffer_add(buffer, text, length);
		return;
	}
	for (size_t at = 0; at < length;) {
		uint32_t character;

		at += utf8_decode(text + at, length - at, &character);
		if (encoding == ENCODING_WINDOWS_1252 || encoding == ENCODING_LATIN1) {
			encoding_encode_byte(encoding, character, buffer);
		} else if (character < 0x10000) {
			encoding_encode_unit(encoding, character, buffer);
		} else {
			encoding_encode_unit(
			    encoding, 0xD800 + ((character - 0x10000) >> 10), buffer);
			encoding_encode_unit(
			    encoding, 0xDC00 + ((character - 0x10000) & 0x3FF), buffer);
		}
	}
}

void
encoding_fault(enum encoding encoding, const char *text, size_t length, size_t at,
    char fault[ENCODING_FAULT_SIZE])
{
	const unsigned char *bytes = (const unsigned char *)text + at;
	size_t position = encoding_raw_length(encoding, text, at) + 1;

	if (encoding == ENCODING_UTF8)
		snprintf(fault, ENCODING_FAULT_SIZE,
		    "byte 0x%02X at position %zu is not valid UTF-8: save the file as UTF-8, or "
		    "say "
		    "what it is with --encoding (windows-1252, latin1)",
		    bytes[0], position);
	else if (encoding == ENCODING_WINDOWS_1252)
		snprintf(fault, ENCODING_FAULT_SIZE,
		    "byte 0x%02X at position %zu is no character of Windows-1252: save the file as "
		    "UTF-8",
		    bytes[0], position);
	else if (encoding_is_surrogate(bytes, length - at))
		snprintf(fault, ENCODING_FAULT_SIZE,
		    "half a surrogate pair (U+%04X) at position %zu is not valid UTF-16: save the "
		    "file again, as UTF-8",
		    (bytes[0] & 0xFu) << 12 | (bytes[1] & 0x3Fu) << 6 | (bytes[2] & 0x3Fu),
		    position);
	else
		snprintf(fault, ENCODING_FAULT_SIZE,
		    "half a character at position %zu, at the end of UTF-16: the file may be cut "
		    "off",
		    position);
}
