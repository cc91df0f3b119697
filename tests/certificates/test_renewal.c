#include "certificates/renewal_private.h"

#include "certificates/credential_private.h"
#include "certificates/pkcs12.h"

#include "certificates/named.h"
#include "certificates/shape_pem.h"

#include <ctype.h>
#include <limits.h>

#include <openssl/provider.h>

/* Stores in PEM and DER files, renewed: byte for byte, as shape_pem.h writes them. */

#define AES "aes-256-cbc/hmacWithSHA256/"
#define ABSENT "(absent)" /* in the place of a file's contents */

static struct buffer bytes, key_bytes;
static const struct made *root, *ca, *old, *new;
static char old_print[NAMED_PRINT], new_print[NAMED_PRINT];
static struct renewal renewal;
static struct credential credential;
static bool has_legacy;

/* The new certificate comes with its key and these issuers. */
static void
give(const struct made *leaf, const struct made *one, const struct made *two)
{
	sk_X509_free(credential.chain);
	credential = (struct credential){
	    .leaf = leaf->x509, .key = leaf->key, .info = leaf->info, .chain = sk_X509_new_null()};
	if (one != NULL)
		sk_X509_push(credential.chain, one->x509);
	if (two != NULL)
		sk_X509_push(credential.chain, two->x509);
	named_print(leaf, new_print);
}

static void
take_out(const struct made *leaf)
{
	named_print(leaf, old_print);
}

static void
begin(int type, const char *group)
{
	const struct made_options options = {.issuer = ca, .type = type, .group = group};

	old = made_with("old", &options);
	take_out(old);
}

static void
enter(void)
{
	root = made_ca("root", NULL);
	ca = made_ca("ca", root);
	old = made_leaf("old", ca);
	new = made_leaf("new", ca);
	take_out(old);
	give(new, ca, root);
	renewal = (struct renewal){.format = STORE_FORMAT_PEM,
	    .alias = "www",
	    .old_thumbprint = old_print,
	    .new_thumbprint = new_print};
}

static void
leave(void)
{
	renewal_release(&renewal);
	made_release();
	sk_X509_free(credential.chain);
	credential.chain = NULL;
	buffer_release(&bytes);
	buffer_release(&key_bytes);
}

static void
set_store_password(const char *text)
{
	renewal.store_password = (struct renewal_password){text, text == NULL ? 0 : strlen(text)};
}

static void
set_row_password(const char *text)
{
	renewal.row_password = (struct renewal_password){text, text == NULL ? 0 : strlen(text)};
}

/* ---- what is seen, and what is made ------------------------------------------------------ */

static const char *
answer_of(int rc)
{
	static char line[2048];
	static const char *const sights[] = {"nothing", "old", "new", "half", "other"};
	const struct install_reason *reason = &renewal.reason;

	ck_assert_uint_eq(ERR_peek_error(), 0);
	if (rc == 0)
		snprintf(line, sizeof(line), "%s%s%s", sights[renewal.sight],
		    renewal.holds_key ? " +key" : "", renewal.key_was_plain ? " plain" : "");
	else if (reason->why == INSTALL_GOOD)
		snprintf(
		    line, sizeof(line), "error %d: %s", (int)reason->err.code, reason->err.text);
	else
		snprintf(line, sizeof(line), "%s: %s", install_word(reason->why), reason->text);
	return line;
}

static struct file_bytes
file_of(const struct buffer *from)
{
	return (struct file_bytes){
	    .bytes = (unsigned char *)(from->bytes == NULL ? "" : from->bytes),
	    .length = from->length};
}

static void
set_bytes(void)
{
	renewal.file = file_of(&bytes);
	renewal.key_file = file_of(&key_bytes);
}

/* A key file of NULL: the store has none. */
static void
set_files(const char *file, const char *key_file)
{
	buffer_clear(&bytes);
	buffer_clear(&key_bytes);
	shape_pem_make(&bytes, file);
	shape_pem_make(&key_bytes, key_file == NULL ? "" : key_file);
	set_bytes();
	renewal.has_key_file = key_file != NULL;
	if (strcmp(file, ABSENT) == 0)
		renewal.file = (struct file_bytes){0};
	if (key_file == NULL || strcmp(key_file, ABSENT) == 0)
		renewal.key_file = (struct file_bytes){0};
}

static const char *
looked(void)
{
	return answer_of(renewal_look(&renewal));
}

static const char *
seen(const char *file, const char *key_file)
{
	set_files(file, key_file);
	return looked();
}

static bool
has_plain_key(const char *text)
{
	return strstr(text, "{P new}") != NULL || strstr(text, "{T new}") != NULL;
}

/* What was made is seen as the new one, and is not changed when it is made once more. */
static void
verify_made(const char *text)
{
	struct renewal first = renewal;
	const char *sight;

	ck_assert_int_eq(first.reason.why, INSTALL_GOOD);
	ck_assert_msg(
	    first.key_is_plain == has_plain_key(text), "%d: %s", first.key_is_plain, text);
	ck_assert(first.new_key_file.length == 0 || first.has_key_file);
	renewal.file = file_of(&first.new_file);
	if (first.new_key_file.length > 0)
		renewal.key_file = file_of(&first.new_key_file);
	sight = looked();
	ck_assert_msg(renewal.sight == RENEWAL_NEW, "%s: %s", sight, text);
	ck_assert_int_eq(renewal.holds_key, first.holds_key);
	renewal = first;
}

/* The files, with a bar between, or why they were not made. */
static const char *
made_of(void)
{
	static struct buffer line;

	if (renewal_look(&renewal) == -1)
		return answer_of(-1);
	if (renewal_make(&renewal, &credential) == -1) {
		ck_assert_uint_eq(renewal.new_file.length, 0);
		ck_assert_uint_eq(renewal.new_key_file.length, 0);
		return answer_of(-1);
	}
	buffer_clear(&line);
	buffer_add_string(&line, shape_pem(&renewal.new_file));
	if (renewal.new_key_file.length > 0) {
		buffer_add_string(&line, "|");
		buffer_add_string(&line, shape_pem(&renewal.new_key_file));
	}
	ck_assert(!line.failed);
	verify_made(line.bytes);
	return line.bytes;
}

static const char *
changed(const char *file, const char *key_file)
{
	set_files(file, key_file);
	return made_of();
}

struct change {
	const char *file, *expected;
};

#define COUNT_OF(table) ((int)(sizeof(table) / sizeof((table)[0])))

static void
verify_change(const struct change *change)
{
	const char *got = changed(change->file, NULL);

	ck_assert_msg(strcmp(got, change->expected) == 0, "%s\ngot      %s\nexpected %s",
	    change->file, got, change->expected);
}

/* ---- the layout -------------------------------------------------------------------------- */

