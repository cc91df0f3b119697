#include "certificates/pem_private.h"

#include "certificates/pkcs12_private.h"

#include <string.h>

#include <openssl/err.h>
#include <openssl/pem.h>

/* As PEM_do_header() asks for it. */
static int
pem_give_password(char *room, int size, int writing, void *closure)
{
	const struct pem_password *password = closure;

	(void)writing;
	if (password->length > (size_t)size)
		return -1;
	memcpy(room, password->text, password->length);
	return (int)password->length;
}

/* RFC 1421: the header names the cipher; the key is one round of MD5. */
static EVP_PKEY *
pem_open_traditional(const struct pem_block *block, const struct pem_password *password)
{
	unsigned char *data = OPENSSL_secure_malloc((size_t)block->length);
	char *header = OPENSSL_strdup(block->header);
	struct pem_password given = *password;
	EVP_CIPHER_INFO cipher;
	EVP_PKEY *key = NULL;
	long length = block->length;

	if (data != NULL && header != NULL) {
		memcpy(data, block->data, (size_t)length);
		if (PEM_get_EVP_CIPHER_INFO(header, &cipher) == 1 &&
		    PEM_do_header(&cipher, data, &length, pem_give_password, &given) == 1)
			key = pem_decode_key(block->name, data, length);
	}
	OPENSSL_secure_clear_free(data, (size_t)block->length);
	OPENSSL_free(header);
	return key;
}

static EVP_PKEY *
pem_open_sealed(
    struct pkcs12 *p, const struct pem_block *block, const struct pem_password *password)
{
	const unsigned char *at = block->data;
	X509_SIG *sealed = d2i_X509_SIG(NULL, &at, block->length);
	PKCS8_PRIV_KEY_INFO *info = NULL;
	const X509_ALGOR *algorithm;
	EVP_PKEY *key = NULL;

	if (sealed == NULL)
		return NULL;
	X509_SIG_get0(sealed, &algorithm, NULL);
	if (pkcs12_cost_of(p, algorithm) == 0 && pkcs12_may_derive(p) == 0)
		info = PKCS8_decrypt(sealed, password->text, (int)password->length);
	if (info != NULL)
		key = EVP_PKCS82PKEY(info);
	PKCS8_PRIV_KEY_INFO_free(info);
	X509_SIG_free(sealed);
	return key;
}

EVP_PKEY *
pem_open_key(struct pkcs12 *p, const struct pem_block *block, const struct pem_password *password)
{
	EVP_PKEY *key = NULL;

	if (!pem_is_encrypted(block))
		key = pem_decode_key(block->name, block->data, block->length);
	else if (password->text == NULL)
		return NULL;
	else if (pem_is_traditionally_encrypted(block))
		key = pem_open_traditional(block, password);
	else
		key = pem_open_sealed(p, block, password);
	ERR_clear_error();
	return key;
}
