#include "program/progress.h"

#include "utf8.h"

#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

/* What the signal handler looks at; `subject` and `unit` are whole while `told` is set. */
static struct {
	atomic_bool told;
	char subject[256];
	const char *unit;
	struct timespec since;
	uint64_t before; /* done when it began */
	uint64_t total;
	atomic_uint_fast64_t done;
} progress;

struct line {
	char text[512];
	size_t length;
};

void
progress_begin(const char *subject, const char *unit, uint64_t done, uint64_t total)
{
	atomic_store(&progress.told, false);
	utf8_escape_text(subject, progress.subject, sizeof(progress.subject));
	progress.unit = unit;
	clock_gettime(CLOCK_MONOTONIC, &progress.since);
	progress.before = done;
	progress.total = total;
	atomic_store(&progress.done, done);
	atomic_store(&progress.told, true);
}

void
progress_add(uint64_t more)
{
	atomic_fetch_add_explicit(&progress.done, more, memory_order_relaxed);
}

static void
add_text(struct line *line, const char *text)
{
	while (*text != '\0' && line->length < sizeof(line->text))
		line->text[line->length++] = *text++;
}

static void
add_number(struct line *line, uint64_t number)
{
	char digits[24], *start = digits + sizeof(digits) - 1;

	*start = '\0';
	do
		*--start = (char)('0' + number % 10);
	while ((number /= 10) != 0);
	add_text(line, start);
}

static void
add_rate(struct line *line, uint64_t done)
{
	struct timespec now;
	int64_t milliseconds;

	clock_gettime(CLOCK_MONOTONIC, &now);
	milliseconds = (now.tv_sec - progress.since.tv_sec) * 1000 +
		       (now.tv_nsec - progress.since.tv_nsec) / 1000000;
	if (milliseconds <= 0)
		return;
	add_text(line, ", ");
	add_number(line, (done - progress.before) * 1000 / (uint64_t)milliseconds);
	add_text(line, " ");
	add_text(line, progress.unit);
	add_text(line, "/s");
}

void
progress_print(int fd)
{
	int saved = errno;
	struct line line = {.length = 0};
	struct pollfd descriptor = {.fd = fd, .events = POLLOUT};
	uint64_t done = atomic_load(&progress.done);

	add_text(&line, "pfxreplace: ");
	if (atomic_load(&progress.told)) {
		add_text(&line, progress.subject);
		add_text(&line, ": ");
		add_number(&line, done);
		if (progress.total != 0) {
			add_text(&line, " of ");
			add_number(&line, progress.total);
		}
		add_text(&line, " ");
		add_text(&line, progress.unit);
		if (progress.total != 0) {
			add_text(&line, ", ");
			add_number(&line, done * 100 / progress.total);
			add_text(&line, "%");
		}
		add_rate(&line, done);
	} else {
		add_text(&line, "nothing was begun yet");
	}
	add_text(&line, "\n");
	/* Not where it would have to wait: this is within a signal handler. */
	if (poll(&descriptor, 1, 0) > 0)
		(void)!write(fd, line.text, line.length);
	errno = saved;
}
