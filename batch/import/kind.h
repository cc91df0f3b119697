#ifndef BATCH_IMPORT_KIND_H
#define BATCH_IMPORT_KIND_H

#include "import/value.h"

/*
 * The eight kinds of records that can be imported. The fields of a kind have the order of the
 * columns of its enum load_kind; those of inventory have the order of enum import_item.
 */
enum import_item { ITEM_STORE, ITEM_ALIAS, ITEM_LEVEL, ITEM_CERTIFICATE, ITEM_THUMBPRINT, ITEM_AT };

struct import_kind {
	const char *name;
	const struct import_field *fields;
	size_t count;
	const char *const *unread; /* fields of the server that are dropped, up to NULL; or NULL */
	enum load_kind load;       /* not for inventory */
	bool is_inventory;
	bool completes; /* it can be loaded with --complete */
};

#define IMPORT_FIELDS 13 /* the most that a kind has */

/* NULL for any other word. */
const struct import_kind *import_kind_find(const char *name);

/* Their names, one by one up to NULL. */
const char *import_kind_word(size_t);

#endif
