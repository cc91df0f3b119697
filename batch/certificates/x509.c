#include "certificates/x509_private.h"

#include <stdatomic.h>
#include <stdio.h>

#include <openssl/err.h>
#include <openssl/provider.h>

int
x509_failed(struct error *err, const char *what)
{
	/* The first error is what was found; those after it say where, level by level. */
	const char *reason = ERR_reason_error_string(ERR_peek_error());
	unsigned long code;

	while ((code = ERR_get_error()) != 0) /* memory may be short in any of them */
		if (ERR_GET_REASON(code) == ERR_R_MALLOC_FAILURE) {
			ERR_clear_error();
			return error_memory(err);
		}
	return error_set(err, ERROR_INPUT, NULL, "%s%s%s", what, reason == NULL ? "" : ": ",
	    reason == NULL ? "" : reason);
}

/*
 * A library context without any algorithm, for as long as the program runs: where OpenSSL finds no
 * decoder it leaves the key of a certificate alone. Made by the first thread that is through.
 */
static OSSL_LIB_CTX *
x509_context(void)
{
	static _Atomic(OSSL_LIB_CTX *) shared;
	OSSL_LIB_CTX *context = atomic_load(&shared), *made;
	OSSL_PROVIDER *none;

	if (context != NULL)
		return context;
	made = OSSL_LIB_CTX_new();
	none = made == NULL ? NULL : OSSL_PROVIDER_load(made, "null");
	if (none != NULL && atomic_compare_exchange_strong(&shared, &context, made))
		return made;
	if (none != NULL)
		OSSL_PROVIDER_unload(none);
	OSSL_LIB_CTX_free(made);
	return context; /* NULL: there is no memory */
}

X509 *
x509_read(const unsigned char **at, long length)
{
	OSSL_LIB_CTX *context = x509_context();

	if (context == NULL)
		return NULL;
	return (X509 *)ASN1_item_d2i_ex(NULL, at, length, ASN1_ITEM_rptr(X509), context, NULL);
}

bool
x509_thumbprint(const X509 *x509, char print[CERTIFICATE_SHA1_SIZE])
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned length = 0;

	print[0] = '\0';
	if (X509_digest(x509, EVP_sha1(), digest, &length) != 1)
		return false;
	for (unsigned i = 0; i < length && (size_t)2 * i + 2 < CERTIFICATE_SHA1_SIZE; i++)
		snprintf(print + (size_t)2 * i, 3, "%02X", digest[i]);
	return true;
}

X509 *
x509_with_key(X509 *x509)
{
	unsigned char *der = NULL;
	const unsigned char *at;
	int length;
	X509 *again;

	if (X509_get0_pubkey(x509) != NULL) {
		X509_up_ref(x509);
		return x509;
	}
	length = i2d_X509(x509, &der);
	at = der;
	again = length > 0 ? d2i_X509(NULL, &at, length) : NULL;
	OPENSSL_free(der);
	ERR_clear_error();
	return again;
}