static const struct change layouts[] = {
    {"{P old}\n{old}\n", "{P new}\n{new}\n"},
    {"{old}\n{P old}\n", "{new}\n{P new}\n"},
    {"{P old}\n{old}\n{ca}\n", "{P new}\n{new}\n{ca}\n"},
    {"{old}\n{ca}\n{P old}\n", "{new}\n{ca}\n{P new}\n"},
    {"{old}\n{P old}\n{ca}\n", "{new}\n{P new}\n{ca}\n"},
    {"{ca}\n{old}\n{P old}\n", "{ca}\n{new}\n{P new}\n"},
    {"{ca}\n{root}\n{P old}\n{old}\n", "{ca}\n{root}\n{P new}\n{new}\n"},
    /* The chain goes from the leaf to the root wherever it was. */
    {"{root}\n{ca}\n{old}\n", "{ca}\n{root}\n{new}\n"},
    {"{ca}\ntext\n{root}\n{old}\n", "{ca}\n{root}\ntext\n{new}\n"},
    /* Text stays. */
    {"# a\n{P old}\n\n# b\n{old}\n# c\n", "# a\n{P new}\n\n# b\n{new}\n# c\n"},
    {"{P old}  \n{old}\t\n", "{P new}  \n{new}\t\n"},
    {"{P old}\n{old}", "{P new}\n{new}"},
    {"{P old}\n{old}\n{ca}", "{P new}\n{new}\n{ca}"},
    {"{old}\n{ca}\n\n\n{P old}", "{new}\n{ca}\n\n\n{P new}"},
    {"\xef\xbb\xbf{old}\n{P old}\n", "\xef\xbb\xbf{new}\n{P new}\n"},
    {"\xef\xbb\xbf# k\xc3\xbcrzlich\n{old}\n", "\xef\xbb\xbf# k\xc3\xbcrzlich\n{new}\n"},
    /* A mark within a line is text. */
    {"see -----BEGIN CERTIFICATE-----\n{old}\n", "see -----BEGIN CERTIFICATE-----\n{new}\n"},
    /* Twice there, twice new. */
    {"{old}\n{old}\n", "{new}\n{new}\n"},
    /* It was put beside the old one before. */
    {"{old}\n{new}\n", "{new}\n"},
    {"{new}\n{P old}\n{old}\n{ca}\n", "{P new}\n{new}\n{ca}\n"},
    {"{old}\n", "{new}\n"},
};

START_TEST(keeps_the_layout)
{
	verify_change(&layouts[_i]);
}
END_TEST

/* Other blocks are copied, with their lines of any length. */
START_TEST(keeps_other_blocks)
{
	static const char block[] = "-----BEGIN DH PARAMETERS-----\nMAYCAQsCAQI=\n"
				    "-----END DH PARAMETERS-----\n";
	char file[512], expected[512];

	snprintf(file, sizeof(file), "%s{P old}\n{old}\n%s", block, block);
	snprintf(expected, sizeof(expected), "%s{P new}\n{new}\n%s", block, block);
	ck_assert_str_eq(changed(file, NULL), expected);
	ck_assert_str_eq(looked(), "old +key plain");
}
END_TEST

/* The bytes with all ends of lines as Windows has them. */
static void
to_crlf(struct buffer *text)
{
	named_replace(text, "\n", 1, "\r\n");
}

START_TEST(keeps_the_ends_of_lines)
{
	struct buffer expected = {0};

	set_files("# a\n{P old}\n{old}\n{ca}\n", NULL);
	to_crlf(&bytes);
	set_bytes();
	(void)made_of();
	shape_pem_make(&expected, "# a\n{P new}\n{new}\n{ca}\n");
	to_crlf(&expected);
	ck_assert_str_eq(renewal.new_file.bytes, expected.bytes);
	/* A chain that becomes longer, and a block that is no longer there. */
	give(new, ca, root);
	set_files("{C P-256}\n{T old}\n{old}\n{ca}\n{root}", NULL);
	to_crlf(&bytes);
	set_bytes();
	(void)made_of();
	buffer_clear(&expected);
	shape_pem_make(&expected, "{C P-256}\n{T new}\n{new}\n{ca}\n{root}");
	to_crlf(&expected);
	ck_assert_str_eq(renewal.new_file.bytes, expected.bytes);
	buffer_release(&expected);
}
END_TEST

/* ---- forms of keys ----------------------------------------------------------------------- */

static const struct {
	int old_type;
	const char *old_group;
	int new_type;
	const char *new_group;
	struct change change;
} forms[] = {
    {EVP_PKEY_RSA, NULL, EVP_PKEY_RSA, NULL, {"{P old}\n{old}\n", "{P new}\n{new}\n"}},
    {EVP_PKEY_RSA, NULL, EVP_PKEY_RSA, NULL, {"{T old}\n{old}\n", "{T new}\n{new}\n"}},
    {EVP_PKEY_RSA, NULL, 0, "P-256", {"{T old}\n{old}\n", "{T new}\n{new}\n"}},
    {EVP_PKEY_RSA, NULL, EVP_PKEY_ED25519, NULL, {"{T old}\n{old}\n", "{P new}\n{new}\n"}},
    {EVP_PKEY_RSA, NULL, EVP_PKEY_ED25519, NULL, {"{P old}\n{old}\n", "{P new}\n{new}\n"}},
    {0, "P-256", 0, "P-384", {"{T old}\n{old}\n", "{T new}\n{new}\n"}},
    {0, "P-256", 0, "P-384", {"{C P-256}\n{T old}\n{old}\n", "{C P-384}\n{T new}\n{new}\n"}},
    {0, "P-256", 0, "P-384",
	{"{old}\n# c\n{C P-256}\n# k\n{T old}\n", "{new}\n# c\n{C P-384}\n# k\n{T new}\n"}},
    {0, "P-256", EVP_PKEY_RSA, NULL, {"{C P-256}\n{T old}\n{old}\n", "{T new}\n{new}\n"}},
    {0, "P-256", EVP_PKEY_RSA, NULL,
	{"# c\n{C P-256}\n# k\n{T old}\n{old}", "# c\n# k\n{T new}\n{new}"}},
    {0, "P-256", EVP_PKEY_ED25519, NULL, {"{C P-256}\n{T old}\n{old}\n", "{P new}\n{new}\n"}},
    {EVP_PKEY_ED25519, NULL, 0, "P-256", {"{P old}\n{old}\n", "{P new}\n{new}\n"}},
    /* A curve that is not before the key is another block. */
    {0, "P-256", 0, "P-384", {"{C P-256}\n{old}\n{T old}\n", "{C P-256}\n{new}\n{T new}\n"}},
};

START_TEST(keeps_the_form)
{
	made_release();
	ca = made_ca("ca", NULL);
	begin(forms[_i].old_type, forms[_i].old_group);
	new = made_with(
	    "new", &(struct made_options){
		       .issuer = ca, .type = forms[_i].new_type, .group = forms[_i].new_group});
	give(new, ca, NULL);
	verify_change(&forms[_i].change);
}
END_TEST

/* ---- passwords --------------------------------------------------------------------------- */

