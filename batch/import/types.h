#ifndef BATCH_IMPORT_TYPES_H
#define BATCH_IMPORT_TYPES_H

#include "buffer.h"
#include "database/load.h"

/* The store types by their ShortNames, as they are known when the import begins. */
struct import_types {
	struct import_short_name {
		int64_t id;
		char *name;
	} * items;
	size_t count, capacity;
	bool read;
};

void import_types_release(struct import_types *); /* zeros are allowed */

/*
 * The type of a ShortName, without regard to case: 1 and *id, 0 where there is none, 2 where there
 * are several; -1 and err. The first call reads all types.
 */
int import_types_find(struct import_types *, struct load *, const struct load_value *name,
    int64_t *id, struct error *);

/* Adds the names that are known, with commas between, where they are few. False: they are many. */
bool import_types_list(const struct import_types *, struct buffer *);

#endif
