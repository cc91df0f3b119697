#ifndef BATCH_CERTIFICATES_PUBLIC_KEY_H
#define BATCH_CERTIFICATES_PUBLIC_KEY_H

#include "certificates/algorithm.h"

/*
 * What the SubjectPublicKeyInfo of a certificate says of its key. It is read here, not decoded by
 * OpenSSL, whose decoders take ten times as long as all the rest of a certificate.
 */
struct public_key {
	const char *type; /* as struct certificate has it; static */
	int64_t bits;     /* 0: not known */
	char curve[ALGORITHM_CURVE_SIZE];
};

/*
 * Reads it from OpenSSL's X509_PUBKEY. A key of another algorithm, one on a curve that OpenSSL
 * lacks, and one whose bytes have not the form of its algorithm is Unknown, of 0 bits. That a point
 * is on its curve, and that a number is a good modulus, is not looked at: this is no place to trust
 * a key.
 */
void public_key_read(struct public_key *, const void *x509_pubkey);

/*
 * Whether the SubjectPublicKeyInfo is plainly that of a private key (EVP_PKEY): the same modulus
 * and exponent, the same point in the same form, the same bytes. False: it is another one, or it
 * has to be decoded to tell.
 */
bool public_key_is_of(const void *x509_pubkey, const void *pkey);

/* Likewise of the DER of a private key that is not encrypted, of RSA or on a curve, in PKCS#8 (RFC
 * 5208) or in the form of its own (RFC 8017, A.1.2; RFC 5915): decoders take ten times as long. */
bool public_key_is_in(const void *x509_pubkey, const unsigned char *der, long length);

#endif