static const struct {
	const char *store, *row;
	bool legacy;
	struct change change;
} passwords[] = {
    /* As it was: cipher, function, iterations. */
    {"secret", NULL, false,
	{"{E old aes-128-cbc/hmacWithSHA512/4000/secret}\n{old}\n",
	    "{E new aes-128-cbc/hmacWithSHA512/4000/secret}\n{new}\n"}},
    {"secret", NULL, false,
	{"{old}\n{E old aes-192-cbc/hmacWithSHA256/2048/secret}",
	    "{new}\n{E new aes-192-cbc/hmacWithSHA256/2048/secret}"}},
    /* But no weaker. */
    {"secret", NULL, false,
	{"{E old " AES "1000/secret}\n{old}\n", "{E new " AES "2048/secret}\n{new}\n"}},
    {"secret", NULL, false,
	{"{E old aes-128-cbc/hmacWithSHA1/5000/secret}\n{old}\n",
	    "{E new aes-128-cbc/hmacWithSHA256/5000/secret}\n{new}\n"}},
    {"secret", NULL, false,
	{"{E old des-ede3-cbc/hmacWithSHA256/5000/secret}\n{old}\n",
	    "{E new " AES "5000/secret}\n{new}\n"}},
    {"secret", NULL, false,
	{"{E old PBE-SHA1-3DES/100/secret}\n{old}\n", "{E new " AES "2048/secret}\n{new}\n"}},
    {"secret", NULL, true,
	{"{E old PBE-SHA1-3DES/100/secret}\n{old}\n", "{E new PBE-SHA1-3DES/100/secret}\n{new}\n"}},
    {"secret", NULL, true,
	{"{E old des-ede3-cbc/hmacWithSHA1/1000/secret}\n{old}\n",
	    "{E new des-ede3-cbc/default/1000/secret}\n{new}\n"}},
    /* What RFC 1421 has is weak: MD5, once. */
    {"secret", NULL, false,
	{"{X old AES-256-CBC/secret}\n{old}\n", "{E new " AES "10000/secret}\n{new}\n"}},
    {"secret", NULL, false,
	{"{X old DES-EDE3-CBC/secret}\n{old}\n", "{E new " AES "10000/secret}\n{new}\n"}},
    {"secret", NULL, true,
	{"{X old DES-EDE3-CBC/secret}\n{old}\n", "{X new DES-EDE3-CBC/secret}\n{new}\n"}},
    {"secret", NULL, true,
	{"{X old AES-128-CBC/secret}\n{old}\n", "{X new AES-128-CBC/secret}\n{new}\n"}},
    {"secret", NULL, false,
	{"{C P-256}\n{X old AES-128-CBC/secret}\n{old}\n", "{E new " AES "10000/secret}\n{new}\n"}},
    {"secret", NULL, true,
	{"{C P-256}\n{X old AES-128-CBC/secret}\n{old}\n",
	    "{C P-256}\n{X new AES-128-CBC/secret}\n{new}\n"}},
    /* The row's password wins, and is new encryption. */
    {NULL, "of the row", false, {"{P old}\n{old}\n", "{E new " AES "10000/of the row}\n{new}\n"}},
    {NULL, "of the row", true, {"{T old}\n{old}\n", "{E new " AES "10000/of the row}\n{new}\n"}},
    {NULL, "of the row", false,
	{"{C P-256}\n{T old}\n{old}\n", "{E new " AES "10000/of the row}\n{new}\n"}},
    {"secret", "of the row", false,
	{"{E old aes-128-cbc/hmacWithSHA512/4000/secret}\n{old}\n",
	    "{E new " AES "10000/of the row}\n{new}\n"}},
    {NULL, "of the row", false,
	{"{E old " AES "2048/another}\n{old}\n", "{E new " AES "10000/of the row}\n{new}\n"}},
    /* A plain key stays plain, whatever the store's password is. */
    {"secret", NULL, false, {"{P old}\n{old}\n", "{P new}\n{new}\n"}},
    /* Never a plain key in the place of one that is encrypted. */
    {NULL, NULL, false,
	{"{E old " AES "2048/secret}\n{old}\n",
	    "password-missing: the key is encrypted, and neither the row nor the store has a "
	    "password"}},
    {NULL, NULL, false,
	{"{X old AES-128-CBC/secret}\n{old}\n",
	    "password-missing: the key is encrypted, and neither the row nor the store has a "
	    "password"}},
    {"another", NULL, false,
	{"{E old " AES "2048/secret}\n{old}\n",
	    "password-missing: the password of the store does not open the key that is there"}},
    {"another", NULL, true,
	{"{X old AES-128-CBC/secret}\n{old}\n",
	    "password-missing: the password of the store does not open the key that is there"}},
    {"", NULL, false,
	{"{E old " AES "2048/secret}\n{old}\n",
	    "password-missing: the password of the store does not open the key that is there"}},
    /* The empty one is one. */
    {"", NULL, false, {"{E old " AES "3000/}\n{old}\n", "{E new " AES "3000/}\n{new}\n"}},
};

START_TEST(keeps_encryption)
{
	set_store_password(passwords[_i].store);
	set_row_password(passwords[_i].row);
	renewal.legacy = passwords[_i].legacy;
	verify_change(&passwords[_i].change);
}
END_TEST

/* A key that has no traditional form is written as PKCS#8, with legacy too. */
START_TEST(seals_what_has_no_traditional_form)
{
	const struct made_options options = {.issuer = ca, .type = EVP_PKEY_ED25519};

	made_drop();
	new = made_with("new", &options);
	give(new, ca, NULL);
	set_store_password("secret");
	renewal.legacy = true;
	ck_assert_str_eq(changed("{X old DES-EDE3-CBC/secret}\n{old}\n", NULL),
	    "{E new " AES "10000/secret}\n{new}\n");
	ck_assert_str_eq(changed("{C P-256}\n{X old DES-EDE3-CBC/secret}\n{old}\n", NULL),
	    "{E new " AES "10000/secret}\n{new}\n");
}
END_TEST

/* It is loaded for that: this test is the first one. */
START_TEST(loads_the_legacy_provider)
{
	set_store_password("secret");
	ck_assert_int_eq(OSSL_PROVIDER_available(NULL, "legacy"), 0);
	ck_assert_str_eq(seen("{old}\n" MADE_OF_OLD "\n", NULL), "old +key");
	has_legacy = OSSL_PROVIDER_available(NULL, "legacy") == 1;
	ck_assert_str_eq(made_of(),
	    has_legacy
		? "{new}\n{E new " AES "2048/secret}\n"
		: "password-missing: the password of the store does not open the key that is "
		  "there");
}
END_TEST

START_TEST(keeps_what_needs_the_legacy_provider)
{
	if (!has_legacy)
		return;
	set_store_password("secret");
	ck_assert_str_eq(changed("{E old PBE-MD5-DES/2048/secret}\n{old}\n", NULL),
	    "{E new " AES "2048/secret}\n{new}\n");
	renewal.legacy = true;
	ck_assert_str_eq(changed("{E old PBE-MD5-DES/2048/secret}\n{old}\n", NULL),
	    "{E new PBE-MD5-DES/2048/secret}\n{new}\n");
	ck_assert_str_eq(
	    changed("{X old DES-CBC/secret}\n{old}\n", NULL), "{X new DES-CBC/secret}\n{new}\n");
}
END_TEST

START_TEST(warns_of_plain_keys)
{
	ck_assert_str_eq(seen("{P old}\n{old}\n", NULL), "old +key plain");
	ck_assert_str_eq(seen("{T old}\n{old}\n", NULL), "old +key plain");
	ck_assert_str_eq(seen("{E old " AES "10/secret}\n{old}\n", NULL), "old +key");
	ck_assert_str_eq(seen("{X old AES-128-CBC/secret}\n{old}\n", NULL), "old +key");
	ck_assert_str_eq(seen("{old}\n", NULL), "old");
}
END_TEST

