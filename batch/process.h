#ifndef BATCH_PROCESS_H
#define BATCH_PROCESS_H

#include "error.h"

#include <signal.h>
#include <stddef.h>
#include <stdint.h>

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

/* Milliseconds since 1970, UTC. */
int64_t process_now(void);

/*
 * The real user; a uid without a name is its number. Never an environment variable. Returns text,
 * or NULL and err when it cannot be found out.
 */
const char *process_operator(char *text, size_t size, struct error *);

#endif
