#include "model/run.h"

#include <stdlib.h>

void
run_release(struct run *run)
{
	free(run->path);
	free(run->manifest);
	free(run->operator_name);
	free(run->reference);
	free(run->settings);
	*run = (struct run){0};
}

bool
run_is_purged(const struct run *run)
{
	return run->state == RUN_PURGING || run->state == RUN_PURGED;
}

static void
run_count_later(struct run *run, const struct row *row, uint64_t jobs)
{
	if (jobs == 0 || row->due <= run->started_at)
		return;
	run->jobs_later += jobs;
	if (run->first_due == 0 || row->due < run->first_due)
		run->first_due = row->due;
	if (row->due > run->last_due)
		run->last_due = row->due;
}

void
run_count(struct run *run, const struct row *row)
{
	uint64_t jobs = row_count(row, ROW_JOB);

	run->rows[0]++;
	run->rows[row->outcome]++;
	run->jobs_created += jobs;
	run_count_later(run, row, jobs);
	run->jobs_refused += row_count(row, ROW_REFUSED);
	for (size_t i = 0; i < row->location_count; i++)
		run->jobs_superseded += row->locations[i].supersedes != 0;
}

const char *
run_verify(const struct run *run, uint64_t size)
{
	uint64_t sum = 0;

	for (int i = 1; i < OUTCOME_COUNT; i++)
		sum += run->rows[i];
	if (sum != run->rows[0])
		return "the outcomes do not add up to the rows read";
	if (run->rows[0] > run->rows_total)
		return "more rows were read than the manifest has";
	if (run->state == RUN_FINISHED && run->rows[0] != run->rows_total)
		return "fewer rows were read than the manifest has";
	if (run->offset > size)
		return "the checkpoint is behind the end of the manifest";
	return NULL;
}

const char *
run_describe(const struct run *run, char text[RUN_TEXT_SIZE])
{
	size_t length = (size_t)snprintf(text, RUN_TEXT_SIZE, "%llu row%s read",
	    (unsigned long long)run->rows[0], run->rows[0] == 1 ? "" : "s");

	for (int i = 1; i < OUTCOME_COUNT; i++)
		if (i == OUTCOME_SUCCEEDED || run->rows[i] > 0)
			length += (size_t)snprintf(text + length, RUN_TEXT_SIZE - length,
			    "%s %llu %s", i == OUTCOME_SUCCEEDED ? ":" : ",",
			    (unsigned long long)run->rows[i], outcome_word((enum outcome)i));
	return text;
}

uint64_t
run_to_mend(const struct run *run)
{
	return run->rows[OUTCOME_PARTIAL] + run->rows[OUTCOME_FAILED] + run->rows[OUTCOME_REJECTED];
}

int
run_status(const struct run *run)
{
	return run_to_mend(run) == 0 ? 0 : 1;
}

void
tally_row(struct tally *tally, const struct row *row)
{
	for (size_t i = 0; i < row->messages.count; i++) {
		const struct message *m = &row->messages.items[i];

		if (message_is_fault(m))
			tally->codes[m->code]++;
		else
			tally->warnings[m->code]++;
	}
	for (uint64_t left = row->messages.unchecked; left != 0; left &= left - 1)
		tally->unchecked[__builtin_ctzll(left)]++;
}

void
tally_add(struct tally *tally, const struct tally *more)
{
	for (int i = 0; i < CODE_COUNT; i++) {
		tally->codes[i] += more->codes[i];
		tally->warnings[i] += more->warnings[i];
		tally->unchecked[i] += more->unchecked[i];
	}
	for (int i = 0; i < REPAIR_COUNT; i++) {
		uint64_t *lines = tally->repairs.lines[i];
		int kept = 0;

		while (kept < REPAIR_LINES && lines[kept] != 0)
			kept++;
		for (int j = 0; kept < REPAIR_LINES && j < REPAIR_LINES; j++)
			lines[kept++] = more->repairs.lines[i][j];
		tally->repairs.count[i] += more->repairs.count[i];
	}
}
