#include "run/decide.h"

#include "database/facts.h"
#include "database/job.h"

#include <stdlib.h>

struct decider {
	struct database *db;
	const struct policy *policy;
	int64_t reactivated;     /* the counter, before the sets were loaded */
	struct bitmap busy;      /* locations that had an active job then */
	struct bitmap succeeded; /* locations that had a successful one */
};

/* A job that ends meanwhile is still in the set `busy`, and one that becomes active again raises
 * the counter: read first, so that none falls between it and the sets. */
static int
decider_load(struct decider *decider, struct error *err)
{
	struct database *db = decider->db;

	bitmap_release(&decider->busy);
	bitmap_release(&decider->succeeded);
	if (db_busy_forget(db, err) == -1 ||
	    db_counter(db, COUNTER_REACTIVATED, &decider->reactivated, err) == -1 ||
	    db_busy(db, &decider->busy, err) == -1)
		return -1;
	return db_succeeded(db, &decider->succeeded, err);
}

struct decider *
decider_new(struct database *db, const struct policy *policy, struct error *err)
{
	struct decider *decider = calloc(1, sizeof(*decider));

	if (decider == NULL) {
		error_memory(err);
		return NULL;
	}
	decider->db = db;
	decider->policy = policy;
	if (decider_load(decider, err) == -1) {
		decider_free(decider);
		return NULL;
	}
	return decider;
}

int
decider_refresh(struct decider *decider, struct error *err)
{
	int64_t reactivated;

	if (db_counter(decider->db, COUNTER_REACTIVATED, &reactivated, err) == -1)
		return -1;
	return reactivated == decider->reactivated ? 0 : decider_load(decider, err);
}

void
decider_free(struct decider *decider)
{
	if (decider == NULL)
		return;
	bitmap_release(&decider->busy);
	bitmap_release(&decider->succeeded);
	free(decider);
}

static int
decider_find_jobs(struct decider *decider, const struct row_facts *facts,
    struct location_facts *location, struct error *err)
{
	bool busy = bitmap_has(&decider->busy, (uint64_t)location->id);

	if (busy && db_active_job(decider->db, location->id, &location->active, err) == -1)
		return -1;
	/* A job that was active when the sets were loaded may have ended since. */
	if (!busy && !bitmap_has(&decider->succeeded, (uint64_t)location->id))
		return 0;
	return db_succeeded_job(decider->db,
	    &(struct job_question){
		location->id, facts->certificate.id, location->store.inventoried_at},
	    &location->succeeded, err);
}

static void
decider_place(
    struct row_location *placed, enum action action, const struct location_facts *location)
{
	switch (action) {
	case ACTION_REFUSE:
		placed->fate = ROW_REFUSED;
		break;
	case ACTION_KEEP:
		placed->fate = ROW_KEPT;
		break;
	case ACTION_SUPERSEDE:
		placed->supersedes = location->active.id;
		placed->fate = ROW_JOB;
		break;
	case ACTION_CREATE:
		placed->fate = ROW_JOB;
		break;
	}
}

int
decider_decide(struct decider *decider, struct batch_row *batch_row, struct error *err)
{
	const struct row_facts *facts = &batch_row->facts;
	struct row *row = &batch_row->row;

	if (row->outcome == OUTCOME_SKIPPED || row->outcome == OUTCOME_REJECTED)
		return 0;
	for (size_t i = 0; i < facts->location_count; i++) {
		struct location_facts *location = &batch_row->locations[i];

		if (decider_find_jobs(decider, facts, location, err) == -1)
			return -1;
		decider_place(&row->locations[i],
		    replace_location(decider->policy, facts, location, &row->messages), location);
	}
	row_settle(row);
	return row->messages.failed ? error_memory(err) : 0;
}

bool
decider_takes_password(const struct batch_row *batch_row)
{
	const struct row *row = &batch_row->row;

	for (size_t i = 0; i < row->location_count; i++)
		if (row->locations[i].fate == ROW_JOB &&
		    batch_row->locations[i].store.entry_password != NEED_FORBIDDEN)
			return true;
	return false;
}
