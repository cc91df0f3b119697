#include "program/ask.h"

#include "write_all.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define POLL_MILLISECONDS 200 /* a signal that comes just before poll(2) does not end it */

bool
ask_can(void)
{
	return isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1;
}

enum answer
ask(const struct context *context, const char *question)
{
	struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
	char line[64];
	ssize_t length;
	int ready;

	/* The blank is written apart: the stream that wraps lines keeps none at their ends. */
	fprintf(context->err, "pfxreplace: %s [y/N]", question);
	fflush(context->err);
	write_all(STDERR_FILENO, " ", 1);
	do {
		ready = poll(&input, 1, POLL_MILLISECONDS);
		if (*context->stop != 0) {
			fputc('\n', context->err);
			return ANSWER_STOPPED;
		}
	} while (ready == 0 || (ready == -1 && errno == EINTR));
	length = read(STDIN_FILENO, line, sizeof(line) - 1);
	if (length <= 0)
		fputc('\n', context->err);
	line[length <= 0 ? 0 : length] = '\0';
	line[strcspn(line, "\n")] = '\0';
	return strcasecmp(line, "y") == 0 || strcasecmp(line, "yes") == 0 ? ANSWER_YES : ANSWER_NO;
}
