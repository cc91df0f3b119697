#ifndef BATCH_MAKING_LEFTOVER_H
#define BATCH_MAKING_LEFTOVER_H

#include "error.h"

#include <stdbool.h>

/*
 * The other names (NAME.init-PID) of what a killed `init` was making; see making.h. Only files of
 * this user. For who holds the database's lock.
 */

/* Whether the file has such a name too. */
bool making_is_linked(const char *path);

/* Removes such names of the file, which stays. -1 and err. */
int making_drop(const char *path, struct error *);

/*
 * For a database that is not there: removes all such files, and the key where it is one of them.
 * Keys that an `init` of another database is making, or has left with its own, stay. -1 and err.
 */
int making_sweep(const char *database, const char *key, struct error *);

#endif
