#ifndef BATCH_CERTIFICATES_CREDENTIAL_PRIVATE_H
#define BATCH_CERTIFICATES_CREDENTIAL_PRIVATE_H

#include "certificates/credential.h"

#include <stdlib.h>

#include <openssl/x509.h>

struct credential {
	X509 *leaf;
	EVP_PKEY *key; /* NULL: there is none */
	/* The key as PKCS#8, made once: OpenSSL looks long for how. */
	PKCS8_PRIV_KEY_INFO *info;
	STACK_OF(X509) * chain; /* its issuers, leaf to root; may be NULL */
};

#endif
