#ifndef BATCH_PROGRAM_CHILD_H
#define BATCH_PROGRAM_CHILD_H

#include "error.h"

#include <stddef.h>
#include <stdint.h>

/* Runs another program and waits for it: no shell, an environment of its own, standard input empty,
 * its output kept. */

#define CHILD_OUTPUT_SIZE 1025 /* 1,024 bytes are kept, and a NUL */

struct child_wish {
	const char *program;            /* a path */
	const char *const *environment; /* NAME=VALUE, NULL-terminated: this and PATH are all */
	int64_t milliseconds;           /* it may take */
};

enum child_end {
	CHILD_EXITED,      /* number is its exit status */
	CHILD_SIGNALLED,   /* number is the signal */
	CHILD_TIMED_OUT,   /* it was ended, with all processes of its group */
	CHILD_NOT_STARTED, /* number is an errno */
};

struct child_answer {
	enum child_end end;
	int number;
	char output[CHILD_OUTPUT_SIZE]; /* standard output and error, the last bytes of them */
	size_t length;
};

/*
 * The program has a process group of its own, and no descriptor of ours but the three standard
 * ones. It is waited for itself, not for what it leaves running (a service that it has started may
 * keep its output open). Signals that we ignore or catch are as at first in it. A signal that comes
 * to us meanwhile does not end it. 0, or -1 and err where no process could be made.
 */
int child_run(const struct child_wish *, struct child_answer *, struct error *);

/* "exit status 3", "signal 9 (Killed)", "took longer than 60 s", "not started: TEXT". */
#define CHILD_TEXT_SIZE 96
const char *child_describe(
    const struct child_wish *, const struct child_answer *, char text[CHILD_TEXT_SIZE]);

#endif
