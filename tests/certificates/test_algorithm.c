#include "certificates/algorithm.h"

#include "scratch.h"

/* Names of algorithms. */

#define RSA(last) "1.2.840.113549.1.1." last

static const struct {
	const char *name, *oid; /* NULL: not known */
} signatures[] = {
    {RSA("11"), RSA("11")},
    {"1.2.3.4.5", "1.2.3.4.5"},
    {"sha256WithRSAEncryption", RSA("11")},
    {"RSA-SHA256", RSA("11")},
    {"sha256RSA", RSA("11")},
    {"SHA256withRSA", RSA("11")},
    {"SHA-256 with RSA", RSA("11")},
    {"sha1RSA", RSA("5")},
    {"md5RSA", RSA("4")},
    {"sha384RSA", RSA("12")},
    {"SHA512withRSA", RSA("13")},
    {"SHA224withRSA", RSA("14")},
    {"RSASSA-PSS", RSA("10")},
    {"rsassaPss", RSA("10")},
    {"ecdsa-with-SHA1", "1.2.840.10045.4.1"},
    {"sha256ECDSA", "1.2.840.10045.4.3.2"},
    {"ecdsa-with-SHA384", "1.2.840.10045.4.3.3"},
    {"SHA512withECDSA", "1.2.840.10045.4.3.4"},
    {"SHA256withDSA", "2.16.840.1.101.3.4.3.2"},
    {"sha1DSA", "1.2.840.10040.4.3"},
    {"SHA3-256withRSA", "2.16.840.1.101.3.4.3.14"},
    {"ED25519", "1.3.101.112"},
    {"Ed448", "1.3.101.113"},
    {"id_GostR3411_94_with_GostR3410_2001", NULL},
    {"id-GostR3411-94-with-GostR3410-2001", "1.2.643.2.2.3"}, /* OpenSSL's own, to the letter */
    {"sha256", NULL},
    {"RSA", NULL},
    {"", NULL},
    {"1.", NULL},
    {"3.4", NULL},
    {"a name that is far too long for any algorithm that there ever was, or will be, I hope", NULL},
};

START_TEST(finds_the_oid_of_a_signature)
{
	char oid[CERTIFICATE_OID_SIZE] = "";
	const char *name = signatures[_i].name;

	ck_assert_msg(algorithm_signature(name, strlen(name), oid) == (signatures[_i].oid != NULL),
	    "%s: %s", name, oid);
	if (signatures[_i].oid != NULL)
		ck_assert_str_eq(oid, signatures[_i].oid);
}
END_TEST

static const struct {
	const char *name, *curve;
} curves[] = {
    {"P-256", "P-256"},
    {"prime256v1", "P-256"},
    {"SECP256R1", "P-256"},
    {"1.2.840.10045.3.1.7", "P-256"},
    {"secp384r1", "P-384"},
    {"P-521", "P-521"},
    {"1.3.132.0.10", "secp256k1"},
    {"brainpoolP256r1", "brainpoolP256r1"},
    {"nobody's", "nobody's"},
    {"", ""},
};

START_TEST(has_one_name_for_a_curve)
{
	char curve[ALGORITHM_CURVE_SIZE];
	const char *name = curves[_i].name;

	ck_assert(algorithm_curve(name, strlen(name), curve));
	ck_assert_str_eq(curve, curves[_i].curve);
}
END_TEST

START_TEST(takes_no_curve_that_is_too_long)
{
	char name[ALGORITHM_CURVE_SIZE], curve[ALGORITHM_CURVE_SIZE];

	memset(name, 'x', sizeof(name));
	ck_assert(!algorithm_curve(name, sizeof(name), curve));
	ck_assert(algorithm_curve(name, sizeof(name) - 1, curve));
}
END_TEST

static const struct {
	const char *text;
	bool is;
} oids[] = {{"1.2", true}, {"2.999.1", true}, {"0.9.2342", true}, {"1", false}, {"1.", false},
    {".1", false}, {"1..2", false}, {"1.2a", false}, {"3.1", false}, {"12.3", false}, {"", false}};

START_TEST(knows_an_oid)
{
	ck_assert(algorithm_is_oid(oids[_i].text, strlen(oids[_i].text)) == oids[_i].is);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("algorithm");
	TCase *tests = tcase_create("algorithm");

	tcase_add_loop_test(
	    tests, finds_the_oid_of_a_signature, 0, sizeof(signatures) / sizeof(signatures[0]));
	tcase_add_loop_test(tests, has_one_name_for_a_curve, 0, sizeof(curves) / sizeof(curves[0]));
	tcase_add_test(tests, takes_no_curve_that_is_too_long);
	tcase_add_loop_test(tests, knows_an_oid, 0, sizeof(oids) / sizeof(oids[0]));
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
