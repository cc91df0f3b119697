#include "commands/outputs.h"
#include "program/command.h"
#include "database/backup.h"
#include "database/lock.h"
#include "outfile.h"
#include "program/progress.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define WAIT_SECONDS 10
#define CHECK_MOST 64

static int run(const struct command *, const struct context *, int, char **);

const struct command command_backup = {
    "backup", "[OPTION...] FILE", "copy the database, whole and consistent, to a file", run};

struct options {
	int64_t wait;
};

static const struct option_spec specs[] = {
    {"wait", "SECONDS",
	"where it cannot be copied beside a run, wait so long for its end (default 10)",
	OPTION_NUMBER, offsetof(struct options, wait), 0, NULL},
};

/* What lies beside a file that is to be replaced, and what that means. */
static const struct {
	const char *suffix;
	const char *text;
} beside[] = {
    /* SQLite would roll it back into the new file: a mix of both. */
    {"-journal", "the journal of another database: expected none beside a backup"},
    {"-wal", "the write-ahead log of another database: expected none beside a backup"},
    {"-shm", "the index of another database's write-ahead log: expected none beside a backup"},
    {".lock", "the lock of a database that is in use: expected none beside a backup"},
};

static int
verify_target(const char *path, struct error *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < sizeof(beside) / sizeof(beside[0]); i++) {
		struct stat status;
		char *name = NULL;

		if (asprintf(&name, "%s%s", path, beside[i].suffix) == -1)
			return error_memory(err);
		if (lstat(name, &status) == 0)
			rc = error_set(err, ERROR_STORAGE, name, "%s", beside[i].text);
		free(name);
	}
	return rc;
}

/* A copy in the making, for whoever asks how far it is. */
struct copying {
	const char *path;
	int64_t copied;
};

static void
on_step(void *closure, int64_t copied, int64_t pages)
{
	struct copying *copying = closure;

	if (copying->copied == 0 || copied < copying->copied)
		progress_begin(copying->path, "pages", (uint64_t)copied, (uint64_t)pages);
	else
		progress_add((uint64_t)(copied - copying->copied));
	copying->copied = copied;
}

/* When no run is at work, under the writer's lock, those who write are few and small. */
static int
copy_locked(const struct context *context, struct database *db, const struct backup *backup,
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

static int
verify_manifest(struct database *db, const char *path, struct error *err)
{
	const char *what;

	if (outputs_protect_manifest(db, NULL, path, &what, err) == -1)
		return -1;
	return what == NULL ? 0
			    : error_set_at(err, ERROR_USAGE,
				  (struct error_place){.field = command_backup.name},
				  "%s is %s: expected another file; see `pfxreplace backup --help`",
				  path, what);
}

/* Comes to an end whoever writes: each way keeps others waiting longer than the one before. */
static int
copy_pages(const struct context *context, const char *path, const char *temporary, int64_t wait,
    struct error *err)
{
	struct database *db = db_open(context->database, DB_READ, err);
	struct copying copying = {.path = path};
	const struct backup backup = {.path = temporary,
	    .name = path,
	    .stop = context->stop,
	    .on_step = on_step,
	    .closure = &copying};
	int rc;

	if (db == NULL)
		return -1;
	rc = verify_manifest(db, path, err);
	if (rc == 0)
		rc = db_backup(db, &backup, BACKUP_IN_STEPS, err);
	if (rc == 0)
		rc = db_backup(db, &backup, BACKUP_AT_ONE_GO, err);
	if (rc == 0)
		rc = copy_locked(context, db, &backup, wait, err);
	db_close(db);
	return rc == 1 ? 0 : -1;
}

/* Which key a database goes with: it is another one for each that `init` makes. */
static int
read_check(const char *path, unsigned char check[CHECK_MOST])
{
	struct database *db = db_open(path, DB_READ, NULL);
	int length = -1;

	if (db != NULL)
		length = db_setting(db, "key-check", check, CHECK_MOST, NULL);
	db_close(db);
	return length;
}

static bool
is_earlier_copy(const struct context *context, const char *path)
{
	unsigned char ours[CHECK_MOST], its[CHECK_MOST];
	int length;

	if (outfile_same(path, context->database) || db_probe(path, NULL) == -1)
		return false;
	length = read_check(path, its);
	return length > 0 && length <= CHECK_MOST &&
	       read_check(context->database, ours) == length &&
	       memcmp(ours, its, (size_t)length) == 0;
}

/* Into a file beside the target, which then takes its place. */
static int
copy(const struct context *context, const struct options *options, const char *path)
{
	struct outfile *file = NULL;
	const char *temporary;
	struct error err = {0};
	int rc = -1;

	if (verify_target(path, &err) == 0)
		file = outfile_open_for(path, &temporary, &err);
	if (file != NULL)
		rc = copy_pages(context, path, temporary, options->wait, &err);
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
run(const struct command *command, const struct context *context, int argc, char **argv)
{
	struct options options = {.wait = WAIT_SECONDS};
	const char *what;
	int status;
	int first = command_options(command, context,
	    &(struct command_line){argc, argv, specs, sizeof(specs) / sizeof(specs[0]), &options},
	    &status);

	if (first == -1)
		return status;
	if (first + 1 != argc)
		return command_usage(command, context, "expected one FILE");
	what = outputs_protect(context, argv[first]);
	if (what != NULL && !is_earlier_copy(context, argv[first]))
		return command_usage(
		    command, context, "%s is %s: expected another file", argv[first], what);
	if (outfile_through(argv[first]))
		return command_usage(
		    command, context, "%s: expected the name of a file", argv[first]);
	return copy(context, &options, argv[first]);
}
