#include "inventory_backup.h"

#include "inventory_sql.h"

#include <string.h>

#define STEP_PAGES 4096 /* 16 MiB: some tens of milliseconds in which nobody commits */
#define RESTARTS_MOST 5

/* What went wrong is said of the file that the copy is to be. */
static int
failed(sqlite3 *copy, const char *name, int code, struct error *err)
{
	int number = sqlite3_system_errno(copy);

	if (code == SQLITE_NOMEM)
		return error_memory(err);
	return error_set(err, ERROR_STORAGE, name, 0, NULL, "the backup was not made: %s",
	    code == SQLITE_FULL ? "the disk is full"
	    : number != 0       ? strerror(number)
				: sqlite3_errmsg(copy));
}

/*
 * A commit of somebody else's makes SQLite start again. Those who commit without the writer's
 * lock are few and small; when they come too often, the rest is copied in one step.
 */
static int
step(sqlite3_backup *backup, int *restarts, int *left)
{
	int rc = sqlite3_backup_step(backup, *restarts < RESTARTS_MOST ? STEP_PAGES : -1);
	int remaining = sqlite3_backup_remaining(backup);

	*restarts += rc == SQLITE_OK && *left != 0 && remaining >= *left;
	*left = remaining;
	return rc;
}

static int
copy_pages(struct inventory *inventory, sqlite3 *copy, const char *name,
    const volatile sig_atomic_t *stop, struct error *err)
{
	sqlite3_backup *backup = sqlite3_backup_init(copy, "main", inventory->db, "main");
	int restarts = 0, left = 0, rc = SQLITE_OK, finished;

	if (backup == NULL)
		return failed(copy, name, sqlite3_extended_errcode(copy), err);
	while (rc == SQLITE_OK && *stop == 0)
		rc = step(backup, &restarts, &left);
	finished = sqlite3_backup_finish(backup);
	if (*stop != 0)
		return error_set(err, (enum error_code)(ERROR_SIGNAL + *stop), name, 0, NULL,
		    "interrupted: the backup was not made");
	if (rc == SQLITE_BUSY)
		return error_set(err, ERROR_BUSY, inventory->path, 0, NULL,
		    "another process holds the database: the backup was not made; try again");
	return finished == SQLITE_OK ? 0 : failed(copy, name, finished, err);
}

int
inventory_backup(struct inventory *inventory, const char *path, const char *name,
    const volatile sig_atomic_t *stop, struct error *err)
{
	sqlite3 *copy = NULL;
	int rc;

	if (sqlite3_open_v2(path, &copy,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_NOMUTEX,
		NULL) != SQLITE_OK ||
	    /* Nobody sees the copy before the caller has synced and named it. */
	    sqlite3_exec(copy, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF", NULL, NULL,
		NULL) != SQLITE_OK)
		rc = copy == NULL ? error_memory(err)
				  : failed(copy, name, sqlite3_extended_errcode(copy), err);
	else
		rc = copy_pages(inventory, copy, name, stop, err);
	sqlite3_close(copy);
	return rc;
}
