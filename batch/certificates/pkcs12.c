#include "certificates/pkcs12.h"

#include "certificates/pkcs12_private.h"
#include "crypto/reserve.h"
#include "crypto/start.h"
#include "memory.h"

#include <errno.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/provider.h>

#define NESTED_MOST 8 /* safe contents in safe contents */

bool
pkcs12_is(const unsigned char *bytes, size_t length)
{
	static const unsigned char version[] = {0x02, 0x01, 0x03};
	size_t header;

	if (length < 8 || bytes[0] != 0x30)
		return false;
	header = bytes[1] <= 0x80 ? 2 : 2 + (size_t)(bytes[1] & 0x7f);
	return header + sizeof(version) <= length &&
	       memcmp(bytes + header, version, sizeof(version)) == 0;
}

/* Loads a provider, if it is not loaded. False: there was no memory for its library, which OpenSSL
 * does not count. Else it may be one that is not installed; a second try shows that it is, for
 * glibc reports some shortages as a file that is not there. */
static bool
pkcs12_load(OSSL_PROVIDER **provider, const char *name)
{
	for (int tries = 0; *provider == NULL && tries < 2; tries++) {
		errno = 0;
		*provider = OSSL_PROVIDER_load(NULL, name);
	}
	return *provider != NULL || errno != ENOMEM;
}

int
pkcs12_begin(struct error *err)
{
	static OSSL_PROVIDER *legacy, *standard; /* for as long as the program runs */
	unsigned long shortages = crypto_shortages();
	bool enough;

	if (crypto_begin(err) == -1)
		return -1;
	/* With one provider loaded by name, the default one is no longer loaded by itself. One that
	 * was loaded while memory was short is whole, and stays. */
	reserve_begin();
	enough = pkcs12_load(&legacy, "legacy");
	enough = pkcs12_load(&standard, "default") && enough;
	reserve_end();
	if (!enough || shortages != crypto_shortages())
		return error_memory(err);
	if (standard == NULL)
		return x509_failed(err, "OpenSSL cannot load its default provider");
	ERR_clear_error();
	return 0;
}

/* ---- bags -------------------------------------------------------------------------------- */

static int pkcs12_take_bags(struct pkcs12 *, struct pkcs12_place, unsigned depth);

/* What a bag is called. -1: no memory. */
static int
pkcs12_names_of(struct pkcs12 *p, const PKCS12_SAFEBAG *bag, struct pooled_names *names)
{
	const ASN1_TYPE *id = PKCS12_SAFEBAG_get0_attr(bag, NID_localKeyID);
	char *name = PKCS12_get_friendlyname((PKCS12_SAFEBAG *)bag);
	size_t length;

	*names = (struct pooled_names){0};
	if (name != NULL && name[0] != '\0')
		names->name = strdup(name);
	if ((name != NULL && name[0] != '\0' && names->name == NULL))
		error_memory(&p->source->err);
	OPENSSL_free(name);
	if (id != NULL && id->type == V_ASN1_OCTET_STRING) {
		length = (size_t)ASN1_STRING_length(id->value.octet_string);
		names->key_id = malloc(length + 1);
		if (names->key_id == NULL)
			return error_memory(&p->source->err);
		memcpy(names->key_id, ASN1_STRING_get0_data(id->value.octet_string), length);
		names->key_id_length = length;
	}
	return p->source->err.code == ERROR_NONE ? 0 : -1;
}

static int
pkcs12_take_certificate(struct pkcs12 *p, const struct pkcs12_place *place)
{
	struct pkcs12_place *places = memory_grow(
	    p->places, p->pool.count, &p->place_capacity, sizeof(*p->places));
	struct pooled *pooled;
	X509 *x509;

	if (places == NULL)
		return error_memory(&p->source->err);
	p->places = places;
	if (PKCS12_SAFEBAG_get_bag_nid(place->bag) != NID_x509Certificate)
		return 0; /* an SDSI certificate */
	x509 = PKCS12_SAFEBAG_get1_cert(place->bag);
	if (x509 == NULL) {
		ERR_clear_error();
		return entries_fault(
		    p->source, UNREADABLE_DAMAGED, "a certificate in it cannot be read");
	}
	places[p->pool.count] = *place;
	pooled = pool_add(p->source, &p->pool, x509);
	return pooled == NULL ? -1 : pkcs12_names_of(p, place->bag, &pooled->names);
}

