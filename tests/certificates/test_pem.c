#include "certificates/pem.h"

#include "certificates/made.h"

/* PEM files, and files of one DER certificate. */

static struct buffer bytes, key_file;

static void
enter(void)
{
	ck_assert_int_eq(crypto_begin(NULL), 0);
}

static void
leave(void)
{
	made_release();
	buffer_release(&bytes);
	buffer_release(&key_file);
}

static const char *
read_with(const struct pem_options *options)
{
	struct entries_source source = source_of(&bytes, NULL);

	return read_as(&source, pem_read(&source, options));
}

static const char *
read_pem(void)
{
	return read_with(&(struct pem_options){.trust_store = false});
}

static const char *
read_trust_store(void)
{
	return read_with(&(struct pem_options){.trust_store = true});
}

/* A key that is in a file of its own. */
static const char *
read_with_key_file(void)
{
	return read_with(&(struct pem_options){
	    .key = (const unsigned char *)key_file.bytes, .key_length = key_file.length});
}

/* ---- chains ------------------------------------------------------------------------------ */

START_TEST(reads_one)
{
	add_pem(&bytes, made_leaf("www", NULL));
	ck_assert_str_eq(read_pem(), "CN=www");
	ck_assert_str_eq(read_trust_store(), "CN=www");
}
END_TEST

START_TEST(finds_the_chain)
{
	const struct made *root = made_ca("root", NULL), *ca = made_ca("ca", root);
	const struct made *leaf = made_leaf("www", ca);

	add_pem(&bytes, root);
	add_pem(&bytes, leaf);
	add_pem(&bytes, ca);
	ck_assert_str_eq(read_pem(), "CN=www<CN=ca<CN=root");
	ck_assert_str_eq(read_trust_store(), "CN=root; CN=www; CN=ca");
	add_pem_key(&bytes, leaf, NULL, false);
	ck_assert_str_eq(read_pem(), "CN=www<CN=ca<CN=root +key");
	ck_assert_str_eq(read_trust_store(), "CN=root; CN=www; CN=ca");
}
END_TEST

START_TEST(keeps_what_is_in_no_chain)
{
	const struct made *root = made_ca("root", NULL), *leaf = made_leaf("www", root);

	add_pem(&bytes, leaf);
	add_pem(&bytes, root);
	add_pem(&bytes, made_ca("other", NULL));
	ck_assert_str_eq(read_pem(), "CN=www; CN=root; CN=other"); /* two leaves, no key */
	add_pem_key(&bytes, leaf, NULL, false);
	ck_assert_str_eq(read_pem(), "CN=www<CN=root +key; CN=other");
}
END_TEST

START_TEST(reads_two_leaves)
{
	const struct made *root = made_ca("root", NULL), *a = made_leaf("a", root);
	const struct made *b = made_leaf("b", root);

	add_pem(&bytes, a);
	add_pem(&bytes, b);
	add_pem(&bytes, root);
	ck_assert_str_eq(read_pem(), "CN=a; CN=b; CN=root");
	add_pem_key(&bytes, b, NULL, false);
	ck_assert_str_eq(read_pem(), "CN=b<CN=root +key; CN=a");
}
END_TEST

START_TEST(counts_one_that_is_there_twice_once)
{
	const struct made *root = made_ca("root", NULL), *leaf = made_leaf("www", root);

	add_pem(&bytes, leaf);
	add_pem(&bytes, leaf);
	add_pem(&bytes, root);
	add_pem(&bytes, leaf);
	add_pem(&bytes, root);
	ck_assert_str_eq(read_pem(), "CN=www<CN=root");
	ck_assert_str_eq(read_trust_store(), "CN=www; CN=root");
	add_pem_key(&bytes, leaf, NULL, false);
	ck_assert_str_eq(read_pem(), "CN=www<CN=root +key");
}
END_TEST

