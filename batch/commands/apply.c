#include "commands/mend.h"
#include "commands/run_page.h"
#include "run/summary.h"
#include "run/apply_sink.h"

#include <stdlib.h>
#include <string.h>

/* A manifest that is carried out, and where its results go. */
struct apply_work {
	struct session *session;
	struct manifest *manifest;
	enum apply_start start;
	struct run run;
	struct tally tally;
	char *results; /* path; "-": standard output */
	enum output output;
};

/*
 * The results are written while the rows are carried out, after those that the database has of
 * the run; but not to a device or a pipe, because a run that stops publishes none.
 */
static int
apply_open_results(struct apply_work *work, struct error *err)
{
	struct session *session = work->session;
	struct apply *apply = &session->apply;

	if (work->start == APPLY_REPEAT || outfile_through(work->results))
		return 0;
	apply->results = results_open(work->results, work->output, err);
	if (apply->results == NULL)
		return -1;
	if (work->start == APPLY_NEW)
		return 0;
	return results_put_run(apply->results, session->db, &work->run, err);
}

/* Publishes those that were written, or all of them from the database. */
static int
apply_publish_results(struct apply_work *work, struct error *err)
{
	struct session *session = work->session;

	if (session->apply.results != NULL)
		return results_publish(&session->apply.results, err);
	return results_project(session->db, &work->run, work->results, work->output, err);
}

static int
apply_publish_rejects(struct apply_work *work, struct error *err)
{
	struct session *session = work->session;
	const struct rejects_target target = session_rejects(session, work->start, &work->run);
	int rc;

	if (target.path == NULL)
		return 0;
	rc = rejects_project(session->db, work->run.id, work->manifest, &target, err);
	session->rejects_spared = rc == 1;
	return rc;
}

static int
apply_publish_page(struct apply_work *work, struct error *err)
{
	const struct context *context = work->session->context;
	struct run_page *page = run_page_new(work->session->db, context->now());
	const struct run_page_end end = {.run = &work->run,
	    .tally = &work->tally,
	    .database = context->database,
	    .page = {.path = work->session->options.page, .report = work->results}};
	int rc = page == NULL ? error_memory(err) : run_page_publish(page, &end, err);

	run_page_free(page);
	return rc;
}

/* Publishes results, rejects, page and summary of a finished run. */
static int
apply_publish(struct apply_work *work, struct error *err)
{
	struct session *session = work->session;
	const struct apply_options *options = &session->options;
	const struct run *run = &work->run;

	if (apply_publish_results(work, err) == -1)
		return -1;
	if (apply_publish_rejects(work, err) == -1)
		return -1;
	if (options->page != NULL && apply_publish_page(work, err) == -1)
		return -1;
	if (options->summary == NULL)
		return 0;
	return summary_write(options->summary, run, &work->tally, 0, err);
}

/* Tells the operator what is safe after a failure, and what to do. `found` is whether the database
 * has the run, -1 when it could not be read. */
static void
apply_reassure(const struct apply_work *work, int found, enum error_code code)
{
	FILE *stream = work->session->context->err;
	const struct run *run = &work->run;
	const struct error_place place = {.file = work->session->console.manifest};
	long long id = (long long)run->id;
	char resume[128] = "the same command carries on";

	if (code != ERROR_STORAGE && code != ERROR_BUSY && code != ERROR_INPUT)
		return; /* the operator stopped it */
	if (code == ERROR_INPUT)
		snprintf(resume, sizeof(resume),
		    "with the manifest as it was, the same command carries on; `pfxreplace runs "
		    "abandon %lld` gives it up",
		    id);
	if (found == 0)
		message_print(stream, place, "nothing was committed: the same command starts anew");
	else if (found == -1)
		message_print(stream, place, "what was committed is safe: %s", resume);
	else if (run->state == RUN_FINISHED)
		message_print(stream, place,
		    "run %lld: all of its %llu rows are committed and safe: the same command "
		    "writes its files",
		    id, (unsigned long long)run->rows_total);
	else
		message_print(stream, place,
		    "run %lld: %llu of %llu rows are committed and safe: %s", id,
		    (unsigned long long)run->rows[0], (unsigned long long)run->rows_total, resume);
}