/* The empty password is two: NULL and "" have different keys. False: it is no empty one. */
static bool
pkcs12_other_password(struct pkcs12 *p)
{
	if (p->password_length > 0 || pkcs12_may_derive(p) == -1)
		return false;
	p->password = p->password == NULL ? "" : NULL;
	return true;
}

/* A key of a shrouded bag, decrypted; to be freed. NULL and the reason. */
static PKCS8_PRIV_KEY_INFO *
pkcs12_decrypt_key(struct pkcs12 *p, const PKCS12_SAFEBAG *bag)
{
	PKCS8_PRIV_KEY_INFO *info;
	const X509_ALGOR *algorithm;

	X509_SIG_get0(PKCS12_SAFEBAG_get0_pkcs8(bag), &algorithm, NULL);
	if (pkcs12_cost_of(p, algorithm) == -1 || pkcs12_may_derive(p) == -1)
		return NULL;
	info = PKCS12_decrypt_skey(bag, p->password, p->password_length);
	if (info == NULL && pkcs12_other_password(p))
		info = PKCS12_decrypt_skey(bag, p->password, p->password_length);
	if (info == NULL && p->source->reason.why == READABLE)
		entries_fault(p->source, UNREADABLE_WRONG_PASSWORD,
		    "its password does not open the private key");
	ERR_clear_error();
	p->opened_any |= info != NULL;
	return info;
}

PKCS8_PRIV_KEY_INFO *
pkcs12_key_info(struct pkcs12 *p, const PKCS12_SAFEBAG *bag, const char **password)
{
	PKCS8_PRIV_KEY_INFO *info;

	if (PKCS12_SAFEBAG_get_nid(bag) == NID_pkcs8ShroudedKeyBag)
		info = pkcs12_decrypt_key(p, bag);
	else
		info = ASN1_item_dup(
		    ASN1_ITEM_rptr(PKCS8_PRIV_KEY_INFO), PKCS12_SAFEBAG_get0_p8inf(bag));
	if (info == NULL && p->source->reason.why == READABLE)
		error_memory(&p->source->err);
	if (password != NULL)
		*password = p->password;
	return info;
}

int
pkcs12_open_key(struct pkcs12 *p, struct pkcs12_key *key)
{
	PKCS8_PRIV_KEY_INFO *info = pkcs12_key_info(p, key->place.bag, &key->password);
	const ASN1_OBJECT *oid;
	int rc = 0;

	if (info == NULL)
		return -1;
	key->plain = EVP_PKCS82PKEY(info);
	if (key->plain == NULL && PKCS8_pkey_get0(&oid, NULL, NULL, NULL, info) == 1)
		rc = pkcs12_unsupported(p, "a private key", oid);
	PKCS8_PRIV_KEY_INFO_free(info);
	ERR_clear_error();
	return rc;
}

static int
pkcs12_take_key(struct pkcs12 *p, const struct pkcs12_place *place)
{
	struct pkcs12_key *keys = memory_grow(
	    p->keys, p->key_count, &p->key_capacity, sizeof(*p->keys));
	struct pkcs12_key *key;

	if (keys == NULL)
		return error_memory(&p->source->err);
	if (p->key_count == ENTRIES_CERTIFICATES_MOST)
		return entries_fault(p->source, UNREADABLE_TOO_LARGE, "more than %d private keys",
		    ENTRIES_CERTIFICATES_MOST);
	p->keys = keys;
	key = &keys[p->key_count++];
	*key = (struct pkcs12_key){.place = *place};
	if (pkcs12_names_of(p, place->bag, &key->names) == -1)
		return -1;
	return p->options->open_keys ? pkcs12_open_key(p, key) : 0;
}

