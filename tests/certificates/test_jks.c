#include "certificates/jks.h"

#include "certificates/java_key_stores.h"
#include "certificates/made.h"

/* Java key stores: some that keytool made, others written here. */

static struct buffer bytes;

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
}

static const char *
read_jks(const char *password)
{
	struct entries_source source = source_of(&bytes, password);

	return read_as(&source, jks_read(&source));
}

/* ---- those of keytool -------------------------------------------------------------------- */

#define WUERZ "w\xc3\xbcrz \xf0\x9f\x94\x91"

static const struct {
	const char *hex, *entries;
} javas[] = {
    {JAVA_JKS, "'" WUERZ "' CN=root; 'www' CN=www<CN=root +key"},
    {JAVA_JCEKS, "'" WUERZ "' CN=root; 'www' CN=www<CN=root +key"},
    {JAVA_EMPTY, ""},
};

START_TEST(reads_what_keytool_made)
{
	char line[128];

	add_hex(&bytes, javas[_i].hex);
	ck_assert(jks_is((const unsigned char *)bytes.bytes, bytes.length));
	ck_assert_str_eq(read_jks("secret"), javas[_i].entries);
	snprintf(line, sizeof(line), "%s (not verified)", javas[_i].entries);
	ck_assert_str_eq(read_jks(NULL), line);
	ck_assert_str_eq(read_jks("Secret"), "wrong-password: the digest is another one: the "
					     "password is wrong, or the file was changed");
	ck_assert_int_eq(strncmp(read_jks(""), "wrong-password: ", 16), 0);
}
END_TEST

START_TEST(names_a_secret_key)
{
	add_hex(&bytes, JAVA_SECRET);
	ck_assert_str_eq(read_jks("secret"),
	    "unsupported-algorithm: a secret key, whose end is not known, is entry aes");
}
END_TEST

START_TEST(refuses_what_was_cut)
{
	size_t length;

	add_hex(&bytes, javas[_i].hex);
	length = bytes.length;
	for (bytes.length = 0; bytes.length < length; bytes.length++) {
		ck_assert_int_eq(strncmp(read_jks("secret"), "damaged: ", 9), 0);
		ck_assert_int_eq(strncmp(read_jks(NULL), "damaged: ", 9), 0);
	}
}
END_TEST

/* The digest sees every change; without a password it is at least no crash. */
START_TEST(sees_flipped_bytes)
{
	add_hex(&bytes, javas[_i].hex);
	for (size_t i = 0; i < bytes.length; i++)
		for (int bit = 0; bit < 8; bit += 7) {
			const char *line;

			bytes.bytes[i] ^= (char)(1 << bit);
			line = read_jks("secret");
			ck_assert_msg(strncmp(line, "damaged: ", 9) == 0 ||
					  strncmp(line, "wrong-password: ", 16) == 0 ||
					  strncmp(line, "unsupported-algorithm: ", 23) == 0,
			    "byte %zu: %s", i, line);
			read_jks(NULL);
			bytes.bytes[i] ^= (char)(1 << bit);
		}
}
END_TEST

/* ---- those written here ------------------------------------------------------------------ */

static void
add_number(unsigned long number, size_t size)
{
	while (size-- > 0)
		buffer_add(&bytes, (const char[]){(char)(number >> 8 * size)}, 1);
}

static void
begin_store(unsigned version, unsigned count)
{
	buffer_clear(&bytes);
	add_number(0xfeedfeed, 4);
	add_number(version, 4);
	add_number(count, 4);
}

static void
begin_entry(unsigned tag, const char *alias, size_t length)
{
	add_number(tag, 4);
	add_number(length, 2);
	buffer_add(&bytes, alias, length);
	add_number(1700000000000, 8);
}

static void
add_certificate(const struct made *one, const char *type)
{
	struct buffer der = {0};

	if (type != NULL) {
		add_number(strlen(type), 2);
		buffer_add_string(&bytes, type);
	}
	add_der(&der, one);
	add_number(der.length, 4);
	buffer_add(&bytes, der.bytes, der.length);
	buffer_release(&der);
}

