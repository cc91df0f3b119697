#ifndef FORMATS_WRITE_ALL_H
#define FORMATS_WRITE_ALL_H

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

/* Writes all bytes, however many write(2) takes at once. -1 and errno. */
static inline int
write_all(int fd, const void *bytes, size_t length)
{
	const char *rest = bytes;

	while (length > 0) {
		ssize_t written = write(fd, rest, length);

		if (written == -1 && errno == EINTR)
			continue;
		if (written == -1)
			return -1;
		rest += written;
		length -= (size_t)written;
	}
	return 0;
}

/*
 * Likewise to what somebody may be slow to read: a pipe, a terminal. Where it takes nothing, a
 * signal in *stop (NULL: none) ends the waiting: -1 and EINTR. What can be taken at once is
 * written before that is looked at.
 */
int write_waiting(int fd, const void *bytes, size_t length, const volatile sig_atomic_t *stop);

#endif
