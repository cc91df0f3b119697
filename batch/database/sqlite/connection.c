#include "database/sqlite/sqlite_private.h"

#include "database/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define APPLICATION_ID 0x70667872 /* "pfxr" */
#define OPENING "opening the database"

/* ---- the schema -------------------------------------------------------------------------- */

/* 0 for a version that this program has, or can bring up. */
static int
connection_verify_version(struct database *db, int version, struct error *err)
{
	if (version < 0)
		return error_set(err, ERROR_STORAGE, db->path,
		    "the database is damaged: its schema is version %d; restore it from a backup",
		    version);
	if (version > sqlite_version())
		return error_set(err, ERROR_STORAGE, db->path,
		    "its schema is version %d, newer than this program's %d: use a newer "
		    "pfxreplace",
		    version, sqlite_version());
	return 0;
}

/*
 * The next migration that the database lacks, in its transaction: 1, 0 when it lacks none, -1. The
 * version is read inside of it, for another process, of a newer program perhaps, may just have
 * brought it up.
 */
static int
connection_migrate_once(struct database *db, struct error *err)
{
	int version = 0;
	char sql[128];

	if (sqlite_begin(db, true, err) == -1 ||
	    sqlite_pragma(db, "PRAGMA user_version", &version, err) == -1 ||
	    connection_verify_version(db, version, err) == -1)
		return -1;
	if (version == sqlite_version()) {
		sqlite_rollback(db);
		return 0;
	}
	snprintf(sql, sizeof(sql), "PRAGMA application_id = %d; PRAGMA user_version = %d",
	    APPLICATION_ID, version + 1);
	if (sqlite3_exec(sqlite_of(db)->handle, sqlite_migrations()[version], NULL, NULL, NULL) !=
	    SQLITE_OK)
		return sqlite_failed(db, "making the tables", err);
	return sqlite_execute(db, sql, err) == -1 || sqlite_commit(db, err) == -1 ? -1 : 1;
}

static int
connection_migrate(struct database *db, struct error *err)
{
	int rc;

	while ((rc = connection_migrate_once(db, err)) == 1)
		;
	if (rc == -1)
		sqlite_rollback(db);
	return rc;
}

static int
connection_verify_schema(struct database *db, struct error *err)
{
	int application = 0, version = 0;

	if (sqlite_pragma(db, "PRAGMA application_id", &application, err) == -1 ||
	    sqlite_pragma(db, "PRAGMA user_version", &version, err) == -1)
		return -1;
	if (application != APPLICATION_ID)
		return error_set(err, ERROR_STORAGE, db->path,
		    "not a database of pfxreplace: expected one made by `pfxreplace init`");
	if (connection_verify_version(db, version, err) == -1)
		return -1;
	if (version == sqlite_version())
		return 0;
	if (db->mode != DB_WRITE)
		return error_set(err, ERROR_STORAGE, db->path,
		    "its schema is version %d, older than this program's %d: a writing "
		    "command "
		    "such as `pfxreplace import` brings it up",
		    version, sqlite_version());
	return connection_migrate(db, err);
}

/* ---- connecting -------------------------------------------------------------------------- */

static int connection_connect(struct database *, int flags, struct error *);

static void
connection_free(struct database *db)
{
	if (db != NULL)
		sqlite_close(db);
	free(db);
}

/* A further connection of this file alone, for a while: opened to write, it only reads. */
static struct database *
connection_new(const char *path, enum db_mode mode, struct error *err)
{
	struct database *db = calloc(1, sizeof(*db));

	if (db == NULL) {
		error_memory(err);
		return NULL;
	}
	db->mode = mode;
	snprintf(db->path, sizeof(db->path), "%s", path);
	if (connection_connect(db, SQLITE_OPEN_READWRITE, err) == -1) {
		connection_free(db);
		return NULL;
	}
	return db;
}

/* A writer sets rollback mode; a reader leaves the mode as it is. Before the first statement. */
static int
connection_settle_mode(struct database *db, struct error *err)
{
	int wal = sqlite_wal_found(db, err);

	if (wal == -1)
		return -1;
	if (db->mode == DB_WRITE) {
		if (wal == 1 && sqlite3_db_readonly(sqlite_of(db)->handle, "main") == 1)
			return error_set(
			    err, ERROR_STORAGE, db->path, "the database cannot be written");
		return sqlite_wal_leave(db, err);
	}
	if (wal == 0)
		return 0;
	if (db->mode == DB_VERIFY)
		return sqlite_wal_read(db, err);
	/* Opened for reading only, it would leave the files that it has to make for that. */
	sqlite_of(db)->guard = connection_new(db->path, DB_VERIFY, err);
	return sqlite_of(db)->guard == NULL ? -1 : 0;
}

