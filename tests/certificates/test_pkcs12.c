#include "certificates/pkcs12.h"

#include "certificates/made_pkcs12.h"

#include <openssl/provider.h>
#include <limits.h>
#include <time.h>

/* PKCS#12 files. */

static struct buffer bytes;
static const struct made *root, *ca, *leaf;
static const char *const www[] = {"www", "1"}, *const nameless[] = {NULL, NULL};
static bool has_legacy;

static void
enter(void)
{
	root = made_ca("root", NULL);
	ca = made_ca("ca", root);
	leaf = made_leaf("www", ca);
}

static void
leave(void)
{
	made_release();
	buffer_release(&bytes);
}

static const char *
read_with(const char *password, const struct pkcs12_options *options)
{
	struct entries_source source = source_of(&bytes, password);

	return read_as(&source, pkcs12_read(&source, options));
}

static const char *
read_pkcs12(const char *password)
{
	return read_with(password, &(struct pkcs12_options){.open_keys = false});
}

static const char *
read_with_keys(const char *password)
{
	return read_with(password, &(struct pkcs12_options){.open_keys = true});
}

/* The only place of some bytes in the file; others of the same length are put there. */
static void
patch(const char *from, const char *to, size_t length)
{
	char *at = memmem(bytes.bytes, bytes.length, from, length);

	ck_assert_ptr_nonnull(at);
	memcpy(at, to, length);
}

/* ---- passwords --------------------------------------------------------------------------- */

START_TEST(opens_with_its_password)
{
	made_export(&bytes, "pa\xc3\x9fwort", leaf, ca);
	ck_assert(pkcs12_is((const unsigned char *)bytes.bytes, bytes.length));
	ck_assert_str_eq(read_pkcs12("pa\xc3\x9fwort"), "'www' CN=www<CN=ca +key");
	ck_assert_str_eq(read_with_keys("pa\xc3\x9fwort"), "'www' CN=www<CN=ca +key");
	ck_assert_str_eq(read_pkcs12("secret"), "wrong-password: its password is another one");
	ck_assert_str_eq(read_pkcs12(""), "wrong-password: its password is another one");
	ck_assert_str_eq(read_pkcs12(NULL), "wrong-password: it has a password, and none is known");
}
END_TEST

/* The empty password has two encodings, and nobody says which one a file has. */
START_TEST(opens_with_no_password)
{
	static const int ciphers[] = {MADE_PBES2, NID_pbe_WithSHA1And3_Key_TripleDES_CBC};

	for (int i = 0; i < 8; i++) {
		struct made_pkcs12 file = {.password = i % 2 == 0 ? NULL : ""};
		const char *mark = (i & 4) == 0 ? "" : " (not verified)";
		char line[64];

		made_cert(&file, leaf, "www", "1");
		made_safe(&file, ciphers[i >> 1 & 1], 100);
		made_key_bag(&file, leaf, www, ciphers[i >> 1 & 1], 100);
		made_safe(&file, MADE_PLAIN, 0);
		made_file(&file, (i & 4) == 0 ? 100 : MADE_NO_MAC, &bytes);
		snprintf(line, sizeof(line), "'www' CN=www +key%s", mark);
		ck_assert_str_eq(read_with_keys(NULL), line);
		ck_assert_str_eq(read_with_keys(""), line);
		ck_assert_int_eq(
		    strncmp(read_with_keys("x"), "wrong-password: its password ", 29), 0);
	}
}
END_TEST

/* A MAC with one of them, and the encryption with the other. */
START_TEST(opens_with_both_empty_passwords)
{
	struct made_pkcs12 file = {.password = ""};

	made_cert(&file, leaf, "www", "1");
	made_safe(&file, NID_pbe_WithSHA1And3_Key_TripleDES_CBC, 100);
	file.password = NULL;
	made_key_bag(&file, leaf, www, NID_pbe_WithSHA1And3_Key_TripleDES_CBC, 100);
	made_safe(&file, MADE_PLAIN, 0);
	made_file(&file, 100, &bytes);
	ck_assert_str_eq(read_with_keys(NULL), "'www' CN=www +key");
	ck_assert_str_eq(read_with_keys(""), "'www' CN=www +key");
}
END_TEST