/* The digest, with a password as UTF-16. */
static void
end_store(const char *password, size_t length)
{
	unsigned char sum[EVP_MAX_MD_SIZE];
	struct buffer all = {0};

	buffer_add(&all, password, length);
	buffer_add_string(&all, "Mighty Aphrodite");
	buffer_add(&all, bytes.bytes, bytes.length);
	ck_assert_int_eq(EVP_Digest(all.bytes, all.length, sum, NULL, EVP_sha1(), NULL), 1);
	buffer_add(&bytes, (const char *)sum, 20);
	buffer_release(&all);
}

#define SECRET "\0s\0e\0c\0r\0e\0t", 12

static void
trusted_store(const char *alias, size_t length)
{
	begin_store(2, 1);
	begin_entry(2, alias, length);
	add_certificate(made_leaf("www", NULL), "X.509");
	end_store(SECRET);
}

/* Before Java 1.2 a certificate had no type. */
START_TEST(reads_version_1)
{
	const struct made *root = made_ca("root", NULL), *leaf = made_leaf("www", root);

	begin_store(1, 3);
	begin_entry(1, "www", 3);
	add_number(4, 4);
	buffer_add_string(&bytes, "key!");
	add_number(2, 4);
	add_certificate(leaf, NULL);
	add_certificate(root, NULL);
	begin_entry(1, "request", 7); /* a key without a certificate yet */
	add_number(0, 4);
	add_number(0, 4);
	begin_entry(2, "root", 4);
	add_certificate(root, NULL);
	end_store(SECRET);
	ck_assert_str_eq(read_jks("secret"), "'www' CN=www<CN=root +key; 'root' CN=root");
	begin_store(3, 0);
	end_store(SECRET);
	ck_assert_str_eq(read_jks("secret"), "unsupported-algorithm: version 3 of its format, of "
					     "which 1 and 2 are known");
}
END_TEST

static const struct {
	const char *alias;
	size_t length;
	const char *read;
} aliases[] = {
    {"", 0, ""},
    {"a\n'", 3, "a\\x0a'"},
    {"\xc3\xbc", 2, "\xc3\xbc"},
    {"\xe2\x82\xac", 3, "\xe2\x82\xac"},
    {"\xed\xa0\xbd\xed\xb4\x91", 6, "\xf0\x9f\x94\x91"},
    {"\xed\xa0\xbd", 3, "\\xed\\xa0\\xbd"}, /* half a pair */
    {"\xed\xa0\xbd-", 4, "\\xed\\xa0\\xbd-"},
    {"\xed\xa0\xbd\xed\xa0\xbd\xed\xb4\x91", 9, "\\xed\\xa0\\xbd\xf0\x9f\x94\x91"},
    {"\xed\xb4\x91\xed\xa0\xbd", 6, "\\xed\\xb4\\x91\\xed\\xa0\\xbd"},
    {"a\xc0\x80"
     "b",
	4, "a\\x00b"},
    {"a\0b", 3, "a\\x00b"},
};

START_TEST(reads_an_alias)
{
	char line[64];

	trusted_store(aliases[_i].alias, aliases[_i].length);
	snprintf(line, sizeof(line), "'%s' CN=www", aliases[_i].read);
	ck_assert_str_eq(read_jks("secret"), line);
}
END_TEST

static const struct {
	const char *alias;
	size_t length;
} no_texts[] = {
    {"\xff", 1}, {"\x80", 1}, {"\xc3", 1}, {"\xe2\x82", 2}, {"\xc3-", 2}, {"\xf0\x9f\x94\x91", 4}};

START_TEST(refuses_an_alias_that_is_no_text)
{
	trusted_store(no_texts[_i].alias, no_texts[_i].length);
	ck_assert_str_eq(read_jks("secret"), "damaged: the name of entry 1 is no text");
}
END_TEST

