#ifndef BATCH_CERTIFICATES_CERTIFICATE_H
#define BATCH_CERTIFICATES_CERTIFICATE_H

#include "buffer.h"
#include "certificates/names.h"
#include "model/key_usage.h"

#include <stddef.h>
#include <stdint.h>

/* What an X.509 certificate says (RFC 5280), in the words and forms of the server's records. */

#define CERTIFICATE_SHA1_SIZE 41 /* hexadecimal, upper case, with a NUL */
#define CERTIFICATE_SHA256_SIZE 65
#define CERTIFICATE_OID_SIZE 80

struct certificate {
	char sha1[CERTIFICATE_SHA1_SIZE]; /* its thumbprint */
	char sha256[CERTIFICATE_SHA256_SIZE];
	struct buffer serial;  /* hexadecimal, upper case, two digits a byte */
	struct buffer subject; /* RFC 4514; empty when it has none */
	struct buffer issuer;
	int64_t not_before;            /* milliseconds since 1970 */
	int64_t not_after;             /* the last moment, as the certificate has it */
	const char *key_type;          /* RSA, ECC, DSA, Ed25519, Ed448 or Unknown; static */
	int64_t key_bits;              /* 0: not known */
	char curve[64];                /* of ECC, as P-256; "": none, or not known */
	struct names names;            /* sorted */
	int key_usage;                 /* enum key_usage; 0: there is no such extension */
	struct buffer extended_usages; /* OIDs, sorted, one blank between; empty: no extension */
	char signature[CERTIFICATE_OID_SIZE]; /* the OID of the signature algorithm */
	bool is_ca;
};

/*
 * Reads one DER certificate, which must be all of the bytes. 0, to be released; -1 and err, nothing
 * to be released: ERROR_INPUT when it is none, ERROR_STORAGE when there is no memory.
 */
int certificate_parse(
    struct certificate *, const unsigned char *der, size_t length, struct error *);

void certificate_release(struct certificate *);

#endif
