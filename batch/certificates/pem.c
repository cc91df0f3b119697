#include "certificates/pem.h"

#include "certificates/pem_private.h"
#include "certificates/public_key.h"
#include "certificates/x509_private.h"
#include "crypto/start.h"

#include <string.h>

#include <openssl/err.h>
#include <openssl/pem.h>

static const char pem_begin[] = "-----BEGIN ";

/* A private key of the file: the first one counts. */
struct pem_key {
	bool there, encrypted;
	struct pem_block block; /* of one that is not encrypted */
	bool is_tried;          /* to decode it, which takes as long as all the rest */
	EVP_PKEY *plain; /* NULL: it was not, or is of an algorithm that this OpenSSL lacks */
};

struct pem {
	struct entries_source *source;
	struct pool pool;
	struct pem_key key;
	unsigned message; /* the first block that is a PKCS#7 message, from 1; 0: there is none */
	bool key_file;    /* the file with the key alone is read */
};

bool
pem_is(const unsigned char *bytes, size_t length)
{
	return memmem(bytes, length, pem_begin, sizeof(pem_begin) - 1) != NULL;
}

/* ---- blocks ------------------------------------------------------------------------------- */

void
pem_block_release(struct pem_block *block)
{
	OPENSSL_secure_free(block->name);
	OPENSSL_secure_free(block->header);
	OPENSSL_secure_clear_free(block->data, block->length > 0 ? (size_t)block->length : 0);
	*block = (struct pem_block){.number = block->number};
}

