#ifndef BATCH_CERTIFICATES_PKCS12_WRITE_PRIVATE_H
#define BATCH_CERTIFICATES_PKCS12_WRITE_PRIVATE_H

#include "buffer.h"
#include "certificates/pkcs12_private.h"

/*
 * For this room alone: bags replaced in a PKCS#12 file that was opened, and the file written. All
 * return 0, or -1: err of the source says that there is no memory, or its reason that the time is
 * over; where both are empty, OpenSSL's queue of errors has what failed.
 */

/* What a bag that takes the place of another one holds. */
struct pkcs12_bag_new {
	PKCS12_SAFEBAG *bag; /* without attributes; freed in any case; NULL: there was no memory */
	const X509 *old, *now; /* a localKeyID that is the SHA-1 of the one becomes the other's */
	bool needs_id;         /* it has no localKeyID, and gets one */
};

/* The bag gets the attributes of that at the place, and takes its place. */
int pkcs12_replace(struct pkcs12 *, struct pkcs12_place *, const struct pkcs12_bag_new *);

/* Adds a bag, which is freed when that fails, before that at the place, or after it. */
int pkcs12_insert(struct pkcs12 *, const struct pkcs12_place *, bool after, PKCS12_SAFEBAG *);

void pkcs12_remove(struct pkcs12 *, struct pkcs12_place *);

/* Adds a safe with such bags: encrypted with the password of the file, or not. */
int pkcs12_add_safe(struct pkcs12 *, const STACK_OF(PKCS12_SAFEBAG) *, bool encrypted);

/*
 * Writes the file. Safes that were changed, and those that are too weak, are encrypted anew; the
 * others and each bag that was not changed have the bytes that they had. A MAC of SHA-1, or of few
 * iterations, becomes one of SHA-256, unless `legacy`; a file that is made (without p->file) gets
 * one.
 */
int pkcs12_write(struct pkcs12 *, bool legacy, struct buffer *);

#endif
