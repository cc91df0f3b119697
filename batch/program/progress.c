#include "program/progress.h"

#include "program/terminal.h"
#include "utf8.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define DRAW_EVERY 100   /* milliseconds */
#define RATE_AFTER 200   /* milliseconds; before that, a rate is a guess */
#define LEFT_AFTER 1000  /* likewise the time left */
#define WIDTH_UNKNOWN 80 /* columns */
#define WIPE "\r\033[K"

/* The signal handler reads it; `subject` and `unit` are whole while `begun` is set. */
static struct {
	atomic_bool begun;
	char subject[256];
	const char *unit;
	int64_t since;   /* progress_ticks() when it began */
	uint64_t before; /* how many were done then */
	uint64_t total;
	atomic_uint_fast64_t done;
	atomic_uint_fast64_t measured, measure; /* done, and total, of another; 0: there is none */
} progress;

/* The line on a terminal. */
static struct {
	atomic_bool on;
	pthread_mutex_t lock; /* of what follows */
	int fd;
	int64_t at; /* when it may be drawn next */
	bool drawn;
} drawing = {.lock = PTHREAD_MUTEX_INITIALIZER, .fd = -1};

struct progress_line {
	char text[512];
	size_t length;
};

static int64_t
progress_ticks(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void
progress_begin(const char *subject, const char *unit, uint64_t done, uint64_t total)
{
	pthread_mutex_lock(&drawing.lock);
	atomic_store(&progress.begun, false);
	utf8_escape_text(subject, progress.subject, sizeof(progress.subject));
	progress.unit = unit;
	progress.since = progress_ticks();
	progress.before = done;
	progress.total = total;
	atomic_store(&progress.done, done);
	atomic_store(&progress.measured, 0);
	atomic_store(&progress.measure, 0);
	atomic_store(&progress.begun, true);
	pthread_mutex_unlock(&drawing.lock);
}

/* ---- the line ------------------------------------------------------------------------------ */

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
progress_add_rate(struct progress_line *line, uint64_t done, uint64_t milliseconds)
{
	progress_add_text(line, ", ");
	progress_add_number(line, (done - progress.before) * 1000 / milliseconds);
	progress_add_text(line, " ");
	progress_add_text(line, progress.unit);
	progress_add_text(line, "/s");
}

/* "40 s left", "12 min left", "2 h 5 min left" */
static void
progress_add_left(struct progress_line *line, double seconds)
{
	uint64_t minutes = (uint64_t)(seconds / 60);

	progress_add_text(line, ", ");
	if (minutes == 0) {
		progress_add_number(line, (uint64_t)seconds + 1);
		progress_add_text(line, " s left");
		return;
	}
	if (minutes >= 60) {
		progress_add_number(line, minutes / 60);
		progress_add_text(line, " h ");
	}
	progress_add_number(line, minutes % 60);
	progress_add_text(line, " min left");
}

/* How far it is, after the subject. */
static void
progress_add_state(struct progress_line *line)
{
	uint64_t done = atomic_load(&progress.done);
	uint64_t before = progress.before, at = done, of = progress.total;
	int64_t milliseconds = progress_ticks() - progress.since;

	progress_add_text(line, ": ");
	progress_add_number(line, done);
	if (of != 0) {
		progress_add_text(line, " of ");
		progress_add_number(line, of);
	} else {
		before = 0;
		at = atomic_load(&progress.measured);
		of = atomic_load(&progress.measure);
	}
	progress_add_text(line, " ");
	progress_add_text(line, progress.unit);
	if (of != 0) {
		progress_add_text(line, ", ");
		progress_add_number(
		    line, at > of ? 100 : (uint64_t)((double)at / (double)of * 100));
		progress_add_text(line, "%");
	}
	if (milliseconds > RATE_AFTER)
		progress_add_rate(line, done, (uint64_t)milliseconds);
	if (milliseconds > LEFT_AFTER && at > before && at < of)
		progress_add_left(
		    line, (double)milliseconds / 1000 * (double)(of - at) / (double)(at - before));
}

void
progress_print(int fd)
{
	int saved = errno;
	struct progress_line line = {.length = 0};
	struct pollfd descriptor = {.fd = fd, .events = POLLOUT};

	if (atomic_load(&drawing.on) && fd == drawing.fd)
		progress_add_text(&line, WIPE);
	progress_add_text(&line, "pfxreplace: ");
	if (atomic_load(&progress.begun)) {
		progress_add_text(&line, progress.subject);
		progress_add_state(&line);
	} else {
		progress_add_text(&line, "nothing was begun yet");
	}
	progress_add_text(&line, "\n");
	/* This is a signal handler: it may not wait. */
	if (poll(&descriptor, 1, 0) > 0)
		(void)!write(fd, line.text, line.length);
	errno = saved;
}

/* ---- drawing ------------------------------------------------------------------------------- */

static size_t
progress_width(int fd)
{
	struct terminal terminal;

	return terminal_find(fd, &terminal) ? terminal.columns : WIDTH_UNKNOWN;
}

/* The first character of a text that has one, and its columns. */
static size_t
progress_character(const char *text, size_t *columns)
{
	uint32_t code;
	size_t size = utf8_decode(text, strlen(text), &code);

	*columns = utf8_width(code);
	return size;
}

/* As much of the end of the subject as there are columns for. */
static void
progress_add_subject(struct progress_line *line, size_t columns)
{
	const char *subject = progress.subject;
	size_t needed = 0, width;

	for (const char *c = subject; *c != '\0'; needed += width)
		c += progress_character(c, &width);
	if (needed > columns) {
		progress_add_text(line, "…");
		columns--;
	}
	for (; needed > columns && *subject != '\0'; needed -= width)
		subject += progress_character(subject, &width);
	progress_add_text(line, subject);
}

/* A line that is longer than the terminal is wide could not be wiped. */
static void
progress_redraw(void)
{
	struct progress_line line = {.length = 0}, state = {.length = 0};
	struct pollfd descriptor = {.fd = drawing.fd, .events = POLLOUT};
	size_t columns = progress_width(drawing.fd) - 1;

	progress_add_state(&state);
	if (state.length >= columns)
		state.length = columns;
	progress_add_text(&line, "\r");
	if (state.length + 1 < columns)
		progress_add_subject(&line, columns - state.length);
	for (size_t i = 0; i < state.length && line.length < sizeof(line.text); i++)
		line.text[line.length++] = state.text[i];
	progress_add_text(&line, "\033[K");
	/* A terminal that was stopped (Ctrl-S) does not stop the work. */
	if (poll(&descriptor, 1, 0) > 0 && write(drawing.fd, line.text, line.length) > 0)
		drawing.drawn = true;
}

void
progress_add(uint64_t more)
{
	int64_t now;

	atomic_fetch_add_explicit(&progress.done, more, memory_order_relaxed);
	if (!atomic_load_explicit(&drawing.on, memory_order_relaxed) ||
	    pthread_mutex_trylock(&drawing.lock) != 0)
		return;
	now = progress_ticks();
	if (now >= drawing.at && drawing.fd != -1 && atomic_load(&progress.begun)) {
		drawing.at = now + DRAW_EVERY;
		progress_redraw();
	}
	pthread_mutex_unlock(&drawing.lock);
}

void
progress_measure(uint64_t total)
{
	atomic_store_explicit(&progress.measure, total, memory_order_relaxed);
}

void
progress_advance(uint64_t more)
{
	atomic_fetch_add_explicit(&progress.measured, more, memory_order_relaxed);
}

void
progress_wipe(void)
{
	struct pollfd descriptor = {.fd = drawing.fd, .events = POLLOUT};

	if (!drawing.drawn || poll(&descriptor, 1, 0) <= 0)
		return;
	(void)!write(drawing.fd, WIPE, sizeof(WIPE) - 1);
	drawing.drawn = false;
}

void
progress_draw(int fd, int64_t after)
{
	pthread_mutex_lock(&drawing.lock);
	progress_wipe();
	drawing.fd = fd;
	drawing.at = progress_ticks() + after;
	atomic_store(&drawing.on, fd != -1);
	pthread_mutex_unlock(&drawing.lock);
}

void
progress_hold(void)
{
	pthread_mutex_lock(&drawing.lock);
	progress_wipe();
}

void
progress_release(void)
{
	pthread_mutex_unlock(&drawing.lock);
}
