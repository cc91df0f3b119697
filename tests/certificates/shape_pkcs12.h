#ifndef TESTS_CERTIFICATES_SHAPE_PKCS12_H
#define TESTS_CERTIFICATES_SHAPE_PKCS12_H

#include "certificates/made_pkcs12.h"

/*
 * A PKCS#12 file as one line, by OpenSSL alone: each safe with its encryption and its bags, then
 * the MAC. Included by suites, after those that they are about.
 *
 *   [aes-256-cbc/hmacWithSHA256/2048: new 'www' #1, ca] [plain: key of new plain 'www' #1] mac
 *   sha256/2048/8
 */

static inline void
shape_algorithm(struct buffer *line, const X509_ALGOR *algorithm)
{
	int nid = OBJ_obj2nid(algorithm->algorithm);

	if (nid == NID_pbes2) {
		PBE2PARAM *both = ASN1_TYPE_unpack_sequence(
		    ASN1_ITEM_rptr(PBE2PARAM), algorithm->parameter);
		PBKDF2PARAM *derivation = ASN1_TYPE_unpack_sequence(
		    ASN1_ITEM_rptr(PBKDF2PARAM), both->keyfunc->parameter);

		buffer_addf(line, "%s/%s/%ld", OBJ_nid2ln(OBJ_obj2nid(both->encryption->algorithm)),
		    derivation->prf == NULL ? "default"
					    : OBJ_nid2ln(OBJ_obj2nid(derivation->prf->algorithm)),
		    ASN1_INTEGER_get(derivation->iter));
		PBKDF2PARAM_free(derivation);
		PBE2PARAM_free(both);
	} else {
		PBEPARAM *parameters = ASN1_TYPE_unpack_sequence(
		    ASN1_ITEM_rptr(PBEPARAM), algorithm->parameter);

		buffer_addf(line, "%s/%ld", OBJ_nid2sn(nid), ASN1_INTEGER_get(parameters->iter));
		PBEPARAM_free(parameters);
	}
}

static inline void
shape_subject(struct buffer *line, const X509 *x509)
{
	char name[64];

	X509_NAME_get_text_by_NID(X509_get_subject_name(x509), NID_commonName, name, sizeof(name));
	buffer_add_string(line, name);
}

/* "#1" for a localKeyID of characters, "#sha1 of new" for the digest of a certificate. */
static inline void
shape_id(struct buffer *line, const ASN1_OCTET_STRING *id)
{
	const unsigned char *bytes = ASN1_STRING_get0_data(id);
	int length = ASN1_STRING_length(id);

	for (size_t i = 0; i < made.count; i++) {
		unsigned char digest[EVP_MAX_MD_SIZE];
		unsigned size;

		X509_digest(made.items[i].x509, EVP_sha1(), digest, &size);
		if ((int)size == length && memcmp(digest, bytes, size) == 0) {
			buffer_add_string(line, " #sha1 of ");
			shape_subject(line, made.items[i].x509);
			return;
		}
	}
	buffer_addf(line, " #%.*s", length, (const char *)bytes);
}

/* The name, the localKeyID, then the others as they are in the file: DER sorts them by length. */
static inline void
shape_attributes(struct buffer *line, const PKCS12_SAFEBAG *bag)
{
	const STACK_OF(X509_ATTRIBUTE) *attributes = PKCS12_SAFEBAG_get0_attrs(bag);
	const ASN1_TYPE *id = PKCS12_SAFEBAG_get0_attr(bag, NID_localKeyID);
	char *name = PKCS12_get_friendlyname((PKCS12_SAFEBAG *)bag), oid[64];

	if (name != NULL)
		buffer_addf(line, " '%s'", name);
	OPENSSL_free(name);
	if (id != NULL)
		shape_id(line, id->value.octet_string);
	for (int i = 0; i < sk_X509_ATTRIBUTE_num(attributes); i++) {
		const ASN1_OBJECT *type = X509_ATTRIBUTE_get0_object(
		    sk_X509_ATTRIBUTE_value(attributes, i));

		if (OBJ_obj2nid(type) == NID_localKeyID || OBJ_obj2nid(type) == NID_friendlyName)
			continue;
		OBJ_obj2txt(oid, sizeof(oid), type, 0);
		buffer_addf(line, " +%s", oid);
	}
}

/* Whose key it is. */
static inline void
shape_key(struct buffer *line, const PKCS8_PRIV_KEY_INFO *info)
{
	EVP_PKEY *key = info == NULL ? NULL : EVP_PKCS82PKEY(info);
	size_t i = made.count;

	buffer_add_string(line, "key of ");
	while (key != NULL && i-- > 0)
		if (EVP_PKEY_eq(made.items[i].key, key) == 1)
			break;
	if (key == NULL)
		buffer_add_string(line, "?");
	else
		shape_subject(line, made.items[i].x509);
	if (info != NULL && PKCS8_pkey_get0_attrs(info) != NULL)
		buffer_addf(line, " (%d)", sk_X509_ATTRIBUTE_num(PKCS8_pkey_get0_attrs(info)));
	EVP_PKEY_free(key);
}

