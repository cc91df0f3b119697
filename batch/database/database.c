#include "database/rowset.h"
#include "database/sqlite/schema.h"
#include "database/sqlite/wait.h"
#include "database/sqlite/wal.h"
#include "database/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ROLLBACK_TRIES 3
#define APPLICATION_ID 0x70667872 /* "pfxr" */

/* Each brings the schema from the version of its index to the next, in its own transaction. */
static const char *const migrations[] = {
#include "schema.inc"
    NULL};
#define SCHEMA_VERSION ((int)(sizeof(migrations) / sizeof(migrations[0])) - 1)

const char *const *
db_migrations(void)
{
	return migrations;
}

static int
execute(struct database *db, const char *sql, const char *doing, struct error *err)
{
	if (sqlite3_exec(db->handle, sql, NULL, NULL, NULL) != SQLITE_OK)
		return db_failed(db, doing, err);
	return 0;
}

int
db_execute(struct database *db, const char *sql, struct error *err)
{
	return execute(db, sql, sql, err);
}

static int
pragma(struct database *db, const char *sql, int *value, struct error *err)
{
	sqlite3_stmt *statement = NULL;
	int rc = -1;

	if (sqlite3_prepare_v2(db->handle, sql, -1, &statement, NULL) == SQLITE_OK &&
	    sqlite3_step(statement) == SQLITE_ROW) {
		*value = sqlite3_column_int(statement, 0);
		rc = 0;
	} else {
		db_failed(db, "opening the database", err);
	}
	sqlite3_finalize(statement);
	return rc;
}

static struct database *open_database(const char *, enum db_mode, int flags, struct error *);

/* Rollback mode for who writes; who reads leaves the mode as it is. Before the first statement. */
static int
settle_mode(struct database *db, struct error *err)
{
	int wal = db_wal_found(db, err);

	if (wal == -1)
		return -1;
	if (db->mode == DB_WRITE) {
		if (wal == 1 && sqlite3_db_readonly(db->handle, "main") == 1)
			return error_set(
			    err, ERROR_STORAGE, db->path, "the database cannot be written");
		return db_wal_leave(db, err);
	}
	if (wal == 0)
		return 0;
	if (db->mode == DB_VERIFY)
		return db_wal_read(db, err);
	/* Opened for reading only, it would leave what it has to make for that. */
	db->guard = open_database(db->path, DB_VERIFY, SQLITE_OPEN_READWRITE, err);
	return db->guard == NULL ? -1 : 0;
}

static struct database *
open_database(const char *path, enum db_mode mode, int flags, struct error *err)
{
	struct database *db = calloc(1, sizeof(*db));

	if (db == NULL) {
		error_memory(err);
		return NULL;
	}
	db->mode = mode;
	snprintf(db->path, sizeof(db->path), "%s", path);
	if (sqlite3_open_v2(path, &db->handle, flags | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_NOMUTEX,
		NULL) != SQLITE_OK) {
		if (db->handle == NULL)
			error_memory(err);
		else
			db_failed(db, "opening the database", err);
		db_close(db);
		return NULL;
	}
	schema_distrust(db->handle);
	db_wait_set(db);
	/* A commit that was told must survive a power cut: EXTRA syncs the folder too. */
	if (settle_mode(db, err) == -1 ||
	    execute(db,
		"PRAGMA synchronous = EXTRA;"
		"PRAGMA foreign_keys = ON; PRAGMA cache_size = -32768",
		"opening the database", err) == -1) {
		db_close(db);
		return NULL;
	}
	if (rowsets_init(db, err) == -1) {
		db_close(db);
		return NULL;
	}
	return db;
}

/* 0 for a version that this program has, or can bring up. */
static int
verify_version(struct database *db, int version, struct error *err)
{
	if (version < 0)
		return error_set(err, ERROR_STORAGE, db->path,
		    "the database is damaged: its schema is version %d; restore it from a backup",
		    version);
	if (version > SCHEMA_VERSION)
		return error_set(err, ERROR_STORAGE, db->path,
		    "its schema is version %d, newer than this program's %d: use a newer "
		    "pfxreplace",
		    version, SCHEMA_VERSION);
	return 0;
}