/* The file asks for hours: the key stays closed. */
START_TEST(derives_no_key_for_hours)
{
	PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(old->key);
	X509_SIG *sealed = PKCS8_encrypt(-1, EVP_aes_256_cbc(), "secret", 6, NULL, 0, 1, info);
	const X509_ALGOR *algorithm;
	BIO *bio = BIO_new(BIO_s_mem());

	X509_SIG_get0(sealed, &algorithm, NULL);
	made_ask((X509_ALGOR *)algorithm, MADE_PBES2, INT_MAX);
	ck_assert_int_eq(PEM_write_bio_PKCS8(bio, sealed), 1);
	X509_SIG_free(sealed);
	PKCS8_PRIV_KEY_INFO_free(info);
	set_store_password("secret");
	set_files("{old}\n", NULL);
	made_add_bio(&bytes, bio);
	set_bytes();
	ck_assert_str_eq(looked(), "old +key");
	ck_assert_str_eq(made_of(),
	    "password-missing: the password of the store does not open the key that is there");
	set_row_password("of the row");
	ck_assert_str_eq(made_of(), "{new}\n{E new " AES "10000/of the row}\n");
}
END_TEST

static int64_t
ticks(void)
{
	return 5;
}

START_TEST(keeps_to_a_deadline)
{
	set_store_password("secret");
	renewal.ticks = ticks;
	renewal.deadline = 4;
	ck_assert_str_eq(changed("{E old " AES "2048/secret}\n{old}\n", NULL),
	    "password-missing: the password of the store does not open the key that is there");
	renewal.deadline = 5;
	ck_assert_str_eq(changed("{E old " AES "2048/secret}\n{old}\n", NULL),
	    "{E new " AES "2048/secret}\n{new}\n");
}
END_TEST

/* ---- several keys and certificates ------------------------------------------------------- */

static const struct change severals[] = {
    /* The key that matches is replaced; others are not touched. */
    {"{P b}\n{P old}\n{old}\n{b}\n", "{P b}\n{P new}\n{new}\n{b}\n"},
    {"{P old}\n{P b}\n{old}\n{b}\n", "{P new}\n{P b}\n{new}\n{b}\n"},
    {"{old}\n{b}\n{T b}\n{T old}\n", "{new}\n{b}\n{T b}\n{T new}\n"},
    {"{P b}\n{P old}\n{old}\n", "{P b}\n{P new}\n{new}\n"},
    {"{E b " AES "10/another}\n{P old}\n{old}\n", "{E b " AES "10/another}\n{P new}\n{new}\n"},
    {"{P old}\n{E b " AES "10/another}\n{old}\n", "{P new}\n{E b " AES "10/another}\n{new}\n"},
    /* Once more the same key. */
    {"{P old}\n{old}\n{T old}\n", "{P new}\n{new}\n{T new}\n"},
    {"{C P-256}\n{T old}\n{P b}\n{C P-256}\n{T old}\n{old}\n",
	"{C P-256}\n{T new}\n{P b}\n{C P-256}\n{T new}\n{new}\n"},
    /* That of another certificate is another's: this one has none. */
    {"{P b}\n{old}\n{b}\n", "{P b}\n{new}\n{b}\n"},
    /* One that is nobody's is taken for the certificate's. */
    {"{P c}\n{old}\n", "{P new}\n{new}\n"},
    {"{P b}\n{P c}\n{old}\n{b}\n", "{P b}\n{P new}\n{new}\n{b}\n"},
    /* Of two of that kind it is not known. */
    {"{P b}\n{P c}\n{old}\n",
	"several-entries: several private keys could be that of the certificate"},
    {"{E b " AES "10/another}\n{E c " AES "10/another}\n{old}\n{b}\n",
	"several-entries: several private keys could be that of the certificate"},
    {"{P c}\n{E old " AES "10/another}\n{old}\n",
	"several-entries: several private keys could be that of the certificate"},
    {"{P b}\n{b}\n", "changed: the file has another certificate"},
};

START_TEST(replaces_the_right_key)
{
	(void)made_leaf("b", NULL);
	(void)made_leaf("c", NULL);
	verify_change(&severals[_i]);
}
END_TEST

/* ---- chains ------------------------------------------------------------------------------ */

/* root<ca<old; root2<ca2<deep2<new, new2 of root, self; b and root of others. */
static const struct {
	const char *leaf, *one, *two;
	struct change change;
	size_t chain;
} chains[] = {
    {"new", "ca", "root", {"{old}\n", "{new}\n"}, 0},
    {"new", "ca", "root", {"{old}\n{ca}\n", "{new}\n{ca}\n"}, 1},
    {"new", "ca", "root", {"{old}\n{ca}\n{root}\n", "{new}\n{ca}\n{root}\n"}, 2},
    {"new", NULL, NULL, {"{old}\n{ca}\n{root}\n", "{new}\n{ca}\n{root}\n"}, 2},
    {"new", NULL, NULL, {"{old}\n{ca}\n", "{new}\n{ca}\n"}, 1},
    {"far", "deep2", "ca2", {"{old}\n{ca}\n", "{far}\n{deep2}\n{ca2}\n"}, 2},
    {"far", "ca2", "deep2", {"{old}\n{ca}\n", "{far}\n{deep2}\n{ca2}\n"}, 2},
    {"far", "deep2", "ca2", {"{old}\n{ca}", "{far}\n{deep2}\n{ca2}"}, 2},
    {"far", "deep2", "ca2", {"{old}\n", "{far}\n"}, 0},
    {"far", "deep2", "ca2", {"{old}\n{ca}\n{root}\n# end\n", "{far}\n{deep2}\n{ca2}\n# end\n"}, 2},
    {"far", "deep2", NULL, {"{old}\n{ca}\n", "{far}\n{deep2}\n"}, 1},
    {"far", NULL, NULL,
	{"{old}\n{ca}\n", "chain-missing: neither the new certificate's file nor the store has its "
			  "issuer, /CN=deep2"},
	0},
    {"far", "ca2", "root2",
	{"{old}\n{ca}\n", "chain-missing: neither the new certificate's file nor the store has its "
			  "issuer, /CN=deep2"},
	0},
    {"near2", "ca2", "root2", {"{old}\n{ca}\n", "{near2}\n{ca2}\n"}, 1},
    {"near2", "ca2", "root2", {"{old}\n{ca}\n{root}\n", "{near2}\n{ca2}\n{root2}\n"}, 2},
    {"near2", "root2", "ca2", {"{root}\n{ca}\n{old}\n", "{ca2}\n{root2}\n{near2}\n"}, 2},
    {"ofroot", "root", NULL, {"{old}\n{ca}\n", "{ofroot}\n"}, 0},
    {"ofroot", "root", NULL, {"{old}\n{ca}\n{root}\n", "{ofroot}\n{root}\n"}, 1},
    {"self", NULL, NULL, {"{old}\n{ca}\n{root}\n", "{self}\n"}, 0},
    {"self", NULL, NULL, {"{old}\n{ca}", "{self}"}, 0},
    {"new", "ca", "root", {"{old}\n{ca}\n{root}", "{new}\n{ca}\n{root}"}, 2},
    {"self", NULL, NULL, {"{old}\n\n{ca}\n# x\n{root}", "{self}\n\n# x"}, 0},
    /* What another leaf needs stays; only what is new is added. */
    {"near2", "ca2", "root2", {"{old}\n{ca}\n{b}\n", "{near2}\n{ca2}\n{ca}\n{b}\n"}, 1},
    {"near2", "ca2", "root2",
	{"{old}\n{b}\n{ca}\n{root}\n", "{near2}\n{ca2}\n{root2}\n{b}\n{ca}\n{root}\n"}, 2},
    {"near2", "ca2", "root2", {"{old}\n{ca}\n{b}", "{near2}\n{ca2}\n{ca}\n{b}"}, 1},
    {"new", "ca", "root", {"{old}\n{ca}\n{b}\n", "{new}\n{ca}\n{b}\n"}, 0},
    {"new", "ca", "root", {"{b}\n{ca}\n{old}\n{root}\n", "{b}\n{ca}\n{new}\n{root}\n"}, 0},
    {"ofca2", "ca2", NULL, {"{old}\n{ca}\n{near2}\n{ca2}\n", "{ofca2}\n{near2}\n{ca2}\n"}, 0},
    /* Duplicates of what goes go too. */
    {"near2", "ca2", NULL, {"{old}\n{ca}\n{ca}\n", "{near2}\n{ca2}\n"}, 1},
    {"new", "ca", NULL, {"{old}\n{ca}\n{ca}\n", "{new}\n{ca}\n"}, 1},
    /* A CA of another kind is not its issuer, and stays. */
    {"new", "ca", NULL, {"{old}\n{ca2}\n", "{new}\n{ca2}\n"}, 0},
    {"new", "ca", NULL, {"{old}\n{root}\n", "{new}\n{root}\n"}, 0},
};

