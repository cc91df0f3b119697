#ifndef BATCH_MAKING_H
#define BATCH_MAKING_H

#include "program/context.h"
#include "error.h"

/*
 * What `init` makes: a database, its key file and its lock file; and what an `init` that was
 * killed has left of them.
 *
 * All of it is under DATABASE.lock. Database and key are made whole under other names
 * (NAME.init-PID), which are synced into their folders, then linked to their own, first the key.
 * The other names go last. So a key without its database is known for a leftover: it is the file
 * KEY.init-PID too, and DATABASE.init-PID is beside it. A key that is not is somebody's.
 */

enum making_result {
	MAKING_FAILED = -1, /* err; nothing that was made is left */
	MAKING_MADE,        /* also what an earlier `init` had all but finished */
	MAKING_REFUSED,     /* err: something is there already; nothing was made */
};

/* Waits for another `init` of the same database up to `wait_seconds`. */
enum making_result making_run(const struct context *, int64_t wait_seconds, struct error *);

#endif
