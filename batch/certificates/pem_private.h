#ifndef BATCH_CERTIFICATES_PEM_PRIVATE_H
#define BATCH_CERTIFICATES_PEM_PRIVATE_H

#include "certificates/pem.h"
#include "certificates/pool_private.h"

#include <openssl/evp.h>

/* For this room alone: the blocks of a PEM file. */

struct pem_block {
	char *name;
	char *header;
	unsigned char *data; /* of the block's DER; may be a key: it is wiped */
	long length;
	size_t begin, end; /* in the file: from -----BEGIN to the last dash of its END line */
	unsigned number;   /* from 1 */
};

/* A copy of the name, the header and the data, to be released. False: no memory. */
bool pem_block_copy(struct pem_block *, const struct pem_block *);
void pem_block_release(struct pem_block *); /* wipes; the number stays */

/*
 * Calls each() with every block. Lines of -----BEGIN of which OpenSSL makes no block are damage. 0;
 * -1 and the reason or err of the source, also where each() returned -1.
 */
int pem_walk(struct entries_source *, const unsigned char *bytes, size_t length,
    int (*each)(void *closure, const struct pem_block *), void *closure);

bool pem_is_certificate(const char *name);
/* "PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY"; that of OpenSSH is for no certificate.
 */
bool pem_is_key(const char *name);
/* A PKCS#7 or CMS message: what `openssl crl2pkcs7` writes holds certificates that nobody serves.
 */
bool pem_is_message(const char *name);
/* Whether it is encrypted as a whole, as RFC 1421 has it (a header DEK-Info). */
bool pem_is_traditionally_encrypted(const struct pem_block *);
bool pem_is_encrypted(const struct pem_block *); /* so, or as PKCS#8 has it */

/* The certificate of a block, into the pool. NULL and the reason or err. */
struct pooled *pem_take_certificate(
    struct entries_source *, struct pool *, const struct pem_block *);

/* A plain key, to be freed. NULL: OpenSSL decodes none. */
EVP_PKEY *pem_decode_key(const char *name, const unsigned char *der, long length);

/* Whether the DER of a key that is not encrypted as a whole is one SEQUENCE; else the reason, -1.
 */
int pem_verify_key(struct entries_source *, const struct pem_block *);

/*
 * The key of a block, opened with the password where it is encrypted; to be freed. NULL: it is not
 * opened, and with a reason it must not be tried (too many iterations). `p` sums up what the keys
 * of a file ask for, and has the source.
 */
struct pkcs12;
struct pem_password {
	const char *text;
	size_t length;
};
EVP_PKEY *pem_open_key(struct pkcs12 *p, const struct pem_block *, const struct pem_password *);

#endif
