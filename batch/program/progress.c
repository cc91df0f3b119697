#include "program/progress.h"

#include "utf8.h"

#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

/* The signal handler reads it; `subject` and `unit` are whole while `begun` is set. */
static struct {
	atomic_bool begun;
	char subject[256];
	const char *unit;
	struct timespec since;
	uint64_t before; /* how many were done when it began */
	uint64_t total;
	atomic_uint_fast64_t done;
} progress;

struct progress_line {
	char text[512];
	size_t length;
};

void
progress_begin(const char *subject, const char *unit, uint64_t done, uint64_t total)
{
	atomic_store(&progress.begun, false);
	utf8_escape_text(subject, progress.subject, sizeof(progress.subject));
	progress.unit = unit;
	clock_gettime(CLOCK_MONOTONIC, &progress.since);
	progress.before = done;
	progress.total = total;
	atomic_store(&progress.done, done);
	atomic_store(&progress.begun, true);
}

void
progress_add(uint64_t more)
{
	atomic_fetch_add_explicit(&progress.done, more, memory_order_relaxed);
}

static void
progress_add_text(struct progress_line *line, const char *text)
{
	while (*text != '\0' && line->length < sizeof(line->text))
		line->text[line->length++] = *text++;
}

static void
progress_add_number(struct progress_line *line, uint64_t number)
{
	char digits[24], *start = digits + sizeof(digits) - 1;

	*start = '\0';
	do
		*--start = (char)('0' + number % 10);
	while ((number /= 10) != 0);
	progress_add_text(line, start);
}

static void
progress_add_rate(struct progress_line *line, uint64_t done)
{
	struct timespec now;
	int64_t milliseconds;

	clock_gettime(CLOCK_MONOTONIC, &now);
	milliseconds = (now.tv_sec - progress.since.tv_sec) * 1000 +
		       (now.tv_nsec - progress.since.tv_nsec) / 1000000;
	if (milliseconds <= 0)
		return;
	progress_add_text(line, ", ");
	progress_add_number(line, (done - progress.before) * 1000 / (uint64_t)milliseconds);
	progress_add_text(line, " ");
	progress_add_text(line, progress.unit);
	progress_add_text(line, "/s");
}

void
progress_print(int fd)
{
	int saved = errno;
	struct progress_line line = {.length = 0};
	struct pollfd descriptor = {.fd = fd, .events = POLLOUT};
	uint64_t done = atomic_load(&progress.done);

	progress_add_text(&line, "pfxreplace: ");
	if (atomic_load(&progress.begun)) {
		progress_add_text(&line, progress.subject);
		progress_add_text(&line, ": ");
		progress_add_number(&line, done);
		if (progress.total != 0) {
			progress_add_text(&line, " of ");
			progress_add_number(&line, progress.total);
		}
		progress_add_text(&line, " ");
		progress_add_text(&line, progress.unit);
		if (progress.total != 0) {
			progress_add_text(&line, ", ");
			progress_add_number(&line, done * 100 / progress.total);
			progress_add_text(&line, "%");
		}
		progress_add_rate(&line, done);
	} else {
		progress_add_text(&line, "nothing was begun yet");
	}
	progress_add_text(&line, "\n");
	/* This is a signal handler: it may not wait. */
	if (poll(&descriptor, 1, 0) > 0)
		(void)!write(fd, line.text, line.length);
	errno = saved;
}