static int
pkcs12_take_bag(struct pkcs12 *p, struct pkcs12_place *place, unsigned depth)
{
	switch (PKCS12_SAFEBAG_get_nid(place->bag)) {
	case NID_keyBag:
	case NID_pkcs8ShroudedKeyBag:
		return pkcs12_take_key(p, place);
	case NID_certBag:
		return pkcs12_take_certificate(p, place);
	case NID_safeContentsBag:
		if (depth == NESTED_MOST)
			return entries_fault(p->source, UNREADABLE_DAMAGED,
			    "safes in safes, more than %d deep", NESTED_MOST);
		/* They are the bag's own; none is replaced but by the owner of the file. */
		place->bags = (STACK_OF(PKCS12_SAFEBAG) *)PKCS12_SAFEBAG_get0_safes(place->bag);
		return pkcs12_take_bags(p, *place, depth + 1);
	default: /* CRLs, secrets */
		return 0;
	}
}

/* Those of outer.bags, which are in the bag outer.top or, where that is NULL, in the safe. */
static int
pkcs12_take_bags(struct pkcs12 *p, struct pkcs12_place outer, unsigned depth)
{
	for (int i = 0; i < sk_PKCS12_SAFEBAG_num(outer.bags); i++) {
		struct pkcs12_place place = outer;

		place.bag = sk_PKCS12_SAFEBAG_value(outer.bags, i);
		if (place.top == NULL)
			place.top = place.bag;
		if (pkcs12_take_bag(p, &place, depth) == -1)
			return -1;
	}
	return 0;
}

/* ---- safes ------------------------------------------------------------------------------- */

static void
pkcs12_safe_empty(struct pkcs12_safe *safe)
{
	sk_PKCS12_SAFEBAG_pop_free(safe->bags, PKCS12_SAFEBAG_free);
	safe->bags = NULL;
	OPENSSL_clear_free(safe->plain, safe->plain_length);
	safe->plain = NULL;
	safe->slice_count = 0;
}

/* Adds the bag that begins at *at. -1: it is none, or there is no memory, and then err says so. */
static int
pkcs12_unpack_bag(
    struct pkcs12 *p, struct pkcs12_safe *safe, const unsigned char **at, const unsigned char *end)
{
	struct pkcs12_bytes *slices = memory_grow(
	    safe->slices, safe->slice_count, &safe->slice_capacity, sizeof(*safe->slices));
	const unsigned char *begin = *at;
	PKCS12_SAFEBAG *bag;

	if (slices == NULL)
		return error_memory(&p->source->err);
	safe->slices = slices;
	bag = d2i_PKCS12_SAFEBAG(NULL, at, end - *at);
	if (bag == NULL)
		return -1;
	if (sk_PKCS12_SAFEBAG_push(safe->bags, bag) <= 0) {
		PKCS12_SAFEBAG_free(bag);
		return error_memory(&p->source->err);
	}
	slices[safe->slice_count++] = (struct pkcs12_bytes){bag, begin, (size_t)(*at - begin)};
	return 0;
}

/* SafeContents ::= SEQUENCE OF SafeBag (RFC 7292, 4.2), also of a length that is not told. */
static int
pkcs12_unpack(struct pkcs12 *p, struct pkcs12_safe *safe, const unsigned char *at, size_t size)
{
	const unsigned char *end = at + size;
	int tag, class, form;
	long length;

	form = ASN1_get_object(&at, &length, &tag, &class, (long)size);
	if ((form & ~1) != V_ASN1_CONSTRUCTED || tag != V_ASN1_SEQUENCE ||
	    class != V_ASN1_UNIVERSAL)
		return -1;
	if ((form & 1) == 0)
		end = at + length;
	safe->bags = sk_PKCS12_SAFEBAG_new_null();
	if (safe->bags == NULL)
		return error_memory(&p->source->err);
	while (at < end && ((form & 1) == 0 || *at != 0))
		if (pkcs12_unpack_bag(p, safe, &at, end) == -1)
			return -1;
	return (form & 1) == 0 || (end - at >= 2 && at[1] == 0) ? 0 : -1;
}

