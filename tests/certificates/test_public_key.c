#include "certificates/public_key.h"

#include "certificates/made.h"

#include <string.h>

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

/*
 * What a certificate says of its key: what OpenSSL says of the key that it decodes, for keys of
 * every kind; and where OpenSSL decodes none.
 */

static struct buffer bytes;
static struct certificate what;

static void
enter(void)
{
	ck_assert_int_eq(crypto_begin(NULL), 0);
}

static void
leave(void)
{
	certificate_release(&what);
	made_release();
	buffer_release(&bytes);
}

static void
parse(void)
{
	struct error err = {0};

	certificate_release(&what);
	ck_assert_msg(
	    certificate_parse(&what, (const unsigned char *)bytes.bytes, bytes.length, &err) == 0,
	    "%s", err.text);
}

static void
expect(const char *type, int bits, const char *curve)
{
	ck_assert_str_eq(what.key_type, type);
	ck_assert_int_eq(what.key_bits, bits);
	ck_assert_str_eq(what.curve, curve);
}

/* Expects what OpenSSL's decoders find in the certificate. False: they find no key. */
static bool
expect_openssl(void)
{
	static const struct {
		int id;
		const char *type;
	} types[] = {{EVP_PKEY_RSA, "RSA"}, {EVP_PKEY_RSA_PSS, "RSA"}, {EVP_PKEY_EC, "ECC"},
	    {EVP_PKEY_DSA, "DSA"}, {EVP_PKEY_ED25519, "Ed25519"}, {EVP_PKEY_ED448, "Ed448"}};
	const unsigned char *at = (const unsigned char *)bytes.bytes;
	X509 *x509 = d2i_X509(NULL, &at, (long)bytes.length);
	const EVP_PKEY *key = X509_get0_pubkey(x509);
	const char *type = "Unknown", *nist;
	char group[64] = "";

	ERR_clear_error();
	if (key == NULL) {
		X509_free(x509);
		return false;
	}
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (EVP_PKEY_get_base_id(key) == types[i].id)
			type = types[i].type;
	if (strcmp(type, "ECC") == 0)
		EVP_PKEY_get_group_name(key, group, sizeof(group), NULL);
	nist = EC_curve_nid2nist(OBJ_sn2nid(group));
	expect(type, EVP_PKEY_get_bits(key), nist == NULL ? group : nist);
	X509_free(x509);
	return true;
}

/* A certificate with that key, which is freed. */
static void
read_key(EVP_PKEY *key)
{
	const struct made of = {.key = key};
	const struct made *ca = made_ca("ca", NULL);

	ck_assert_ptr_nonnull(key);
	buffer_clear(&bytes);
	add_der(&bytes, made_with("www", &(struct made_options){.issuer = ca, .key = &of}));
	EVP_PKEY_free(key);
	made_release();
	parse();
}

/* A certificate with an algorithm, its parameters and a key of these bytes. */
static void
read_raw(int nid, int type, void *parameters, const void *key, size_t length)
{
	const struct made *one = made_leaf("www", NULL);
	unsigned char *copy = OPENSSL_malloc(length + 1); /* none of 0 bytes */

	memcpy(copy, key, length);
	ck_assert_int_eq(X509_PUBKEY_set0_param(X509_get_X509_PUBKEY(one->x509), OBJ_nid2obj(nid),
			     type, parameters, copy, (int)length),
	    1);
	ck_assert_int_gt(X509_sign(one->x509, one->key, EVP_sha256()), 0);
	buffer_clear(&bytes);
	add_der(&bytes, one);
	made_release();
	parse();
}

/* A key from parameters of its generation, in OpenSSL's names: NULL ends them. */
static EVP_PKEY *
generated(const char *algorithm, const char *const *options)
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, algorithm, NULL);
	EVP_PKEY *key = NULL;

	ck_assert_int_eq(EVP_PKEY_keygen_init(context), 1);
	for (; options[0] != NULL; options += 2)
		ck_assert_int_eq(EVP_PKEY_CTX_ctrl_str(context, options[0], options[1]), 1);
	ck_assert_int_eq(EVP_PKEY_keygen(context, &key), 1);
	EVP_PKEY_CTX_free(context);
	return key;
}

static EVP_PKEY *
generated_from(const char *algorithm, const char *const *options)
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, algorithm, NULL);
	EVP_PKEY *parameters = NULL, *key = NULL;

	ck_assert_int_eq(EVP_PKEY_paramgen_init(context), 1);
	for (; options[0] != NULL; options += 2)
		ck_assert_int_eq(EVP_PKEY_CTX_ctrl_str(context, options[0], options[1]), 1);
	ck_assert_int_eq(EVP_PKEY_paramgen(context, &parameters), 1);
	EVP_PKEY_CTX_free(context);
	context = EVP_PKEY_CTX_new_from_pkey(NULL, parameters, NULL);
	ck_assert_int_eq(EVP_PKEY_keygen_init(context), 1);
	ck_assert_int_eq(EVP_PKEY_keygen(context, &key), 1);
	EVP_PKEY_CTX_free(context);
	EVP_PKEY_free(parameters);
	return key;
}

