#ifndef BATCH_DATABASE_STAGE_H
#define BATCH_DATABASE_STAGE_H

#include "buffer.h"
#include "database/inventory.h"

/*
 * For database/inventory.c: items on their way into temp.staged, and the stores that they name on
 * theirs into temp.named. Both are gathered here and written a batch at a time.
 */

#define STAGE_ROWS 500
#define STAGE_BYTES 65536u /* of aliases; a single one may be longer */

/* What is gathered of one store while it is named again and again. */
struct stage_store {
	int64_t store;
	int64_t at; /* the oldest */
	int64_t items;
	size_t file; /* where the oldest stands */
	uint64_t line;
	bool empty; /* some line says that the store is empty */
	size_t empty_file;
	uint64_t empty_line;
};

struct stage_row {
	struct inventory_item item; /* but for its alias */
	size_t alias;               /* offset */
};

struct stage {
	struct stage_row rows[STAGE_ROWS];
	size_t row_count;
	struct buffer aliases;
	struct stage_store stores[STAGE_ROWS];
	size_t store_count;
};

/* Makes the two tables. 0, or -1 and err. */
int stage_init(struct stage *, struct database *, struct error *);
void stage_release(struct stage *, struct database *); /* drops them */

/* Takes an item, and its store as named at `at`. 0, or -1 and err. */
int stage_add(
    struct stage *, struct database *, const struct inventory_item *, int64_t at, struct error *);

/* Writes what was gathered. 0, or -1 and err. */
int stage_flush(struct stage *, struct database *, struct error *);

#endif
