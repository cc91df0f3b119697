#include "read/reader_private.h"

#include "memory.h"
#include "read/names.h"
#include "utf8.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* A record while it is read: its start, its faults, its end; and lists of names. */

/* ---- names ----------------------------------------------------------------------------------- */

int
name_list_add(struct name_list *names, const char *name, size_t length, size_t size)
{
	char **items = memory_grow(names->items, names->count, &names->capacity, sizeof(*items));

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
name_list_release(struct name_list *names)
{
	for (size_t i = 0; i < names->count; i++)
		memory_free(names->items[i]);
	free(names->items);
	*names = (struct name_list){0};
}

int
reader_ignore(struct reader *reader, const char *name, size_t length, struct error *err)
{
	struct name_list *ignored = &reader->ignored;
	size_t size = sizeof(reader->fault_field) - 1;

	if (ignored->count == LIMIT_COLUMNS)
		return 0;
	if (name_list_add(ignored, name, length, size) == -1)
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
reader_clear_values(struct reader *reader)
{
	for (size_t i = 0; i < reader->fields->count; i++)
		reader->values[i] = (struct value){VALUE_ABSENT, NULL, 0};
}

void
reader_begin(struct reader *reader)
{
	reader_clear_values(reader);
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
	reader_clear_values(reader);
	return 1;
}

void
reader_take(struct reader *reader, size_t bytes, size_t end, uint64_t lines)
{
	window_take(&reader->window, bytes, 0);
	reader->record.length = reader->window.offset - reader->record.offset;
	window_take(&reader->window, end, lines);
}

int
reader_take_line(struct reader *reader, struct error *err)
{
	if (window_skip_line(&reader->window, err) == -1)
		return -1;
	reader->record.length = reader->window.offset - reader->record.offset;
	return window_skip_end(&reader->window, err) == -1 ? -1 : 1;
}

bool
reader_check_text(struct reader *reader, const char *text, size_t length, const char *field)
{
	enum encoding encoding = reader->window.encoding;
	size_t valid = utf8_valid(text, length);
	const char *nul = memchr(text, '\0', valid);
	char fault[ENCODING_FAULT_SIZE];

	if (nul != NULL) {
		reader_fault(reader, field, "a NUL byte at position %zu: expected text without it",
		    encoding_raw_length(encoding, text, (size_t)(nul - text)) + 1);
		return false;
	}
	if (valid == length)
		return true;
	encoding_fault(encoding, text, length, valid, fault);
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
