#ifndef BATCH_PROGRAM_USER_H
#define BATCH_PROGRAM_USER_H

#include "error.h"

#include <signal.h>

#define USER_NAME_SIZE 256

/*
 * The name of the real user, or the uid in digits where there is no name. Environment variables are
 * not looked at. A child process asks for it. Returns text, or NULL and err: ERROR_STORAGE, it
 * cannot be found out or is no name; ERROR_SIGNAL plus the number of a signal in *stop.
 */
const char *user_name(char text[USER_NAME_SIZE], const volatile sig_atomic_t *stop, struct error *);

#endif
