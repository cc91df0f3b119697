#include "run/lookup.h"

#include "database/facts.h"
#include "memory.h"

#include <stdlib.h>
#include <string.h>

/* Stores repeat from row to row: the facts of as many as fit are remembered. */
#define STORE_SLOTS 65536

/* The slots of the certificates of a row of the batch. */
#define EXISTING(row) (2 * (row))
#define NEW(row) (2 * (row) + 1)

struct lookup {
	struct database *db;
	const struct policy *policy;
	const struct permissions *permissions;
	struct store_facts *stores; /* STORE_SLOTS of them, by id modulo */
	int64_t *store_ids;         /* which id a slot holds; 0: none */
	/* Of the current batch. */
	struct batch *batch;
	struct rowset_key keys[2 * BATCH_ROWS];
	size_t key_count;
	struct request_facts enrollments[BATCH_ROWS];
	struct certificate_facts certificates[2 * BATCH_ROWS];
	size_t first[BATCH_ROWS + 1]; /* of each row's locations */
};

struct lookup *
lookup_new(struct database *db, const struct policy *policy, const struct permissions *permissions)
{
	struct lookup *lookup = calloc(1, sizeof(*lookup));

	if (lookup == NULL)
		return NULL;
	lookup->db = db;
	lookup->policy = policy;
	lookup->permissions = permissions;
	lookup->stores = calloc(STORE_SLOTS, sizeof(*lookup->stores));
	lookup->store_ids = calloc(STORE_SLOTS, sizeof(*lookup->store_ids));
	if (lookup->stores == NULL || lookup->store_ids == NULL) {
		lookup_free(lookup);
		return NULL;
	}
	return lookup;
}

void
lookup_free(struct lookup *lookup)
{
	if (lookup == NULL)
		return;
	free(lookup->stores);
	free(lookup->store_ids);
	free(lookup);
}

/* ---- keys ------------------------------------------------------------------------------- */

static void
add_key(struct lookup *lookup, int64_t id, size_t slot)
{
	if (id != 0)
		lookup->keys[lookup->key_count++] = (struct rowset_key){id, (int64_t)slot};
}

static int
compare_keys(const void *left, const void *right)
{
	const struct rowset_key *a = left, *b = right;

	return a->id != b->id ? (a->id > b->id) - (a->id < b->id)
			      : (a->slot > b->slot) - (a->slot < b->slot);
}

/* Neighbours are on one page: ids in order find it in the cache. */
static void
sort_keys(struct lookup *lookup)
{
	for (size_t i = 1; i < lookup->key_count; i++)
		if (lookup->keys[i].id < lookup->keys[i - 1].id) {
			qsort(
			    lookup->keys, lookup->key_count, sizeof(lookup->keys[0]), compare_keys);
			return;
		}
}

/* The keys that were added, in order. */
static struct db_keys
sorted_keys(struct lookup *lookup)
{
	sort_keys(lookup);
	return (struct db_keys){lookup->keys, lookup->key_count};
}

/* ---- the ids of the rows ---------------------------------------------------------------- */

static int
find_enrollments(struct lookup *lookup, struct batch *batch, struct error *err)
{
	lookup->key_count = 0;
	for (size_t i = 0; i < batch->count; i++) {
		lookup->enrollments[i] = (struct request_facts){0};
		add_key(lookup, batch->rows[i].request.request, i);
	}
	if (db_enrollments(lookup->db, sorted_keys(lookup), lookup->enrollments, err) == -1)
		return -1;
	for (size_t i = 0; i < batch->count; i++)
		batch->rows[i].facts.enrollment = lookup->enrollments[i];
	return 0;
}

/* The new certificate as it is known: the request's, where a RequestId is given. */
static int64_t
new_certificate(const struct batch_row *batch_row)
{
	if (batch_row->request.request == 0)
		return batch_row->request.certificate;
	return batch_row->facts.enrollment.issued ? batch_row->facts.enrollment.certificate : 0;
}

