#include "stop.h"

int
stop_asked(
    const volatile sig_atomic_t *stop, struct error *err, const char *file, const char *format, ...)
{
	int number = stop == NULL ? 0 : (int)*stop;
	char text[sizeof(err->text)];
	va_list arguments;

	if (number == 0)
		return 0;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	return error_set(err, (enum error_code)(ERROR_SIGNAL + number), file, "%s", text);
}
