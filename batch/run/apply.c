#include "run/settings.h"
#include "run/apply.h"

#include "input/key.h"
#include "run/decide.h"
#include "database/facts.h"
#include "database/append.h"

#include <stdlib.h>
#include <string.h>

/* ---- what is there already -------------------------------------------------------------- */

static int
new_run(
    const struct apply *apply, const struct manifest *manifest, struct run *run, struct error *err)
{
	const struct policy *policy = &apply->options->policy;
	const char *reference = apply->options->reference;

	*run = (struct run){.format = (int)manifest->format};
	if (policy->has_window && policy->window_end <= apply->context->now())
		return error_set_at(err, ERROR_USAGE, (struct error_place){.field = "--window"},
		    "%s: its END is past: expected one in the future", apply->options->window);
	memcpy(run->digest, manifest->digest, sizeof(run->digest));
	run->path = strdup(manifest->path);
	run->manifest = strdup(manifest->source.name);
	run->operator_name = strdup(apply->context->operator_name);
	run->settings = apply_options_settings(
	    apply->options, manifest->format, manifest->delimiter);
	run->reference = reference == NULL ? NULL : strdup(reference);
	if (run->path == NULL || run->manifest == NULL || run->operator_name == NULL ||
	    run->settings == NULL || (reference != NULL && run->reference == NULL)) {
		run_release(run);
		return error_memory(err);
	}
	return 0;
}

/* An interrupted run of another content of this file would be forgotten. */
static int
refuse_changed(const struct apply *apply, const struct manifest *manifest, struct error *err)
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

static int
refuse_other_settings(const struct apply *apply, const struct manifest *manifest,
    const struct run *run, struct error *err)
{
	char *settings = apply_options_settings(
	    apply->options, manifest->format, manifest->delimiter);
	struct setting_difference difference;
	int rc = 0;

	if (settings == NULL)
		return error_memory(err);
	if (apply_options_differ(run->settings, settings, &difference))
		rc = error_set(err, ERROR_USAGE, manifest->source.name,
		    "run %lld of this manifest has --%s \"%s\", not \"%s\": repeat it as it was, "
		    "%s",
		    (long long)run->id, difference.name, difference.was, difference.is,
		    run->state == RUN_FINISHED ? "or ask for a new run with --again"
					       : "or give it up with `pfxreplace runs abandon`");
	free(settings);
	return rc;
}

/* Before anything of the manifest is read at a checkpoint that may be anywhere. */
static int
refuse_damaged(const struct apply *apply, const struct manifest *manifest, const struct run *run,
    struct error *err)
{
	const char *violation = run_verify(run, (uint64_t)manifest->source.identity.st_size);

	return violation == NULL ? 0 : db_run_damaged(apply->db, run, violation, err);
}

int
apply_verify_rows(const struct apply *apply, const struct manifest *manifest, const struct run *run,
    struct error *err)
{
	char text[128];

	if (run->rows_total == survey_rows(manifest->survey))
		return 0;
	snprintf(text, sizeof(text), "rows_total is %llu, but its manifest has %llu",
	    (unsigned long long)run->rows_total, (unsigned long long)survey_rows(manifest->survey));
	return db_run_damaged(apply->db, run, text, err);
}

int
apply_find(const struct apply *apply, const struct manifest *manifest, enum apply_start *start,
    struct run *run, struct error *err)
{
	int rc = db_run_latest(apply->db, manifest->digest, run, err);

	*start = APPLY_NEW;
	if (rc == 1 && run->state == RUN_UNFINISHED)
		*start = APPLY_RESUME;
	else if (rc == 1 && run->state == RUN_FINISHED && !apply->options->again)
		*start = APPLY_REPEAT;
	if (rc == -1)
		return -1;
	rc = refuse_changed(apply, manifest, err);
	if (rc == 0 && *start == APPLY_NEW) {
		run_release(run);
		return new_run(apply, manifest, run, err);
	}
	if (rc == 0)
		rc = refuse_other_settings(apply, manifest, run, err);
	if (rc == 0)
		rc = refuse_damaged(apply, manifest, run, err);
	if (rc == -1)
		run_release(run);
	return rc;
}

/* ---- the loop --------------------------------------------------------------------------- */

bool
apply_errors_exceeded(const struct apply_options *options, uint64_t rows_total, uint64_t *errors,
    const struct row *row)
{
	if (!row_is_faulty(row))
		return false;
	++*errors;
	if (!options->has_max_errors)
		return false;
	if (options->max_errors_percent)
		return *errors * 100 > options->max_errors * rows_total;
	return *errors > options->max_errors;
}

static int
stopped_by_errors(
    const struct manifest *manifest, uint64_t line, uint64_t errors, struct error *err)
{
	return error_set_at(err, ERROR_LIMIT,
	    (struct error_place){.file = manifest->source.name, .line = line},
	    "stopped by --max-errors: %llu row%s rejected or failed; the same command carries on "
	    "behind this row",
	    (unsigned long long)errors, errors == 1 ? "" : "s");
}