static void
make_issuers(void)
{
	const struct made *root2 = made_ca("root2", NULL), *ca2 = made_ca("ca2", root2);
	const struct made *deep2 = made_ca("deep2", ca2);

	(void)made_leaf("far", deep2);
	(void)made_leaf("near2", ca2);
	(void)made_leaf("ofca2", ca2);
	(void)made_leaf("ofroot", root);
	(void)made_leaf("self", NULL);
	(void)made_leaf("b", ca);
}

START_TEST(renews_the_chain)
{
	make_issuers();
	give(shape_find(chains[_i].leaf),
	    chains[_i].one == NULL ? NULL : shape_find(chains[_i].one),
	    chains[_i].two == NULL ? NULL : shape_find(chains[_i].two));
	verify_change(&chains[_i].change);
	ck_assert_uint_eq(renewal.chain, chains[_i].chain);
}
END_TEST

/* Of issuers of one name the one that signed it. */
START_TEST(takes_the_issuer_that_signed)
{
	const struct made *false_ca = made_ca("ca", NULL);
	struct buffer expected = {0};

	give(new, false_ca, ca);
	set_files("{old}\n{ca}\n", NULL);
	ck_assert_int_eq(renewal_look(&renewal), 0);
	ck_assert_int_eq(renewal_make(&renewal, &credential), 0);
	shape_pem_make(&expected, "{new}\n{ca}\n");
	ck_assert_str_eq(renewal.new_file.bytes, expected.bytes);
	ck_assert_uint_eq(renewal.chain, 1);
	buffer_release(&expected);
	give(new, false_ca, NULL);
	set_files("{old}\n{ca}\n", NULL);
	ck_assert_str_eq(made_of(), "{new}\n{ca}\n");
}
END_TEST

/* CAs that certify each other: each is written once. */
START_TEST(ends_a_circle)
{
	const struct made *one = made_ca("one", NULL);
	const struct made_options first = {.issuer = one, .is_ca = true};
	const struct made *two = made_with("two", &first);
	const struct made_options second = {.issuer = two, .key = one, .is_ca = true};
	const struct made *again = made_with("again", &second);
	const struct made *leaf;

	/* "again" is "one", certified by "two": its name is the same one. */
	X509_set_subject_name(again->x509, X509_get_subject_name(one->x509));
	ck_assert_int_gt(X509_sign(again->x509, two->key, EVP_sha256()), 0);
	leaf = made_leaf("leaf", two);
	give(leaf, two, again);
	set_files("{old}\n{ca}\n", NULL);
	ck_assert_int_eq(renewal_look(&renewal), 0);
	ck_assert_int_eq(renewal_make(&renewal, &credential), 0);
	ck_assert_uint_eq(renewal.chain, 2);
	/* And old ones. */
	give(new, ca, NULL);
	take_out(leaf);
	set_files("{leaf}\n{two}\n", NULL);
	add_pem(&bytes, again);
	set_bytes();
	ck_assert_str_eq(made_of(), "{new}\n{ca}\n");
}
END_TEST

/* ---- a file of its own for the key ------------------------------------------------------- */

static const struct {
	const char *file, *key_file, *sight, *expected;
} key_files[] = {
    {"{old}\n{ca}\n", "{P old}\n", "old +key plain", "{new}\n{ca}\n|{P new}\n"},
    {"{old}\n", "# k\n{C P-256}\n{T old}\n# end", "old +key plain",
	"{new}\n|# k\n{C P-256}\n{T new}\n# end"},
    {"{old}\n", "{E old " AES "3000/secret}\n", "old +key", "{new}\n|{E new " AES "3000/secret}\n"},
    {"{old}\n", "{E old " AES "3000/another}\n", "old +key",
	"password-missing: the password of the store does not open the key that is there"},
    /* Certificates beside the key are not the store's. */
    {"{old}\n", "{P old}\n{old}\n", "old +key plain", "{new}\n|{P new}\n{old}\n"},
    /* Cut off between the two. */
    {"{old}\n", "{P new}\n", "old +key plain", "{new}\n|{P new}\n"},
    {"{new}\n{ca}\n", "{P old}\n", "half +key plain", "{new}\n{ca}\n|{P new}\n"},
    {"{new}\n", "{E old " AES "3000/secret}\n", "half +key",
	"{new}\n|{E new " AES "3000/secret}\n"},
    {"{new}\n", "{E new " AES "3000/another}\n", "half +key",
	"password-missing: the password of the store does not open the key that is there"},
    {"{new}\n", "", "half +key", "{new}\n|{P new}\n"},
    {"{new}\n", ABSENT, "half +key", "{new}\n|{P new}\n"},
    {"{old}\n", "", "old +key", "{new}\n|{P new}\n"},
    {"{old}\n", ABSENT, "old +key", "{new}\n|{P new}\n"},
    {"{old}\n", "# here it was", "old +key", "{new}\n|# here it was\n{P new}\n"},
    {"{new}\n", "{P new}\n", "new +key plain", NULL},
    {"{new}\n", "{E new " AES "3000/secret}\n", "new +key", NULL},
    {"{b}\n", "{P old}\n", "other +key plain", NULL},
    {"", "{P old}\n", "nothing +key plain", NULL},
    /* The key is in the first file all the same. */
    {"{P old}\n{old}\n", ABSENT, "old +key plain", "{P new}\n{new}\n"},
    {"{P old}\n{old}\n", "{P b}\n", "old +key plain", "{P new}\n{new}\n"},
    {"{old}\n", "{P b}\n{P old}\n", "old +key plain", "{new}\n|{P b}\n{P new}\n"},
    /* The same key in both files: servers read either. */
    {"{P old}\n{old}\n", "{P old}\n", "old +key plain", "{P new}\n{new}\n|{P new}\n"},
    {"{P old}\n{old}\n", "# k\n{C P-256}\n{T old}\n", "old +key plain",
	"{P new}\n{new}\n|# k\n{C P-256}\n{T new}\n"},
    {"{P old}\n{old}\n", "{E old " AES "3000/secret}\n", "old +key plain",
	"{P new}\n{new}\n|{E new " AES "3000/secret}\n"},
    {"{E old " AES "3000/secret}\n{old}\n", "{P old}\n", "old +key plain",
	"{E new " AES "3000/secret}\n{new}\n|{P new}\n"},
    {"{P old}\n{old}\n", "{P b}\n{P old}\n", "old +key plain", "{P new}\n{new}\n|{P b}\n{P new}\n"},
    {"{P old}\n{old}\n", "{E old " AES "3000/another}\n", "old +key plain",
	"password-missing: the key in the key file is encrypted, and no password that is known "
	"opens it"},
    {"{P old}\n{old}\n", "{E b " AES "3000/secret}\n", "old +key plain", "{P new}\n{new}\n"},
    /* Each in its own form: a curve goes where its key becomes PKCS#8. */
    {"{P old}\n{old}\n", "{C P-256}\n{X old DES-EDE3-CBC/secret}\n", "old +key plain",
	"{P new}\n{new}\n|{E new " AES "10000/secret}\n"},
    /* Cut off after the file of the key. */
    {"{P old}\n{old}\n", "{P new}\n", "old +key plain", "{P new}\n{new}\n"},
    {"{P new}\n{old}\n", "{P old}\n", "old +key plain", "{P new}\n{new}\n|{P new}\n"},
};

