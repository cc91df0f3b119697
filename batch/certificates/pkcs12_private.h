#ifndef BATCH_CERTIFICATES_PKCS12_PRIVATE_H
#define BATCH_CERTIFICATES_PKCS12_PRIVATE_H

#include "certificates/pkcs12.h"
#include "certificates/pool_private.h"

#include <openssl/pkcs12.h>

/* One of the file's parts, with its bags. */
struct pkcs12_safe {
	PKCS7 *packed;        /* of the file */
	unsigned char *plain; /* decrypted; owned. NULL: the part is not encrypted */
	size_t plain_length;
	STACK_OF(PKCS12_SAFEBAG) * bags;
	struct pkcs12_bytes *slices; /* the bytes of each bag, in order, as they were read */
	size_t slice_count, slice_capacity;
	const char *password; /* the one that opened it: NULL is another one than "" */
	bool changed;         /* a bag in it is another one than was read */
};

struct pkcs12_bytes {
	const PKCS12_SAFEBAG *bag;
	const unsigned char *at;
	size_t length;
};

/* Where a bag is. */
struct pkcs12_place {
	size_t safe;
	STACK_OF(PKCS12_SAFEBAG) * bags; /* of the safe, or of a bag in it */
	PKCS12_SAFEBAG *bag;
	const PKCS12_SAFEBAG *top; /* the bag of the safe that it is or is in */
};

/* A private key of the file. */
struct pkcs12_key {
	struct pooled_names names;
	struct pkcs12_place place;
	EVP_PKEY *plain;      /* NULL: it was not opened */
	const char *password; /* the one that opened it */
};

/* What an entry was made of: indices; of the same order as the source's entries. */
struct pkcs12_parts {
	size_t head; /* in the pool */
	size_t key;  /* POOL_NONE: it has none */
};

/* A file that is read. */
struct pkcs12 {
	struct entries_source *source;
	const struct pkcs12_options *options;
	PKCS12 *file;
	STACK_OF(PKCS7) * safes;
	struct pkcs12_safe *opened; /* as many as there are safes */
	size_t opened_count;
	const char *password;     /* NULL is another one than "" */
	int password_length;      /* bytes */
	bool proven;              /* the MAC has proven the password */
	bool opened_any;          /* it has decrypted something */
	const char *mac_password; /* the one that the MAC has proven */
	uint64_t iterations;      /* asked for so far */
	struct pool pool;
	struct pkcs12_place *places; /* of the certificates in the pool */
	size_t place_capacity;
	struct pkcs12_key *keys;
	size_t key_count, key_capacity;
	struct pkcs12_parts *parts;
	size_t part_count, part_capacity;
};

/*
 * Reads a file as pkcs12_read() does, and keeps what it was read from. 0; -1 and the reason or err
 * of the source. To be released in any case; entries_end() is the caller's. p is filled with zeros
 * but for source and options.
 */
int pkcs12_open(struct pkcs12 *);
void pkcs12_release(struct pkcs12 *);

/*
 * The private key of a bag, decrypted with the password where it is in a shrouded one; to be freed.
 * NULL and the reason (UNREADABLE_WRONG_PASSWORD, what it costs) or err. *password, which may be
 * NULL, is the one that opened it.
 */
PKCS8_PRIV_KEY_INFO *pkcs12_key_info(
    struct pkcs12 *, const PKCS12_SAFEBAG *, const char **password);

/* The same, decoded into key->plain. 0; -1 and the reason or err, also of an algorithm that this
 * OpenSSL lacks. */
int pkcs12_open_key(struct pkcs12 *, struct pkcs12_key *);

/*
 * What the algorithms of the file ask for, before any derivation: those of the MAC, of the
 * encrypted safes, and later of each key that is to be opened. -1 and the reason: too many
 * iterations in sum, or an algorithm that this OpenSSL lacks, by its name.
 */
int pkcs12_cost_of_mac(struct pkcs12 *);
int pkcs12_cost_of(struct pkcs12 *, const X509_ALGOR *);

/* The reason: `what` is of an algorithm that this OpenSSL lacks. Returns -1. */
int pkcs12_unsupported(struct pkcs12 *, const char *what, const ASN1_OBJECT *);

/* Whether a derivation may begin: -1 and the reason when the time of the file is over. */
int pkcs12_may_derive(struct pkcs12 *);

#endif
