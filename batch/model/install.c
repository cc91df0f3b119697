#include "model/install.h"

#include "utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
	const char *word, *text, *why, *remedy;
} faults[INSTALL_FAULTS] = {
#define INSTALL_ROW(name, word, text, why, remedy) [INSTALL_##name] = {word, text, why, remedy},
    INSTALL_LIST(INSTALL_ROW)
#undef INSTALL_ROW
};

const char *
install_word(enum install_fault fault)
{
	return (unsigned)fault < INSTALL_FAULTS ? faults[fault].word : NULL;
}

const char *
install_text(enum install_fault fault)
{
	return (unsigned)fault < INSTALL_FAULTS ? faults[fault].text : NULL;
}

const char *
install_why(enum install_fault fault)
{
	return (unsigned)fault < INSTALL_FAULTS ? faults[fault].why : NULL;
}

const char *
install_remedy(enum install_fault fault)
{
	return (unsigned)fault < INSTALL_FAULTS ? faults[fault].remedy : NULL;
}

int
install_refuse(struct install_reason *reason, enum install_fault fault, const char *format, ...)
{
	va_list arguments;

	reason->why = fault;
	va_start(arguments, format);
	vsnprintf(reason->text, sizeof(reason->text), format, arguments);
	va_end(arguments);
	reason->text[utf8_valid(reason->text, strlen(reason->text))] =
	    '\0'; /* cut in a character */
	return -1;
}

int
install_refuse_unreadable(struct install_reason *reason, const struct unreadable_reason *unreadable)
{
	reason->unreadable = unreadable->why;
	return install_refuse(reason, INSTALL_UNREADABLE, "%s: %s",
	    unreadable_word(unreadable->why), unreadable->text);
}

int
install_memory(struct install_reason *reason)
{
	reason->why = INSTALL_GOOD;
	return error_memory(&reason->err);
}
