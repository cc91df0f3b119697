#include "certificates/renewal_private.h"

#include "certificates/credential_private.h"
#include "certificates/encryption_private.h"
#include "certificates/pkcs12_write_private.h"
#include "certificates/renewal_chain_private.h"
#include "certificates/scan_alias.h"
#include "crypto/start.h"

#include <string.h>
#include <strings.h>

#include <openssl/err.h>

/* A store in a PKCS#12 file that is renewed. */
struct renewal_pkcs12 {
	struct renewal *renewal;
	const struct credential *credential;
	struct entries_source source;
	struct pkcs12_options options;
	struct pkcs12 p;
	size_t entry; /* index of the one that is meant; POOL_NONE: there is none */
	size_t meant; /* how many could be meant */
};

static int
renewal_pkcs12_refuse(struct renewal_pkcs12 *r)
{
	if (r->source.reason.why != READABLE)
		return install_refuse_unreadable(&r->renewal->reason, &r->source.reason);
	r->renewal->reason.why = INSTALL_GOOD;
	if (r->source.err.code != ERROR_NONE)
		r->renewal->reason.err = r->source.err;
	else
		x509_failed(&r->renewal->reason.err, "OpenSSL cannot write the PKCS#12 file");
	return -1;
}

/* ---- what is there ----------------------------------------------------------------------- */

static bool
renewal_pkcs12_has(const struct renewal_pkcs12 *r, size_t entry, const char *thumbprint)
{
	return strcasecmp(r->source.entries.items[entry].chain[0].sha1, thumbprint) == 0;
}

/* The entry that scan calls so. -1: no memory. */
static int
renewal_pkcs12_find(struct renewal_pkcs12 *r)
{
	struct scan_aliases aliases;
	int rc;

	if (r->renewal->alias == NULL)
		return 0;
	rc = scan_aliases_choose(&aliases, &r->source.entries, &r->source.err);
	for (size_t i = 0; rc == 0 && i < aliases.count; i++)
		if (strcmp(scan_alias_text(&aliases.items[i]), r->renewal->alias) == 0)
			r->entry = aliases.items[i].entry;
	scan_aliases_release(&aliases);
	return rc;
}

/* Whether the key of the entry opens and is that of its certificate. -1 and the reason. */
static int
renewal_pkcs12_matches(struct renewal_pkcs12 *r, size_t entry, bool *matches)
{
	const struct pkcs12_parts *parts = &r->p.parts[entry];
	struct pkcs12_key *key;

	*matches = parts->key == POOL_NONE;
	if (*matches)
		return 0;
	key = &r->p.keys[parts->key];
	if (key->plain == NULL && pkcs12_open_key(&r->p, key) == -1) {
		if (r->source.reason.why != UNREADABLE_WRONG_PASSWORD)
			return -1;
		r->source.reason = (struct unreadable_reason){.why = READABLE};
		return 0;
	}
	*matches = key->plain != NULL && pooled_has_key(&r->p.pool.items[parts->head], key->plain);
	return 0;
}

static int
renewal_pkcs12_sight(struct renewal_pkcs12 *r, size_t entry, enum renewal_sight *sight)
{
	bool matches = false;

	*sight = RENEWAL_OTHER;
	if (renewal_pkcs12_has(r, entry, r->renewal->old_thumbprint))
		*sight = RENEWAL_OLD;
	if (!renewal_pkcs12_has(r, entry, r->renewal->new_thumbprint))
		return 0;
	if (renewal_pkcs12_matches(r, entry, &matches) == -1)
		return -1;
	*sight = matches ? RENEWAL_NEW : RENEWAL_HALF;
	return 0;
}

/* Any entry with one of both certificates: the old one, else the new one, whole before half. */
static int
renewal_pkcs12_anywhere(struct renewal_pkcs12 *r)
{
	static const enum renewal_sight order[] = {RENEWAL_OLD, RENEWAL_NEW, RENEWAL_HALF};
	size_t first[RENEWAL_OTHER + 1], counts[RENEWAL_OTHER + 1] = {0};

	for (size_t i = 0; i < r->source.entries.count; i++) {
		enum renewal_sight sight;

		if (renewal_pkcs12_sight(r, i, &sight) == -1)
			return -1;
		if (counts[sight]++ == 0)
			first[sight] = i;
	}
	r->renewal->sight = RENEWAL_NOTHING;
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		if (counts[order[i]] > 0) {
			r->renewal->sight = order[i];
			r->entry = first[order[i]];
			r->meant = counts[order[i]];
			break;
		}
	return 0;
}