static inline void shape_bags(
    struct buffer *, const STACK_OF(PKCS12_SAFEBAG) *, const char *password);

static inline void
shape_bag(struct buffer *line, const PKCS12_SAFEBAG *bag, const char *password)
{
	PKCS8_PRIV_KEY_INFO *info;
	const X509_ALGOR *algorithm;
	X509 *x509;

	switch (PKCS12_SAFEBAG_get_nid(bag)) {
	case NID_certBag:
		x509 = PKCS12_SAFEBAG_get1_cert(bag);
		shape_subject(line, x509);
		X509_free(x509);
		break;
	case NID_keyBag:
		shape_key(line, PKCS12_SAFEBAG_get0_p8inf(bag));
		buffer_add_string(line, " plain");
		break;
	case NID_pkcs8ShroudedKeyBag:
		info = PKCS12_decrypt_skey(bag, password, made_length(password));
		X509_SIG_get0(PKCS12_SAFEBAG_get0_pkcs8(bag), &algorithm, NULL);
		shape_key(line, info);
		buffer_add_string(line, " ");
		shape_algorithm(line, algorithm);
		PKCS8_PRIV_KEY_INFO_free(info);
		break;
	case NID_safeContentsBag:
		buffer_add_string(line, "{");
		shape_bags(line, PKCS12_SAFEBAG_get0_safes(bag), password);
		buffer_add_string(line, "}");
		break;
	default:
		buffer_add_string(line, OBJ_nid2sn(PKCS12_SAFEBAG_get_nid(bag)));
	}
	shape_attributes(line, bag);
}

static inline void
shape_bags(struct buffer *line, const STACK_OF(PKCS12_SAFEBAG) * bags, const char *password)
{
	for (int i = 0; i < sk_PKCS12_SAFEBAG_num(bags); i++) {
		buffer_add_string(line, i == 0 ? "" : ", ");
		shape_bag(line, sk_PKCS12_SAFEBAG_value(bags, i), password);
	}
}

static inline void
shape_safe(struct buffer *line, PKCS7 *safe, const char *password)
{
	STACK_OF(PKCS12_SAFEBAG) * bags;

	buffer_add_string(line, "[");
	if (PKCS7_type_is_encrypted(safe)) {
		shape_algorithm(line, safe->d.encrypted->enc_data->algorithm);
		bags = PKCS12_unpack_p7encdata(safe, password, made_length(password));
	} else {
		buffer_add_string(line, "plain");
		bags = PKCS12_unpack_p7data(safe);
	}
	buffer_add_string(line, bags == NULL ? ": ?" : sk_PKCS12_SAFEBAG_num(bags) > 0 ? ": " : "");
	shape_bags(line, bags, password);
	buffer_add_string(line, "] ");
	sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free);
}

static inline void
shape_mac(struct buffer *line, PKCS12 *file, const char *password)
{
	const ASN1_INTEGER *iterations;
	const ASN1_OCTET_STRING *salt;
	const X509_ALGOR *algorithm;

	if (PKCS12_mac_present(file) != 1) {
		buffer_add_string(line, "no mac");
		return;
	}
	PKCS12_get0_mac(NULL, &algorithm, &salt, &iterations, file);
	buffer_addf(line, "%s %s/%ld/%d",
	    PKCS12_verify_mac(file, password, made_length(password)) == 1 ? "mac" : "wrong mac",
	    OBJ_nid2ln(OBJ_obj2nid(algorithm->algorithm)),
	    iterations == NULL ? 1 : ASN1_INTEGER_get(iterations), ASN1_STRING_length(salt));
}

/* Static: until the next call. */
static inline const char *
shape_of(const struct buffer *bytes, const char *password)
{
	static struct buffer line;
	const unsigned char *at = (const unsigned char *)bytes->bytes;
	PKCS12 *file = d2i_PKCS12(NULL, &at, (long)bytes->length);
	STACK_OF(PKCS7) * safes;

	buffer_release(&line);
	ck_assert_ptr_nonnull(file);
	safes = PKCS12_unpack_authsafes(file);
	for (int i = 0; i < sk_PKCS7_num(safes); i++)
		shape_safe(&line, sk_PKCS7_value(safes, i), password);
	shape_mac(&line, file, password);
	sk_PKCS7_pop_free(safes, PKCS7_free);
	PKCS12_free(file);
	ck_assert(!line.failed);
	return line.bytes;
}

#endif
