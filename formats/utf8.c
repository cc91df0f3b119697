#include "utf8.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define REPLACEMENT 0xfffdu

size_t
utf8_decode(const char *text, size_t length, uint32_t *code)
{
	/* RFC 3629, 3: the smallest code point that needs so many bytes. */
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

/* The blocks of combining and invisible characters, and of wide ones (UAX 11), in order. They are
 * roughly right, do not depend on the system, and need no locale. */
static const struct range combining[] = {{0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd},
    {0x0610, 0x061a}, {0x064b, 0x065f}, {0x06d6, 0x06dc}, {0x093c, 0x093c}, {0x0941, 0x0948},
    {0x094d, 0x094d}, {0x0e31, 0x0e31}, {0x0e34, 0x0e3a}, {0x0e47, 0x0e4e}, {0x1ab0, 0x1aff},
    {0x1dc0, 0x1dff}, {0x200b, 0x200f}, {0x202a, 0x202e}, {0x2060, 0x2064}, {0x20d0, 0x20ff},
    {0x302a, 0x302d}, {0x3099, 0x309a}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0xfeff, 0xfeff},
    {0xe0100, 0xe01ef}};
static const struct range wide[] = {{0x1100, 0x115f}, {0x231a, 0x231b}, {0x2329, 0x232a},
    {0x23e9, 0x23ec}, {0x23f0, 0x23f0}, {0x23f3, 0x23f3}, {0x25fd, 0x25fe}, {0x2614, 0x2615},
    {0x2648, 0x2653}, {0x267f, 0x267f}, {0x2693, 0x2693}, {0x26a1, 0x26a1}, {0x26aa, 0x26ab},
    {0x26bd, 0x26be}, {0x26c4, 0x26c5}, {0x26ce, 0x26ce}, {0x26d4, 0x26d4}, {0x26ea, 0x26ea},
    {0x26f2, 0x26f3}, {0x26f5, 0x26f5}, {0x26fa, 0x26fa}, {0x26fd, 0x26fd}, {0x2705, 0x2705},
    {0x270a, 0x270b}, {0x2728, 0x2728}, {0x274c, 0x274c}, {0x274e, 0x274e}, {0x2753, 0x2755},
    {0x2757, 0x2757}, {0x2795, 0x2797}, {0x27b0, 0x27b0}, {0x27bf, 0x27bf}, {0x2b1b, 0x2b1c},
    {0x2b50, 0x2b50}, {0x2b55, 0x2b55}, {0x2e80, 0x303e}, {0x3041, 0x33ff}, {0x3400, 0x4dbf},
    {0x4e00, 0xa4cf}, {0xa960, 0xa97f}, {0xac00, 0xd7a3}, {0xf900, 0xfaff}, {0xfe10, 0xfe19},
    {0xfe30, 0xfe6f}, {0xff01, 0xff60}, {0xffe0, 0xffe6}, {0x16fe0, 0x18cff}, {0x1aff0, 0x1b2ff},
    {0x1f004, 0x1f004}, {0x1f0cf, 0x1f0cf}, {0x1f18e, 0x1f18e}, {0x1f191, 0x1f19a},
    {0x1f200, 0x1f265}, {0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff}, {0x1f7e0, 0x1f7f0},
    {0x1f900, 0x1f9ff}, {0x1fa70, 0x1faff}, {0x20000, 0x3fffd}};

static bool
utf8_is_within(const struct range *ranges, size_t count, uint32_t code)
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
	return utf8_is_within(invisible, sizeof(invisible) / sizeof(invisible[0]), code);
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
	if (utf8_is_within(combining, sizeof(combining) / sizeof(combining[0]), code))
		return 0;
	if (utf8_is_within(wide, sizeof(wide) / sizeof(wide[0]), code))
		return 2;
	return 1;
}

/* ---- terminals ------------------------------------------------------------------------------- */

/* Unicode 15: C1 controls, general categories Cf, Zl and Zp, Default_Ignorable_Code_Point, and the
 * two noncharacters at the end of the first plane. In order. */
static const struct range hidden[] = {{0x80, 0x9f}, {0xad, 0xad}, {0x034f, 0x034f},
    {0x0600, 0x0605}, {0x061c, 0x061c}, {0x06dd, 0x06dd}, {0x070f, 0x070f}, {0x0890, 0x0891},
    {0x08e2, 0x08e2}, {0x115f, 0x1160}, {0x17b4, 0x17b5}, {0x180b, 0x180f}, {0x200b, 0x200f},
    {0x2028, 0x202e}, {0x2060, 0x206f}, {0x3164, 0x3164}, {0xfe00, 0xfe0f}, {0xfeff, 0xfeff},
    {0xffa0, 0xffa0}, {0xfff0, 0xfffb}, {0xfffe, 0xffff}, {0x110bd, 0x110bd}, {0x110cd, 0x110cd},
    {0x13430, 0x1343f}, {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff}};

size_t
utf8_escape(const char *text, size_t length, char escape[UTF8_ESCAPE_SIZE])
{
	unsigned char byte = (unsigned char)text[0];
	uint32_t code;
	size_t size;

	escape[0] = '\0';
	if (byte >= 0x20 && byte < 0x7f)
		return 1;
	size = utf8_decode(text, length, &code);
	if (size == 1)
		snprintf(escape, UTF8_ESCAPE_SIZE, "\\x%02x", byte);
	else if (utf8_is_within(hidden, sizeof(hidden) / sizeof(hidden[0]), code))
		snprintf(escape, UTF8_ESCAPE_SIZE, code > 0xffff ? "\\U%08x" : "\\u%04x",
		    (unsigned)code);
	return size;
}

void
utf8_escape_text(const char *text, char *escaped, size_t size)
{
	size_t left = strlen(text);

	while (left > 0) {
		char escape[UTF8_ESCAPE_SIZE];
		size_t count = utf8_escape(text, left, escape);
		const char *shown = escape[0] == '\0' ? text : escape;
		size_t more = escape[0] == '\0' ? count : strlen(escape);

		if (more >= size)
			break;
		memcpy(escaped, shown, more);
		escaped += more;
		size -= more;
		text += count;
		left -= count;
	}
	*escaped = '\0';
}