/* Each of them issued the other: no leaf, and no end of the chain. */
START_TEST(leaves_a_circle)
{
	const struct made *a = made_ca("a", NULL), *b = made_ca("b", a), *leaf, *crossed;
	const struct made_options by_b = {.issuer = b, .key = a, .is_ca = true};

	crossed = made_with("a", &by_b);
	add_pem(&bytes, crossed);
	add_pem(&bytes, b);
	ck_assert_str_eq(read_pem(), "CN=a; CN=b");
	leaf = made_leaf("www", b);
	add_pem(&bytes, leaf);
	ck_assert_str_eq(read_pem(), "CN=www<CN=b<CN=a");
	add_pem(&bytes, made_ca("other", NULL));
	add_pem(&bytes, made_ca("more", NULL));
	add_pem_key(&bytes, leaf, NULL, false);
	ck_assert_str_eq(read_pem(), "CN=www<CN=b<CN=a +key; CN=other; CN=more");
	buffer_clear(&bytes);
	add_pem(&bytes, crossed);
	add_pem(&bytes, b);
	add_pem_key(&bytes, b, NULL, false);
	ck_assert_str_eq(read_pem(), "CN=b<CN=a +key");
}
END_TEST

/* The same name, and both with the same key or each with its own. */
START_TEST(finds_a_ca_that_was_renewed)
{
	const struct made *old = made_ca("ca", NULL), *new, *leaf;
	const struct made_options same = {
	    .key = _i == 0 ? old : NULL, .serial = "2", .is_ca = true, .no_ids = true};
	const struct made_options by_new = {.no_ids = true};
	struct made_options options = by_new;
	struct entries_source source;

	new = made_with("ca", &same);
	options.issuer = new;
	leaf = made_with("www", &options);
	add_pem(&bytes, old);
	add_pem(&bytes, new);
	add_pem(&bytes, leaf);
	add_pem_key(&bytes, leaf, NULL, false);
	ck_assert_str_eq(read_pem(), "CN=www<CN=ca +key; CN=ca");
	source = source_of(&bytes, NULL);
	ck_assert_int_eq(pem_read(&source, &(struct pem_options){.trust_store = false}), 0);
	ck_assert_str_eq(source.entries.items[0].chain[1].serial.bytes, _i == 0 ? "01" : "02");
	entries_release(&source.entries);
}
END_TEST

/* RFC 4210, 4.4: the new key, signed with the old one. */
START_TEST(follows_a_rollover)
{
	const struct made *old = made_ca("ca", NULL), *bridge, *leaf;
	const struct made_options by_old = {.issuer = old, .serial = "2", .is_ca = true};

	bridge = made_with("ca", &by_old);
	leaf = made_leaf("www", bridge);
	add_pem(&bytes, leaf);
	add_pem(&bytes, bridge);
	add_pem(&bytes, old);
	ck_assert_str_eq(read_pem(), "CN=www<CN=ca<CN=ca");
}
END_TEST

/* ---- keys -------------------------------------------------------------------------------- */

START_TEST(reads_keys_of_all_forms)
{
	const struct made *leaf = made_leaf("www", NULL);

	for (int form = 0; form < 4; form++) {
		buffer_clear(&bytes);
		add_pem_key(&bytes, leaf, form < 2 ? NULL : "secret", form % 2 == 1);
		add_pem(&bytes, leaf);
		ck_assert_str_eq(read_pem(), "CN=www +key");
		buffer_clear(&bytes);
		buffer_clear(&key_file);
		add_pem(&bytes, leaf);
		add_pem_key(&key_file, leaf, form < 2 ? NULL : "secret", form % 2 == 1);
		ck_assert_str_eq(read_pem(), "CN=www");
		ck_assert_str_eq(read_with_key_file(), "CN=www +key");
	}
}
END_TEST

START_TEST(sees_a_key_of_another)
{
	const struct made *leaf = made_leaf("www", NULL), *other = made_leaf("other", NULL);

	add_pem(&bytes, leaf);
	add_pem_key(&key_file, other, NULL, false);
	ck_assert_str_eq(read_with_key_file(), "CN=www +another key");
	add_pem_key(&bytes, other, NULL, true);
	ck_assert_str_eq(read_pem(), "CN=www +another key");
	/* The first key counts, and an encrypted one is not looked at. */
	buffer_clear(&bytes);
	add_pem(&bytes, leaf);
	add_pem_key(&bytes, other, "secret", false);
	add_pem_key(&bytes, other, NULL, false);
	ck_assert_str_eq(read_pem(), "CN=www +key");
}
END_TEST

