#include "certificates/pkcs12_write_private.h"

#include "certificates/encryption_private.h"

#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>

/* ---- DER --------------------------------------------------------------------------------- */

/* Adds the tag and length of a SEQUENCE or a SET of so many bytes. */
static void
der_begin(struct buffer *der, int tag, size_t length)
{
	unsigned char header[16], *at = header;

	ASN1_put_object(&at, 1, (int)length, tag, V_ASN1_UNIVERSAL);
	buffer_add(der, (const char *)header, (size_t)(at - header));
}

/* Adds what i2d has made, and wipes and frees that. */
static void
der_take(struct buffer *der, unsigned char *bytes, int length)
{
	if (length < 0)
		der->failed = true;
	else
		buffer_add(der, (const char *)bytes, (size_t)length);
	OPENSSL_clear_free(bytes, length < 0 ? 0 : (size_t)length);
}

static void
der_add_bag(struct buffer *der, const PKCS12_SAFEBAG *bag)
{
	unsigned char *bytes = NULL;
	int length = i2d_PKCS12_SAFEBAG(bag, &bytes);

	der_take(der, bytes, length);
}

/* ---- attributes -------------------------------------------------------------------------- */

static bool
attribute_is_id_of(X509_ATTRIBUTE *attribute, const X509 *x509)
{
	const ASN1_TYPE *value = X509_ATTRIBUTE_get0_type(attribute, 0);
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned length = 0;

	return OBJ_obj2nid(X509_ATTRIBUTE_get0_object(attribute)) == NID_localKeyID &&
	       X509_ATTRIBUTE_count(attribute) == 1 && value != NULL &&
	       value->type == V_ASN1_OCTET_STRING &&
	       X509_digest(x509, EVP_sha1(), digest, &length) == 1 &&
	       ASN1_STRING_length(value->value.octet_string) == (int)length &&
	       memcmp(ASN1_STRING_get0_data(value->value.octet_string), digest, length) == 0;
}

/* A localKeyID that is the SHA-1 of the certificate. */
static void
der_add_id(struct buffer *der, const X509 *x509)
{
	unsigned char digest[EVP_MAX_MD_SIZE], *bytes = NULL;
	X509_ATTRIBUTE *id = NULL;
	unsigned length = 0;
	int size;

	if (X509_digest(x509, EVP_sha1(), digest, &length) == 1)
		id = X509_ATTRIBUTE_create_by_NID(
		    NULL, NID_localKeyID, V_ASN1_OCTET_STRING, digest, (int)length);
	size = id == NULL ? -1 : i2d_X509_ATTRIBUTE(id, &bytes);
	der_take(der, bytes, size);
	X509_ATTRIBUTE_free(id);
}

static void
der_add_attribute(struct buffer *der, X509_ATTRIBUTE *attribute, const struct pkcs12_bag_new *new)
{
	unsigned char *bytes = NULL;
	int size;

	if (new->old != NULL && attribute_is_id_of(attribute, new->old)) {
		der_add_id(der, new->now);
		return;
	}
	size = i2d_X509_ATTRIBUTE(attribute, &bytes);
	der_take(der, bytes, size);
}

/* A SET of those that the old bag has; nothing where it has none. */
static void
der_add_attributes(struct buffer *der, const PKCS12_SAFEBAG *old, const struct pkcs12_bag_new *new)
{
	const STACK_OF(X509_ATTRIBUTE) *attributes = PKCS12_SAFEBAG_get0_attrs(old);
	struct buffer members = {0};

	if (attributes == NULL && !new->needs_id)
		return;
	for (int i = 0; i < sk_X509_ATTRIBUTE_num(attributes); i++)
		der_add_attribute(&members, sk_X509_ATTRIBUTE_value(attributes, i), new);
	if (new->needs_id)
		der_add_id(&members, new->now);
	der_begin(der, V_ASN1_SET, members.length);
	if (members.length > 0)
		buffer_add(der, members.bytes, members.length);
	der->failed |= members.failed;
	buffer_release(&members);
}

/* ---- bags -------------------------------------------------------------------------------- */

/* SafeBag ::= SEQUENCE { bagId, [0] bagValue, SET OF attributes OPTIONAL }: the new one with the
 * attributes of the old one. NULL: no memory. */
