#include "program/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define SIZE_MOST 10000

static size_t
terminal_size(const char *variable, size_t known, size_t fallback)
{
	const char *text = getenv(variable);
	size_t size = 0;

	for (; text != NULL && *text >= '0' && *text <= '9' && size <= SIZE_MOST; text++)
		size = size * 10 + (size_t)(*text - '0');
	if (text != NULL && *text == '\0' && size > 0 && size <= SIZE_MOST)
		return size;
	return known > 0 && known <= SIZE_MOST ? known : fallback;
}

/* See no-color.org: any value of $NO_COLOR but the empty one. */
static bool
terminal_colours(void)
{
	const char *none = getenv("NO_COLOR"), *type = getenv("TERM");

	return (none == NULL || *none == '\0') && type != NULL && *type != '\0' &&
	       strcmp(type, "dumb") != 0;
}

bool
terminal_find(int fd, struct terminal *terminal)
{
	struct winsize size = {0};

	if (fd == -1 || isatty(fd) != 1)
		return false;
	if (ioctl(fd, TIOCGWINSZ, &size) == -1)
		size = (struct winsize){0};
	terminal->columns = terminal_size("COLUMNS", size.ws_col, 80);
	terminal->lines = terminal_size("LINES", size.ws_row, 24);
	terminal->colours = terminal_colours();
	return true;
}
