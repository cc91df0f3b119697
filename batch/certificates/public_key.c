#include "certificates/public_key.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/x509.h>

static const char key_unknown[] = "Unknown";

/* Bytes that are read from the front. */
struct key_bytes {
	const unsigned char *at;
	long left;
};

/* ---- DER --------------------------------------------------------------------------------- */

/* Takes a value of that tag and form (0x20: constructed). False: something else is there. */
static bool
key_bytes_take(struct key_bytes *bytes, int expected, int form, struct key_bytes *value)
{
	const unsigned char *at = bytes->at;
	long length;
	int tag, class;

	if (bytes->left <= 0 ||
	    ASN1_get_object(&at, &length, &tag, &class, bytes->left) != form || /* no error in it */
	    tag != expected || class != V_ASN1_UNIVERSAL)
		return false;
	*value = (struct key_bytes){at, length};
	bytes->left -= at + length - bytes->at;
	bytes->at = at + length;
	return true;
}

/* Takes an INTEGER. One with its first bit set counts as positive: OpenSSL reads old certificates
 * of which the modulus was written without its leading 00. */
static bool
key_bytes_take_number(struct key_bytes *bytes, int64_t *bits)
{
	struct key_bytes number;

	if (!key_bytes_take(bytes, V_ASN1_INTEGER, 0, &number) || number.left == 0)
		return false;
	while (number.left > 0 && number.at[0] == 0) {
		number.at++;
		number.left--;
	}
	*bits = 8 * (int64_t)number.left;
	for (unsigned first = *bits == 0 ? 0x80 : number.at[0]; (first & 0x80) == 0; first <<= 1)
		--*bits;
	return true;
}

/* The bits of the first of at least that many numbers, which are a SEQUENCE. */
static bool
key_bytes_of_numbers(struct key_bytes bytes, int count, int64_t *bits)
{
	struct key_bytes sequence;
	int64_t ignored;

	if (!key_bytes_take(&bytes, V_ASN1_SEQUENCE, V_ASN1_CONSTRUCTED, &sequence) ||
	    bytes.left != 0 || !key_bytes_take_number(&sequence, bits))
		return false;
	while (--count > 0)
		if (!key_bytes_take_number(&sequence, &ignored))
			return false;
	return true;
}

/* ---- algorithms -------------------------------------------------------------------------- */

/* What an algorithm has to read. */
struct key_source {
	const X509_ALGOR *algorithm;
	struct key_bytes bytes;
};

static bool
key_read_rsa(struct public_key *key, const struct key_source *source)
{
	return key_bytes_of_numbers(source->bytes, 2, &key->bits);
}

/* The parameters, as the SEQUENCE that they are. */
static bool
key_parameters(const struct key_source *source, struct key_bytes *bytes)
{
	const void *value;
	int type;

	X509_ALGOR_get0(NULL, &type, &value, source->algorithm);
	if (type != V_ASN1_SEQUENCE)
		return false;
	bytes->at = ASN1_STRING_get0_data(value);
	bytes->left = ASN1_STRING_length(value);
	return true;
}

/* DSA and Diffie-Hellman: p, q, g or p, g. DSA alone may leave them to those of its issuer. */
static bool
key_read_discrete(struct public_key *key, const struct key_source *source)
{
	struct key_bytes parameters, value = source->bytes;
	int64_t ignored;
	int type;

	X509_ALGOR_get0(NULL, &type, NULL, source->algorithm);
	if (!key_bytes_take_number(&value, &ignored) || value.left != 0)
		return false;
	if (type == V_ASN1_UNDEF || type == V_ASN1_NULL)
		return OBJ_obj2nid(source->algorithm->algorithm) == NID_dsa;
	return key_parameters(source, &parameters) &&
	       key_bytes_of_numbers(parameters, 2, &key->bits);
}

