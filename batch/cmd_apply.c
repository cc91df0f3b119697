#include "cmd_console.h"
#include "lock.h"
#include "rejects.h"
#include "summary.h"

#include <stdlib.h>
#include <string.h>

static int run_command(const struct command *, const struct context *, int, char **);

const struct command command_apply = {"apply", "[OPTION...] MANIFEST...",
    "carry out a manifest: validate every row, create jobs, write the results file", run_command};

/* One invocation, with as many manifests as it was given. */
struct session {
	const struct context *context;
	struct apply_options options;
	struct lock *lock;
	struct inventory *inventory;
	struct permissions permissions;
	struct manifest *manifests;
	size_t manifest_count;
	struct apply apply;
	struct console console;
};

/* Where the results of a manifest go. Allocated; NULL when out of memory. */
static char *
results_path(const struct session *session, const struct manifest *manifest, enum output *output)
{
	const struct apply_options *options = &session->options;

	*output = results_output(options->results_format, options->results, manifest->format);
	if (options->results != NULL)
		return strdup(options->results);
	if (manifest->source.copied)
		return strdup("-");
	return results_name(manifest->source.name, *output);
}

/* The folders are tried before the first write. */
static int
probe_outputs(const struct session *session, const char *results, struct error *err)
{
	const struct apply_options *options = &session->options;
	const char *const paths[] = {results, options->rejects, options->summary};

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		if (paths[i] != NULL && outfile_probe(paths[i], err) == -1)
			return -1;
	return 0;
}

static void
on_row(void *closure, struct row *row)
{
	struct session *session = closure;

	console_row(&session->console, row);
}

static void
on_commit(void *closure, const struct run *run)
{
	struct session *session = closure;

	console_progress(&session->console, run->rows[0]);
}

/* Results, rejects and summary of a finished run, from the database. */
static int
publish(struct session *session, const struct manifest *manifest, const struct run *run,
    const struct tally *tally, const char *results, enum output output, struct error *err)
{
	const struct apply_options *options = &session->options;

	if (results_project(session->inventory, run->id, results, output, err) == -1)
		return -1;
	if (options->rejects != NULL &&
	    rejects_project(session->inventory, run->id, manifest, options->rejects, err) == -1)
		return -1;
	if (options->summary != NULL &&
	    summary_write(options->summary, run, tally, true, run_status(run), err) == -1)
		return -1;
	if (strcmp(results, "-") != 0)
		console_note(&session->console, "results in %s", results);
	return 0;
}

/* What stopped a run is told, and the summary says how far it is. The exit status. */
static int
stopped(struct session *session, struct run *run, const struct error *stop)
{
	const char *path = session->options.summary;
	struct tally tally;
	struct error err;
	int64_t id = run->id;

	console_clear(&session->console);
	error_print(session->context->err, stop);
	if (path == NULL || id == 0)
		return (int)stop->code;
	/* What was counted in memory may not be what was committed. */
	run_release(run);
	if (inventory_run_find(session->inventory, id, run, &err) != 1 ||
	    inventory_get_tally(session->inventory, id, &tally, &err) == -1)
		return (int)stop->code;
	if (summary_write(path, run, &tally, false, (int)stop->code, &err) == -1)
		error_print(session->context->err, &err);
	return (int)stop->code;
}

/* A run in three ways to start it, then its outputs. The exit status. */
static int
carry_out(struct session *session, struct manifest *manifest, enum apply_start start,
    struct run *run, const char *results, enum output output)
{
	struct error err = {0};
	struct tally tally = {0};
	char did[32];
	int rc;

	console_start(
	    &session->console, session->context, &session->options, manifest, session->inventory);
	if (start == APPLY_RESUME)
		console_note(&session->console, "run %lld carries on after %llu of %llu rows",
		    (long long)run->id, (unsigned long long)run->rows[0],
		    (unsigned long long)run->rows_total);
	if (start == APPLY_REPEAT) {
		console_note(&session->console,
		    "run %lld has applied this manifest already: no new jobs (--again asks for a "
		    "new run)",
		    (long long)run->id);
		rc = inventory_get_tally(session->inventory, run->id, &tally, &err);
	} else {
		console_ignored(&session->console, manifest);
		rc = apply_carry_on(&session->apply, manifest, run, &tally, &err);
	}
	if (rc == -1)
		return stopped(session, run, &err);
	snprintf(did, sizeof(did), "run %lld", (long long)run->id);
	console_finish(&session->console, did, run, &tally);
	if (publish(session, manifest, run, &tally, results, output, &err) == -1)
		return command_failed(session->context, &err);
	return run_status(run);
}

