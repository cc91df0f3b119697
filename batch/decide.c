#include "decide.h"

#include <stdlib.h>
#include <string.h>

/* Stores repeat from row to row: what is known of them is remembered, as many as fit. */
#define STORE_SLOTS 16384

struct decider {
	struct inventory *inventory;
	const struct policy *policy;
	const struct permissions *permissions;
	struct bitmap busy;
	bool any_succeeded;
	struct store_facts *stores;       /* STORE_SLOTS of them, by id modulo */
	int64_t *store_ids;               /* which id a slot holds; 0: none */
	struct location_facts *locations; /* of the current row */
	size_t capacity;
	struct buffer existing_texts;
	struct buffer new_texts;
};

struct decider *
decider_new(struct inventory *inventory, const struct policy *policy,
    const struct permissions *permissions, struct error *err)
{
	struct decider *decider = calloc(1, sizeof(*decider));

	if (decider == NULL) {
		error_memory(err);
		return NULL;
	}
	decider->inventory = inventory;
	decider->policy = policy;
	decider->permissions = permissions;
	decider->stores = calloc(STORE_SLOTS, sizeof(*decider->stores));
	decider->store_ids = calloc(STORE_SLOTS, sizeof(*decider->store_ids));
	if (decider->stores == NULL || decider->store_ids == NULL) {
		error_memory(err);
		goto fail;
	}
	if (inventory_busy_forget(inventory, err) == -1 ||
	    inventory_busy(inventory, &decider->busy, err) == -1 ||
	    inventory_any_succeeded(inventory, &decider->any_succeeded, err) == -1)
		goto fail;
	return decider;
fail:
	decider_free(decider);
	return NULL;
}

void
decider_free(struct decider *decider)
{
	if (decider == NULL)
		return;
	bitmap_release(&decider->busy);
	free(decider->stores);
	free(decider->store_ids);
	free(decider->locations);
	buffer_release(&decider->existing_texts);
	buffer_release(&decider->new_texts);
	free(decider);
}

/* The facts of a store, from its slot or the inventory. NULL and err on failure. */
static const struct store_facts *
find_store(struct decider *decider, int64_t id, struct error *err)
{
	size_t slot = (size_t)(id % STORE_SLOTS);
	struct store_facts *facts = &decider->stores[slot];

	if (decider->store_ids[slot] == id)
		return facts;
	decider->store_ids[slot] = 0;
	if (inventory_store(decider->inventory, id, facts, err) == -1)
		return NULL;
	facts->may_schedule = permissions_for(decider->permissions, facts->container) >=
			      PERMIT_SCHEDULE;
	decider->store_ids[slot] = id;
	return facts;
}

static int
find_jobs(struct decider *decider, const struct row_facts *facts, struct location_facts *location,
    struct error *err)
{
	bool busy = bitmap_has(&decider->busy, (uint64_t)location->id);

	if (busy &&
	    inventory_active_job(decider->inventory, location->id, &location->active, err) == -1)
		return -1;
	/* A job that was active at the start may have ended since. */
	if (!decider->any_succeeded && !busy)
		return 0;
	return inventory_succeeded_job(decider->inventory, location->id, facts->certificate.id,
	    location->store.inventoried_at, &location->succeeded, err);
}

static int
reserve(struct decider *decider, size_t count, struct error *err)
{
	struct location_facts *locations;

	if (count <= decider->capacity)
		return 0;
	locations = reallocarray(decider->locations, count, sizeof(*locations));
	if (locations == NULL)
		return error_memory(err);
	decider->locations = locations;
	decider->capacity = count;
	return 0;
}

