#ifndef BATCH_CERTIFICATES_ISSUERS_PRIVATE_H
#define BATCH_CERTIFICATES_ISSUERS_PRIVATE_H

#include "certificates/credential.h"
#include "certificates/pool_private.h"

#include <openssl/x509.h>

/*
 * For this room alone: the issuers of a new certificate, upwards, as far as its own file and the
 * store have them.
 */
struct issuers {
	const struct credential *credential; /* whose chain came with it: looked through first */
	const struct pool *pool;             /* of the store */
	STACK_OF(X509) * found;              /* the credential's and the pool's */
	size_t signatures;                   /* verified so far */
};

/*
 * Finds them, the root only where it is asked for. -1: no memory, in which case err says so, or
 * none is there although the certificate has an issuer (the reason is INSTALL_NO_CHAIN and names
 * it).
 */
int issuers_find(struct issuers *, bool root, struct install_reason *, struct error *);
void issuers_release(struct issuers *);

bool issuers_have(const struct issuers *, const X509 *);
size_t issuers_count(const struct issuers *);

#endif
