#ifndef BATCH_DATABASE_FACTS_H
#define BATCH_DATABASE_FACTS_H

#include "model/permissions.h"
#include "model/bitmap.h"
#include "buffer.h"
#include "model/facts.h"
#include "database/database.h"
#include "model/row.h"

/* What the policy asks of the inventory beside database/lookup.h. All return 0, or -1 and err. */

int db_enrollment(struct database *, int64_t id, struct request_facts *, struct error *);

/*
 * Jobs that are planned and not made: `check` of several manifests, where the next one meets
 * what the one before would have done. They count as active from the next db_busy() on,
 * and stand in a temporary table only.
 */
int db_plan(struct database *, int64_t location, const struct job_facts *, struct error *);

/* The set of locations that have an active or a planned job. */
int db_busy(struct database *, struct bitmap *, struct error *);
/* The active job of a location; its id is 0 when there is none (any more). The answer comes from
 * a temporary table, made at the first call: db_busy_forget() when jobs were added. */
int db_active_job(struct database *, int64_t location, struct job_facts *, struct error *);
int db_busy_forget(struct database *, struct error *);

/* The set of locations at which some job ended with Success or Warning. */
int db_succeeded(struct database *, struct bitmap *, struct error *);
/* A job that put the certificate into the location, completed not before `since`. */
int db_succeeded_job(struct database *, int64_t location, int64_t certificate, int64_t since,
    struct job_facts *, struct error *);

/* Of the row's messages about locations, their stores and aliases; sorts the messages. */
int db_row_names(struct database *, struct row *, struct error *);

/* Container's name into `name` (cleared first; empty when it has none). */
int db_container(struct database *, int64_t id, struct buffer *name, struct error *);

/* What the operator may. To be released in any case. */
int db_permissions(
    struct database *, const char *operator_name, struct permissions *, struct error *);

#endif