/* One invocation's way through a manifest. */
struct loop {
	struct apply *apply;
	const struct manifest *manifest;
	struct run *run;
	struct tally *tally;   /* of the whole run */
	struct repairs before; /* those of the run before this invocation */
	struct pipeline *pipeline;
	struct decider *decider;
	struct policy policy;
	struct next_ids next;
	struct append append;
	struct position position; /* behind the rows that were put */
	struct repairs repairs;   /* of this invocation, up to there */
	uint64_t errors;          /* of this invocation */
	uint64_t stop_line;       /* of the row that --max-errors stopped at; 0: none */
};

/* Each location of a row that was carried out has a job, a refusal or another's job. */
static bool
is_settled(const struct row *row, const struct next_ids *first, const struct next_ids *next)
{
	int64_t settled = next->job - first->job + next->refusal - first->refusal;

	return settled + (int64_t)row_count(row, ROW_KEPT) == (int64_t)row->location_count;
}

static int
violated(const struct loop *loop, uint64_t line, const char *violation, struct error *err)
{
	return error_set_at(err, ERROR_STORAGE,
	    (struct error_place){.file = loop->manifest->source.name, .line = line},
	    "internal error: %s; nothing of this chunk was written", violation);
}

/* Decides an item and makes it ready to be written. */
static int
add_item(struct loop *loop, const struct batch *batch, struct batch_row *item, struct error *err)
{
	const struct next_ids first = loop->next;
	struct sealed sealed = {0};
	struct row *row = &item->row;

	if (decider_decide(loop->decider, item, err) == -1)
		return -1;
	if (item->sealed_length > 0 && decider_takes_password(item))
		sealed = (struct sealed){
		    (const unsigned char *)batch->sealed.bytes + item->sealed, item->sealed_length};
	if (append_add(&loop->append, row, &sealed, &loop->next, err) == -1)
		return -1;
	if (!is_settled(row, &first, &loop->next))
		return violated(loop, row->line, "a location has neither job nor refusal", err);
	run_count(loop->run, row);
	tally_row(loop->tally, row);
	if (apply_errors_exceeded(loop->apply->options, loop->run->rows_total, &loop->errors, row))
		loop->stop_line = row->line;
	return 0;
}

/* Tells of the rows that were written, and names what their messages are about. */
static int
tell_rows(const struct loop *loop, struct batch *batch, size_t count, struct error *err)
{
	const struct apply *apply = loop->apply;

	for (size_t i = 0; i < count; i++) {
		struct row *row = &batch->rows[i].row;

		if (row->messages.count > 0 && db_row_names(apply->db, row, err) == -1)
			return -1;
		if (apply->on_row != NULL)
			apply->on_row(apply->closure, row);
	}
	return 0;
}

static int
put_batch(struct loop *loop, struct batch *batch, int64_t now, struct error *err)
{
	size_t count = 0;

	append_clear(&loop->append, loop->run->started_at, now);
	while (count < batch->count && loop->stop_line == 0)
		if (add_item(loop, batch, &batch->rows[count++], err) == -1)
			return -1;
	loop->position = batch->end;
	loop->repairs = batch->repairs;
	if (loop->stop_line != 0) {
		loop->position = batch->ends[count - 1].position;
		loop->repairs = batch->ends[count - 1].repairs;
	}
	if (db_append(loop->apply->db, &loop->append, err) == -1)
		return -1;
	return tell_rows(loop, batch, count, err);
}

/* The rows of one chunk, the first batch being there: 1 when there may be more, 0 at the end of
 * the manifest, -1. */
static int
put_batches(struct loop *loop, struct batch *batch, int64_t now, struct error *err)
{
	for (;;) {
		bool ends = batch->ends_chunk, last = batch->last;
		int rc = put_batch(loop, batch, now, err);

		pipeline_done(loop->pipeline, batch);
		if (rc == -1)
			return -1;
		if (ends || loop->stop_line != 0)
			return last && loop->stop_line == 0 ? 0 : 1;
		if (pipeline_next(loop->pipeline, &batch, err) == -1)
			return -1;
	}
}

/* Where the run stands behind the rows of this chunk. */
static int
checkpoint(struct loop *loop, bool finished, struct error *err)
{
	struct run *run = loop->run;
	struct tally more = {.repairs = loop->repairs};
	const char *violation;

	run->offset = loop->position.offset;
	run->line = loop->position.line;
	if (finished) {
		run->state = RUN_FINISHED;
		run->finished_at = loop->apply->context->now();
	}
	loop->tally->repairs = loop->before;
	tally_add(loop->tally, &more);
	violation = run_verify(run, (uint64_t)loop->manifest->source.identity.st_size);
	if (violation != NULL)
		return violated(loop, 0, violation, err);
	if (db_run_update(loop->apply->db, run, err) == -1 ||
	    db_put_tally(loop->apply->db, run->id, loop->tally, err) == -1)
		return -1;
	return 0;
}