/* An entry that is the only one is the one that is meant, whatever it is called. */
static int
renewal_pkcs12_choose(struct renewal_pkcs12 *r)
{
	if (renewal_pkcs12_find(r) == -1)
		return -1;
	if (r->entry == POOL_NONE && r->source.entries.count == 1)
		r->entry = 0;
	r->meant = 1;
	if (r->entry == POOL_NONE)
		return renewal_pkcs12_anywhere(r);
	return renewal_pkcs12_sight(r, r->entry, &r->renewal->sight);
}

/* Opens the file, where there is one, and chooses the entry. */
static int
renewal_pkcs12_open(struct renewal_pkcs12 *r)
{
	struct renewal *renewal = r->renewal;

	r->entry = POOL_NONE;
	r->options = (struct pkcs12_options){
	    .ticks = renewal->ticks, .deadline = renewal->deadline};
	r->source = (struct entries_source){.bytes = renewal->file.bytes,
	    .length = renewal->file.length,
	    .password = renewal->store_password.text,
	    .password_length = renewal->store_password.length};
	r->p = (struct pkcs12){.source = &r->source, .options = &r->options};
	renewal->reason = (struct install_reason){.why = INSTALL_GOOD};
	renewal->sight = RENEWAL_NOTHING;
	renewal->holds_key = true;
	if (pkcs12_begin(&r->source.err) == -1)
		return -1;
	if (renewal->file.bytes == NULL || renewal->file.length == 0)
		return 0;
	if (pkcs12_open(&r->p) == -1 || renewal_pkcs12_choose(r) == -1)
		return -1;
	if (r->entry != POOL_NONE)
		renewal->holds_key = r->p.parts[r->entry].key != POOL_NONE;
	return 0;
}

/* What was read is worth nothing where OpenSSL's memory was short meanwhile. */
static int
renewal_pkcs12_close(struct renewal_pkcs12 *r, unsigned long shortages, int rc)
{
	rc = entries_end(&r->source, shortages, rc);
	if (rc == -1 && r->renewal->reason.why == INSTALL_GOOD)
		renewal_pkcs12_refuse(r);
	if (rc == -1 && r->source.err.code != ERROR_NONE) {
		r->renewal->reason.why = INSTALL_GOOD;
		r->renewal->reason.err = r->source.err;
	}
	pkcs12_release(&r->p);
	entries_release(&r->source.entries);
	ERR_clear_error();
	return rc;
}

int
renewal_pkcs12_look(struct renewal *renewal)
{
	struct renewal_pkcs12 r = {.renewal = renewal};
	unsigned long shortages = crypto_shortages();

	return renewal_pkcs12_close(&r, shortages, renewal_pkcs12_open(&r));
}

/* ---- the entry --------------------------------------------------------------------------- */

/* The key in the bag, which the store's password must open: who uses it has no other one. */
static PKCS8_PRIV_KEY_INFO *
renewal_pkcs12_old_key(struct renewal_pkcs12 *r, struct pkcs12_key *key)
{
	PKCS8_PRIV_KEY_INFO *info = pkcs12_key_info(&r->p, key->place.bag, &key->password);

	if (info == NULL && r->source.reason.why == UNREADABLE_WRONG_PASSWORD)
		install_refuse(&r->renewal->reason, INSTALL_NO_PASSWORD,
		    r->renewal->store_password.text == NULL
			? "no password of the store is known"
			: "the store's password opens the file and not the key in it");
	return info;
}

/* The new key with the attributes that PKCS#8 knows (Windows has the usage of the key there). */
static PKCS8_PRIV_KEY_INFO *
renewal_pkcs12_new_key(const struct credential *credential, const PKCS8_PRIV_KEY_INFO *old)
{
	const STACK_OF(X509_ATTRIBUTE) *attributes = PKCS8_pkey_get0_attrs(old);
	PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(credential->key);

	for (int i = 0; info != NULL && i < sk_X509_ATTRIBUTE_num(attributes); i++)
		if (PKCS8_pkey_add1_attr(info, sk_X509_ATTRIBUTE_value(attributes, i)) != 1) {
			PKCS8_PRIV_KEY_INFO_free(info);
			info = NULL;
		}
	return info;
}