START_TEST(reads_without_a_mac)
{
	struct made_pkcs12 file = {.password = "secret"};

	made_cert(&file, leaf, "www", "1");
	made_safe(&file, MADE_PLAIN, 0);
	made_key_bag(&file, leaf, www, MADE_PBES2, 100);
	made_safe(&file, MADE_PLAIN, 0);
	made_file(&file, MADE_NO_MAC, &bytes);
	ck_assert_str_eq(read_pkcs12(NULL), "'www' CN=www +key (not verified)");
	ck_assert_str_eq(read_pkcs12("wrong"), "'www' CN=www +key (not verified)");
	ck_assert_str_eq(read_with_keys("secret"), "'www' CN=www +key (not verified)");
	ck_assert_str_eq(
	    read_with_keys("wrong"), "wrong-password: its password does not open the private key");
	made_cert(&file, leaf, NULL, NULL);
	made_safe(&file, MADE_PBES2, 100);
	made_file(&file, MADE_NO_MAC, &bytes);
	ck_assert_str_eq(read_pkcs12("secret"), "CN=www (not verified)");
	ck_assert_str_eq(read_pkcs12("wrong"), "wrong-password: its password does not open it");
}
END_TEST

/* ---- entries ----------------------------------------------------------------------------- */

START_TEST(reads_a_name_as_it_is)
{
	static const unsigned char name[] = "\0W\0\xfc\0r\0z\0 \xd8\x3d\xdd\x11\0\n";
	struct made_pkcs12 file = {0};

	made_cert(&file, leaf, NULL, NULL);
	ck_assert_int_eq(PKCS12_add_friendlyname_uni(
			     sk_PKCS12_SAFEBAG_value(file.bags, 0), name, (int)sizeof(name) - 1),
	    1);
	made_cert(&file, root, NULL, NULL);
	made_safe(&file, MADE_PLAIN, 0);
	made_file(&file, MADE_NO_MAC, &bytes);
	ck_assert_str_eq(read_pkcs12(NULL), "'W\xc3\xbcrz \xf0\x9f\x94\x91\\x0a' CN=www; CN=root "
					    "(not verified)");
	patch("\xd8\x3d\xdd\x11", "\xd8\x3d\x00\x21", 4); /* half a pair */
	ck_assert_str_eq(read_pkcs12(NULL), "'W\\xfcrz =!\\x0a' CN=www; CN=root (not verified)");
}
END_TEST

START_TEST(pairs_keys_by_id_then_name)
{
	const struct made *a = made_leaf("a", ca), *b = made_leaf("b", ca);
	const char *const by_id[] = {"first", "2"}, *const by_name[] = {"second", NULL};
	struct made_pkcs12 file = {.password = "secret"};

	made_cert(&file, a, "second", NULL);
	made_cert(&file, b, NULL, "2");
	made_cert(&file, ca, NULL, NULL);
	made_cert(&file, root, NULL, NULL);
	made_safe(&file, MADE_PBES2, 100);
	made_key_bag(&file, b, by_id, MADE_PBES2, 100);
	made_key_bag(&file, a, by_name, MADE_PBES2, 100);
	made_safe(&file, MADE_PLAIN, 0);
	made_file(&file, 100, &bytes);
	ck_assert_str_eq(read_with_keys("secret"),
	    "'first' CN=b<CN=ca<CN=root +key; 'second' CN=a<CN=ca<CN=root +key");
}
END_TEST

/* Without a name and an id it is that of the only leaf; two leaves are not guessed. */
START_TEST(pairs_a_key_without_a_name)
{
	struct made_pkcs12 file = {.password = "secret"};

	made_cert(&file, ca, NULL, NULL);
	made_cert(&file, leaf, NULL, NULL);
	made_key_bag(&file, leaf, nameless, MADE_PLAIN, 0);
	made_safe(&file, MADE_PLAIN, 0);
	made_file(&file, 100, &bytes);
	ck_assert_str_eq(read_with_keys("secret"), "CN=www<CN=ca +key");
	made_cert(&file, made_leaf("b", NULL), NULL, NULL);
	made_cert(&file, leaf, NULL, NULL);
	made_key_bag(&file, leaf, nameless, MADE_PLAIN, 0);
	made_safe(&file, MADE_PLAIN, 0);
	made_file(&file, 100, &bytes);
	ck_assert_str_eq(read_with_keys("secret"), "CN=b; CN=www");
}
END_TEST

