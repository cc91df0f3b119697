#ifndef BATCH_CERTIFICATES_PKCS12_H
#define BATCH_CERTIFICATES_PKCS12_H

#include "certificates/entries.h"

/* PKCS#12 files (RFC 7292), also called PFX. */

/* Iterations of key derivation and of the MAC that a file may ask for, in sum. */
#define PKCS12_ITERATIONS_MOST 1000000

/* Whether the bytes begin as one: a SEQUENCE whose first member is the version 3. */
bool pkcs12_is(const unsigned char *bytes, size_t length);

struct pkcs12_options {
	bool open_keys; /* decrypt the keys too, and compare them with their certificates */
	/* Milliseconds of a clock; no derivation is begun after `deadline`. NULL: there is none. */
	int64_t (*ticks)(void);
	int64_t deadline;
};

/*
 * Reads the entries: one for each private key with its certificate (by localKeyID, else by name)
 * and chain; one for each other certificate that has a name, also where it is in a chain; of what
 * is left, one for each that issued none of the others, with its chain. One that is there twice
 * without a name counts once. Without a password the empty one is tried. Iterations are counted
 * before any derivation is begun.
 */
int pkcs12_read(struct entries_source *, const struct pkcs12_options *);

/*
 * Loads OpenSSL's providers: the default one and, where it is installed, the legacy one for RC2 and
 * other old algorithms. Once, before threads are started. -1 and err: where there is no memory,
 * what was loaded stays, and a further call loads the rest.
 */
int pkcs12_begin(struct error *);

#endif