/* Ids that no certificate has any more. */
static int
find_renumbered(struct lookup *lookup, const struct batch *batch, struct error *err)
{
	const struct certificate_facts *facts = lookup->certificates;

	lookup->key_count = 0;
	for (size_t i = 0; i < batch->count; i++) {
		if (facts[EXISTING(i)].id == 0)
			add_key(lookup, batch->rows[i].request.existing, EXISTING(i));
		if (facts[NEW(i)].id == 0)
			add_key(lookup, new_certificate(&batch->rows[i]), NEW(i));
	}
	if (lookup->key_count == 0)
		return 0;
	return db_renumbered_ids(lookup->db, sorted_keys(lookup), lookup->certificates, err);
}

static int
find_certificates(struct lookup *lookup, struct batch *batch, struct error *err)
{
	lookup->key_count = 0;
	for (size_t i = 0; i < batch->count; i++) {
		lookup->certificates[EXISTING(i)] = (struct certificate_facts){0};
		lookup->certificates[NEW(i)] = (struct certificate_facts){0};
	}
	for (size_t i = 0; i < batch->count; i++)
		add_key(lookup, batch->rows[i].request.existing, EXISTING(i));
	for (size_t i = 0; i < batch->count; i++)
		add_key(lookup, new_certificate(&batch->rows[i]), NEW(i));
	if (db_certificates(lookup->db, sorted_keys(lookup), lookup->certificates,
		&lookup->batch->texts, err) == -1 ||
	    find_renumbered(lookup, batch, err) == -1)
		return -1;
	for (size_t i = 0; i < batch->count; i++) {
		batch->rows[i].facts.existing = lookup->certificates[EXISTING(i)];
		batch->rows[i].facts.certificate = lookup->certificates[NEW(i)];
	}
	return 0;
}

/* ---- stores ----------------------------------------------------------------------------- */

static void
take_store(void *closure, size_t slot, const struct store_facts *facts)
{
	struct lookup *lookup = closure;
	struct store_facts *store = &lookup->stores[slot];

	if (lookup->store_ids[slot] != facts->id)
		return; /* another store has taken its slot since */
	*store = *facts;
	store->may_schedule = permissions_for(lookup->permissions, facts->container) >=
			      PERMIT_SCHEDULE;
}

/* The store takes its slot; where its facts are not known, its id becomes a key. */
static struct store_facts *
want_store(struct lookup *lookup, int64_t id)
{
	size_t slot = (size_t)((uint64_t)id % STORE_SLOTS);

	if (lookup->store_ids[slot] != id) {
		lookup->store_ids[slot] = id;
		lookup->stores[slot] = (struct store_facts){0};
		add_key(lookup, id, slot);
	}
	return &lookup->stores[slot];
}

static int
find_stores(struct lookup *lookup, const struct batch *batch, struct error *err)
{
	lookup->key_count = 0;
	for (size_t i = 0; i < batch->count; i++) {
		const struct row *row = &batch->rows[i].row;

		for (size_t at = 0; at < row->location_count; at++) {
			want_store(lookup, row->locations[at].store);
			if (lookup->key_count < sizeof(lookup->keys) / sizeof(lookup->keys[0]))
				continue;
			if (db_stores(lookup->db, sorted_keys(lookup), take_store, lookup, err) ==
			    -1)
				return -1;
			lookup->key_count = 0;
		}
	}
	return db_stores(lookup->db, sorted_keys(lookup), take_store, lookup, err);
}

/* The facts of a store; looked up again where another one took its slot after find_stores(). NULL
 * and err on failure. */
static const struct store_facts *
find_store(struct lookup *lookup, int64_t id, struct error *err)
{
	struct store_facts *facts;

	lookup->key_count = 0;
	facts = want_store(lookup, id);
	return db_stores(lookup->db, sorted_keys(lookup), take_store, lookup, err) == -1 ? NULL
											 : facts;
}

/* ---- locations -------------------------------------------------------------------------- */

static int
take_location(void *closure, size_t slot, int64_t location, int64_t store)
{
	struct batch *batch = closure;
	struct row *row = &batch->rows[slot].row;

	return row_add_location(row, location, store) == NULL ? -1 : 0;
}

