#include "certificates/renewal_chain_private.h"

#include "certificates/pkcs12_write_private.h"
#include "model/dn.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/x509v3.h>

#define OID_TRUSTED_KEY_USAGE "2.16.840.1.113894.746875.1.1" /* Java: an entry of its own */

/* Marks, each at the first of several that are the same certificate. */
#define MARK_ISSUER 1 /* of the entry */
#define MARK_NEEDED 2 /* an issuer of another entry */
/* A mark of each. */
#define MARK_GOES 4

/* ---- the old ones ------------------------------------------------------------------------ */

static void
renewal_chain_mark(struct renewal_chain *chain, size_t entry, unsigned char mark)
{
	const struct pool *pool = &chain->p->pool;
	size_t at = chain->p->parts[entry].head;

	for (size_t i = 1; i < chain->p->source->entries.items[entry].count; i++) {
		at = pool->items[at].issuer;
		chain->marks[pool->items[at].twin] |= mark;
	}
}

static bool
renewal_chain_is_trusted(const PKCS12_SAFEBAG *bag)
{
	const STACK_OF(X509_ATTRIBUTE) *attributes = PKCS12_SAFEBAG_get0_attrs(bag);
	char oid[CERTIFICATE_OID_SIZE];

	for (int i = 0; i < sk_X509_ATTRIBUTE_num(attributes); i++) {
		OBJ_obj2txt(oid, sizeof(oid),
		    X509_ATTRIBUTE_get0_object(sk_X509_ATTRIBUTE_value(attributes, i)), 1);
		if (strcmp(oid, OID_TRUSTED_KEY_USAGE) == 0)
			return true;
	}
	return false;
}

/* The subject as Java writes it (RFC 2253, UTF-8), with a NUL. False: no memory. */
static bool
renewal_chain_subject(const X509 *x509, struct buffer *text)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *bytes;
	long length = -1;

	if (bio != NULL && X509_NAME_print_ex(bio, X509_get_subject_name(x509), 0,
			       XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) >= 0)
		length = BIO_get_mem_data(bio, &bytes);
	if (length >= 0)
		buffer_add(text, length == 0 ? "" : bytes, (size_t)length);
	BIO_free(bio);
	return length >= 0 && !text->failed;
}

/* Whether it is called by its subject, as Java calls all but the first certificate of a chain. */
static bool
renewal_chain_has_subject(const struct renewal_chain *chain, size_t i)
{
	const struct pooled *one = &chain->p->pool.items[i];
	struct buffer subject = {0};
	bool has;

	if (one->names.name == NULL || one->names.key_id != NULL ||
	    renewal_chain_is_trusted(chain->p->places[i].bag))
		return false;
	has = renewal_chain_subject(one->x509, &subject) && dn_same(subject.bytes, one->names.name);
	buffer_release(&subject);
	return has;
}

/* A copy of the certificate that is replaced, which would be an entry without it. */
static bool
renewal_chain_is_leaf_copy(const struct renewal_chain *chain, size_t i)
{
	const struct pool *pool = &chain->p->pool;
	size_t twin = pool->items[chain->p->parts[chain->entry].head].twin;

	if (!pool->items[i].is_copy || pool->items[i].twin != twin)
		return false;
	for (size_t j = 0; j < pool->count; j++)
		if (pool->items[j].twin == twin && pool->items[j].heads &&
		    j != chain->p->parts[chain->entry].head)
			return false; /* it is another entry's, too */
	return (chain->marks[twin] & MARK_NEEDED) == 0;
}

/* Which of the old ones go: to be called when the new ones are known. */
static void
renewal_chain_mark_going(struct renewal_chain *chain)
{
	const struct pool *pool = &chain->p->pool;

	for (size_t i = 0; i < pool->count; i++) {
		const struct pooled *one = &pool->items[i];
		bool is_old = i != chain->p->parts[chain->entry].head &&
			      (chain->marks[one->twin] & (MARK_ISSUER | MARK_NEEDED)) ==
				  MARK_ISSUER;
		bool named = is_old && renewal_chain_has_subject(chain, i);

		chain->has_subjects |= named;
		if (renewal_chain_is_leaf_copy(chain, i) ||
		    (is_old && (named || (one->names.name == NULL && !one->heads)) &&
			!issuers_have(&chain->issuers, one->x509)))
			chain->marks[i] |= MARK_GOES;
	}
}

