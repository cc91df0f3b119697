#ifndef BATCH_PROGRAM_TERMINAL_H
#define BATCH_PROGRAM_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

struct terminal {
	size_t columns, lines; /* 1 to 10,000 */
	bool colours;          /* it has them, and $NO_COLOR does not turn them off */
};

/*
 * The size of the terminal: $COLUMNS and $LINES where they are such numbers, else what the terminal
 * says; where it does not know, 80 and 24. False when the descriptor is no terminal.
 */
bool terminal_find(int fd, struct terminal *);

#endif