/* A bag for a key, as the old one is: plain or encrypted as found. Takes the key over. */
static PKCS12_SAFEBAG *
renewal_pkcs12_key_bag(
    struct renewal_pkcs12 *r, const struct pkcs12_key *old, PKCS8_PRIV_KEY_INFO *info)
{
	struct encryption_wish wish = {.legacy = r->renewal->legacy,
	    .password = old->password,
	    .length = r->p.password_length};
	bool shrouded = PKCS12_SAFEBAG_get_nid(old->place.bag) == NID_pkcs8ShroudedKeyBag;
	PKCS12_SAFEBAG *bag = NULL;
	X509_SIG *sealed = NULL;

	if (info != NULL && !shrouded) {
		bag = PKCS12_SAFEBAG_create0_p8inf(info);
		if (bag != NULL)
			return bag;
	} else if (info != NULL && pkcs12_may_derive(&r->p) == 0) {
		X509_SIG_get0(PKCS12_SAFEBAG_get0_pkcs8(old->place.bag), &wish.found, NULL);
		sealed = encryption_seal_info(&wish, info);
	}
	PKCS8_PRIV_KEY_INFO_free(info);
	if (sealed != NULL)
		bag = PKCS12_SAFEBAG_create0_pkcs8(sealed);
	if (bag == NULL)
		X509_SIG_free(sealed);
	return bag;
}

/* The bag is given without its contents. */
static int
renewal_pkcs12_put_key(struct renewal_pkcs12 *r, struct pkcs12_key *key, struct pkcs12_bag_new bag)
{
	PKCS8_PRIV_KEY_INFO *info = renewal_pkcs12_old_key(r, key), *new;

	if (info == NULL)
		return -1;
	r->renewal->key_is_plain = PKCS12_SAFEBAG_get_nid(key->place.bag) == NID_keyBag &&
				   !PKCS7_type_is_encrypted(r->p.opened[key->place.safe].packed);
	new = renewal_pkcs12_new_key(r->credential, info);
	PKCS8_PRIV_KEY_INFO_free(info);
	bag.bag = renewal_pkcs12_key_bag(r, key, new);
	return pkcs12_replace(&r->p, &key->place, &bag);
}

/* Whether another entry has the same bag for its certificate, with a key of its own. */
static bool
renewal_pkcs12_is_shared(const struct renewal_pkcs12 *r)
{
	for (size_t i = 0; i < r->p.part_count; i++)
		if (i != r->entry && r->p.parts[i].head == r->p.parts[r->entry].head)
			return true;
	return false;
}

static int
renewal_pkcs12_put_entry(struct renewal_pkcs12 *r)
{
	const struct pkcs12_parts *parts = &r->p.parts[r->entry];
	const struct pooled *old = &r->p.pool.items[parts->head];
	struct pkcs12_key *key = parts->key == POOL_NONE ? NULL : &r->p.keys[parts->key];
	struct pkcs12_bag_new bag = {.old = old->x509, .now = r->credential->leaf};

	/* The only leaf is the key's, and after this there may be several. */
	bag.needs_id = key != NULL && key->names.name == NULL && key->names.key_id == NULL &&
		       old->names.key_id == NULL;
	bag.bag = PKCS12_SAFEBAG_create_cert(r->credential->leaf);
	if (pkcs12_replace(&r->p, &r->p.places[parts->head], &bag) == -1)
		return -1;
	return key == NULL ? 0 : renewal_pkcs12_put_key(r, key, bag);
}

