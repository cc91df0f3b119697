#include "database/sqlite/wal.h"

#include "database/sqlite/holder.h"
#include "database/sqlite/wait.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* "Database File Format", 1.3: the versions for writing and for reading, 2 for WAL. */
#define VERSIONS_OFFSET 18
#define VERSION_WAL 2

/* The size of a file beside the database itself, -1 where there is none. */
static int64_t
size_beside(const struct database *db, const char *suffix)
{
	char *real = realpath(db->path, NULL), *name = NULL;
	struct stat status;
	int64_t size = -1;

	if (real != NULL && asprintf(&name, "%s%s", real, suffix) != -1) {
		if (stat(name, &status) == 0)
			size = (int64_t)status.st_size;
		free(name);
	}
	free(real);
	return size;
}

int
db_wal_found(struct database *db, struct error *err)
{
	unsigned char versions[2] = {0};
	sqlite3_file *file = NULL;
	int rc = SQLITE_OK, number = 0;

	/* Through SQLite's descriptor: closing one of our own would drop its locks. */
	sqlite3_file_control(db->handle, "main", SQLITE_FCNTL_FILE_POINTER, &file);
	if (file != NULL && file->pMethods != NULL)
		rc = file->pMethods->xRead(file, versions, sizeof(versions), VERSIONS_OFFSET);
	if (rc != SQLITE_OK && rc != SQLITE_IOERR_SHORT_READ) {
		sqlite3_file_control(db->handle, "main", SQLITE_FCNTL_LAST_ERRNO, &number);
		errno = number == 0 ? EIO : number;
		return error_errno(err, db->path, "the database cannot be read");
	}
	db->wal = versions[0] == VERSION_WAL || versions[1] == VERSION_WAL ||
		  size_beside(db, "-wal") != -1;
	return db->wal;
}

int
db_wal_refuse(const struct database *db, struct error *err)
{
	return error_set(err, ERROR_STORAGE, db->path,
	    "another program has put it into WAL mode, in which it cannot be read without files "
	    "beside it that cannot be made: as a user who can write the database and its folder, "
	    "run a writing command such as `pfxreplace import`, which puts it back");
}

int
db_wal_read(struct database *db, struct error *err)
{
	int64_t log = size_beside(db, "-wal");

	/*
	 * Who cannot write the database must not make files beside it either: they would be of a
	 * user whose files its writers perhaps cannot open.
	 */
	if (sqlite3_db_readonly(db->handle, "main") == 1) {
		if (log == -1 || size_beside(db, "-shm") == -1)
			return db_wal_refuse(db, err);
	} else if (log > 0) {
		sqlite3_db_config(db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	}
	return db_execute(db, "SELECT count(*) FROM sqlite_schema", err);
}

/* The mode that the statement answers with: 1 for rollback, 0 for WAL, -1 where it failed. */
static int
ask_mode(struct database *db, const char *sql)
{
	sqlite3_stmt *statement = NULL;
	const char *mode;
	int rc = -1;

	if (sqlite3_prepare_v2(db->handle, sql, -1, &statement, NULL) == SQLITE_OK &&
	    sqlite3_step(statement) == SQLITE_ROW) {
		mode = (const char *)sqlite3_column_text(statement, 0);
		if (mode != NULL)
			rc = strcmp(mode, "delete") == 0 ? 1 : 0;
	}
	sqlite3_finalize(statement);
	return rc;
}

static int
held_in_wal(struct database *db, struct error *err)
{
	int seconds = db_waited(db);
	char text[128];
	const char *holder;

	if (db_interrupted(db, err) == -1)
		return -1;
	holder = db_holder(db->path, text, sizeof(text));
	return error_set(err, ERROR_BUSY, db->path,
	    "%s has it open in WAL mode, in which nothing is written to it (waited %d s): try "
	    "again when it is closed",
	    strncmp(holder, "process ", 8) == 0 ? holder : "somebody", seconds);
}

int
db_wal_leave(struct database *db, struct error *err)
{
	int waited = 0, mode;

	/* SQLite itself does not wait for those who have it open so. */
	for (int count = 0;; count++) {
		db->gave_up = false;
		mode = ask_mode(db, "PRAGMA journal_mode = DELETE");
		if (mode == 1) {
			db->wal = false;
			return 0;
		}
		if (mode == -1 &&
		    (db->gave_up || (sqlite3_errcode(db->handle) & 0xff) != SQLITE_BUSY))
			return db_failed(db, "opening the database", err);
		db->wal = true;
		if (!db_wait(db, count, &waited))
			return held_in_wal(db, err);
	}
}

int
db_wal_left(struct database *db, struct error *err)
{
	int mode = ask_mode(db, "PRAGMA journal_mode");

	return mode == -1 ? db_failed(db, "looking at its mode", err) : mode;
}
