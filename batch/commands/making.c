#include "commands/making.h"

#include "input/key.h"
#include "database/database.h"
#include "database/load.h"
#include "database/lock.h"
#include "commands/making_leftover.h"
#include "crypto/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define CLAIM_TRIES 100
#define CLAIM_NANOSECONDS 10000000

struct making {
	const struct context *context;
	struct lock *lock;
	char *lock_path;
	bool new_lock;  /* the lock file was not there before */
	char *database; /* the other names; NULL: not made yet */
	char *key;
	int claim;     /* the key's descriptor, locked: no other `init` takes it for a leftover */
	bool has_key;  /* linked by this invocation */
	bool has_base; /* likewise */
};

static const char role[] = "Administrator";
static const char *const granted[] = {
    "/certificates/enrollment/pfx/", "/certificate_stores/modify/"};

/* ---- refusals --------------------------------------------------------------------------- */

/* 0 where nothing is there, 1 and err where something is, -1 and err. */
static int
refuse(const char *path, const char *what, struct error *err)
{
	struct stat status;

	if (lstat(path, &status) == -1)
		return errno == ENOENT ? 0 : error_errno(err, path, "%s cannot be made", what);
	error_set(err, ERROR_STORAGE, path,
	    "%s is there already: expected none, `init` touches nothing that exists", what);
	return 1;
}

/* SQLite would take what an old database had beside it into the new one: a mix of both. */
static int
refuse_beside(const char *database, struct error *err)
{
	static const struct {
		const char *suffix;
		const char *what;
	} beside[] = {{"-journal", "the journal of an earlier database"},
	    {"-wal", "the write-ahead log of an earlier database"},
	    {"-shm", "the index of an earlier database's write-ahead log"}};
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < sizeof(beside) / sizeof(beside[0]); i++) {
		char *name = NULL;

		if (asprintf(&name, "%s%s", database, beside[i].suffix) == -1)
			return error_memory(err);
		rc = refuse(name, beside[i].what, err);
		free(name);
	}
	return rc;
}

static int
refuse_any(const struct context *context, struct error *err)
{
	int rc = refuse(context->database, "the database", err);

	if (rc == 0)
		rc = refuse(context->key_file, "the key file", err);
	return rc == 0 ? refuse_beside(context->database, err) : rc;
}

/* ---- under other names ------------------------------------------------------------------ */

/* What the user named, and not what it is called while it is made. Returns -1. */
static int
failed(const char *path, const char *other, struct error *err)
{
	size_t length = strlen(other);

	/* What goes wrong with a journal of it goes wrong with it. */
	if (err != NULL && err->file[0] != '\0' && strncmp(err->file, other, length) == 0)
		snprintf(err->file, sizeof(err->file), "%s", path);
	return -1;
}

static char *
other_name(const char *path, struct error *err)
{
	char *name = NULL;

	if (asprintf(&name, "%s.init-%ld", path, (long)getpid()) == -1) {
		error_memory(err);
		return NULL;
	}
	return name;
}