/*
 * The next migration that the database lacks, in its transaction: 1, 0 when it lacks none, -1. The
 * version is read inside of it, for another process, of a newer program perhaps, may just have
 * brought it up.
 */
static int
migrate_once(struct database *db, struct error *err)
{
	int version = 0;
	char sql[128];

	if (db_begin(db, err) == -1 || pragma(db, "PRAGMA user_version", &version, err) == -1 ||
	    verify_version(db, version, err) == -1)
		return -1;
	if (version == SCHEMA_VERSION) {
		db_rollback(db);
		return 0;
	}
	snprintf(sql, sizeof(sql), "PRAGMA application_id = %d; PRAGMA user_version = %d",
	    APPLICATION_ID, version + 1);
	if (execute(db, migrations[version], "making the tables", err) == -1 ||
	    db_execute(db, sql, err) == -1 || db_commit(db, err) == -1)
		return -1;
	return 1;
}

static int
migrate(struct database *db, struct error *err)
{
	int rc;

	while ((rc = migrate_once(db, err)) == 1)
		;
	if (rc == -1)
		db_rollback(db);
	return rc;
}

static int
verify_schema(struct database *db, struct error *err)
{
	int application = 0, version = 0;

	if (pragma(db, "PRAGMA application_id", &application, err) == -1 ||
	    pragma(db, "PRAGMA user_version", &version, err) == -1)
		return -1;
	if (application != APPLICATION_ID)
		return error_set(err, ERROR_STORAGE, db->path,
		    "not a database of pfxreplace: expected one made by `pfxreplace init`");
	if (verify_version(db, version, err) == -1)
		return -1;
	if (version == SCHEMA_VERSION)
		return 0;
	if (db->mode != DB_WRITE)
		return error_set(err, ERROR_STORAGE, db->path,
		    "its schema is version %d, older than this program's %d: a writing "
		    "command "
		    "such as `pfxreplace import` brings it up",
		    version, SCHEMA_VERSION);
	return migrate(db, err);
}

/* Whether the database, by the name of the file itself where path is a link, has a journal.
 */
static bool
has_journal(const char *path)
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

/* A journal left by a killed writer is rolled back by whoever can write and comes next. */
static int
roll_back_interrupted(const char *path, struct error *err)
{
	struct database *db;
	int version;
	int rc;

	if (!has_journal(path))
		return 0;
	db = open_database(path, DB_VERIFY, SQLITE_OPEN_READWRITE, err);
	if (db == NULL)
		return -1;
	rc = pragma(db, "PRAGMA user_version", &version, err);
	db_close(db);
	return rc;
}

