#include "run/settings.h"
#include "run/check.h"

#include "run/decide.h"
#include "run/pipeline.h"
#include "database/facts.h"
#include "database/rows.h"

#include <stdlib.h>
#include <string.h>

void
check_release(struct check *check)
{
	free(check->containers);
	results_discard(check->results);
	rejects_discard(check->rejects);
	reader_close(check->reader);
	*check = (struct check){0};
}

/* ---- what was committed before ---------------------------------------------------------- */

static int
put_past(struct check *check, struct reader *reader, const struct row *row, struct error *err)
{
	if (check->results != NULL && results_put(check->results, row, err) == -1)
		return -1;
	if (check->rejects == NULL || !row_is_faulty(row))
		return 0;
	return rejects_put_past(check->rejects, reader, check->manifest, row, err);
}

/* The rows of a finished run, or of an interrupted one up to its checkpoint. */
static int
show_past(struct check *check, const struct run *run, struct error *err)
{
	const struct manifest *manifest = check->manifest;
	struct rows *rows = NULL;
	const struct row *row;
	struct reader *reader;
	int rc = -1;

	if (check->results == NULL && check->rejects == NULL)
		return 0;
	reader = reader_open(manifest->source.fd, &manifest->reader, err);
	if (reader != NULL)
		rows = rows_open(check->apply->db, run->id, false, err);
	while (rows != NULL && (rc = rows_next(rows, &row, err)) == 1) {
		if (put_past(check, reader, row, err) == -1) {
			rc = -1;
			break;
		}
	}
	rows_close(rows);
	reader_close(reader);
	return rc;
}

/* ---- what is to come -------------------------------------------------------------------- */

static int
count_job(struct check *check, int64_t container, struct error *err)
{
	struct container_jobs *found = check->containers;
	size_t i = 0, count = check->container_count;

	while (i < count && found[i].container < container)
		i++;
	if (i == count || found[i].container != container) {
		found = reallocarray(found, count + 1, sizeof(*found));
		if (found == NULL)
			return error_memory(err);
		memmove(&found[i + 1], &found[i], (count - i) * sizeof(*found));
		found[i] = (struct container_jobs){.container = container};
		check->containers = found;
		check->container_count++;
	}
	found[i].jobs++;
	return 0;
}

static int
count_jobs(struct check *check, const struct batch_row *item, struct error *err)
{
	const struct row *row = &item->row;

	for (size_t i = 0; i < row->location_count; i++) {
		const struct row_location *location = &row->locations[i];
		struct job_facts job = {.id = check->next->job,
		    .run = check->next->run,
		    .status = JOB_WAITING,
		    .certificate = row->certificate};

		if (location->fate != ROW_JOB)
			continue;
		check->next->job++;
		if (count_job(check, item->locations[i].store.container, err) == -1)
			return -1;
		if (check->plan && db_plan(check->apply->db, location->location, &job, err) == -1)
			return -1;
	}
	return 0;
}

static int
show_row(struct check *check, struct row *row, struct error *err)
{
	if (row->messages.count > 0 && db_row_names(check->apply->db, row, err) == -1)
		return -1;
	if (check->apply->on_row != NULL)
		check->apply->on_row(check->apply->closure, row);
	if (check->rejects == NULL || !row_is_faulty(row))
		return 0;
	return rejects_put_past(check->rejects, check->reader, check->manifest, row, err);
}

/* One invocation's way through what is to come. */
struct loop {
	struct check *check;
	struct decider *decider;
	struct pipeline *pipeline;
	struct run *run;
	struct tally *tally;
	struct policy policy;
	uint64_t errors;
};

static int
show_batch(struct loop *loop, struct batch *batch, struct error *err)
{
	struct check *check = loop->check;
	const struct apply_options *options = check->apply->options;

	for (size_t i = 0; i < batch->count; i++) {
		struct batch_row *item = &batch->rows[i];

		if (decider_decide(loop->decider, item, err) == -1)
			return -1;
		run_count(loop->run, &item->row);
		tally_row(loop->tally, &item->row);
		if (count_jobs(check, item, err) == -1 || show_row(check, &item->row, err) == -1)
			return -1;
		if (apply_errors_exceeded(
			options, loop->run->rows_total, &loop->errors, &item->row))
			return error_set_at(err, ERROR_LIMIT,
			    (struct error_place){
				.file = check->manifest->source.name, .line = item->row.line},
			    "apply would be stopped here by --max-errors %s",
			    options->max_errors_text);
	}
	return 0;
}

