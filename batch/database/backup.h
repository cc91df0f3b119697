#ifndef BATCH_DATABASE_BACKUP_H
#define BATCH_DATABASE_BACKUP_H

#include "database/database.h"

#include <signal.h>

/*
 * A copy of a database as it is between two commits, while others read and write it. In steps it
 * holds the database for a moment at a time, and starts again when somebody has written
 * meanwhile. At one go it holds it all the time: commits wait for it, and give up after ten
 * seconds, so it is given up itself before that, or else goes on to its end.
 */
enum backup_way { BACKUP_IN_STEPS, BACKUP_AT_ONE_GO, BACKUP_TO_THE_END };

struct backup {
	const char *path;                  /* a file to fill; its content is lost */
	const char *name;                  /* what messages call it */
	const volatile sig_atomic_t *stop; /* may be NULL */
	/* Called after each step with the pages copied and their total; may be NULL. */
	void (*on_step)(void *closure, int64_t copied, int64_t pages);
	void *closure;
};

#define BACKUP_RESTARTS 3        /* of a copy in steps, before it gives up */
#define BACKUP_MILLISECONDS 8000 /* that a copy at one go may take */

/*
 * 1 when the copy is whole, and not yet synced; 0 when it was given up because others write; -1
 * and err (ERROR_STORAGE, ERROR_BUSY, ERROR_SIGNAL).
 */
int db_backup(struct database *, const struct backup *, enum backup_way, struct error *);

#endif
