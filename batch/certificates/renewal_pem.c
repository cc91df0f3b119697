#include "certificates/renewal_pem_private.h"

#include "certificates/pkcs12.h"
#include "certificates/public_key.h"
#include "crypto/start.h"
#include "memory.h"
#include "utf8.h"

#include <string.h>

#include <openssl/err.h>
#include <openssl/pem.h>

static void
renewal_pem_release(struct renewal_pem *r)
{
	for (size_t i = 0; i < r->part_count; i++) {
		EVP_PKEY_free(r->parts[i].key);
		X509_SIG_free(r->parts[i].sealed);
		pem_block_release(&r->parts[i].block);
	}
	free(r->parts);
	free(r->goes);
	issuers_release(&r->issuers);
	pool_release(&r->pool);
	entries_release(&r->source.entries);
	ERR_clear_error();
}

/* ---- the parts of the files --------------------------------------------------------------- */

static struct pem_part *
renewal_pem_add(struct renewal_pem *r, enum pem_part_kind kind, const struct pem_block *block)
{
	struct pem_part *parts = memory_grow(
	    r->parts, r->part_count, &r->part_capacity, sizeof(*parts));

	if (parts == NULL) {
		error_memory(&r->source.err);
		return NULL;
	}
	r->parts = parts;
	parts[r->part_count] = (struct pem_part){
	    .kind = kind, .of_key_file = r->in_key_file, .begin = block->begin, .end = block->end};
	return &parts[r->part_count++];
}

static enum pem_key_form
renewal_pem_form(const struct pem_block *block)
{
	if (pem_is_traditionally_encrypted(block))
		return FORM_SEALED_TRADITIONAL;
	if (strcmp(block->name, PEM_STRING_PKCS8) == 0)
		return FORM_SEALED;
	return strcmp(block->name, PEM_STRING_PKCS8INF) == 0 ? FORM_PKCS8 : FORM_TRADITIONAL;
}

const EVP_PKEY *
renewal_pem_key(struct renewal_pem *r, struct pem_part *part)
{
	const struct renewal_password *row = &r->renewal->row_password;
	const struct renewal_password *store = &r->renewal->store_password;
	const struct pem_password of_row = {row->text, row->length};
	const struct pem_password of_store = {store->text, store->length};

	if (part->is_tried)
		return part->key;
	part->is_tried = true;
	part->key = pem_open_key(&r->cost, &part->block, &of_store);
	part->store_opens = part->key != NULL;
	if (part->key == NULL && row->text != NULL && r->source.reason.why == READABLE)
		part->key = pem_open_key(&r->cost, &part->block, &of_row);
	/* Too many iterations, or an algorithm that this OpenSSL lacks: it stays closed. */
	r->source.reason = (struct unreadable_reason){.why = READABLE};
	ERR_clear_error();
	return part->key;
}

static int
renewal_pem_take_key(struct renewal_pem *r, const struct pem_block *block)
{
	const unsigned char *at = block->data;
	struct pem_part *part;
	EVP_CIPHER_INFO cipher;
	char *header;

	if (pem_verify_key(&r->source, block) == -1)
		return -1;
	part = renewal_pem_add(r, PART_KEY, block);
	if (part == NULL)
		return -1;
	part->form = renewal_pem_form(block);
	if (part->form == FORM_SEALED)
		part->sealed = d2i_X509_SIG(NULL, &at, block->length);
	header = part->form == FORM_SEALED_TRADITIONAL ? OPENSSL_strdup(block->header) : NULL;
	if (header != NULL && PEM_get_EVP_CIPHER_INFO(header, &cipher) == 1)
		part->cipher = cipher.cipher;
	OPENSSL_free(header);
	ERR_clear_error();
	return pem_block_copy(&part->block, block) ? 0 : error_memory(&r->source.err);
}

