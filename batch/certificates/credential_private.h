#ifndef BATCH_CERTIFICATES_CREDENTIAL_PRIVATE_H
#define BATCH_CERTIFICATES_CREDENTIAL_PRIVATE_H

#include "certificates/credential.h"

#include <stdlib.h>

#include <openssl/x509.h>

struct credential {
	X509 *leaf;
	EVP_PKEY *key; /* NULL: there is none */
	PKCS8_PRIV_KEY_INFO
	    *info;              /* the key as PKCS#8: made once, for OpenSSL looks long for how */
	STACK_OF(X509) * chain; /* its issuers, leaf to root; may be NULL */
};

#endif
