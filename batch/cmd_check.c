#include "check.h"
#include "cmd_console.h"
#include "summary.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int run_command(const struct command *, const struct context *, int, char **);

const struct command command_check = {"check", "[OPTION...] MANIFEST...",
    "say what apply would do, and write nothing to the database", run_command};

struct session {
	const struct context *context;
	struct apply_options options;
	struct inventory *inventory;
	struct permissions permissions;
	struct manifest *manifests;
	size_t manifest_count;
	struct apply apply;
	struct next_ids next;
	struct console console;
};

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

static int
open_session(struct session *session, struct error *err)
{
	const struct context *context = session->context;

	session->inventory = inventory_open(context->database, INVENTORY_READ, err);
	if (session->inventory == NULL ||
	    permissions_load(
		&session->permissions, session->inventory, context->operator_name, err) == -1)
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
	return inventory_next_ids(session->inventory, &session->next, err);
}

/* ---- output ----------------------------------------------------------------------------- */

static int
write_container(struct session *session, struct writer *writer, const struct check *check,
    const struct container_jobs *jobs, struct error *err)
{
	struct buffer name = {0};
	int rc = 0;

	writer_string(writer, check->manifest->source.name);
	if (jobs->container == -1) {
		writer_null(writer);
		writer_null(writer);
	} else {
		rc = inventory_container(session->inventory, jobs->container, &name, err);
		writer_integer(writer, jobs->container);
		writer_string(writer, name.bytes);
	}
	writer_integer(writer, (int64_t)jobs->jobs);
	if (rc == 0)
		rc = writer_row(writer, err);
	buffer_release(&name);
	return rc;
}

/* The count of jobs by container: to standard output, unless the results go there. */
static int
write_containers(struct session *session, const struct check *check, struct error *err)
{
	static const char *const columns[] = {"Manifest", "ContainerId", "Container", "Jobs"};
	const char *results = session->options.results;
	bool taken = results != NULL && strcmp(results, "-") == 0;
	struct outfile *file = outfile_open(taken ? "/dev/stderr" : "-", err);
	struct writer *writer = NULL;
	int rc = -1;

	if (file != NULL)
		writer = writer_new(file, isatty(STDOUT_FILENO) ? OUTPUT_TABLE : OUTPUT_CSV,
		    columns, sizeof(columns) / sizeof(columns[0]));
	if (writer != NULL) {
		rc = 0;
		for (size_t i = 0; rc == 0 && i < check->container_count; i++)
			rc = write_container(session, writer, check, &check->containers[i], err);
	}
	if (rc == 0)
		rc = writer_end(&writer, err);
	if (rc == 0)
		rc = outfile_publish(&file, err);
	writer_free(writer);
	outfile_discard(file);
	return rc;
}

static int
open_outputs(const struct session *session, struct check *check, struct error *err)
{
	const struct apply_options *options = &session->options;
	const struct manifest *manifest = check->manifest;
	struct reader *reader;

	if (options->results != NULL) {
		check->results = results_open(options->results,
		    results_output(options->results_format, options->results, manifest->format),
		    err);
		if (check->results == NULL)
			return -1;
	}
	if (options->rejects == NULL)
		return 0;
	reader = reader_open(manifest->source.fd, &manifest->reader, err);
	if (reader != NULL)
		check->rejects = rejects_open(options->rejects, reader, err);
	reader_close(reader);
	return check->rejects == NULL ? -1 : 0;
}

static int
publish(struct session *session, struct check *check, const struct run *run,
    const struct tally *tally, struct error *err)
{
	const struct apply_options *options = &session->options;

	if (check->results != NULL && results_publish(&check->results, err) == -1)
		return -1;
	if (check->rejects != NULL && rejects_publish(&check->rejects, err) == -1)
		return -1;
	if (options->summary != NULL &&
	    summary_write(options->summary, run, tally, true, run_status(run), err) == -1)
		return -1;
	return write_containers(session, check, err);
}

/* ---- one manifest ----------------------------------------------------------------------- */

static void
say_start(struct session *session, enum apply_start start, const struct run *run,
    const struct manifest *manifest)
{
	struct console *console = &session->console;

	if (start == APPLY_RESUME)
		console_note(console, "run %lld would carry on after %llu of %llu rows",
		    (long long)run->id, (unsigned long long)run->rows[0],
		    (unsigned long long)run->rows_total);
	if (start == APPLY_REPEAT)
		console_note(console,
		    "run %lld has applied this manifest already: no new jobs (--again asks for a "
		    "new run)",
		    (long long)run->id);
	else
		console_ignored(console, manifest);
}

/* The exit status that apply would have. */
static int
check_one(struct session *session, const struct manifest *manifest, bool plan)
{
	struct check check = {
	    .apply = &session->apply, .manifest = manifest, .next = &session->next, .plan = plan};
	struct error err = {0};
	struct run run = {0};
	struct tally tally = {0};
	enum apply_start start;
	int status;

	console_start(
	    &session->console, session->context, &session->options, manifest, session->inventory);
	if (apply_find(&session->apply, manifest, &start, &run, &err) == -1 ||
	    open_outputs(session, &check, &err) == -1)
		goto failed;
	say_start(session, start, &run, manifest);
	if (check_carry_on(&check, start, &run, &tally, &err) == -1)
		goto failed;
	console_finish(&session->console, "check", &run, &tally);
	if (publish(session, &check, &run, &tally, &err) == -1)
		goto failed;
	status = run_status(&run);
	goto out;
failed:
	console_clear(&session->console);
	status = command_failed(session->context, &err);
out:
	check_release(&check);
	run_release(&run);
	return status;
}

static int
open_manifests(struct session *session, int count, char **names, struct error *err)
{
	const volatile sig_atomic_t *stop = session->context->stop;

	session->manifests = calloc((size_t)count, sizeof(*session->manifests));
	if (session->manifests == NULL) {
		error_memory(err);
		return -1;
	}
	for (int i = 0; i < count; i++) {
		struct manifest *manifest = &session->manifests[session->manifest_count++];

		if (manifest_open(manifest, names[i], &session->options, stop, err) == -1 ||
		    manifest_survey(
			manifest, session->inventory, &session->options.policy, stop, err) == -1)
			return -1;
	}
	return 0;
}

/* Of a manifest that stands twice on the command line, apply would repeat the first run. */
static bool
is_repetition(const struct session *session, size_t i)
{
	for (size_t j = 0; j < i && !session->options.again; j++)
		if (memcmp(session->manifests[j].digest, session->manifests[i].digest,
			RUN_DIGEST_SIZE) == 0)
			return true;
	return false;
}

/* 1 when any of them was 1; what is above ends them all. */
static int
check_all(struct session *session)
{
	int status = 0;

	for (size_t i = 0; status <= 1 && i < session->manifest_count; i++) {
		bool last = i + 1 == session->manifest_count;
		int one = 0;

		if (!is_repetition(session, i))
			one = check_one(session, &session->manifests[i], !last);
		if (one != 0)
			status = one;
	}
	return status;
}

static void
close_session(struct session *session)
{
	for (size_t i = 0; i < session->manifest_count; i++)
		manifest_close(&session->manifests[i]);
	free(session->manifests);
	permissions_release(&session->permissions);
	inventory_close(session->inventory);
	apply_options_release(&session->options);
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
			status = check_all(&session);
	}
	close_session(&session);
	return status;
}
