#include "input/keyring.h"
#include "run/check_sink.h"
#include "commands/listing.h"
#include "commands/mend.h"
#include "commands/run_page.h"
#include "database/facts.h"
#include "memory.h"
#include "program/output.h"
#include "run/summary.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What the manifests of one invocation share. */
struct check_work {
	struct next_ids next; /* that apply would give */
	struct outfile *file; /* of the count of jobs by container */
	struct writer *counts;
	/* Under -q: the checks whose counts are written only if a later one does not succeed. */
	struct check *held;
	size_t held_count;
	size_t held_capacity;
	bool speaks; /* one did not succeed, or there is no -q */
};

/* ---- output ----------------------------------------------------------------------------- */

static int
check_write_container(struct writer *writer, const struct check *check,
    const struct container_jobs *jobs, struct error *err)
{
	struct buffer name = {0};
	bool contained = jobs->container != -1;
	int rc = 0;

	if (contained)
		rc = db_container(check->apply->db, jobs->container, &name, err);
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

static int
check_write_counts(struct writer *writer, const struct check *check, struct error *err)
{
	for (size_t i = 0; i < check->container_count; i++)
		if (check_write_container(writer, check, &check->containers[i], err) == -1)
			return -1;
	return 0;
}

/* Keeps the counts of a check that succeeded under -q. Takes the check, and releases it later. */
static int
check_hold(struct check_work *work, struct check *check, struct error *err)
{
	struct check *held = memory_grow(
	    work->held, work->held_count, &work->held_capacity, sizeof(*held));

	if (held == NULL)
		return error_memory(err);
	work->held = held;
	held[work->held_count++] = *check;
	*check = (struct check){0};
	return 0;
}

static int
check_write_held(struct check_work *work, struct error *err)
{
	int rc = 0;

	for (size_t i = 0; i < work->held_count; i++) {
		if (rc == 0)
			rc = check_write_counts(work->counts, &work->held[i], err);
		check_release(&work->held[i]);
	}
	work->held_count = 0;
	return rc;
}

/* Opens the count of jobs by container: standard output, unless the results go there. */
static int
check_open_counts(struct check_work *work, const struct apply_options *options, struct error *err)
{
	static const char *const columns[] = {"Manifest", "ContainerId", "Container", "Jobs"};
	enum output output = isatty(STDOUT_FILENO) ? OUTPUT_TABLE : OUTPUT_CSV;
	struct writer_view view = {.longer = LONG_WHOLE};
	bool taken = options->results != NULL && strcmp(options->results, "-") == 0;

	work->file = output_open(taken ? "/dev/stderr" : "-", err);
	if (work->file == NULL)
		return -1;
	if (output == OUTPUT_TABLE)
		(void)listing_fit(&view, work->file, LONG_CUT);
	work->counts = writer_new_view(
	    work->file, output, columns, sizeof(columns) / sizeof(columns[0]), &view);
	return work->counts == NULL ? error_memory(err) : 0;
}

static int
check_end_counts(struct check_work *work, bool rows_only, struct error *err)
{
	if (rows_only && work->counts != NULL && writer_is_empty(work->counts)) {
		outfile_discard(work->file);
		work->file = NULL;
		return 0;
	}
	if (work->counts != NULL && writer_end(&work->counts, err) == -1)
		return -1;
	return work->file == NULL ? 0 : outfile_publish(&work->file, err);
}

static int
check_open_outputs(struct session *session, const struct check *check, struct error *err)
{
	const struct manifest *manifest = check->manifest;
	const struct rejects_target target = session_rejects(session, check->start, &check->run);
	const struct apply_options *options = &session->options;
	struct apply *apply = &session->apply;

	if (options->results != NULL) {
		apply->results = results_open(options->results,
		    results_output(options->results_format, options->results, manifest->format),
		    err);
		if (apply->results == NULL)
			return -1;
	}
	if (target.path == NULL)
		return 0;
	apply->rejects = rejects_open(&target, manifest, err);
	return apply->rejects == NULL ? -1 : 0;
}

static void
check_discard_outputs(struct session *session)
{
	results_discard(session->apply.results);
	rejects_discard(session->apply.rejects);
	session->apply.results = NULL;
	session->apply.rejects = NULL;
}

static int
check_publish_page(struct session *session, const struct check *check, struct error *err)
{
	const struct context *context = session->context;
	const struct run_page_end end = {.run = &check->run,
	    .tally = &check->tally,
	    .database = context->database,
	    .page = {.path = session->options.page,
		.report = session->options.results,
		.stop = context->stop}};

	return run_page_publish(check->closure, &end, err);
}

static int
check_publish(struct session *session, const struct check *check, struct error *err)
{
	const struct apply_options *options = &session->options;
	struct apply *apply = &session->apply;
	int rc = 0;

	if (apply->results != NULL && results_publish(&apply->results, err) == -1)
		return -1;
	if (apply->rejects != NULL)
		rc = rejects_publish(&apply->rejects, err);
	session->rejects_spared = rc == 1;
	if (rc == -1)
		return -1;
	if (options->page != NULL && check_publish_page(session, check, err) == -1)
		return -1;
	if (options->summary == NULL)
		return 0;
	return summary_write(options->summary, &check->run, &check->tally, 0, err);
}

/* ---- one manifest ----------------------------------------------------------------------- */

/* A check seals no passwords; it prints a note where apply could not seal them. */
static void
check_try_key(struct session *session, const struct manifest *manifest)
{
	struct keyring *keyring;
	struct error err = {0};

	if (manifest->survey == NULL || !survey_has_password(manifest->survey))
		return;
	keyring = keyring_open(session->context, session->db, &err);
	if (keyring == NULL)
		console_note(&session->console,
		    "its passwords could not be sealed, apply would stop: %s: %s", err.file,
		    err.text);
	keyring_close(keyring);
}

/* Prints the closing lines; with a status above 1 no files are named. */
static void
check_finish(struct session *session, const struct check *check, const char *did, int status)
{
	const struct apply_options *options = &session->options;
	struct buffer mend = {0};
	const struct console_ending ending = {
	    .did = did,
	    .run = &check->run,
	    .tally = &check->tally,
	    .status = status,
	    .results = status > 1 ? NULL : options->results,
	    .rejects = status > 1 ? NULL : options->rejects,
	    .summary = status > 1 ? NULL : options->summary,
	    .mend = mend_command(&mend, session, check->manifest),
	    .spared = status <= 1 && session->rejects_spared,
	    .repeats = check->start == APPLY_REPEAT,
	};

	console_finish(&session->console, &ending);
	buffer_release(&mend);
}

/* A check that failed on its way has counted rows; that of a finished run has all of them. */
static void
check_finish_failed(struct session *session, const struct check *check, int status)
{
	bool repeats = check->start == APPLY_REPEAT;

	if ((repeats || check->loop.apply != NULL) && check->run.rows[0] > 0)
		check_finish(session, check, repeats ? "check" : "check so far", status);
}

static int
check_show(struct session *session, struct check *check, struct error *err)
{
	int rc;

	session_announce(session, check->manifest, check->start, &check->run);
	check_try_key(session, check->manifest);
	if (session->options.page != NULL) {
		check->closure = run_page_new(session->db, session->context->now());
		check->watch = run_page_take;
		if (check->closure == NULL)
			return error_memory(err);
	}
	if (check_open_outputs(session, check, err) == -1)
		return -1;
	if (check_carry_on(check, err) == -1) {
		if (!err->reader_gone)
			check_finish_failed(session, check, (int)err->code);
		return -1;
	}
	rc = check_publish(session, check, err);
	if (rc == 0 || !err->reader_gone)
		check_finish(
		    session, check, "check", rc == -1 ? (int)err->code : run_status(&check->run));
	return rc;
}

/* The exit status that apply would have. */
static int
check_carry_out(struct session *session, struct check *check)
{
	const char *summary = session->options.summary;
	struct run *run = &check->run;
	struct error err = {0};
	int status;

	if (apply_find(check->apply, check->manifest, &check->start, run, &err) == 0 &&
	    check_show(session, check, &err) == 0)
		return run_status(run);
	status = command_print_failed(session->context, &err);
	if (summary != NULL && !err.reader_gone && run->manifest != NULL &&
	    summary_write(summary, run, &check->tally, status, &err) == -1)
		(void)command_failed(session->context, &err);
	return status;
}

/* Where a manifest is given twice, apply repeats the first run: there is nothing to do. */
static bool
check_is_repetition(const struct session *session, size_t i)
{
	for (size_t j = 0; j < i && !session->options.settings.again; j++)
		if (memcmp(session->manifests[j].digest, session->manifests[i].digest,
			RUN_DIGEST_SIZE) == 0)
			return true;
	return false;
}

/* Writes the counts of a check that came to its end; under -q only when not all is well. */
static int
check_count(struct session *session, struct check_work *work, struct check *check, int status,
    struct error *err)
{
	if (session->context->quiet && status == 0 && !work->speaks)
		return check_hold(work, check, err);
	work->speaks = true;
	if (check_write_held(work, err) == -1)
		return -1;
	return status > 1 ? 0 : check_write_counts(work->counts, check, err);
}

static int
check_one(struct session *session, void *closure, size_t i)
{
	struct check_work *work = closure;
	struct check check = {
	    .apply = &session->apply,
	    .manifest = &session->manifests[i],
	    .next = &work->next,
	    .plan = i + 1 < session->manifest_count,
	};
	struct error err = {0};
	int status;

	if (check_is_repetition(session, i))
		return 0;
	if (i == 0 && (db_next_ids(session->db, &work->next, &err) == -1 ||
			  check_open_counts(work, &session->options, &err) == -1))
		return command_failed(session->context, &err);
	status = check_carry_out(session, &check);
	run_page_free(check.closure);
	check.closure = NULL;
	check_discard_outputs(session);
	if (check_count(session, work, &check, status, &err) == -1)
		status = command_print_failed(session->context, &err);
	check_release(&check);
	return status;
}

static int
check_run(const struct command *command, const struct context *context, int argc, char **argv)
{
	struct check_work work = {0};
	const struct session_work how = {DB_READ, check_one, &work};
	struct error err = {0};
	int status = session_run(command, context, argc, argv, &how);

	/* A header alone, under -q or where nobody reads the results, is nothing. */
	if (check_end_counts(&work, context->quiet || status == ERROR_SIGNAL + SIGPIPE, &err) ==
		-1 &&
	    (status <= 1 || !err.reader_gone))
		status = command_print_failed(context, &err);
	for (size_t i = 0; i < work.held_count; i++)
		check_release(&work.held[i]);
	free(work.held);
	writer_free(work.counts);
	outfile_discard(work.file);
	return status;
}

const struct command command_check = {
    .name = "check",
    .synopsis = "[OPTION...] MANIFEST...",
    .summary = "say what apply would do, and write nothing to the database",
    .run = check_run,
    .options = apply_specs,
    .option_count = CHECK_OPTIONS,
    .note = apply_note,
};
