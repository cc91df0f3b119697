#include "check.h"

#include "inventory_rows.h"

#include <stdlib.h>
#include <string.h>

void
check_release(struct check *check)
{
	free(check->containers);
	results_discard(check->results);
	rejects_discard(check->rejects);
	*check = (struct check){0};
}

/* ---- what was committed before ---------------------------------------------------------- */

static int
put_past(struct check *check, struct reader *reader, const struct row *row, struct error *err)
{
	bool faulty = row->outcome == OUTCOME_REJECTED || row->outcome == OUTCOME_FAILED;

	if (check->results != NULL && results_put(check->results, row, err) == -1)
		return -1;
	if (check->rejects == NULL || !faulty)
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
		rows = rows_open(check->apply->inventory, run->id, false, err);
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
count_jobs(struct check *check, struct decider *decider, const struct row *row, struct error *err)
{
	for (size_t i = 0; i < row->location_count; i++) {
		const struct row_location *location = &row->locations[i];
		struct job_facts job = {.id = check->next->job,
		    .run = check->next->run,
		    .status = JOB_WAITING,
		    .certificate = row->certificate};
		int64_t container;

		if (location->fate != ROW_JOB)
			continue;
		check->next->job++;
		if (decider_container(decider, location->store, &container, err) == -1 ||
		    count_job(check, container, err) == -1)
			return -1;
		if (check->plan &&
		    inventory_plan(check->apply->inventory, location->location, &job, err) == -1)
			return -1;
	}
	return 0;
}

static int
show_row(struct check *check, struct intake *intake, struct row *row, struct error *err)
{
	bool faulty = row->outcome == OUTCOME_REJECTED || row->outcome == OUTCOME_FAILED;

	if (check->apply->on_row != NULL)
		check->apply->on_row(check->apply->closure, row);
	if (check->results == NULL && (check->rejects == NULL || !faulty))
		return 0;
	if (inventory_row_names(check->apply->inventory, row, err) == -1)
		return -1;
	if (check->results != NULL && results_put(check->results, row, err) == -1)
		return -1;
	if (check->rejects == NULL || !faulty)
		return 0;
	return rejects_put(check->rejects, intake_reader(intake), intake_record(intake), row, err);
}

/* One read transaction. 1 when there may be more rows, 0 at the end, -1. */
static int
chunk(struct check *check, struct decider *decider, struct intake *intake, struct run *run,
    struct tally *tally, uint64_t *errors, struct error *err)
{
	const struct apply_options *options = check->apply->options;
	struct inventory *inventory = check->apply->inventory;
	const struct request *request;
	struct row *row;
	int rc = 1;

	if (inventory_begin(inventory, err) == -1)
		return -1;
	for (int64_t i = 0; rc == 1 && i < options->chunk; i++) {
		rc = intake_next(intake, &row, &request, err);
		if (rc != 1)
			break;
		run_count(run, row);
		tally_row(tally, row);
		if (count_jobs(check, decider, row, err) == -1 ||
		    show_row(check, intake, row, err) == -1)
			rc = -1;
		else if (apply_errors_exceeded(options, run->rows_total, errors, row))
			rc = error_set(err, ERROR_LIMIT, check->manifest->source.name, row->line,
			    NULL, "apply would be stopped here by --max-errors %s",
			    options->max_errors_text);
	}
	/* Committed are temporary tables: the database is open for reading only. */
	if (rc != -1 && inventory_commit(inventory, err) == -1)
		rc = -1;
	inventory_rollback(inventory);
	if (rc != -1 && source_changed(&check->manifest->source, err) == -1)
		rc = -1;
	return rc;
}

static int
show_rest(struct check *check, struct decider *decider, struct run *run, struct tally *tally,
    struct error *err)
{
	const struct apply *apply = check->apply;
	const volatile sig_atomic_t *stop = apply->context->stop;
	struct position from = {run->offset, run->line, run->rows[0]};
	struct intake *intake = intake_open(
	    check->manifest, decider, 0, run->rows[0] == 0 ? NULL : &from, err);
	struct tally more = {0};
	uint64_t errors = 0;
	int rc;

	if (intake == NULL)
		return -1;
	while ((rc = chunk(check, decider, intake, run, tally, &errors, err)) == 1) {
		if (apply->on_commit != NULL)
			apply->on_commit(apply->closure, run);
		if (*stop != 0) {
			rc = error_set(err, (enum error_code)(ERROR_SIGNAL + *stop),
			    check->manifest->source.name, 0, NULL, "interrupted");
			break;
		}
	}
	intake_repairs(intake, &more.repairs);
	tally_add(tally, &more);
	intake_close(intake);
	return rc;
}

int
check_carry_on(struct check *check, enum apply_start start, struct run *run, struct tally *tally,
    struct error *err)
{
	const struct apply *apply = check->apply;
	struct policy policy = apply->options->policy;
	struct decider *decider;
	int rc;

	*tally = (struct tally){0};
	if (start == APPLY_NEW) {
		run->started_at = apply->context->now();
		run->rows_total = survey_rows(check->manifest->survey);
	} else if (inventory_get_tally(apply->inventory, run->id, tally, err) == -1 ||
		   show_past(check, run, err) == -1) {
		return -1;
	}
	if (start == APPLY_REPEAT)
		return 0;
	policy.started_at = run->started_at;
	if (inventory_begin(apply->inventory, err) == -1)
		return -1;
	decider = decider_new(apply->inventory, &policy, apply->permissions, err);
	rc = decider == NULL ? -1 : inventory_commit(apply->inventory, err);
	if (rc == 0)
		rc = show_rest(check, decider, run, tally, err);
	decider_free(decider);
	if (start == APPLY_NEW)
		check->next->run++;
	return rc;
}
