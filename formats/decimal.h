#ifndef FORMATS_DECIMAL_H
#define FORMATS_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline bool
decimal_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

#define DECIMAL_SIZE sizeof("-9223372036854775808")

/* Writes an integer in decimal, much faster than snprintf(3), for it is done once or twice a cell.
 * Returns the length without the NUL. */
static inline size_t
decimal_format(int64_t value, char text[DECIMAL_SIZE])
{
	uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;
	size_t length = value < 0, digits = 1;

	for (uint64_t r = rest; r >= 10; r /= 10)
		digits++;
	if (value < 0)
		text[0] = '-';
	length += digits;
	text[length] = '\0';
	for (size_t i = length; digits > 0; digits--, rest /= 10)
		text[--i] = (char)('0' + rest % 10);
	return length;
}

/* Reads decimal digits and nothing else, leading zeros among them. -1 for any other text and for
 * more than `most`. */
static inline int64_t
decimal_parse(const char *text, int64_t most)
{
	int64_t value = 0;

	if (*text == '\0')
		return -1;
	for (; *text != '\0'; text++) {
		if (!decimal_is_digit(*text) || value > (most - (*text - '0')) / 10)
			return -1;
		value = value * 10 + (*text - '0');
	}
	return value;
}

#endif