/* The group of the parameters, to be freed; explicit ones may be those of a curve with a name. */
static EC_GROUP *
key_group(const struct key_source *source)
{
	struct key_bytes parameters;
	const void *value;
	int type;

	X509_ALGOR_get0(NULL, &type, &value, source->algorithm);
	if (type == V_ASN1_OBJECT)
		return EC_GROUP_new_by_curve_name(OBJ_obj2nid(value));
	if (!key_parameters(source, &parameters))
		return NULL;
	return d2i_ECPKParameters(NULL, &parameters.at, parameters.left);
}

/* Whether the bytes have the form of a point (SEC 1, 2.3.3), other than that at infinity. */
static bool
key_is_point(const struct key_bytes *bytes, long field)
{
	switch (bytes->left == 0 ? 0 : bytes->at[0]) {
	case 2:
	case 3:
		return bytes->left == 1 + field;
	case 4:
	case 6:
	case 7:
		return bytes->left == 1 + 2 * field;
	default:
		return false;
	}
}

static bool
key_read_curve(struct public_key *key, const struct key_source *source)
{
	EC_GROUP *group = key_group(source);
	bool good = group != NULL &&
		    key_is_point(&source->bytes, (EC_GROUP_get_degree(group) + 7) / 8);
	int curve = good ? EC_GROUP_get_curve_name(group) : NID_undef;
	const char *nist = EC_curve_nid2nist(curve);

	if (good)
		key->bits = EC_GROUP_order_bits(group);
	if (curve == NID_sm2) /* OpenSSL has such keys for its own algorithm alone */
		key->type = key_unknown;
	else if (curve != NID_undef)
		snprintf(
		    key->curve, sizeof(key->curve), "%s", nist == NULL ? OBJ_nid2sn(curve) : nist);
	EC_GROUP_free(group);
	return good;
}

/* RFC 8410: no parameters, and as many bytes as the curve has. */
static bool
key_read_edwards(struct public_key *key, const struct key_source *source)
{
	static const struct {
		int nid, bytes, bits;
	} curves[] = {{NID_X25519, 32, 253}, {NID_X448, 56, 448}, {NID_ED25519, 32, 256},
	    {NID_ED448, 57, 456}};
	int nid = OBJ_obj2nid(source->algorithm->algorithm), type;

	X509_ALGOR_get0(NULL, &type, NULL, source->algorithm);
	for (size_t i = 0; i < sizeof(curves) / sizeof(curves[0]); i++)
		if (curves[i].nid == nid) {
			key->bits = curves[i].bits;
			return type == V_ASN1_UNDEF && source->bytes.left == curves[i].bytes;
		}
	return false;
}

void
public_key_read(struct public_key *key, const void *x509_pubkey)
{
	static const struct {
		int nid;
		const char *type;
		bool (*read)(struct public_key *, const struct key_source *);
	} algorithms[] = {{NID_rsaEncryption, "RSA", key_read_rsa}, {NID_rsa, "RSA", key_read_rsa},
	    {NID_rsassaPss, "RSA", key_read_rsa}, {NID_X9_62_id_ecPublicKey, "ECC", key_read_curve},
	    {NID_dsa, "DSA", key_read_discrete},
	    {NID_dhKeyAgreement, key_unknown, key_read_discrete},
	    {NID_dhpublicnumber, key_unknown, key_read_discrete},
	    {NID_ED25519, "Ed25519", key_read_edwards}, {NID_ED448, "Ed448", key_read_edwards},
	    {NID_X25519, key_unknown, key_read_edwards}, {NID_X448, key_unknown, key_read_edwards}};
	struct key_source source = {.algorithm = NULL};
	int length, nid = NID_undef;
	X509_ALGOR *algorithm;

	if (X509_PUBKEY_get0_param(NULL, &source.bytes.at, &length, &algorithm, x509_pubkey) == 1) {
		source.algorithm = algorithm;
		source.bytes.left = length;
		nid = OBJ_obj2nid(algorithm->algorithm);
	}
	*key = (struct public_key){.type = key_unknown};
	for (size_t i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]); i++) {
		if (algorithms[i].nid != nid)
			continue;
		key->type = algorithms[i].type;
		if (!algorithms[i].read(key, &source))
			*key = (struct public_key){.type = key_unknown};
	}
	ERR_clear_error(); /* of a curve that OpenSSL lacks, of parameters that are damaged */
}

