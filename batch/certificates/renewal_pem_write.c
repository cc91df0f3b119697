#include "certificates/renewal_pem_private.h"

#include "crypto/start.h"

#include <string.h>

/* The new files of a store in PEM files. */

/* A file that is written anew, part by part. */
struct pem_writing {
	struct renewal_pem *r;
	const struct file_bytes *old;
	struct buffer *text;
	bool key_file;
	size_t at;      /* of the old file: up to here it is written */
	bool has_chain; /* it was put in its place */
};

static int
writing_add_chain(struct pem_writing *writing, bool before_is_open)
{
	struct renewal_pem *r = writing->r;
	bool open = before_is_open;

	writing->has_chain = true;
	for (int i = 0; i < sk_X509_num(r->issuers.found); i++) {
		X509 *issuer = sk_X509_value(r->issuers.found, i);

		buffer_add_string(writing->text, open ? r->eol : "");
		open = true;
		if (renewal_pem_add_certificate(r, writing->text, issuer) == -1)
			return -1;
		r->renewal->chain++;
	}
	return 0;
}

/* Leaves a part out, with the end of its line; where it is the last one and has none, with that of
 * the line before. */
static void
writing_skip(struct pem_writing *writing, const struct pem_part *part)
{
	static const unsigned char ends[] = {'\n', '\r'}; /* from the last one */
	const struct file_bytes *old = writing->old;
	struct buffer *text = writing->text;

	writing->at = part->end;
	for (size_t i = 2; i-- > 0;)
		if (writing->at < old->length && old->bytes[writing->at] == ends[i])
			writing->at++;
	for (size_t i = 0; i < 2 && part->end == old->length; i++)
		if (text->length > 0 && (unsigned char)text->bytes[text->length - 1] == ends[i])
			text->bytes[--text->length] = '\0';
}

static bool
renewal_pem_is_leaf(const struct renewal_pem *r, size_t pooled)
{
	return r->leaf != POOL_NONE && r->pool.items[pooled].twin == r->pool.items[r->leaf].twin;
}

/* Whether it is the new certificate, which takes the place of the old one. */
static bool
renewal_pem_is_new_already(const struct renewal_pem *r, size_t pooled)
{
	const X509 *x509 = r->pool.items[pooled].x509;

	return r->renewal->sight == RENEWAL_OLD && !r->renewal->trust_store &&
	       X509_cmp(x509, r->credential->leaf) == 0;
}

/* Whether old issuers are in the file in a place of their own. */
static bool
renewal_pem_has_old_chain(const struct renewal_pem *r)
{
	for (size_t i = 0; i < r->pool.count; i++)
		if (r->goes[i])
			return true;
	return false;
}

static int
writing_add_leaf(struct pem_writing *writing, const struct pem_part *part)
{
	struct renewal_pem *r = writing->r;
	bool is_there = r->renewal->trust_store && r->renewal->sight == RENEWAL_OLD &&
			renewal_pem_find(r, r->renewal->new_thumbprint) != POOL_NONE;

	if (is_there) {
		writing_skip(writing, part);
		return 0;
	}
	writing->at = part->end;
	if (renewal_pem_add_certificate(r, writing->text, r->credential->leaf) == -1)
		return -1;
	/* New issuers where all old ones are another's too. */
	if (!writing->has_chain && !renewal_pem_has_old_chain(r))
		return writing_add_chain(writing, true);
	return 0;
}

static int
writing_add_issuer(struct pem_writing *writing, const struct pem_part *part)
{
	if (writing->has_chain) {
		writing_skip(writing, part);
		return 0;
	}
	if (issuers_count(&writing->r->issuers) == 0) {
		writing->has_chain = true;
		writing_skip(writing, part);
		return 0;
	}
	writing->at = part->end;
	return writing_add_chain(writing, false);
}

/* The curve of the key that follows; another kind of key has none, and one that becomes PKCS#8 has
 * it in itself. */