/* Certificates in the file of the key are not those of the store. */
START_TEST(takes_only_the_key_of_its_file)
{
	const struct made *leaf = made_leaf("www", NULL);

	add_pem(&bytes, leaf);
	buffer_add_string(&key_file, "no key here\n");
	ck_assert_str_eq(read_with_key_file(), "CN=www");
	add_pem(&key_file, made_leaf("other", NULL));
	add_pem_key(&key_file, leaf, NULL, false);
	ck_assert_str_eq(read_with_key_file(), "CN=www +key");
	buffer_add_string(&key_file, "-----BEGIN CERT");
	ck_assert_str_eq(read_with_key_file(),
	    "damaged: a line of -----BEGIN is damaged: there are "
	    "3, and 2 PEM blocks");
}
END_TEST

/* That of ssh-keygen is for no certificate; a public key and parameters are no private key. */
START_TEST(knows_what_is_no_key)
{
	add_pem(&bytes, made_leaf("www", NULL));
	buffer_add_string(&bytes, "-----BEGIN OPENSSH PRIVATE KEY-----\nMAA=\n"
				  "-----END OPENSSH PRIVATE KEY-----\n"
				  "-----BEGIN PUBLIC KEY-----\nMAA=\n-----END PUBLIC KEY-----\n"
				  "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n"
				  "-----END EC PARAMETERS-----\n");
	ck_assert_str_eq(read_pem(), "CN=www");
	/* Of an algorithm that nobody knows. */
	buffer_add_string(&bytes, "-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n");
	ck_assert_str_eq(read_pem(), "CN=www +key");
}
END_TEST

START_TEST(refuses_a_damaged_key)
{
	add_pem(&bytes, made_leaf("www", NULL));
	buffer_add_string(&bytes, "-----BEGIN PRIVATE KEY-----\nMAMC\n-----END PRIVATE KEY-----\n");
	ck_assert_str_eq(read_pem(), "damaged: PEM block 2: no private key: its DER is damaged");
}
END_TEST

/* ---- text -------------------------------------------------------------------------------- */

START_TEST(reads_what_is_between_texts)
{
	const struct made *root = made_ca("root", NULL), *leaf = made_leaf("www", root);

	buffer_add_string(&bytes, "\xef\xbb\xbfsubject=CN = www, -----BEGIN CERTIFICATE-----\n\n");
	add_pem(&bytes, leaf);
	buffer_add_string(&bytes, "# B\xc3\xbc"
				  "cher\n - -----BEGIN CERTIFICATE----- is at the start\n");
	add_pem(&bytes, root);
	buffer_add_string(&bytes, "the end");
	ck_assert_str_eq(read_pem(), "CN=www<CN=root");
}
END_TEST

START_TEST(reads_a_byte_order_mark)
{
	buffer_add_string(&bytes, "\xef\xbb\xbf");
	add_pem(&bytes, made_leaf("www", NULL));
	ck_assert_str_eq(read_pem(), "CN=www");
}
END_TEST

/* Lines that end with CR LF; then all of the base64 in one line. */
START_TEST(reads_other_lines)
{
	struct buffer unix_lines = {0};

	add_pem(&unix_lines, made_leaf("www", NULL));
	for (size_t i = 0; i < unix_lines.length; i++)
		buffer_addf(
		    &bytes, "%s%c", unix_lines.bytes[i] == '\n' ? "\r" : "", unix_lines.bytes[i]);
	ck_assert_str_eq(read_pem(), "CN=www");
	buffer_clear(&bytes);
	for (size_t i = 0; i < unix_lines.length; i++)
		if (unix_lines.bytes[i] != '\n' || i < 28 || i > unix_lines.length - 28)
			buffer_add(&bytes, unix_lines.bytes + i, 1);
	ck_assert_str_eq(read_pem(), "CN=www");
	buffer_clear(&bytes);
	for (size_t i = 0; i < unix_lines.length; i++)
		buffer_add(&bytes, unix_lines.bytes[i] == '\n' ? "\r" : unix_lines.bytes + i, 1);
	ck_assert_str_eq(read_pem(), "damaged: a line of -----BEGIN is damaged: there are 1, and 0 "
				     "PEM blocks");
	buffer_release(&unix_lines);
}
END_TEST

START_TEST(reads_trusted_certificates)
{
	const struct made *leaf = made_leaf("www", NULL);
	BIO *bio = BIO_new(BIO_s_mem());

	X509_add1_trust_object(leaf->x509, OBJ_nid2obj(NID_server_auth));
	ck_assert_int_eq(PEM_write_bio_X509_AUX(bio, leaf->x509), 1);
	made_add_bio(&bytes, bio);
	ck_assert_ptr_nonnull(strstr(bytes.bytes, "BEGIN TRUSTED CERTIFICATE"));
	ck_assert_str_eq(read_pem(), "CN=www");
}
END_TEST

