#include "run/apply_sink.h"

#include "database/append.h"
#include "run/loop.h"
#include "stop.h"

struct apply_sink {
	struct loop loop;
	struct next_ids next;
	struct append append;
};

/* Sees the jobs that became active since the last chunk, takes the next ids, and adds the run in
 * its first chunk. */
static int
apply_sink_begin(void *closure, struct error *err)
{
	struct apply_sink *sink = closure;
	struct database *db = sink->loop.apply->db;
	struct run *run = sink->loop.run;

	append_clear(&sink->append, run->started_at, sink->loop.apply->context->now());
	sink->append.operator_name = sink->loop.apply->context->operator_name;
	if (decider_refresh(sink->loop.decider, err) == -1 ||
	    db_next_ids(db, &sink->next, err) == -1)
		return -1;
	if (run->id == 0 && db_run_insert(db, run, err) == -1)
		return -1;
	return sink->loop.apply->keyring == NULL ? 0 : keyring_keep(sink->loop.apply->keyring, err);
}

/* Whether each location of a row that was carried out has a job, a refusal or an earlier job. */
static bool
apply_sink_is_settled(
    const struct row *row, const struct next_ids *first, const struct next_ids *next)
{
	int64_t settled = next->job - first->job + next->refusal - first->refusal;

	return settled + (int64_t)row_count(row, ROW_KEPT) == (int64_t)row->location_count;
}

static int
apply_sink_violated(
    const struct apply_sink *sink, uint64_t line, const char *violation, struct error *err)
{
	return error_set_at(err, ERROR_STORAGE,
	    (struct error_place){.file = sink->loop.manifest->source.name, .line = line},
	    "internal error: %s; nothing of this chunk was written", violation);
}

static int
apply_sink_add(
    void *closure, const struct batch *batch, const struct batch_row *batch_row, struct error *err)
{
	struct apply_sink *sink = closure;
	const struct next_ids first = sink->next;
	const struct row *row = &batch_row->row;
	struct sealed sealed = {0};

	if (batch_row->sealed_length > 0 && decider_takes_password(batch_row))
		sealed = (struct sealed){
		    (const unsigned char *)batch->sealed.bytes + batch_row->sealed,
		    batch_row->sealed_length};
	if (append_add(&sink->append, row, &sealed, &sink->next, err) == -1)
		return -1;
	if (!apply_sink_is_settled(row, &first, &sink->next))
		return apply_sink_violated(
		    sink, row->line, "a location has neither job nor refusal", err);
	return 0;
}

static int
apply_sink_put(void *closure, struct error *err)
{
	struct apply_sink *sink = closure;
	struct append *append = &sink->append;

	if (db_append(sink->loop.apply->db, append, err) == -1)
		return -1;
	append_clear(append, append->started_at, append->now);
	return 0;
}

/* Writes how far the run has come with this chunk. */
static int
apply_sink_checkpoint(void *closure, bool finished, struct error *err)
{
	struct apply_sink *sink = closure;
	const struct loop *loop = &sink->loop;
	const struct apply *apply = sink->loop.apply;
	struct run *run = loop->run;
	const char *violation;

	run->offset = loop->position.offset;
	run->line = loop->position.line;
	if (finished) {
		run->state = RUN_FINISHED;
		run->finished_at = apply->context->now();
	}
	violation = run_verify(run, (uint64_t)loop->manifest->source.identity.st_size);
	if (violation != NULL)
		return apply_sink_violated(sink, 0, violation, err);
	if (db_run_update(apply->db, run, err) == -1)
		return -1;
	return db_put_tally(apply->db, run->id, loop->tally, err);
}

static void
apply_sink_committed(void *closure)
{
	const struct loop *loop = &((const struct apply_sink *)closure)->loop;

	loop->apply->on_commit(loop->apply->closure, loop->run);
}

static int
apply_sink_between(void *closure, struct error *err)
{
	return db_yield(((const struct apply_sink *)closure)->loop.apply->db, err);
}

static int
apply_sink_exceeded(void *closure, struct error *err)
{
	const struct loop *loop = &((const struct apply_sink *)closure)->loop;

	return error_set_at(err, ERROR_LIMIT,
	    (struct error_place){.file = loop->manifest->source.name, .line = loop->exceeded_line},
	    "stopped by --max-errors: %llu row%s rejected or failed; the same command carries on "
	    "behind this row",
	    (unsigned long long)loop->errors, loop->errors == 1 ? "" : "s");
}

static int
apply_sink_interrupted(void *closure, struct error *err)
{
	const struct loop *loop = &((const struct apply_sink *)closure)->loop;

	return stop_asked(loop->apply->context->stop, err, loop->manifest->source.name,
	    "interrupted after %llu of %llu rows; the same command carries on",
	    (unsigned long long)loop->run->rows[0], (unsigned long long)loop->run->rows_total);
}

/* ---- before the first transaction ------------------------------------------------------- */

/* Opens the keys where a password needs them, with a data key of the run. */
static int
apply_sink_open_keyring(struct apply_sink *sink, struct error *err)
{
	struct apply *apply = sink->loop.apply;

	if (!survey_has_password(sink->loop.manifest->survey))
		return 0;
	if (apply->keyring == NULL)
		apply->keyring = keyring_open(apply->context, apply->db, err);
	return apply->keyring == NULL ? -1
				      : keyring_prepare(apply->keyring, sink->loop.run_id, err);
}

static int
apply_sink_prepare(struct apply_sink *sink, struct error *err)
{
	struct apply *apply = sink->loop.apply;
	struct loop *loop = &sink->loop;
	struct run *run = loop->run;

	if (loop_prepare(loop, err) == -1)
		return -1;
	loop->run_id = run->id;
	run->trust_manifest = run->trust_manifest || loop->manifest->trusted;
	if (run->id == 0) {
		if (db_next_ids(apply->db, &sink->next, err) == -1)
			return -1;
		/* The lock is ours: the insert will give the id that is next now. */
		loop->run_id = sink->next.run;
		run->mends = survey_mends(loop->manifest->survey);
		if (run->mends >= loop->run_id) /* a run of another database */
			run->mends = 0;
	}
	/* The threads that look up read while a chunk is written. */
	if (apply_sink_open_keyring(sink, err) == -1 || db_hold(apply->db, err) == -1)
		return -1;
	loop->decider = decider_new(apply->db, &loop->policy, err);
	return loop->decider == NULL ? -1 : 0;
}

int
apply_carry_on(struct apply *apply, const struct manifest *manifest, struct run *run,
    struct tally *tally, struct error *err)
{
	struct apply_sink sink = {
	    .loop = {.apply = apply,
		.manifest = manifest,
		.run = run,
		.tally = tally,
		.chunk = apply->settings->chunk,
		.sink = {.closure = &sink,
		    .begin = apply_sink_begin,
		    .add = apply_sink_add,
		    .put = apply_sink_put,
		    .checkpoint = apply_sink_checkpoint,
		    .committed = apply_sink_committed,
		    .between = apply_sink_between,
		    .exceeded = apply_sink_exceeded,
		    .interrupted = apply_sink_interrupted}},
	};
	int rc = apply_sink_prepare(&sink, err);

	if (rc == 0)
		rc = loop_run(&sink.loop, err);
	if (rc == 0 && pipeline_finish(sink.loop.pipeline, err) == -1) {
		/* The jobs are committed: the caller writes the results from the database. */
		results_discard(apply->results);
		apply->results = NULL;
	}
	loop_release(&sink.loop);
	append_release(&sink.append);
	return rc;
}
