#include "certificates/renewal_pem_private.h"

#include <openssl/x509v3.h>

/* The chain of a store in PEM files that is renewed. */

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

/* New issuers that are in the file and stay there, as another leaf needs them. */
static void
renewal_pem_drop_staying(struct renewal_pem *r)
{
	for (int i = sk_X509_num(r->issuers.found) - 1; i >= 0; i--)
		for (size_t k = 0; k < r->pool.count; k++)
			if (!r->goes[k] && X509_cmp(r->pool.items[k].x509,
					       sk_X509_value(r->issuers.found, i)) == 0) {
				sk_X509_delete(r->issuers.found, i);
				break;
			}
}

int
renewal_pem_find_chain(struct renewal_pem *r)
{
	bool is_new = r->leaf == POOL_NONE, had_root = false;
	bool wanted = is_new ? r->renewal->includes_chain
			     : r->pool.items[r->leaf].issuer != POOL_NONE;

	r->goes = calloc(r->pool.count + 1, 1);
	if (r->goes == NULL)
		return error_memory(&r->source.err);
	r->issuers = (struct issuers){.credential = r->credential, .pool = &r->pool};
	if (r->renewal->trust_store || !wanted)
		return 0;
	if (!is_new)
		renewal_pem_mark_old(r, &had_root);
	if (issuers_find(&r->issuers, had_root, &r->renewal->reason, &r->source.err) == -1)
		return -1;
	renewal_pem_drop_staying(r);
	return 0;
}