static PKCS12_SAFEBAG *
pkcs12_bag_with(struct pkcs12 *p, const PKCS12_SAFEBAG *old, const struct pkcs12_bag_new *new)
{
	struct buffer bare = {0}, members = {0}, whole = {0};
	const unsigned char *at;
	int tag, class;
	long length;
	PKCS12_SAFEBAG *bag = NULL;

	if (new->bag != NULL)
		der_add_bag(&bare, new->bag);
	if (bare.failed || bare.length == 0)
		goto out;
	at = (const unsigned char *)bare.bytes;
	ASN1_get_object(&at, &length, &tag, &class, (long)bare.length);
	buffer_add(&members, (const char *)at, (size_t)length);
	der_add_attributes(&members, old, new);
	der_begin(&whole, V_ASN1_SEQUENCE, members.length);
	if (!members.failed)
		buffer_add(&whole, members.bytes, members.length);
	at = (const unsigned char *)whole.bytes;
	if (!members.failed && !whole.failed)
		bag = d2i_PKCS12_SAFEBAG(NULL, &at, (long)whole.length);
out:
	if (bare.failed || members.failed || whole.failed)
		error_memory(&p->source->err);
	buffer_release(&bare);
	buffer_release(&members);
	buffer_release(&whole);
	return bag;
}

/* The bag of the safe that is or holds that bag has no longer the bytes that were read. */
static void
pkcs12_touch(struct pkcs12 *p, const struct pkcs12_place *place)
{
	struct pkcs12_safe *safe = &p->opened[place->safe];

	safe->changed = true;
	for (size_t i = 0; i < safe->slice_count; i++)
		if (safe->slices[i].bag == place->top)
			safe->slices[i].bag = NULL;
}

static int
pkcs12_index(const struct pkcs12_place *place)
{
	for (int i = 0; i < sk_PKCS12_SAFEBAG_num(place->bags); i++)
		if (sk_PKCS12_SAFEBAG_value(place->bags, i) == place->bag)
			return i;
	return -1;
}

int
pkcs12_replace(struct pkcs12 *p, struct pkcs12_place *place, const struct pkcs12_bag_new *new)
{
	PKCS12_SAFEBAG *bag = pkcs12_bag_with(p, place->bag, new);

	PKCS12_SAFEBAG_free(new->bag);
	if (bag == NULL)
		return -1;
	pkcs12_touch(p, place);
	(void)sk_PKCS12_SAFEBAG_set(place->bags, pkcs12_index(place), bag);
	PKCS12_SAFEBAG_free(place->bag);
	if (place->top == place->bag)
		place->top = bag;
	place->bag = bag;
	return 0;
}

int
pkcs12_insert(struct pkcs12 *p, const struct pkcs12_place *place, bool after, PKCS12_SAFEBAG *bag)
{
	if (bag == NULL ||
	    sk_PKCS12_SAFEBAG_insert(place->bags, bag, pkcs12_index(place) + after) <= 0) {
		PKCS12_SAFEBAG_free(bag);
		return -1;
	}
	if (place->top == place->bag)
		p->opened[place->safe].changed = true;
	else
		pkcs12_touch(p, place);
	return 0;
}

void
pkcs12_remove(struct pkcs12 *p, struct pkcs12_place *place)
{
	pkcs12_touch(p, place);
	(void)sk_PKCS12_SAFEBAG_delete(place->bags, pkcs12_index(place));
	PKCS12_SAFEBAG_free(place->bag);
	place->bag = NULL;
}

/* ---- safes ------------------------------------------------------------------------------- */

/* The bytes of a bag that was not changed; they are looked for from *next on. NULL: there are none.
 */
static const struct pkcs12_bytes *
pkcs12_slice(const struct pkcs12_safe *safe, const PKCS12_SAFEBAG *bag, size_t *next)
{
	for (size_t i = *next; i < safe->slice_count; i++)
		if (safe->slices[i].bag == bag) {
			*next = i + 1;
			return &safe->slices[i];
		}
	return NULL;
}

/* SafeContents ::= SEQUENCE OF SafeBag. safe NULL: none of the bags was read. */
static void
der_add_contents(
    struct buffer *der, const struct pkcs12_safe *safe, const STACK_OF(PKCS12_SAFEBAG) * bags)
{
	struct buffer members = {0};
	size_t next = 0;

	for (int i = 0; i < sk_PKCS12_SAFEBAG_num(bags); i++) {
		const PKCS12_SAFEBAG *bag = sk_PKCS12_SAFEBAG_value(bags, i);
		const struct pkcs12_bytes *slice = safe == NULL ? NULL
								: pkcs12_slice(safe, bag, &next);

		if (slice == NULL)
			der_add_bag(&members, bag);
		else
			buffer_add(&members, (const char *)slice->at, slice->length);
	}
	der_begin(der, V_ASN1_SEQUENCE, members.length);
	if (members.length > 0)
		buffer_add(der, members.bytes, members.length);
	der->failed |= members.failed;
	buffer_release(&members);
}

static PKCS7 *
pkcs12_plain_safe(const struct buffer *contents)
{
	PKCS7 *safe = PKCS7_new();

	if (safe != NULL && PKCS7_set_type(safe, NID_pkcs7_data) == 1 &&
	    ASN1_OCTET_STRING_set(
		safe->d.data, (const unsigned char *)contents->bytes, (int)contents->length) == 1)
		return safe;
	PKCS7_free(safe);
	return NULL;
}

