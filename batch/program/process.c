#include "program/process.h"

#include "error.h"
#include "program/progress.h"
#include "program/terminal.h"
#include "program/wrap.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/limits.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define POLL_MILLISECONDS 200

static volatile sig_atomic_t process_signal;
static struct rlimit process_core; /* before process_harden() */
static bool process_is_hard;

void
process_harden(void)
{
	struct rlimit none;

	process_is_hard = getrlimit(RLIMIT_CORE, &process_core) == 0;
	none = (struct rlimit){0, process_is_hard ? process_core.rlim_max : 0};
	setrlimit(RLIMIT_CORE, &none);
#if !defined(__SANITIZE_ADDRESS__) /* LeakSanitizer traces its own process */
	prctl(PR_SET_DUMPABLE, 0);
#endif
}

void
process_soften(void)
{
	if (process_is_hard)
		(void)setrlimit(RLIMIT_CORE, &process_core);
}

void
process_open_standard(void)
{
	static const int modes[] = {O_WRONLY, O_RDONLY, O_RDONLY};

	for (int fd = 0; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) == -1 && open("/dev/null", modes[fd]) == -1)
			_exit(ERROR_STORAGE);
}

static void
process_on_signal(int signal_number)
{
	if (process_signal != 0)
		_exit(128 + signal_number);
	process_signal = signal_number;
}

static void
process_on_usr1(int signal_number)
{
	(void)signal_number;
	progress_print(STDERR_FILENO);
}

void
process_catch_signals(void)
{
	static const int caught[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction action = {.sa_handler = process_on_signal, .sa_flags = SA_RESTART};

	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < sizeof(caught) / sizeof(caught[0]); i++)
		sigaction(caught[i], &action, NULL);
	action.sa_handler = process_on_usr1;
	sigaction(SIGUSR1, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
}

/* ---- messages --------------------------------------------------------------------------- */

/* Where messages go. */
struct process_stream {
	bool lost;     /* nobody reads them any more */
	bool terminal; /* then they are wrapped */
};

/*
 * As write_all() to standard error. Once a signal is to stop us and nothing could be written for a
 * second, what is still to be written is dropped.
 */
static ssize_t
process_write_bytes(struct process_stream *stream, const char *bytes, size_t size)
{
	size_t done = 0;
	int tries = 0;

	progress_hold(); /* a message never goes into the drawn line */
	while (done < size && !stream->lost) {
		struct pollfd descriptor = {.fd = STDERR_FILENO, .events = POLLOUT};
		size_t most = size - done < PIPE_BUF ? size - done : PIPE_BUF;
		ssize_t written;

		if (poll(&descriptor, 1, POLL_MILLISECONDS) <= 0) {
			stream->lost = process_signal != 0 && ++tries > 1000 / POLL_MILLISECONDS;
			continue;
		}
		progress_wipe();
		written = write(STDERR_FILENO, bytes + done, most);
		if (written == -1 && errno != EINTR && errno != EAGAIN) {
			size = 0; /* as fopencookie(3) wants it */
			break;
		}
		done += written == -1 ? 0 : (size_t)written;
	}
	progress_release();
	return (ssize_t)size;
}

static ssize_t
process_write_messages(void *closure, const char *bytes, size_t size)
{
	struct process_stream *stream = closure;
	struct buffer lines = {0};
	struct terminal terminal;
	ssize_t written;

	if (!stream->terminal || !terminal_find(STDERR_FILENO, &terminal))
		return process_write_bytes(stream, bytes, size);
	wrap_lines(&lines, bytes, size, terminal.columns);
	written = lines.failed ? process_write_bytes(stream, bytes, size)
			       : process_write_bytes(stream, lines.bytes, lines.length);
	buffer_release(&lines);
	return written > 0 ? (ssize_t)size : written;
}

FILE *
process_messages(void)
{
	static struct process_stream to;
	FILE *stream = fopencookie(
	    &to, "w", (cookie_io_functions_t){.write = process_write_messages});

	to.terminal = isatty(STDERR_FILENO) == 1;
	if (stream == NULL)
		return stderr;
	/* A message is one write. Without a buffer, a long -v takes ten times as long. */
	setvbuf(stream, NULL, _IOLBF, BUFSIZ);
	return stream;
}

volatile sig_atomic_t *
process_stop(void)
{
	return &process_signal;
}

static int64_t
process_milliseconds(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

int64_t
process_now(void)
{
	return process_milliseconds(CLOCK_REALTIME);
}

int64_t
process_ticks(void)
{
	return process_milliseconds(CLOCK_MONOTONIC);
}
