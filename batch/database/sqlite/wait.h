#ifndef BATCH_DATABASE_WAIT_H
#define BATCH_DATABASE_WAIT_H

#include "database/statement.h"

/*
 * Waiting for a lock that another process has on the database: BUSY_MILLISECONDS, and after a
 * signal (process.h) no longer than it takes somebody to finish a commit.
 */

/* SQLite waits so from now on. */
void db_wait_set(struct database *);

/*
 * One nap more, the count-th from 0; *waited is the sum of the naps in milliseconds, set to 0 at
 * the first. False when it is time to give up: db_failed() then reports how long it was.
 */
bool db_wait(struct database *, int count, int *waited);

/* How many seconds were waited until somebody gave up just now; 0 where nobody did. */
int db_waited(struct database *);

/* -1 and err (ERROR_SIGNAL plus its number) where a signal asked for an end, else 0. */
int db_interrupted(const struct database *, struct error *);

#endif
