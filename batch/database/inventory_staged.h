#ifndef BATCH_DATABASE_ITEMS_SQL_H
#define BATCH_DATABASE_ITEMS_SQL_H

#include "model/bitmap.h"
#include "buffer.h"
#include "database/inventory.h"
#include "database/statement.h"
#include "database/stage.h"

/* For database/inventory.c, which stages items, and database/merge.c, which merges them. */

struct inventory {
	struct database *db;
	int64_t now;
	int64_t placeholder; /* the last id given to an unknown thumbprint, or 0 */
	char last_guid[36];
	int64_t last_guid_store;    /* 0: none */
	struct bitmap certificates; /* the ids that are known, once it is read */
	bool has_certificates;
	uint64_t looked_up; /* certificates by id, one by one */
	struct stage stage;
	bool sorted; /* so far, by store, alias and level, each of them once */
	int64_t last_store;
	int64_t last_level;
	struct buffer last_alias;
};

int inventory_compare(const char *one, size_t one_length, const char *other, size_t other_length);

#endif
