#include "certificates/pem.h"

#include "certificates/pool_private.h"
#include "certificates/x509_private.h"
#include "crypto/start.h"

#include <string.h>

#include <openssl/err.h>
#include <openssl/pem.h>

static const char pem_begin[] = "-----BEGIN ";

/* A private key of the file: the first one counts. */
struct pem_key {
	bool there;
	EVP_PKEY *plain; /* NULL: encrypted, or of an algorithm that this OpenSSL lacks */
};

struct pem {
	struct entries_source *source;
	struct pool pool;
	struct pem_key key;
};

/* What PEM_read_bio_ex() found; data are wiped, for they may be a key. */
struct pem_block {
	char *name;
	char *header;
	unsigned char *data;
	long length;
};

bool
pem_is(const unsigned char *bytes, size_t length)
{
	return memmem(bytes, length, pem_begin, sizeof(pem_begin) - 1) != NULL;
}

static void
pem_block_release(struct pem_block *block)
{
	OPENSSL_free(block->name);
	OPENSSL_free(block->header);
	OPENSSL_clear_free(block->data, block->length > 0 ? (size_t)block->length : 0);
	*block = (struct pem_block){0};
}

static int
pem_damaged(struct entries_source *source, const char *what, unsigned number)
{
	struct error err = {0};

	x509_failed(&err, what);
	if (err.code == ERROR_STORAGE) {
		source->err = err;
		return -1;
	}
	return entries_fault(source, UNREADABLE_DAMAGED, "PEM block %u: %.200s", number, err.text);
}

static int
pem_take_certificate(struct pem *pem, const struct pem_block *block, unsigned number)
{
	const unsigned char *at = block->data;
	bool trusted = strcmp(block->name, PEM_STRING_X509_TRUSTED) == 0;
	X509 *x509 = trusted ? d2i_X509_AUX(NULL, &at, block->length)
			     : d2i_X509(NULL, &at, block->length);

	if (x509 == NULL)
		return pem_damaged(pem->source, "no certificate", number);
	return pool_add(pem->source, &pem->pool, x509) == NULL ? -1 : 0;
}

static bool
pem_is_key(const char *name)
{
	size_t length = strlen(name), end = strlen(PEM_STRING_PKCS8INF);

	return length >= end && strcmp(name + length - end, PEM_STRING_PKCS8INF) == 0;
}

static void
pem_take_key(struct pem_key *key, const struct pem_block *block)
{
	const unsigned char *at = block->data;
	bool encrypted = strcmp(block->name, PEM_STRING_PKCS8) == 0 ||
			 strstr(block->header, "ENCRYPTED") != NULL;

	if (key->there)
		return;
	key->there = true;
	if (!encrypted)
		key->plain = d2i_AutoPrivateKey(NULL, &at, block->length);
	ERR_clear_error();
}

/* The blocks of a file. Of that with the key alone, `certificates` is false. */
static int
pem_take_blocks(struct pem *pem, BIO *bio, bool certificates)
{
	struct pem_block block = {0};
	int rc = 0;

	for (unsigned number = 1; rc == 0; number++) {
		ERR_clear_error();
		if (PEM_read_bio_ex(bio, &block.name, &block.header, &block.data, &block.length,
			PEM_FLAG_EAY_COMPATIBLE) != 1) {
			if (ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE)
				rc = pem_damaged(pem->source, "damaged", number);
			ERR_clear_error();
			break;
		}
		if (pem_is_key(block.name))
			pem_take_key(&pem->key, &block);
		else if (certificates && (strcmp(block.name, PEM_STRING_X509) == 0 ||
					     strcmp(block.name, PEM_STRING_X509_OLD) == 0 ||
					     strcmp(block.name, PEM_STRING_X509_TRUSTED) == 0))
			rc = pem_take_certificate(pem, &block, number);
		pem_block_release(&block);
	}
	return rc;
}

static int
pem_take(struct pem *pem, const unsigned char *bytes, size_t length, bool certificates)
{
	static const char mark[] = "\xef\xbb\xbf";
	BIO *bio;
	int rc;

	if (length >= 3 && memcmp(bytes, mark, 3) == 0) {
		bytes += 3;
		length -= 3;
	}
	bio = BIO_new_mem_buf(bytes, (int)length);
	if (bio == NULL)
		return error_memory(&pem->source->err);
	rc = pem_take_blocks(pem, bio, certificates);
	BIO_free(bio);
	return rc;
}

/* ---- entries ----------------------------------------------------------------------------- */

/* The certificate of the key, else the first leaf, else (a circle) the first certificate. */
static size_t
pem_leaf(const struct pem *pem)
{
	size_t leaf = POOL_NONE;

	for (size_t i = pem->pool.count; i-- > 0;)
		if (!pem->pool.items[i].is_issuer)
			leaf = i;
	for (size_t i = 0; pem->key.plain != NULL && i < pem->pool.count; i++)
		if (X509_check_private_key(pem->pool.items[i].x509, pem->key.plain) == 1) {
			leaf = i;
			break;
		}
	ERR_clear_error();
	return leaf == POOL_NONE ? 0 : leaf;
}

static size_t
pem_count_leaves(const struct pool *pool)
{
	size_t leaves = 0;

	for (size_t i = 0; i < pool->count; i++)
		leaves += !pool->items[i].is_issuer;
	return leaves;
}

static int
pem_make_entries(struct pem *pem, bool trust_store)
{
	struct pool *pool = &pem->pool;
	size_t leaf;

	if (pool->count == 0)
		return 0;
	if (!trust_store && (pem->key.there || pem_count_leaves(pool) == 1)) {
		struct entry *entry;

		leaf = pem_leaf(pem);
		entry = pool_entry(pem->source, pool, leaf, true);
		if (entry == NULL)
			return -1;
		entry->has_key = pem->key.there;
		entry->key_mismatch = pem->key.plain != NULL &&
				      X509_check_private_key(
					  pool->items[leaf].x509, pem->key.plain) != 1;
		ERR_clear_error();
	}
	for (size_t i = 0; i < pool->count; i++)
		if (!pool->items[i].used && pool_entry(pem->source, pool, i, false) == NULL)
			return -1;
	return 0;
}

int
pem_read(struct entries_source *source, const struct pem_options *options)
{
	struct pem pem = {.source = source};
	int rc = crypto_begin(&source->err);

	if (rc == 0)
		rc = pem_take(&pem, source->bytes, source->length, true);
	if (rc == 0 && options->key != NULL)
		rc = pem_take(&pem, options->key, options->key_length, false);
	if (rc == 0)
		rc = pool_link(source, &pem.pool);
	if (rc == 0)
		rc = pem_make_entries(&pem, options->trust_store);
	EVP_PKEY_free(pem.key.plain);
	pool_release(&pem.pool);
	return rc;
}

int
der_read(struct entries_source *source)
{
	struct entry *entry = entries_add(source, NULL);

	return entry == NULL ? -1 : entries_add_der(source, entry, source->bytes, source->length);
}