static int
apply_one(struct session *session, struct manifest *manifest)
{
	struct error err = {0};
	struct run run = {0};
	enum apply_start start;
	enum output output;
	char *results = results_path(session, manifest, &output);
	char holder[256];
	int status;

	snprintf(holder, sizeof(holder), "apply %s", manifest->source.name);
	lock_set(session->lock, holder);
	if (results == NULL)
		error_memory(&err);
	if (results == NULL || probe_outputs(session, results, &err) == -1 ||
	    apply_find(&session->apply, manifest, &start, &run, &err) == -1)
		status = command_failed(session->context, &err);
	else
		status = carry_out(session, manifest, start, &run, results, output);
	run_release(&run);
	free(results);
	return status;
}

/* Opens all manifests and surveys those that are not finished: nothing is written before. */
static int
open_manifests(struct session *session, int count, char **names, struct error *err)
{
	session->manifests = calloc((size_t)count, sizeof(*session->manifests));
	if (session->manifests == NULL)
		return error_memory(err);
	for (int i = 0; i < count; i++) {
		struct manifest *manifest = &session->manifests[session->manifest_count++];
		enum apply_start start;
		struct run run = {0};

		if (manifest_open(
			manifest, names[i], &session->options, session->context->stop, err) == -1 ||
		    apply_find(&session->apply, manifest, &start, &run, err) == -1)
			return -1;
		run_release(&run);
		if (start != APPLY_REPEAT &&
		    manifest_survey(manifest, session->inventory, &session->options.policy,
			session->context->stop, err) == -1)
			return -1;
	}
	return 0;
}

static int
open_session(struct session *session, struct error *err)
{
	const struct context *context = session->context;

	session->inventory = inventory_open(context->database, INVENTORY_WRITE, err);
	if (session->inventory == NULL)
		return -1;
	session->lock = lock_take(
	    context->database, "apply", session->options.wait, context->stop, err);
	if (session->lock == NULL || permissions_load(&session->permissions, session->inventory,
					 context->operator_name, err) == -1)
		return -1;
	if (!session->permissions.may_enroll)
		return error_set(err, ERROR_PERMISSION, context->database, 0, NULL,
		    "%s may not apply manifests: expected the permission " PERMISSION_ENROLL,
		    context->operator_name);
	session->apply = (struct apply){
	    .context = context,
	    .options = &session->options,
	    .inventory = session->inventory,
	    .permissions = &session->permissions,
	    .on_row = on_row,
	    .on_commit = on_commit,
	    .closure = session,
	};
	return 0;
}

static void
close_session(struct session *session)
{
	for (size_t i = 0; i < session->manifest_count; i++)
		manifest_close(&session->manifests[i]);
	free(session->manifests);
	secret_close(session->apply.secret);
	permissions_release(&session->permissions);
	inventory_close(session->inventory);
	lock_release(session->lock);
	apply_options_release(&session->options);
}

/* 1 when any of them was 1; what is above ends them all. */
static int
apply_all(struct session *session)
{
	int status = 0;

	for (size_t i = 0; status <= 1 && i < session->manifest_count; i++) {
		int one = apply_one(session, &session->manifests[i]);

		if (one != 0)
			status = one;
	}
	return status;
}

static int
run_command(const struct command *command, const struct context *context, int argc, char **argv)
{
	struct session session = {.context = context};
	struct error err = {0};
	int status = 0;
	int first = apply_options_parse(command, context, argc, argv, &session.options, &status);

	if (first != -1) {
		if (open_session(&session, &err) == -1 ||
		    open_manifests(&session, argc - first, argv + first, &err) == -1)
			status = command_failed(context, &err);
		else
			status = apply_all(&session);
	}
	close_session(&session);
	return status;
}
