#ifndef BATCH_DATABASE_INVENTORY_PRIVATE_H
#define BATCH_DATABASE_INVENTORY_PRIVATE_H

#include "arena.h"
#include "buffer.h"
#include "database/inventory.h"
#include "database/rowset.h"
#include "model/bitmap.h"

/* For inventory.c, which stages items, and inventory_merge.c, which merges them. */

#define STAGE_ROWS 500     /* that are gathered before they are written */
#define STAGE_BYTES 65536u /* of their aliases; a single one may be longer */

/* Items on their way into temp.staged, and the stores that they name on theirs into temp.named. */
struct inventory_stage {
	struct rowset_item items[STAGE_ROWS];
	size_t item_count;
	struct arena aliases;
	size_t alias_bytes;
	struct rowset_named stores[STAGE_ROWS]; /* one for each run of items of one store */
	size_t store_count;
};

struct inventory {
	struct database *db;
	bool joined; /* the transaction is another's */
	bool placed; /* temp.place was filled */
	int64_t now;
	int64_t placeholder; /* the last id given to an unknown thumbprint, or 0 */
	char last_guid[36];
	int64_t last_guid_store;    /* 0: none */
	struct bitmap certificates; /* the ids that are known, once it is read */
	bool has_certificates;
	uint64_t looked_up; /* certificates by id, one by one */
	struct inventory_stage stage;
	bool sorted; /* so far, by store, alias and level, each of them once */
	int64_t last_store;
	int64_t last_level;
	struct buffer last_alias;
	/* For settle.c: where some job may be settled, what was known of the stores that are taken.
	 */
	bool settles;
	struct bitmap touched; /* ids of locations */
};

/* The order of two aliases: bytes, then length, as SQLite's BINARY collation has it. */
int inventory_compare(const char *one, size_t one_length, const char *other, size_t other_length);

/* settle.c: whether there is any active job, before the merge: then it notes what it touches. */
int inventory_find_active(struct inventory *, struct error *);

/* Writes what was gathered. 0, or -1 and err. */
int inventory_flush(struct inventory *, struct error *);

#endif
