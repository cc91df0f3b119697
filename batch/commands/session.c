#include "commands/default_results.h"
#include "commands/outputs.h"
#include "commands/session.h"

#include "database/facts.h"
#include "database/lock.h"
#include "program/progress.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int
session_row(void *closure, struct row *row, struct error *err)
{
	struct session *session = closure;

	progress_add(1);
	return console_row(&session->console, row, err);
}

/* A check has no chunks that somebody would wait for. */
static void
session_stop(void *closure)
{
	struct session *session = closure;

	if (session->lock != NULL)
		console_note(
		    &session->console, "stopping after this chunk; a second signal stops at once");
}

void
session_note_lock(struct session *session, const struct run *run)
{
	char what[256];

	if (run->id == 0)
		snprintf(what, sizeof(what), "apply %s", run->manifest);
	else
		snprintf(
		    what, sizeof(what), "run %lld, apply %s", (long long)run->id, run->manifest);
	lock_set(session->lock, what);
	session->noted_run = run->id;
}

static void
session_commit(void *closure, const struct run *run)
{
	struct session *session = closure;

	if (session->lock != NULL && session->noted_run != run->id)
		session_note_lock(session, run);
}

static int
session_open_database(struct session *session, enum db_mode mode, struct error *err)
{
	const struct context *context = session->context;

	if (mode == DB_WRITE) {
		outputs_warn_network(context);
		session->lock = lock_take(
		    context->database, "apply", session->options.wait, context->stop, err);
		if (session->lock == NULL)
			return -1;
	}
	session->db = db_open(context->database, mode, err);
	if (session->db == NULL)
		return -1;
	db_set_stop(session->db, context->stop);
	if (db_permissions(session->db, context->operator_name, &session->permissions, err) == -1)
		return -1;
	if (!session->permissions.may_enroll)
		return error_set(err, ERROR_PERMISSION, context->database,
		    "%s may not apply manifests: expected the permission " PERMISSION_ENROLL,
		    context->operator_name);
	session->apply = (struct apply){
	    .context = context,
	    .settings = &session->options.settings,
	    .db = session->db,
	    .permissions = &session->permissions,
	    .on_row = session_row,
	    .on_stop = session_stop,
	    .on_commit = session_commit,
	    .closure = session,
	};
	return 0;
}

/* ---- outputs ---------------------------------------------------------------------------- */

char *
session_results_path(
    const struct session *session, const struct manifest *manifest, enum output *output)
{
	const struct apply_options *options = &session->options;

	*output = results_output(options->results_format, options->results, manifest->format);
	if (options->results != NULL)
		return strdup(options->results);
	if (manifest->source.copied)
		return strdup("-");
	return results_name(manifest->source.name, *output);
}

/* Whether the file was last modified at this time, in milliseconds since 1970, or later. */
static bool
session_is_changed(const char *path, int64_t since)
{
	struct stat status;

	return stat(path, &status) == 0 &&
	       (int64_t)status.st_mtim.tv_sec * 1000 + status.st_mtim.tv_nsec / 1000000 >= since;
}

struct rejects_target
session_rejects(const struct session *session, enum apply_start start, const struct run *run)
{
	const char *path = session->options.rejects;

	return (struct rejects_target){.path = path,
	    .spares = path != NULL && start != APPLY_NEW &&
		      session_is_changed(path, run->started_at)};
}

/* The outputs of a manifest, and its run so far or one with id 0. */
struct session_outputs {
	const struct session *session;
	const struct manifest *manifest;
	const struct run *run;
};

/* What an output at this path would replace, in words, where it may not; else NULL. */
static const char *
session_outputs_replace(
    const struct session *session, const struct manifest *manifest, const char *path)
{
	if (!manifest->source.copied && outfile_same(path, manifest->source.name))
		return "the manifest itself";
	for (size_t i = 0; i < session->manifest_count; i++)
		if (!session->manifests[i].source.copied &&
		    outfile_same(path, session->manifests[i].source.name))
			return "another manifest";
	return outputs_protect(session->context, path);
}

