#ifndef BATCH_PROCESS_H
#define BATCH_PROCESS_H

#include "error.h"

#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* What the program is to the system: its signals, its user, its clock, its memory. */

/*
 * Takes the places of standard streams that are closed, so that no file of ours comes to be one
 * of them: reading and writing there fail as before.
 */
void process_open_standard(void);

/* No core files and no ptrace by others: passwords pass through this process. */
void process_harden(void);

/*
 * The first SIGINT, SIGTERM or SIGHUP is put into *process_stop(), which is 0 until then; the
 * second ends the program at once. SIGUSR1 tells how far it is (progress.h). SIGPIPE and SIGXFSZ
 * are ignored: writing fails with EPIPE or EFBIG instead, and is told.
 */
void process_catch_signals(void);
volatile sig_atomic_t *process_stop(void);

/*
 * A stream for messages: standard error, but after a first signal what nobody reads there ends
 * nothing but the messages. Lives as long as the process.
 */
FILE *process_messages(void);

/* Milliseconds since 1970, UTC. */
int64_t process_now(void);

#define PROCESS_OPERATOR_SIZE 256

/*
 * The real user; a uid without a name is its number. Never an environment variable. It is asked
 * for in a child process, whose end without an answer is an error. Returns text, of
 * PROCESS_OPERATOR_SIZE bytes, or NULL and err: it cannot be found out, it is no name, or a signal
 * came (ERROR_SIGNAL).
 */
const char *process_operator(char text[PROCESS_OPERATOR_SIZE], struct error *);

#endif