/* -1: that password does not open it, or there is no memory, and then err says so. */
static int
pkcs12_decrypt(struct pkcs12 *p, struct pkcs12_safe *safe)
{
	const PKCS7_ENC_CONTENT *contents = safe->packed->d.encrypted->enc_data;
	int length = 0;

	safe->password = p->password;
	if (PKCS12_pbe_crypt(contents->algorithm, p->password, p->password_length,
		contents->enc_data->data, contents->enc_data->length, &safe->plain, &length,
		0) == NULL)
		return -1;
	safe->plain_length = (size_t)length;
	if (pkcs12_unpack(p, safe, safe->plain, safe->plain_length) == 0)
		return 0;
	pkcs12_safe_empty(safe);
	return -1;
}

static int
pkcs12_decrypt_safe(struct pkcs12 *p, struct pkcs12_safe *safe)
{
	int rc;

	if (pkcs12_may_derive(p) == -1)
		return -1;
	rc = pkcs12_decrypt(p, safe);
	if (rc == -1 && p->source->err.code == ERROR_NONE && pkcs12_other_password(p))
		rc = pkcs12_decrypt(p, safe);
	if (rc == 0)
		p->opened_any = true;
	else if (p->source->reason.why == READABLE && p->source->err.code == ERROR_NONE)
		entries_fault(p->source, p->proven ? UNREADABLE_DAMAGED : UNREADABLE_WRONG_PASSWORD,
		    p->proven ? "an encrypted part cannot be read"
			      : "its password does not open it");
	return rc;
}

static int
pkcs12_take_safe(struct pkcs12 *p, size_t number)
{
	struct pkcs12_safe *safe = &p->opened[number];
	const ASN1_OCTET_STRING *data;
	int rc;

	if (safe->packed == NULL) /* as many are opened as there are */
		return 0;
	if (PKCS7_type_is_encrypted(safe->packed)) {
		rc = pkcs12_decrypt_safe(p, safe);
	} else {
		data = safe->packed->d.data;
		rc = pkcs12_unpack(p, safe, data->data, (size_t)data->length);
	}
	if (rc == 0)
		rc = pkcs12_take_bags(
		    p, (struct pkcs12_place){.safe = number, .bags = safe->bags}, 1);
	else if (p->source->reason.why == READABLE && p->source->err.code == ERROR_NONE)
		entries_fault(p->source, UNREADABLE_DAMAGED, "a part of it cannot be read");
	ERR_clear_error();
	return rc;
}

static int
pkcs12_cost_of_safe(struct pkcs12 *p, const PKCS7 *safe)
{
	const PKCS7_ENCRYPT *encrypted;

	if (PKCS7_type_is_data(safe) && safe->d.data != NULL)
		return 0;
	if (PKCS7_type_is_enveloped(safe))
		return entries_fault(p->source, UNREADABLE_UNSUPPORTED_ALGORITHM,
		    "contents that are encrypted for a certificate");
	encrypted = PKCS7_type_is_encrypted(safe) ? safe->d.encrypted : NULL;
	if (encrypted == NULL || encrypted->enc_data == NULL ||
	    encrypted->enc_data->enc_data == NULL)
		return entries_fault(p->source, UNREADABLE_DAMAGED, "a part of it has no contents");
	return pkcs12_cost_of(p, encrypted->enc_data->algorithm);
}

