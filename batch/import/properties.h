#ifndef BATCH_IMPORT_PROPERTIES_H
#define BATCH_IMPORT_PROPERTIES_H

#include "import/value.h"
#include "read/json_nested.h"

/*
 * The Properties of a store: an object, or the JSON text of one. Its values are plain or
 * {"value": ...}. These are read, in the order of their columns; all others may hold anything. The
 * first one is also called privateKeyPath. X(name, word, type)
 */
#define IMPORT_PROPERTY_LIST(X)                                \
	X(KEY_PATH, "SeparatePrivateKeyFilePath", IMPORT_TEXT) \
	X(INCLUDES_CHAIN, "IncludesChain", IMPORT_BOOLEAN)     \
	X(TRUST_STORE, "IsTrustStore", IMPORT_BOOLEAN)         \
	X(ENDPOINT, "Endpoint", IMPORT_ENDPOINT)

#define PROPERTY_NAME(name, word, type) PROPERTY_##name,
enum import_property { IMPORT_PROPERTY_LIST(PROPERTY_NAME) PROPERTIES };
#undef PROPERTY_NAME

struct import_properties {
	bool there; /* Properties are given: those that are not in them are unknown */
	struct import_cell cells[PROPERTIES];

	/* private */
	bool empty; /* or they are absent */
	struct json_nested object;
	struct json_nested inner[PROPERTIES + 1]; /* {"value": ...} of each name */
};

void import_properties_release(struct import_properties *); /* zeros are allowed */

/*
 * Opens the Properties of a record, whose value must live as long as they do: 1, 0 and the fault;
 * -1: no memory. Where they are absent, what is known of each is kept; where they are null or
 * empty, each is unknown.
 */
int import_properties_open(struct import_properties *, const struct value *, struct import_fault *);

/*
 * Reads a property into its cell: 1, 0 and the fault; -1: no memory. *name is the name that it has,
 * for the message.
 */
int import_property_read(
    struct import_properties *, enum import_property, const char **name, struct import_fault *);

#endif
