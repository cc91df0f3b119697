#ifndef BATCH_CERTIFICATES_PEM_H
#define BATCH_CERTIFICATES_PEM_H

#include "certificates/entries.h"

/* Files of PEM blocks (RFC 7468), with any text around them, and of one DER certificate. */

/* Whether there is the beginning of a PEM block in the bytes. */
bool pem_is(const unsigned char *bytes, size_t length);

struct pem_options {
	bool trust_store; /* each certificate is an entry */
	/* A file whose certificates may all be in PKCS#7 messages is an unsupported one, not one
	 * without any. */
	bool refuse_messages;
	/* The bytes of a separate file with the private key; NULL: the key is in the file itself.
	 */
	const unsigned char *key;
	size_t key_length;
};

/*
 * Reads the certificates. With a private key, or where exactly one certificate issued none of the
 * others, there is one entry: that leaf, with its issuers as its chain; a certificate that is in no
 * chain is an entry of its own. Otherwise each certificate is an entry. One that is there twice
 * counts once. A file without certificates has no entries. An encrypted key is never decrypted; a
 * plain one is compared with the leaf.
 */
int pem_read(struct entries_source *, const struct pem_options *);

/* Reads one DER certificate: one entry. */
int der_read(struct entries_source *);

#endif
