#ifndef BATCH_RUN_DECIDE_H
#define BATCH_RUN_DECIDE_H

#include "run/batch.h"
#include "database/database.h"

/*
 * The last step of a row whose facts were looked up: the decider asks for the jobs of its
 * locations, and each location gets a job, is refused, or is served by an earlier job. It writes
 * nothing.
 *
 * Jobs may change while a run goes on, up to the transaction of a chunk, never in it. `apply`
 * decides there, and everything that it decides by a job is read there:
 *  - the active job of a location, its status and certificate: one that was claimed meanwhile is
 *    refused and not superseded, one that has ended is none;
 *  - a successful job: only an active one becomes successful;
 *  - an ended job that was made active: decider_refresh(), once a chunk.
 * What the threads that look up have read is of the inventory alone (lookup.h).
 */
struct decider;

/* Loads the sets of locations that have an active job or a successful one. The database and the
 * policy must outlive the decider. NULL and err on failure. */
struct decider *decider_new(struct database *, const struct policy *, struct error *);
void decider_free(struct decider *);

/* Loads the sets again where an ended job was made active since: at the start of a transaction that
 * holds the writer's lock, for what is decided in it. -1 and err when the inventory fails. */
int decider_refresh(struct decider *, struct error *);

/* Decides a row that lookup_batch() has filled. -1 and err when the inventory fails. */
int decider_decide(struct decider *, struct batch_row *, struct error *);

/* Whether any store that gets a job of the row takes an entry password. */
bool decider_takes_password(const struct batch_row *);

#endif
