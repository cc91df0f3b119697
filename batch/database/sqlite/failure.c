#include "database/sqlite/holder.h"
#include "database/sqlite/schema.h"
#include "database/sqlite/wait.h"
#include "database/sqlite/wal.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* What SQLite says, in the words of this program. */

/* SQLite calls a database damaged when its disk says that a block of it cannot be read. */
static bool
cannot_read(struct database *db, int *number)
{
	*number = 0;
	sqlite3_file_control(db->handle, "main", SQLITE_FCNTL_LAST_ERRNO, number);
	return *number == EIO || *number == ENXIO;
}

/*
 * Where a journal cannot be made, SQLite tries to read it, and what it then keeps is why that
 * failed: that there is none.
 */
static int
cannot_open(struct database *db, struct error *err)
{
	int number = sqlite3_system_errno(db->handle);

	if (db->wal)
		return db_wal_refuse(db, err);
	if (number == ENOENT && access(db->path, F_OK) == 0)
		return error_set(err, ERROR_STORAGE, db->path,
		    "its journal cannot be made beside it (is the disk full?); what was committed "
		    "is safe");
	return error_set(err, ERROR_STORAGE, db->path,
	    "the database or its journal cannot be opened: %s", strerror(number));
}

/* A read or a write that failed, with the system's reason where SQLite kept it. */
static int
io_failed(struct database *db, const char *doing, int code, struct error *err)
{
	int number = 0;

	sqlite3_file_control(db->handle, "main", SQLITE_FCNTL_LAST_ERRNO, &number);
	if (number == 0)
		number = sqlite3_system_errno(db->handle);
	return error_set(err, ERROR_STORAGE, db->path, "%s, while %s (%d%s%s)",
	    sqlite3_errmsg(db->handle), doing, code, number == 0 ? "" : ": ",
	    number == 0 ? "" : strerror(number));
}

static const char *
read_only_text(int code)
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
busy(struct database *db, const char *doing, struct error *err)
{
	bool waited = db->gave_up;
	int seconds = db_waited(db);
	char holder[128];

	if (waited && db_interrupted(db, err) == -1)
		return -1;
	return error_set(err, ERROR_BUSY, db->path,
	    "%s holds the database (waited %d s, while %s); try again",
	    db_holder(db->path, holder, sizeof(holder)), seconds, doing);
}

int
db_damaged(struct database *db, struct error *err, const char *format, ...)
{
	char text[512];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	db->damaged = true;
	return error_set(err, ERROR_STORAGE, db->path, "the database is damaged: %s%s", text,
	    db->mode == DB_VERIFY ? "; restore it from a backup" : ": run `pfxreplace verify`");
}

static int
failed_otherwise(struct database *db, const char *doing, int code, struct error *err)
{
	return error_set(err, ERROR_STORAGE, db->path, "%s, while %s (%d)",
	    sqlite3_errmsg(db->handle), doing, code);
}

/*
 * Our statements are constants that the schema of `init` carries out, on values that were looked
 * at. Where one is refused all the same, the schema is another, or a value makes it impossible.
 */
static int
refused(struct database *db, const char *doing, int code, struct error *err)
{
	char reason[256], difference[256];

	/* That there is none, or one already, says nothing of the database. */
	if (strcmp(doing, "COMMIT") == 0 || strncmp(doing, "BEGIN", 5) == 0)
		return failed_otherwise(db, doing, code, err);
	snprintf(reason, sizeof(reason), "%s", sqlite3_errmsg(db->handle));
	if (schema_first_difference(db, difference, sizeof(difference)))
		return db_damaged(db, err, "%s (%s, while %s)", difference, reason, doing);
	return db_damaged(db, err, "%s, while %s", reason, doing);
}

int
db_failed(struct database *db, const char *doing, struct error *err)
{
	int code = sqlite3_extended_errcode(db->handle);
	int number;

	db->damaged = (code & 0xff) == SQLITE_CORRUPT && !cannot_read(db, &number);
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
		    sqlite3_errmsg(db->handle), doing);
	case SQLITE_BUSY:
		return busy(db, doing, err);
	case SQLITE_FULL:
		return error_set(err, ERROR_STORAGE, db->path,
		    "the disk is full, while %s; what was committed is safe", doing);
	case SQLITE_READONLY:
		if (db->wal && db->mode != DB_WRITE)
			return db_wal_refuse(db, err);
		return error_set(err, ERROR_STORAGE, db->path, "%s", read_only_text(code));
	case SQLITE_ERROR:
	case SQLITE_CONSTRAINT:
	case SQLITE_MISMATCH:
		return refused(db, doing, code, err);
	case SQLITE_CANTOPEN:
		return cannot_open(db, err);
	case SQLITE_NOMEM:
		return error_memory(err);
	case SQLITE_IOERR:
		if (code == SQLITE_IOERR_NOMEM)
			return error_memory(err);
		return io_failed(db, doing, code, err);
	default:
		return failed_otherwise(db, doing, code, err);
	}
}
