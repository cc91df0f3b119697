#ifndef FORMATS_STOP_H
#define FORMATS_STOP_H

#include "error.h"

#include <signal.h>

/*
 * Whether a signal has asked the program to end. *stop is the signal's number, or 0 when none has
 * come; stop may be NULL. 0: no. -1: yes, and err is ERROR_SIGNAL plus the number, with the text.
 */
int stop_asked(const volatile sig_atomic_t *stop, struct error *err, const char *file,
    const char *format, ...) ERROR_PRINTF(4, 5);

#endif