/* Before the first write: no output is another file of this command, and each can be made. */
static int
session_outputs_verify(
    const struct session_outputs *opening, const char *results, struct error *err)
{
	const struct session *session = opening->session;
	const struct apply_options *options = &session->options;
	const struct {
		const char *option;
		const char *path;
	} outputs[] = {{"--results", results}, {"--rejects", options->rejects},
	    {"--summary", options->summary}, {"--page", options->page}};
	size_t count = sizeof(outputs) / sizeof(outputs[0]);

	for (size_t i = 0; i < count; i++) {
		const char *path = outputs[i].path;
		const char *what;

		if (path == NULL)
			continue;
		what = session_outputs_replace(session, opening->manifest, path);
		if (what == NULL &&
		    outputs_protect_manifest(session->db, opening->run, path, &what, err) == -1)
			return -1;
		for (size_t j = 0; j < i && what == NULL; j++)
			if (outputs[j].path != NULL && outfile_same(outputs[j].path, path))
				what = outputs[j].option;
		if (what != NULL)
			return error_set_at(err, ERROR_USAGE,
			    (struct error_place){.field = outputs[i].option},
			    "%s is %s: expected another file", path, what);
		if (outfile_probe(path, err) == -1)
			return -1;
	}
	return 0;
}

/* a.csv and a.txt would have one results file. */
static int
session_verify_default_results(
    const struct session *session, size_t count, const char *results, struct error *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < count; i++) {
		enum output output;
		char *other = session_results_path(session, &session->manifests[i], &output);

		if (other == NULL)
			rc = error_memory(err);
		else if (strcmp(other, results) == 0 && strcmp(other, "-") != 0 &&
			 !outfile_same(session->manifests[i].source.name,
			     session->manifests[count].source.name))
			rc = error_set(err, ERROR_USAGE, session->manifests[count].source.name,
			    "its results file would be %s, as that of %s: apply them one by one",
			    results, session->manifests[i].source.name);
		else if (outfile_same(other, session->manifests[count].source.name))
			rc = error_set(err, ERROR_USAGE, session->manifests[count].source.name,
			    "the results of %s would replace it: apply them one by one",
			    session->manifests[i].source.name);
		free(other);
	}
	return rc;
}

/* Another manifest of that name without its ending has been applied: a rejects file, mostly. */
static int
session_verify_owner(const struct session_outputs *opening, const char *results, enum output output,
    struct error *err)
{
	const struct manifest *manifest = opening->manifest;
	const struct run *run = opening->run;
	struct run owner;
	bool written;
	int rc;

	if (manifest->source.copied)
		return 0;
	rc = default_results_owner(opening->session->db, results, output, &owner, err);
	if (rc == 1 && (strcmp(owner.path, manifest->path) == 0 ||
			   (run->path != NULL && strcmp(owner.path, run->path) == 0)))
		rc = 0;
	written = access(results, F_OK) == 0;
	if (rc == 1)
		rc = error_set(err, ERROR_USAGE, manifest->source.name,
		    "its results file would be %s, %s run %lld of %s%s: name another with "
		    "--results",
		    results, written ? "which" : "as that of", (long long)owner.id, owner.manifest,
		    written ? " wrote" : "");
	run_release(&owner);
	return rc;
}

/* ---- manifests -------------------------------------------------------------------------- */

static int
session_verify_outputs(const struct session *session, const struct manifest *manifest,
    const struct run *run, struct error *err)
{
	const struct session_outputs opening = {session, manifest, run};
	enum output output;
	char *results;
	int rc;

	if (session->lock == NULL) /* a check writes results only to --results */
		return session_outputs_verify(&opening, session->options.results, err);
	results = session_results_path(session, manifest, &output);
	if (results == NULL) {
		error_memory(err);
		return -1;
	}
	rc = session_outputs_verify(&opening, results, err);
	if (rc == 0)
		rc = session_verify_default_results(
		    session, (size_t)(manifest - session->manifests), results, err);
	if (rc == 0 && session->options.results == NULL)
		rc = session_verify_owner(&opening, results, output, err);
	free(results);
	return rc;
}

/*
 * A fault that keeps one manifest from being used (`own`) is printed, and the others are looked at
 * too: 0. Any other failure stops at once: -1.
 */
