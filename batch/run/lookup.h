#ifndef BATCH_LOOKUP_H
#define BATCH_LOOKUP_H

#include "run/batch.h"
#include "database/database.h"
#include "model/permissions.h"

/*
 * Brings the requests of a batch together with the facts that the inventory has of their
 * certificates, locations and stores, and settles what follows from these alone. The writer's
 * lock keeps all of it as it is while a run goes on; what may change meanwhile, the jobs, is
 * asked for later (decide.h).
 */
struct lookup;

/* All of them must outlive it. NULL when out of memory. */
struct lookup *lookup_new(struct database *, const struct policy *, const struct permissions *);
void lookup_free(struct lookup *);

/*
 * In reads of its own, so the inventory must be in no transaction. Fills the facts of each item,
 * and of its row the ids, the due time, the locations and the messages; the row is rejected where
 * these reject it. A row that is OUTCOME_SKIPPED already stays so and gets its ids and due time
 * only. -1 and err when the inventory fails.
 */
int lookup_batch(struct lookup *, struct batch *, struct error *);

#endif
