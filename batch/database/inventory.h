#ifndef BATCH_DATABASE_INVENTORY_H
#define BATCH_DATABASE_INVENTORY_H

#include "database/database.h"
#include "database/value.h"

#include <stddef.h>

/*
 * The items that were found in certificate stores, loaded in one transaction: they replace
 * everything that was known of each store they name. Items may come in any order. They are staged
 * in a temporary table and merged into the locations in the order of store and alias, so that
 * memory stays bounded and new locations are appended.
 */
struct inventory;

#define INVENTORY_LEVELS 256 /* ChainLevel 0 to 255 */

struct inventory_item {
	int64_t store;       /* as inventory_store() gives it */
	const char *alias;   /* NULL: the store is empty */
	size_t alias_length; /* bytes */
	int64_t level;       /* ChainLevel, 0 to INVENTORY_LEVELS - 1 */
	int64_t certificate; /* CertificateId, or what inventory_thumbprint() gives */
	int64_t at;          /* milliseconds since 1970; of several for one store the oldest counts,
				one in the future counts as now */
	size_t file;         /* of the item, for the findings of inventory_merge() */
	uint64_t line;
};

struct inventory_finding {
	enum inventory_finding_kind {
		INVENTORY_TWICE,     /* fault: store, alias and level are on other_line too */
		INVENTORY_NOT_EMPTY, /* fault: a store is said to be empty, and has items */
		INVENTORY_NO_LEAF,   /* fault: an alias has a chain and no item of ChainLevel 0 */
		INVENTORY_OLDER,     /* warning: not taken, the store is known from a later time */
	} kind;
	size_t file;
	uint64_t line;
	size_t other_file; /* INVENTORY_TWICE */
	uint64_t other_line;
	const char *store;   /* its GUID */
	const char *machine; /* its machine and path, or NULL */
	const char *path;
	int64_t at; /* INVENTORY_OLDER: the time given, and the one known */
	int64_t known_at;
};

struct inventory_counts {
	uint64_t stores;                             /* taken */
	uint64_t older;                              /* stores not taken */
	uint64_t fresh, changed, unchanged, removed; /* locations */
	uint64_t faults;
};

/* Begins the transaction. `now` is in milliseconds. NULL and err on failure. */
struct inventory *inventory_begin(struct database *, int64_t now, struct error *);
/* The same in the transaction of a load of certificates, which outlives it and commits. */
struct inventory *inventory_join(struct database *, int64_t now, struct error *);

/* Each 1 when it is known, 0 when not; -1 and err. */
int inventory_store(
    struct inventory *, const char *guid, size_t length, int64_t *store, struct error *);

/* Where a store is, as a certificate's locations have it. */
struct inventory_place {
	const char *machine; /* without regard to case */
	size_t machine_length;
	const char *path;
	size_t path_length;
	int64_t type; /* of the store, or -1 where it is not given */
};

/*
 * The one store at the place. Where there are several, and one alone of them is not marked as
 * removed, it is that one. 1; 0 where there is none, 2 where there are several; -1 and err.
 */
int inventory_store_at(
    struct inventory *, const struct inventory_place *, int64_t *store, struct error *);

/* *agrees: the thumbprint, a text or null, is not known to be another one. */
int inventory_certificate(struct inventory *, int64_t id, const struct db_value *thumbprint,
    bool *agrees, struct error *);

/* The Id that the certificate has now which had this one, or 0: see db_renumbered(). 0, or -1 and
 * err. */
int inventory_renumbered(struct inventory *, int64_t id, int64_t *id_now, struct error *);

/* The certificate of a thumbprint; an unknown one is kept as a placeholder with an id below 0. */
int inventory_thumbprint(struct inventory *, const char *thumbprint, size_t length,
    int64_t *certificate, struct error *);

int inventory_add(struct inventory *, const struct inventory_item *, struct error *);

/*
 * Replaces what was known and calls tell() for every finding. The caller must not commit when
 * faults were counted.
 */
int inventory_merge(struct inventory *,
    void (*tell)(void *closure, const struct inventory_finding *), void *closure,
    struct inventory_counts *, struct error *);

int inventory_commit(struct inventory *, struct error *);
void inventory_free(struct inventory *); /* rolls back what was not committed; NULL is fine */

#endif
