#include "import/import_private.h"

#include <stdarg.h>
#include <stdio.h>

struct error_place
import_place(const struct import *import, const char *field)
{
	return (struct error_place){
	    .file = import->options->paths[import->file], .line = import->line, .field = field};
}

void
import_say(struct import *import, enum import_message sort, struct error_place place,
    const char *format, ...)
{
	va_list arguments;

	if (sort == IMPORT_FAULT)
		import->counts->faults++;
	if (import->told[sort] == IMPORT_TOLD) {
		import->counts->untold[sort]++;
		return;
	}
	import->told[sort]++;
	error_set_at(&import->message, ERROR_INPUT, place, "%s", "");
	va_start(arguments, format);
	vsnprintf(import->message.text, sizeof(import->message.text), format, arguments);
	va_end(arguments);
	import->options->tell(import->options->closure, sort, &import->message);
}

void
import_fault(struct import *import, const char *field, const char *text)
{
	import_say(import, IMPORT_FAULT, import_place(import, field), "%s", text);
}
