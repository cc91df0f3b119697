#include "base64.h"

#include <stdint.h>
#include <string.h>

#define NO_DIGIT 64

static unsigned
base64_digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (unsigned)(c - 'A');
	if (c >= 'a' && c <= 'z')
		return (unsigned)(c - 'a') + 26;
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0') + 52;
	return c == '+' ? 62 : c == '/' ? 63 : NO_DIGIT;
}

/* Adds the bytes of four characters, of which the last ones are `padding`. The bits that padding
 * leaves over must be 0. */
static bool
base64_add(struct buffer *buffer, uint32_t group, unsigned padding)
{
	const char bytes[3] = {(char)(group >> 16), (char)(group >> 8), (char)group};

	if (padding > 2 || (group & ((1u << 8 * padding) - 1)) != 0)
		return false;
	buffer_add(buffer, bytes, 3 - padding);
	return true;
}

bool
base64_decode(struct buffer *buffer, const char *text, size_t length)
{
	unsigned digits = 0, padding = 0;
	uint32_t group = 0;

	(void)buffer_reserve(buffer, length / 4 * 3 + 3);
	for (size_t i = 0; i < length; i++) {
		unsigned digit = base64_digit(text[i]);

		if (text[i] != '\0' && strchr(" \t\r\n", text[i]) != NULL)
			continue;
		if (text[i] == '=')
			padding++;
		else if (digit == NO_DIGIT || padding > 0)
			return false;
		group = group << 6 | (digit & 63 & (text[i] == '=' ? 0u : ~0u));
		if (++digits % 4 != 0)
			continue;
		if (!base64_add(buffer, group, padding))
			return false;
		group = 0;
	}
	return digits % 4 == 0;
}
