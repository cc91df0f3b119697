#include "import/settle.h"

#include "database/settle.h"
#include "policy/life.h"
#include "stop.h"

#include <stdlib.h>

/* A page of jobs that is being decided. */
struct settling {
	struct settle_counts *counts;
	int64_t now;
	struct settle_change changes[SETTLE_PAGE];
	size_t count;
};

static void
settle_count(struct settle_counts *counts, const struct settle_job *found, enum life_action action)
{
	if (action == LIFE_SETTLE) {
		counts->completed++;
		counts->leftover += found->is_leftover;
	} else {
		counts->proven++;
	}
}

static void
settle_decide(struct settling *settling, const struct settle_job *found)
{
	const struct life_given given = {.now = settling->now,
	    .inventoried_at = found->inventoried_at,
	    .is_leftover = found->is_leftover};
	const struct job_record *job = &found->job;
	struct life_cell cell = life_cell(
	    life_state_of(&job->is, settling->now), LIFE_EVENT_INVENTORY);
	struct job_state after = life_after(job, cell.action, &given);

	if (cell.action == LIFE_REFUSE || cell.action == LIFE_NOTHING ||
	    life_is_idle(job, &after, cell.action))
		return;
	settling->changes[settling->count++] = (struct settle_change){found, after};
	settle_count(settling->counts, found, cell.action);
}

static int
settle_page(struct settlement *settlement, struct settling *settling, const struct context *context,
    struct error *err)
{
	const struct job_event event = {.word = life_event_word(LIFE_EVENT_INVENTORY),
	    .at = settling->now,
	    .operator_name = context->operator_name};
	const struct settle_job *jobs = NULL;
	size_t count = 0;
	int rc = stop_asked(context->stop, err, NULL, "interrupted: nothing was loaded");

	if (rc == 0)
		rc = settlement_next(settlement, &jobs, &count, err);
	if (rc != 1)
		return rc;
	settling->count = 0;
	for (size_t i = 0; i < count; i++)
		settle_decide(settling, &jobs[i]);
	return settlement_write(settlement, settling->changes, settling->count, &event, err) == -1
		   ? -1
		   : 1;
}

int
settle_jobs(struct inventory *inventory, const struct context *context, int64_t now,
    struct settle_counts *counts, struct error *err)
{
	struct settlement *settlement = settlement_open(inventory, err);
	struct settling *settling = calloc(1, sizeof(*settling));
	int rc = -1;

	if (settlement != NULL && settling == NULL) {
		error_memory(err);
	} else if (settlement != NULL) {
		settling->counts = counts;
		settling->now = now;
		do
			rc = settle_page(settlement, settling, context, err);
		while (rc == 1);
	}
	free(settling);
	settlement_close(settlement);
	return rc;
}
