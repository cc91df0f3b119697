#ifndef BATCH_CERTIFICATES_PKCS12_PRIVATE_H
#define BATCH_CERTIFICATES_PKCS12_PRIVATE_H

#include "certificates/pkcs12.h"
#include "certificates/pool_private.h"

#include <openssl/pkcs12.h>

/* A private key of the file. */
struct pkcs12_key {
	struct pooled_names names;
	EVP_PKEY *plain; /* NULL: it was not opened */
};

/* A file that is read. */
struct pkcs12 {
	struct entries_source *source;
	const struct pkcs12_options *options;
	PKCS12 *file;
	STACK_OF(PKCS7) * safes;
	const char *password; /* NULL is another one than "" */
	int password_length;  /* bytes */
	bool proven;          /* the MAC has proven the password */
	uint64_t iterations;  /* asked for so far */
	struct pool pool;
	struct pkcs12_key *keys;
	size_t key_count, key_capacity;
};

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