static int
session_refuse_manifest(struct session *session, const struct error *fault, bool own)
{
	if (!own)
		return -1;
	(void)command_failed(session->context, fault);
	if ((int)fault->code > session->refused)
		session->refused = (int)fault->code;
	return 0;
}

/* Passwords that others can read are no secret. */
static int
session_verify_readers(const struct session *session, struct manifest *manifest, struct error *err)
{
	struct buffer name = {0};
	int rc;

	if (!survey_has_password(manifest->survey) || source_is_private(&manifest->source))
		return 0;
	manifest->trusted = session->options.settings.trust_manifest;
	if (manifest->trusted)
		return 0;
	if (manifest->source.name[0] == '-') /* it is no option */
		buffer_add_string(&name, "./");
	buffer_add_shell(&name, manifest->source.name);
	rc = name.failed ? error_memory(err)
			 : error_set(err, ERROR_INPUT, manifest->source.name,
			       "it has passwords, and its group or others can read it: "
			       "`chmod 600 %s`, or --trust-manifest",
			       name.bytes);
	buffer_release(&name);
	return rc;
}

static int
session_survey_manifest(struct session *session, struct manifest *manifest, enum apply_start start,
    uint64_t rows, struct error *err)
{
	const struct apply_options *options = &session->options;

	if (start != APPLY_REPEAT) {
		if (manifest_survey(manifest, session->db, &options->settings.policy,
			session->context->stop, err) == -1 ||
		    session_verify_readers(session, manifest, err) == -1)
			return -1;
		rows = survey_rows(manifest->survey);
	}
	if (rows > 0 || options->allow_empty)
		return 0;
	return error_set(err, ERROR_INPUT, manifest->source.name,
	    "not a single row: expected replace requests (--allow-empty takes a manifest that has "
	    "none)");
}

/* Its run so far, its outputs and its rows: each may be at fault. 0, or -1 and err. */
static int
session_verify_manifest(struct session *session, struct manifest *manifest, struct error *err)
{
	enum apply_start start;
	struct run run = {0};
	bool found = apply_find(&session->apply, manifest, &start, &run, err) == 0;
	int rc = -1;

	if (!found && session_refuse_manifest(session, err,
			  (err->code == ERROR_INPUT || err->code == ERROR_USAGE) &&
			      err->file[0] != '\0') == -1)
		goto out;
	if (session_verify_outputs(session, manifest, &run, err) == -1 &&
	    session_refuse_manifest(session, err,
		err->code == ERROR_USAGE || (err->code == ERROR_STORAGE && err->file[0] != '\0')) ==
		-1)
		goto out;
	rc = 0;
	if (found && session_survey_manifest(session, manifest, start, run.rows_total, err) == -1)
		rc = session_refuse_manifest(session, err, err->code == ERROR_INPUT);
out:
	run_release(&run);
	return rc;
}

static int
session_open_manifest(struct session *session, const char *name, struct error *err)
{
	const struct apply_options *options = &session->options;
	const struct manifest_options how = {
	    .reader = {.format = (enum format)options->format,
		.delimiter = options->delimiter,
		.encoding = apply_options_encoding(options),
		.fields = &options->fields},
	    .allow_empty = options->allow_empty,
	    .stop = session->context->stop,
	};
	struct manifest *manifest = &session->manifests[session->manifest_count];

	if (manifest_open(manifest, name, &how, err) == -1) {
		manifest_close(manifest);
		return session_refuse_manifest(session, err, err->code == ERROR_INPUT);
	}
	session->manifest_count++;
	return session_verify_manifest(session, manifest, err);
}

/* Whether a manifest of that name was refused: its faults were printed. */
static bool
session_is_refused(char **names, const bool *refused, int i)
{
	for (int j = 0; j < i; j++)
		if (refused[j] && strcmp(names[j], names[i]) == 0)
			return true;
	return false;
}