/* Keys of other entries whose encryption is too weak; one that the password does not open stays. */
static int
renewal_pkcs12_strengthen(struct renewal_pkcs12 *r)
{
	for (size_t i = 0; i < r->p.key_count && !r->renewal->legacy; i++) {
		struct pkcs12_key *key = &r->p.keys[i];
		struct pkcs12_bag_new bag = {.old = NULL};
		PKCS8_PRIV_KEY_INFO *info;
		const X509_ALGOR *found;

		if (PKCS12_SAFEBAG_get_nid(key->place.bag) != NID_pkcs8ShroudedKeyBag)
			continue;
		X509_SIG_get0(PKCS12_SAFEBAG_get0_pkcs8(key->place.bag), &found, NULL);
		if (encryption_is_strong(found))
			continue;
		if (pkcs12_may_derive(&r->p) == -1)
			return -1;
		info = pkcs12_key_info(&r->p, key->place.bag, &key->password);
		if (info == NULL && r->source.err.code != ERROR_NONE)
			return -1;
		r->source.reason = (struct unreadable_reason){.why = READABLE};
		if (info == NULL)
			continue;
		bag.bag = renewal_pkcs12_key_bag(r, key, info);
		if (pkcs12_replace(&r->p, &key->place, &bag) == -1)
			return -1;
	}
	return 0;
}

static int
renewal_pkcs12_replace(struct renewal_pkcs12 *r)
{
	struct renewal *renewal = r->renewal;
	struct renewal_chain chain = {.p = &r->p, .credential = r->credential, .entry = r->entry};
	int rc;

	if (r->meant > 1 || renewal_pkcs12_is_shared(r))
		return install_refuse(&renewal->reason, INSTALL_AMBIGUOUS,
		    "several entries of the file have the certificate");
	rc = renewal_chain_find(&chain, &renewal->reason);
	if (rc == 0)
		rc = renewal_pkcs12_put_entry(r);
	if (rc == 0)
		rc = renewal_chain_put(&chain);
	if (rc == 0)
		rc = renewal_pkcs12_strengthen(r);
	renewal->chain = issuers_count(&chain.issuers);
	renewal_chain_release(&chain);
	return rc;
}

/* ---- an entry that is made --------------------------------------------------------------- */

/* What the certificate and the key of a new entry are called. -1: no memory. */
static int
renewal_pkcs12_name(const struct renewal_pkcs12 *r, PKCS12_SAFEBAG *bag)
{
	const struct renewal *renewal = r->renewal;
	const char *alias = renewal->alias;
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned length;

	if (X509_digest(r->credential->leaf, EVP_sha1(), digest, &length) != 1 ||
	    PKCS12_add_localkeyid(bag, digest, (int)length) != 1)
		return -1;
	/* A thumbprint is what scan calls an entry without a name. */
	if (alias == NULL || alias[0] == '\0' || strcasecmp(alias, renewal->old_thumbprint) == 0 ||
	    strcasecmp(alias, renewal->new_thumbprint) == 0)
		return 0;
	return PKCS12_add_friendlyname_utf8(bag, alias, (int)strlen(alias)) == 1 ? 0 : -1;
}

/* Adds a bag to those of a safe that is made. Takes it over. */
static int
renewal_pkcs12_push(STACK_OF(PKCS12_SAFEBAG) * bags, PKCS12_SAFEBAG *bag)
{
	if (bag != NULL && sk_PKCS12_SAFEBAG_push(bags, bag) > 0)
		return 0;
	PKCS12_SAFEBAG_free(bag);
	return -1;
}

static int
renewal_pkcs12_push_certificates(
    struct renewal_pkcs12 *r, STACK_OF(PKCS12_SAFEBAG) * bags, const struct renewal_chain *chain)
{
	PKCS12_SAFEBAG *bag = PKCS12_SAFEBAG_create_cert(r->credential->leaf);

	if (bag == NULL || renewal_pkcs12_name(r, bag) == -1) {
		PKCS12_SAFEBAG_free(bag);
		return -1;
	}
	if (renewal_pkcs12_push(bags, bag) == -1)
		return -1;
	for (int i = 0; i < sk_X509_num(chain->issuers.found); i++) {
		X509 *issuer = sk_X509_value(chain->issuers.found, i);

		if (!renewal_chain_is_there(chain, issuer) &&
		    renewal_pkcs12_push(bags, PKCS12_SAFEBAG_create_cert(issuer)) == -1)
			return -1;
	}
	return 0;
}

