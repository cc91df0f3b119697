#include "write_all.h"

#include <linux/limits.h>
#include <poll.h>
#include <stdbool.h>

#define POLL_MILLISECONDS 200 /* for a signal that comes just before poll(2) */

static bool
write_is_ready(int fd, int milliseconds)
{
	struct pollfd descriptor = {.fd = fd, .events = POLLOUT};

	return poll(&descriptor, 1, milliseconds) > 0;
}

/*
 * What poll(2) finds ready takes PIPE_BUF bytes without waiting, whoever made it blocking. It is
 * ready as well when writing fails.
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
