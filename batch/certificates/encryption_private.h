#ifndef BATCH_CERTIFICATES_ENCRYPTION_PRIVATE_H
#define BATCH_CERTIFICATES_ENCRYPTION_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>

#include <openssl/pkcs12.h>

/*
 * For this room alone: how what was encrypted is encrypted anew. As it was found: the algorithm,
 * its iterations and the length of its salt; but never weaker than PBES2 (RFC 8018) with AES in CBC
 * mode and PBKDF2 with HMAC-SHA-256 and 2,048 iterations, unless `legacy`.
 */

#define ENCRYPTION_ITERATIONS_LEAST 2048
#define ENCRYPTION_ITERATIONS 10000 /* of what is new: as Java has it */

struct encryption_wish {
	const X509_ALGOR *found; /* NULL: AES-256, HMAC-SHA-256, ENCRYPTION_ITERATIONS */
	bool legacy;             /* as it was found, however weak */
	const char *password;    /* UTF-8; in PKCS#12 NULL is another one than "" */
	int length;
};

/* Whether it is as strong as that. */
bool encryption_is_strong(const X509_ALGOR *);

/* A safe of a PKCS#12 file with such contents. To be freed; NULL: OpenSSL failed (memory). */
PKCS7 *encryption_seal_safe(
    const struct encryption_wish *, const unsigned char *plain, size_t length);

/* A private key. Likewise. */
X509_SIG *encryption_seal_info(const struct encryption_wish *, PKCS8_PRIV_KEY_INFO *);

#endif