static int
renewal_pkcs12_push_key(struct renewal_pkcs12 *r, STACK_OF(PKCS12_SAFEBAG) * bags)
{
	const struct encryption_wish wish = {
	    .password = r->p.password, .length = r->p.password_length};
	X509_SIG *sealed = encryption_seal_info(&wish, r->credential->info);
	PKCS12_SAFEBAG *bag = sealed == NULL ? NULL : PKCS12_SAFEBAG_create0_pkcs8(sealed);

	if (bag == NULL)
		X509_SIG_free(sealed);
	if (bag == NULL || renewal_pkcs12_name(r, bag) == -1) {
		PKCS12_SAFEBAG_free(bag);
		return -1;
	}
	return renewal_pkcs12_push(bags, bag);
}

static int
renewal_pkcs12_add_entry(struct renewal_pkcs12 *r, const struct renewal_chain *chain)
{
	STACK_OF(PKCS12_SAFEBAG) *certificates = sk_PKCS12_SAFEBAG_new_null();
	STACK_OF(PKCS12_SAFEBAG) *keys = sk_PKCS12_SAFEBAG_new_null();
	int rc = -1;

	if (certificates != NULL && keys != NULL && pkcs12_may_derive(&r->p) == 0 &&
	    renewal_pkcs12_push_certificates(r, certificates, chain) == 0 &&
	    renewal_pkcs12_push_key(r, keys) == 0 &&
	    pkcs12_add_safe(&r->p, certificates, true) == 0 &&
	    pkcs12_add_safe(&r->p, keys, false) == 0)
		rc = 0;
	sk_PKCS12_SAFEBAG_pop_free(certificates, PKCS12_SAFEBAG_free);
	sk_PKCS12_SAFEBAG_pop_free(keys, PKCS12_SAFEBAG_free);
	return rc;
}

static int
renewal_pkcs12_create(struct renewal_pkcs12 *r)
{
	struct renewal *renewal = r->renewal;
	struct renewal_chain chain = {.p = &r->p,
	    .credential = r->credential,
	    .entry = POOL_NONE,
	    .is_wanted = renewal->includes_chain};
	int rc;

	if (renewal->store_password.text == NULL && !r->p.proven && !r->p.opened_any)
		return install_refuse(&renewal->reason, INSTALL_NO_PASSWORD,
		    "a PKCS#12 file is encrypted with the store's password, and none is known");
	if (r->p.file == NULL) {
		r->p.password = r->p.mac_password = renewal->store_password.text;
		r->p.password_length = (int)renewal->store_password.length;
	}
	rc = renewal_chain_find(&chain, &renewal->reason);
	if (rc == 0)
		rc = renewal_pkcs12_add_entry(r, &chain);
	if (rc == 0)
		rc = renewal_pkcs12_strengthen(r);
	renewal->chain = issuers_count(&chain.issuers);
	renewal_chain_release(&chain);
	return rc;
}

/* ---- the file ---------------------------------------------------------------------------- */

static int
renewal_pkcs12_change(struct renewal_pkcs12 *r)
{
	struct renewal *renewal = r->renewal;

	if (renewal->sight == RENEWAL_OTHER)
		return install_refuse(&renewal->reason, INSTALL_CHANGED,
		    "the entry has the certificate %s",
		    r->source.entries.items[r->entry].chain[0].sha1);
	if (renewal->sight == RENEWAL_NOTHING && !renewal->create)
		return install_refuse(
		    &renewal->reason, INSTALL_ENTRY_GONE, "the file has no entry to be replaced");
	if (renewal->holds_key && r->credential->key == NULL)
		return install_refuse(&renewal->reason, INSTALL_PFX_MISMATCH,
		    "the new certificate came without its private key");
	if (renewal->sight == RENEWAL_NOTHING)
		return renewal_pkcs12_create(r);
	return renewal_pkcs12_replace(r);
}

int
renewal_pkcs12_make(struct renewal *renewal, const struct credential *credential)
{
	struct renewal_pkcs12 r = {.renewal = renewal, .credential = credential};
	unsigned long shortages = crypto_shortages();
	int rc = renewal_pkcs12_open(&r);

	buffer_clear(&renewal->new_file);
	renewal->chain = 0;
	renewal->key_is_plain = false;
	if (rc == 0)
		rc = renewal_pkcs12_change(&r);
	if (rc == 0)
		rc = pkcs12_write(&r.p, renewal->legacy, &renewal->new_file);
	rc = renewal_pkcs12_close(&r, shortages, rc);
	if (rc == -1)
		buffer_clear(&renewal->new_file);
	return rc;
}
