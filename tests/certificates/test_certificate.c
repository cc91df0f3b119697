#include "certificates/certificate.h"

#include "certificates/made.h"

/* What one certificate says. */

static struct buffer bytes, json;
static struct certificate what;
static struct error err;

static void
enter(void)
{
	ck_assert_int_eq(crypto_begin(NULL), 0);
	err = (struct error){0};
}

static void
leave(void)
{
	certificate_release(&what);
	made_release();
	buffer_release(&bytes);
	buffer_release(&json);
}

static int
parse(void)
{
	return certificate_parse(&what, (const unsigned char *)bytes.bytes, bytes.length, &err);
}

static void
read_made(const char *name, const struct made_options *options)
{
	buffer_clear(&bytes);
	add_der(&bytes, made_with(name, options));
	certificate_release(&what);
	ck_assert_msg(parse() == 0, "%s", err.text);
}

START_TEST(reads_the_names_and_times)
{
	const struct made *ca = made_ca("B\xc3\xbc"
					"cher, \"CA\"",
	    NULL);

	read_made("www", &(struct made_options){.issuer = ca,
			     .serial = "00FF10",
			     .not_before = "20240229235959Z",
			     .not_after = "20510101000000Z"});
	ck_assert_str_eq(what.subject.bytes, "CN=www");
	ck_assert_str_eq(what.issuer.bytes, "CN=B\xc3\xbc"
					    "cher\\, \\\"CA\\\"");
	ck_assert_str_eq(what.serial.bytes, "FF10");
	ck_assert_int_eq(what.not_before, 1709251199000);
	ck_assert_int_eq(what.not_after, 2556144000000);
	ck_assert(!what.is_ca);
	ck_assert_int_eq(what.key_usage, 0);
	ck_assert_uint_eq(what.extended_usages.length, 0);
	ck_assert_uint_eq(what.names.count, 0);
	read_made("", &(struct made_options){.is_ca = true, .serial = "-80"});
	ck_assert_uint_eq(what.subject.length, 0);
	ck_assert_str_eq(what.serial.bytes, "-80");
	ck_assert(what.is_ca);
	read_made("a", &(struct made_options){.serial = "0"});
	ck_assert_str_eq(what.serial.bytes, "00");
}
END_TEST

START_TEST(has_the_digests_of_its_bytes)
{
	unsigned char sum[EVP_MAX_MD_SIZE];
	char text[2 * 32 + 1];

	read_made("www", &(struct made_options){0});
	for (int i = 0; i < 2; i++) {
		unsigned length;

		EVP_Digest(bytes.bytes, bytes.length, sum, &length,
		    i == 0 ? EVP_sha1() : EVP_sha256(), NULL);
		for (unsigned at = 0; at < length; at++)
			snprintf(text + 2 * at, 3, "%02X", sum[at]);
		ck_assert_str_eq(i == 0 ? what.sha1 : what.sha256, text);
	}
}
END_TEST

static const struct {
	int type;
	const char *group, *key_type;
	int bits;
	const char *curve, *signature;
} keys[] = {
    {0, "P-256", "ECC", 256, "P-256", "1.2.840.10045.4.3.2"},
    {0, "P-521", "ECC", 521, "P-521", "1.2.840.10045.4.3.2"},
    {0, "secp256k1", "ECC", 256, "secp256k1", "1.2.840.10045.4.3.2"},
    {0, "brainpoolP256r1", "ECC", 256, "brainpoolP256r1", "1.2.840.10045.4.3.2"},
    {EVP_PKEY_RSA, NULL, "RSA", 1024, "", "1.2.840.113549.1.1.11"},
    {EVP_PKEY_ED25519, NULL, "Ed25519", 256, "", "1.3.101.112"},
};

START_TEST(knows_its_key)
{
	read_made("www", &(struct made_options){.type = keys[_i].type, .group = keys[_i].group});
	ck_assert_str_eq(what.key_type, keys[_i].key_type);
	ck_assert_int_eq(what.key_bits, keys[_i].bits);
	ck_assert_str_eq(what.curve, keys[_i].curve);
	ck_assert_str_eq(what.signature, keys[_i].signature);
}
END_TEST

START_TEST(knows_no_other_key)
{
	char *at;

	read_made("www", &(struct made_options){0});
	at = memmem(bytes.bytes, bytes.length, "\x06\x07\x2a\x86\x48\xce\x3d\x02\x01", 9);
	ck_assert_ptr_nonnull(at);
	at[8] = 0x7f;
	certificate_release(&what);
	ck_assert_int_eq(parse(), 0);
	ck_assert_str_eq(what.key_type, "Unknown");
	ck_assert_int_eq(what.key_bits, 0);
	ck_assert_str_eq(what.curve, "");
}
END_TEST

