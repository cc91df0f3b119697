#include "run/check_sink.h"

#include "database/facts.h"
#include "memory.h"
#include "run/loop.h"
#include "stop.h"

#include <stdlib.h>
#include <string.h>

void
check_release(struct check *check)
{
	run_release(&check->run);
	free(check->containers);
	*check = (struct check){0};
}

static int
check_count_job(struct check *check, int64_t container, struct error *err)
{
	struct container_jobs *found = check->containers;
	size_t i = 0, count = check->container_count;

	while (i < count && found[i].container < container)
		i++;
	if (i == count || found[i].container != container) {
		found = memory_grow(found, count, &check->container_capacity, sizeof(*found));
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
check_tell(const struct check *check, const struct row *row, const struct row_location *location,
    int64_t container, struct error *err)
{
	const struct check_place place = {row, location, container};

	return location->fate == ROW_KEPT ? 0 : check->watch(check->closure, &place, err);
}

static int
check_add(
    void *closure, const struct batch *batch, const struct batch_row *batch_row, struct error *err)
{
	struct check *check = closure;
	const struct row *row = &batch_row->row;

	(void)batch;
	for (size_t i = 0; i < row->location_count; i++) {
		const struct row_location *location = &row->locations[i];
		struct job_facts job = {.id = check->next->job,
		    .run = check->next->run,
		    .status = JOB_WAITING,
		    .certificate = row->certificate};

		if (check->watch != NULL && check_tell(check, row, location,
						batch_row->locations[i].store.container, err) == -1)
			return -1;
		if (location->fate != ROW_JOB)
			continue;
		check->next->job++;
		if (check_count_job(check, batch_row->locations[i].store.container, err) == -1)
			return -1;
		if (check->plan && db_plan(check->apply->db, location->location, &job, err) == -1)
			return -1;
	}
	return 0;
}

static int
check_between(void *closure, struct error *err)
{
	const struct check *check = closure;

	(void)err;
	check->apply->on_commit(check->apply->closure, check->loop.run);
	return 0;
}

static int
check_exceeded(void *closure, struct error *err)
{
	const struct check *check = closure;

	return error_set_at(err, ERROR_LIMIT,
	    (struct error_place){
		.file = check->manifest->source.name, .line = check->loop.exceeded_line},
	    "apply would be stopped here by --max-errors %s",
	    check->apply->settings->max_errors_text);
}

static int
check_interrupted(void *closure, struct error *err)
{
	const struct check *check = closure;

	(void)check_between(closure, err);
	return stop_asked(
	    check->apply->context->stop, err, check->manifest->source.name, "interrupted");
}

/* In one transaction, so that the decider has the jobs of one moment. */
static int
check_prepare(struct check *check, struct error *err)
{
	struct database *db = check->apply->db;
	struct loop *loop = &check->loop;

	if (db_begin(db, err) == -1)
		return -1;
	loop->decider = decider_new(db, &loop->policy, err);
	return loop->decider == NULL ? -1 : db_commit(db, err);
}

/* Adds the rows of a finished run, or of an interrupted one up to its checkpoint. */
static int
check_put_past(const struct check *check, struct error *err)
{
	const struct apply *apply = check->apply;
	const struct run *run = &check->run;

	if (apply->results != NULL && results_put_run(apply->results, apply->db, run, err) == -1)
		return -1;
	if (apply->rejects == NULL)
		return 0;
	return rejects_put_run(apply->rejects, apply->db, run->id, err);
}

int
check_carry_on(struct check *check, struct error *err)
{
	struct apply *apply = check->apply;
	struct run *run = &check->run;
	int rc;

	if (check->start == APPLY_REPEAT) {
		if (db_get_tally(apply->db, run->id, &check->tally, err) == -1)
			return -1;
		return check_put_past(check, err);
	}
	check->loop = (struct loop){
	    .apply = apply,
	    .manifest = check->manifest,
	    .run = run,
	    .tally = &check->tally,
	    .chunk = BATCH_ROWS,
	    .sink = {.closure = check,
		.add = check_add,
		.between = check_between,
		.exceeded = check_exceeded,
		.interrupted = check_interrupted},
	};
	rc = loop_prepare(&check->loop, err);
	if (rc == 0 && check->start == APPLY_RESUME)
		rc = check_put_past(check, err);
	if (rc == 0)
		rc = check_prepare(check, err);
	if (rc == 0)
		rc = loop_run(&check->loop, err);
	if (rc == 0)
		rc = pipeline_finish(check->loop.pipeline, err);
	loop_release(&check->loop);
	if (check->start == APPLY_NEW)
		check->next->run++;
	return rc;
}
