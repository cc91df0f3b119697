#ifndef BATCH_CERTIFICATES_POOL_PRIVATE_H
#define BATCH_CERTIFICATES_POOL_PRIVATE_H

#include "certificates/entries.h"
#include "certificates/x509_private.h"

/* For this room alone: the certificates of a file, and which one issued which. */

#define POOL_NONE SIZE_MAX

/* What a file calls a certificate or a key; both members may be NULL, and are owned. */
struct pooled_names {
	char *name;
	unsigned char *key_id; /* the localKeyID of PKCS#12 */
	size_t key_id_length;
};

struct pooled {
	X509 *x509;
	X509 *keyed; /* the same, of pooled_keyed(); NULL: it was not asked for */
	struct pooled_names names;
	size_t issuer;  /* in the pool, other than itself; POOL_NONE: it is not there */
	size_t twin;    /* the first one that is the same certificate; often itself */
	bool is_issuer; /* of another one */
	bool is_copy;   /* another one is the same, and this one has no name: it is left out */
	bool heads;     /* it is the first of some entry */
	bool used;      /* it is in some entry, or is a copy */
	size_t entry;   /* number of the last entry that it was put into, from 1 */
};

struct pool {
	struct pooled *items; /* in the order of the file */
	size_t count;
	size_t capacity;
};

/* Adds a certificate and takes it over. NULL and err: no memory, too many; then it is freed. */
struct pooled *pool_add(struct entries_source *, struct pool *, X509 *);

/* The certificate with its public key, where OpenSSL can decode that: decoded at the first call,
 * for it takes ten times as long as all the rest. The pool's. NULL: there is no memory. */
X509 *pooled_keyed(struct pooled *);

/* Whether that private key is the certificate's. */
bool pooled_has_key(struct pooled *, const EVP_PKEY *);

/*
 * Finds copies and issuers: once, after the last one was added. The issuer is the first of its name
 * whose key verifies the certificate, else the first of its name; a self-signed one has none.
 * -1 and err.
 */
int pool_link(struct entries_source *, struct pool *);

/* Whether it issued none of the others. */
bool pooled_is_leaf(const struct pooled *);

/* Adds an entry of the certificate and, where asked for, of its issuers upwards. They are marked as
 * used. NULL as entries_add(). */
struct entry *pool_entry(struct entries_source *, struct pool *, size_t leaf, bool chain);

void pool_release(struct pool *);

#endif