static int
writing_add_parameters(struct pem_writing *writing, const struct pem_part *part)
{
	struct renewal_pem *r = writing->r;
	const struct pem_part *key = part + 1;
	bool is_ec = EVP_PKEY_get_base_id(r->credential->key) == EVP_PKEY_EC;

	if (!is_ec || r->renewal->row_password.text != NULL ||
	    (key->form == FORM_SEALED_TRADITIONAL && !renewal_pem_keeps_traditional(r, key))) {
		writing_skip(writing, part);
		return 0;
	}
	writing->at = part->end;
	return renewal_pem_add_parameters(r, writing->text);
}

/* What is put in the place of the part, where something is. */
static int
writing_add_part(struct pem_writing *writing, size_t i)
{
	struct renewal_pem *r = writing->r;
	struct pem_part *part = &r->parts[i];
	bool is_leaf = part->kind == PART_CERTIFICATE && renewal_pem_is_leaf(r, part->pooled);
	bool is_issuer = part->kind == PART_CERTIFICATE && !is_leaf && r->goes[part->pooled];
	bool is_copy = part->kind == PART_CERTIFICATE && !is_leaf && !is_issuer &&
		       renewal_pem_is_new_already(r, part->pooled);
	bool is_key = renewal_pem_is_key(r, i);
	bool is_curve = part->kind == PART_PARAMETERS && i + 1 < r->part_count &&
			part[1].of_key_file == part->of_key_file && renewal_pem_is_key(r, i + 1);

	if (!is_leaf && !is_issuer && !is_copy && !is_key && !is_curve)
		return 0;
	buffer_add(writing->text, (const char *)writing->old->bytes + writing->at,
	    part->begin - writing->at);
	if (is_leaf)
		return writing_add_leaf(writing, part);
	if (is_issuer)
		return writing_add_issuer(writing, part);
	if (is_copy) {
		writing_skip(writing, part);
		return 0;
	}
	if (is_curve)
		return writing_add_parameters(writing, part);
	writing->at = part->end;
	return renewal_pem_add_key(r, writing->text, part);
}

/* What is new goes after the text that is there, on a line of its own. */
static void
writing_begin_line(struct pem_writing *writing)
{
	const struct buffer *text = writing->text;

	if (text->length > 0 && text->bytes[text->length - 1] != '\n')
		buffer_add_string(writing->text, writing->r->eol);
}

static int
writing_add_new_key(struct pem_writing *writing)
{
	writing_begin_line(writing);
	if (renewal_pem_add_key(writing->r, writing->text, NULL) == -1)
		return -1;
	buffer_add_string(writing->text, writing->r->eol);
	return 0;
}

/* A certificate where none was: its key first, unless that has a file of its own. */
static int
writing_add_new(struct pem_writing *writing)
{
	struct renewal_pem *r = writing->r;
	bool key = credential_has_key(r->credential) && !r->renewal->trust_store &&
		   !r->renewal->has_key_file && r->key == POOL_NONE;

	if (key && writing_add_new_key(writing) == -1)
		return -1;
	writing_begin_line(writing);
	if (renewal_pem_add_certificate(r, writing->text, r->credential->leaf) == -1 ||
	    writing_add_chain(writing, true) == -1)
		return -1;
	buffer_add_string(writing->text, r->eol);
	return 0;
}

static const char *
writing_eol(const struct file_bytes *file)
{
	const unsigned char *end = file->bytes == NULL ? NULL
						       : memchr(file->bytes, '\n', file->length);

	return end != NULL && end > file->bytes && end[-1] == '\r' ? "\r\n" : "\n";
}