static int
renewal_pem_take_block(void *closure, const struct pem_block *block)
{
	struct renewal_pem *r = closure;
	struct pem_part *part;

	if (pem_is_key(block->name))
		return renewal_pem_take_key(r, block);
	if (strcmp(block->name, PEM_STRING_ECPARAMETERS) == 0)
		return renewal_pem_add(r, PART_PARAMETERS, block) == NULL ? -1 : 0;
	if (r->in_key_file)
		return 0;
	if (pem_is_message(block->name))
		r->has_message = true;
	if (!pem_is_certificate(block->name))
		return 0;
	if (pem_take_certificate(&r->source, &r->pool, block) == NULL)
		return -1;
	part = renewal_pem_add(r, PART_CERTIFICATE, block);
	if (part == NULL)
		return -1;
	part->pooled = r->pool.count - 1;
	return 0;
}

/* Bytes that are no text say nothing about certificates. */
static int
renewal_pem_require_text(struct renewal_pem *r, const struct file_bytes *file)
{
	if (file->bytes == NULL || pem_is(file->bytes, file->length) ||
	    (memchr(file->bytes, '\0', file->length) == NULL &&
		utf8_valid((const char *)file->bytes, file->length) == file->length))
		return 0;
	return entries_fault(&r->source, UNREADABLE_DAMAGED, "%sit is no PEM file",
	    r->in_key_file ? "its file with the private key: " : "");
}

static int
renewal_pem_read_file(struct renewal_pem *r, const struct file_bytes *file, bool key_file)
{
	r->in_key_file = key_file;
	if (renewal_pem_require_text(r, file) == -1)
		return -1;
	return pem_walk(&r->source, file->bytes, file->length, renewal_pem_take_block, r);
}

/* ---- which certificate, and which key ------------------------------------------------------ */

static bool
renewal_pem_prints(const struct renewal_pem *r, size_t i, const char *thumbprint)
{
	char print[CERTIFICATE_SHA1_SIZE];

	return x509_thumbprint(r->pool.items[i].x509, print) && renewal_is(print, thumbprint);
}

static bool
renewal_pem_has_leaves(const struct renewal_pem *r)
{
	for (size_t i = 0; i < r->pool.count; i++)
		if (pooled_is_leaf(&r->pool.items[i]))
			return true;
	return false;
}

size_t
renewal_pem_find(const struct renewal_pem *r, const char *thumbprint)
{
	bool any = r->renewal->trust_store || !renewal_pem_has_leaves(r);

	for (size_t i = 0; i < r->pool.count; i++)
		if ((any || pooled_is_leaf(&r->pool.items[i])) &&
		    renewal_pem_prints(r, i, thumbprint))
			return i;
	return POOL_NONE;
}

static bool
renewal_pem_is_of(struct renewal_pem *r, struct pem_part *part, size_t pooled)
{
	const X509 *x509 = r->pool.items[pooled].x509;
	const EVP_PKEY *key;

	if (!pem_is_encrypted(&part->block) &&
	    public_key_is_in(X509_get_X509_PUBKEY(x509), part->block.data, part->block.length))
		return true;
	key = renewal_pem_key(r, part);
	return key != NULL && pooled_has_key(&r->pool.items[pooled], key);
}

/* Whether the key is that of another certificate than the one that is replaced. */
static bool
renewal_pem_is_anothers(struct renewal_pem *r, struct pem_part *part)
{
	for (size_t i = 0; i < r->pool.count; i++)
		if (i != r->leaf && pooled_is_leaf(&r->pool.items[i]) &&
		    renewal_pem_is_of(r, part, i))
			return true;
	return false;
}

static size_t
renewal_pem_count_keys(const struct renewal_pem *r, size_t *first)
{
	size_t count = 0;

	for (size_t i = r->part_count; i-- > 0;)
		if (r->parts[i].kind == PART_KEY) {
			count++;
			*first = i;
		}
	return count;
}

static size_t
renewal_pem_count_leaves(const struct renewal_pem *r)
{
	size_t count = 0;

	for (size_t i = 0; i < r->pool.count; i++)
		count += pooled_is_leaf(&r->pool.items[i]);
	return count;
}

/* The key of the leaf: the one that matches, else the only one that is not another's. One key of
 * one leaf need not be opened to tell. */
