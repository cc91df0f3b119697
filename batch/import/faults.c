#include "import/faults.h"

#include <stdarg.h>
#include <stdio.h>

void
import_say(struct import *import, enum import_message sort, size_t file, uint64_t line,
    const char *field, const char *format, ...)
{
	va_list arguments;

	if (sort == IMPORT_FAULT)
		import->counts->faults++;
	if (import->told[sort] == IMPORT_TOLD) {
		import->counts->untold[sort]++;
		return;
	}
	import->told[sort]++;
	error_set_at(&import->message, ERROR_INPUT,
	    (struct error_place){.file = import->paths[file], .line = line, .field = field}, "%s",
	    "");
	va_start(arguments, format);
	vsnprintf(import->message.text, sizeof(import->message.text), format, arguments);
	va_end(arguments);
	import->options->tell(import->options->closure, sort, &import->message);
}