START_TEST(renews_a_key_file)
{
	const char *got;

	(void)made_leaf("b", NULL);
	set_store_password("secret");
	ck_assert_msg(
	    strcmp(seen(key_files[_i].file, key_files[_i].key_file), key_files[_i].sight) == 0,
	    "%s", looked());
	if (key_files[_i].expected == NULL)
		return;
	got = changed(key_files[_i].file, key_files[_i].key_file);
	ck_assert_msg(strcmp(got, key_files[_i].expected) == 0, "%s | %s\ngot      %s\nexpected %s",
	    key_files[_i].file, key_files[_i].key_file, got, key_files[_i].expected);
}
END_TEST

START_TEST(encrypts_a_key_file)
{
	set_row_password("of the row");
	ck_assert_str_eq(
	    changed("{old}\n", "{P old}\n"), "{new}\n|{E new " AES "10000/of the row}\n");
	ck_assert_str_eq(changed("{old}\n", ABSENT), "{new}\n|{E new " AES "10000/of the row}\n");
	ck_assert_str_eq(changed("{new}\n", "{E new " AES "10000/another}\n"),
	    "{new}\n|{E new " AES "10000/of the row}\n");
	ck_assert_str_eq(seen("{new}\n", "{E new " AES "10000/of the row}\n"), "new +key");
}
END_TEST

START_TEST(keeps_the_ends_of_lines_of_a_key_file)
{
	struct buffer expected = {0};

	set_files("{old}\n", "# k\n{P old}\n");
	to_crlf(&key_bytes);
	set_bytes();
	(void)made_of();
	shape_pem_make(&expected, "# k\n{P new}\n");
	to_crlf(&expected);
	ck_assert_str_eq(renewal.new_key_file.bytes, expected.bytes);
	ck_assert_str_eq(shape_pem(&renewal.new_file), "{new}\n");
	buffer_release(&expected);
}
END_TEST

/* ---- trust stores ------------------------------------------------------------------------ */

static const struct change trusts[] = {
    {"{root}\n{old}\n{ca}\n", "{root}\n{new}\n{ca}\n"},
    {"# a\n{old}\n# b\n{b}\n", "# a\n{new}\n# b\n{b}\n"},
    {"{old}", "{new}"},
    /* The new one is there already: once is enough. */
    {"{new}\n{old}\n", "{new}\n"},
    {"{old}\n{new}\n", "{new}\n"},
    {"# a\n{old}\n# b\n{new}\n", "# a\n# b\n{new}\n"},
    {"{new}\n{old}", "{new}"},
    {"{old}\n{old}\n{new}\n{ca}\n", "{new}\n{ca}\n"},
    /* A key is nothing to it. */
    {"{P old}\n{old}\n", "{P old}\n{new}\n"},
};

START_TEST(renews_a_trust_store)
{
	(void)made_leaf("b", NULL);
	renewal.trust_store = true;
	credential.key = NULL;
	verify_change(&trusts[_i]);
	ck_assert(!renewal.holds_key);
	ck_assert_uint_eq(renewal.chain, 0);
}
END_TEST

/* A CA that others are issued by is an entry as any other. */
START_TEST(replaces_a_ca)
{
	const struct made *ca2 = made_ca("ca2", NULL);

	take_out(ca);
	give(ca2, NULL, NULL);
	ck_assert_str_eq(seen("{old}\n{ca}\n", NULL), "other");
	renewal.trust_store = true;
	ck_assert_str_eq(seen("{old}\n{ca}\n", NULL), "old");
	ck_assert_str_eq(changed("{root}\n{old}\n{ca}\n", NULL), "{root}\n{old}\n{ca2}\n");
	ck_assert_str_eq(seen("{old}\n{ca2}\n{ca}\n", NULL), "old");
	ck_assert_str_eq(seen("{old}\n{ca2}\n", NULL), "new");
	ck_assert_str_eq(seen("{old}\n", NULL), "other");
	ck_assert_str_eq(seen("", NULL), "nothing");
}
END_TEST

/* ---- where nothing was ------------------------------------------------------------------- */

static const struct {
	const char *file, *key_file, *row;
	bool chain, trust_store;
	const char *expected;
} creations[] = {
    {ABSENT, NULL, NULL, false, false, "{P new}\n{new}\n"},
    {"", NULL, NULL, false, false, "{P new}\n{new}\n"},
    {ABSENT, NULL, NULL, true, false, "{P new}\n{new}\n{ca}\n"},
    {"# here\n", NULL, NULL, true, false, "# here\n{P new}\n{new}\n{ca}\n"},
    {"# here", NULL, NULL, false, false, "# here\n{P new}\n{new}\n"},
    {ABSENT, NULL, "of the row", true, false, "{E new " AES "10000/of the row}\n{new}\n{ca}\n"},
    {ABSENT, ABSENT, NULL, true, false, "{new}\n{ca}\n|{P new}\n"},
    {ABSENT, "", NULL, false, false, "{new}\n|{P new}\n"},
    {"", "# key\n", NULL, false, false, "{new}\n|# key\n{P new}\n"},
    {"", "{P old}\n", NULL, false, false, "{new}\n|{P new}\n"},
    {ABSENT, ABSENT, "of the row", false, false, "{new}\n|{E new " AES "10000/of the row}\n"},
    {"{P old}\n", NULL, NULL, false, false, "{P new}\n{new}\n"},
    {ABSENT, NULL, NULL, true, true, "{new}\n"},
    {"# here\n", NULL, NULL, false, true, "# here\n{new}\n"},
};

START_TEST(creates)
{
	const char *got;

	renewal.create = true;
	renewal.includes_chain = creations[_i].chain;
	renewal.trust_store = creations[_i].trust_store;
	set_row_password(creations[_i].row);
	got = changed(creations[_i].file, creations[_i].key_file);
	ck_assert_msg(strcmp(got, creations[_i].expected) == 0, "%s\ngot      %s\nexpected %s",
	    creations[_i].file, got, creations[_i].expected);
	ck_assert_int_eq(renewal.sight, RENEWAL_NOTHING);
	ck_assert_int_eq(renewal.holds_key, !renewal.trust_store);
	ck_assert_uint_eq(renewal.chain, creations[_i].chain && !renewal.trust_store ? 1 : 0);
	renewal.create = false;
	got = changed(creations[_i].file, creations[_i].key_file);
	ck_assert_str_eq(got, "entry-gone: the file has no certificate to be replaced");
}
END_TEST