/* One read transaction. 1 when there may be more rows, 0 at the end, -1. */
static int
next_batch(struct loop *loop, struct repairs *repairs, struct error *err)
{
	struct database *db = loop->check->apply->db;
	struct batch *batch;
	bool last;
	int rc;

	if (pipeline_next(loop->pipeline, &batch, err) == -1)
		return -1;
	last = batch->last;
	*repairs = batch->repairs;
	rc = db_begin(db, err);
	if (rc == 0)
		rc = show_batch(loop, batch, err);
	/* Committed are temporary tables: the database is open for reading only. */
	if (rc == 0)
		rc = db_commit(db, err);
	db_rollback(db);
	pipeline_done(loop->pipeline, batch);
	if (rc == -1 || source_changed(&loop->check->manifest->source, err) == -1)
		return -1;
	return last ? 0 : 1;
}

static int
show_batches(struct loop *loop, struct error *err)
{
	const struct apply *apply = loop->check->apply;
	const volatile sig_atomic_t *stop = apply->context->stop;
	struct tally more = {0};
	int rc;

	while ((rc = next_batch(loop, &more.repairs, err)) == 1) {
		if (apply->on_commit != NULL)
			apply->on_commit(apply->closure, loop->run);
		if (*stop != 0) {
			rc = error_set(err, (enum error_code)(ERROR_SIGNAL + *stop),
			    loop->check->manifest->source.name, "interrupted");
			break;
		}
	}
	tally_add(loop->tally, &more);
	return rc == 0 ? pipeline_finish(loop->pipeline, err) : rc;
}

static int
show_rest(struct loop *loop, struct error *err)
{
	struct check *check = loop->check;
	const struct apply *apply = check->apply;
	const struct run *run = loop->run;
	const struct manifest *manifest = check->manifest;
	const struct position from = {run->offset, run->line, run->rows[0]};
	const struct pipeline_plan plan = {
	    .manifest = manifest,
	    .policy = &loop->policy,
	    .permissions = apply->permissions,
	    .db = apply->db,
	    .from = run->rows[0] == 0 ? NULL : &from,
	    .chunk = INT64_MAX,
	    .results = check->results,
	};
	int rc = db_begin(apply->db, err);

	loop->policy = apply->options->policy;
	loop->policy.started_at = run->started_at;
	loop->policy.some_job_times = survey_has_job_time(manifest->survey);
	if (rc == 0)
		loop->decider = decider_new(apply->db, &loop->policy, err);
	if (loop->decider == NULL || db_commit(apply->db, err) == -1)
		return -1;
	check->reader = reader_open(manifest->source.fd, &manifest->reader, err);
	if (check->reader == NULL)
		return -1;
	loop->pipeline = pipeline_open(&plan, err);
	return loop->pipeline == NULL ? -1 : show_batches(loop, err);
}

int
check_carry_on(struct check *check, enum apply_start start, struct run *run, struct tally *tally,
    struct error *err)
{
	const struct apply *apply = check->apply;
	struct loop loop = {.check = check, .run = run, .tally = tally};
	int rc;

	*tally = (struct tally){0};
	if (start == APPLY_NEW) {
		run->started_at = apply->context->now();
		run->rows_total = survey_rows(check->manifest->survey);
	} else if ((start == APPLY_RESUME &&
		       apply_verify_rows(apply, check->manifest, run, err) == -1) ||
		   db_get_tally(apply->db, run->id, tally, err) == -1 ||
		   show_past(check, run, err) == -1) {
		return -1;
	}
	if (start == APPLY_REPEAT)
		return 0;
	rc = show_rest(&loop, err);
	pipeline_close(loop.pipeline);
	decider_free(loop.decider);
	if (start == APPLY_NEW)
		check->next->run++;
	return rc;
}
