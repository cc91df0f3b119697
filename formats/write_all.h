#ifndef FORMATS_WRITE_ALL_H
#define FORMATS_WRITE_ALL_H

#include <signal.h>
#include <stddef.h>

/* Writes all bytes, however many write(2) takes at once. -1 and errno. */
int write_all(int fd, const void *bytes, size_t length);

/*
 * The same for a pipe or a terminal, the reader of which may be slow. While it takes nothing, a
 * signal number in *stop (NULL: none) ends the wait: -1 and EINTR. Bytes that can be written at
 * once are written whatever *stop is.
 */
int write_waiting(int fd, const void *bytes, size_t length, const volatile sig_atomic_t *stop);

#endif