START_TEST(creates_with_the_ends_of_lines)
{
	renewal.create = true;
	set_files("", NULL);
	buffer_add_string(&bytes, "# a\r\n# b");
	set_bytes();
	(void)made_of();
	to_crlf(&key_bytes);
	buffer_clear(&bytes);
	shape_pem_make(&bytes, "# a\n# b\n{P new}\n{new}\n");
	to_crlf(&bytes);
	ck_assert_str_eq(renewal.new_file.bytes, bytes.bytes);
}
END_TEST

/* A certificate without its key is for what holds none. */
START_TEST(needs_a_key_where_one_is_held)
{
	static const char missing[] = "pfx-mismatch: the store holds the key, and the new "
				      "certificate came without one";

	credential.key = NULL;
	ck_assert_str_eq(changed("{old}\n{ca}\n", NULL), "{new}\n{ca}\n");
	ck_assert_str_eq(changed("{P old}\n{old}\n", NULL), missing);
	ck_assert_str_eq(changed("{old}\n", "{P old}\n"), missing);
	ck_assert_str_eq(changed("{old}\n", ABSENT), missing);
	renewal.create = true;
	ck_assert_str_eq(changed(ABSENT, NULL), "{new}\n");
	ck_assert(!renewal.holds_key);
	ck_assert_str_eq(changed(ABSENT, ABSENT), missing);
	renewal.includes_chain = true;
	credential.key = new->key;
	give(new, NULL, NULL);
	ck_assert_str_eq(changed(ABSENT, NULL), "chain-missing: neither the new certificate's file "
						"nor the store has its issuer, /CN=ca");
}
END_TEST

/* ---- what is seen ------------------------------------------------------------------------ */

static const struct change sights[] = {
    {"{old}\n", "old"},
    {"{P old}\n{old}\n", "old +key plain"},
    {"{new}\n", "new"},
    {"{P new}\n{new}\n{ca}\n", "new +key plain"},
    {"{P old}\n{new}\n", "half +key plain"},
    {"{E new " AES "10/secret}\n{new}\n", "new +key"},
    {"{E new " AES "10/of the row}\n{new}\n", "new +key"},
    {"{E new " AES "10/another}\n{new}\n", "half +key"},
    {"{E old " AES "10/secret}\n{new}\n", "half +key"},
    {"{X new AES-128-CBC/secret}\n{new}\n", "new +key"},
    {"{X new AES-128-CBC/of the row}\n{new}\n", "new +key"},
    {"{X new AES-128-CBC/another}\n{new}\n", "half +key"},
    {"{b}\n", "other"},
    {"{P b}\n{b}\n", "other"},
    {"{P old}\n{b}\n", "other +key plain"},
    {"{ca}\n{root}\n", "other"},
    {"{old}\n{new}\n", "old"},
    {"", "nothing"},
    {"text\n", "nothing"},
    {ABSENT, "nothing"},
    {"{P old}\n", "nothing +key plain"},
    {"\xef\xbb\xbf", "nothing"},
};

START_TEST(sees)
{
	const char *got;

	(void)made_leaf("b", NULL);
	set_store_password("secret");
	set_row_password("of the row");
	got = seen(sights[_i].file, NULL);
	ck_assert_msg(strcmp(got, sights[_i].expected) == 0, "%s\ngot      %s\nexpected %s",
	    sights[_i].file, got, sights[_i].expected);
}
END_TEST

START_TEST(compares_thumbprints_in_any_case)
{
	for (size_t i = 0; i < NAMED_PRINT; i++)
		old_print[i] = (char)tolower((unsigned char)old_print[i]);
	ck_assert_str_eq(seen("{old}\n", NULL), "old");
	renewal.old_thumbprint = NULL;
	ck_assert_str_eq(seen("{old}\n", NULL), "other");
	renewal.old_thumbprint = new_print;
	ck_assert_str_eq(seen("{new}\n", NULL), "old");
}
END_TEST

/* What is there already, or is another one, is not made. */
START_TEST(makes_nothing_of_others)
{
	(void)made_leaf("b", NULL);
	ck_assert_str_eq(changed("{b}\n", NULL), "changed: the file has another certificate");
	renewal.create = true;
	ck_assert_str_eq(changed("{b}\n", NULL), "changed: the file has another certificate");
	renewal.format = STORE_FORMAT_JKS;
	ck_assert_str_eq(seen("{old}\n", NULL),
	    "store-not-readable: not-a-file: its type is no format that is written");
	ck_assert_int_eq(renewal_make(&renewal, &credential), -1);
	ck_assert_uint_eq(renewal.new_file.length, 0);
	renewal.format = STORE_FORMAT_NONE;
	ck_assert_str_eq(
	    looked(), "store-not-readable: not-a-file: its type is no format that is written");
}
END_TEST

static const struct {
	const char *file, *key_file, *expected;
} faults[] = {
    {"-----BEGIN CERTIFICATE-----\nTm8ga2V5\n-----END CERTIFICATE-----\n", NULL,
	"store-not-readable: damaged: PEM block 1: no certificate"},
    {"{old}\n-----BEGIN PRIVATE KEY-----\nTm8ga2V5\n-----END PRIVATE KEY-----\n", NULL,
	"store-not-readable: damaged: PEM block 2: no private key: its DER is damaged"},
    {"{old}\n-----BEGIN CERTIFICATE-----\nMIIB", NULL,
	"store-not-readable: damaged: PEM block 2: damaged"},
    {"{old}\n", "-----BEGIN PRIVATE KEY-----\nTm8ga2V5\n-----END PRIVATE KEY-----\n",
	"store-not-readable: damaged: PEM block 1: no private key: its DER is damaged"},
    {"-----BEGIN PKCS7-----\nMAA=\n-----END PKCS7-----\n", NULL,
	"store-not-readable: unsupported-algorithm: it has a PKCS#7 message: expected CERTIFICATE "
	"blocks"},
    {"-----BEGIN PKCS #7 SIGNED DATA-----\nMAA=\n-----END PKCS #7 SIGNED DATA-----\n", NULL,
	"store-not-readable: unsupported-algorithm: it has a PKCS#7 message: expected CERTIFICATE "
	"blocks"},
    {"-----BEGIN CMS-----\nMAA=\n-----END CMS-----\n", NULL,
	"store-not-readable: unsupported-algorithm: it has a PKCS#7 message: expected CERTIFICATE "
	"blocks"},
    {"", "-----BEGIN CMS-----\nMAA=\n-----END CMS-----\n", "nothing +key"},
    {"{old}\n-----BEGIN CMS-----\nMAA=\n-----END CMS-----\n", NULL, "old"},
    {"k\xfcrzlich\n", NULL, "store-not-readable: damaged: it is no PEM file"},
    {"{old}\n", "\xff\xfe\xfd",
	"store-not-readable: damaged: its file with the private key: it is no PEM file"},
};

START_TEST(refuses_what_it_cannot_read)
{
	const char *got = seen(faults[_i].file, faults[_i].key_file);

	ck_assert_msg(strncmp(got, faults[_i].expected, strlen(faults[_i].expected)) == 0,
	    "%s\ngot      %s\nexpected %s", faults[_i].file, got, faults[_i].expected);
}
END_TEST

