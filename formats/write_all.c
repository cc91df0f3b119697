#include "write_all.h"

#include <errno.h>
#include <linux/limits.h>
#include <poll.h>
#include <stdbool.h>
#include <unistd.h>

#define POLL_MILLISECONDS 200 /* a signal that comes just before poll(2) does not end it */

int
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

static bool
write_is_ready(int fd, int milliseconds)
{
	struct pollfd descriptor = {.fd = fd, .events = POLLOUT};

	return poll(&descriptor, 1, milliseconds) > 0;
}

/*
 * A descriptor that poll(2) reports as ready takes PIPE_BUF bytes without waiting, even if it is a
 * blocking one. poll(2) also reports it as ready when writing to it fails.
 */
int
write_waiting(int fd, const void *bytes, size_t length, const volatile sig_atomic_t *stop)
{
	const char *rest = bytes;

	while (length > 0) {
		size_t most = length < PIPE_BUF ? length : PIPE_BUF;
		ssize_t written;

		while (!write_is_ready(fd, 0)) {
			if (stop != NULL && *stop != 0) {
				errno = EINTR;
				return -1;
			}
			if (write_is_ready(fd, POLL_MILLISECONDS))
				break;
		}
		written = write(fd, rest, most);
		if (written == -1 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (written == -1)
			return -1;
		rest += written;
		length -= (size_t)written;
	}
	return 0;
}
