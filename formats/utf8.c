#include "utf8.h"

#include <string.h>

#define REPLACEMENT 0xfffdu

size_t
utf8_decode(const char *text, size_t length, uint32_t *code)
{
	/* By the number of bytes: the smallest code point that needs so many (RFC 3629, 3). */
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	const unsigned char *bytes = (const unsigned char *)text;
	uint32_t value;
	size_t size;

	*code = REPLACEMENT;
	if (bytes[0] < 0x80) {
		*code = bytes[0];
		return 1;
	}
	if (bytes[0] < 0xc2 || bytes[0] > 0xf4)
		return 1;
	size = bytes[0] < 0xe0 ? 2 : bytes[0] < 0xf0 ? 3 : 4;
	if (size > length)
		return 1;
	value = bytes[0] & (0x7fu >> size);
	for (size_t i = 1; i < size; i++) {
		if ((bytes[i] & 0xc0) != 0x80)
			return 1;
		value = value << 6 | (bytes[i] & 0x3fu);
	}
	if (value < least[size] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
		return 1;
	*code = value;
	return size;
}

size_t
utf8_valid(const char *text, size_t length)
{
	size_t i = 0;
	uint32_t code;

	while (i < length) {
		uint64_t word;
		size_t size;

		if (length - i >= sizeof(word)) { /* most text is ASCII: eight bytes at once */
			memcpy(&word, text + i, sizeof(word));
			if ((word & UINT64_C(0x8080808080808080)) == 0) {
				i += sizeof(word);
				continue;
			}
		}
		if ((unsigned char)text[i] < 0x80) {
			i++;
			continue;
		}
		size = utf8_decode(text + i, length - i, &code);
		if (size == 1)
			return i;
		i += size;
	}
	return length;
}

struct range {
	uint32_t first;
	uint32_t last;
};

/* The blocks of combining and invisible characters, and (UAX 11) of wide ones: roughly right,
 * the same everywhere, and no locale needed. In order. */
static const struct range combining[] = {{0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd},
    {0x0610, 0x061a}, {0x064b, 0x065f}, {0x06d6, 0x06dc}, {0x093c, 0x093c}, {0x0941, 0x0948},
    {0x094d, 0x094d}, {0x0e31, 0x0e31}, {0x0e34, 0x0e3a}, {0x0e47, 0x0e4e}, {0x1ab0, 0x1aff},
    {0x1dc0, 0x1dff}, {0x200b, 0x200f}, {0x202a, 0x202e}, {0x2060, 0x2064}, {0x20d0, 0x20ff},
    {0x302a, 0x302d}, {0x3099, 0x309a}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0xfeff, 0xfeff},
    {0xe0100, 0xe01ef}};
static const struct range wide[] = {{0x1100, 0x115f}, {0x2e80, 0x303e}, {0x3041, 0x33ff},
    {0x3400, 0x4dbf}, {0x4e00, 0xa4cf}, {0xa960, 0xa97f}, {0xac00, 0xd7a3}, {0xf900, 0xfaff},
    {0xfe30, 0xfe6f}, {0xff01, 0xff60}, {0xffe0, 0xffe6}, {0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff},
    {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd}};

static bool
within(const struct range *ranges, size_t count, uint32_t code)
{
	for (size_t i = 0; i < count && code >= ranges[i].first; i++)
		if (code <= ranges[i].last)
			return true;
	return false;
}

static const struct range invisible[] = {{0x00ad, 0x00ad}, {0x061c, 0x061c}, {0x180e, 0x180e},
    {0x200b, 0x200f}, {0x202a, 0x202e}, {0x2060, 0x2064}, {0x2066, 0x206f}, {0xfeff, 0xfeff}};

bool
utf8_is_invisible(uint32_t code)
{
	return within(invisible, sizeof(invisible) / sizeof(invisible[0]), code);
}

size_t
utf8_invisible_length(const char *text, size_t length)
{
	uint32_t code;
	size_t size;

	if (length == 0 || (unsigned char)text[0] < 0x80)
		return 0;
	size = utf8_decode(text, length, &code);
	return utf8_is_invisible(code) ? size : 0;
}

unsigned
utf8_width(uint32_t code)
{
	if (within(combining, sizeof(combining) / sizeof(combining[0]), code))
		return 0;
	if (within(wide, sizeof(wide) / sizeof(wide[0]), code))
		return 2;
	return 1;
}
