#ifndef BATCH_PROGRAM_CONTEXT_H
#define BATCH_PROGRAM_CONTEXT_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct command;

/* What a command is given: the global options, the streams, the clock, the operator, the signal.
 * Tests give their own. */
struct context {
	const char *database;   /* path */
	const char *key_file;   /* path */
	bool key_is_credential; /* it is one of the credentials of a service */
	bool quiet;             /* -q: print errors only */
	bool verbose;           /* -v: print every fault, and notes */
	bool colours;           /* messages go to a terminal that has them: failures are red */
	FILE *out;
	FILE *err;
	int64_t (*now)(void);          /* milliseconds since 1970, UTC */
	const char *operator_name;     /* the real user of the process */
	volatile sig_atomic_t *stop;   /* the first SIGINT, SIGTERM or SIGHUP, or 0 */
	const struct command *program; /* the command whose verbs are all commands */
};

#endif