int
db_probe(const char *path, struct error *err)
{
	/* Of the database header: the first string, and the application id at 68,
	 * big-endian. */
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

void
db_setup(void)
{
	/* Nobody asks how much memory SQLite has; counting takes a lock at each allocation.
	 */
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

void
db_set_stop(struct database *db, const volatile sig_atomic_t *stop)
{
	db->stop = stop;
}

int
db_set_cache(struct database *db, int kib, struct error *err)
{
	char sql[64];

	snprintf(sql, sizeof(sql), "PRAGMA cache_size = -%d", kib);
	return db_execute(db, sql, err);
}

int
db_version(struct database *db, int64_t *version, struct error *err)
{
	int value = 0;

	if (pragma(db, "PRAGMA data_version", &value, err) == -1)
		return -1;
	*version = value;
	return 0;
}

int
db_hold(struct database *db, struct error *err)
{
	return db_execute(db, "PRAGMA cache_spill = OFF", err);
}

struct database *
db_open(const char *path, enum db_mode mode, struct error *err)
{
	struct database *db;
	struct stat status;
	int flags = mode == DB_READ ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;

	if (strlen(path) >= sizeof(db->path)) {
		error_set(err, ERROR_STORAGE, NULL, "the database's path is too long");
		return NULL;
	}
	if (stat(path, &status) == -1) {
		error_errno(err, path, "no database (`pfxreplace init` makes one)");
		return NULL;
	}
	if (!S_ISREG(status.st_mode)) {
		error_set(err, ERROR_STORAGE, path,
		    "not a database: expected a file made by `pfxreplace init`");
		return NULL;
	}
	if (files_verify(path, mode == DB_WRITE ? FILES_WRITE : FILES_READ, err) == -1)
		return NULL;
	if (mode == DB_READ && roll_back_interrupted(path, err) == -1)
		return NULL;
	db = open_database(path, mode, flags, err);
	if (db == NULL)
		return NULL;
	if (mode == DB_WRITE && sqlite3_db_readonly(db->handle, "main") == 1) {
		error_set(err, ERROR_STORAGE, path, "the database cannot be written");
		db_close(db);
		return NULL;
	}
	if ((mode == DB_VERIFY && db_execute(db, "PRAGMA query_only = ON", err) == -1) ||
	    verify_schema(db, err) == -1) {
		db_close(db);
		return NULL;
	}
	return db;
}

/* Fills an empty file; everything or, with the file removed by the caller, nothing. */
static int
fill(const char *path, struct error *err)
{
	struct database *db;
	int rc;

	db = open_database(path, DB_WRITE, SQLITE_OPEN_READWRITE, err);
	if (db == NULL)
		return -1;
	rc = migrate(db, err);
	db_close(db);
	return rc;
}

int
db_create(const char *path, struct error *err)
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
	if (fill(temporary, err) == 0) {
		if (link(temporary, path) == 0)
			rc = 0;
		else
			error_errno(err, path, "the database cannot be made");
	}
	/* With two names it would be of use to nobody. */
	if (unlink(temporary) == -1 && rc == 0) {
		rc = error_errno(err, path, "the database cannot be made");
		unlink(path);
	}
	return rc;
}

void
db_close(struct database *db)
{
	if (db == NULL)
		return;
	statements_release(db);
	sqlite3_close(db->handle);
	db_close(db->guard); /* after it: who comes last takes the files away */
	rowsets_release(db);
	free(db);
}

int
db_begin(struct database *db, struct error *err)
{
	int left;

	if (db->mode != DB_WRITE)
		return db_begin_read(db, err);
	for (;;) {
		if (db_execute(db, "BEGIN IMMEDIATE", err) == -1)
			return -1;
		left = db_wal_left(db, err);
		if (left == 1)
			return 0;
		db_rollback(db);
		/* Another program has changed the mode since we opened it. */
		if (left == -1 || db_wal_leave(db, err) == -1)
			return -1;
	}
}

int
db_begin_read(struct database *db, struct error *err)
{
	return db_execute(db, "BEGIN", err);
}

int
db_commit(struct database *db, struct error *err)
{
	return db_execute(db, "COMMIT", err);
}

void
db_rollback(struct database *db)
{
	/* It may lack memory for the statement: a lock that stays would stop others, and us. */
	for (int i = 0; i < ROLLBACK_TRIES && sqlite3_get_autocommit(db->handle) == 0; i++)
		sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
}

static const struct statement SETTING_GET = {
    "setting-get", "SELECT value FROM setting WHERE name = ?1"};
static const struct statement SETTING_SET = {
    "setting-set", "INSERT OR REPLACE INTO setting VALUES (?1, ?2)"};

int
db_setting(struct database *db, const char *name, void *value, int size, struct error *err)
{
	struct query q;
	int length = 0, rc;

	query_begin(&q, db, &SETTING_GET);
	query_string(&q, name);
	rc = query_next(&q, err);
	if (rc == 1) {
		length = sqlite3_column_bytes(q.statement, 0);
		if (length > 0 && length <= size) /* of nothing, SQLite gives NULL */
			memcpy(value, sqlite3_column_blob(q.statement, 0), (size_t)length);
	}
	query_end(&q);
	return rc == -1 ? -1 : length;
}

int
db_set(struct database *db, const char *name, const void *value, int size, struct error *err)
{
	struct query q;

	query_begin(&q, db, &SETTING_SET);
	query_string(&q, name);
	query_blob(&q, value, (size_t)size);
	return query_run(&q, err);
}