static int
session_open_manifests(struct session *session, int count, char **names, struct error *err)
{
	bool *refused = calloc((size_t)count, sizeof(*refused));
	int rc = 0;

	session->manifests = calloc((size_t)count, sizeof(*session->manifests));
	if (session->manifests == NULL || refused == NULL) {
		free(refused);
		error_memory(err);
		return -1;
	}
	for (int i = 0; i < count && rc == 0; i++) {
		int before = session->refused;

		session->refused = 0;
		if (!session_is_refused(names, refused, i))
			rc = session_open_manifest(session, names[i], err);
		refused[i] = session->refused != 0;
		if (before > session->refused)
			session->refused = before;
	}
	free(refused);
	return rc;
}

static void
session_release(struct session *session)
{
	for (size_t i = 0; i < session->manifest_count; i++)
		manifest_close(&session->manifests[i]);
	free(session->manifests);
	keyring_close(session->apply.keyring);
	permissions_release(&session->permissions);
	db_close(session->db);
	lock_release(session->lock);
	apply_options_release(&session->options);
}

int
session_run(const struct command *command, const struct context *context, int argc, char **argv,
    const struct session_work *work)
{
	struct session session = {.context = context};
	struct error err = {0};
	int first = apply_options_parse(command, context, argc, argv, &session.options);
	int status = session.options.status, its_status;

	if (session.options.progress != PROGRESS_AUTO)
		progress_draw(session.options.progress == PROGRESS_ALWAYS ? STDERR_FILENO : -1, 0);
	if (first != -1 &&
	    (session_open_database(&session, work->mode, &err) == -1 ||
		session_open_manifests(&session, argc - first, argv + first, &err) == -1)) {
		status = command_failed(context, &err);
		first = -1;
	}
	if (first != -1)
		status = session.refused;
	for (size_t i = 0; first != -1 && status <= 1 && i < session.manifest_count; i++) {
		its_status = work->one(&session, work->closure, i);
		if (its_status != 0)
			status = its_status;
	}
	session_release(&session);
	return status;
}

/* Names where the reasons are: the faults of the rows are not printed again. */
static void
session_announce_repetition(struct session *session, const struct run *run)
{
	struct console *console = &session->console;
	long long id = (long long)run->id;

	if (session->lock == NULL)
		console_note(console,
		    "nothing is checked: run %lld has applied this manifest already (--again "
		    "checks it anew)",
		    id);
	else if (run_status(run) == 0)
		console_note(console,
		    "run %lld has applied this manifest already: no new jobs (--again asks for a "
		    "new run)",
		    id);
	else
		console_note(console,
		    "run %lld has applied this manifest already, `pfxreplace results %lld` has the "
		    "reasons: no new jobs (--again asks for a new run)",
		    id, id);
}

/* The --pending that is taken without one that was given. */
static void
session_announce_pending(
    struct session *session, const struct manifest *manifest, const struct run *run)
{
	const struct settings *settings = &session->options.settings;
	enum pending usual = settings_pending(settings, manifest->is_rejects);
	enum pending taken = settings_recorded_pending(run->settings, usual);

	if (taken != usual)
		console_note(&session->console, "--pending %s is taken, as run %lld has it",
		    settings_pendings[taken], (long long)run->id);
	else if (manifest->is_rejects)
		console_note(&session->console, "a rejects file: --pending keep is taken");
}

/* A run keeps the --retries that it began with: those of its jobs are counted by it. */
static void
session_announce_retries(struct session *session, const struct run *run)
{
	const struct settings *settings = &session->options.settings;

	if (settings->has_retries && settings->retries != run->retries)
		console_note(&session->console,
		    "--retries %lld is not taken: run %lld keeps its own, %lld",
		    (long long)settings->retries, (long long)run->id, (long long)run->retries);
}

void
session_announce(struct session *session, const struct manifest *manifest, enum apply_start start,
    const struct run *run)
{
	struct console *console = &session->console;

	console_start(console, session->context, session->db, manifest);
	if (start == APPLY_RESUME)
		console_note(console, "run %lld carries on after %llu of %llu rows",
		    (long long)run->id, (unsigned long long)run->rows[0],
		    (unsigned long long)run->rows_total);
	if (start == APPLY_REPEAT)
		session_announce_repetition(session, run);
	else
		console_ignored(console, manifest);
	if (start != APPLY_REPEAT && !session->options.settings.has_pending)
		session_announce_pending(session, manifest, run);
	if (start != APPLY_NEW)
		session_announce_retries(session, run);
}