START_TEST(sees_a_key_of_another)
{
	struct made_pkcs12 file = {.password = "secret"};

	made_cert(&file, leaf, "www", "1");
	made_key_bag(&file, ca, www, MADE_PBES2, 100);
	made_safe(&file, MADE_PLAIN, 0);
	made_file(&file, 100, &bytes);
	ck_assert_str_eq(read_with_keys("secret"), "'www' CN=www +another key");
	ck_assert_str_eq(read_pkcs12("secret"), "'www' CN=www +key"); /* it was not opened */
}
END_TEST

/* Also one that is in the chain of a key, whether it is there once or twice. */
START_TEST(reads_named_certificates)
{
	for (int twice = 0; twice < 2; twice++) {
		struct made_pkcs12 file = {.password = "secret"};

		made_cert(&file, ca, "my ca", NULL);
		made_cert(&file, leaf, "www", "1");
		if (twice == 1)
			made_cert(&file, ca, NULL, NULL);
		made_key_bag(&file, leaf, www, MADE_PBES2, 100);
		made_safe(&file, MADE_PLAIN, 0);
		made_file(&file, 100, &bytes);
		ck_assert_str_eq(
		    read_with_keys("secret"), "'www' CN=www<CN=ca +key; 'my ca' CN=ca");
	}
}
END_TEST

START_TEST(reads_one_certificate_of_two_names)
{
	struct made_pkcs12 file = {0};

	made_cert(&file, root, "a", NULL);
	made_cert(&file, root, NULL, NULL);
	made_cert(&file, root, "b", NULL);
	made_safe(&file, MADE_PLAIN, 0);
	made_file(&file, MADE_NO_MAC, &bytes);
	ck_assert_str_eq(read_pkcs12(NULL), "'a' CN=root; 'b' CN=root (not verified)");
}
END_TEST

/* No key, no names: leaves with their chains, and CAs that certify each other. */
START_TEST(loses_no_circle)
{
	const struct made *b = made_ca("b", ca);
	const struct made_options by_b = {.issuer = b, .key = ca, .is_ca = true};
	struct made_pkcs12 file = {0};

	made_cert(&file, made_with("ca", &by_b), NULL, NULL);
	made_cert(&file, b, NULL, NULL);
	made_safe(&file, MADE_PLAIN, 0);
	made_file(&file, MADE_NO_MAC, &bytes);
	ck_assert_str_eq(read_pkcs12(NULL), "CN=ca<CN=b (not verified)");
}
END_TEST

START_TEST(reads_nothing)
{
	struct made_pkcs12 file = {.password = "secret"};

	file.bags = sk_PKCS12_SAFEBAG_new_null();
	made_safe(&file, MADE_PBES2, 100);
	made_file(&file, 100, &bytes);
	ck_assert_str_eq(read_pkcs12("secret"), "");
	made_key_bag(&file, leaf, www, MADE_PBES2, 100); /* no place of a certificate */
	made_safe(&file, MADE_PLAIN, 0);
	made_file(&file, 100, &bytes);
	ck_assert_str_eq(read_with_keys("secret"), "");
}
END_TEST

START_TEST(reads_nested_safes)
{
	struct made_pkcs12 file = {0};

	made_cert(&file, leaf, "www", NULL);
	for (int depth = 1; depth <= 7; depth++)
		made_nest(&file);
	made_safe(&file, MADE_PLAIN, 0);
	made_file(&file, MADE_NO_MAC, &bytes);
	ck_assert_str_eq(read_pkcs12(NULL), "'www' CN=www (not verified)");
	made_cert(&file, leaf, "www", NULL);
	for (int depth = 1; depth <= 8; depth++)
		made_nest(&file);
	made_safe(&file, MADE_PLAIN, 0);
	made_file(&file, MADE_NO_MAC, &bytes);
	ck_assert_str_eq(read_pkcs12(NULL), "damaged: safes in safes, more than 8 deep");
}
END_TEST

/* ---- algorithms -------------------------------------------------------------------------- */