static int
writing_write(struct pem_writing *writing)
{
	struct renewal_pem *r = writing->r;
	const struct file_bytes *old = writing->old;

	r->eol = writing_eol(old);
	if (!buffer_reserve(writing->text, old->length + 65536)) /* keys are not moved about */
		return error_memory(&r->source.err);
	for (size_t i = 0; i < r->part_count; i++)
		if (r->parts[i].of_key_file == writing->key_file &&
		    writing_add_part(writing, i) == -1)
			return -1;
	if (old->bytes != NULL)
		buffer_add(writing->text, (const char *)old->bytes + writing->at,
		    old->length - writing->at);
	if (!writing->key_file && r->leaf == POOL_NONE && writing_add_new(writing) == -1)
		return -1;
	if (writing->key_file && r->key == POOL_NONE && writing_add_new_key(writing) == -1)
		return -1;
	return writing->text->failed ? error_memory(&r->source.err) : 0;
}

/* Whether the file of the key may have the key that is replaced, though it is in the other one too:
 * nobody can tell. */
static bool
renewal_pem_has_locked_key(struct renewal_pem *r)
{
	bool has_locked = false;

	if (r->key == POOL_NONE || r->parts[r->key].of_key_file || r->renewal->trust_store)
		return false;
	for (size_t i = 0; i < r->part_count; i++) {
		struct pem_part *part = &r->parts[i];

		if (part->kind != PART_KEY || !part->of_key_file)
			continue;
		if (renewal_pem_is_key(r, i))
			return false;
		has_locked |= renewal_pem_key(r, part) == NULL;
	}
	return has_locked;
}

static int
renewal_pem_require_key(struct renewal_pem *r)
{
	struct renewal *renewal = r->renewal;

	if (r->ambiguous)
		return install_refuse(&renewal->reason, INSTALL_AMBIGUOUS,
		    "several private keys could be that of the certificate");
	if (renewal_pem_has_locked_key(r))
		return install_refuse(&renewal->reason, INSTALL_NO_PASSWORD,
		    "the key in the key file is encrypted, and no password that is known opens "
		    "it");
	if (!renewal->holds_key || credential_has_key(r->credential))
		return 0;
	return install_refuse(&renewal->reason, INSTALL_PFX_MISMATCH,
	    "the store holds the key, and the new certificate came without one");
}

/* Whether the file of the key is written: it has the key, or is to get it. */
static bool
renewal_pem_writes_key_file(struct renewal_pem *r)
{
	bool writes = r->key == POOL_NONE;

	if (!r->renewal->has_key_file || r->renewal->trust_store)
		return false;
	for (size_t i = 0; !writes && i < r->part_count; i++)
		writes = r->parts[i].of_key_file && renewal_pem_is_key(r, i);
	return writes;
}

static int
renewal_pem_write(struct renewal_pem *r)
{
	struct renewal *renewal = r->renewal;
	struct pem_writing file = {.r = r, .old = &renewal->file, .text = &renewal->new_file};
	struct pem_writing key_file = {
	    .r = r, .old = &renewal->key_file, .text = &renewal->new_key_file, .key_file = true};
	bool in_key_file = renewal_pem_writes_key_file(r);

	if (renewal_require_old(renewal) == -1 || renewal_pem_require_key(r) == -1 ||
	    renewal_pem_find_chain(r) == -1 || writing_write(&file) == -1)
		return -1;
	if (r->leaf == POOL_NONE && !in_key_file && r->key == POOL_NONE)
		renewal->holds_key = credential_has_key(r->credential) && !renewal->trust_store;
	return in_key_file ? writing_write(&key_file) : 0;
}

int
renewal_pem_make(struct renewal *renewal, const struct credential *credential)
{
	struct renewal_pem r = {.renewal = renewal, .credential = credential};
	unsigned long shortages = crypto_shortages();
	int rc = renewal_pem_read(&r);

	if (rc == 0)
		rc = renewal_pem_write(&r);
	rc = renewal_pem_close(&r, shortages, rc);
	if (rc == -1) {
		buffer_clear(&renewal->new_file);
		buffer_clear(&renewal->new_key_file);
	}
	return rc;
}
