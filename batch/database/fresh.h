#ifndef BATCH_DATABASE_FRESH_H
#define BATCH_DATABASE_FRESH_H

#include "buffer.h"
#include "database/database.h"

/*
 * For database/merge.c: locations and certificates of chains on their way into the inventory,
 * gathered here and written a batch at a time.
 */

#define FRESH_ROWS 500
#define FRESH_BYTES 65536u /* of aliases; a single one may be longer */

struct fresh_location {
	int64_t store;
	int64_t certificate;
	size_t alias; /* offset */
	size_t alias_length;
};

struct fresh_link {
	int64_t location;
	int64_t level; /* ChainLevel, 1 and up */
	int64_t certificate;
};

struct fresh {
	struct database *db;
	int64_t last; /* the greatest id of a location */
	struct fresh_location locations[FRESH_ROWS];
	size_t location_count;
	struct buffer aliases;
	struct fresh_link links[FRESH_ROWS];
	size_t link_count;
};

/* 0, or -1 and err. */
int fresh_init(struct fresh *, struct database *, struct error *);
void fresh_release(struct fresh *);

/* Takes a location and gives its id, the next one. 0, or -1 and err. */
int fresh_add(struct fresh *, int64_t store, const struct buffer *alias, int64_t certificate,
    int64_t *id, struct error *);

/* Takes a certificate of a location's chain. 0, or -1 and err. */
int fresh_link(struct fresh *, const struct fresh_link *, struct error *);

/* Writes what was gathered. 0, or -1 and err. */
int fresh_flush(struct fresh *, struct error *);

#endif
