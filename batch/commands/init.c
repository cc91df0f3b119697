#include "commands/init_leftover.h"
#include "commands/outputs.h"
#include "crypto/secret.h"
#include "database/database.h"
#include "database/load.h"
#include "database/lock.h"
#include "input/keyring.h"
#include "folder.h"
#include "program/command.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/*
 * Makes a database, its key file and its lock file, and removes what an `init` that was killed has
 * left of them.
 *
 * All of it is done under DATABASE.lock. Database and key are made whole under other names
 * (NAME.init-PID), which are synced into their folders and then linked to their own names, the key
 * first. The other names are removed last. So a key without its database is known to be a leftover
 * when it has the name KEY.init-PID too and DATABASE.init-PID is beside it. Any other key is
 * somebody's.
 */

#define WAIT_SECONDS 10 /* for another `init` of the same database */
#define CLAIM_TRIES 100
#define CLAIM_NANOSECONDS 10000000

enum init_result {
	INIT_FAILED = -1, /* err; nothing that was made is left */
	INIT_MADE,        /* also what an earlier `init` had all but finished */
	INIT_REFUSED,     /* err: something is there already; nothing was made */
};

struct init {
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

static const char init_role[] = "Administrator";
static const char *const init_permissions[] = {
    "/certificates/enrollment/pfx/", "/certificate_stores/modify/"};

/* ---- refusals --------------------------------------------------------------------------- */

/* 0 where nothing is there, 1 and err where something is, -1 and err. */
static int
init_refuse(const char *path, const char *what, struct error *err)
{
	struct stat status;

	if (lstat(path, &status) == -1)
		return errno == ENOENT ? 0 : error_errno(err, path, "%s cannot be made", what);
	error_set(err, ERROR_STORAGE, path,
	    "%s is there already: expected none, `init` touches nothing that exists", what);
	return 1;
}

/* SQLite would roll what an old database has beside it into the new one: a mix of both. */
static int
init_refuse_beside(const char *database, struct error *err)
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
		rc = init_refuse(name, beside[i].what, err);
		free(name);
	}
	return rc;
}

static int
init_refuse_any(const struct context *context, struct error *err)
{
	int rc = init_refuse(context->database, "the database", err);

	if (rc == 0)
		rc = init_refuse(context->key_file, "the key file", err);
	return rc == 0 ? init_refuse_beside(context->database, err) : rc;
}

/* ---- under other names ------------------------------------------------------------------ */

/* Puts the name that the user gave in place of the other one. Returns -1. */
static int
init_failed(const char *path, const char *other, struct error *err)
{
	size_t length = strlen(other);

	/* By its beginning: the fault may be that of its journal. */
	if (err != NULL && err->file[0] != '\0' && strncmp(err->file, other, length) == 0)
		snprintf(err->file, sizeof(err->file), "%s", path);
	return -1;
}

static char *
init_other_name(const char *path, struct error *err)
{
	char *name = NULL;

	if (asprintf(&name, "%s.init-%ld", path, (long)getpid()) == -1) {
		error_memory(err);
		return NULL;
	}
	return name;
}

