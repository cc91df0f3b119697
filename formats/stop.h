#ifndef FORMATS_STOP_H
#define FORMATS_STOP_H

#include "error.h"

#include <signal.h>

/*
 * Whether a signal has asked for an end: *stop is its number, 0 until then; stop may be NULL. 0
 * when not; when it has, -1 and err (ERROR_SIGNAL plus the number) with the text.
 */
int stop_asked(const volatile sig_atomic_t *stop, struct error *err, const char *file,
    const char *format, ...) ERROR_PRINTF(4, 5);

#endif
