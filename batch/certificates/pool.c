#include "certificates/pool_private.h"

#include "certificates/public_key.h"
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

X509 *
pooled_keyed(struct pooled *pooled)
{
	if (pooled->keyed == NULL)
		pooled->keyed = x509_with_key(pooled->x509);
	return pooled->keyed;
}

bool
pooled_has_key(struct pooled *pooled, const EVP_PKEY *key)
{
	X509 *keyed;
	bool same;

	if (public_key_is_of(X509_get_X509_PUBKEY(pooled->x509), key))
		return true;
	keyed = pooled_keyed(pooled);
	same = keyed != NULL && X509_check_private_key(keyed, key) == 1;
	ERR_clear_error();
	return same;
}

/* ---- copies ------------------------------------------------------------------------------ */

static int
pool_compare(const void *a, const void *b)
{
	const struct pooled *one = *(const struct pooled *const *)a;
	const struct pooled *other = *(const struct pooled *const *)b;
	int order = X509_cmp(one->x509, other->x509);

	if (order != 0)
		return order < 0 ? -1 : 1;
	return one < other ? -1 : one > other; /* in the order of the file */
}

static bool
pooled_has_names(const struct pooled *pooled)
{
	return pooled->names.name != NULL || pooled->names.key_id != NULL;
}

/* Of several that are the same, those with names stay, or else the first. */
static void
pool_mark_copies(struct pooled **same, size_t count)
{
	bool kept = false;

	for (size_t i = 0; i < count; i++)
		kept |= pooled_has_names(same[i]);
	for (size_t i = kept ? 0 : 1; i < count; i++)
		if (!pooled_has_names(same[i]))
			same[i]->is_copy = same[i]->used = true;
}

static void
pool_find_copies(const struct pool *pool, struct pooled **sorted)
{
	size_t count = pool->count;

	for (size_t first = 0, next; first < count; first = next) {
		next = first + 1;
		while (next < count && X509_cmp(sorted[first]->x509, sorted[next]->x509) == 0)
			next++;
		for (size_t i = first; i < next; i++)
			sorted[i]->twin = (size_t)(sorted[first] - pool->items);
		pool_mark_copies(sorted + first, next - first);
	}
}

/* ---- issuers ----------------------------------------------------------------------------- */

/* So that no file of certificates of one name takes minutes. */
#define POOL_CANDIDATES_MOST 64 /* of one certificate */
#define POOL_SIGNATURES_MOST 1000

struct pool_links {
	struct pool *pool;
	struct pooled **sorted; /* by subject */
	size_t signatures;      /* verified so far */
};

static int
pool_compare_subjects(const void *a, const void *b)
{
	const struct pooled *one = *(const struct pooled *const *)a;
	const struct pooled *other = *(const struct pooled *const *)b;
	int order = X509_NAME_cmp(
	    X509_get_subject_name(one->x509), X509_get_subject_name(other->x509));

	if (order != 0)
		return order < 0 ? -1 : 1;
	return one < other ? -1 : one > other;
}

/* The first place of a subject, or where it would be. */
static size_t
pool_find(const struct pool_links *links, const X509_NAME *subject)
{
	size_t low = 0, high = links->pool->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (X509_NAME_cmp(X509_get_subject_name(links->sorted[middle]->x509), subject) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool
pool_verifies(struct pool_links *links, struct pooled *issuer, struct pooled *one)
{
	X509 *keyed;

	if (links->signatures++ >= POOL_SIGNATURES_MOST)
		return true;
	keyed = pooled_keyed(issuer);
	return keyed != NULL && X509_verify(one->x509, X509_get0_pubkey(keyed)) == 1;
}

/* By its names, extensions and the kind of its key. */
static bool
pool_may_issue(struct pooled *issuer, struct pooled *one)
{
	X509 *keyed = pooled_keyed(issuer);

	return keyed != NULL && X509_check_issued(keyed, one->x509) == X509_V_OK;
}

/* Those that may have issued it. Returns their count. */
static size_t
pool_candidates(const struct pool_links *links, struct pooled *one,
    struct pooled *candidates[POOL_CANDIDATES_MOST])
{
	const X509_NAME *name = X509_get_issuer_name(one->x509);
	size_t count = 0;

	for (size_t i = pool_find(links, name); i < links->pool->count; i++) {
		struct pooled *other = links->sorted[i];

		if (count == POOL_CANDIDATES_MOST ||
		    X509_NAME_cmp(X509_get_subject_name(other->x509), name) != 0)
			break;
		if (other != one && !other->is_copy && X509_cmp(other->x509, one->x509) != 0 &&
		    pool_may_issue(other, one))
			candidates[count++] = other;
	}
	return count;
}

/* A signature is verified only where there is a choice: a CA that was renewed. */
static void
pool_link_one(struct pool_links *links, struct pooled *one)
{
	struct pooled *candidates[POOL_CANDIDATES_MOST];
	size_t count = pool_candidates(links, one, candidates), chosen = 0;

	if (count == 0 || (X509_NAME_cmp(X509_get_subject_name(one->x509),
			       X509_get_issuer_name(one->x509)) == 0 &&
			      pool_verifies(links, one, one)))
		return;
	for (size_t i = 0; count > 1 && i < count; i++)
		if (pool_verifies(links, candidates[i], one)) {
			chosen = i;
			break;
		}
	one->issuer = (size_t)(candidates[chosen] - links->pool->items);
	candidates[chosen]->is_issuer = true;
}

int
pool_link(struct entries_source *source, struct pool *pool)
{
	struct pool_links links = {.pool = pool};

	links.sorted = calloc(pool->count + 1, sizeof(struct pooled *));
	if (links.sorted == NULL)
		return error_memory(&source->err);
	for (size_t i = 0; i < pool->count; i++)
		links.sorted[i] = &pool->items[i];
	qsort(links.sorted, pool->count, sizeof(*links.sorted), pool_compare);
	pool_find_copies(pool, links.sorted);
	qsort(links.sorted, pool->count, sizeof(*links.sorted), pool_compare_subjects);
	for (size_t i = 0; i < pool->count; i++)
		if (!pool->items[i].is_copy)
			pool_link_one(&links, &pool->items[i]);
	ERR_clear_error();
	free(links.sorted);
	return 0;
}

bool
pooled_is_leaf(const struct pooled *pooled)
{
	return !pooled->is_issuer && !pooled->is_copy;
}

/* ---- entries ----------------------------------------------------------------------------- */

struct entry *
pool_entry(struct entries_source *source, struct pool *pool, size_t leaf, bool chain)
{
	struct entry *entry = entries_add(source, pool->items[leaf].names.name);
	size_t number = source->entries.count;

	if (entry == NULL)
		return NULL;
	pool->items[leaf].heads = true;
	/* CAs that certify each other are a circle. */
	for (size_t at = leaf; at != POOL_NONE && pool->items[at].entry != number;) {
		struct pooled *one = &pool->items[at];

		one->entry = number;
		one->used = true;
		if (entries_add_x509(source, entry, one->x509) == -1)
			return NULL;
		at = chain ? one->issuer : POOL_NONE;
	}
	return entry;
}

void
pool_release(struct pool *pool)
{
	for (size_t i = 0; i < pool->count; i++) {
		X509_free(pool->items[i].x509);
		X509_free(pool->items[i].keyed);
		free(pool->items[i].names.name);
		free(pool->items[i].names.key_id);
	}
	free(pool->items);
	*pool = (struct pool){0};
}