/* ---- of a private key -------------------------------------------------------------------- */

/* Takes an INTEGER and compares it with the number of the key. */
static bool
key_bytes_take_same(struct key_bytes *bytes, const EVP_PKEY *key, const char *name)
{
	struct key_bytes number;
	BIGNUM *of_key = NULL, *here = NULL;
	bool same = false;

	if (key_bytes_take(bytes, V_ASN1_INTEGER, 0, &number) &&
	    EVP_PKEY_get_bn_param(key, name, &of_key) == 1)
		here = BN_bin2bn(number.at, (int)number.left, NULL);
	if (here != NULL)
		same = BN_cmp(here, of_key) == 0;
	BN_free(here);
	BN_free(of_key);
	return same;
}

/* RSAPublicKey (RFC 8017, A.1.1). */
static bool
key_is_of_rsa(struct key_bytes *bits, const EVP_PKEY *key)
{
	struct key_bytes sequence;

	return key_bytes_take(bits, V_ASN1_SEQUENCE, V_ASN1_CONSTRUCTED, &sequence) &&
	       key_bytes_take_same(&sequence, key, OSSL_PKEY_PARAM_RSA_N) &&
	       key_bytes_take_same(&sequence, key, OSSL_PKEY_PARAM_RSA_E);
}

/* The point, on the curve that the algorithm names. */
static bool
key_is_of_ec(const struct key_bytes *bits, const X509_ALGOR *algorithm, const EVP_PKEY *key)
{
	unsigned char point[256];
	char group[64];
	const ASN1_OBJECT *curve;
	const void *parameter;
	size_t length = 0;
	int type;

	X509_ALGOR_get0(NULL, &type, &parameter, algorithm);
	if (type != V_ASN1_OBJECT ||
	    EVP_PKEY_get_group_name(key, group, sizeof(group), NULL) != 1 ||
	    EVP_PKEY_get_octet_string_param(
		key, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point), &length) != 1)
		return false;
	curve = parameter;
	return OBJ_obj2nid(curve) == OBJ_txt2nid(group) && (long)length == bits->left &&
	       memcmp(point, bits->at, length) == 0;
}

static bool
key_is_of_raw(const struct key_bytes *bits, const EVP_PKEY *key)
{
	unsigned char raw[64];
	size_t length = sizeof(raw);

	return EVP_PKEY_get_raw_public_key(key, raw, &length) == 1 && (long)length == bits->left &&
	       memcmp(raw, bits->at, length) == 0;
}

bool
public_key_is_of(const void *x509_pubkey, const void *pkey)
{
	ASN1_OBJECT *oid;
	X509_ALGOR *algorithm;
	const unsigned char *at;
	int length, type = EVP_PKEY_get_base_id(pkey);
	struct key_bytes bits;
	bool same;

	if (X509_PUBKEY_get0_param(&oid, &at, &length, &algorithm, x509_pubkey) != 1 ||
	    OBJ_obj2nid(oid) != type)
		return false;
	bits = (struct key_bytes){at, length};
	same = type == EVP_PKEY_RSA  ? key_is_of_rsa(&bits, pkey)
	       : type == EVP_PKEY_EC ? key_is_of_ec(&bits, algorithm, pkey)
	       : type == EVP_PKEY_ED25519 || type == EVP_PKEY_ED448 ? key_is_of_raw(&bits, pkey)
								    : false;
	ERR_clear_error();
	return same;
}

