#ifndef BATCH_CERTIFICATES_CERTIFICATE_H
#define BATCH_CERTIFICATES_CERTIFICATE_H

#include "buffer.h"
#include "certificates/names.h"

#include <stddef.h>
#include <stdint.h>

/* What an X.509 certificate says (RFC 5280), in the words and forms of the server's records. */

#define CERTIFICATE_SHA1_SIZE 41 /* hexadecimal, upper case, with a NUL */
#define CERTIFICATE_SHA256_SIZE 65
#define CERTIFICATE_OID_SIZE 80

/* The bits of KeyUsage (RFC 5280, 4.2.1.3), as the server's number has them. */
enum key_usage {
	KEY_USAGE_ENCIPHER_ONLY = 0x0001,
	KEY_USAGE_CRL_SIGN = 0x0002,
	KEY_USAGE_CERT_SIGN = 0x0004,
	KEY_USAGE_AGREEMENT = 0x0008,
	KEY_USAGE_DATA_ENCIPHERMENT = 0x0010,
	KEY_USAGE_KEY_ENCIPHERMENT = 0x0020,
	KEY_USAGE_NON_REPUDIATION = 0x0040,
	KEY_USAGE_DIGITAL_SIGNATURE = 0x0080,
	KEY_USAGE_DECIPHER_ONLY = 0x8000,
};

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
