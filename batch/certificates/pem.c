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
	unsigned message; /* the first block that is a PKCS#7 message, from 1; 0: there is none */
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
	OPENSSL_secure_free(block->name);
	OPENSSL_secure_free(block->header);
	OPENSSL_secure_clear_free(block->data, block->length > 0 ? (size_t)block->length : 0);
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
			     : x509_read(&at, block->length);

	if (x509 == NULL)
		return pem_damaged(pem->source, "no certificate", number);
	return pool_add(pem->source, &pem->pool, x509) == NULL ? -1 : 0;
}

/* "PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY". That of OpenSSH is for no certificate.
 */
static bool
pem_is_key(const char *name)
{
	size_t length = strlen(name), end = strlen(PEM_STRING_PKCS8INF);

	return length >= end && strcmp(name + length - end, PEM_STRING_PKCS8INF) == 0 &&
	       strncmp(name, "OPENSSH ", 8) != 0;
}

/* Whether the bytes are one SEQUENCE, as those of every key are that is not encrypted as a whole.
 */
static bool
pem_is_sequence(const struct pem_block *block)
{
	const unsigned char *at = block->data;
	int tag, class;
	long length;
	int form = ASN1_get_object(&at, &length, &tag, &class, block->length);

	ERR_clear_error();
	return (form & 0x80) == 0 && tag == V_ASN1_SEQUENCE &&
	       at + length == block->data + block->length;
}

/* A plain key, to be freed. NULL: OpenSSL decodes none. Where the name of the block says what kind
 * it is, or the algorithm in it does, OpenSSL need not try its decoders one after the other. */
static EVP_PKEY *
pem_decode_key(const struct pem_block *block)
{
	const unsigned char *at = block->data;
	PKCS8_PRIV_KEY_INFO *info = NULL;
	EVP_PKEY *key = NULL;

	if (strcmp(block->name, PEM_STRING_PKCS8INF) == 0)
		info = d2i_PKCS8_PRIV_KEY_INFO(NULL, &at, block->length);
	if (info != NULL)
		key = EVP_PKCS82PKEY(info);
	else if (strcmp(block->name, PEM_STRING_ECPRIVATEKEY) == 0)
		key = d2i_PrivateKey(EVP_PKEY_EC, NULL, &at, block->length);
	else if (strcmp(block->name, PEM_STRING_RSA) == 0)
		key = d2i_PrivateKey(EVP_PKEY_RSA, NULL, &at, block->length);
	PKCS8_PRIV_KEY_INFO_free(info);
	at = block->data;
	return key != NULL ? key : d2i_AutoPrivateKey(NULL, &at, block->length);
}

static int
pem_take_key(struct pem *pem, const struct pem_block *block, unsigned number)
{
	struct pem_key *key = &pem->key;
	bool traditional = strstr(block->header, "ENCRYPTED") != NULL; /* RFC 1421 */
	bool encrypted = traditional || strcmp(block->name, PEM_STRING_PKCS8) == 0;

	if (!traditional && !pem_is_sequence(block))
		return entries_fault(pem->source, UNREADABLE_DAMAGED,
		    "PEM block %u: no private key: its DER is damaged", number);
	if (key->there)
		return 0;
	key->there = true;
	if (!encrypted)
		key->plain = pem_decode_key(block);
	ERR_clear_error();
	return 0;
}

static bool
pem_is_certificate(const char *name)
{
	return strcmp(name, PEM_STRING_X509) == 0 || strcmp(name, PEM_STRING_X509_OLD) == 0 ||
	       strcmp(name, PEM_STRING_X509_TRUSTED) == 0;
}

/* A PKCS#7 or CMS message: what `openssl crl2pkcs7` writes holds certificates that nobody serves.
 */
static bool
pem_is_message(const char *name)
{
	return strcmp(name, PEM_STRING_PKCS7) == 0 || strcmp(name, PEM_STRING_PKCS7_SIGNED) == 0 ||
	       strcmp(name, PEM_STRING_CMS) == 0;
}

/* The lines that begin as that before a block does, in files with lines of any system. */
static unsigned
pem_count_begins(const unsigned char *bytes, size_t length)
{
	const unsigned char *at = bytes, *end = bytes + length;
	size_t size = sizeof(pem_begin) - 1;
	unsigned count = 0;

	while ((at = memmem(at, (size_t)(end - at), pem_begin, size)) != NULL) {
		count += at == bytes || at[-1] == '\n' || at[-1] == '\r';
		at += size;
	}
	return count;
}

/*
 * The blocks of a file, of which there must be `count`: OpenSSL takes a line that is cut off for
 * text. Of the file with the key alone, `certificates` is false.
 */
static int
pem_take_blocks(struct pem *pem, BIO *bio, unsigned count, bool certificates)
{
	struct pem_block block = {0};
	unsigned number = 0;
	int rc = 0;

	for (ERR_clear_error();
	     rc == 0 && PEM_read_bio_ex(bio, &block.name, &block.header, &block.data, &block.length,
			    PEM_FLAG_EAY_COMPATIBLE | PEM_FLAG_SECURE) == 1;
	     pem_block_release(&block)) {
		number++;
		if (pem_is_key(block.name))
			rc = pem_take_key(pem, &block, number);
		else if (certificates && pem_is_certificate(block.name))
			rc = pem_take_certificate(pem, &block, number);
		else if (certificates && pem->message == 0 && pem_is_message(block.name))
			pem->message = number;
		ERR_clear_error();
	}
	if (rc == -1)
		return -1;
	if (ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE)
		return pem_damaged(pem->source, "damaged", number + 1);
	ERR_clear_error();
	if (number != count)
		return entries_fault(pem->source, UNREADABLE_DAMAGED,
		    "a line of -----BEGIN is damaged: there are %u, and %u PEM blocks", count,
		    number);
	return 0;
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
	rc = pem_take_blocks(pem, bio, pem_count_begins(bytes, length), certificates);
	BIO_free(bio);
	return rc;
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
	for (size_t i = 0; pem->key.plain != NULL && i < pem->pool.count; i++)
		if (pooled_has_key(&pem->pool.items[i], pem->key.plain)) {
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
		entry->key_mismatch = pem->key.plain != NULL &&
				      !pooled_has_key(&pool->items[leaf], pem->key.plain);
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
		rc = pem_take(&pem, source->bytes, source->length, true);
	if (rc == 0 && options->key != NULL)
		rc = pem_take(&pem, options->key, options->key_length, false);
	if (rc == 0 && options->refuse_messages)
		rc = pem_require_certificates(&pem);
	if (rc == 0)
		rc = pool_link(source, &pem.pool);
	if (rc == 0)
		rc = pem_make_entries(&pem, options->trust_store);
	EVP_PKEY_free(pem.key.plain);
	pool_release(&pem.pool);
	return entries_end(source, shortages, rc);
}

int
der_read(struct entries_source *source)
{
	struct entry *entry = entries_add(source, NULL);

	return entry == NULL ? -1 : entries_add_der(source, entry, source->bytes, source->length);
}