START_TEST(reads_no_certificate)
{
	ck_assert_str_eq(read_pem(), "");
	ck_assert(!pem_is((const unsigned char *)"", 0));
	buffer_add_string(&bytes, "nothing here yet\n");
	ck_assert_str_eq(read_pem(), "");
	ck_assert(!pem_is((const unsigned char *)bytes.bytes, bytes.length));
	add_pem_key(&bytes, made_leaf("www", NULL), NULL, false);
	ck_assert_str_eq(read_pem(), "");
	ck_assert(pem_is((const unsigned char *)bytes.bytes, bytes.length));
}
END_TEST

/* Certificates may be in it: without any other the file of a store does not count as empty. */
START_TEST(refuses_messages_alone)
{
	static const char *const names[] = {"PKCS7", "PKCS #7 SIGNED DATA", "CMS"};
	const struct pem_options store = {.refuse_messages = true};
	const struct made *leaf = made_leaf("www", NULL);

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		buffer_clear(&bytes);
		add_pem_key(&bytes, leaf, NULL, false);
		buffer_addf(
		    &bytes, "-----BEGIN %s-----\nMAA=\n-----END %s-----\n", names[i], names[i]);
		ck_assert_str_eq(read_pem(), "");
		ck_assert_str_eq(read_with(&store),
		    "unsupported-algorithm: PEM block 2 is a PKCS#7 message: expected "
		    "CERTIFICATE blocks");
		add_pem(&bytes, leaf);
		ck_assert_str_eq(read_with(&store), "CN=www +key");
	}
}
END_TEST

/* In the file with the key alone nobody looks for certificates. */
START_TEST(passes_over_a_message_beside_the_key)
{
	add_pem_key(&key_file, made_leaf("www", NULL), NULL, false);
	buffer_add_string(&key_file, "-----BEGIN PKCS7-----\nMAA=\n-----END PKCS7-----\n");
	ck_assert_str_eq(read_with(&(struct pem_options){.refuse_messages = true,
			     .key = (const unsigned char *)key_file.bytes,
			     .key_length = key_file.length}),
	    "");
}
END_TEST

/* ---- damage ------------------------------------------------------------------------------ */

static const struct {
	const char *block, *reason;
} damages[] = {
    {"-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n",
	"damaged: PEM block 2: no certificate: field missing"},
    {"-----BEGIN CERTIFICATE-----\nM*A=\n-----END CERTIFICATE-----\n",
	"damaged: PEM block 2: damaged: bad base64 decode"},
    {"-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERT-----\n",
	"damaged: PEM block 2: damaged: bad end line"},
    {"-----BEGIN CERTIFICATE-----\nMAA=\n", "damaged: PEM block 2: no certificate: field missing"},
    {"-----BEGIN CERTIFICATE----\nMAA=\n-----END CERTIFICATE-----\n",
	"damaged: a line of -----BEGIN is damaged: there are 3, and 2 PEM blocks"},
};

START_TEST(refuses_damage_in_the_middle)
{
	const struct made *leaf = made_leaf("www", NULL);

	add_pem(&bytes, leaf);
	buffer_add_string(&bytes, damages[_i].block);
	add_pem(&bytes, leaf);
	ck_assert_str_eq(read_pem(), damages[_i].reason);
}
END_TEST

/* OpenSSL reads the first one, and drops the second. */
START_TEST(refuses_a_block_without_an_end)
{
	const struct made *leaf = made_leaf("www", NULL);

	add_pem(&bytes, leaf);
	bytes.length -= strlen("-----END CERTIFICATE-----\n");
	add_pem(&bytes, leaf);
	ck_assert_str_eq(read_pem(), "damaged: a line of -----BEGIN is damaged: there are 2, and 1 "
				     "PEM blocks");
}
END_TEST

