#include "buffer.h"

#include "utf8.h"

#include <stdlib.h>
#include <string.h>

bool
buffer_reserve(struct buffer *buffer, size_t more)
{
	size_t need = buffer->length + more + 1;
	size_t capacity = buffer->capacity == 0 ? 256 : buffer->capacity;
	char *bytes;

	if (buffer->failed)
		return false;
	if (need <= buffer->capacity)
		return true;
	while (capacity < need)
		capacity *= 2;
	bytes = malloc(capacity);
	if (bytes == NULL) {
		buffer->failed = true;
		return false;
	}
	if (buffer->bytes != NULL) {
		memcpy(bytes, buffer->bytes, buffer->length);
		explicit_bzero(buffer->bytes, buffer->capacity);
		free(buffer->bytes);
	}
	buffer->bytes = bytes;
	buffer->capacity = capacity;
	return true;
}

void
buffer_add(struct buffer *buffer, const char *bytes, size_t length)
{
	if ((buffer->failed || length >= buffer->capacity - buffer->length) &&
	    !buffer_reserve(buffer, length))
		return;
	if (length > 0)
		memcpy(buffer->bytes + buffer->length, bytes, length);
	buffer->length += length;
	buffer->bytes[buffer->length] = '\0';
}

void
buffer_add_string(struct buffer *buffer, const char *text)
{
	buffer_add(buffer, text, strlen(text));
}

void
buffer_addf(struct buffer *buffer, const char *format, ...)
{
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	if (length < 0 || !buffer_reserve(buffer, (size_t)length))
		return;
	va_start(arguments, format);
	vsnprintf(buffer->bytes + buffer->length, (size_t)length + 1, format, arguments);
	va_end(arguments);
	buffer->length += (size_t)length;
}

/* How many bytes at the start of text need no escape in a JSON string. */
static size_t
buffer_json_plain(const char *text, size_t length)
{
	size_t at = 0;

	while (at < length) {
		unsigned char c = (unsigned char)text[at];
		size_t bytes = 1;
		uint32_t code;

		if (c < 0x20 || c == '"' || c == '\\')
			break;
		if (c >= 0x80)
			bytes = utf8_decode(text + at, length - at, &code);
		if (c >= 0x80 && bytes == 1)
			break;
		at += bytes;
	}
	return at;
}

/*
 * RFC 8259, 7: the quote, the backslash and characters below U+0020 must be escaped; 8.1: JSON is
 * UTF-8, and the name of a file may be anything.
 */
void
buffer_add_json(struct buffer *buffer, const char *text, size_t length)
{
	buffer_add(buffer, "\"", 1);
	for (size_t at = 0; at < length; at++) {
		size_t plain = buffer_json_plain(text + at, length - at);
		unsigned char c;

		buffer_add(buffer, text + at, plain);
		at += plain;
		if (at == length)
			break;
		c = (unsigned char)text[at];
		if (c == '"' || c == '\\')
			buffer_addf(buffer, "\\%c", c);
		else if (c == '\n')
			buffer_add(buffer, "\\n", 2);
		else if (c == '\r')
			buffer_add(buffer, "\\r", 2);
		else if (c == '\t')
			buffer_add(buffer, "\\t", 2);
		else if (c >= 0x80)
			buffer_add_string(buffer, UTF8_REPLACEMENT);
		else
			buffer_addf(buffer, "\\u%04x", c);
	}
	buffer_add(buffer, "\"", 1);
}

void
buffer_add_shell(struct buffer *buffer, const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "_-./:,+@%";

	if (*word != '\0' && word[strspn(word, plain)] == '\0') {
		buffer_add_string(buffer, word);
		return;
	}
	buffer_add_string(buffer, "'");
	for (; *word != '\0'; word++)
		if (*word == '\'')
			buffer_add_string(buffer, "'\\''");
		else
			buffer_add(buffer, word, 1);
	buffer_add_string(buffer, "'");
}

void
buffer_clear(struct buffer *buffer)
{
	if (buffer->bytes != NULL)
		explicit_bzero(buffer->bytes, buffer->length);
	buffer->length = 0;
	buffer->failed = false;
}

void
buffer_release(struct buffer *buffer)
{
	if (buffer->bytes != NULL)
		explicit_bzero(buffer->bytes, buffer->capacity);
	free(buffer->bytes);
	*buffer = (struct buffer){0};
}
