#include "certificates/issuers_private.h"

#include "certificates/credential_private.h"
#include "certificates/x509_private.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#define ISSUERS_MOST 32
#define ISSUERS_SIGNATURES_MOST 1000 /* no file of certificates of one name takes minutes */

static bool
issuers_issued(struct issuers *issuers, X509 *issuer, X509 *one)
{
	X509 *keyed;
	bool issued;

	if (X509_NAME_cmp(X509_get_subject_name(issuer), X509_get_issuer_name(one)) != 0 ||
	    issuers->signatures++ >= ISSUERS_SIGNATURES_MOST)
		return false;
	keyed = x509_with_key(issuer);
	issued = keyed != NULL && X509_check_issued(keyed, one) == X509_V_OK &&
		 X509_verify(one, X509_get0_pubkey(keyed)) == 1;
	X509_free(keyed);
	ERR_clear_error();
	return issued;
}

/* NULL: it is not there. */
static X509 *
issuers_next(struct issuers *issuers, X509 *one)
{
	const STACK_OF(X509) *given = issuers->credential->chain;

	for (int i = 0; i < sk_X509_num(given); i++)
		if (issuers_issued(issuers, sk_X509_value(given, i), one))
			return sk_X509_value(given, i);
	for (size_t i = 0; i < issuers->pool->count; i++)
		if (issuers_issued(issuers, issuers->pool->items[i].x509, one))
			return issuers->pool->items[i].x509;
	return NULL;
}

bool
issuers_have(const struct issuers *issuers, const X509 *x509)
{
	for (int i = 0; i < sk_X509_num(issuers->found); i++)
		if (X509_cmp(sk_X509_value(issuers->found, i), x509) == 0)
			return true;
	return false;
}

static int
issuers_refuse(const X509 *leaf, struct install_reason *reason)
{
	char issuer[256] = "";

	X509_NAME_oneline(X509_get_issuer_name(leaf), issuer, sizeof(issuer));
	return install_refuse(reason, INSTALL_NO_CHAIN,
	    "neither the new certificate's file nor the store has its issuer, %s", issuer);
}

int
issuers_find(struct issuers *issuers, bool root, struct install_reason *reason, struct error *err)
{
	X509 *at = issuers->credential->leaf;
	bool is_root = issuers_issued(issuers, at, at), any = is_root;

	for (int i = 0; !is_root && i < ISSUERS_MOST; i++) {
		at = issuers_next(issuers, at);
		if (at == NULL || issuers_have(issuers, at))
			break; /* CAs that certify each other are a circle */
		any = true;
		is_root = issuers_issued(issuers, at, at);
		if (is_root && !root)
			break;
		if (issuers->found == NULL)
			issuers->found = sk_X509_new_null();
		if (issuers->found == NULL || sk_X509_push(issuers->found, at) <= 0)
			return error_memory(err);
	}
	return any ? 0 : issuers_refuse(issuers->credential->leaf, reason);
}

size_t
issuers_count(const struct issuers *issuers)
{
	return issuers->found == NULL ? 0 : (size_t)sk_X509_num(issuers->found);
}

void
issuers_release(struct issuers *issuers)
{
	sk_X509_free(issuers->found); /* they are the pool's and the credential's */
	issuers->found = NULL;
}