/* Grouped by store, and always in the same order, which no query promises. */
static void
sort_locations(struct row *row)
{
	for (size_t i = 1; i < row->location_count; i++) {
		struct row_location moved = row->locations[i];
		size_t to = i;

		while (to > 0 && (row->locations[to - 1].store > moved.store ||
				     (row->locations[to - 1].store == moved.store &&
					 row->locations[to - 1].location > moved.location))) {
			row->locations[to] = row->locations[to - 1];
			to--;
		}
		if (to != i)
			row->locations[to] = moved;
	}
}

static struct location_facts *
batch_add_facts(struct batch *batch)
{
	struct location_facts *facts = memory_grow(
	    batch->locations, batch->location_count, &batch->location_capacity, sizeof(*facts));

	if (facts == NULL)
		return NULL;
	batch->locations = facts;
	return &facts[batch->location_count++];
}

/* Adds the facts of a row's locations, and drops the locations in stores that were removed. */
static int
add_row_facts(struct lookup *lookup, struct batch *batch, struct row *row, struct error *err)
{
	size_t kept = 0;

	sort_locations(row);
	for (size_t i = 0; i < row->location_count; i++) {
		struct row_location *location = &row->locations[kept];
		const struct store_facts *store = find_store(lookup, row->locations[i].store, err);
		struct location_facts *facts;

		if (store == NULL)
			return -1;
		if (store->id == 0)
			continue;
		*location = row->locations[i];
		memcpy(location->guid, store->guid, sizeof(location->guid));
		facts = batch_add_facts(batch);
		if (facts == NULL)
			return error_memory(err);
		*facts = (struct location_facts){.id = location->location, .store = *store};
		kept++;
	}
	row->location_count = kept;
	return 0;
}

static int
find_locations(struct lookup *lookup, struct batch *batch, struct error *err)
{
	lookup->key_count = 0;
	for (size_t i = 0; i < batch->count; i++)
		if (batch->rows[i].row.outcome != OUTCOME_SKIPPED)
			add_key(lookup, batch->rows[i].facts.existing.id, i);
	if (db_locations(lookup->db, sorted_keys(lookup), take_location, lookup->batch, err) ==
		-1 ||
	    find_stores(lookup, batch, err) == -1)
		return -1;
	for (size_t i = 0; i < batch->count; i++) {
		lookup->first[i] = batch->location_count;
		if (add_row_facts(lookup, batch, &batch->rows[i].row, err) == -1)
			return -1;
	}
	/* Only now: growing moved the array. */
	lookup->first[batch->count] = batch->location_count;
	for (size_t i = 0; i < batch->count; i++) {
		batch->rows[i].locations = batch->locations + lookup->first[i];
		batch->rows[i].facts.locations = batch->rows[i].locations;
		batch->rows[i].facts.location_count = lookup->first[i + 1] - lookup->first[i];
	}
	return 0;
}

/* ---- what follows ----------------------------------------------------------------------- */

static void
lookup_settle(const struct policy *policy, struct batch_row *batch_row)
{
	const struct request *request = &batch_row->request;
	struct row_facts *facts = &batch_row->facts;
	struct row *row = &batch_row->row;

	facts->request = request;
	facts->due = replace_due(policy, request);
	row->existing = request->existing;
	row->request = request->request;
	row->certificate = request->certificate;
	if (request->certificate == 0 && facts->enrollment.issued)
		row->certificate = facts->enrollment.certificate;
	row->due = facts->due;
	if (row->outcome == OUTCOME_SKIPPED)
		return;
	/* The faults of the fields come first; those of the ids that are valid are added. */
	replace_check_row(policy, facts, &row->messages);
	replace_check_locations(policy, facts, &row->messages);
	if (messages_reject(&row->messages)) {
		row->outcome = OUTCOME_REJECTED;
		row->location_count = 0;
	}
}

int
lookup_batch(struct lookup *lookup, struct batch *batch, struct error *err)
{
	lookup->batch = batch;
	if (find_enrollments(lookup, batch, err) == -1 ||
	    find_certificates(lookup, batch, err) == -1 || find_locations(lookup, batch, err) == -1)
		return -1;
	for (size_t i = 0; i < batch->count; i++) {
		lookup_settle(lookup->policy, &batch->rows[i]);
		if (batch->rows[i].row.messages.failed)
			return error_memory(err);
	}
	return 0;
}
