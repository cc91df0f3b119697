#ifndef BATCH_INVENTORY_BACKUP_H
#define BATCH_INVENTORY_BACKUP_H

#include "inventory.h"

#include <signal.h>

/*
 * Copies the database into the empty file `path`, which errors call `name`, step by step: others
 * read and write between two steps, and what they commit is in the copy. The caller syncs the file.
 * A signal in *stop ends it. -1 and err (ERROR_STORAGE, ERROR_BUSY, ERROR_SIGNAL); the file is of
 * no use then.
 */
int inventory_backup(struct inventory *, const char *path, const char *name,
    const volatile sig_atomic_t *stop, struct error *);

#endif