/* A file that was cut is damaged, unless it was cut between two blocks or their names. */
START_TEST(sees_where_it_was_cut)
{
	const struct made *root = made_ca("root", NULL), *leaf = made_leaf("www", root);
	size_t length, middle;

	add_pem(&bytes, leaf);
	middle = bytes.length;
	add_pem(&bytes, root);
	length = bytes.length;
	for (bytes.length = 0; bytes.length < length; bytes.length++) {
		const char *line = read_pem();

		if (bytes.length < strlen("-----BEGIN "))
			ck_assert_str_eq(line, "");
		else if (bytes.length >= length - 1)
			ck_assert_str_eq(line, "CN=www<CN=root");
		else if (bytes.length >= middle - 1 && bytes.length < middle + 11)
			ck_assert_str_eq(line, "CN=www");
		else
			ck_assert_msg(
			    strncmp(line, "damaged: ", 9) == 0, "%zu: %s", bytes.length, line);
	}
}
END_TEST

START_TEST(has_a_limit)
{
	struct buffer one = {0};

	add_pem(&one, made_leaf("www", NULL));
	for (int i = 0; i < 10000; i++)
		buffer_add(&bytes, one.bytes, one.length);
	ck_assert_str_eq(read_pem(), "CN=www");
	buffer_add(&bytes, one.bytes, one.length);
	ck_assert_str_eq(read_pem(), "too-large: more than 10000 certificates");
	buffer_release(&one);
}
END_TEST

/* Certificates that all may have issued each other: in bounded time. */
START_TEST(ends_soon)
{
	const struct made *ca = made_with(
	    "ca", &(struct made_options){.is_ca = true, .no_ids = true});

	for (int i = 2; i < 1500; i++) {
		char serial[16];
		struct made_options options = {
		    .key = ca, .is_ca = true, .no_ids = true, .serial = serial};

		snprintf(serial, sizeof(serial), "%X", (unsigned)i);
		add_pem(&bytes, made_with("ca", &options));
		made_drop();
	}
	ck_assert_uint_eq(strlen(read_pem()), 1498 * strlen("CN=ca; ") - 2);
}
END_TEST

/* ---- DER --------------------------------------------------------------------------------- */

static const char *
read_der(void)
{
	struct entries_source source = source_of(&bytes, NULL);

	return read_as(&source, der_read(&source));
}

START_TEST(reads_der)
{
	size_t length;

	add_der(&bytes, made_leaf("www", NULL));
	ck_assert_str_eq(read_der(), "CN=www");
	length = bytes.length;
	buffer_add_string(&bytes, "\n");
	ck_assert_str_eq(
	    read_der(), "damaged: 1 bytes follow the certificate: expected its DER alone");
	for (bytes.length = 0; bytes.length < length; bytes.length++)
		ck_assert_int_eq(strncmp(read_der(), "damaged: not a DER certificate: ", 32), 0);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("pem");
	TCase *tests = tcase_create("pem");

	tcase_set_timeout(tests, 60);
	tcase_add_checked_fixture(tests, enter, leave);
	tcase_add_test(tests, reads_one);
	tcase_add_test(tests, finds_the_chain);
	tcase_add_test(tests, keeps_what_is_in_no_chain);
	tcase_add_test(tests, reads_two_leaves);
	tcase_add_test(tests, counts_one_that_is_there_twice_once);
	tcase_add_test(tests, leaves_a_circle);
	tcase_add_loop_test(tests, finds_a_ca_that_was_renewed, 0, 2);
	tcase_add_test(tests, follows_a_rollover);
	tcase_add_test(tests, reads_keys_of_all_forms);
	tcase_add_test(tests, sees_a_key_of_another);
	tcase_add_test(tests, takes_only_the_key_of_its_file);
	tcase_add_test(tests, knows_what_is_no_key);
	tcase_add_test(tests, refuses_a_damaged_key);
	tcase_add_test(tests, reads_what_is_between_texts);
	tcase_add_test(tests, reads_a_byte_order_mark);
	tcase_add_test(tests, reads_other_lines);
	tcase_add_test(tests, reads_trusted_certificates);
	tcase_add_test(tests, reads_no_certificate);
	tcase_add_test(tests, refuses_messages_alone);
	tcase_add_test(tests, passes_over_a_message_beside_the_key);
	tcase_add_loop_test(
	    tests, refuses_damage_in_the_middle, 0, (int)(sizeof(damages) / sizeof(damages[0])));
	tcase_add_test(tests, refuses_a_block_without_an_end);
	tcase_add_test(tests, sees_where_it_was_cut);
	tcase_add_test(tests, has_a_limit);
	tcase_add_test(tests, ends_soon);
	tcase_add_test(tests, reads_der);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
