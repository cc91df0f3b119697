#include "error.h"

#include "utf8.h"

#include <errno.h>
#include <string.h>

/* Removes a character that was cut in two at the end of a text that fills its array. */
static void
error_trim(char *text, size_t size)
{
	size_t length = strlen(text), start = length;

	if (length + 1 < size)
		return;
	while (start > 0 && length - start < 3 && ((unsigned char)text[start - 1] & 0xc0) == 0x80)
		start--;
	if (start > 0 && ((unsigned char)text[start - 1] & 0xc0) == 0xc0)
		start--;
	if (utf8_valid(text + start, length - start) != length - start)
		text[start] = '\0';
}

static void
error_copy(char *to, size_t size, const char *from)
{
	snprintf(to, size, "%s", from == NULL ? "" : from);
	error_trim(to, size);
}

static void
error_fill(struct error *err, enum error_code code, struct error_place place, const char *format,
    va_list arguments)
{
	err->code = code;
	err->line = place.line;
	err->reader_gone = false;
	error_copy(err->file, sizeof(err->file), place.file);
	error_copy(err->field, sizeof(err->field), place.field);
	vsnprintf(err->text, sizeof(err->text), format, arguments);
	error_trim(err->text, sizeof(err->text));
}

int
error_set(struct error *err, enum error_code code, const char *file, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	if (err != NULL)
		error_fill(err, code, (struct error_place){.file = file}, format, arguments);
	va_end(arguments);
	return -1;
}

int
error_set_at(
    struct error *err, enum error_code code, struct error_place place, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	if (err != NULL)
		error_fill(err, code, place, format, arguments);
	va_end(arguments);
	return -1;
}

int
error_errno(struct error *err, const char *file, const char *format, ...)
{
	int saved = errno;
	va_list arguments;
	size_t length;

	if (err == NULL)
		return -1;
	va_start(arguments, format);
	error_fill(err, ERROR_STORAGE, (struct error_place){.file = file}, format, arguments);
	va_end(arguments);
	length = strlen(err->text);
	snprintf(err->text + length, sizeof(err->text) - length, ": %s", strerror(saved));
	error_trim(err->text, sizeof(err->text));
	errno = saved;
	return -1;
}

int
error_memory(struct error *err)
{
	return error_set(err, ERROR_STORAGE, NULL, "out of memory");
}

/* A message is one visible line on a terminal, whatever bytes a file name or a field holds. */
static void
message_write_escaped(FILE *stream, const char *text)
{
	size_t left = strlen(text);

	while (left > 0) {
		char escape[UTF8_ESCAPE_SIZE];
		size_t size = utf8_escape(text, left, escape);

		if (escape[0] != '\0')
			fputs(escape, stream);
		else
			fwrite(text, 1, size, stream);
		text += size;
		left -= size;
	}
}

static void
message_write(FILE *stream, struct error_place place, const char *text)
{
	fputs("pfxreplace: ", stream);
	if (place.file != NULL && place.file[0] != '\0') {
		message_write_escaped(stream, place.file);
		if (place.line != 0)
			fprintf(stream, ":%llu", (unsigned long long)place.line);
		fputs(": ", stream);
	}
	if (place.field != NULL && place.field[0] != '\0') {
		message_write_escaped(stream, place.field);
		fputs(": ", stream);
	}
	message_write_escaped(stream, text);
	fputc('\n', stream);
}

void
error_print(FILE *stream, const struct error *err)
{
	message_write(stream, (struct error_place){err->file, err->line, err->field}, err->text);
}

void
message_print(FILE *stream, struct error_place place, const char *format, ...)
{
	char text[4096];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	error_trim(text, sizeof(text));
	message_write(stream, place, text);
}