/* Such contents as a safe; they are released. wish NULL: it is not encrypted. */
static PKCS7 *
pkcs12_pack(struct pkcs12 *p, struct buffer *contents, const struct encryption_wish *wish)
{
	PKCS7 *safe = NULL;

	if (contents->failed)
		error_memory(&p->source->err);
	else
		safe = wish == NULL ? pkcs12_plain_safe(contents)
				    : encryption_seal_safe(wish,
					  (const unsigned char *)contents->bytes, contents->length);
	buffer_release(contents);
	return safe;
}

int
pkcs12_add_safe(struct pkcs12 *p, const STACK_OF(PKCS12_SAFEBAG) * bags, bool encrypted)
{
	const struct encryption_wish wish = {.password = p->password, .length = p->password_length};
	struct buffer contents = {0};
	PKCS7 *safe;

	der_add_contents(&contents, NULL, bags);
	safe = pkcs12_pack(p, &contents, encrypted ? &wish : NULL);
	if (p->safes == NULL)
		p->safes = sk_PKCS7_new_null();
	if (safe != NULL && p->safes != NULL && sk_PKCS7_push(p->safes, safe) > 0)
		return 0;
	PKCS7_free(safe);
	return -1;
}

static int
pkcs12_write_safe(struct pkcs12 *p, int number, bool legacy)
{
	struct pkcs12_safe *safe = &p->opened[number];
	bool encrypted = PKCS7_type_is_encrypted(safe->packed);
	struct encryption_wish wish = {
	    .legacy = legacy, .password = safe->password, .length = p->password_length};
	struct buffer contents = {0};
	PKCS7 *packed;

	if (encrypted)
		wish.found = safe->packed->d.encrypted->enc_data->algorithm;
	if (!safe->changed && (!encrypted || legacy || encryption_is_strong(wish.found)))
		return 0;
	if (encrypted && pkcs12_may_derive(p) == -1)
		return -1;
	der_add_contents(&contents, safe, safe->bags);
	packed = pkcs12_pack(p, &contents, encrypted ? &wish : NULL);
	if (packed == NULL)
		return -1;
	(void)sk_PKCS7_set(p->safes, number, packed);
	PKCS7_free(safe->packed);
	safe->packed = packed;
	safe->slice_count = 0; /* those of a safe that is not encrypted were in it */
	return 0;
}

/* ---- the file ---------------------------------------------------------------------------- */

#define MAC_WEAK 28 /* bytes of a digest: fewer are MD5, SHA-1 and the like */

struct pkcs12_mac {
	const EVP_MD *digest;
	long iterations;
	int salt; /* bytes */
};

static void
pkcs12_mac_found(const PKCS12 *file, bool legacy, struct pkcs12_mac *mac)
{
	const ASN1_INTEGER *iterations;
	const ASN1_OCTET_STRING *salt;
	const X509_ALGOR *algorithm;

	PKCS12_get0_mac(NULL, &algorithm, &salt, &iterations, file);
	mac->digest = EVP_get_digestbynid(OBJ_obj2nid(algorithm->algorithm));
	mac->salt = ASN1_STRING_length(salt);
	mac->iterations = iterations == NULL ? 1 : ASN1_INTEGER_get(iterations);
	if (legacy)
		return;
	if (mac->digest == NULL || EVP_MD_get_size(mac->digest) < MAC_WEAK)
		mac->digest = EVP_sha256();
	if (mac->iterations < ENCRYPTION_ITERATIONS_LEAST)
		mac->iterations = ENCRYPTION_ITERATIONS_LEAST;
}

static int
pkcs12_write_mac(struct pkcs12 *p, const struct pkcs12_mac *mac)
{
	if (pkcs12_may_derive(p) == -1 ||
	    PKCS12_set_mac(p->file, p->mac_password, p->password_length, NULL, mac->salt,
		(int)mac->iterations, mac->digest) != 1)
		return -1;
	return 0;
}

int
pkcs12_write(struct pkcs12 *p, bool legacy, struct buffer *der)
{
	struct pkcs12_mac mac = {EVP_sha256(), ENCRYPTION_ITERATIONS, 20};
	bool has_mac = p->file == NULL || PKCS12_mac_present(p->file) == 1;
	unsigned char *bytes = NULL;
	int length;

	if (p->file == NULL)
		p->file = PKCS12_init(NID_pkcs7_data);
	else if (has_mac)
		pkcs12_mac_found(p->file, legacy, &mac);
	for (size_t i = 0; i < p->opened_count; i++)
		if (pkcs12_write_safe(p, (int)i, legacy) == -1)
			return -1;
	if (p->file == NULL || PKCS12_pack_authsafes(p->file, p->safes) != 1 ||
	    (has_mac && pkcs12_write_mac(p, &mac) == -1))
		return -1;
	length = i2d_PKCS12(p->file, &bytes);
	der_take(der, bytes, length);
	return der->failed ? error_memory(&p->source->err) : 0;
}