/* The parts of the file, and what they ask for, before any of them is decrypted. */
static int
pkcs12_open_safes(struct pkcs12 *p)
{
	if (pkcs12_cost_of_mac(p) == -1)
		return -1;
	p->safes = PKCS12_unpack_authsafes(p->file);
	if (p->safes == NULL) {
		ERR_clear_error();
		return entries_fault(p->source, UNREADABLE_DAMAGED,
		    "its contents cannot be read, or are signed in place of a password");
	}
	p->opened = calloc((size_t)sk_PKCS7_num(p->safes) + 1, sizeof(*p->opened));
	if (p->opened == NULL)
		return error_memory(&p->source->err);
	for (int i = 0; i < sk_PKCS7_num(p->safes); i++) {
		p->opened[p->opened_count++].packed = sk_PKCS7_value(p->safes, i);
		if (pkcs12_cost_of_safe(p, sk_PKCS7_value(p->safes, i)) == -1)
			return -1;
	}
	return 0;
}

static int
pkcs12_verify_mac(struct pkcs12 *p)
{
	struct entries_source *source = p->source;

	p->password = source->password;
	p->password_length = (int)source->password_length;
	source->entries.unverified = PKCS12_mac_present(p->file) != 1;
	if (source->entries.unverified)
		return 0;
	if (pkcs12_may_derive(p) == -1)
		return -1;
	p->proven = PKCS12_verify_mac(p->file, p->password, p->password_length) == 1;
	if (!p->proven && pkcs12_other_password(p))
		p->proven = PKCS12_verify_mac(p->file, p->password, 0) == 1;
	ERR_clear_error();
	p->mac_password = p->password;
	if (p->proven)
		return 0;
	if (source->reason.why != READABLE)
		return -1;
	return entries_fault(source, UNREADABLE_WRONG_PASSWORD,
	    source->password == NULL ? "it has a password, and none is known"
				     : "its password is another one");
}

/* ---- entries ----------------------------------------------------------------------------- */

static bool
pkcs12_same_id(const struct pooled_names *a, const struct pooled_names *b)
{
	return a->key_id != NULL && b->key_id != NULL && a->key_id_length == b->key_id_length &&
	       memcmp(a->key_id, b->key_id, a->key_id_length) == 0;
}

/* The certificate of a key: that of its localKeyID, else of its name, else the only leaf. */
static size_t
pkcs12_leaf(const struct pkcs12 *p, const struct pkcs12_key *key)
{
	const struct pool *pool = &p->pool;
	size_t leaf = POOL_NONE, leaves = 0;

	for (size_t i = 0; i < pool->count; i++)
		if (pkcs12_same_id(&pool->items[i].names, &key->names))
			return i;
	for (size_t i = 0; key->names.name != NULL && i < pool->count; i++)
		if (pool->items[i].names.name != NULL && !pool->items[i].used &&
		    strcmp(pool->items[i].names.name, key->names.name) == 0)
			return i;
	for (size_t i = 0; i < pool->count; i++) {
		if (!pooled_is_leaf(&pool->items[i]) || pool->items[i].used)
			continue;
		leaf = i;
		leaves++;
	}
	return leaves == 1 ? leaf : POOL_NONE;
}

/* Adds an entry as pool_entry() does, and what it was made of. */
static struct entry *
pkcs12_add_entry(struct pkcs12 *p, struct pkcs12_parts made_of, bool chain)
{
	struct pkcs12_parts *parts = memory_grow(
	    p->parts, p->part_count, &p->part_capacity, sizeof(*p->parts));

	if (parts == NULL) {
		error_memory(&p->source->err);
		return NULL;
	}
	p->parts = parts;
	parts[p->part_count++] = made_of;
	return pool_entry(p->source, &p->pool, made_of.head, chain);
}

