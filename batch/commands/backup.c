#include "commands/outputs.h"
#include "program/command.h"
#include "database/backup.h"
#include "database/lock.h"
#include "outfile.h"
#include "program/progress.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define WAIT_SECONDS 10
#define CHECK_MOST 64

struct backup_options {
	int64_t wait;
};

static const struct option_spec backup_specs[] = {
    {"wait", "SECONDS",
	"where it cannot be copied beside a run, wait so long for its end (default 10)",
	OPTION_NUMBER, offsetof(struct backup_options, wait), 0, NULL},
};
#define SPEC_COUNT (sizeof(backup_specs) / sizeof(backup_specs[0]))

/* What is beside a file that is to be replaced, and what that means. */
static const struct {
	const char *suffix;
	const char *text;
} backup_beside[] = {
    /* SQLite would roll it back into the new file: a mix of both. */
    {"-journal", "the journal of another database: expected none beside a backup"},
    {"-wal", "the write-ahead log of another database: expected none beside a backup"},
    {"-shm", "the index of another database's write-ahead log: expected none beside a backup"},
    {".lock", "the lock of a database that is in use: expected none beside a backup"},
};

static int
backup_verify_target(const char *path, struct error *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < sizeof(backup_beside) / sizeof(backup_beside[0]); i++) {
		struct stat status;
		char *name = NULL;

		if (asprintf(&name, "%s%s", path, backup_beside[i].suffix) == -1)
			return error_memory(err);
		if (lstat(name, &status) == 0)
			rc = error_set(err, ERROR_STORAGE, name, "%s", backup_beside[i].text);
		free(name);
	}
	return rc;
}

/*
 * Without a header of ours it is no earlier backup, but a file of somebody. An empty one holds
 * nothing; what is no regular file is refused later.
 */
static int
backup_verify_replaced(const char *path, struct error *err)
{
	struct stat status;

	if (stat(path, &status) == -1 || !S_ISREG(status.st_mode) || status.st_size == 0 ||
	    db_probe(path, err) == 0)
		return 0;
	if (access(path, R_OK) == -1) /* it may be one */
		return -1;
	return error_set(err, ERROR_STORAGE, path,
	    "not a database of pfxreplace, and so no earlier backup: name another file, or remove "
	    "this one first");
}

/* How far a copy is, for the progress that is shown. */
struct backup_progress {
	const char *path;
	int64_t copied;
};

static void
backup_on_step(void *closure, int64_t copied, int64_t pages)
{
	struct backup_progress *progress = closure;

	if (progress->copied == 0 || copied < progress->copied)
		progress_begin(progress->path, "pages", (uint64_t)copied, (uint64_t)pages);
	else
		progress_add((uint64_t)(copied - progress->copied));
	progress->copied = copied;
}

/* Under the writer's lock no run writes; other writers are few, and each writes little. */
static int
backup_locked(const struct context *context, struct database *db, const struct backup *backup,
    int64_t wait, struct error *err)
{
	struct lock *lock = lock_take(context->database, "backup", wait, context->stop, err);
	int rc;

	if (lock == NULL)
		return -1;
	rc = db_backup(db, backup, BACKUP_IN_STEPS, err);
	if (rc == 0)
		rc = db_backup(db, backup, BACKUP_TO_THE_END, err);
	lock_release(lock);
	return rc;
}

/* Three ways, until one comes to its end: each keeps writers waiting longer than the one before. */
static int
backup_pages(const struct context *context, const char *path, const char *temporary, int64_t wait,
    struct error *err)
{
	struct database *db = db_open(context->database, DB_READ, err);
	const struct output_target target = {&command_backup, NULL, path};
	struct backup_progress progress = {.path = path};
	const struct backup backup = {.path = temporary,
	    .name = path,
	    .stop = context->stop,
	    .on_step = backup_on_step,
	    .closure = &progress};
	int rc;

	if (db == NULL)
		return -1;
	rc = outputs_verify_manifest(db, NULL, &target, err);
	if (rc == 0)
		rc = backup_verify_replaced(path, err);
	if (rc == 0)
		rc = db_backup(db, &backup, BACKUP_IN_STEPS, err);
	if (rc == 0)
		rc = db_backup(db, &backup, BACKUP_AT_ONE_GO, err);
	if (rc == 0)
		rc = backup_locked(context, db, &backup, wait, err);
	db_close(db);
	return rc == 1 ? 0 : -1;
}

/* What a database has of its key: another value in each that `init` makes. Its length, or -1. */
static int
backup_read_check(const char *path, unsigned char check[CHECK_MOST])
{
	struct database *db = db_open(path, DB_READ, NULL);
	int length = -1;

	if (db != NULL)
		length = db_setting(db, "key-check", check, CHECK_MOST, NULL);
	db_close(db);
	return length;
}

static bool
backup_is_earlier_copy(const struct context *context, const char *path)
{
	unsigned char ours[CHECK_MOST], its[CHECK_MOST];
	int length;

	if (outfile_same(path, context->database) || db_probe(path, NULL) == -1)
		return false;
	length = backup_read_check(path, its);
	return length > 0 && length <= CHECK_MOST &&
	       backup_read_check(context->database, ours) == length &&
	       memcmp(ours, its, (size_t)length) == 0;
}

/* Writes a file beside the target, which then takes the place of the target. */
static int
backup_copy(const struct context *context, const struct backup_options *options, const char *path)
{
	struct outfile *file = NULL;
	const char *temporary;
	struct error err = {0};
	int rc = -1;

	if (backup_verify_target(path, &err) == 0)
		file = outfile_open_for(path, &temporary, &err);
	if (file != NULL)
		rc = backup_pages(context, path, temporary, options->wait, &err);
	if (rc == 0)
		rc = outfile_publish(&file, &err);
	outfile_discard(file);
	if (rc == -1)
		return command_failed(context, &err);
	if (!context->quiet)
		message_print(context->err, (struct error_place){.file = context->database},
		    "copied to %s, which has no key: keep the key file too, and apart", path);
	return 0;
}

static int
backup_run(const struct command *command, const struct context *context, int argc, char **argv)
{
	struct backup_options options = {.wait = WAIT_SECONDS};
	const char *what;
	int status;
	int first = command_options(
	    command, context, &(struct command_line){argc, argv, &options}, &status);

	if (first == -1)
		return status;
	if (first + 1 != argc)
		return command_usage(command, context, "expected one FILE");
	what = outputs_protect(context, argv[first]);
	if (what != NULL && !backup_is_earlier_copy(context, argv[first]))
		return command_usage(
		    command, context, "%s is %s: expected another file", argv[first], what);
	if (outfile_through(argv[first]))
		return command_usage(
		    command, context, "%s: expected the name of a file", argv[first]);
	return backup_copy(context, &options, argv[first]);
}

const struct command command_backup = {
    .name = "backup",
    .synopsis = "[OPTION...] FILE",
    .summary = "copy the database, whole and consistent, to a file",
    .run = backup_run,
    .options = backup_specs,
    .option_count = SPEC_COUNT,
};