static const struct {
	const char *algorithm, *options[6], *type;
	int bits;
	const char *curve;
	bool parameters; /* these are generated first */
} kinds[] = {
    {"RSA", {"rsa_keygen_bits", "1023"}, "RSA", 1023, "", false},
    {"RSA", {"rsa_keygen_bits", "2048", "rsa_keygen_pubexp", "3"}, "RSA", 2048, "", false},
    {"RSA-PSS", {"rsa_keygen_bits", "1024"}, "RSA", 1024, "", false},
    {"RSA-PSS",
	{"rsa_keygen_bits", "1024", "rsa_pss_keygen_md", "sha256", "rsa_pss_keygen_saltlen", "32"},
	"RSA", 1024, "", false},
    {"DSA", {"dsa_paramgen_bits", "1024"}, "DSA", 1024, "", true},
    {"DH", {"group", "ffdhe2048"}, "Unknown", 2048, "", false},
    {"DHX", {"dh_rfc5114", "1"}, "Unknown", 1024, "", true},
    {"ED25519", {NULL}, "Ed25519", 256, "", false},
    {"ED448", {NULL}, "Ed448", 456, "", false},
    {"X25519", {NULL}, "Unknown", 253, "", false},
    {"X448", {NULL}, "Unknown", 448, "", false},
    {"EC", {"group", "P-256", "encoding", "explicit"}, "ECC", 256, "P-256", false},
    {"EC", {"group", "secp521r1", "encoding", "explicit"}, "ECC", 521, "P-521", false},
    {"EC", {"group", "P-384", "point-format", "compressed"}, "ECC", 384, "P-384", false},
    {"EC", {"group", "P-384", "point-format", "hybrid"}, "ECC", 384, "P-384", false},
    {"SM2", {NULL}, "Unknown", 256, "", false},
};

START_TEST(knows_every_kind)
{
	const char *options[8] = {NULL};

	memcpy(options, kinds[_i].options, sizeof(kinds[_i].options));
	read_key(kinds[_i].parameters ? generated_from(kinds[_i].algorithm, options)
				      : generated(kinds[_i].algorithm, options));
	ck_assert(expect_openssl());
	expect(kinds[_i].type, kinds[_i].bits, kinds[_i].curve);
}
END_TEST

START_TEST(knows_every_curve)
{
	size_t count = EC_get_builtin_curves(NULL, 0), decoded = 0;
	EC_builtin_curve *curves = calloc(count, sizeof(*curves));

	ck_assert_uint_gt(count, 10);
	EC_get_builtin_curves(curves, count);
	for (size_t i = 0; i < count; i++) {
		const char *name = OBJ_nid2sn(curves[i].nid);
		EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", name);

		if (key == NULL) /* OpenSSL has curves without keys */
			continue;
		read_key(key);
		decoded += expect_openssl();
		ck_assert_str_eq(what.key_type, curves[i].nid == NID_sm2 ? "Unknown" : "ECC");
	}
	ck_assert_uint_gt(decoded, 10);
	ERR_clear_error();
	free(curves);
}
END_TEST

/* The parameters of P-256, but for twice its generator: a curve without a name. */
START_TEST(knows_a_curve_without_a_name)
{
	EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
	EC_POINT *twice = EC_POINT_new(group);
	unsigned char *der = NULL, point[65];
	ASN1_STRING *parameters = ASN1_STRING_new();
	int length;

	EC_POINT_dbl(group, twice, EC_GROUP_get0_generator(group), NULL);
	EC_GROUP_set_generator(
	    group, twice, EC_GROUP_get0_order(group), EC_GROUP_get0_cofactor(group));
	EC_GROUP_set_curve_name(group, NID_undef);
	EC_GROUP_set_asn1_flag(group, OPENSSL_EC_EXPLICIT_CURVE);
	ck_assert_uint_eq(EC_POINT_point2oct(group, twice, POINT_CONVERSION_UNCOMPRESSED, point,
			      sizeof(point), NULL),
	    sizeof(point));
	length = i2d_ECPKParameters(group, &der);
	ck_assert_int_gt(length, 0);
	ASN1_STRING_set0(parameters, der, length);
	read_raw(NID_X9_62_id_ecPublicKey, V_ASN1_SEQUENCE, parameters, point, sizeof(point));
	ck_assert(expect_openssl());
	expect("ECC", 256, "");
	EC_POINT_free(twice);
	EC_GROUP_free(group);
}
END_TEST

