#include "database/sqlite/sqlite_private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* "Database File Format", 1.3: the versions for writing and for reading, 2 for WAL. */
#define VERSIONS_OFFSET 18
#define VERSION_WAL 2

/* The size of a file beside the database itself, -1 where there is none. */
static int64_t
wal_size_beside(const struct database *db, const char *suffix)
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
sqlite_wal_found(struct database *db, struct error *err)
{
	unsigned char versions[2] = {0};
	sqlite3_file *file = NULL;
	int rc = SQLITE_OK, number = 0;

	/* Through SQLite's descriptor: closing one of our own would drop its locks. */
	sqlite3_file_control(sqlite_of(db)->handle, "main", SQLITE_FCNTL_FILE_POINTER, &file);
	if (file != NULL && file->pMethods != NULL)
		rc = file->pMethods->xRead(file, versions, sizeof(versions), VERSIONS_OFFSET);
	if (rc != SQLITE_OK && rc != SQLITE_IOERR_SHORT_READ) {
		sqlite3_file_control(
		    sqlite_of(db)->handle, "main", SQLITE_FCNTL_LAST_ERRNO, &number);
		errno = number == 0 ? EIO : number;
		return error_errno(err, db->path, "the database cannot be read");
	}
	sqlite_of(db)->wal = versions[0] == VERSION_WAL || versions[1] == VERSION_WAL ||
			     wal_size_beside(db, "-wal") != -1;
	return sqlite_of(db)->wal;
}

int
sqlite_wal_read(struct database *db, struct error *err)
{
	int64_t log = wal_size_beside(db, "-wal");

	/*
	 * A user who cannot write the database must not make files beside it either: its writers
	 * perhaps could not open them.
	 */
	if (sqlite3_db_readonly(sqlite_of(db)->handle, "main") == 1) {
		if (log == -1 || wal_size_beside(db, "-shm") == -1)
			return sqlite_wal_refuse(db, err);
	} else if (log > 0) {
		sqlite3_db_config(sqlite_of(db)->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	}
	return sqlite_execute(db, "SELECT count(*) FROM sqlite_schema", err);
}

/* The mode that the statement answers with: 1 for rollback, 0 for WAL, -1 where it failed. */
static int
wal_ask_mode(struct database *db, const char *sql)
{
	sqlite3_stmt *statement = NULL;
	const char *mode;
	int rc = -1;

	if (sqlite3_prepare_v2(sqlite_of(db)->handle, sql, -1, &statement, NULL) == SQLITE_OK &&
	    sqlite3_step(statement) == SQLITE_ROW) {
		mode = (const char *)sqlite3_column_text(statement, 0);
		if (mode != NULL)
			rc = strcmp(mode, "delete") == 0 ? 1 : 0;
	}
	sqlite3_finalize(statement);
	return rc;
}

static int
wal_held(struct database *db, struct error *err)
{
	int seconds = sqlite_waited(sqlite_of(db));
	char text[128];
	const char *holder;

	if (sqlite_interrupted(db, err) == -1)
		return -1;
	holder = sqlite_holder(db->path, text, sizeof(text));
	return error_set(err, ERROR_BUSY, db->path,
	    "%s has it open in WAL mode, in which nothing is written to it (waited %d s): try "
	    "again when it is closed",
	    strncmp(holder, "process ", 8) == 0 ? holder : "somebody", seconds);
}

int
sqlite_wal_leave(struct database *db, struct error *err)
{
	int waited = 0, mode;

	/* SQLite itself does not wait for other connections in WAL mode. */
	for (int count = 0;; count++) {
		sqlite_of(db)->gave_up = false;
		mode = wal_ask_mode(db, "PRAGMA journal_mode = DELETE");
		if (mode == 1) {
			sqlite_of(db)->wal = false;
			return 0;
		}
		if (mode == -1 &&
		    (sqlite_of(db)->gave_up ||
			(sqlite3_errcode(sqlite_of(db)->handle) & 0xff) != SQLITE_BUSY))
			return sqlite_failed(db, "opening the database", err);
		sqlite_of(db)->wal = true;
		if (!sqlite_wait(sqlite_of(db), count, &waited))
			return wal_held(db, err);
	}
}

int
sqlite_wal_left(struct database *db, struct error *err)
{
	int mode = wal_ask_mode(db, "PRAGMA journal_mode");

	return mode == -1 ? sqlite_failed(db, "looking at its mode", err) : mode;
}
