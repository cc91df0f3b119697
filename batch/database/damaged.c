#include "database/damaged.h"

#include <stdarg.h>

int
db_damaged(struct database *db, struct error *err, const char *format, ...)
{
	char text[512];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	db->damaged = true;
	return error_set(err, ERROR_STORAGE, db->path, "the database is damaged: %s%s", text,
	    db->mode == DB_VERIFY ? "; restore it from a backup" : ": run `pfxreplace verify`");
}
