#ifndef BATCH_CERTIFICATES_ALGORITHM_H
#define BATCH_CERTIFICATES_ALGORITHM_H

#include "certificates/certificate.h"

/* Algorithms by the names that people and servers have for them. */

#define ALGORITHM_CURVE_SIZE 64

/* Whether the text is an OID: numbers with dots between, the first one 0, 1 or 2. */
bool algorithm_is_oid(const char *text, size_t length);

/*
 * The OID of a signature algorithm, from the OID itself or from a name: OpenSSL's
 * (sha256WithRSAEncryption, RSA-SHA256, ecdsa-with-SHA384, ED25519), Windows' (sha256RSA,
 * sha384ECDSA) or Java's (SHA256withRSA, SHA512withECDSA), without regard to case. False: not
 * known.
 */
bool algorithm_signature(const char *text, size_t length, char oid[CERTIFICATE_OID_SIZE]);

/*
 * The curve as `struct certificate` has it, from that or from its OID or another name (prime256v1,
 * secp256r1). A name that is not known stays as it is. False: it is too long.
 */
bool algorithm_curve(const char *text, size_t length, char curve[ALGORITHM_CURVE_SIZE]);

#endif