static int
pkcs12_add_key_entry(struct pkcs12 *p, const struct pkcs12_key *key)
{
	size_t leaf = pkcs12_leaf(p, key);
	struct pooled *pooled;
	struct entry *entry;

	if (leaf == POOL_NONE)
		return 0; /* a key without a certificate holds no place of one */
	pooled = &p->pool.items[leaf];
	if (key->names.name != NULL && pooled->names.name == NULL) {
		pooled->names.name = strdup(key->names.name);
		if (pooled->names.name == NULL)
			return error_memory(&p->source->err);
	}
	entry = pkcs12_add_entry(p, (struct pkcs12_parts){leaf, (size_t)(key - p->keys)}, true);
	if (entry == NULL)
		return -1;
	entry->has_key = true;
	entry->key_mismatch = key->plain != NULL && !pooled_has_key(pooled, key->plain);
	return 0;
}

/* Entries of the certificates that are in none yet: of leaves alone, or of all. */
static int
pkcs12_add_nameless(struct pkcs12 *p, bool leaves)
{
	const struct pool *pool = &p->pool;

	for (size_t i = 0; i < pool->count; i++)
		if (!pool->items[i].used && (!leaves || pooled_is_leaf(&pool->items[i])) &&
		    pkcs12_add_entry(p, (struct pkcs12_parts){i, POOL_NONE}, true) == NULL)
			return -1;
	return 0;
}

static int
pkcs12_make_entries(struct pkcs12 *p)
{
	struct pool *pool = &p->pool;

	for (size_t i = 0; i < p->key_count; i++)
		if (pkcs12_add_key_entry(p, &p->keys[i]) == -1)
			return -1;
	for (size_t i = 0; i < pool->count; i++)
		if (pool->items[i].names.name != NULL && !pool->items[i].heads &&
		    pkcs12_add_entry(p, (struct pkcs12_parts){i, POOL_NONE}, false) == NULL)
			return -1;
	/* Leaves first, so that they get their nameless issuers as a chain; then what is left of
	 * CAs that certify each other. */
	return pkcs12_add_nameless(p, true) == -1 ? -1 : pkcs12_add_nameless(p, false);
}

/* ---- the file ---------------------------------------------------------------------------- */

void
pkcs12_release(struct pkcs12 *p)
{
	for (size_t i = 0; i < p->key_count; i++) {
		EVP_PKEY_free(p->keys[i].plain);
		free(p->keys[i].names.name);
		free(p->keys[i].names.key_id);
	}
	free(p->keys);
	free(p->parts);
	free(p->places);
	pool_release(&p->pool);
	for (size_t i = 0; i < p->opened_count; i++) {
		pkcs12_safe_empty(&p->opened[i]);
		free(p->opened[i].slices);
	}
	free(p->opened);
	sk_PKCS7_pop_free(p->safes, PKCS7_free);
	PKCS12_free(p->file);
}

int
pkcs12_open(struct pkcs12 *p)
{
	struct entries_source *source = p->source;
	const unsigned char *at = source->bytes;
	int rc;

	ERR_clear_error();
	p->file = d2i_PKCS12(NULL, &at, (long)source->length);
	if (p->file == NULL) {
		ERR_clear_error();
		return entries_fault(
		    source, UNREADABLE_DAMAGED, "it is no PKCS#12 file, or was cut off");
	}
	rc = pkcs12_open_safes(p);
	if (rc == 0)
		rc = pkcs12_verify_mac(p);
	for (size_t i = 0; rc == 0 && i < p->opened_count; i++)
		rc = pkcs12_take_safe(p, i);
	if (rc == 0)
		rc = pool_link(source, &p->pool);
	return rc == 0 ? pkcs12_make_entries(p) : -1;
}

int
pkcs12_read(struct entries_source *source, const struct pkcs12_options *options)
{
	struct pkcs12 p = {.source = source, .options = options};
	unsigned long shortages = crypto_shortages();
	int rc = crypto_begin(&source->err);

	if (rc == 0) {
		rc = pkcs12_open(&p);
		pkcs12_release(&p);
	}
	return entries_end(source, shortages, rc);
}
