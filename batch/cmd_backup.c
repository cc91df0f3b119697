#include "command.h"
#include "inventory_backup.h"
#include "lock.h"
#include "outfile.h"

#define WAIT_SECONDS 10

static int run(const struct command *, const struct context *, int, char **);

const struct command command_backup = {
    "backup", "[OPTION...] FILE", "copy the database, whole and consistent, to a file", run};

struct options {
	int64_t wait;
};

static const struct option_spec specs[] = {
    {"wait", "SECONDS", "wait so long for a run to end (default 10)", OPTION_NUMBER,
	offsetof(struct options, wait), 0, NULL},
};

/* Into a file beside the target, which then takes its place. */
static int
copy(const struct context *context, const char *path, struct error *err)
{
	struct inventory *inventory = inventory_open(context->database, INVENTORY_READ, err);
	struct outfile *file = NULL;
	const char *temporary;
	int rc = -1;

	if (inventory != NULL)
		file = outfile_open_for(path, &temporary, err);
	if (file != NULL)
		rc = inventory_backup(inventory, temporary, path, context->stop, err);
	if (rc == 0)
		rc = outfile_publish(&file, err);
	outfile_discard(file);
	inventory_close(inventory);
	return rc;
}

/* Under the lock: a run commits more often than a copy of a large database takes. */
static int
copy_locked(const struct context *context, const struct options *options, const char *path)
{
	struct error err = {0};
	struct lock *lock = lock_take(
	    context->database, "backup", options->wait, context->stop, &err);
	int rc;

	if (lock == NULL)
		return command_failed(context, &err);
	rc = copy(context, path, &err);
	lock_release(lock);
	if (rc == -1)
		return command_failed(context, &err);
	if (!context->quiet)
		message_print(context->err, context->database, 0, NULL,
		    "copied to %s, which has no key: keep the key file too, and apart", path);
	return 0;
}

static int
run(const struct command *command, const struct context *context, int argc, char **argv)
{
	struct options options = {.wait = WAIT_SECONDS};
	const char *what;
	int status;
	int first = command_options(command, context, specs, sizeof(specs) / sizeof(specs[0]), argc,
	    argv, &options, &status);

	if (first == -1)
		return status;
	if (first + 1 != argc)
		return command_usage(command, context, "expected one FILE");
	what = command_protects(context, argv[first]);
	if (what != NULL)
		return command_usage(
		    command, context, "%s is %s: expected another file", argv[first], what);
	if (outfile_through(argv[first]))
		return command_usage(
		    command, context, "%s: expected the name of a file", argv[first]);
	return copy_locked(context, &options, argv[first]);
}