/* Prints the closing lines; with a status above 1 no files are named. `far` is added to "run 3". */
static void
apply_finish(struct apply_work *work, const char *far, int status)
{
	const struct apply_options *options = &work->session->options;
	struct buffer mend = {0};
	char did[48];
	const struct console_ending ending = {
	    .did = did,
	    .run = &work->run,
	    .tally = &work->tally,
	    .status = status,
	    .committed = true,
	    .results = status > 1 ? NULL : work->results,
	    .rejects = status > 1 ? NULL : options->rejects,
	    .summary = status > 1 ? NULL : options->summary,
	    .mend = mend_command(&mend, work->session, work->manifest),
	    .spared = status <= 1 && work->session->rejects_spared,
	    .repeats = work->start == APPLY_REPEAT,
	};

	snprintf(did, sizeof(did), "run %lld%s", (long long)work->run.id, far);
	console_finish(&work->session->console, &ending);
	buffer_release(&mend);
}

/* Prints what stopped a run, and how far it is. The exit status. */
static int
apply_stopped(struct apply_work *work, const struct error *stop)
{
	struct session *session = work->session;
	const char *summary = session->options.summary;
	struct run *run = &work->run;
	struct error err;
	int64_t id = run->id;
	int found = 0;

	/* What was counted in memory may not be what was committed. */
	run_release(run);
	if (id != 0)
		found = db_run_find(session->db, id, run, &err);
	if (found == 1 && db_get_tally(session->db, id, &work->tally, &err) == 0) {
		apply_finish(work, " so far", (int)stop->code);
		if (summary != NULL &&
		    summary_write(summary, run, &work->tally, (int)stop->code, &err) == -1)
			(void)command_failed(session->context, &err);
	}
	(void)command_failed(session->context, stop);
	apply_reassure(work, found, stop->code);
	return (int)stop->code;
}

/* Carries out a manifest that was taken up, and writes its outputs. The exit status. */
static int
apply_carry_out(struct apply_work *work)
{
	struct session *session = work->session;
	struct run *run = &work->run;
	struct error err = {0};
	int rc;

	session_announce(session, work->manifest, work->start, run);
	session_note_lock(session, run);
	rc = apply_open_results(work, &err);
	if (rc == 0 && work->start == APPLY_REPEAT)
		rc = db_get_tally(session->db, run->id, &work->tally, &err);
	else if (rc == 0)
		rc = apply_carry_on(&session->apply, work->manifest, run, &work->tally, &err);
	if (rc == -1)
		return apply_stopped(work, &err);
	if (work->start != APPLY_REPEAT) /* only its files are left: no signal stops these */
		db_set_stop(session->db, NULL);
	rc = apply_publish(work, &err);
	apply_finish(work, "", rc == -1 ? (int)err.code : run_status(run));
	if (rc == -1) {
		command_failed(session->context, &err);
		apply_reassure(work, 1, err.code);
		return (int)err.code;
	}
	return run_status(run);
}

static int
apply_one(struct session *session, void *closure, size_t i)
{
	struct apply_work work = {.session = session, .manifest = &session->manifests[i]};
	struct error err = {0};
	int status;

	(void)closure;
	work.results = session_results_path(session, work.manifest, &work.output);
	if (work.results == NULL)
		error_memory(&err);
	if (work.results == NULL ||
	    apply_find(&session->apply, work.manifest, &work.start, &work.run, &err) == -1)
		status = command_failed(session->context, &err);
	else
		status = apply_carry_out(&work);
	db_set_stop(session->db, session->context->stop);
	results_discard(session->apply.results);
	session->apply.results = NULL;
	run_release(&work.run);
	free(work.results);
	return status;
}

/* `apply --dry-run` is `check`: all from here on, options, locks and outputs, is that command's. */
static int
apply_run(const struct command *command, const struct context *context, int argc, char **argv)
{
	const struct session_work work = {.mode = DB_WRITE, .one = apply_one};
	struct apply_options options;
	int first = apply_options_parse(command, context, argc, argv, &options);
	int status = options.status;
	bool dry = options.dry_run;

	apply_options_release(&options);
	if (first == -1)
		return status;
	if (dry)
		return command_check.run(command, context, argc, argv);
	return session_run(command, context, argc, argv, &work);
}

const struct command command_apply = {
    .name = "apply",
    .synopsis = "[OPTION...] MANIFEST...",
    .summary = "carry out a manifest: validate rows, create jobs, write results",
    .run = apply_run,
    .options = apply_specs,
    .option_count = APPLY_OPTIONS,
    .note = apply_note,
};