START_TEST(reads_extensions)
{
	read_made("www", &(struct made_options){
			     .extensions = {"subjectAltName",
				 "DNS:WWW.example,IP:10.0.0.1,IP:2001:db8::1,email:A@B.Example,"
				 "URI:http://x,otherName:msUPN;UTF8:joe@corp,"
				 "otherName:1.2.3;UTF8:x,RID:1.2.4,DNS:www.EXAMPLE",
				 "extendedKeyUsage", "clientAuth,serverAuth,1.2.3,clientAuth",
				 "keyUsage", "digitalSignature,keyAgreement,decipherOnly"}});
	names_add_json(&what.names, &json);
	ck_assert_str_eq(json.bytes,
	    "[{\"Value\":\"1.2.3\",\"Type\":0},{\"Value\":\"A@b.example\",\"Type\":1},"
	    "{\"Value\":\"www.example\",\"Type\":2},{\"Value\":\"http://x\",\"Type\":6},"
	    "{\"Value\":\"10.0.0.1\",\"Type\":7},{\"Value\":\"2001:db8::1\",\"Type\":7},"
	    "{\"Value\":\"1.2.4\",\"Type\":8},{\"Value\":\"joe@corp\",\"Type\":100}]");
	ck_assert_str_eq(what.extended_usages.bytes, "1.2.3 1.3.6.1.5.5.7.3.1 1.3.6.1.5.5.7.3.2");
	ck_assert_int_eq(what.key_usage, 0x8088);
}
END_TEST

/* An extension with a value of its own in DER, also twice. */
static const struct {
	const char *extensions[4];
	const char *reason;
} damages[] = {
    {{"keyUsage", "DER:0500"}, "its extension X509v3 Key Usage is damaged"},
    {{"subjectAltName", "DER:31"}, "its extension X509v3 Subject Alternative Name is damaged"},
    {{"extendedKeyUsage", "DER:0500"}, "its extension X509v3 Extended Key Usage is damaged"},
    {{"basicConstraints", "DER:0500"}, "its extension X509v3 Basic Constraints is damaged"},
    {{"keyUsage", "cRLSign", "keyUsage", "cRLSign"},
	"its extension X509v3 Key Usage is there twice"},
};

START_TEST(names_a_damaged_extension)
{
	struct made_options options = {.no_ids = true};

	memcpy(options.extensions, damages[_i].extensions, sizeof(damages[_i].extensions));
	add_der(&bytes, made_with("www", &options));
	ck_assert_int_eq(parse(), -1);
	ck_assert_int_eq(err.code, ERROR_INPUT);
	ck_assert_str_eq(err.text, damages[_i].reason);
	what = (struct certificate){0};
}
END_TEST

START_TEST(reads_one_alone)
{
	size_t length;

	read_made("www", &(struct made_options){0});
	certificate_release(&what);
	length = bytes.length;
	for (bytes.length = 0; bytes.length < length; bytes.length++) {
		ck_assert_int_eq(parse(), -1);
		ck_assert_int_eq(err.code, ERROR_INPUT);
		ck_assert_int_eq(strncmp(err.text, "not a DER certificate", 21), 0);
	}
	ck_assert_str_eq(err.text, "not a DER certificate: too long"); /* OpenSSL's first reason */
	buffer_add(&bytes, "", 1);
	ck_assert_int_eq(parse(), -1);
	ck_assert_str_eq(err.text, "1 bytes follow the certificate: expected its DER alone");
	what = (struct certificate){0};
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("certificate");
	TCase *tests = tcase_create("certificate");

	tcase_add_checked_fixture(tests, enter, leave);
	tcase_add_test(tests, reads_the_names_and_times);
	tcase_add_test(tests, has_the_digests_of_its_bytes);
	tcase_add_loop_test(tests, knows_its_key, 0, (int)(sizeof(keys) / sizeof(keys[0])));
	tcase_add_test(tests, knows_no_other_key);
	tcase_add_test(tests, reads_extensions);
	tcase_add_loop_test(
	    tests, names_a_damaged_extension, 0, (int)(sizeof(damages) / sizeof(damages[0])));
	tcase_add_test(tests, reads_one_alone);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