static void
renewal_pem_find_key(struct renewal_pem *r)
{
	size_t candidates = 0;

	r->key = POOL_NONE;
	if (r->renewal->trust_store ||
	    ((r->leaf != POOL_NONE || r->pool.count == 0) &&
		renewal_pem_count_keys(r, &r->key) <= 1 && renewal_pem_count_leaves(r) <= 1))
		return;
	r->key = POOL_NONE;
	for (size_t i = 0; i < r->part_count; i++) {
		struct pem_part *part = &r->parts[i];

		if (part->kind != PART_KEY)
			continue;
		if (r->leaf != POOL_NONE && renewal_pem_is_of(r, part, r->leaf)) {
			r->key = i;
			r->ambiguous = false;
			return;
		}
		if (renewal_pem_is_anothers(r, part))
			continue;
		if (candidates++ == 0)
			r->key = i;
	}
	r->ambiguous = candidates > 1;
}

bool
renewal_pem_is_key(struct renewal_pem *r, size_t part)
{
	if (r->key == POOL_NONE || part == r->key)
		return part == r->key && r->key != POOL_NONE;
	return r->leaf != POOL_NONE && r->parts[part].kind == PART_KEY &&
	       renewal_pem_is_of(r, &r->parts[part], r->leaf);
}

static bool
renewal_pem_is_plain(struct renewal_pem *r)
{
	for (size_t i = 0; r->parts != NULL && i < r->part_count; i++)
		if ((r->parts[i].form == FORM_PKCS8 || r->parts[i].form == FORM_TRADITIONAL) &&
		    renewal_pem_is_key(r, i))
			return true;
	return false;
}

static void
renewal_pem_see(struct renewal_pem *r)
{
	struct renewal *renewal = r->renewal;
	struct pem_part *key;
	bool is_new = false;

	r->leaf = renewal_pem_find(r, renewal->old_thumbprint);
	renewal->sight = RENEWAL_OLD;
	if (r->leaf == POOL_NONE) {
		r->leaf = renewal_pem_find(r, renewal->new_thumbprint);
		is_new = r->leaf != POOL_NONE;
		renewal->sight = is_new              ? RENEWAL_NEW
				 : r->pool.count > 0 ? RENEWAL_OTHER
						     : RENEWAL_NOTHING;
	}
	renewal_pem_find_key(r);
	key = r->key == POOL_NONE ? NULL : &r->parts[r->key];
	renewal->holds_key = key != NULL || (renewal->has_key_file && !renewal->trust_store);
	renewal->key_was_plain = renewal_pem_is_plain(r);
	if (is_new && renewal->holds_key && (key == NULL || !renewal_pem_is_of(r, key, r->leaf)))
		renewal->sight = RENEWAL_HALF;
}

int
renewal_pem_read(struct renewal_pem *r)
{
	const struct renewal *renewal = r->renewal;

	r->leaf = r->key = POOL_NONE;
	r->options = (struct pkcs12_options){
	    .ticks = renewal->ticks, .deadline = renewal->deadline};
	r->cost = (struct pkcs12){.source = &r->source, .options = &r->options};
	/* A key may need the legacy provider. */
	if (pkcs12_begin(&r->source.err) == -1 ||
	    renewal_pem_read_file(r, &renewal->file, false) == -1)
		return -1;
	if (r->pool.count == 0 && r->has_message)
		return entries_fault(&r->source, UNREADABLE_UNSUPPORTED_ALGORITHM,
		    "it has a PKCS#7 message: expected CERTIFICATE blocks");
	if (renewal->has_key_file && renewal_pem_read_file(r, &renewal->key_file, true) == -1)
		return -1;
	if (pool_link(&r->source, &r->pool) == -1)
		return -1;
	renewal_pem_see(r);
	return 0;
}

int
renewal_pem_close(struct renewal_pem *r, unsigned long shortages, int rc)
{
	struct renewal *renewal = r->renewal;

	if (shortages != crypto_shortages()) {
		rc = install_memory(&renewal->reason);
	} else if (rc == -1 && renewal->reason.why == INSTALL_GOOD &&
		   renewal->reason.err.code == ERROR_NONE) {
		rc = renewal_refuse(renewal, &r->source);
	}
	renewal_pem_release(r);
	return rc;
}

int
renewal_pem_look(struct renewal *renewal)
{
	struct renewal_pem r = {.renewal = renewal};
	unsigned long shortages = crypto_shortages();

	return renewal_pem_close(&r, shortages, renewal_pem_read(&r));
}