/* 1, 0 where another `init`, of another database, took it for a leftover before, -1 and err. */
static int
claim(struct making *making, struct error *err)
{
	struct stat status;

	making->claim = open(making->key, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (making->claim == -1)
		return errno == ENOENT ? 0 : error_errno(err, making->key, "it cannot be opened");
	if (flock(making->claim, LOCK_EX | LOCK_NB) == 0 && fstat(making->claim, &status) == 0 &&
	    status.st_nlink == 1)
		return 1;
	close(making->claim);
	making->claim = -1;
	unlink(making->key);
	return 0;
}

static int
make_key(struct making *making, struct error *err)
{
	const struct timespec pause = {.tv_nsec = CLAIM_NANOSECONDS};
	char *name = other_name(making->context->key_file, err);

	if (name == NULL)
		return -1;
	for (int i = 0; i < CLAIM_TRIES; i++) {
		int rc;

		if (secret_create(name, err) == -1) {
			failed(making->context->key_file, name, err);
			free(name);
			return -1;
		}
		making->key = name;
		rc = claim(making, err);
		if (rc != 0)
			return rc == 1 ? 0 : failed(making->context->key_file, name, err);
		making->key = NULL;
		nanosleep(&pause, NULL);
	}
	free(name);
	return error_set(err, ERROR_STORAGE, making->context->key_file,
	    "the key file cannot be made: others take it away");
}

static int
make_database(struct making *making, struct error *err)
{
	char *name = other_name(making->context->database, err);

	if (name == NULL)
		return -1;
	if (db_create(name, err) == -1) {
		failed(making->context->database, name, err);
		free(name);
		return -1;
	}
	making->database = name;
	return 0;
}

static int
fill(struct database *db, const struct secret *secret, const char *operator_name, struct error *err)
{
	if (db_begin(db, err) == -1 || key_bind(secret, db, err) == -1)
		return -1;
	for (size_t i = 0; i < sizeof(granted) / sizeof(granted[0]); i++)
		if (load_grant(db, role, operator_name, granted[i], err) == -1)
			return -1;
	return db_commit(db, err);
}

/* Binds the new key to the new database and gives the user his permissions. */
static int
settle(const struct making *making, struct error *err)
{
	const struct context *context = making->context;
	struct secret *secret = secret_open(making->key, err);
	struct database *db = NULL;
	int rc = -1;

	if (secret == NULL)
		return failed(context->key_file, making->key, err);
	db = db_open(making->database, DB_WRITE, err);
	if (db != NULL)
		rc = fill(db, secret, context->operator_name, err);
	db_close(db);
	secret_close(secret);
	return rc == -1 ? failed(context->database, making->database, err) : 0;
}

/* ---- under their own -------------------------------------------------------------------- */

static int
sync_folder(const char *path, struct error *err)
{
	char *copy = strdup(path);
	int fd, rc;

	if (copy == NULL)
		return error_memory(err);
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(copy);
	rc = fd == -1 ? -1 : fsync(fd);
	if (rc == -1)
		error_errno(err, path, "its folder cannot be synced");
	if (fd != -1)
		close(fd);
	return rc;
}

/*
 * link(2) and not rename(2): it refuses a name that somebody else took meanwhile. After a power
 * cut there may be a key without a database, never a database without its key.
 */
static int
publish(struct making *making, struct error *err)
{
	const struct context *context = making->context;

	if (sync_folder(context->database, err) == -1 || sync_folder(context->key_file, err) == -1)
		return -1;
	if (link(making->key, context->key_file) == -1)
		return error_errno(err, context->key_file, "the key file cannot be made");
	making->has_key = true;
	if (sync_folder(context->key_file, err) == -1)
		return -1;
	if (link(making->database, context->database) == -1)
		return error_errno(err, context->database, "the database cannot be made");
	making->has_base = true;
	return sync_folder(context->database, err);
}

/* Whether the key is that of the database: both are there, and one names the other. */
static bool
belongs(const struct context *context)
{
	struct secret *secret = secret_open(context->key_file, NULL);
	struct database *db = NULL;
	bool is = false;

	if (secret != NULL)
		db = db_open(context->database, DB_READ, NULL);
	if (db != NULL)
		is = key_verify(secret, context->key_file, db, NULL) == 0;
	db_close(db);
	secret_close(secret);
	return is;
}

/*
 * With a database there, an earlier `init` may have been killed just before its end. Its other
 * names are taken away, that of the database last: as long as it is there that `init` is not over,
 * and this one ends it. 1 where it was so, 0 where not, -1 and err.
 */
static int
finish_earlier(const struct context *context, struct error *err)
{
	bool linked = making_is_linked(context->database);
	int rc;

	if ((!linked && !making_is_linked(context->key_file)) || !belongs(context))
		return 0;
	if (sync_folder(context->database, err) == -1)
		return -1;
	rc = making_drop(context->key_file, err);
	if (rc == 0)
		rc = making_drop(context->database, err);
	if (rc == -1)
		return -1;
	return linked ? 1 : 0;
}

static enum making_result
make(struct making *making, struct error *err)
{
	const struct context *context = making->context;
	struct stat status;
	int rc = 0;

	if (lstat(context->database, &status) == 0)
		rc = finish_earlier(context, err);
	else if (making_sweep(context->database, context->key_file, err) == -1)
		rc = -1;
	if (rc != 0)
		return rc == 1 ? MAKING_MADE : MAKING_FAILED;
	rc = refuse_any(context, err);
	if (rc != 0)
		return rc == 1 ? MAKING_REFUSED : MAKING_FAILED;
	if (make_database(making, err) == -1 || make_key(making, err) == -1 ||
	    settle(making, err) == -1 || publish(making, err) == -1)
		return MAKING_FAILED;
	return MAKING_MADE;
}

/* Takes away the other names, and after a failure all that this invocation made. */
static void
clear(struct making *making, bool failed)
{
	const struct context *context = making->context;
	struct stat status;

	if (failed && making->has_base)
		unlink(context->database);
	if (failed && making->has_key)
		unlink(context->key_file);
	if (making->key != NULL)
		unlink(making->key);
	if (making->database != NULL)
		unlink(making->database);
	if (making->lock_path != NULL && making->lock != NULL && making->new_lock &&
	    lstat(context->database, &status) == -1)
		unlink(making->lock_path);
	lock_release(making->lock);
	if (making->claim != -1)
		close(making->claim);
	free(making->database);
	free(making->key);
	free(making->lock_path);
}

static int
lock(struct making *making, int64_t wait_seconds, struct error *err)
{
	const struct context *context = making->context;
	struct stat status;

	if (asprintf(&making->lock_path, "%s.lock", context->database) == -1) {
		making->lock_path = NULL;
		return error_memory(err);
	}
	making->new_lock = lstat(making->lock_path, &status) == -1 && errno == ENOENT;
	making->lock = lock_take_first(context->database, wait_seconds, context->stop, err);
	return making->lock == NULL ? -1 : 0;
}

enum making_result
making_run(const struct context *context, int64_t wait_seconds, struct error *err)
{
	struct making making = {.context = context, .claim = -1};
	enum making_result result;
	struct stat status;
	int rc = 0;

	/* Of a database that is there and in use nobody takes the lock for this. */
	if (lstat(context->database, &status) == 0 && !making_is_linked(context->database) &&
	    !making_is_linked(context->key_file))
		rc = refuse(context->database, "the database", err);
	if (rc != 0)
		return rc == 1 ? MAKING_REFUSED : MAKING_FAILED;
	result = lock(&making, wait_seconds, err) == -1 ? MAKING_FAILED : make(&making, err);
	clear(&making, result == MAKING_FAILED);
	return result;
}
