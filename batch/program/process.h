#ifndef BATCH_PROGRAM_PROCESS_H
#define BATCH_PROGRAM_PROCESS_H

#include "error.h"

#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* The program as a process of the system: its signals, its clock, its memory. */

/*
 * Opens /dev/null in the place of standard streams that are closed, in a mode that lets reading
 * and writing fail as before: otherwise a file of ours would become a standard stream.
 */
void process_open_standard(void);

/* No core files and no ptrace by others: passwords pass through this process. */
void process_harden(void);
/* In a child that becomes another program: core files as they were allowed to us. */
void process_soften(void);

/*
 * The first SIGINT, SIGTERM or SIGHUP is put into *process_stop(), which is 0 until then; the
 * second ends the program at once. SIGUSR1 prints how far it is (progress.h). SIGPIPE and SIGXFSZ
 * are ignored: writing fails with EPIPE or EFBIG instead, which is reported.
 */
void process_catch_signals(void);
volatile sig_atomic_t *process_stop(void);

/*
 * A stream for messages, to standard error. After a first signal the program does not wait for a
 * reader who reads nothing: it drops its messages. Lives as long as the process.
 */
FILE *process_messages(void);

/* Milliseconds since 1970, UTC. */
int64_t process_now(void);

/* Milliseconds of a clock that nobody sets, for how long something takes (CLOCK_MONOTONIC). */
int64_t process_ticks(void);

#endif