/* One transaction. 1 when there may be more rows, 0 when the run is finished, -1. */
static int
chunk(struct loop *loop, struct error *err)
{
	struct database *db = loop->apply->db;
	struct run *run = loop->run;
	int64_t now;
	struct batch *batch;
	int rc = -1;

	/* Others may write until the first rows are ready. */
	if (pipeline_next(loop->pipeline, &batch, err) == -1 || db_begin(db, err) == -1)
		return -1;
	now = loop->apply->context->now();
	if (db_next_ids(db, &loop->next, err) == 0 &&
	    (run->id != 0 || db_run_insert(db, run, err) == 0))
		rc = put_batches(loop, batch, now, err);
	if (rc != -1 && checkpoint(loop, rc == 0, err) == -1)
		rc = -1;
	if (rc != -1 && source_changed(&loop->manifest->source, err) == -1)
		rc = -1;
	if (rc != -1 && db_commit(db, err) == -1)
		rc = -1;
	if (rc == -1)
		db_rollback(db);
	else if (loop->apply->on_commit != NULL)
		loop->apply->on_commit(loop->apply->closure, run);
	return rc;
}

/* The key, where a password needs it. */
static int
open_secret(struct apply *apply, const struct manifest *manifest, struct error *err)
{
	if (!survey_has_password(manifest->survey) || apply->secret != NULL)
		return 0;
	apply->secret = secret_open(apply->context->key_file, err);
	if (apply->secret == NULL)
		return -1;
	return key_verify(apply->secret, apply->context->key_file, apply->db, err);
}

static int
open_loop(struct loop *loop, struct error *err)
{
	const struct apply *apply = loop->apply;
	const struct run *run = loop->run;
	const struct position from = {run->offset, run->line, run->rows[0]};
	const struct pipeline_plan plan = {
	    .manifest = loop->manifest,
	    .policy = &loop->policy,
	    .permissions = apply->permissions,
	    .db = apply->db,
	    /* The lock is ours: the id that is next now is the one that the insert will give. */
	    .run = run->id == 0 ? loop->next.run : run->id,
	    .from = run->rows[0] == 0 ? NULL : &from,
	    .chunk = apply->options->chunk,
	    .stops = apply->options->has_max_errors,
	    .secret = apply->secret,
	    .results = apply->results,
	};

	/* Those who look up read while a chunk is written. */
	if (db_hold(apply->db, err) == -1)
		return -1;
	loop->decider = decider_new(apply->db, &loop->policy, err);
	if (loop->decider == NULL)
		return -1;
	loop->pipeline = pipeline_open(&plan, err);
	return loop->pipeline == NULL ? -1 : 0;
}

/* What a loop needs before its first transaction. */
static int
prepare(struct loop *loop, struct error *err)
{
	struct apply *apply = loop->apply;
	struct run *run = loop->run;

	if (run->id == 0) {
		run->started_at = apply->context->now();
		run->rows_total = survey_rows(loop->manifest->survey);
		if (db_next_ids(apply->db, &loop->next, err) == -1)
			return -1;
		run->mends = survey_mends(loop->manifest->survey);
		if (run->mends >= loop->next.run) /* a run of another database */
			run->mends = 0;
	} else if (apply_verify_rows(apply, loop->manifest, run, err) == -1 ||
		   db_get_tally(apply->db, run->id, loop->tally, err) == -1) {
		return -1;
	}
	loop->before = loop->tally->repairs;
	loop->policy = apply->options->policy;
	loop->policy.started_at = run->started_at;
	loop->policy.some_job_times = survey_has_job_time(loop->manifest->survey);
	if (open_secret(apply, loop->manifest, err) == -1)
		return -1;
	return open_loop(loop, err);
}

static int
run_chunks(struct loop *loop, struct error *err)
{
	const struct context *context = loop->apply->context;
	int rc;

	while ((rc = chunk(loop, err)) == 1) {
		if (loop->stop_line != 0)
			return stopped_by_errors(
			    loop->manifest, loop->stop_line, loop->errors, err);
		if (*context->stop != 0)
			return error_set(err, (enum error_code)(ERROR_SIGNAL + *context->stop),
			    loop->manifest->source.name,
			    "interrupted after %llu of %llu rows; the same command carries on",
			    (unsigned long long)loop->run->rows[0],
			    (unsigned long long)loop->run->rows_total);
		if (db_yield(loop->apply->db, err) == -1)
			return -1;
	}
	return rc;
}

int
apply_carry_on(struct apply *apply, const struct manifest *manifest, struct run *run,
    struct tally *tally, struct error *err)
{
	struct loop loop = {.apply = apply, .manifest = manifest, .run = run, .tally = tally};
	int rc;

	*tally = (struct tally){0};
	rc = prepare(&loop, err);
	if (rc == 0)
		rc = run_chunks(&loop, err);
	if (rc == 0 && pipeline_finish(loop.pipeline, err) == -1) {
		/* The jobs are what matters: the caller will see that there are no results. */
		results_discard(apply->results);
		apply->results = NULL;
	}
	pipeline_close(loop.pipeline);
	decider_free(loop.decider);
	append_release(&loop.append);
	return rc;
}