static const struct {
	int nid, type;
	const void *parameters; /* hexadecimal; of an OBJECT: its short name */
	const char *key;        /* hexadecimal */
	const char *key_type;
	int bits;
} raw[] = {
    /* RSA: two numbers and no more around them; one without its leading 00 is positive */
    {NID_rsaEncryption, V_ASN1_NULL, NULL, "3007020200800201ff", "RSA", 8},
    {NID_rsaEncryption, V_ASN1_UNDEF, NULL, "30060201800201ff", "RSA", 8},
    {NID_rsaEncryption, V_ASN1_NULL, NULL, "3006020100020103", "RSA", 0},
    {NID_rsaEncryption, V_ASN1_NULL, NULL, "", "Unknown", 0},
    {NID_rsaEncryption, V_ASN1_NULL, NULL, "3003020103", "Unknown", 0},
    {NID_rsaEncryption, V_ASN1_NULL, NULL, "3006020103040103", "Unknown", 0},
    {NID_rsaEncryption, V_ASN1_NULL, NULL, "3007020103020103", "Unknown", 0},
    {NID_rsaEncryption, V_ASN1_NULL, NULL, "300602010302010300", "Unknown", 0},
    {NID_rsaEncryption, V_ASN1_NULL, NULL, "3106020103020103", "Unknown", 0},
    /* points: the right number of bytes for their form */
    {NID_X9_62_id_ecPublicKey, V_ASN1_OBJECT, "prime256v1", "", "Unknown", 0},
    {NID_X9_62_id_ecPublicKey, V_ASN1_OBJECT, "prime256v1", "00", "Unknown", 0},
    {NID_X9_62_id_ecPublicKey, V_ASN1_OBJECT, "prime256v1", "0401", "Unknown", 0},
    {NID_X9_62_id_ecPublicKey, V_ASN1_OBJECT, "prime256v1", "0201", "Unknown", 0},
    {NID_X9_62_id_ecPublicKey, V_ASN1_OBJECT, "prime256v1",
	"056b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296", "Unknown", 0},
    {NID_X9_62_id_ecPublicKey, V_ASN1_OBJECT, "prime256v1",
	"036b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296", "ECC", 256},
    {NID_X9_62_id_ecPublicKey, V_ASN1_OBJECT, "rsaEncryption", "0401", "Unknown", 0},
    {NID_X9_62_id_ecPublicKey, V_ASN1_NULL, NULL, "0401", "Unknown", 0},
    {NID_X9_62_id_ecPublicKey, V_ASN1_SEQUENCE, "3000", "0401", "Unknown", 0},
    /* RFC 8410 */
    {NID_ED25519, V_ASN1_UNDEF, NULL, "0102", "Unknown", 0},
    {NID_ED448, V_ASN1_UNDEF, NULL, "0102", "Unknown", 0},
    {NID_ED25519, V_ASN1_NULL, NULL,
	"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "Unknown", 0},
    {NID_ED25519, V_ASN1_UNDEF, NULL,
	"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "Ed25519", 256},
    /* DSA, with the parameters of its issuer too */
    {NID_dsa, V_ASN1_UNDEF, NULL, "0201ff02", "Unknown", 0},
    {NID_dsa, V_ASN1_UNDEF, NULL, "020103", "DSA", 0},
    {NID_dsa, V_ASN1_SEQUENCE, "3000", "020103", "Unknown", 0},
    {NID_dhKeyAgreement, V_ASN1_UNDEF, NULL, "020103", "Unknown", 0},
};

START_TEST(knows_damage)
{
	struct buffer key = {0}, parameters = {0};
	void *value = NULL;

	add_hex(&key, raw[_i].key);
	if (raw[_i].type == V_ASN1_OBJECT) {
		value = OBJ_nid2obj(OBJ_sn2nid(raw[_i].parameters));
	} else if (raw[_i].parameters != NULL) {
		add_hex(&parameters, raw[_i].parameters);
		value = ASN1_STRING_new();
		ASN1_STRING_set(value, parameters.bytes, (int)parameters.length);
	}
	read_raw(raw[_i].nid, raw[_i].type, value, key.bytes == NULL ? "" : key.bytes, key.length);
	expect(raw[_i].key_type, raw[_i].bits,
	    raw[_i].bits == 256 && raw[_i].type == V_ASN1_OBJECT ? "P-256" : "");
	buffer_release(&key);
	buffer_release(&parameters);
}
END_TEST

/* A point that is not on its curve is no key for OpenSSL. Here the curve is known all the same. */
START_TEST(looks_at_no_point)
{
	unsigned char point[65] = {4, 1};

	read_raw(NID_X9_62_id_ecPublicKey, V_ASN1_OBJECT, OBJ_nid2obj(NID_X9_62_prime256v1), point,
	    sizeof(point));
	ck_assert(!expect_openssl());
	expect("ECC", 256, "P-256");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("public_key");
	TCase *tests = tcase_create("public_key");

	tcase_add_checked_fixture(tests, enter, leave);
	tcase_set_timeout(tests, 60);
	tcase_add_loop_test(tests, knows_every_kind, 0, (int)(sizeof(kinds) / sizeof(kinds[0])));
	tcase_add_test(tests, knows_every_curve);
	tcase_add_test(tests, knows_a_curve_without_a_name);
	tcase_add_loop_test(tests, knows_damage, 0, (int)(sizeof(raw) / sizeof(raw[0])));
	tcase_add_test(tests, looks_at_no_point);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
