#include "import/import_private.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct error_place
import_place(const struct import *import, const char *field)
{
	return (struct error_place){
	    .file = import->path != NULL ? import->path : import->options->paths[import->file],
	    .line = import->line,
	    .field = field};
}

void
import_say(struct import *import, enum import_message sort, struct error_place place,
    const char *format, ...)
{
	size_t begun = 0;
	va_list arguments;

	if (sort == IMPORT_FAULT)
		import->counts->faults++;
	if (import->told[sort] == IMPORT_TOLD) {
		import->counts->untold[sort]++;
		return;
	}
	import->told[sort]++;
	if (import->within != NULL) {
		error_set_at(&import->message, ERROR_INPUT,
		    (struct error_place){place.file, place.line, import->within},
		    "element %zu: %s%s", import->element, place.field == NULL ? "" : place.field,
		    place.field == NULL ? "" : ": ");
		begun = strlen(import->message.text);
	} else {
		error_set_at(&import->message, ERROR_INPUT, place, "%s", "");
	}
	va_start(arguments, format);
	vsnprintf(
	    import->message.text + begun, sizeof(import->message.text) - begun, format, arguments);
	va_end(arguments);
	import->options->tell(import->options->closure, sort, &import->message);
}

void
import_not_nested(
    struct import *import, const char *field, const struct value *value, const char *expected)
{
	static const struct import_field text = {.type = IMPORT_TEXT};
	struct import_fault fault = {.hides = import->hides};
	struct import_cell cell;

	/* A text that a script printed has a message of its own. */
	if (value->type != VALUE_TEXT || import_parse(&text, value, &cell, NULL, &fault))
		import_unexpected(value, expected, &fault);
	import_fault(import, field, fault.text);
}

int
import_is_object(struct import *import, struct error *err)
{
	struct value value;

	if (import->nested.scan.is_object)
		return 1;
	if (json_nested_element(&import->nested, &value) == -1)
		return error_memory(err);
	import_not_nested(import, NULL, &value, "an object");
	return 0;
}

void
import_fault(struct import *import, const char *field, const char *text)
{
	import_say(import, IMPORT_FAULT, import_place(import, field), "%s", text);
}
