#ifndef BATCH_CERTIFICATES_ENTRIES_H
#define BATCH_CERTIFICATES_ENTRIES_H

#include "certificates/certificate.h"
#include "model/unreadable.h"

/* What a file of certificates holds: its entries, each a certificate with its chain. */

#define ENTRIES_CERTIFICATES_MOST 10000

struct entry {
	char *alias;               /* UTF-8; NULL: the file has no name for it */
	struct certificate *chain; /* the leaf, then its issuers upwards */
	size_t count;              /* at least 1 */
	size_t capacity;
	bool has_key;      /* a private key is there too */
	bool key_mismatch; /* but it is not that of the leaf */
};

struct entries {
	struct entry *items;
	size_t count;
	size_t capacity;
	size_t certificates; /* of all entries */
	bool unverified; /* no password was known that the format's digest could be checked with */
};

/* A file's bytes and its password; what was read of them. */
struct entries_source {
	const unsigned char *bytes;
	size_t length;
	const char *password; /* UTF-8, borrowed; NULL: none is known */
	size_t password_length;

	struct entries entries;
	struct unreadable_reason reason;
	struct error err;
};

/*
 * The reading functions of this room return 0 and the entries, or -1: then reason.why says why the
 * file cannot be read or, where that is READABLE, err has what failed here (memory). The entries
 * are to be released in any case.
 */

/* The source's reason. Returns -1. */
int entries_fault(struct entries_source *, enum unreadable, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * What a reading function returns: rc, or -1 and err where an allocation of OpenSSL's has failed
 * since crypto_shortages() was `shortages`. Then no certificate, name or reason can be trusted.
 */
int entries_end(struct entries_source *, unsigned long shortages, int rc);

/* Adds an entry without certificates. alias NULL: none; else it is copied, without what no terminal
 * may be given. NULL and err when there is no memory. */
struct entry *entries_add(struct entries_source *, const char *alias);

/* Reads a DER certificate into the chain of an entry, which must be the last one. 0 or -1. */
int entries_add_der(struct entries_source *, struct entry *, const unsigned char *, size_t length);

/* As entries_add_der(), of a certificate that OpenSSL has read (X509). */
int entries_add_x509(struct entries_source *, struct entry *, const void *x509);

/* Takes back the entry that was added last. */
void entries_drop_last(struct entries *);

void entries_release(struct entries *);

#endif
