#ifndef BATCH_DECIDE_H
#define BATCH_DECIDE_H

#include "inventory_facts.h"
#include "permissions.h"
#include "replace.h"

/*
 * Brings a request together with the facts that the policy asks for: from a typed request and
 * the inventory to a row with its outcome. The same for `apply` and `check`; it writes nothing.
 */
struct decider;

/*
 * Loads what a run needs at once: the set of locations with an active job. The inventory, the
 * policy and the permissions must outlive the decider. NULL and err on failure.
 */
struct decider *decider_new(
    struct inventory *, const struct policy *, const struct permissions *, struct error *);
void decider_free(struct decider *);

/*
 * Decides a request into a row that row_clear() was called on and that holds the faults of
 * request_read() and of the survey: id, number, line and offset are set by the caller, all else
 * is filled. An outcome of OUTCOME_SKIPPED is kept as it is. -1 and err when the inventory
 * fails.
 */
int decider_decide(struct decider *, const struct request *, struct row *, struct error *);

/* The container of a store, from what the decider remembers; -1: none. */
int decider_container(struct decider *, int64_t store, int64_t *container, struct error *);

/* Whether any store that served the row takes an entry password. */
int decider_takes_password(struct decider *, const struct row *, bool *takes, struct error *);

#endif
