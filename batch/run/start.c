#include "run/start.h"

#include <stdlib.h>
#include <string.h>

static char *
apply_settings_text(
    const struct apply *apply, const struct manifest *manifest, enum pending pending)
{
	return settings_text(apply->settings, manifest->format, manifest->delimiter, pending);
}

static int
apply_new_run(
    const struct apply *apply, const struct manifest *manifest, struct run *run, struct error *err)
{
	const struct policy *policy = &apply->settings->policy;
	const char *reference = apply->settings->reference;

	*run = (struct run){.format = (int)manifest->format,
	    .retries = apply->settings->retries,
	    .has_window = policy->has_window,
	    .window_end = policy->window_end};
	if (policy->has_window && policy->window_end <= apply->context->now())
		return error_set_at(err, ERROR_USAGE, (struct error_place){.field = "--window"},
		    "%s: its END is past: expected one in the future", apply->settings->window);
	memcpy(run->digest, manifest->digest, sizeof(run->digest));
	run->path = strdup(manifest->path);
	run->manifest = strdup(manifest->source.name);
	run->operator_name = strdup(apply->context->operator_name);
	run->settings = apply_settings_text(
	    apply, manifest, settings_pending(apply->settings, manifest->is_rejects));
	run->reference = reference == NULL ? NULL : strdup(reference);
	if (run->path == NULL || run->manifest == NULL || run->operator_name == NULL ||
	    run->settings == NULL || (reference != NULL && run->reference == NULL)) {
		run_release(run);
		return error_memory(err);
	}
	return 0;
}

/* A new run would hide an interrupted run of the file's earlier content. */
static int
apply_refuse_changed(const struct apply *apply, const struct manifest *manifest, struct error *err)
{
	struct run changed;
	int rc;

	if (manifest->source.copied)
		return 0;
	rc = db_run_changed(apply->db, manifest->path, manifest->digest, &changed, err);
	if (rc == 1) {
		error_set(err, ERROR_INPUT, manifest->source.name,
		    "the manifest has changed since run %lld of it was interrupted: bring it back "
		    "as it was, or give that run up with `pfxreplace runs abandon %lld`",
		    (long long)changed.id, (long long)changed.id);
		run_release(&changed);
		rc = -1;
	}
	return rc;
}

/* Without --pending a run keeps its own: which one is taken for a manifest by itself depends on the
 * version, and of a finished run's manifest not all rows are read again. */
static int
apply_refuse_settings(const struct apply *apply, const struct manifest *manifest,
    const struct run *run, struct error *err)
{
	enum pending pending = settings_pending(apply->settings, manifest->is_rejects);
	struct setting_difference difference;
	char *settings;
	int rc = 0;

	if (!apply->settings->has_pending)
		pending = settings_recorded_pending(run->settings, pending);
	settings = apply_settings_text(apply, manifest, pending);
	if (settings == NULL)
		return error_memory(err);
	if (settings_differ(run->settings, settings, &difference))
		rc = error_set(err, ERROR_USAGE, manifest->source.name,
		    "run %lld of this manifest has --%s \"%s\", not \"%s\": repeat it as it was, "
		    "%s",
		    (long long)run->id, difference.name, difference.was, difference.is,
		    run->state == RUN_FINISHED ? "or ask for a new run with --again"
					       : "or give it up with `pfxreplace runs abandon`");
	free(settings);
	return rc;
}

/* Before the manifest is read from the checkpoint, which damage may have put anywhere. */
static int
apply_refuse_damaged(const struct apply *apply, const struct manifest *manifest,
    const struct run *run, struct error *err)
{
	const char *violation = run_verify(run, (uint64_t)manifest->source.identity.st_size);

	return violation == NULL ? 0 : db_run_damaged(apply->db, run, violation, err);
}

/* Its results cannot be written again, and that its jobs are made twice must be asked for. */
static int
apply_refuse_purged(const struct apply *apply, const struct manifest *manifest,
    const struct run *run, struct error *err)
{
	if (!run_is_purged(run) || apply->settings->again)
		return 0;
	return error_set(err, ERROR_USAGE, manifest->source.name,
	    "run %lld of this manifest was purged: its results are gone; ask for a new run with "
	    "--again",
	    (long long)run->id);
}

int
apply_find(const struct apply *apply, const struct manifest *manifest, enum apply_start *start,
    struct run *run, struct error *err)
{
	int rc = db_run_latest(apply->db, manifest->digest, run, err);

	*start = APPLY_NEW;
	if (rc == 1 && run->state == RUN_UNFINISHED)
		*start = APPLY_RESUME;
	else if (rc == 1 && run->state == RUN_FINISHED && !apply->settings->again)
		*start = APPLY_REPEAT;
	if (rc == -1)
		return -1;
	rc = apply_refuse_changed(apply, manifest, err);
	if (rc == 0)
		rc = apply_refuse_purged(apply, manifest, run, err);
	if (rc == 0 && *start == APPLY_NEW) {
		run_release(run);
		return apply_new_run(apply, manifest, run, err);
	}
	if (rc == 0)
		rc = apply_refuse_settings(apply, manifest, run, err);
	if (rc == 0)
		rc = apply_refuse_damaged(apply, manifest, run, err);
	if (rc == -1)
		run_release(run);
	return rc;
}