/* The same number twice, without regard to leading zeros. */
static bool
key_bytes_take_equal(struct key_bytes *one, struct key_bytes *other)
{
	struct key_bytes a, b;

	if (!key_bytes_take(one, V_ASN1_INTEGER, 0, &a) ||
	    !key_bytes_take(other, V_ASN1_INTEGER, 0, &b))
		return false;
	for (; a.left > 0 && a.at[0] == 0; a.left--)
		a.at++;
	for (; b.left > 0 && b.at[0] == 0; b.left--)
		b.at++;
	return a.left == b.left && memcmp(a.at, b.at, (size_t)a.left) == 0;
}

/* After the version of an RSAPrivateKey: its modulus and exponent. */
static bool
key_is_in_rsa(struct key_bytes bits, struct key_bytes key)
{
	struct key_bytes sequence;

	return key_bytes_take(&bits, V_ASN1_SEQUENCE, V_ASN1_CONSTRUCTED, &sequence) &&
	       key_bytes_take_equal(&sequence, &key) && key_bytes_take_equal(&sequence, &key);
}

/* After the version of an ECPrivateKey: the key, its parameters and, where it is there, the point.
 */
static bool
key_is_in_ec(struct key_bytes bits, struct key_bytes key)
{
	struct key_bytes secret, point;
	const unsigned char *at;
	long length;
	int tag, class;

	if (!key_bytes_take(&key, V_ASN1_OCTET_STRING, 0, &secret))
		return false;
	while (key.left > 0) {
		at = key.at;
		if ((ASN1_get_object(&at, &length, &tag, &class, key.left) & 0x80) != 0 ||
		    class != V_ASN1_CONTEXT_SPECIFIC)
			return false;
		key.left -= at + length - key.at;
		key.at = at + length;
		if (tag != 1)
			continue;
		secret = (struct key_bytes){at, length};
		return key_bytes_take(&secret, V_ASN1_BIT_STRING, 0, &point) &&
		       point.left == bits.left + 1 && point.at[0] == 0 &&
		       memcmp(point.at + 1, bits.at, (size_t)bits.left) == 0;
	}
	return false;
}

/* The private key of a PKCS#8 structure, after its version; false: it is none. */
static bool
key_unwrap(struct key_bytes *key)
{
	struct key_bytes outer = *key, algorithm, inner, sequence, version;

	if (!key_bytes_take(&outer, V_ASN1_SEQUENCE, V_ASN1_CONSTRUCTED, &algorithm) ||
	    !key_bytes_take(&outer, V_ASN1_OCTET_STRING, 0, &inner) ||
	    !key_bytes_take(&inner, V_ASN1_SEQUENCE, V_ASN1_CONSTRUCTED, &sequence) ||
	    !key_bytes_take(&sequence, V_ASN1_INTEGER, 0, &version))
		return false;
	*key = sequence;
	return true;
}

bool
public_key_is_in(const void *x509_pubkey, const unsigned char *der, long length)
{
	struct key_bytes all = {der, length}, key, version, bits;
	ASN1_OBJECT *oid;
	const unsigned char *at;
	int size, type;
	bool same;

	if (X509_PUBKEY_get0_param(&oid, &at, &size, NULL, x509_pubkey) != 1 ||
	    !key_bytes_take(&all, V_ASN1_SEQUENCE, V_ASN1_CONSTRUCTED, &key) ||
	    !key_bytes_take(&key, V_ASN1_INTEGER, 0, &version)) {
		ERR_clear_error();
		return false;
	}
	bits = (struct key_bytes){at, size};
	type = OBJ_obj2nid(oid);
	(void)key_unwrap(&key);
	same = type == NID_rsaEncryption          ? key_is_in_rsa(bits, key)
	       : type == NID_X9_62_id_ecPublicKey ? key_is_in_ec(bits, key)
						  : false;
	ERR_clear_error();
	return same;
}
