#include "commands/session.h"
#include "run/rejects.h"
#include "run/summary.h"

#include <stdlib.h>
#include <string.h>

static int run_command(const struct command *, const struct context *, int, char **);

const struct command command_apply = {"apply", "[OPTION...] MANIFEST...",
    "carry out a manifest: validate every row, create jobs, write the results file", run_command};

/*
 * The results are written while the rows are carried out, behind those that the database has of
 * the run; not to what is written through, for a run that stops publishes none.
 */
static int
open_results(struct session *session, enum apply_start start, const struct run *run,
    const char *path, enum output output, struct error *err)
{
	struct apply *apply = &session->apply;

	if (start == APPLY_REPEAT || outfile_through(path))
		return 0;
	apply->results = results_open(path, output, err);
	if (apply->results == NULL)
		return -1;
	if (start == APPLY_NEW)
		return 0;
	return results_put_run(apply->results, session->db, run->id, err);
}

/* Those that were written, or all from the database. */
static int
publish_results(struct session *session, const struct run *run, const char *path,
    enum output output, struct error *err)
{
	if (session->apply.results != NULL)
		return results_publish(&session->apply.results, err);
	return results_project(session->db, run->id, path, output, err);
}

/* Results, rejects and summary of a finished run. */
static int
publish(struct session *session, const struct manifest *manifest, const struct run *run,
    const struct tally *tally, const char *results, enum output output, struct error *err)
{
	const struct apply_options *options = &session->options;

	if (publish_results(session, run, results, output, err) == -1)
		return -1;
	if (options->rejects != NULL &&
	    rejects_project(session->db, run->id, manifest, options->rejects, err) == -1)
		return -1;
	if (options->summary != NULL &&
	    summary_write(options->summary, run, tally, true, run_status(run), err) == -1)
		return -1;
	if (strcmp(results, "-") != 0)
		console_note(&session->console, "results in %s", results);
	return 0;
}

/* What stopped a run may leave its operator in doubt: what is safe, and what to do? */
static void
reassure(const struct session *session, int found, const struct run *run, enum error_code code)
{
	FILE *stream = session->context->err;
	const char *manifest = session->console.manifest;
	long long id = (long long)run->id;
	char resume[128] = "the same command carries on";

	if (code != ERROR_STORAGE && code != ERROR_BUSY && code != ERROR_INPUT)
		return; /* who stopped it knows */
	if (code == ERROR_INPUT)
		snprintf(resume, sizeof(resume),
		    "with the manifest as it was, the same command carries on; `pfxreplace runs "
		    "abandon %lld` gives it up",
		    id);
	if (found == 0)
		message_print(stream, (struct error_place){.file = manifest},
		    "nothing was committed: the same command starts anew");
	else if (found == -1)
		message_print(stream, (struct error_place){.file = manifest},
		    "what was committed is safe: %s", resume);
	else if (run->state == RUN_FINISHED)
		message_print(stream, (struct error_place){.file = manifest},
		    "run %lld: all of its %llu rows are committed and safe: the same command "
		    "writes its files",
		    id, (unsigned long long)run->rows_total);
	else
		message_print(stream, (struct error_place){.file = manifest},
		    "run %lld: %llu of %llu rows are committed and safe: %s", id,
		    (unsigned long long)run->rows[0], (unsigned long long)run->rows_total, resume);
}

/* What stopped a run is told, and how far it is. The exit status. */
static int
stopped(struct session *session, struct run *run, const struct error *stop)
{
	const char *path = session->options.summary;
	struct tally tally;
	struct error err;
	int64_t id = run->id;
	char did[32];
	int found = 0;

	/* What was counted in memory may not be what was committed. */
	run_release(run);
	if (id != 0)
		found = db_run_find(session->db, id, run, &err);
	if (found == 1 && db_get_tally(session->db, id, &tally, &err) == 0) {
		snprintf(did, sizeof(did), "run %lld so far", (long long)id);
		console_finish(&session->console, did, run, &tally);
		if (path != NULL &&
		    summary_write(path, run, &tally, false, (int)stop->code, &err) == -1)
			error_print(session->context->err, &err);
	}
	console_clear(&session->console);
	error_print(session->context->err, stop);
	reassure(session, found, run, stop->code);
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

	session_announce(session, manifest, start, run);
	session_tell_lock(session, run);
	if (open_results(session, start, run, results, output, &err) == -1)
		rc = -1;
	else if (start == APPLY_REPEAT)
		rc = db_get_tally(session->db, run->id, &tally, &err);
	else
		rc = apply_carry_on(&session->apply, manifest, run, &tally, &err);
	if (rc == -1)
		return stopped(session, run, &err);
	snprintf(did, sizeof(did), "run %lld", (long long)run->id);
	console_finish(&session->console, did, run, &tally);
	if (start != APPLY_REPEAT) /* it is done but for its files: no signal stops these */
		db_set_stop(session->db, NULL);
	if (publish(session, manifest, run, &tally, results, output, &err) == -1) {
		command_failed(session->context, &err);
		reassure(session, 1, run, err.code);
		return (int)err.code;
	}
	return run_status(run);
}

static int
apply_one(struct session *session, size_t i)
{
	struct manifest *manifest = &session->manifests[i];
	struct error err = {0};
	struct run run = {0};
	enum apply_start start;
	enum output output;
	char *results = session_results_path(session, manifest, &output);
	int status;

	if (results == NULL)
		error_memory(&err);
	if (results == NULL || apply_find(&session->apply, manifest, &start, &run, &err) == -1)
		status = command_failed(session->context, &err);
	else
		status = carry_out(session, manifest, start, &run, results, output);
	db_set_stop(session->db, session->context->stop);
	results_discard(session->apply.results);
	session->apply.results = NULL;
	run_release(&run);
	free(results);
	return status;
}

static int
run_command(const struct command *command, const struct context *context, int argc, char **argv)
{
	return session_run(command, context, argc, argv, DB_WRITE, apply_one);
}
