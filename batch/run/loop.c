#include "run/loop.h"

#include "database/facts.h"
#include "run/rejects.h"

/* ---- rows ------------------------------------------------------------------------------- */

/* Counts a row that is faulty. Whether --max-errors stops the loop at it. */
static bool
loop_exceeds(struct loop *loop, const struct row *row)
{
	const struct settings *settings = loop->apply->settings;

	if (!row_is_faulty(row))
		return false;
	loop->errors++;
	if (!settings->has_max_errors)
		return false;
	if (settings->max_errors_percent)
		return loop->errors * 100 > settings->max_errors * loop->run->rows_total;
	return loop->errors > settings->max_errors;
}

static int
loop_decide(
    struct loop *loop, const struct batch *batch, struct batch_row *batch_row, struct error *err)
{
	struct row *row = &batch_row->row;

	if (decider_decide(loop->decider, batch_row, err) == -1 ||
	    loop->sink.add(loop->sink.closure, batch, batch_row, err) == -1)
		return -1;
	run_count(loop->run, row);
	tally_row(loop->tally, row);
	if (loop_exceeds(loop, row))
		loop->exceeded_line = row->line;
	return 0;
}

/* Gives a decided row its names, which the console, the results and the rejects need, and shows
 * it. */
static int
loop_report(const struct loop *loop, struct row *row, struct error *err)
{
	const struct apply *apply = loop->apply;

	if (row->messages.count > 0 && db_row_names(apply->db, row, err) == -1)
		return -1;
	if (apply->on_row(apply->closure, row, err) == -1)
		return -1;
	if (apply->rejects == NULL || !row_needs_mending(row))
		return 0;
	return rejects_put(apply->rejects, row, err);
}

/* The first `count` rows of the batch were decided: moves the run to their end. */
static void
loop_advance(struct loop *loop, const struct batch *batch, size_t count)
{
	struct tally more = {.repairs = batch->repairs};

	loop->position = batch->end;
	if (loop->exceeded_line != 0) {
		loop->position = batch->ends[count - 1].position;
		more.repairs = batch->ends[count - 1].repairs;
	}
	loop->tally->repairs = loop->before;
	tally_add(loop->tally, &more);
}

/* ---- batches and chunks ----------------------------------------------------------------- */

static int
loop_put(struct loop *loop, struct batch *batch, struct error *err)
{
	size_t count = 0;

	while (count < batch->count && loop->exceeded_line == 0)
		if (loop_decide(loop, batch, &batch->rows[count++], err) == -1)
			return -1;
	loop_advance(loop, batch, count);
	if (loop->sink.put != NULL && loop->sink.put(loop->sink.closure, err) == -1)
		return -1;
	for (size_t i = 0; i < count; i++)
		if (loop_report(loop, &batch->rows[i].row, err) == -1)
			return -1;
	return 0;
}

/* A chunk may take long: whoever asked for a stop is told that it goes on to its end. */
static void
loop_heed(struct loop *loop)
{
	const struct apply *apply = loop->apply;

	if (*apply->context->stop == 0 || loop->told)
		return;
	loop->told = true;
	apply->on_stop(apply->closure);
}

/* The batches of a chunk, from its first one on. 1 when there may be more rows, 0 at the end of the
 * manifest, -1. */
static int
loop_put_all(struct loop *loop, struct batch *batch, struct error *err)
{
	for (;;) {
		bool ends = batch->ends_chunk, last = batch->last;
		int rc;

		if (!last) /* of which the end is the run's, with its files */
			loop_heed(loop);
		rc = loop_put(loop, batch, err);
		pipeline_done(loop->pipeline, batch);
		if (rc == -1)
			return -1;
		if (ends || loop->exceeded_line != 0)
			return last && loop->exceeded_line == 0 ? 0 : 1;
		if (pipeline_next(loop->pipeline, &batch, err) == -1)
			return -1;
	}
}

