#include "certificates/names.h"

#include "memory.h"
#include "utf8.h"

#include <arpa/inet.h>
#include <idn2.h>
#include <stdlib.h>
#include <string.h>

static bool
name_is_ascii(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if ((unsigned char)text[i] >= 0x80)
			return false;
	return true;
}

static void
name_add_lower(struct buffer *value, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		char c = text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] - 'A' + 'a') : text[i];

		buffer_add(value, &c, 1);
	}
}

/* A label that is not ASCII as an A-label, where it can be one. */
static void
name_add_label(struct buffer *value, const char *label, size_t length)
{
	char text[4 * 63 + 1], *encoded = NULL;

	if (!name_is_ascii(label, length) && length < sizeof(text) &&
	    utf8_valid(label, length) == length) {
		memcpy(text, label, length);
		text[length] = '\0';
		if (idn2_to_ascii_8z(text, &encoded, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) ==
		    IDN2_OK) {
			name_add_lower(value, encoded, strlen(encoded));
			idn2_free(encoded);
			return;
		}
	}
	name_add_lower(value, label, length);
}

static void
name_add_dns(struct buffer *value, const char *text, size_t length)
{
	size_t start = 0;

	if (length > 1 && text[length - 1] == '.')
		length--;
	for (size_t i = 0; i <= length; i++) {
		if (i < length && text[i] != '.')
			continue;
		name_add_label(value, text + start, i - start);
		if (i < length)
			buffer_add(value, ".", 1);
		start = i + 1;
	}
}

static void
name_add_email(struct buffer *value, const char *text, size_t length)
{
	const char *at = memrchr(text, '@', length);

	if (at == NULL) {
		buffer_add(value, text, length);
		return;
	}
	buffer_add(value, text, (size_t)(at + 1 - text));
	name_add_dns(value, at + 1, length - (size_t)(at + 1 - text));
}

static void
name_add_ip(struct buffer *value, const char *text, size_t length)
{
	char address[INET6_ADDRSTRLEN], printed[INET6_ADDRSTRLEN];
	unsigned char bytes[sizeof(struct in6_addr)];

	if (length < sizeof(address)) {
		memcpy(address, text, length);
		address[length] = '\0';
		for (size_t i = 0; i < 2; i++) {
			int family = i == 0 ? AF_INET : AF_INET6;

			if (inet_pton(family, address, bytes) == 1 &&
			    inet_ntop(family, bytes, printed, sizeof(printed)) != NULL) {
				buffer_add_string(value, printed);
				return;
			}
		}
	}
	name_add_lower(value, text, length);
}

/* What is in a certificate may be anything: NUL, control characters, bytes that are not UTF-8. */
static char *
name_escape(const struct buffer *value)
{
	struct buffer escaped = {0};
	size_t left = value->length;
	char *copy = NULL;

	for (const char *text = value->bytes; left > 0;) {
		char escape[UTF8_ESCAPE_SIZE];
		size_t size = utf8_escape(text, left, escape);

		if (escape[0] != '\0')
			buffer_add_string(&escaped, escape);
		else
			buffer_add(&escaped, text, size);
		text += size;
		left -= size;
	}
	if (!value->failed && !escaped.failed)
		copy = strdup(escaped.bytes == NULL ? "" : escaped.bytes);
	buffer_release(&escaped);
	return copy;
}

void
names_add(struct names *names, int type, const char *text, size_t length)
{
	struct buffer value = {0};
	struct name *items = memory_grow(
	    names->items, names->count, &names->capacity, sizeof(*names->items));
	char *copy = NULL;

	if (items != NULL) {
		names->items = items;
		if (type == NAME_DNS)
			name_add_dns(&value, text, length);
		else if (type == NAME_IP)
			name_add_ip(&value, text, length);
		else if (type == NAME_EMAIL)
			name_add_email(&value, text, length);
		else
			buffer_add(&value, text, length);
		copy = name_escape(&value);
	}
	if (copy == NULL)
		names->failed = true;
	else
		names->items[names->count++] = (struct name){type, copy};
	buffer_release(&value);
}

static int
name_compare(const void *a, const void *b)
{
	const struct name *one = a, *other = b;

	if (one->type != other->type)
		return one->type < other->type ? -1 : 1;
	return strcmp(one->value, other->value);
}

void
names_sort(struct names *names)
{
	size_t kept = 0;

	if (names->count > 1)
		qsort(names->items, names->count, sizeof(*names->items), name_compare);
	for (size_t i = 0; i < names->count; i++) {
		if (kept > 0 && name_compare(&names->items[kept - 1], &names->items[i]) == 0)
			free(names->items[i].value);
		else
			names->items[kept++] = names->items[i];
	}
	names->count = kept;
}

void
names_add_json(const struct names *names, struct buffer *json)
{
	buffer_add_string(json, "[");
	for (size_t i = 0; i < names->count; i++) {
		buffer_add_string(json, i == 0 ? "{\"Value\":" : ",{\"Value\":");
		buffer_add_json(json, names->items[i].value, strlen(names->items[i].value));
		buffer_addf(json, ",\"Type\":%d}", names->items[i].type);
	}
	buffer_add_string(json, "]");
}

void
names_release(struct names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->items[i].value);
	free(names->items);
	*names = (struct names){0};
}
