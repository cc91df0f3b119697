#include "commands/outputs.h"

#include "crypto/secret.h"
#include "database/database.h"
#include "database/run.h"
#include "outfile.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Whether it is the file with this suffix beside the database, or beside the file to which that is
 * a link. */
static bool
outputs_is_beside(const struct context *context, const char *path, const char *suffix)
{
	char *real = realpath(context->database, NULL);
	const char *const databases[] = {context->database, real};
	char beside[4096 + 16];
	bool is = false;

	for (size_t i = 0; i < 2 && !is; i++) {
		if (databases[i] == NULL)
			continue;
		snprintf(beside, sizeof(beside), "%s%s", databases[i], suffix);
		is = outfile_same(path, beside);
	}
	free(real);
	return is;
}

/* The files beside a database. */
static const struct {
	const char *suffix;
	const char *what;
} companions[] = {
    {".lock", "the lock file"},
    {"-journal", "the database's journal"},
    {"-wal", "the database's write-ahead log"},
    {"-shm", "the database's shared memory"},
    {".key", "the database's key file"},
};
#define COMPANION_COUNT (sizeof(companions) / sizeof(companions[0]))

/* False for the one in use, which must not be opened and closed: see db_probe(). */
static bool
outputs_is_other_database(const struct context *context, const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISREG(status.st_mode) &&
	       !outfile_same(path, context->database) && db_probe(path, NULL) == 0;
}

/* Whether the name is one beside another database. Cuts the suffix off the path. */
static bool
outputs_is_beside_other(const struct context *context, char *path)
{
	size_t length = strlen(path);

	for (size_t i = 0; i < COMPANION_COUNT; i++) {
		size_t suffix = strlen(companions[i].suffix);

		if (length <= suffix || strcmp(path + length - suffix, companions[i].suffix) != 0)
			continue;
		path[length - suffix] = '\0';
		return outputs_is_other_database(context, path);
	}
	return false;
}

static const char *
outputs_protect_other(const struct context *context, const char *path)
{
	char *real = outfile_real(path);
	const char *what = NULL;

	if (real == NULL)
		return NULL;
	if (outputs_is_other_database(context, real))
		what = "another database";
	else if (secret_is_key(real))
		what = "another key file";
	else if (outputs_is_beside_other(context, real))
		what = "a file of another database";
	free(real);
	return what;
}

const char *
outputs_protect(const struct context *context, const char *path)
{
	if (outfile_same(path, context->database))
		return "the database";
	if (outfile_same(path, context->key_file))
		return "the key file";
	for (size_t i = 0; i < COMPANION_COUNT; i++)
		if (outputs_is_beside(context, path, companions[i].suffix))
			return companions[i].what;
	return outputs_protect_other(context, path);
}

int
outputs_protect_manifest(struct database *db, const struct run *run, const char *path,
    const char **what, struct error *err)
{
	static const unsigned char no_digest[RUN_DIGEST_SIZE];
	struct run unfinished = {0};
	char *real;
	int rc = 0;

	*what = NULL;
	if (run != NULL && run->path != NULL && outfile_same(path, run->path)) {
		*what = "the manifest of the run";
		return 0;
	}
	real = realpath(path, NULL);
	if (real != NULL)
		rc = db_run_changed(db, real, no_digest, &unfinished, err);
	else if (errno == ENOMEM)
		rc = error_memory(err);
	if (rc == 1)
		*what = "the manifest of a run that is not finished";
	run_release(&unfinished);
	free(real);
	return rc == -1 ? -1 : 0;
}

int
outputs_verify_manifest(struct database *db, const struct run *run,
    const struct output_target *target, struct error *err)
{
	const char *what;

	if (outputs_protect_manifest(db, run, target->path, &what, err) == -1)
		return -1;
	if (what == NULL)
		return 0;
	return error_set_at(err, ERROR_USAGE, (struct error_place){.field = target->command->name},
	    "%s%s%s is %s: expected another file; see `pfxreplace %s --help`",
	    target->option == NULL ? "" : target->option, target->option == NULL ? "" : ": ",
	    target->path, what, target->command->name);
}

int
outputs_verify(const struct command *command, const struct context *context, const char *option,
    const char *path)
{
	const char *what = path == NULL ? NULL : outputs_protect(context, path);

	if (what == NULL)
		return 0;
	return command_usage(
	    command, context, "%s: %s is %s: expected another file", option, path, what);
}

void
outputs_warn_network(const struct context *context)
{
	const char *name = db_network(context->database);

	if (name != NULL && !context->quiet)
		message_print(context->err, (struct error_place){.file = context->database},
		    "it is on a %s file system: where its server does not lock and sync as a local "
		    "disk does, the database may be damaged",
		    name);
}