START_TEST(opens_old_encryption)
{
	struct made_pkcs12 file = {.password = "secret"};

	made_cert(&file, leaf, "www", "1");
	made_safe(&file, NID_pbe_WithSHA1And40BitRC2_CBC, 2048);
	made_key_bag(&file, leaf, www, NID_pbe_WithSHA1And3_Key_TripleDES_CBC, 2048);
	made_safe(&file, MADE_PLAIN, 0);
	made_file(&file, 1, &bytes);
	ck_assert_str_eq(read_with_keys("secret"), "'www' CN=www +key");
}
END_TEST

#define AES_256_CBC "\x06\x09\x60\x86\x48\x01\x65\x03\x04\x01\x2a"
#define PBKDF2 "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0c"
#define SHA256_MAC "\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01"
#define HMAC_SHA256 "\x06\x08\x2a\x86\x48\x86\xf7\x0d\x02\x09"

static const struct {
	const char *from, *to;
	size_t length;
	const char *reason;
} unknown[] = {
    {AES_256_CBC, "\x06\x09\x60\x86\x48\x01\x65\x03\x04\x01\x7f", 11,
	"encryption of the algorithm 2.16.840.1.101.3.4.1.127"},
    {AES_256_CBC, "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01", 11, /* no cipher at all */
	"encryption of the algorithm rsaEncryption"},
    {PBKDF2, "\x06\x09\x2b\x06\x01\x04\x01\xda\x47\x04\x0b", 11,
	"key derivation of the algorithm scrypt"},
    {HMAC_SHA256, "\x06\x08\x2a\x86\x48\x86\xf7\x0d\x02\x7f", 10,
	"key derivation of the algorithm 1.2.840.113549.2.127"},
    {SHA256_MAC, "\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x7f", 11,
	"integrity of the algorithm 2.16.840.1.101.3.4.2.127"},
    {SHA256_MAC, "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0e", 11,
	"integrity by PBMAC1 (RFC 9579)"},
    /* PBES2 in place of which there is PBKDF2, which is no encryption. */
    {"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0d", "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0c",
	11, "encryption of the algorithm PBKDF2"},
};

START_TEST(names_what_it_does_not_know)
{
	char line[256];

	made_export(&bytes, "secret", leaf, NULL);
	patch(unknown[_i].from, unknown[_i].to, unknown[_i].length);
	snprintf(line, sizeof(line), "unsupported-algorithm: %s", unknown[_i].reason);
	ck_assert_str_eq(read_pkcs12("secret"), line);
	ck_assert_str_eq(read_pkcs12(NULL), line);
}
END_TEST

START_TEST(names_an_unknown_key)
{
	struct made_pkcs12 file = {0};

	made_cert(&file, leaf, "www", "1");
	made_key_bag(&file, leaf, www, MADE_PLAIN, 0);
	made_safe(&file, MADE_PLAIN, 0);
	made_file(&file, MADE_NO_MAC, &bytes);
	/* The key is after the certificate, which has the same OID. */
	patch("\x02\x01\x00\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01",
	    "\x02\x01\x00\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x7f", 14);
	ck_assert_str_eq(read_with_keys(NULL), "unsupported-algorithm: a private key of the "
					       "algorithm 1.2.840.10045.2.127");
	ck_assert_str_eq(read_pkcs12(NULL), "'www' CN=www +key (not verified)");
}
END_TEST

/* ---- iterations -------------------------------------------------------------------------- */

static const int ciphers[] = {MADE_PBES2, NID_pbe_WithSHA1And3_Key_TripleDES_CBC};

static const char too_many[] = "too-many-iterations: more than 1000000 iterations";

/* With keys or without, each in a moment. */
static void
assert_refused_at_once(bool without_keys)
{
	clock_t start = clock();

	ck_assert_str_eq(read_with_keys("secret"), too_many);
	ck_assert_str_eq(read_pkcs12("secret"), without_keys ? too_many : "'www' CN=www +key");
	ck_assert_int_lt(clock() - start, CLOCKS_PER_SEC / 4);
}