/* 1, 0 if an `init` of another database has removed it as a leftover before, -1 and err. */
static int
init_claim(struct init *init, struct error *err)
{
	struct stat status;

	init->claim = open(init->key, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (init->claim == -1)
		return errno == ENOENT ? 0 : error_errno(err, init->key, "it cannot be opened");
	if (flock(init->claim, LOCK_EX | LOCK_NB) == 0 && fstat(init->claim, &status) == 0 &&
	    status.st_nlink == 1)
		return 1;
	close(init->claim);
	init->claim = -1;
	unlink(init->key);
	return 0;
}

static int
init_make_key(struct init *init, struct error *err)
{
	const struct timespec pause = {.tv_nsec = CLAIM_NANOSECONDS};
	char *name = init_other_name(init->context->key_file, err);

	if (name == NULL)
		return -1;
	for (int i = 0; i < CLAIM_TRIES; i++) {
		int rc;

		if (secret_create(name, err) == -1) {
			init_failed(init->context->key_file, name, err);
			free(name);
			return -1;
		}
		init->key = name;
		rc = init_claim(init, err);
		if (rc != 0)
			return rc == 1 ? 0 : init_failed(init->context->key_file, name, err);
		init->key = NULL;
		nanosleep(&pause, NULL);
	}
	free(name);
	return error_set(err, ERROR_STORAGE, init->context->key_file,
	    "the key file cannot be made: others take it away");
}

static int
init_make_database(struct init *init, struct error *err)
{
	char *name = init_other_name(init->context->database, err);

	if (name == NULL)
		return -1;
	if (db_create(name, err) == -1) {
		init_failed(init->context->database, name, err);
		free(name);
		return -1;
	}
	init->database = name;
	return 0;
}

static int
init_bind_key(
    struct database *db, const struct secret *secret, const char *operator_name, struct error *err)
{
	if (db_begin(db, err) == -1 || key_bind(secret, db, err) == -1)
		return -1;
	for (size_t i = 0; i < sizeof(init_permissions) / sizeof(init_permissions[0]); i++)
		if (load_grant(db, init_role, operator_name, init_permissions[i], err) == -1)
			return -1;
	return db_commit(db, err);
}

/* Binds the new key to the new database and gives the user his permissions. */
static int
init_settle(const struct init *init, struct error *err)
{
	const struct context *context = init->context;
	struct secret *secret = secret_open(&(struct secret_file){.path = init->key}, err);
	struct database *db = NULL;
	int rc = -1;

	if (secret == NULL)
		return init_failed(context->key_file, init->key, err);
	db = db_open(init->database, DB_WRITE, err);
	if (db != NULL)
		rc = init_bind_key(db, secret, context->operator_name, err);
	db_close(db);
	secret_close(secret);
	return rc == -1 ? init_failed(context->database, init->database, err) : 0;
}

/* ---- under their own names -------------------------------------------------------------- */

/*
 * link(2) and not rename(2): it refuses a name that somebody else took meanwhile. After a power
 * cut there may be a key without a database, never a database without its key.
 */
static int
init_publish(struct init *init, struct error *err)
{
	const struct context *context = init->context;

	if (folder_sync(context->database, err) == -1 || folder_sync(context->key_file, err) == -1)
		return -1;
	if (link(init->key, context->key_file) == -1)
		return error_errno(err, context->key_file, "the key file cannot be made");
	init->has_key = true;
	if (folder_sync(context->key_file, err) == -1)
		return -1;
	if (link(init->database, context->database) == -1)
		return error_errno(err, context->database, "the database cannot be made");
	init->has_base = true;
	return folder_sync(context->database, err);
}

/* Whether both are there, and the key is that of the database. */
static bool
init_is_ours(const struct context *context)
{
	struct database *db = db_open(context->database, DB_READ, NULL);
	struct keyring *keyring = db == NULL ? NULL : keyring_open(context, db, NULL);
	bool is = keyring != NULL;

	keyring_close(keyring);
	db_close(db);
	return is;
}

/*
 * If the database is there, an earlier `init` may have been killed just before its end. Removes
 * its other names, that of the database last: as long as it is there, that `init` is not finished.
 * 1 if there was one to finish, 0 if not, -1 and err.
 */
static int
init_finish_earlier(const struct context *context, struct error *err)
{
	bool linked = init_leftover_is_linked(context->database);
	int rc;

	if ((!linked && !init_leftover_is_linked(context->key_file)) || !init_is_ours(context))
		return 0;
	if (folder_sync(context->database, err) == -1)
		return -1;
	rc = init_leftover_drop(context->key_file, err);
	if (rc == 0)
		rc = init_leftover_drop(context->database, err);
	if (rc == -1)
		return -1;
	return linked ? 1 : 0;
}

static enum init_result
init_make_all(struct init *init, struct error *err)
{
	const struct context *context = init->context;
	struct stat status;
	int rc = 0;

	if (lstat(context->database, &status) == 0)
		rc = init_finish_earlier(context, err);
	else if (init_leftover_sweep(context->database, context->key_file, err) == -1)
		rc = -1;
	if (rc != 0)
		return rc == 1 ? INIT_MADE : INIT_FAILED;
	rc = init_refuse_any(context, err);
	if (rc != 0)
		return rc == 1 ? INIT_REFUSED : INIT_FAILED;
	if (init_make_database(init, err) == -1 || init_make_key(init, err) == -1 ||
	    init_settle(init, err) == -1 || init_publish(init, err) == -1)
		return INIT_FAILED;
	return INIT_MADE;
}

/* Removes the other names, and after a failure all that this invocation made. */
static void
init_clear(struct init *init, bool failed)
{
	const struct context *context = init->context;
	struct stat status;

	if (failed && init->has_base)
		unlink(context->database);
	if (failed && init->has_key)
		unlink(context->key_file);
	if (init->key != NULL)
		unlink(init->key);
	if (init->database != NULL)
		unlink(init->database);
	if (init->lock_path != NULL && init->lock != NULL && init->new_lock &&
	    lstat(context->database, &status) == -1)
		unlink(init->lock_path);
	lock_release(init->lock);
	if (init->claim != -1)
		close(init->claim);
	free(init->database);
	free(init->key);
	free(init->lock_path);
}

static int
init_lock(struct init *init, struct error *err)
{
	const struct context *context = init->context;
	struct stat status;

	if (asprintf(&init->lock_path, "%s.lock", context->database) == -1) {
		init->lock_path = NULL;
		return error_memory(err);
	}
	init->new_lock = lstat(init->lock_path, &status) == -1 && errno == ENOENT;
	init->lock = lock_take_first(context->database, WAIT_SECONDS, context->stop, err);
	return init->lock == NULL ? -1 : 0;
}

static enum init_result
init_make(const struct context *context, struct error *err)
{
	struct init init = {.context = context, .claim = -1};
	enum init_result result;
	struct stat status;
	int rc = 0;

	/* Without the lock, which others may need: the database is there and in use. */
	if (lstat(context->database, &status) == 0 && !init_leftover_is_linked(context->database) &&
	    !init_leftover_is_linked(context->key_file))
		rc = init_refuse(context->database, "the database", err);
	if (rc != 0)
		return rc == 1 ? INIT_REFUSED : INIT_FAILED;
	result = init_lock(&init, err) == -1 ? INIT_FAILED : init_make_all(&init, err);
	init_clear(&init, result == INIT_FAILED);
	return result;
}

/* What there is now, and what to do with it: nobody can make the key again. */
static void
init_told(const struct context *context)
{
	const struct error_place key = {.file = context->key_file};

	if (context->quiet)
		return;
	message_print(context->err, (struct error_place){.file = context->database},
	    "made, with its key file %s", context->key_file);
	message_print(context->err, key, "keep it: no password can be read without it");
	message_print(context->err, key, "back it up apart from the database, never with it");
}

/* ---- the command ------------------------------------------------------------------------ */

static int
init_run(const struct command *command, const struct context *context, int argc, char **argv)
{
	struct error err = {0};
	enum init_result result;
	int status;
	int first = command_options(
	    command, context, &(struct command_line){argc, argv, NULL}, &status);

	if (first == -1)
		return status;
	if (first < argc)
		return command_usage(command, context, "%s: expected no file; see -d", argv[first]);
	result = init_make(context, &err);
	if (result == INIT_MADE) {
		init_told(context);
		outputs_warn_network(context);
		return 0;
	}
	command_failed(context, &err);
	if (result == INIT_FAILED)
		message_print(context->err, (struct error_place){.file = context->database},
		    "nothing was made: the same command starts anew");
	return (int)err.code;
}

const struct command command_init = {
    .name = "init",
    .synopsis = "",
    .summary = "make a database and its key file; refuse to touch one that exists",
    .run = init_run,
};
