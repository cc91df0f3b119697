#ifndef BATCH_CERTIFICATES_X509_PRIVATE_H
#define BATCH_CERTIFICATES_X509_PRIVATE_H

#include "certificates/certificate.h"

#include <stdlib.h>

#include <openssl/x509.h>

/* For this room alone: OpenSSL's own objects. */

/*
 * As d2i_X509(NULL, at, length), in a tenth of the time: the public key is not decoded, so
 * X509_get0_pubkey() and all that calls it find none. Any thread may call it.
 */
X509 *x509_read(const unsigned char **at, long length);

/* The same certificate with its public key, where OpenSSL can decode that; to be freed. NULL: there
 * is no memory. OpenSSL's queue of errors is emptied. */
X509 *x509_with_key(X509 *);

/* Its SHA-1 thumbprint. False, and "": OpenSSL has no memory. */
bool x509_thumbprint(const X509 *, char print[CERTIFICATE_SHA1_SIZE]);

/* Fills the certificate from OpenSSL's; otherwise as certificate_parse(). */
int certificate_take(struct certificate *, const X509 *, struct error *);

/* err from OpenSSL's queue of errors, which is emptied: ERROR_STORAGE where memory was short, else
 * ERROR_INPUT with `what` and OpenSSL's reason. -1. */
int x509_failed(struct error *, const char *what);

#endif