START_TEST(refuses_many_iterations)
{
	struct made_pkcs12 file = {.password = "secret"};
	int cipher = ciphers[_i];

	made_cert(&file, leaf, "www", "1");
	made_safe(&file, cipher, INT_MAX);
	made_file(&file, 1, &bytes);
	assert_refused_at_once(true);

	made_cert(&file, leaf, "www", "1");
	made_key_bag(&file, leaf, www, cipher, 1);
	made_safe(&file, cipher, 1);
	made_file(&file, INT_MAX, &bytes);
	assert_refused_at_once(true);

	made_cert(&file, leaf, "www", "1");
	made_key_bag(&file, leaf, www, cipher, INT_MAX);
	made_safe(&file, cipher, 1);
	made_file(&file, 1, &bytes);
	assert_refused_at_once(false);
}
END_TEST

/* The limit is for all of them in sum. */
START_TEST(adds_iterations)
{
	struct made_pkcs12 file = {.password = "secret"};

	for (int i = 0; i < 2; i++) {
		made_cert(&file, leaf, "www", "1");
		made_safe(&file, MADE_PBES2, 1000);
		made_key_bag(&file, leaf, www, MADE_PBES2, 10);
		made_safe(&file, MADE_PLAIN, 0);
		made_file(&file, 1000000 - 1000 - 10 + i, &bytes);
		ck_assert_str_eq(read_with_keys("secret"), i == 0 ? "'www' CN=www +key" : too_many);
		ck_assert_str_eq(read_pkcs12("secret"), "'www' CN=www +key");
	}
}
END_TEST

static int64_t ticks_now;

/* A clock that goes on by one with each look. */
static int64_t
ticks(void)
{
	return ticks_now++;
}

START_TEST(heeds_a_deadline)
{
	struct pkcs12_options options = {.open_keys = true, .ticks = ticks};

	made_export(&bytes, "secret", leaf, NULL); /* MAC, safe, key */
	for (options.deadline = -1; options.deadline < 4; options.deadline++) {
		ticks_now = 0;
		ck_assert_str_eq(read_with("secret", &options),
		    options.deadline < 2 ? "too-many-iterations: its key derivations take longer "
					   "than a store is given"
					 : "'www' CN=www +key");
	}
	made_export(&bytes, "", leaf, NULL);
	options.deadline = 0; /* over before the other empty password */
	ticks_now = 0;
	ck_assert_str_eq(read_with(NULL, &options),
	    "too-many-iterations: its key derivations take longer than a store is given");
}
END_TEST

/* ---- damage ------------------------------------------------------------------------------ */

START_TEST(refuses_what_was_cut)
{
	size_t length;

	made_export(&bytes, "secret", leaf, NULL);
	length = bytes.length;
	for (bytes.length = 0; bytes.length < length; bytes.length++) {
		ck_assert_str_eq(
		    read_pkcs12("secret"), "damaged: it is no PKCS#12 file, or was cut off");
		ck_assert(bytes.length < 8 ||
			  pkcs12_is((const unsigned char *)bytes.bytes, bytes.length));
	}
}
END_TEST

/* Bytes at random: whatever comes of it, it is no crash, and a MAC lets nothing through. */
START_TEST(survives_flipped_bytes)
{
	static const char *const made_of[] = {"secret", NULL};
	struct made_pkcs12 file = {.password = NULL};
	struct buffer whole = {0};
	unsigned seed = 1;

	if (_i == 0) {
		made_export(&whole, "secret", leaf, ca);
	} else {
		made_cert(&file, leaf, "www", "1");
		made_nest(&file);
		made_key_bag(&file, leaf, www, MADE_PLAIN, 0);
		made_key_bag(&file, ca, nameless, MADE_PBES2, 10);
		made_safe(&file, MADE_PLAIN, 0);
		made_file(&file, MADE_NO_MAC, &whole);
	}
	for (int round = 0; round < 3000; round++) {
		buffer_clear(&bytes);
		buffer_add(&bytes, whole.bytes, whole.length);
		for (int flips = 0; flips <= round % 4; flips++) {
			seed = seed * 1103515245 + 12345;
			bytes.bytes[(seed >> 8) % bytes.length] ^= (char)(1 << (seed & 7));
		}
		read_with(made_of[_i], &(struct pkcs12_options){.open_keys = round % 2 == 0});
	}
	buffer_release(&whole);
}
END_TEST

