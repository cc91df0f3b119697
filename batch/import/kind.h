#ifndef BATCH_IMPORT_KIND_H
#define BATCH_IMPORT_KIND_H

#include "import/properties.h"
#include "import/value.h"

/*
 * The eight kinds of records that can be imported. The fields of a kind have the order of the
 * columns of its enum load_kind; those of inventory have the order of enum import_item.
 */
enum import_item { ITEM_STORE, ITEM_ALIAS, ITEM_LEVEL, ITEM_CERTIFICATE, ITEM_THUMBPRINT, ITEM_AT };

/* The fields of a certificate. The last one is no column: the others are read from it. */
enum import_certificate {
	CERTIFICATE_ID,
	CERTIFICATE_PRINT,
	CERTIFICATE_SERIAL,
	CERTIFICATE_SUBJECT,
	CERTIFICATE_ISSUER,
	CERTIFICATE_BEFORE,
	CERTIFICATE_AFTER,
	CERTIFICATE_KEY_TYPE,
	CERTIFICATE_KEY_SIZE,
	CERTIFICATE_NAMES,
	CERTIFICATE_HAS_KEY,
	CERTIFICATE_REQUEST,
	CERTIFICATE_REVOKED,
	CERTIFICATE_KEY_USAGE,
	CERTIFICATE_USAGES,
	CERTIFICATE_SIGNATURE,
	CERTIFICATE_IS_CA,
	CERTIFICATE_SHA256,
	CERTIFICATE_CURVE,
	CERTIFICATE_CONTENT
};

/* The fields of a store: those of its Properties, which may also be fields of the record, and the
 * last two, which are no columns. */
enum import_store {
	STORE_PROPERTY = 9, /* and the next: as enum import_property */
	STORE_PROPERTIES = STORE_PROPERTY + PROPERTIES,
	STORE_PASSWORD
};

/*
 * A second place of a field: a member of the record, or a member of an object there. `denies`: it
 * is a boolean; false is Forbidden, and true is anything else.
 */
struct import_second {
	size_t member;     /* the index in import_kind.members */
	const char *inner; /* NULL: the member itself */
	size_t field;
	bool denies;
};

struct import_kind {
	const char *name;
	const struct import_field *fields;
	size_t count;
	const char *const *unread; /* fields of the server that are dropped, up to NULL; or NULL */
	/* Members beside the fields, as the server prints them, up to NULL; or NULL. */
	const char *const *members;
	const struct import_second *seconds;
	size_t second_count;
	enum load_kind load; /* not for inventory */
	bool members_asked;  /* the members are read with --store or --locations alone */
	bool is_inventory;
	bool completes; /* it can be loaded with --complete */
};

#define IMPORT_FIELDS 20 /* the most that a kind has */
#define IMPORT_MEMBERS 3 /* likewise */

/* The members of the kinds where code names them. */
enum import_member { MEMBER_LOCATIONS = 0, MEMBER_CERTIFICATES = 1 };

/* NULL for any other word. */
const struct import_kind *import_kind_find(const char *name);

/* Their names, one by one up to NULL. */
const char *import_kind_word(size_t);

#endif