/* A chunk is one transaction. 1 when there may be more rows, 0 at the end of the manifest, -1. */
static int
loop_chunk(struct loop *loop, struct error *err)
{
	struct database *db = loop->apply->db;
	const struct sink *sink = &loop->sink;
	struct batch *batch;
	int rc = -1;

	/* Others may write until the first rows are ready. */
	if (pipeline_next(loop->pipeline, &batch, err) == -1 || db_begin(db, err) == -1)
		return -1;
	if (sink->begin == NULL || sink->begin(sink->closure, err) == 0)
		rc = loop_put_all(loop, batch, err);
	if (rc == 1) /* the commit may have to wait */
		loop_heed(loop);
	if (rc != -1 && sink->checkpoint != NULL &&
	    sink->checkpoint(sink->closure, rc == 0, err) == -1)
		rc = -1;
	if (rc != -1 &&
	    (source_changed(&loop->manifest->source, err) == -1 || db_commit(db, err) == -1))
		rc = -1;
	if (rc == -1)
		db_rollback(db);
	else if (sink->committed != NULL)
		sink->committed(sink->closure);
	return rc;
}

/* ---- the way through -------------------------------------------------------------------- */

/* Whether an interrupted run has the rows of its manifest. */
static int
loop_verify_rows(const struct loop *loop, struct error *err)
{
	uint64_t rows = survey_rows(loop->manifest->survey);
	const struct run *run = loop->run;
	char text[128];

	if (run->rows_total == rows)
		return 0;
	snprintf(text, sizeof(text), "rows_total is %llu, but its manifest has %llu",
	    (unsigned long long)run->rows_total, (unsigned long long)rows);
	return db_run_damaged(loop->apply->db, run, text, err);
}

int
loop_prepare(struct loop *loop, struct error *err)
{
	const struct apply *apply = loop->apply;
	struct run *run = loop->run;

	*loop->tally = (struct tally){0};
	if (run->id == 0) {
		run->started_at = apply->context->now();
		run->rows_total = survey_rows(loop->manifest->survey);
	} else if (loop_verify_rows(loop, err) == -1 ||
		   db_get_tally(apply->db, run->id, loop->tally, err) == -1) {
		return -1;
	}
	loop->before = loop->tally->repairs;
	loop->policy = apply->settings->policy;
	loop->policy.started_at = run->started_at;
	loop->policy.pending = settings_recorded_pending(run->settings, PENDING_REFUSE);
	loop->policy.some_job_times = survey_has_job_time(loop->manifest->survey);
	return 0;
}

static int
loop_open(struct loop *loop, struct error *err)
{
	const struct apply *apply = loop->apply;
	const struct run *run = loop->run;
	const struct position from = {run->offset, run->line, run->rows[0]};
	const struct pipeline_plan plan = {
	    .manifest = loop->manifest,
	    .policy = &loop->policy,
	    .permissions = apply->permissions,
	    .db = apply->db,
	    .run = loop->run_id,
	    .from = run->rows[0] == 0 ? NULL : &from,
	    .chunk = loop->chunk,
	    .stops = apply->settings->has_max_errors,
	    .keyring = apply->keyring,
	    .results = apply->results,
	};

	loop->pipeline = pipeline_open(&plan, err);
	return loop->pipeline == NULL ? -1 : 0;
}

int
loop_run(struct loop *loop, struct error *err)
{
	const volatile sig_atomic_t *stop = loop->apply->context->stop;
	const struct sink *sink = &loop->sink;
	int rc;

	if (loop_open(loop, err) == -1)
		return -1;
	while ((rc = loop_chunk(loop, err)) == 1) {
		if (loop->exceeded_line != 0)
			return sink->exceeded(sink->closure, err);
		if (*stop != 0) /* SIGINT, SIGTERM or SIGHUP: what is committed stays */
			return sink->interrupted(sink->closure, err);
		if (sink->between(sink->closure, err) == -1)
			return -1;
	}
	return rc;
}

void
loop_release(struct loop *loop)
{
	pipeline_close(loop->pipeline);
	decider_free(loop->decider);
}