bool
pem_block_copy(struct pem_block *copy, const struct pem_block *block)
{
	*copy = (struct pem_block){.length = block->length,
	    .begin = block->begin,
	    .end = block->end,
	    .number = block->number,
	    .name = OPENSSL_secure_malloc(strlen(block->name) + 1),
	    .header = OPENSSL_secure_malloc(strlen(block->header) + 1),
	    .data = OPENSSL_secure_malloc((size_t)block->length + 1)};
	if (copy->name != NULL && copy->header != NULL && copy->data != NULL) {
		memcpy(copy->name, block->name, strlen(block->name) + 1);
		memcpy(copy->header, block->header, strlen(block->header) + 1);
		memcpy(copy->data, block->data, (size_t)block->length);
		return true;
	}
	pem_block_release(copy);
	return false;
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

/* The next line that begins as that before a block does, in files with lines of any system; `end`
 * where there is none. */
static const unsigned char *
pem_find_begin(const unsigned char *bytes, const unsigned char *at, const unsigned char *end)
{
	size_t size = sizeof(pem_begin) - 1;

	while (at < end && (at = memmem(at, (size_t)(end - at), pem_begin, size)) != NULL) {
		if (at == bytes || at[-1] == '\n' || at[-1] == '\r')
			return at;
		at += size;
	}
	return end;
}

/* A file that is walked through. */
struct pem_walking {
	struct entries_source *source;
	const unsigned char *file, *bytes, *end; /* the bytes begin after a byte order mark */
	BIO *bio;
	struct pem_block block;
};

/* Where the block that was read is: OpenSSL has taken all up to its end. Where lines are damaged it
 * may be elsewhere; then the file is refused in the end. */
static void
pem_place(struct pem_walking *walking, const unsigned char *from)
{
	const unsigned char *end = walking->end - BIO_pending(walking->bio);
	const unsigned char *begin = pem_find_begin(walking->bytes, from, end);

	while (end > begin && end[-1] != '-')
		end--;
	walking->block.begin = (size_t)(begin - walking->file);
	walking->block.end = (size_t)(end - walking->file);
}

static unsigned
pem_count_begins(const struct pem_walking *walking)
{
	const unsigned char *at = walking->bytes;
	unsigned count = 0;

	while ((at = pem_find_begin(walking->bytes, at, walking->end)) != walking->end) {
		count++;
		at++;
	}
	return count;
}

static int
pem_walk_blocks(
    struct pem_walking *walking, int (*each)(void *, const struct pem_block *), void *closure)
{
	struct pem_block *block = &walking->block;
	const unsigned char *from = walking->bytes;
	unsigned count = pem_count_begins(walking);
	int rc = 0;

	for (ERR_clear_error();
	     rc == 0 && PEM_read_bio_ex(walking->bio, &block->name, &block->header, &block->data,
			    &block->length, PEM_FLAG_EAY_COMPATIBLE | PEM_FLAG_SECURE) == 1;
	     pem_block_release(block)) {
		pem_place(walking, from);
		block->number++;
		rc = each(closure, block); /* it may be damaged itself */
		from = walking->end - BIO_pending(walking->bio);
		ERR_clear_error();
	}
	if (rc == -1)
		return -1;
	if (ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE)
		return pem_damaged(walking->source, "damaged", block->number + 1);
	ERR_clear_error();
	if (block->number != count)
		return entries_fault(walking->source, UNREADABLE_DAMAGED,
		    "a line of -----BEGIN is damaged: there are %u, and %u PEM blocks", count,
		    block->number);
	return 0;
}

int
pem_walk(struct entries_source *source, const unsigned char *bytes, size_t length,
    int (*each)(void *closure, const struct pem_block *), void *closure)
{
	static const char mark[] = "\xef\xbb\xbf";
	size_t skip = length >= 3 && memcmp(bytes, mark, 3) == 0 ? 3 : 0;
	struct pem_walking walking = {.source = source, .file = bytes, .bytes = bytes};
	int rc;

	if (bytes == NULL || length == skip)
		return 0;
	walking.bio = BIO_new_mem_buf(bytes + skip, (int)(length - skip));
	if (walking.bio == NULL)
		return error_memory(&source->err);
	walking.bytes = bytes + skip;
	walking.end = bytes + length;
	rc = pem_walk_blocks(&walking, each, closure);
	BIO_free(walking.bio);
	return rc;
}

struct pooled *
pem_take_certificate(
    struct entries_source *source, struct pool *pool, const struct pem_block *block)
{
	const unsigned char *at = block->data;
	bool trusted = strcmp(block->name, PEM_STRING_X509_TRUSTED) == 0;
	X509 *x509 = trusted ? d2i_X509_AUX(NULL, &at, block->length)
			     : x509_read(&at, block->length);

	if (x509 != NULL)
		return pool_add(source, pool, x509);
	(void)pem_damaged(source, "no certificate", block->number);
	return NULL;
}

bool
pem_is_key(const char *name)
{
	size_t length = strlen(name), end = strlen(PEM_STRING_PKCS8INF);

	return length >= end && strcmp(name + length - end, PEM_STRING_PKCS8INF) == 0 &&
	       strncmp(name, "OPENSSH ", 8) != 0;
}

bool
pem_is_traditionally_encrypted(const struct pem_block *block)
{
	return strstr(block->header, "ENCRYPTED") != NULL;
}

bool
pem_is_encrypted(const struct pem_block *block)
{
	return pem_is_traditionally_encrypted(block) || strcmp(block->name, PEM_STRING_PKCS8) == 0;
}

int
pem_verify_key(struct entries_source *source, const struct pem_block *block)
{
	const unsigned char *at = block->data;
	int tag, class;
	long length;
	int form;

	if (pem_is_traditionally_encrypted(block))
		return 0;
	form = ASN1_get_object(&at, &length, &tag, &class, block->length);
	ERR_clear_error();
	if ((form & 0x80) == 0 && tag == V_ASN1_SEQUENCE &&
	    at + length == block->data + block->length)
		return 0;
	return entries_fault(source, UNREADABLE_DAMAGED,
	    "PEM block %u: no private key: its DER is damaged", block->number);
}

/* Where the name of the block says what kind it is, or the algorithm in it does, OpenSSL need not
 * try its decoders one after the other. */
EVP_PKEY *
pem_decode_key(const char *name, const unsigned char *der, long length)
{
	const unsigned char *at = der;
	PKCS8_PRIV_KEY_INFO *info = NULL;
	EVP_PKEY *key = NULL;

	if (strcmp(name, PEM_STRING_PKCS8INF) == 0)
		info = d2i_PKCS8_PRIV_KEY_INFO(NULL, &at, length);
	if (info != NULL)
		key = EVP_PKCS82PKEY(info);
	else if (strcmp(name, PEM_STRING_ECPRIVATEKEY) == 0)
		key = d2i_PrivateKey(EVP_PKEY_EC, NULL, &at, length);
	else if (strcmp(name, PEM_STRING_RSA) == 0)
		key = d2i_PrivateKey(EVP_PKEY_RSA, NULL, &at, length);
	PKCS8_PRIV_KEY_INFO_free(info);
	at = der;
	return key != NULL ? key : d2i_AutoPrivateKey(NULL, &at, length);
}

/* ---- what is kept of them ----------------------------------------------------------------- */

static int
pem_take_key(struct pem *pem, const struct pem_block *block)
{
	struct pem_key *key = &pem->key;

	if (pem_verify_key(pem->source, block) == -1)
		return -1;
	if (key->there)
		return 0;
	key->there = true;
	key->encrypted = pem_is_encrypted(block);
	if (!key->encrypted && !pem_block_copy(&key->block, block))
		return error_memory(&pem->source->err);
	return 0;
}

/* Whether the key of the file is that of a certificate in the pool. */
static bool
pem_key_is_of(struct pem *pem, size_t i)
{
	struct pooled *pooled = &pem->pool.items[i];
	struct pem_key *key = &pem->key;

	if (!key->there || key->encrypted)
		return false;
	if (public_key_is_in(
		X509_get_X509_PUBKEY(pooled->x509), key->block.data, key->block.length))
		return true;
	if (!key->is_tried)
		key->plain = pem_decode_key(key->block.name, key->block.data, key->block.length);
	key->is_tried = true;
	ERR_clear_error();
	return key->plain != NULL && pooled_has_key(pooled, key->plain);
}

bool
pem_is_certificate(const char *name)
{
	return strcmp(name, PEM_STRING_X509) == 0 || strcmp(name, PEM_STRING_X509_OLD) == 0 ||
	       strcmp(name, PEM_STRING_X509_TRUSTED) == 0;
}

bool
pem_is_message(const char *name)
{
	return strcmp(name, PEM_STRING_PKCS7) == 0 || strcmp(name, PEM_STRING_PKCS7_SIGNED) == 0 ||
	       strcmp(name, PEM_STRING_CMS) == 0;
}

static int
pem_take_block(void *closure, const struct pem_block *block)
{
	struct pem *pem = closure;

	if (pem_is_key(block->name))
		return pem_take_key(pem, block);
	if (pem->key_file)
		return 0;
	if (pem_is_certificate(block->name))
		return pem_take_certificate(pem->source, &pem->pool, block) == NULL ? -1 : 0;
	if (pem->message == 0 && pem_is_message(block->name))
		pem->message = block->number;
	return 0;
}

/* ---- entries ----------------------------------------------------------------------------- */

/* The certificate of the key, else the first leaf, else (a circle) the first certificate. */
static size_t
pem_leaf(struct pem *pem)
{
	size_t leaf = POOL_NONE;

	for (size_t i = pem->pool.count; i-- > 0;)
		if (pooled_is_leaf(&pem->pool.items[i]))
			leaf = i;
	for (size_t i = 0; i < pem->pool.count; i++)
		if (pem_key_is_of(pem, i)) {
			leaf = i;
			break;
		}
	return leaf == POOL_NONE ? 0 : leaf;
}

static size_t
pem_count_leaves(const struct pool *pool)
{
	size_t leaves = 0;

	for (size_t i = 0; i < pool->count; i++)
		leaves += pooled_is_leaf(&pool->items[i]);
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
		entry->key_mismatch = !pem_key_is_of(pem, leaf) && pem->key.plain != NULL;
	}
	for (size_t i = 0; i < pool->count; i++)
		if (!pool->items[i].used && pool_entry(pem->source, pool, i, false) == NULL)
			return -1;
	return 0;
}