START_TEST(refuses_bytes)
{
	set_files("", NULL);
	buffer_add(&bytes, "a\0b", 3);
	set_bytes();
	ck_assert_str_eq(looked(), "store-not-readable: damaged: it is no PEM file");
	ck_assert_int_eq(renewal.reason.unreadable, UNREADABLE_DAMAGED);
	buffer_clear(&bytes);
	add_der(&bytes, old);
	set_bytes();
	ck_assert_str_eq(looked(), "store-not-readable: damaged: it is no PEM file");
	made_export(&bytes, "secret", old, NULL);
	set_bytes();
	ck_assert_str_eq(looked(), "store-not-readable: damaged: it is no PEM file");
}
END_TEST

/* ---- DER --------------------------------------------------------------------------------- */

static void
set_der(const struct made *one)
{
	renewal.format = STORE_FORMAT_DER;
	set_files("", NULL);
	add_der(&bytes, one);
	set_bytes();
}

static void
verify_der(void)
{
	struct buffer expected = {0};

	ck_assert_int_eq(renewal_make(&renewal, &credential), 0);
	add_der(&expected, new);
	ck_assert_uint_eq(renewal.new_file.length, expected.length);
	ck_assert_mem_eq(renewal.new_file.bytes, expected.bytes, expected.length);
	ck_assert_uint_eq(renewal.new_key_file.length, 0);
	ck_assert_uint_eq(renewal.chain, 0);
	ck_assert(!renewal.holds_key && !renewal.key_is_plain);
	buffer_release(&expected);
}

START_TEST(renews_der)
{
	set_der(old);
	ck_assert_str_eq(looked(), "old");
	credential.key = NULL;
	renewal.includes_chain = true;
	set_row_password("of the row");
	verify_der();
	set_der(new);
	ck_assert_str_eq(looked(), "new");
	set_der(ca);
	ck_assert_str_eq(looked(), "other");
	ck_assert_int_eq(renewal_make(&renewal, &credential), -1);
	ck_assert_str_eq(answer_of(-1), "changed: the file has another certificate");
	ck_assert_uint_eq(renewal.new_file.length, 0);
}
END_TEST

START_TEST(creates_der)
{
	renewal.format = STORE_FORMAT_DER;
	for (int i = 0; i < 2; i++) {
		renewal.create = false;
		ck_assert_str_eq(seen(i == 0 ? "" : ABSENT, NULL), "nothing");
		ck_assert_int_eq(renewal_make(&renewal, &credential), -1);
		ck_assert_str_eq(
		    answer_of(-1), "entry-gone: the file has no certificate to be replaced");
		renewal.create = true;
		ck_assert_str_eq(looked(), "nothing");
		verify_der();
	}
}
END_TEST

START_TEST(refuses_der_that_is_none)
{
	set_der(old);
	buffer_add(&bytes, "x", 1);
	set_bytes();
	ck_assert_int_eq(strncmp(looked(), "store-not-readable: damaged: ", 29), 0);
	bytes.length -= 2;
	set_bytes();
	ck_assert_int_eq(strncmp(looked(), "store-not-readable: damaged: ", 29), 0);
	ck_assert_int_eq(strncmp(seen("{old}\n", NULL), "store-not-readable: damaged: ", 29), 0);
	ck_assert_int_eq(strncmp(seen("text", NULL), "store-not-readable: damaged: ", 29), 0);
	ck_assert_int_eq(renewal.reason.unreadable, UNREADABLE_DAMAGED);
}
END_TEST

/* ---- damage ------------------------------------------------------------------------------ */

/* A byte another one, or cut off there: no crash, and what is made is whole. */
START_TEST(survives_damage)
{
	set_store_password("secret");
	set_files("{C P-256}\n{X old AES-128-CBC/secret}\n{old}\n{ca}\n", NULL);
	for (size_t i = 0; i < bytes.length; i += 3) {
		bytes.bytes[i] ^= 0x04;
		set_bytes();
		if (renewal_look(&renewal) == 0 && renewal.sight == RENEWAL_OLD &&
		    renewal_make(&renewal, &credential) == 0)
			ck_assert_ptr_nonnull(strstr(shape_pem(&renewal.new_file), "{new}"));
		bytes.bytes[i] ^= 0x04;
	}
	for (; bytes.length > 7; bytes.length -= 7) {
		set_bytes();
		if (renewal_look(&renewal) == 0 && renewal.sight == RENEWAL_OLD &&
		    renewal_make(&renewal, &credential) == 0)
			ck_assert_ptr_nonnull(strstr(shape_pem(&renewal.new_file), "{new}"));
	}
}
END_TEST

static void
add_tests_of_pem(TCase *tests)
{
	tcase_add_loop_test(tests, keeps_the_layout, 0, COUNT_OF(layouts));
	tcase_add_test(tests, keeps_other_blocks);
	tcase_add_test(tests, keeps_the_ends_of_lines);
	tcase_add_loop_test(tests, keeps_the_form, 0, COUNT_OF(forms));
	tcase_add_loop_test(tests, keeps_encryption, 0, COUNT_OF(passwords));
	tcase_add_test(tests, seals_what_has_no_traditional_form);
	tcase_add_test(tests, keeps_what_needs_the_legacy_provider);
	tcase_add_test(tests, warns_of_plain_keys);
	tcase_add_test(tests, derives_no_key_for_hours);
	tcase_add_test(tests, keeps_to_a_deadline);
	tcase_add_loop_test(tests, replaces_the_right_key, 0, COUNT_OF(severals));
	tcase_add_loop_test(tests, renews_the_chain, 0, COUNT_OF(chains));
	tcase_add_test(tests, takes_the_issuer_that_signed);
	tcase_add_test(tests, ends_a_circle);
	tcase_add_loop_test(tests, renews_a_key_file, 0, COUNT_OF(key_files));
	tcase_add_test(tests, encrypts_a_key_file);
	tcase_add_test(tests, keeps_the_ends_of_lines_of_a_key_file);
	tcase_add_loop_test(tests, renews_a_trust_store, 0, COUNT_OF(trusts));
	tcase_add_test(tests, replaces_a_ca);
	tcase_add_loop_test(tests, creates, 0, COUNT_OF(creations));
	tcase_add_test(tests, creates_with_the_ends_of_lines);
	tcase_add_test(tests, needs_a_key_where_one_is_held);
	tcase_add_loop_test(tests, sees, 0, COUNT_OF(sights));
	tcase_add_test(tests, compares_thumbprints_in_any_case);
	tcase_add_test(tests, makes_nothing_of_others);
	tcase_add_loop_test(tests, refuses_what_it_cannot_read, 0, COUNT_OF(faults));
	tcase_add_test(tests, refuses_bytes);
	tcase_add_test(tests, survives_damage);
}

int
main(void)
{
	Suite *suite = suite_create("renewal");
	TCase *tests = tcase_create("renewal");

	if (crypto_begin(NULL) == -1)
		return EXIT_FAILURE;
	tcase_set_timeout(tests, 120);
	tcase_add_checked_fixture(tests, enter, leave);
	tcase_add_test(tests, loads_the_legacy_provider);
	add_tests_of_pem(tests);
	tcase_add_test(tests, renews_der);
	tcase_add_test(tests, creates_der);
	tcase_add_test(tests, refuses_der_that_is_none);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
