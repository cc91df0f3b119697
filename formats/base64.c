#include "base64.h"

#include <stdint.h>
#include <string.h>

#define NO_DIGIT 64

static unsigned
base64_digit(char c)
{
	static const unsigned char digits['z' - '+' + 1] = {62, 64, 64, 64, 63, 52, 53, 54, 55, 56,
	    57, 58, 59, 60, 61, 64, 64, 64, 64, 64, 64, 64, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
	    12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 64, 64, 64, 64, 64, 64, 26, 27,
	    28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49,
	    50, 51};
	unsigned place = (unsigned)(unsigned char)c - '+';

	return place < sizeof(digits) ? digits[place] : NO_DIGIT;
}

static bool
base64_is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Adds the bytes of four characters, of which the last ones are `padding`; there is room for them.
 * The bits that padding leaves over must be 0. */
static bool
base64_add(struct buffer *buffer, uint32_t group, unsigned padding)
{
	const char bytes[3] = {(char)(group >> 16), (char)(group >> 8), (char)group};

	if (padding > 2 || (group & ((1u << 8 * padding) - 1)) != 0)
		return false;
	memcpy(buffer->bytes + buffer->length, bytes, 3);
	buffer->length += 3 - padding;
	buffer->bytes[buffer->length] = '\0';
	return true;
}

bool
base64_decode(struct buffer *buffer, const char *text, size_t length)
{
	unsigned digits = 0, padding = 0;
	uint32_t group = 0;

	if (!buffer_reserve(buffer, length / 4 * 3 + 3))
		return false;
	for (size_t i = 0; i < length; i++) {
		unsigned digit = base64_digit(text[i]);

		if (digit == NO_DIGIT) {
			if (base64_is_blank(text[i]))
				continue;
			if (text[i] != '=')
				return false;
			padding++;
			digit = 0;
		} else if (padding > 0) {
			return false;
		}
		group = group << 6 | digit;
		if (++digits % 4 != 0)
			continue;
		if (!base64_add(buffer, group, padding))
			return false;
		group = 0;
	}
	return digits % 4 == 0;
}
