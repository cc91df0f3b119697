#include "read/reader_format.h"

#include "memory.h"
#include "read/names.h"
#include "utf8.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* A record while it is read: where it starts, what is wrong with it; the names met. */

/* ---- names ----------------------------------------------------------------------------------- */

int
names_add(struct names *names, const char *name, size_t length, size_t size)
{
	char **items = reallocarray(names->items, names->count + 1, sizeof(*items));

	if (items == NULL)
		return -1;
	names->items = items;
	if (size > 0)
		length = name_cut(name, length, size);
	items[names->count] = strndup(name, length);
	if (items[names->count] == NULL)
		return -1;
	names->count++;
	return 0;
}

void
names_release(struct names *names)
{
	for (size_t i = 0; i < names->count; i++)
		memory_free(names->items[i]);
	free(names->items);
	*names = (struct names){0};
}

int
reader_ignore(struct reader *reader, const char *name, size_t length, struct error *err)
{
	struct names *ignored = &reader->ignored;
	size_t size = sizeof(reader->fault_field) - 1;

	if (ignored->count == LIMIT_COLUMNS)
		return 0;
	if (names_add(ignored, name, length, size) == -1)
		return error_memory(err);
	for (size_t i = 0; i + 1 < ignored->count; i++)
		if (strcmp(ignored->items[i], ignored->items[ignored->count - 1]) == 0) {
			memory_free(ignored->items[--ignored->count]);
			break;
		}
	return 0;
}

/* ---- a record -------------------------------------------------------------------------------- */

static void
clear_values(struct reader *reader)
{
	for (size_t i = 0; i < reader->fields->count; i++)
		reader->values[i] = (struct value){VALUE_ABSENT, NULL, 0};
}

void
reader_begin(struct reader *reader)
{
	clear_values(reader);
	reader->record = (struct record){
	    .number = ++reader->number,
	    .line = reader->window.line,
	    .offset = reader->window.offset,
	    .values = reader->values,
	    .json = reader->format != FORMAT_CSV,
	};
}

int
reader_fault(struct reader *reader, const char *field, const char *format, ...)
{
	va_list arguments;

	if (reader->record.fault != NULL)
		return 1;
	va_start(arguments, format);
	vsnprintf(reader->fault, sizeof(reader->fault), format, arguments);
	va_end(arguments);
	reader->record.fault = reader->fault;
	if (field != NULL && field[0] != '\0') {
		snprintf(reader->fault_field, sizeof(reader->fault_field), "%.*s",
		    (int)name_cut(field, strlen(field), sizeof(reader->fault_field) - 1), field);
		reader->record.fault_field = reader->fault_field;
	}
	clear_values(reader);
	return 1;
}

void
reader_take(struct reader *reader, size_t bytes, size_t behind, uint64_t lines)
{
	window_take(&reader->window, bytes, 0);
	reader->record.length = reader->window.offset - reader->record.offset;
	window_take(&reader->window, behind, lines);
}

bool
reader_check_text(struct reader *reader, const char *text, size_t length, const char *field)
{
	enum encoding encoding = reader->window.encoding;
	size_t valid = utf8_valid(text, length);
	const char *nul = memchr(text, '\0', valid);
	char fault[256];

	if (nul != NULL) {
		reader_fault(reader, field, "a NUL byte at position %zu: expected text without it",
		    encoding_raw_length(encoding, text, (size_t)(nul - text)) + 1);
		return false;
	}
	if (valid == length)
		return true;
	encoding_fault(encoding, text, length, valid, fault, sizeof(fault));
	reader_fault(reader, field, "%s", fault);
	return false;
}

struct position
reader_position(const struct reader *reader)
{
	return (struct position){reader->window.offset, reader->window.line, reader->number};
}

void
reader_seek(struct reader *reader, const struct position *position)
{
	window_seek(&reader->window, position->offset, position->line);
	reader->number = position->number;
	reader->repairs = (struct repairs){0};
}
