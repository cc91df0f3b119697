#include "read/csv_splitter.h"

#include "limits.h"
#include "read/window.h"

#include <endian.h>
#include <string.h>

#define SHORT 32u /* bytes in which a loop finds a quote faster than a call of memchr(3) */

/* Where the first quote is from text[at] on; `length` when there is none. */
static size_t
splitter_find_quote(const char *text, size_t length, size_t at)
{
	size_t near = length - at < SHORT ? length : at + SHORT;
	const char *quote;

	for (; at < near; at++)
		if (text[at] == '"')
			return at;
	quote = at < length ? memchr(text + at, '"', length - at) : NULL;
	return quote == NULL ? length : (size_t)(quote - text);
}

/* Moves *at over the quoted field that starts there, or to the damage in it. */
static enum split
splitter_scan_quoted(const char *text, size_t length, bool ended, char delimiter, size_t *at)
{
	size_t start = *at;
	size_t i = start + 1;

	for (;;) {
		i = splitter_find_quote(text, length, i);
		if (i == length) {
			*at = start;
			return ended ? SPLIT_UNCLOSED : SPLIT_MORE;
		}
		if (++i == length) {
			*at = i;
			return ended ? SPLIT_RECORD : SPLIT_MORE;
		}
		if (text[i] != '"')
			break;
		i++;
	}
	*at = i;
	if (text[i] == delimiter || text[i] == '\n' || text[i] == '\r')
		return SPLIT_RECORD;
	return SPLIT_AFTER;
}

static enum split
splitter_scan_unquoted(const char *text, size_t length, char delimiter, size_t *at)
{
	size_t i = *at;

	while (i < length && text[i] != delimiter && text[i] != '\n' && text[i] != '\r') {
		if (text[i] == '"') {
			*at = i;
			return SPLIT_STRAY;
		}
		i++;
	}
	*at = i;
	return SPLIT_RECORD;
}

/* Finds the end of a record that has a quote on its first line. */
static enum split
splitter_scan_fields(
    const char *text, size_t length, bool ended, char delimiter, struct extent *extent)
{
	size_t i = 0;

	for (;;) {
		enum split split = i < length && text[i] == '"'
				       ? splitter_scan_quoted(text, length, ended, delimiter, &i)
				       : splitter_scan_unquoted(text, length, delimiter, &i);

		extent->at = i;
		if (i > LIMIT_RECORD)
			return SPLIT_LONG;
		if (split != SPLIT_RECORD)
			return split;
		if (i == length && !ended)
			return SPLIT_MORE;
		if (i == length || text[i] != delimiter)
			break;
		i++;
	}
	extent->length = extent->next = i;
	if (i < length) {
		size_t end = line_end_length(text, length, i, ended);

		if (end == 0)
			return SPLIT_MORE;
		extent->next += end;
	}
	return SPLIT_RECORD;
}

enum split
csv_splitter_scan(
    const char *text, size_t length, bool ended, char delimiter, struct extent *extent)
{
	size_t line, end = 0;

	/* The result must not depend on how much text there happens to be. */
	if (length >= LIMIT_RECORD + 2) {
		length = LIMIT_RECORD + 2;
		ended = true;
	}
	line = line_end(text, length);
	*extent = (struct extent){0};
	if (line > LIMIT_RECORD)
		return SPLIT_LONG;
	if (line < length)
		end = line_end_length(text, length, line, ended);
	if ((line == length && !ended) || (line < length && end == 0))
		return SPLIT_MORE;
	extent->length = line;
	extent->next = line + end;
	if (memchr(text, '"', line) != NULL) {
		enum split split = splitter_scan_fields(text, length, ended, delimiter, extent);

		if (split != SPLIT_RECORD)
			return split;
	}
	extent->lines = extent->next > extent->length;
	if (extent->length > line)
		extent->lines += line_count(text, extent->length);
	return SPLIT_RECORD;
}

/* Where the first byte is, from `at` on, that is no visible ASCII, or `length`. Eight at a time. */
static size_t
splitter_find_invisible(const char *text, size_t length, size_t at)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), tops = UINT64_C(0x8080808080808080);
	uint64_t word;

	for (; length - at >= sizeof(word); at += sizeof(word)) {
		memcpy(&word, text + at, sizeof(word));
		word = le64toh(word);
		/* A byte below '!' borrows from the next one, but only the first such byte counts.
		 */
		word = (word | (word - '!' * ones)) & tops;
		if (word != 0)
			return at + (size_t)__builtin_ctzll(word) / 8;
	}
	while (at < length && (signed char)text[at] > ' ')
		at++;
	return at;
}

static bool
splitter_is_word(char c, char delimiter)
{
	return (signed char)c > ' ' && c != '"' && c != delimiter;
}

bool
csv_splitter_plain(const char *text, size_t length, char delimiter, struct extent *extent)
{
	size_t i, end;

	if (length > LIMIT_RECORD + 1)
		length = LIMIT_RECORD + 1;
	for (i = 0;; i++) {
		i = splitter_find_invisible(text, length, i);
		if (i == length)
			return false;
		if (text[i] == '\n' || text[i] == '\r')
			break;
		if (text[i] != ' ' && text[i] != '\t')
			return false;
		if (text[i] != delimiter &&
		    (i == 0 || i + 1 == length || !splitter_is_word(text[i - 1], delimiter) ||
			!splitter_is_word(text[i + 1], delimiter)))
			return false;
	}
	end = line_end_length(text, length, i, false);
	*extent = (struct extent){.length = i, .next = i + end, .lines = 1};
	return end > 0;
}

size_t
csv_splitter_field(const char *text, size_t length, size_t at, char delimiter)
{
	if (at < length && text[at] == '"')
		splitter_scan_quoted(text, length, true, delimiter, &at);
	else
		splitter_scan_unquoted(text, length, delimiter, &at);
	return at;
}
