#include "database/sqlite/sqlite_private.h"

#include "program/process.h"
#include "stop.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define STEP_PAGES 1024 /* 4 MiB: some milliseconds */

/* Nobody uses the copy yet: it needs no journal, and is synced once, at the end. */
static const char SET_UP[] = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF";

/* What went wrong is said of the file that the copy is to be, where it is not the source's. */
static int
backup_failed(struct database *source, sqlite3 *copy, const char *name, int code, struct error *err)
{
	int number = sqlite3_system_errno(copy);

	if (code == SQLITE_NOMEM)
		return error_memory(err);
	if (code == SQLITE_BUSY && sqlite_interrupted(source, err) == -1)
		return -1;
	if (code == SQLITE_BUSY) /* it has waited as long as anybody does */
		return error_set(err, ERROR_BUSY, source->path,
		    "another process holds the database: the backup was not made; try again");
	if (code == SQLITE_IOERR_READ || code == SQLITE_IOERR_SHORT_READ)
		return error_set(err, ERROR_STORAGE, source->path,
		    "the backup was not made: the database cannot be read");
	return error_set(err, ERROR_STORAGE, name, "the backup was not made: %s",
	    code == SQLITE_FULL ? "the disk is full"
	    : number != 0       ? strerror(number)
				: sqlite3_errstr(code));
}

/* What an earlier way has left in the file is not even a database. */
static int
backup_open_copy(
    struct database *source, const struct backup *backup, sqlite3 **copy, struct error *err)
{
	int fd = open(backup->path, O_WRONLY | O_TRUNC | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd == -1)
		return error_errno(err, backup->name, "the backup was not made");
	close(fd);
	if (sqlite3_open_v2(backup->path, copy,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_NOMUTEX |
		    SQLITE_OPEN_NOFOLLOW,
		NULL) == SQLITE_OK &&
	    sqlite3_exec(*copy, SET_UP, NULL, NULL, NULL) == SQLITE_OK) {
		sqlite_distrust(*copy); /* which would keep its journal: hence after it */
		return 0;
	}
	if (*copy == NULL)
		return error_memory(err);
	return backup_failed(source, *copy, backup->name, sqlite3_extended_errcode(*copy), err);
}

/* Whether a copy that others disturb has to be given up. */
static bool
backup_is_disturbed(enum backup_way way, int restarts, int64_t since)
{
	if (way == BACKUP_IN_STEPS)
		return restarts > BACKUP_RESTARTS;
	return way == BACKUP_AT_ONE_GO && process_ticks() - since > BACKUP_MILLISECONDS;
}

/* 1, 0 given up, -1 and err or, where it was SQLite that failed, *code. */
static int
backup_copy_pages(sqlite3_backup *pages, const struct backup *backup, enum backup_way way,
    int *code, struct error *err)
{
	int64_t since = process_ticks();
	int left = -1, restarts = 0, rc;

	do {
		if (stop_asked(backup->stop, err, backup->name,
			"interrupted: the backup was not made") == -1)
			return -1;
		if (backup_is_disturbed(way, restarts, since))
			return 0;
		rc = sqlite3_backup_step(pages, STEP_PAGES);
		if (rc != SQLITE_OK && rc != SQLITE_DONE) {
			*code = rc;
			return -1;
		}
		if (left != -1 && sqlite3_backup_remaining(pages) >= left)
			restarts++;
		left = sqlite3_backup_remaining(pages);
		if (backup->on_step != NULL)
			backup->on_step(backup->closure, sqlite3_backup_pagecount(pages) - left,
			    sqlite3_backup_pagecount(pages));
	} while (rc != SQLITE_DONE);
	return 1;
}

/* A transaction of the source's own connection keeps others from committing. */
static int
backup_hold(struct database *source, struct error *err)
{
	sqlite3_stmt *touch;
	int rc = -1;

	if (sqlite_begin(source, false, err) == -1)
		return -1;
	touch = sqlite_prepare(source, SQL_BACKUP_TOUCH, false);
	if (touch != NULL) {
		rc = sqlite_step(touch);
		if (rc == -1)
			sqlite_failed(source, sql_name(SQL_BACKUP_TOUCH), err);
		sqlite_reset(touch);
		return rc == -1 ? -1 : 0;
	}
	return sqlite_failed(source, sql_name(SQL_BACKUP_TOUCH), err);
}

/*
 * "Database File Format", 1.3: both 1 for a rollback journal. The source may be in WAL mode; the
 * copy has nothing of that beside it, and SQLite would make it there.
 */
static int
backup_set_rollback_mode(const struct backup *backup, struct error *err)
{
	static const unsigned char versions[] = {1, 1};
	int fd = open(backup->path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
	int rc = 0;

	if (fd == -1 || pwrite(fd, versions, sizeof(versions), 18) != (ssize_t)sizeof(versions))
		rc = error_errno(err, backup->name, "the backup was not made");
	if (fd != -1)
		close(fd);
	return rc;
}

int
sqlite_backup(
    struct database *source, const struct backup *backup, enum backup_way way, struct error *err)
{
	sqlite3 *copy = NULL;
	sqlite3_backup *pages;
	int code = SQLITE_OK, finished, rc = -1;

	if (backup_open_copy(source, backup, &copy, err) == -1 ||
	    (way != BACKUP_IN_STEPS && backup_hold(source, err) == -1))
		goto out;
	pages = sqlite3_backup_init(copy, "main", sqlite_of(source)->handle, "main");
	if (pages == NULL) {
		backup_failed(source, copy, backup->name, sqlite3_extended_errcode(copy), err);
		goto out;
	}
	rc = backup_copy_pages(pages, backup, way, &code, err);
	finished = sqlite3_backup_finish(pages);
	if (rc == 1 && finished != SQLITE_OK)
		code = finished;
	if (code != SQLITE_OK)
		rc = backup_failed(source, copy, backup->name, code, err);
out:
	sqlite_rollback(source);
	sqlite3_close(copy);
	if (rc == 1 && backup_set_rollback_mode(backup, err) == -1)
		rc = -1;
	return rc;
}
