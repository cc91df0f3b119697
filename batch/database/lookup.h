#ifndef BATCH_DATABASE_LOOKUP_H
#define BATCH_DATABASE_LOOKUP_H

#include "arena.h"
#include "model/facts.h"
#include "database/database.h"

/*
 * What the inventory knows of many ids at once: a statement for a whole batch. Each key asks for
 * an id, which may stand more than once, and says where the answer belongs. Keys sorted by id
 * find neighbours on one page. All return 0, or -1 and err.
 */
struct lookup_key {
	int64_t id;
	size_t slot;
};

/* facts[slot] is filled where there is such a certificate, else left alone; likewise below.
 * Texts are put into the arena. */
int db_certificates(struct database *, const struct lookup_key *, size_t count,
    struct certificate_facts *facts, struct arena *texts, struct error *);

int db_enrollments(struct database *, const struct lookup_key *, size_t count,
    struct request_facts *facts, struct error *);

/* Where certificates stand at ChainLevel 0: all of one slot one after the other. take() returns
 * -1 when out of memory. */
int db_locations(struct database *, const struct lookup_key *, size_t count,
    int (*take)(void *closure, size_t slot, int64_t location, int64_t store), void *closure,
    struct error *);

/* Stores that were not removed. may_schedule is left false: it is the operator's. */
int db_stores(struct database *, const struct lookup_key *, size_t count,
    void (*take)(void *closure, size_t slot, const struct store_facts *), void *closure,
    struct error *);

#endif
