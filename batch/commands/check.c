#include "input/key.h"
#include "run/check.h"
#include "commands/session.h"
#include "database/facts.h"
#include "program/output.h"
#include "run/summary.h"

#include <string.h>
#include <unistd.h>

static int run_command(const struct command *, const struct context *, int, char **);

const struct command command_check = {"check", "[OPTION...] MANIFEST...",
    "say what apply would do, and write nothing to the database", run_command};

/* ---- output ----------------------------------------------------------------------------- */

static int
write_container(struct session *session, struct writer *writer, const struct check *check,
    const struct container_jobs *jobs, struct error *err)
{
	struct buffer name = {0};
	bool contained = jobs->container != -1;
	int rc = 0;

	if (contained)
		rc = db_container(session->db, jobs->container, &name, err);
	if (rc == 0) {
		writer_string(writer, check->manifest->source.name);
		if (contained)
			writer_integer(writer, jobs->container);
		else
			writer_null(writer);
		writer_string(writer, name.bytes);
		writer_integer(writer, (int64_t)jobs->jobs);
		rc = writer_row(writer, err);
	}
	buffer_release(&name);
	return rc;
}

/* The count of jobs by container: to standard output, unless the results go there. */
static int
open_counts(struct session *session, struct error *err)
{
	static const char *const columns[] = {"Manifest", "ContainerId", "Container", "Jobs"};
	const char *results = session->options.results;
	bool taken = results != NULL && strcmp(results, "-") == 0;

	session->counts_file = output_open(taken ? "/dev/stderr" : "-", err);
	if (session->counts_file == NULL)
		return -1;
	session->counts = writer_new(session->counts_file,
	    isatty(STDOUT_FILENO) ? OUTPUT_TABLE : OUTPUT_CSV, columns,
	    sizeof(columns) / sizeof(columns[0]));
	return session->counts == NULL ? error_memory(err) : 0;
}

static int
write_counts(struct session *session, const struct check *check, struct error *err)
{
	for (size_t i = 0; i < check->container_count; i++)
		if (write_container(session, session->counts, check, &check->containers[i], err) ==
		    -1)
			return -1;
	return 0;
}

static int
end_counts(struct session *session, struct error *err)
{
	if (session->counts != NULL && writer_end(&session->counts, err) == -1)
		return -1;
	return session->counts_file == NULL ? 0 : outfile_publish(&session->counts_file, err);
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
	return write_counts(session, check, err);
}

/* ---- one manifest ----------------------------------------------------------------------- */

/* Passwords are not sealed in a check; that apply could not seal them is told. */
static void
try_key(struct session *session, const struct manifest *manifest)
{
	const char *path = session->context->key_file;
	struct secret *secret;
	struct error err = {0};

	if (manifest->survey == NULL || !survey_has_password(manifest->survey))
		return;
	secret = secret_open(path, &err);
	if (secret == NULL || key_verify(secret, path, session->db, &err) == -1)
		console_note(&session->console,
		    "its passwords could not be sealed, apply would stop: %s: %s", err.file,
		    err.text);
	secret_close(secret);
}

/* The exit status that apply would have. */
static int
carry_out(struct session *session, struct check *check)
{
	struct error err = {0};
	struct run run = {0};
	struct tally tally = {0};
	enum apply_start start;
	int status;

	if (apply_find(&session->apply, check->manifest, &start, &run, &err) == 0) {
		session_announce(session, check->manifest, start, &run);
		try_key(session, check->manifest);
		if (open_outputs(session, check, &err) == 0 &&
		    check_carry_on(check, start, &run, &tally, &err) == 0) {
			console_finish(&session->console, "check", &run, &tally);
			if (publish(session, check, &run, &tally, &err) == 0) {
				status = run_status(&run);
				goto out;
			}
		}
	}
	console_clear(&session->console);
	status = command_failed(session->context, &err);
	if (session->options.summary != NULL && run.manifest != NULL &&
	    summary_write(session->options.summary, &run, &tally, false, status, &err) == -1)
		error_print(session->context->err, &err);
out:
	run_release(&run);
	return status;
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

static int
check_manifest(struct session *session, size_t i)
{
	struct check check = {
	    .apply = &session->apply,
	    .manifest = &session->manifests[i],
	    .next = &session->next,
	    .plan = i + 1 < session->manifest_count,
	};
	struct error err = {0};
	int status;

	if (i == 0 && (db_next_ids(session->db, &session->next, &err) == -1 ||
			  open_counts(session, &err) == -1))
		return command_failed(session->context, &err);
	status = carry_out(session, &check);
	check_release(&check);
	return status;
}

static int
check_one(struct session *session, size_t i)
{
	struct error err = {0};
	int status = is_repetition(session, i) ? 0 : check_manifest(session, i);

	if ((status > 1 || i + 1 == session->manifest_count) && end_counts(session, &err) == -1)
		return command_failed(session->context, &err);
	return status;
}

static int
run_command(const struct command *command, const struct context *context, int argc, char **argv)
{
	return session_run(command, context, argc, argv, DB_READ, check_one);
}
