#include "database/sqlite/sqlite_private.h"

#include "database/damaged.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* What SQLite says, in the words of this program. */

int
sqlite_wal_refuse(const struct database *db, struct error *err)
{
	return error_set(err, ERROR_STORAGE, db->path,
	    "another program has put it into WAL mode, in which it cannot be read without files "
	    "beside it that cannot be made: as a user who can write the database and its folder, "
	    "run a writing command such as `pfxreplace import`, which puts it back");
}

/* SQLite calls a database damaged when its disk says that a block of it cannot be read. */
static bool
failure_is_of_disk(struct database *db, int *number)
{
	*number = 0;
	sqlite3_file_control(sqlite_of(db)->handle, "main", SQLITE_FCNTL_LAST_ERRNO, number);
	return *number == EIO || *number == ENXIO;
}

/*
 * Where a journal cannot be made, SQLite tries to read it, and the error that it keeps is that of
 * the reading: there is none.
 */
static int
failure_open(struct database *db, struct error *err)
{
	int number = sqlite3_system_errno(sqlite_of(db)->handle);

	if (sqlite_of(db)->wal)
		return sqlite_wal_refuse(db, err);
	if (number == ENOENT && access(db->path, F_OK) == 0)
		return error_set(err, ERROR_STORAGE, db->path,
		    "its journal cannot be made beside it (is the disk full?); what was committed "
		    "is safe");
	return error_set(err, ERROR_STORAGE, db->path,
	    "the database or its journal cannot be opened: %s", strerror(number));
}

/* A read or a write that failed, with the system's reason where SQLite kept it. */
static int
failure_io(struct database *db, const char *doing, int code, struct error *err)
{
	int number = 0;

	sqlite3_file_control(sqlite_of(db)->handle, "main", SQLITE_FCNTL_LAST_ERRNO, &number);
	if (number == 0)
		number = sqlite3_system_errno(sqlite_of(db)->handle);
	return error_set(err, ERROR_STORAGE, db->path, "%s, while %s (%d%s%s)",
	    sqlite3_errmsg(sqlite_of(db)->handle), doing, code, number == 0 ? "" : ": ",
	    number == 0 ? "" : strerror(number));
}

static const char *
failure_read_only(int code)
{
	switch (code) {
	case SQLITE_READONLY_ROLLBACK:
		return "an interrupted commit must be rolled back: run any command as a user who "
		       "can write the database and its folder";
	case SQLITE_READONLY_DIRECTORY:
		return "no journal can be made beside it: expected a folder that can be written";
	default:
		return "the database cannot be written";
	}
}

static int
failure_busy(struct database *db, const char *doing, struct error *err)
{
	bool waited = sqlite_of(db)->gave_up;
	int seconds = sqlite_waited(sqlite_of(db));
	char holder[128];

	if (waited && sqlite_interrupted(db, err) == -1)
		return -1;
	return error_set(err, ERROR_BUSY, db->path,
	    "%s holds the database (waited %d s, while %s); try again",
	    sqlite_holder(db->path, holder, sizeof(holder)), seconds, doing);
}

static int
failure_other(struct database *db, const char *doing, int code, struct error *err)
{
	return error_set(err, ERROR_STORAGE, db->path, "%s, while %s (%d)",
	    sqlite3_errmsg(sqlite_of(db)->handle), doing, code);
}

/*
 * Our statements are constants that the schema of `init` carries out, on values that were looked
 * at. Where one is refused all the same, the schema is another, or a value makes it impossible.
 */
static int
failure_refused(struct database *db, const char *doing, int code, struct error *err)
{
	char reason[256], difference[256];

	/* That there is none, or one already, says nothing of the database. */
	if (strcmp(doing, "COMMIT") == 0 || strncmp(doing, "BEGIN", 5) == 0)
		return failure_other(db, doing, code, err);
	snprintf(reason, sizeof(reason), "%s", sqlite3_errmsg(sqlite_of(db)->handle));
	if (sqlite_first_difference(db, difference, sizeof(difference)))
		return db_damaged(db, err, "%s (%s, while %s)", difference, reason, doing);
	return db_damaged(db, err, "%s, while %s", reason, doing);
}

int
sqlite_failed(struct database *db, const char *doing, struct error *err)
{
	int code = sqlite3_extended_errcode(sqlite_of(db)->handle);
	int number;

	db->damaged = (code & 0xff) == SQLITE_CORRUPT && !failure_is_of_disk(db, &number);
	if ((code & 0xff) == SQLITE_CORRUPT && !db->damaged) {
		errno = number;
		return error_errno(err, db->path, "the database cannot be read, while %s", doing);
	}
	switch (code & 0xff) {
	case SQLITE_NOTADB:
		return error_set(err, ERROR_STORAGE, db->path,
		    "not a database: expected one made by `pfxreplace init`");
	case SQLITE_CORRUPT:
		return error_set(err, ERROR_STORAGE, db->path,
		    "the database is damaged (%s, while %s); restore it from a backup",
		    sqlite3_errmsg(sqlite_of(db)->handle), doing);
	case SQLITE_BUSY:
		return failure_busy(db, doing, err);
	case SQLITE_FULL:
		return error_set(err, ERROR_STORAGE, db->path,
		    "the disk is full, while %s; what was committed is safe", doing);
	case SQLITE_READONLY:
		if (sqlite_of(db)->wal && db->mode != DB_WRITE)
			return sqlite_wal_refuse(db, err);
		return error_set(err, ERROR_STORAGE, db->path, "%s", failure_read_only(code));
	case SQLITE_ERROR:
	case SQLITE_CONSTRAINT:
	case SQLITE_MISMATCH:
		return failure_refused(db, doing, code, err);
	case SQLITE_CANTOPEN:
		return failure_open(db, err);
	case SQLITE_NOMEM:
		return error_memory(err);
	case SQLITE_IOERR:
		if (code == SQLITE_IOERR_NOMEM)
			return error_memory(err);
		return failure_io(db, doing, code, err);
	default:
		return failure_other(db, doing, code, err);
	}
}