/* A file whose certificates are all in a message is not known to have none. */
static int
pem_require_certificates(const struct pem *pem)
{
	if (pem->pool.count > 0 || pem->message == 0)
		return 0;
	return entries_fault(pem->source, UNREADABLE_UNSUPPORTED_ALGORITHM,
	    "PEM block %u is a PKCS#7 message: expected CERTIFICATE blocks", pem->message);
}

int
pem_read(struct entries_source *source, const struct pem_options *options)
{
	struct pem pem = {.source = source};
	unsigned long shortages = crypto_shortages();
	int rc = crypto_begin(&source->err);

	if (rc == 0)
		rc = pem_walk(source, source->bytes, source->length, pem_take_block, &pem);
	pem.key_file = true;
	if (rc == 0)
		rc = pem_walk(source, options->key, options->key_length, pem_take_block, &pem);
	if (rc == 0 && options->refuse_messages)
		rc = pem_require_certificates(&pem);
	if (rc == 0)
		rc = pool_link(source, &pem.pool);
	if (rc == 0)
		rc = pem_make_entries(&pem, options->trust_store);
	EVP_PKEY_free(pem.key.plain);
	pem_block_release(&pem.key.block);
	pool_release(&pem.pool);
	return entries_end(source, shortages, rc);
}

int
der_read(struct entries_source *source)
{
	struct entry *entry = entries_add(source, NULL);

	return entry == NULL ? -1 : entries_add_der(source, entry, source->bytes, source->length);
}
