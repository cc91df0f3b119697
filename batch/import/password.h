#ifndef BATCH_IMPORT_PASSWORD_H
#define BATCH_IMPORT_PASSWORD_H

#include "input/keyring.h"
#include "import/value.h"
#include "model/bitmap.h"
#include "read/json_nested.h"

/* The passwords of stores: of the record at hand, and what sealing them takes. */
struct import_password {
	/* Of the record; borrowed from it or from `nested`. NULL: it gives none. */
	const char *text;
	size_t length;

	/* private */
	struct json_nested nested;
	struct keyring *keyring; /* NULL until a password needs it */
	struct buffer known;     /* sealed: that of the store */
	struct buffer sealed;    /* and the new one */
	struct bitmap given;     /* stores that got one, where others are to be cleared */
};

void import_password_release(struct import_password *); /* zeros are allowed */

/*
 * Takes the password of a record, text or {"SecretValue": text}, or the JSON text of that: 1, 0 and
 * the fault, which never shows it; -1: no memory.
 */
int import_password_parse(struct import_password *, const struct value *, struct import_fault *);

struct import;

/*
 * After the record of a store was loaded: seals its password unless that is the known one; without
 * one removes the known one where it is asked for. *result becomes LOAD_CHANGED where the store was
 * unchanged and its password is not. -1 and err.
 */
int import_password_keep(
    struct import *, const struct load_value *guid, enum load_result *result, struct error *);

#endif