static int
connection_connect(struct database *db, int flags, struct error *err)
{
	struct sqlite *sqlite = calloc(1, sizeof(*sqlite));

	if (sqlite == NULL)
		return error_memory(err);
	db->connection = sqlite;
	gate_init(&sqlite->gate);
	if (sqlite3_open_v2(db->path, &sqlite->handle,
		flags | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
		return sqlite->handle == NULL ? error_memory(err) : sqlite_failed(db, OPENING, err);
	sqlite_distrust(sqlite->handle);
	sqlite_wait_set(sqlite);
	if (connection_settle_mode(db, err) == -1)
		return -1;
	/* A commit that was reported must survive a power cut: EXTRA syncs the folder too. */
	if (sqlite3_exec(sqlite->handle,
		"PRAGMA synchronous = EXTRA;"
		"PRAGMA foreign_keys = ON; PRAGMA cache_size = -32768",
		NULL, NULL, NULL) != SQLITE_OK ||
	    sqlite_rowsets(sqlite) != SQLITE_OK)
		return sqlite_failed(db, OPENING, err);
	return 0;
}

void
sqlite_close(struct database *db)
{
	struct sqlite *sqlite = sqlite_of(db);

	if (sqlite == NULL)
		return;
	sqlite_release_statements(sqlite);
	sqlite3_close(sqlite->handle);
	connection_free(sqlite->guard); /* after it: the last one to close takes the files away */
	gate_release(&sqlite->gate);
	free(sqlite);
	db->connection = NULL;
}

/* ---- files ------------------------------------------------------------------------------- */

/* Whether the database has a journal, beside the file itself where the path is a link. */
static bool
connection_has_journal(const char *path)
{
	char *real = realpath(path, NULL), *journal = NULL;
	bool found = true; /* out of memory: looking closer does no harm */

	if (real != NULL && asprintf(&journal, "%s-journal", real) != -1) {
		found = access(journal, F_OK) == 0;
		free(journal);
	}
	free(real);
	return found;
}

/* A journal left by a killed writer is rolled back by the next process that can write. */
static int
connection_roll_back(const char *path, struct error *err)
{
	struct database *db;
	int version;
	int rc;

	if (!connection_has_journal(path))
		return 0;
	db = connection_new(path, DB_VERIFY, err);
	if (db == NULL)
		return -1;
	rc = sqlite_pragma(db, "PRAGMA user_version", &version, err);
	connection_free(db);
	return rc;
}

int
sqlite_probe(const char *path, struct error *err)
{
	/* Of the database header: the first string, and the application id at 68, big-endian. */
	static const char magic[] = "SQLite format 3";
	static const unsigned char id[] = {APPLICATION_ID >> 24, APPLICATION_ID >> 16 & 0xff,
	    APPLICATION_ID >> 8 & 0xff, APPLICATION_ID & 0xff};
	char header[72];
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat status;
	ssize_t length;
	int number;

	if (fd == -1 && errno != ENXIO) /* a socket */
		return error_errno(err, path, "the database cannot be opened");
	if (fd == -1 || (fstat(fd, &status) == 0 && !S_ISREG(status.st_mode)))
		length = 0;
	else
		length = pread(fd, header, sizeof(header), 0);
	number = length == -1 ? errno : 0;
	if (fd != -1)
		close(fd);
	if (number != 0) {
		errno = number;
		return error_errno(err, path, "the database cannot be read");
	}
	if (length != (ssize_t)sizeof(header) || memcmp(header, magic, sizeof(magic)) != 0)
		return error_set(err, ERROR_STORAGE, path,
		    "not a database: expected one made by `pfxreplace init`");
	if (memcmp(header + 68, id, sizeof(id)) != 0)
		return error_set(err, ERROR_STORAGE, path,
		    "not a database of pfxreplace: expected one made by `pfxreplace init`");
	return 0;
}

/* What can be said of the file before SQLite opens it. */
static int
connection_verify_file(const struct database *db, struct error *err)
{
	struct stat status;

	if (stat(db->path, &status) == -1)
		return error_errno(err, db->path, "no database (`pfxreplace init` makes one)");
	if (!S_ISREG(status.st_mode))
		return error_set(err, ERROR_STORAGE, db->path,
		    "not a database: expected a file made by `pfxreplace init`");
	return files_verify(db->path, db->mode == DB_WRITE ? FILES_WRITE : FILES_READ, err);
}

int
sqlite_open(struct database *db, struct error *err)
{
	int flags = db->mode == DB_READ ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;

	if (connection_verify_file(db, err) == -1 ||
	    (db->mode == DB_READ && connection_roll_back(db->path, err) == -1) ||
	    connection_connect(db, flags, err) == -1)
		return -1;
	if (db->mode == DB_WRITE && sqlite3_db_readonly(sqlite_of(db)->handle, "main") == 1)
		return error_set(err, ERROR_STORAGE, db->path, "the database cannot be written");
	if (db->mode == DB_VERIFY && sqlite_execute(db, "PRAGMA query_only = ON", err) == -1)
		return -1;
	return connection_verify_schema(db, err);
}

/* Fills an empty file; everything or, with the file removed by the caller, nothing. */
static int
connection_fill(const char *path, struct error *err)
{
	struct database *db;
	int rc;

	db = connection_new(path, DB_WRITE, err);
	if (db == NULL)
		return -1;
	rc = connection_migrate(db, err);
	connection_free(db);
	return rc;
}

int
sqlite_create(const char *path, struct error *err)
{
	char temporary[sizeof(((struct database *)0)->path)];
	int length, fd, rc = -1;

	length = snprintf(temporary, sizeof(temporary), "%s.XXXXXX", path);
	if (length < 0 || (size_t)length >= sizeof(temporary))
		return error_set(err, ERROR_STORAGE, NULL, "the database's path is too long");
	fd = mkostemp(temporary, O_CLOEXEC);
	if (fd == -1)
		return error_errno(err, path, "the database cannot be made");
	close(fd);
	if (connection_fill(temporary, err) == 0) {
		if (link(temporary, path) == 0)
			rc = 0;
		else
			error_errno(err, path, "the database cannot be made");
	}
	/* A database with two names cannot be opened. */
	if (unlink(temporary) == -1 && rc == 0) {
		rc = error_errno(err, path, "the database cannot be made");
		unlink(path);
	}
	return rc;
}
