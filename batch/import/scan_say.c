#include "import/scan_private.h"

#include "model/store_name.h"

#include <stdarg.h>

#define NAME_MOST 600 /* bytes of a store's name in a message */

const char *
scan_store_name(struct buffer *text, const char *machine, const char *path, const char *guid)
{
	buffer_release(text);
	store_name_add(text, machine, path, guid);
	return text->failed || text->length > NAME_MOST ? guid : text->bytes;
}

void
scan_say(struct scan *scan, enum scan_message sort, const struct scan_read *read,
    const char *format, ...)
{
	const struct scan_options *options = scan->options;
	struct buffer name = {0};
	char text[512];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	error_set_at(&scan->message, ERROR_INPUT, (struct error_place){.field = "scan"}, "%s: %s",
	    scan_store_name(&name, read->machine, read->path, read->guid), text);
	buffer_release(&name);
	options->tell(options->closure, sort, &scan->message);
}
