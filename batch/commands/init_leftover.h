#ifndef BATCH_COMMANDS_INIT_LEFTOVER_H
#define BATCH_COMMANDS_INIT_LEFTOVER_H

#include "error.h"

#include <stdbool.h>

/*
 * The other names (NAME.init-PID) of the files that a killed `init` was making; see init.c. Only
 * files of this user count. The caller holds the lock of the database.
 */

/* Whether the file has such a name beside its own. */
bool init_leftover_is_linked(const char *path);

/* Removes such names of the file, which stays. -1 and err. */
int init_leftover_drop(const char *path, struct error *);

/*
 * For a database that is not there: removes all such files, and the key if it has such a name too.
 * A key that an `init` of another database is making, or has left beside that database, stays. -1
 * and err.
 */
int init_leftover_sweep(const char *database, const char *key, struct error *);

#endif
