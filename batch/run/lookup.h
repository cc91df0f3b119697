#ifndef BATCH_RUN_LOOKUP_H
#define BATCH_RUN_LOOKUP_H

#include "run/batch.h"
#include "database/database.h"
#include "model/permissions.h"

/*
 * Brings the requests of a batch together with the facts that the inventory has of their
 * certificates, locations and stores, and settles what follows from these alone. The writer's
 * lock keeps them unchanged while a run goes on. Jobs may change meanwhile: the decider asks for
 * them later (decide.h).
 */
struct lookup;

/* All of them must outlive it. NULL when out of memory. */
struct lookup *lookup_new(struct database *, const struct policy *, const struct permissions *);
void lookup_free(struct lookup *);

/*
 * Reads in transactions of its own, so the database must be in none. Fills the facts of each row of
 * the batch, and its ids, due time, locations and messages; the row is rejected where these reject
 * it. A row that is OUTCOME_SKIPPED already stays so and gets its ids and due time only. -1 and err
 * when the inventory fails.
 */
int lookup_batch(struct lookup *, struct batch *, struct error *);

#endif