static const struct {
	const char *hex;
	bool is;
} beginnings[] = {
    {"30820a00020103300000", true},
    {"3080020103300000", true},
    {"3006020103300000", true},
    {"3006020100300000", false}, /* a private key */
    {"3082", false},
    {"30820a0002", false},
    {"30ff02010330000000", false},
    {"feedfeed0000000200", false},
    {"", false},
};

START_TEST(knows_its_beginning)
{
	add_hex(&bytes, beginnings[_i].hex);
	ck_assert_int_eq(
	    pkcs12_is((const unsigned char *)bytes.bytes, bytes.length), beginnings[_i].is);
}
END_TEST

/* Parts of each type without contents (RFC 2315), the last two the whole. */
static const struct {
	const char *hex, *reason;
} hollow[] = {
    {"3023020103301e06092a864886f70d010701a011040f300d300b06092a864886f70d010701",
	"damaged: a part of it has no contents"},
    {"3023020103301e06092a864886f70d010701a011040f300d300b06092a864886f70d010702",
	"damaged: a part of it has no contents"},
    {"3023020103301e06092a864886f70d010701a011040f300d300b06092a864886f70d010703",
	"unsupported-algorithm: contents that are encrypted for a certificate"},
    {"3023020103301e06092a864886f70d010701a011040f300d300b06092a864886f70d010705",
	"damaged: a part of it has no contents"},
    {"3023020103301e06092a864886f70d010701a011040f300d300b06092a864886f70d010706",
	"damaged: a part of it has no contents"},
    {"3044020103303f06092a864886f70d010701a0320430302e302c06092a864886f70d010706a01f301d02010030180"
     "6092a864886f70d010701300b06092a864886f70d01050d",
	"damaged: a part of it has no contents"},
    {"3010020103300b06092a864886f70d010701",
	"damaged: its contents cannot be read, or are signed in place of a password"},
    {"3010020103300b06092a864886f70d010702",
	"damaged: its contents cannot be read, or are signed in place of a password"},
};

START_TEST(refuses_what_is_hollow)
{
	add_hex(&bytes, hollow[_i].hex);
	ck_assert_str_eq(read_pkcs12(NULL), hollow[_i].reason);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("pkcs12");
	TCase *tests = tcase_create("pkcs12");
	struct error err = {0};

	if (pkcs12_begin(&err) == -1)
		return EXIT_FAILURE;
	has_legacy = OSSL_PROVIDER_available(NULL, "legacy") == 1;
	tcase_set_timeout(tests, 60);
	tcase_add_checked_fixture(tests, enter, leave);
	tcase_add_test(tests, opens_with_its_password);
	tcase_add_test(tests, opens_with_no_password);
	tcase_add_test(tests, opens_with_both_empty_passwords);
	tcase_add_test(tests, reads_without_a_mac);
	tcase_add_test(tests, reads_a_name_as_it_is);
	tcase_add_test(tests, pairs_keys_by_id_then_name);
	tcase_add_test(tests, pairs_a_key_without_a_name);
	tcase_add_test(tests, sees_a_key_of_another);
	tcase_add_test(tests, reads_named_certificates);
	tcase_add_test(tests, reads_one_certificate_of_two_names);
	tcase_add_test(tests, loses_no_circle);
	tcase_add_test(tests, reads_nothing);
	tcase_add_test(tests, reads_nested_safes);
	if (has_legacy)
		tcase_add_test(tests, opens_old_encryption);
	else
		puts("skipped opens_old_encryption: there is no legacy provider of OpenSSL");
	tcase_add_loop_test(
	    tests, names_what_it_does_not_know, 0, (int)(sizeof(unknown) / sizeof(unknown[0])));
	tcase_add_test(tests, names_an_unknown_key);
	tcase_add_loop_test(tests, refuses_many_iterations, 0, 2);
	tcase_add_test(tests, adds_iterations);
	tcase_add_test(tests, heeds_a_deadline);
	tcase_add_test(tests, refuses_what_was_cut);
	tcase_add_loop_test(tests, survives_flipped_bytes, 0, 2);
	tcase_add_loop_test(
	    tests, knows_its_beginning, 0, (int)(sizeof(beginnings) / sizeof(beginnings[0])));
	tcase_add_loop_test(
	    tests, refuses_what_is_hollow, 0, (int)(sizeof(hollow) / sizeof(hollow[0])));
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
