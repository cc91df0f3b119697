#ifndef BATCH_DATABASE_LOCK_H
#define BATCH_DATABASE_LOCK_H

#include "error.h"

#include <signal.h>
#include <stdint.h>

/*
 * The writer's lock: one run, import or scan at a time on one database. It is a flock(2) on
 * DATABASE.lock, so the kernel releases it whatever becomes of the holder; the file is never
 * unlinked, except by an `init` that failed, and its one line names the holder. It is a regular
 * file with one name, owned by the user, root or the database's owner, and holds nothing else: any
 * other file is refused and left as it is.
 */
struct lock;

/*
 * Takes the lock for `what` ("import stores", "run 3"), waiting up to `wait_seconds` or until
 * there is a signal in *stop, which may be NULL. NULL and err: ERROR_BUSY names the holder,
 * ERROR_STORAGE, or ERROR_SIGNAL plus the signal's number.
 */
struct lock *lock_take(const char *database, const char *what, int64_t wait_seconds,
    const volatile sig_atomic_t *stop, struct error *);

/* Likewise before there is a database, for `init`, with the lock file made where it is not there.
 */
struct lock *lock_take_first(
    const char *database, int64_t wait_seconds, const volatile sig_atomic_t *stop, struct error *);

/*
 * Another lock, for `deploy`, which is no run: whoever holds it changes the stores of this machine.
 * A flock(2) on DATABASE.deploy.lock, otherwise as the first one. It waits for as long as others
 * hold it.
 */
struct lock *lock_take_deploy(
    const char *database, const volatile sig_atomic_t *stop, struct error *);

/* Changes the line that processes which wait for the lock show. That it cannot be written is no
 * error. */
void lock_set(struct lock *, const char *what);

void lock_release(struct lock *); /* NULL is fine */

/* For engines: the lock that is wanted. */
struct lock_wish {
	enum lock_kind {
		LOCK_WRITER,
		LOCK_FIRST, /* the writer's, before there is a database */
		LOCK_DEPLOY
	} kind;
	const char *what;
	int64_t wait_seconds;
	const volatile sig_atomic_t *stop;
};

#endif
