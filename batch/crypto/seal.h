#ifndef BATCH_CRYPTO_SEAL_H
#define BATCH_CRYPTO_SEAL_H

#include "crypto/secret.h"

/*
 * Sealing with AES-256-GCM (NIST SP 800-38D). Passwords are sealed with a data key; data keys are
 * sealed with the key of the key file. A sealed value is a byte 2, a nonce, the text and a tag, and
 * is bound to its place: the database, the field, the row. Values that begin with a byte 1 are of
 * earlier versions: sealed with the key of the key file, and bound to the id of their row alone.
 */

#define SEAL_OVERHEAD 29      /* bytes by which a sealed value is longer: version, nonce, tag */
#define SEAL_DATABASE_SIZE 16 /* bytes of the id of a database */
#define SEAL_KEY_SIZE (32 + SEAL_OVERHEAD) /* bytes of a sealed data key */

/* X(enumerator, table and field) */
#define SEAL_FIELD_LIST(X)                      \
	X(REQUEST_PASSWORD, "request.password") \
	X(STORE_PASSWORD, "store.password")     \
	X(DATA_KEY, "data_key.sealed")

enum seal_field {
#define SEAL_FIELD_ENUM(name, word) SEAL_##name,
	SEAL_FIELD_LIST(SEAL_FIELD_ENUM)
#undef SEAL_FIELD_ENUM
	    SEAL_FIELDS
};

/* Where a value belongs. */
struct seal_place {
	const unsigned char *database; /* its id, SEAL_DATABASE_SIZE bytes; borrowed */
	enum seal_field field;
	int64_t row; /* of a data key: its run, or 0 for that of stores */
};

/* Text in clear, or sealed; borrowed. */
struct seal_bytes {
	const void *bytes;
	size_t length;
};

/* Seals the text: `sealed` has room for SEAL_OVERHEAD bytes more than it. -1 and err
 * (ERROR_STORAGE). */
int seal_close(const struct secret *, const struct seal_place *, struct seal_bytes text,
    unsigned char *sealed, struct error *);

/* Whether it is of an earlier version, and opens with the key of the key file. */
bool seal_is_old(struct seal_bytes sealed);

/*
 * Opens it into `text`, with room for SEAL_OVERHEAD bytes less, which are all zero unless it is
 * good. Refused: it was not sealed with this key for this place. The caller wipes it.
 */
enum secret_answer seal_open(const struct secret *, const struct seal_place *,
    struct seal_bytes sealed, char *text, struct error *);

/*
 * Whether this text is what was sealed. Refused: it is another one, or the sealed one cannot be
 * opened; err is then not filled. How long it takes depends on the lengths alone.
 */
enum secret_answer seal_holds(const struct secret *, const struct seal_place *,
    struct seal_bytes sealed, struct seal_bytes text, struct error *);

/* Seals a data key, and opens it: *opened is for secret_close(), and NULL unless it is good. */
int seal_close_key(const struct secret *, const struct seal_place *, const struct secret *data_key,
    unsigned char sealed[SEAL_KEY_SIZE], struct error *);
enum secret_answer seal_open_key(const struct secret *, const struct seal_place *,
    struct seal_bytes sealed, struct secret **opened, struct error *);

#endif
