#include "command.h"
#include "inventory.h"
#include "inventory_load.h"
#include "lock.h"
#include "secret.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int run(const struct command *, const struct context *, int, char **);

const struct command command_init = {
    "init", "", "make a database and its key file; refuse to touch one that exists", run};

/*
 * Both files are made whole under other names and then linked to their own, one right after the
 * other: who is killed before that leaves nothing that a second `init` would stumble on.
 */
struct making {
	char *database; /* the other names; NULL: not made yet */
	char *key;
	char *lock;    /* DATABASE.lock */
	bool has_key;  /* linked by this invocation */
	bool has_base; /* likewise */
	bool has_lock; /* made by this invocation */
};

static const char role[] = "Administrator";
static const char *const granted[] = {
    "/certificates/enrollment/pfx/", "/certificate_stores/modify/"};

static int
refuse(const char *path, const char *what, struct error *err)
{
	struct stat status;

	if (lstat(path, &status) == -1)
		return errno == ENOENT ? 0 : error_errno(err, path, "%s cannot be made", what);
	return error_set(err, ERROR_STORAGE, path, 0, NULL,
	    "%s is there already: expected none, `init` touches nothing that exists", what);
}

/* A name beside `path` that nothing has. Allocated. */
static char *
other_name(const char *path, struct error *err)
{
	char *name = NULL;

	if (asprintf(&name, "%s.init-%ld", path, (long)getpid()) == -1) {
		error_memory(err);
		return NULL;
	}
	/* What a killed process of the same number left is of no use to anybody. */
	unlink(name);
	return name;
}

static int
fill(struct inventory *inventory, const struct secret *secret, const char *operator_name,
    struct error *err)
{
	if (inventory_begin(inventory, err) == -1 || secret_bind(secret, inventory, err) == -1)
		return -1;
	for (size_t i = 0; i < sizeof(granted) / sizeof(granted[0]); i++)
		if (load_grant(inventory, role, operator_name, granted[i], err) == -1)
			return -1;
	return inventory_commit(inventory, err);
}

/* Binds the new key to the new database and gives the user his permissions. */
static int
settle(const struct making *making, const char *operator_name, struct error *err)
{
	struct secret *secret = secret_open(making->key, err);
	struct inventory *inventory = NULL;
	int rc = -1;

	if (secret != NULL)
		inventory = inventory_open(making->database, INVENTORY_WRITE, err);
	if (inventory != NULL)
		rc = fill(inventory, secret, operator_name, err);
	inventory_close(inventory);
	secret_close(secret);
	return rc;
}

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
publish(const struct context *context, struct making *making, struct error *err)
{
	if (link(making->key, context->key_file) == -1)
		return error_errno(err, context->key_file, "the key file cannot be made");
	making->has_key = true;
	if (sync_folder(context->key_file, err) == -1)
		return -1;
	if (link(making->database, context->database) == -1)
		return error_errno(err, context->database, "the database cannot be made");
	making->has_base = true;
	if (lock_create(context->database, err) == -1)
		return -1;
	making->has_lock = true;
	return sync_folder(context->database, err);
}

/* SQLite would roll an old database's journal back into the new one: a mix of both. */
static int
refuse_journal(const char *database, struct error *err)
{
	char *journal = NULL;
	int rc;

	if (asprintf(&journal, "%s-journal", database) == -1)
		return error_memory(err);
	rc = refuse(journal, "the journal of an earlier database", err);
	free(journal);
	return rc;
}

static int
make(const struct context *context, struct making *making, struct error *err)
{
	if (asprintf(&making->lock, "%s.lock", context->database) == -1) {
		making->lock = NULL;
		return error_memory(err);
	}
	if (refuse(context->database, "the database", err) == -1 ||
	    refuse(context->key_file, "the key file", err) == -1 ||
	    refuse(making->lock, "the lock file", err) == -1 ||
	    refuse_journal(context->database, err) == -1)
		return -1;
	making->database = other_name(context->database, err);
	if (making->database == NULL || inventory_create(making->database, err) == -1)
		return -1;
	making->key = other_name(context->key_file, err);
	if (making->key == NULL || secret_create(making->key, err) == -1)
		return -1;
	if (settle(making, context->operator_name, err) == -1)
		return -1;
	return publish(context, making, err);
}

/* Takes away the other names, and after a failure all that this invocation made. */
static void
clear(const struct context *context, struct making *making, bool failed)
{
	if (failed && making->has_lock && making->lock != NULL)
		unlink(making->lock);
	if (failed && making->has_base)
		unlink(context->database);
	if (failed && making->has_key)
		unlink(context->key_file);
	if (making->database != NULL)
		unlink(making->database);
	if (making->key != NULL)
		unlink(making->key);
	free(making->database);
	free(making->key);
	free(making->lock);
}

static int
run(const struct command *command, const struct context *context, int argc, char **argv)
{
	struct making making = {0};
	struct error err = {0};
	bool begun;
	int rc, status;
	int first = command_options(command, context, NULL, 0, argc, argv, NULL, &status);

	if (first == -1)
		return status;
	if (first < argc)
		return command_usage(command, context, "%s: expected no file; see -d", argv[first]);
	rc = make(context, &making, &err);
	begun = making.database != NULL;
	clear(context, &making, rc == -1);
	if (rc == 0) {
		command_warn_network(context);
		return 0;
	}
	command_failed(context, &err);
	if (begun)
		message_print(context->err, context->database, 0, NULL,
		    "nothing was made: the same command starts anew");
	return (int)err.code;
}