/* Whether the last one of the old chain is a root. */
static bool
renewal_chain_had_root(const struct renewal_chain *chain)
{
	const struct entry *entry = &chain->p->source->entries.items[chain->entry];
	const struct pool *pool = &chain->p->pool;
	size_t at = chain->p->parts[chain->entry].head;
	const X509 *last;

	for (size_t i = 1; i < entry->count; i++)
		at = pool->items[at].issuer;
	last = pool->items[at].x509;
	return X509_NAME_cmp(X509_get_subject_name(last), X509_get_issuer_name(last)) == 0;
}

/* ---- the new ones ------------------------------------------------------------------------ */

int
renewal_chain_find(struct renewal_chain *chain, struct install_reason *reason)
{
	const struct entries *entries = &chain->p->source->entries;
	bool is_new = chain->entry == POOL_NONE;

	chain->marks = calloc(chain->p->pool.count + 1, 1);
	if (chain->marks == NULL)
		return error_memory(&chain->p->source->err);
	for (size_t i = 0; i < entries->count; i++)
		renewal_chain_mark(chain, i, i == chain->entry ? MARK_ISSUER : MARK_NEEDED);
	chain->issuers = (struct issuers){.credential = chain->credential, .pool = &chain->p->pool};
	if ((is_new ? chain->is_wanted : entries->items[chain->entry].count > 1) &&
	    issuers_find(&chain->issuers, !is_new && renewal_chain_had_root(chain), reason,
		&chain->p->source->err) == -1)
		return -1;
	if (!is_new)
		renewal_chain_mark_going(chain);
	return 0;
}

void
renewal_chain_release(struct renewal_chain *chain)
{
	issuers_release(&chain->issuers);
	free(chain->marks);
}

bool
renewal_chain_is_there(const struct renewal_chain *chain, const X509 *x509)
{
	const struct pool *pool = &chain->p->pool;

	for (size_t i = 0; i < pool->count; i++)
		if ((chain->marks[i] & MARK_GOES) == 0 && X509_cmp(pool->items[i].x509, x509) == 0)
			return true;
	return false;
}

/* ---- bags -------------------------------------------------------------------------------- */

static PKCS12_SAFEBAG *
renewal_chain_bag(const struct renewal_chain *chain, X509 *issuer)
{
	PKCS12_SAFEBAG *bag = PKCS12_SAFEBAG_create_cert(issuer);
	struct buffer subject = {0};
	bool good = bag != NULL;

	if (good && chain->has_subjects)
		good = renewal_chain_subject(issuer, &subject) &&
		       PKCS12_add_friendlyname_utf8(bag, subject.bytes, (int)subject.length) == 1;
	if (subject.failed)
		error_memory(&chain->p->source->err);
	buffer_release(&subject);
	if (good)
		return bag;
	PKCS12_SAFEBAG_free(bag);
	return NULL;
}

/* The first one that goes; else POOL_NONE. */
static size_t
renewal_chain_first(const struct renewal_chain *chain)
{
	for (size_t i = 0; i < chain->p->pool.count; i++)
		if ((chain->marks[i] & MARK_GOES) != 0)
			return i;
	return POOL_NONE;
}

int
renewal_chain_put(struct renewal_chain *chain)
{
	struct pkcs12_place *places = chain->p->places;
	size_t first = renewal_chain_first(chain);
	bool after = first == POOL_NONE;
	size_t at = after ? chain->p->parts[chain->entry].head : first;

	/* Each is put next to the place: before it in their order, after it in the reverse one. */
	for (int i = 0, count = sk_X509_num(chain->issuers.found); i < count; i++) {
		X509 *issuer = sk_X509_value(chain->issuers.found, after ? count - 1 - i : i);

		if (!renewal_chain_is_there(chain, issuer) &&
		    pkcs12_insert(chain->p, &places[at], after, renewal_chain_bag(chain, issuer)) ==
			-1)
			return -1;
	}
	for (size_t i = 0; i < chain->p->pool.count; i++)
		if ((chain->marks[i] & MARK_GOES) != 0)
			pkcs12_remove(chain->p, &places[i]);
	return 0;
}
