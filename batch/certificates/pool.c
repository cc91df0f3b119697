#include "certificates/pool_private.h"

#include "certificates/x509_private.h"
#include "memory.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/x509v3.h>

struct pooled *
pool_add(struct entries_source *source, struct pool *pool, X509 *x509)
{
	struct pooled *items;

	if (pool->count == ENTRIES_CERTIFICATES_MOST) {
		X509_free(x509);
		entries_fault(source, UNREADABLE_TOO_LARGE, "more than %d certificates",
		    ENTRIES_CERTIFICATES_MOST);
		return NULL;
	}
	items = memory_grow(pool->items, pool->count, &pool->capacity, sizeof(*pool->items));
	if (items == NULL) {
		X509_free(x509);
		error_memory(&source->err);
		return NULL;
	}
	pool->items = items;
	items[pool->count] = (struct pooled){.x509 = x509, .issuer = POOL_NONE};
	return &items[pool->count++];
}

/* The places of the certificates, by the hashes of their subjects. */
struct pool_place {
	unsigned long subject;
	size_t at;
};

static int
pool_compare(const void *a, const void *b)
{
	const struct pool_place *one = a, *other = b;

	if (one->subject != other->subject)
		return one->subject < other->subject ? -1 : 1;
	return one->at < other->at ? -1 : one->at > other->at;
}

/* The first place of a subject, or where it would be. */
static size_t
pool_find(const struct pool_place *places, size_t count, unsigned long subject)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (places[middle].subject < subject)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Of several that could have issued it (a CA that was renewed), the first whose key verifies it. */
static void
pool_link_one(struct pool *pool, const struct pool_place *places, size_t at)
{
	struct pooled *one = &pool->items[at];
	size_t place = pool_find(places, pool->count, one->issued_by);

	for (; place < pool->count && places[place].subject == one->issued_by; place++) {
		size_t other = places[place].at;
		X509 *issuer = pool->items[other].x509;

		if (other == at || X509_check_issued(issuer, one->x509) != X509_V_OK ||
		    X509_cmp(issuer, one->x509) == 0)
			continue;
		if (one->issuer == POOL_NONE)
			one->issuer = other;
		if (X509_verify(one->x509, X509_get0_pubkey(issuer)) == 1) {
			one->issuer = other;
			break;
		}
	}
	ERR_clear_error();
	if (one->issuer != POOL_NONE)
		pool->items[one->issuer].is_issuer = true;
}

int
pool_link(struct entries_source *source, struct pool *pool)
{
	struct pool_place *places = calloc(pool->count + 1, sizeof(*places));

	if (places == NULL)
		return error_memory(&source->err);
	for (size_t i = 0; i < pool->count; i++) {
		struct pooled *one = &pool->items[i];

		one->subject = X509_subject_name_hash(one->x509);
		one->issued_by = X509_issuer_name_hash(one->x509);
		places[i] = (struct pool_place){one->subject, i};
	}
	if (pool->count > 1)
		qsort(places, pool->count, sizeof(*places), pool_compare);
	for (size_t i = 0; i < pool->count; i++)
		pool_link_one(pool, places, i);
	free(places);
	return 0;
}

struct entry *
pool_entry(struct entries_source *source, struct pool *pool, size_t leaf, bool chain)
{
	const struct pooled *first = &pool->items[leaf];
	struct entry *entry = entries_add(source, first->names.name);
	size_t at = leaf;

	if (entry == NULL)
		return NULL;
	/* A circle of issuers ends where it begins: no chain is longer than the pool. */
	for (size_t steps = 0; at != POOL_NONE && steps < pool->count; steps++) {
		pool->items[at].used = true;
		if (entries_add_x509(source, entry, pool->items[at].x509) == -1)
			return NULL;
		at = chain ? pool->items[at].issuer : POOL_NONE;
		if (at == leaf)
			break;
	}
	return entry;
}

void
pool_release(struct pool *pool)
{
	for (size_t i = 0; i < pool->count; i++) {
		X509_free(pool->items[i].x509);
		free(pool->items[i].names.name);
		free(pool->items[i].names.key_id);
	}
	free(pool->items);
	*pool = (struct pool){0};
}