/* A message is cut between two characters. */
START_TEST(cuts_a_long_alias)
{
	char alias[65534];
	const char *line;

	for (size_t i = 0; i < sizeof(alias); i += 2)
		memcpy(alias + i, "\xc3\xbc", 2);
	begin_store(2, 1);
	begin_entry(3, alias, sizeof(alias));
	end_store(SECRET);
	line = read_jks("secret");
	ck_assert_int_eq(strncmp(line,
			     "unsupported-algorithm: a secret key, whose end is not "
			     "known, is entry \xc3\xbc",
			     70),
	    0);
	ck_assert_str_eq(line + strlen(line) - 2, "\xc3\xbc");
	begin_store(2, 1);
	begin_entry(3, "", 0);
	end_store(SECRET);
	ck_assert_str_eq(read_jks("secret"),
	    "unsupported-algorithm: a secret key, whose end is not known, is entry ");
	begin_store(2, 1);
	begin_entry(3, "\033[2J", 4);
	end_store(SECRET);
	ck_assert_str_eq(read_jks("secret"), "unsupported-algorithm: a secret key, whose end is "
					     "not known, is entry \\x1b[2J");
}
END_TEST

START_TEST(takes_a_password_as_java_does)
{
	begin_store(2, 0);
	end_store("\0\xfc\xd8\x3d\xdd\x11", 6);
	ck_assert_str_eq(read_jks("\xc3\xbc\xf0\x9f\x94\x91"), "");
	begin_store(2, 0);
	end_store("", 0);
	ck_assert_str_eq(read_jks(""), "");
}
END_TEST

START_TEST(refuses_damage)
{
	begin_store(2, 0);
	buffer_add_string(&bytes, "more");
	end_store(SECRET);
	ck_assert_str_eq(read_jks("secret"), "damaged: 4 bytes follow its entries");
	begin_store(2, 1);
	begin_entry(4, "a", 1);
	end_store(SECRET);
	ck_assert_str_eq(read_jks("secret"), "damaged: entry 1 is neither a key nor a certificate");
	begin_store(2, 0xffffffff);
	end_store(SECRET);
	ck_assert_str_eq(read_jks("secret"), "damaged: entry 1 is cut off");
	begin_store(2, 1);
	begin_entry(1, "a", 1);
	add_number(0xffffffff, 4);
	end_store(SECRET);
	ck_assert_str_eq(read_jks("secret"), "damaged: entry 1 is cut off");
	begin_store(2, 1);
	begin_entry(2, "a", 1);
	add_certificate(made_leaf("www", NULL), "PGP");
	end_store(SECRET);
	ck_assert_str_eq(read_jks("secret"), "unsupported-algorithm: a certificate of another "
					     "type than X.509 is in entry a");
	begin_store(2, 1);
	begin_entry(2, "a", 1);
	add_number(5, 2);
	buffer_add_string(&bytes, "X.509");
	add_number(2, 4);
	buffer_add(&bytes, "\x30", 2);
	end_store(SECRET);
	ck_assert_str_eq(read_jks("secret"),
	    "damaged: not a DER certificate: field missing: a certificate of a");
}
END_TEST

START_TEST(has_a_limit)
{
	const struct made *leaf = made_leaf("www", NULL);

	begin_store(2, 1);
	begin_entry(1, "www", 3);
	add_number(0, 4);
	add_number(10001, 4);
	for (int i = 0; i < 10001; i++)
		add_certificate(leaf, "X.509");
	end_store(SECRET);
	ck_assert_str_eq(read_jks("secret"), "too-large: more than 10000 certificates");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("jks");
	TCase *tests = tcase_create("jks");

	tcase_set_timeout(tests, 60);
	tcase_add_checked_fixture(tests, enter, leave);
	tcase_add_loop_test(
	    tests, reads_what_keytool_made, 0, (int)(sizeof(javas) / sizeof(javas[0])));
	tcase_add_test(tests, names_a_secret_key);
	tcase_add_loop_test(
	    tests, refuses_what_was_cut, 0, (int)(sizeof(javas) / sizeof(javas[0])));
	tcase_add_loop_test(tests, sees_flipped_bytes, 0, (int)(sizeof(javas) / sizeof(javas[0])));
	tcase_add_test(tests, reads_version_1);
	tcase_add_loop_test(tests, reads_an_alias, 0, (int)(sizeof(aliases) / sizeof(aliases[0])));
	tcase_add_loop_test(tests, refuses_an_alias_that_is_no_text, 0,
	    (int)(sizeof(no_texts) / sizeof(no_texts[0])));
	tcase_add_test(tests, cuts_a_long_alias);
	tcase_add_test(tests, takes_a_password_as_java_does);
	tcase_add_test(tests, refuses_damage);
	tcase_add_test(tests, has_a_limit);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
