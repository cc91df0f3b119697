#ifndef BATCH_CERTIFICATES_X509_PRIVATE_H
#define BATCH_CERTIFICATES_X509_PRIVATE_H

#include "certificates/certificate.h"

#include <stdlib.h>

#include <openssl/x509.h>

/* For this room alone: OpenSSL's own objects. */

/* Fills the certificate from OpenSSL's; otherwise as certificate_parse(). */
int certificate_take(struct certificate *, const X509 *, struct error *);

/* err from OpenSSL's queue of errors, which is emptied: ERROR_STORAGE where memory was short, else
 * ERROR_INPUT with `what` and OpenSSL's reason. -1. */
int x509_failed(struct error *, const char *what);

#endif
