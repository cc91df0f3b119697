#ifndef BATCH_DATABASE_FACTS_H
#define BATCH_DATABASE_FACTS_H

#include "arena.h"
#include "buffer.h"
#include "database/database.h"
#include "database/rowset.h"
#include "model/bitmap.h"
#include "model/facts.h"
#include "model/permissions.h"
#include "model/row.h"

/* What the policy asks of the inventory. All return 0, or -1 and err. */

/* ---- of many ids at once ----------------------------------------------------------------- */

/*
 * Each key asks for an id, which may be there more than once, and says where the answer belongs.
 * Keys sorted by id find neighbours on one page of the database. They are asked for a page at a
 * time, each in a read of its own, so the connection must be in no transaction.
 */
struct db_keys {
	const struct rowset_key *keys;
	size_t count;
};

/* facts[slot] is filled where there is such a certificate, else left alone; likewise below.
 * Texts are put into the arena. */
int db_certificates(struct database *, struct db_keys, struct certificate_facts *facts,
    struct arena *texts, struct error *);

/* Of Ids that no certificate has: fills id_now where a certificate had it. */
int db_renumbered_ids(
    struct database *, struct db_keys, struct certificate_facts *facts, struct error *);

int db_enrollments(struct database *, struct db_keys, struct request_facts *facts, struct error *);

/* Where certificates are at ChainLevel 0: all of one slot one after the other. take() returns -1
 * when out of memory. */
int db_locations(struct database *, struct db_keys,
    int (*take)(void *closure, size_t slot, int64_t location, int64_t store), void *closure,
    struct error *);

/* Stores that were not removed. may_schedule is left false: it is the operator's. */
int db_stores(struct database *, struct db_keys,
    void (*take)(void *closure, size_t slot, const struct store_facts *), void *closure,
    struct error *);

/* ---- of one ------------------------------------------------------------------------------ */

/* The Id that the certificate has now which had this one; 0: there was none. */
int db_renumbered(struct database *, int64_t id, int64_t *id_now, struct error *);

int db_enrollment(struct database *, int64_t id, struct request_facts *, struct error *);

/*
 * Jobs that are planned and not made: in a `check` of several manifests, each one meets the jobs
 * that those before it would have made. They count as active from the next db_busy() on,
 * and are in a temporary table only.
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
struct job_question {
	int64_t location, certificate;
	int64_t since; /* milliseconds */
};
int db_succeeded_job(
    struct database *, const struct job_question *, struct job_facts *, struct error *);

/* Of the row's messages about locations, their stores and aliases; sorts the messages. */
int db_row_names(struct database *, struct row *, struct error *);

/* Adds the store of a location as people are told it (model/store_name.h): its GUID alone where the
 * location is not there any more. */
int db_store_name(
    struct database *, int64_t location, const char *guid, struct buffer *, struct error *);

/* Container's name into `name` (cleared first; empty when it has none). */
int db_container(struct database *, int64_t id, struct buffer *name, struct error *);

/* What the operator may. To be released in any case. */
int db_permissions(
    struct database *, const char *operator_name, struct permissions *, struct error *);

#endif
