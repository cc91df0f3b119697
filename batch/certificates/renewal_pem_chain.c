#include "certificates/renewal_pem_private.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

/* The chain of a store in PEM files that is renewed. */

#define CHAIN_ISSUERS_MOST 32
#define CHAIN_SIGNATURES_MOST 1000 /* so that no file of certificates of one name takes minutes */

static bool
renewal_pem_issued(struct renewal_pem *r, X509 *issuer, X509 *one)
{
	X509 *keyed;
	bool issued;

	if (X509_NAME_cmp(X509_get_subject_name(issuer), X509_get_issuer_name(one)) != 0 ||
	    r->signatures++ >= CHAIN_SIGNATURES_MOST)
		return false;
	keyed = x509_with_key(issuer);
	issued = keyed != NULL && X509_check_issued(keyed, one) == X509_V_OK &&
		 X509_verify(one, X509_get0_pubkey(keyed)) == 1;
	X509_free(keyed);
	ERR_clear_error();
	return issued;
}

/* From what came with the certificate, else from the file. NULL: it is not there. */
static X509 *
renewal_pem_issuer(struct renewal_pem *r, X509 *one)
{
	const STACK_OF(X509) *given = r->credential->chain;

	for (int i = 0; i < sk_X509_num(given); i++)
		if (renewal_pem_issued(r, sk_X509_value(given, i), one))
			return sk_X509_value(given, i);
	for (size_t i = 0; i < r->pool.count; i++)
		if (renewal_pem_issued(r, r->pool.items[i].x509, one))
			return r->pool.items[i].x509;
	return NULL;
}

static bool
renewal_pem_has_issuer(const struct renewal_pem *r, const X509 *x509)
{
	for (int i = 0; i < sk_X509_num(r->issuers); i++)
		if (X509_cmp(sk_X509_value(r->issuers, i), x509) == 0)
			return true;
	return false;
}

/* Adds the issuers upwards, the root only where asked for. *found: there is one, or none is needed.
 * -1: no memory. */
static int
renewal_pem_climb(struct renewal_pem *r, bool root, bool *found)
{
	X509 *at = r->credential->leaf;
	bool is_root = renewal_pem_issued(r, at, at);

	*found = is_root;
	for (int i = 0; !is_root && i < CHAIN_ISSUERS_MOST; i++) {
		at = renewal_pem_issuer(r, at);
		if (at == NULL || renewal_pem_has_issuer(r, at))
			break;
		*found = true;
		is_root = renewal_pem_issued(r, at, at);
		if ((!is_root || root) && sk_X509_push(r->issuers, at) <= 0)
			return -1;
	}
	return 0;
}

static bool
renewal_pem_is_root(const X509 *x509)
{
	return X509_NAME_cmp(X509_get_subject_name(x509), X509_get_issuer_name(x509)) == 0;
}

/* Marks the old issuers that no other leaf needs; *had_root: the last one was a root. */
static void
renewal_pem_mark_old(struct renewal_pem *r, bool *had_root)
{
	struct pool *pool = &r->pool;
	size_t steps = 0;

	*had_root = false;
	for (size_t at = pool->items[r->leaf].issuer; at != POOL_NONE && steps++ < pool->count;
	     at = pool->items[at].issuer) {
		r->goes[at] = 1;
		*had_root = renewal_pem_is_root(pool->items[at].x509);
	}
	for (size_t i = 0; i < pool->count; i++) {
		steps = 0;
		if (i == r->leaf || !pooled_is_leaf(&pool->items[i]) ||
		    pool->items[i].twin == pool->items[r->leaf].twin)
			continue;
		for (size_t at = pool->items[i].issuer; at != POOL_NONE && steps++ < pool->count;
		     at = pool->items[at].issuer)
			r->goes[at] = 0;
	}
	for (size_t i = 0; i < pool->count; i++) /* those that are there twice */
		r->goes[i] = r->goes[pool->items[i].twin];
}

static int
renewal_pem_refuse_chain(struct renewal_pem *r)
{
	char issuer[256] = "";

	X509_NAME_oneline(X509_get_issuer_name(r->credential->leaf), issuer, sizeof(issuer));
	return install_refuse(&r->renewal->reason, INSTALL_NO_CHAIN,
	    "neither the new certificate's file nor the store has its issuer, %s", issuer);
}

/* New issuers that are in the file and stay there, as another leaf needs them. */
static void
renewal_pem_drop_staying(struct renewal_pem *r)
{
	for (int i = sk_X509_num(r->issuers) - 1; i >= 0; i--)
		for (size_t k = 0; k < r->pool.count; k++)
			if (!r->goes[k] &&
			    X509_cmp(r->pool.items[k].x509, sk_X509_value(r->issuers, i)) == 0) {
				sk_X509_delete(r->issuers, i);
				break;
			}
}

int
renewal_pem_find_chain(struct renewal_pem *r)
{
	bool is_new = r->leaf == POOL_NONE, had_root = false, found = true;
	bool wanted = is_new ? r->renewal->includes_chain
			     : r->pool.items[r->leaf].issuer != POOL_NONE;

	r->issuers = sk_X509_new_null();
	r->goes = calloc(r->pool.count + 1, 1);
	if (r->issuers == NULL || r->goes == NULL)
		return error_memory(&r->source.err);
	if (r->renewal->trust_store || !wanted)
		return 0;
	if (!is_new)
		renewal_pem_mark_old(r, &had_root);
	if (renewal_pem_climb(r, had_root, &found) == -1)
		return error_memory(&r->source.err);
	renewal_pem_drop_staying(r);
	return found ? 0 : renewal_pem_refuse_chain(r);
}
