#include "crypto/digest.h"

#include "crypto/start.h"

#include <stdbool.h>
#include <stdlib.h>

#include <openssl/evp.h>

struct digest {
	EVP_MD_CTX *context;
	bool failed;
};

struct digest *
digest_new(struct error *err)
{
	struct digest *digest;

	if (crypto_begin(err) == -1)
		return NULL;
	digest = calloc(1, sizeof(*digest));
	if (digest != NULL)
		digest->context = EVP_MD_CTX_new();
	if (digest == NULL || digest->context == NULL) {
		free(digest);
		error_memory(err);
		return NULL;
	}
	digest->failed = EVP_DigestInit_ex(digest->context, EVP_sha256(), NULL) != 1;
	return digest;
}

void
digest_free(struct digest *digest)
{
	if (digest == NULL)
		return;
	EVP_MD_CTX_free(digest->context);
	free(digest);
}

void
digest_add(struct digest *digest, const void *bytes, size_t length)
{
	if (!digest->failed)
		digest->failed = EVP_DigestUpdate(digest->context, bytes, length) != 1;
}

int
digest_end(struct digest *digest, unsigned char sum[DIGEST_SIZE], struct error *err)
{
	if (digest->failed || EVP_DigestFinal_ex(digest->context, sum, NULL) != 1)
		return error_memory(err); /* SHA-256 is built in: there is no other reason */
	return 0;
}
