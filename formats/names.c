#include "names.h"

#include <string.h>

#define CORE_SIZE 256    /* of a name longer than that, the start decides what it nearly is */
#define LEAST_DISTANCE 4 /* shorter names are one letter away from too many words */
#define LEAST_CONTAINED 6

/* The next byte of a name's core at *at, or -1 at its end. */
static int
core_next(const char *name, size_t length, size_t *at)
{
	while (*at < length) {
		unsigned char c = (unsigned char)name[(*at)++];

		if (c == ' ' || (c >= '\t' && c <= '\r') || c == '_' || c == '-')
			continue;
		if (c == 0xC2 && *at < length && (unsigned char)name[*at] == 0xA0) { /* U+00A0 */
			(*at)++;
			continue;
		}
		if (c == 0xE2 && length - *at >= 2 && memcmp(name + *at, "\x80\xAF", 2) == 0) {
			*at += 2; /* U+202F */
			continue;
		}
		return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
	}
	return -1;
}

bool
name_equal(const char *a, size_t a_length, const char *b, size_t b_length)
{
	size_t i = 0, j = 0;
	int c;

	do {
		c = core_next(a, a_length, &i);
		if (c != core_next(b, b_length, &j))
			return false;
	} while (c != -1);
	return true;
}

bool
name_is_blank(const char *name, size_t length)
{
	size_t at = 0;

	return memchr(name, '_', length) == NULL && memchr(name, '-', length) == NULL &&
	       core_next(name, length, &at) == -1;
}

size_t
name_cut(const char *name, size_t length, size_t size)
{
	if (length <= size)
		return length;
	while (size > 0 && ((unsigned char)name[size] & 0xC0) == 0x80)
		size--;
	return size;
}

static size_t
core(const char *name, size_t length, char out[CORE_SIZE])
{
	size_t at = 0, count = 0;
	int c;

	while (count < CORE_SIZE && (c = core_next(name, length, &at)) != -1)
		out[count++] = (char)c;
	return count;
}

/* One edit apart: what is equal at the start and at the end leaves at most one edit between. */
static bool
one_edit(const char *a, size_t a_count, const char *b, size_t b_count)
{
	size_t head = 0, tail = 0;
	size_t shorter = a_count < b_count ? a_count : b_count;

	while (head < shorter && a[head] == b[head])
		head++;
	while (tail < shorter - head && a[a_count - 1 - tail] == b[b_count - 1 - tail])
		tail++;
	a += head;
	b += head;
	a_count -= head + tail;
	b_count -= head + tail;
	if (a_count + b_count == 1 || (a_count == 1 && b_count == 1))
		return true;
	return a_count == 2 && b_count == 2 && a[0] == b[1] && a[1] == b[0];
}

bool
name_nearly(const char *name, size_t length, const char *known)
{
	char a[CORE_SIZE], b[CORE_SIZE];
	size_t a_count = core(name, length, a);
	size_t b_count = core(known, strlen(known), b);

	if (a_count == b_count && memcmp(a, b, a_count) == 0)
		return false;
	if (b_count >= LEAST_DISTANCE && one_edit(a, a_count, b, b_count))
		return true;
	return b_count >= LEAST_CONTAINED && memmem(a, a_count, b, b_count) != NULL;
}

static bool
among(const char *const *names, size_t count, const char *name, size_t length, size_t *index)
{
	for (size_t i = 0; i < count; i++)
		if (name_equal(names[i], strlen(names[i]), name, length)) {
			*index = i;
			return true;
		}
	return false;
}

/* The longest known name that it nearly is: NewExistingCertificateId means no CertificateId. */
static bool
nearest(const struct fields *fields, const char *name, size_t length, size_t *field)
{
	size_t best = 0;

	for (size_t i = 0; i < fields->count; i++) {
		size_t known = strlen(fields->names[i]);

		if (known > best && name_nearly(name, length, fields->names[i])) {
			best = known;
			*field = i;
		}
	}
	return best > 0;
}

enum name_kind
name_find(const struct fields *fields, const char *name, size_t length, size_t *field)
{
	size_t ignored;

	*field = 0;
	if (among(fields->dropped, fields->dropped_count, name, length, &ignored)) {
		if (!among(fields->names, fields->count, name, length, field))
			*field = fields->count;
		return NAME_DROPPED;
	}
	if (among(fields->allowed, fields->allowed_count, name, length, &ignored))
		return NAME_ALLOWED;
	if (among(fields->names, fields->count, name, length, field))
		return NAME_KNOWN;
	if (fields->strict && nearest(fields, name, length, field))
		return NAME_NEARLY;
	return NAME_UNKNOWN;
}
