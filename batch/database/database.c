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
inventory_migrations(void)
{
	return migrations;
}

static int
execute(struct inventory *inventory, const char *sql, const char *doing, struct error *err)
{
	if (sqlite3_exec(inventory->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return inventory_failed(inventory, doing, err);
	return 0;
}

int
inventory_execute(struct inventory *inventory, const char *sql, struct error *err)
{
	return execute(inventory, sql, sql, err);
}

static int
pragma(struct inventory *inventory, const char *sql, int *value, struct error *err)
{
	sqlite3_stmt *statement = NULL;
	int rc = -1;

	if (sqlite3_prepare_v2(inventory->db, sql, -1, &statement, NULL) == SQLITE_OK &&
	    sqlite3_step(statement) == SQLITE_ROW) {
		*value = sqlite3_column_int(statement, 0);
		rc = 0;
	} else {
		inventory_failed(inventory, "opening the database", err);
	}
	sqlite3_finalize(statement);
	return rc;
}

static struct inventory *open_database(
    const char *, enum inventory_mode, int flags, struct error *);

/* Rollback mode for who writes; who reads leaves the mode as it is. Before the first statement. */
static int
settle_mode(struct inventory *inventory, struct error *err)
{
	int wal = inventory_wal_found(inventory, err);

	if (wal == -1)
		return -1;
	if (inventory->mode == INVENTORY_WRITE) {
		if (wal == 1 && sqlite3_db_readonly(inventory->db, "main") == 1)
			return error_set(err, ERROR_STORAGE, inventory->path, 0, NULL,
			    "the database cannot be written");
		return inventory_wal_leave(inventory, err);
	}
	if (wal == 0)
		return 0;
	if (inventory->mode == INVENTORY_VERIFY)
		return inventory_wal_read(inventory, err);
	/* Opened for reading only, it would leave what it has to make for that. */
	inventory->guard = open_database(
	    inventory->path, INVENTORY_VERIFY, SQLITE_OPEN_READWRITE, err);
	return inventory->guard == NULL ? -1 : 0;
}

static struct inventory *
open_database(const char *path, enum inventory_mode mode, int flags, struct error *err)
{
	struct inventory *inventory = calloc(1, sizeof(*inventory));

	if (inventory == NULL) {
		error_memory(err);
		return NULL;
	}
	inventory->mode = mode;
	snprintf(inventory->path, sizeof(inventory->path), "%s", path);
	if (sqlite3_open_v2(path, &inventory->db,
		flags | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK) {
		if (inventory->db == NULL)
			error_memory(err);
		else
			inventory_failed(inventory, "opening the database", err);
		inventory_close(inventory);
		return NULL;
	}
	schema_distrust(inventory->db);
	inventory_wait_set(inventory);
	/* A commit that was told must survive a power cut: EXTRA syncs the folder too. */
	if (settle_mode(inventory, err) == -1 ||
	    execute(inventory,
		"PRAGMA synchronous = EXTRA;"
		"PRAGMA foreign_keys = ON; PRAGMA cache_size = -32768",
		"opening the database", err) == -1) {
		inventory_close(inventory);
		return NULL;
	}
	if (feeds_init(inventory, err) == -1) {
		inventory_close(inventory);
		return NULL;
	}
	return inventory;
}

/* 0 for a version that this program has, or can bring up. */
static int
verify_version(struct inventory *inventory, int version, struct error *err)
{
	if (version < 0)
		return error_set(err, ERROR_STORAGE, inventory->path, 0, NULL,
		    "the database is damaged: its schema is version %d; restore it from a backup",
		    version);
	if (version > SCHEMA_VERSION)
		return error_set(err, ERROR_STORAGE, inventory->path, 0, NULL,
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
migrate_once(struct inventory *inventory, struct error *err)
{
	int version = 0;
	char sql[128];

	if (inventory_begin(inventory, err) == -1 ||
	    pragma(inventory, "PRAGMA user_version", &version, err) == -1 ||
	    verify_version(inventory, version, err) == -1)
		return -1;
	if (version == SCHEMA_VERSION) {
		inventory_rollback(inventory);
		return 0;
	}
	snprintf(sql, sizeof(sql), "PRAGMA application_id = %d; PRAGMA user_version = %d",
	    APPLICATION_ID, version + 1);
	if (execute(inventory, migrations[version], "making the tables", err) == -1 ||
	    inventory_execute(inventory, sql, err) == -1 || inventory_commit(inventory, err) == -1)
		return -1;
	return 1;
}

static int
migrate(struct inventory *inventory, struct error *err)
{
	int rc;

	while ((rc = migrate_once(inventory, err)) == 1)
		;
	if (rc == -1)
		inventory_rollback(inventory);
	return rc;
}

static int
verify_schema(struct inventory *inventory, struct error *err)
{
	int application = 0, version = 0;

	if (pragma(inventory, "PRAGMA application_id", &application, err) == -1 ||
	    pragma(inventory, "PRAGMA user_version", &version, err) == -1)
		return -1;
	if (application != APPLICATION_ID)
		return error_set(err, ERROR_STORAGE, inventory->path, 0, NULL,
		    "not a database of pfxreplace: expected one made by `pfxreplace init`");
	if (verify_version(inventory, version, err) == -1)
		return -1;
	if (version == SCHEMA_VERSION)
		return 0;
	if (inventory->mode != INVENTORY_WRITE)
		return error_set(err, ERROR_STORAGE, inventory->path, 0, NULL,
		    "its schema is version %d, older than this program's %d: a writing "
		    "command "
		    "such as `pfxreplace import` brings it up",
		    version, SCHEMA_VERSION);
	return migrate(inventory, err);
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
	struct inventory *inventory;
	int version;
	int rc;

	if (!has_journal(path))
		return 0;
	inventory = open_database(path, INVENTORY_VERIFY, SQLITE_OPEN_READWRITE, err);
	if (inventory == NULL)
		return -1;
	rc = pragma(inventory, "PRAGMA user_version", &version, err);
	inventory_close(inventory);
	return rc;
}

int
inventory_probe(const char *path, struct error *err)
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
		return error_set(err, ERROR_STORAGE, path, 0, NULL,
		    "not a database: expected one made by `pfxreplace init`");
	if (memcmp(header + 68, id, sizeof(id)) != 0)
		return error_set(err, ERROR_STORAGE, path, 0, NULL,
		    "not a database of pfxreplace: expected one made by `pfxreplace init`");
	return 0;
}

void
inventory_setup(void)
{
	/* Nobody asks how much memory SQLite has; counting takes a lock at each allocation.
	 */
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

void
inventory_set_stop(struct inventory *inventory, const volatile sig_atomic_t *stop)
{
	inventory->stop = stop;
}

int
inventory_set_cache(struct inventory *inventory, int kib, struct error *err)
{
	char sql[64];

	snprintf(sql, sizeof(sql), "PRAGMA cache_size = -%d", kib);
	return inventory_execute(inventory, sql, err);
}

int
inventory_version(struct inventory *inventory, int64_t *version, struct error *err)
{
	int value = 0;

	if (pragma(inventory, "PRAGMA data_version", &value, err) == -1)
		return -1;
	*version = value;
	return 0;
}

int
inventory_hold(struct inventory *inventory, struct error *err)
{
	return inventory_execute(inventory, "PRAGMA cache_spill = OFF", err);
}

struct inventory *
inventory_open(const char *path, enum inventory_mode mode, struct error *err)
{
	struct inventory *inventory;
	struct stat status;
	int flags = mode == INVENTORY_READ ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;

	if (strlen(path) >= sizeof(inventory->path)) {
		error_set(err, ERROR_STORAGE, NULL, 0, NULL, "the database's path is too long");
		return NULL;
	}
	if (stat(path, &status) == -1) {
		error_errno(err, path, "no database (`pfxreplace init` makes one)");
		return NULL;
	}
	if (!S_ISREG(status.st_mode)) {
		error_set(err, ERROR_STORAGE, path, 0, NULL,
		    "not a database: expected a file made by `pfxreplace init`");
		return NULL;
	}
	if (files_verify(path, mode == INVENTORY_WRITE ? FILES_WRITE : FILES_READ, err) == -1)
		return NULL;
	if (mode == INVENTORY_READ && roll_back_interrupted(path, err) == -1)
		return NULL;
	inventory = open_database(path, mode, flags, err);
	if (inventory == NULL)
		return NULL;
	if (mode == INVENTORY_WRITE && sqlite3_db_readonly(inventory->db, "main") == 1) {
		error_set(err, ERROR_STORAGE, path, 0, NULL, "the database cannot be written");
		inventory_close(inventory);
		return NULL;
	}
	if ((mode == INVENTORY_VERIFY &&
		inventory_execute(inventory, "PRAGMA query_only = ON", err) == -1) ||
	    verify_schema(inventory, err) == -1) {
		inventory_close(inventory);
		return NULL;
	}
	return inventory;
}

/* Fills an empty file; everything or, with the file removed by the caller, nothing. */
static int
fill(const char *path, struct error *err)
{
	struct inventory *inventory;
	int rc;

	inventory = open_database(path, INVENTORY_WRITE, SQLITE_OPEN_READWRITE, err);
	if (inventory == NULL)
		return -1;
	rc = migrate(inventory, err);
	inventory_close(inventory);
	return rc;
}

int
inventory_create(const char *path, struct error *err)
{
	char temporary[sizeof(((struct inventory *)0)->path)];
	int length, fd, rc = -1;

	length = snprintf(temporary, sizeof(temporary), "%s.XXXXXX", path);
	if (length < 0 || (size_t)length >= sizeof(temporary))
		return error_set(
		    err, ERROR_STORAGE, NULL, 0, NULL, "the database's path is too long");
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
inventory_close(struct inventory *inventory)
{
	if (inventory == NULL)
		return;
	statements_release(inventory);
	sqlite3_close(inventory->db);
	inventory_close(inventory->guard); /* after it: who comes last takes the files away */
	feeds_release(inventory);
	free(inventory);
}

int
inventory_begin(struct inventory *inventory, struct error *err)
{
	int left;

	if (inventory->mode != INVENTORY_WRITE)
		return inventory_begin_read(inventory, err);
	for (;;) {
		if (inventory_execute(inventory, "BEGIN IMMEDIATE", err) == -1)
			return -1;
		left = inventory_wal_left(inventory, err);
		if (left == 1)
			return 0;
		inventory_rollback(inventory);
		/* Another program has changed the mode since we opened it. */
		if (left == -1 || inventory_wal_leave(inventory, err) == -1)
			return -1;
	}
}

int
inventory_begin_read(struct inventory *inventory, struct error *err)
{
	return inventory_execute(inventory, "BEGIN", err);
}

int
inventory_commit(struct inventory *inventory, struct error *err)
{
	return inventory_execute(inventory, "COMMIT", err);
}

void
inventory_rollback(struct inventory *inventory)
{
	/* It may lack memory for the statement: a lock that stays would stop others, and us. */
	for (int i = 0; i < ROLLBACK_TRIES && sqlite3_get_autocommit(inventory->db) == 0; i++)
		sqlite3_exec(inventory->db, "ROLLBACK", NULL, NULL, NULL);
}

static const struct statement SETTING_GET = {
    "setting-get", "SELECT value FROM setting WHERE name = ?1"};
static const struct statement SETTING_SET = {
    "setting-set", "INSERT OR REPLACE INTO setting VALUES (?1, ?2)"};

int
inventory_setting(
    struct inventory *inventory, const char *name, void *value, int size, struct error *err)
{
	struct query q;
	int length = 0, rc;

	query_begin(&q, inventory, &SETTING_GET);
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
inventory_set(
    struct inventory *inventory, const char *name, const void *value, int size, struct error *err)
{
	struct query q;

	query_begin(&q, inventory, &SETTING_SET);
	query_string(&q, name);
	query_blob(&q, value, (size_t)size);
	return query_run(&q, err);
}