/* The row's locations, less those in stores that were removed, with the facts of each. */
static int
find_locations(struct decider *decider, struct row_facts *facts, struct row *row, struct error *err)
{
	size_t kept = 0;

	if (inventory_locations(decider->inventory, facts->existing.id, row, err) == -1 ||
	    reserve(decider, row->location_count, err) == -1)
		return -1;
	for (size_t i = 0; i < row->location_count; i++) {
		struct location_facts *location = &decider->locations[kept];
		const struct store_facts *store = find_store(decider, row->locations[i].store, err);

		if (store == NULL)
			return -1;
		if (store->id == 0)
			continue;
		*location = (struct location_facts){
		    .id = row->locations[i].location, .store = *store};
		row->locations[kept++] = row->locations[i];
	}
	row->location_count = kept;
	facts->locations = decider->locations;
	facts->location_count = kept;
	return 0;
}

static int
find_facts(struct decider *decider, const struct request *request, struct row_facts *facts,
    struct error *err)
{
	int64_t id = request->certificate;

	if (request->request != 0) {
		if (inventory_enrollment(
			decider->inventory, request->request, &facts->enrollment, err) == -1)
			return -1;
		id = facts->enrollment.issued ? facts->enrollment.certificate : 0;
	}
	if (id != 0 && inventory_certificate(decider->inventory, id, &facts->certificate,
			   &decider->new_texts, err) == -1)
		return -1;
	if (request->existing != 0 && inventory_certificate(decider->inventory, request->existing,
					  &facts->existing, &decider->existing_texts, err) == -1)
		return -1;
	return 0;
}

/* What becomes of each location of a row that is not rejected. */
static int
place(struct decider *decider, const struct row_facts *facts, struct row *row, struct error *err)
{
	for (size_t i = 0; i < row->location_count; i++) {
		struct location_facts *location = &decider->locations[i];
		struct row_location *placed = &row->locations[i];

		if (find_jobs(decider, facts, location, err) == -1)
			return -1;
		switch (replace_location(decider->policy, facts, location, &row->messages)) {
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
	row_settle(row);
	return 0;
}

static void
copy_request(struct row *row, const struct request *request, const struct row_facts *facts)
{
	row->existing = request->existing;
	row->request = request->request;
	row->certificate = request->certificate;
	if (request->certificate == 0 && facts->enrollment.issued)
		row->certificate = facts->enrollment.certificate;
	if (request->job_time_text != NULL)
		snprintf(row->job_time, sizeof(row->job_time), "%s", request->job_time_text);
	row->due = facts->due;
}

int
decider_decide(
    struct decider *decider, const struct request *request, struct row *row, struct error *err)
{
	struct row_facts facts = {.request = request, .due = replace_due(decider->policy, request)};
	int rc = 0;

	if (find_facts(decider, request, &facts, err) == -1)
		return -1;
	copy_request(row, request, &facts);
	if (row->outcome == OUTCOME_SKIPPED)
		return 0;
	if (facts.existing.id != 0 && find_locations(decider, &facts, row, err) == -1)
		return -1;
	/* What is wrong with the fields is told first; the ids that are right are looked at too. */
	replace_check_row(decider->policy, &facts, &row->messages);
	replace_check_locations(decider->policy, &facts, &row->messages);
	if (messages_reject(&row->messages)) {
		row->outcome = OUTCOME_REJECTED;
		row->location_count = 0;
	} else {
		rc = place(decider, &facts, row, err);
	}
	if (row->messages.failed)
		return error_memory(err);
	return rc;
}

int
decider_container(struct decider *decider, int64_t store, int64_t *container, struct error *err)
{
	const struct store_facts *facts = find_store(decider, store, err);

	if (facts == NULL)
		return -1;
	*container = facts->container;
	return 0;
}

int
decider_takes_password(
    struct decider *decider, const struct row *row, bool *takes, struct error *err)
{
	*takes = false;
	for (size_t i = 0; i < row->location_count && !*takes; i++) {
		const struct store_facts *facts;

		if (row->locations[i].fate != ROW_JOB)
			continue;
		facts = find_store(decider, row->locations[i].store, err);
		if (facts == NULL)
			return -1;
		*takes = facts->entry_password != NEED_FORBIDDEN;
	}
	return 0;
}
