#include "error.h"

#include "utf8.h"

#include <errno.h>
#include <string.h>

/* Takes away a character that was cut at the end of a text which fills all of its size. */
static void
trim(char *text, size_t size)
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
copy(char *to, size_t size, const char *from)
{
	snprintf(to, size, "%s", from == NULL ? "" : from);
	trim(to, size);
}

int
error_set(struct error *err, enum error_code code, const char *file, uint64_t line,
    const char *field, const char *format, ...)
{
	va_list arguments;

	if (err == NULL)
		return -1;
	err->code = code;
	err->line = line;
	copy(err->file, sizeof(err->file), file);
	copy(err->field, sizeof(err->field), field);
	va_start(arguments, format);
	vsnprintf(err->text, sizeof(err->text), format, arguments);
	va_end(arguments);
	trim(err->text, sizeof(err->text));
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
	err->code = ERROR_STORAGE;
	err->line = 0;
	copy(err->file, sizeof(err->file), file);
	err->field[0] = '\0';
	va_start(arguments, format);
	vsnprintf(err->text, sizeof(err->text), format, arguments);
	va_end(arguments);
	length = strlen(err->text);
	snprintf(err->text + length, sizeof(err->text) - length, ": %s", strerror(saved));
	trim(err->text, sizeof(err->text));
	errno = saved;
	return -1;
}

int
error_memory(struct error *err)
{
	return error_set(err, ERROR_STORAGE, NULL, 0, NULL, "out of memory");
}

/* A message is one line on a terminal, of which all is seen, whatever a file name or a field holds.
 */
static void
print_escaped(FILE *stream, const char *text)
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
print(FILE *stream, const char *file, uint64_t line, const char *field, const char *text)
{
	fputs("pfxreplace: ", stream);
	if (file != NULL && file[0] != '\0') {
		print_escaped(stream, file);
		if (line != 0)
			fprintf(stream, ":%llu", (unsigned long long)line);
		fputs(": ", stream);
	}
	if (field != NULL && field[0] != '\0') {
		print_escaped(stream, field);
		fputs(": ", stream);
	}
	print_escaped(stream, text);
	fputc('\n', stream);
}

void
error_print(FILE *stream, const struct error *err)
{
	print(stream, err->file, err->line, err->field, err->text);
}

void
message_print(
    FILE *stream, const char *file, uint64_t line, const char *field, const char *format, ...)
{
	char text[4096];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	trim(text, sizeof(text));
	print(stream, file, line, field, text);
}
