#ifndef BATCH_INVENTORY_FACTS_H
#define BATCH_INVENTORY_FACTS_H

#include "model/permissions.h"
#include "model/bitmap.h"
#include "buffer.h"
#include "model/facts.h"
#include "database/database.h"
#include "model/row.h"

/* What the policy asks of the inventory beside inventory_lookup.h. All return 0, or -1 and err. */

int inventory_enrollment(struct inventory *, int64_t id, struct request_facts *, struct error *);

/*
 * Jobs that are planned and not made: `check` of several manifests, where the next one meets
 * what the one before would have done. They count as active from the next inventory_busy() on,
 * and stand in a temporary table only.
 */
int inventory_plan(struct inventory *, int64_t location, const struct job_facts *, struct error *);

/* The set of locations that have an active or a planned job. */
int inventory_busy(struct inventory *, struct bitmap *, struct error *);
/* The active job of a location; its id is 0 when there is none (any more). The answer comes from
 * a temporary table, made at the first call: inventory_busy_forget() when jobs were added. */
int inventory_active_job(struct inventory *, int64_t location, struct job_facts *, struct error *);
int inventory_busy_forget(struct inventory *, struct error *);

/* The set of locations at which some job ended with Success or Warning. */
int inventory_succeeded(struct inventory *, struct bitmap *, struct error *);
/* A job that put the certificate into the location, completed not before `since`. */
int inventory_succeeded_job(struct inventory *, int64_t location, int64_t certificate,
    int64_t since, struct job_facts *, struct error *);

/* Of the row's messages about locations, their stores and aliases; sorts the messages. */
int inventory_row_names(struct inventory *, struct row *, struct error *);

/* Container's name into `name` (cleared first; empty when it has none). */
int inventory_container(struct inventory *, int64_t id, struct buffer *name, struct error *);

/* What the operator may. To be released in any case. */
int inventory_permissions(
    struct inventory *, const char *operator_name, struct permissions *, struct error *);

#endif
