#include "certificates/renewal_private.h"

#include "certificates/credential_private.h"
#include "certificates/pkcs12.h"

#include "certificates/shape_pkcs12.h"

#include <openssl/provider.h>

/* Stores in PKCS#12 files, renewed. */

#define STRONG "aes-256-cbc/hmacWithSHA256/"
#define TRIPLE_DES NID_pbe_WithSHA1And3_Key_TripleDES_CBC
#define RC2 NID_pbe_WithSHA1And40BitRC2_CBC
#define TRUSTED "2.16.840.1.113894.746875.1.1"

static struct buffer bytes;
static const struct made *root, *ca, *old, *new;
static const char *const www[] = {"www", "1"}, *const other[] = {"other", "2"};
static char old_print[41], new_print[41];
static struct renewal renewal;
static struct credential credential;
static bool has_legacy;

static void
print_of(const struct made *one, char text[41])
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned length;

	X509_digest(one->x509, EVP_sha1(), digest, &length);
	for (unsigned i = 0; i < length; i++)
		snprintf(text + 2 * i, 3, "%02X", digest[i]);
}

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
	print_of(leaf, new_print);
}

static void
enter(void)
{
	root = made_ca("root", NULL);
	ca = made_ca("ca", root);
	old = made_leaf("old", ca);
	new = made_leaf("new", ca);
	print_of(old, old_print);
	give(new, ca, root);
	renewal = (struct renewal){.format = STORE_FORMAT_PKCS12,
	    .alias = "www",
	    .old_thumbprint = old_print,
	    .new_thumbprint = new_print,
	    .store_password = {"secret", 6}};
}

static void
leave(void)
{
	made_release();
	sk_X509_free(credential.chain);
	credential.chain = NULL;
	buffer_release(&bytes);
	buffer_release(&renewal.new_file);
}

static void
set_password(const char *password)
{
	renewal.store_password.text = password;
	renewal.store_password.length = password == NULL ? 0 : strlen(password);
}

static const char *
answer_of(int rc)
{
	static char line[2048];
	static const char *const sights[] = {"nothing", "old", "new", "half", "other"};
	const struct install_reason *reason = &renewal.reason;

	if (rc == 0)
		snprintf(line, sizeof(line), "%s%s", sights[renewal.sight],
		    renewal.holds_key ? " +key" : "");
	else if (reason->why == INSTALL_GOOD)
		snprintf(
		    line, sizeof(line), "error %d: %s", (int)reason->err.code, reason->err.text);
	else
		snprintf(line, sizeof(line), "%s: %s", install_word(reason->why), reason->text);
	return line;
}

static void
set_file(struct buffer *file)
{
	renewal.file = (struct file_bytes){
	    .bytes = (unsigned char *)file->bytes, .length = file->length};
}

static const char *
look(void)
{
	set_file(&bytes);
	return answer_of(renewal_pkcs12_look(&renewal));
}

/* The shape of what was made, or the reason. */
static const char *
make(void)
{
	set_file(&bytes);
	if (renewal_pkcs12_make(&renewal, &credential) == 0)
		return shape_of(&renewal.new_file, renewal.store_password.text);
	ck_assert_uint_eq(renewal.new_file.length, 0);
	return answer_of(-1);
}

/* What was made is looked at in its turn. */
static const char *
look_again(void)
{
	struct buffer made_bytes = renewal.new_file;

	set_file(&made_bytes);
	return answer_of(renewal_pkcs12_look(&renewal));
}

/* What was made is read as scan reads it, with its keys. */
static const char *
read_again(void)
{
	struct entries_source source = source_of(&renewal.new_file, renewal.store_password.text);

	return read_as(&source, pkcs12_read(&source, &(struct pkcs12_options){.open_keys = true}));
}

/* One safe of certificates and one of keys, as most programs write them. */
static void export(const struct made *leaf, const struct made *key)
{
	struct made_pkcs12 file = {.password = renewal.store_password.text};

	made_cert(&file, leaf, "www", "1");
	made_safe(&file, MADE_PBES2, 3000);
	made_key_bag(&file, key, www, MADE_PBES2, 3000);
	made_safe(&file, MADE_PLAIN, 0);
	made_file(&file, 3000, &bytes);
}

/* Two entries with keys, and one that is a certificate. */
static void
export_three(const struct made *first, const struct made *second, const struct made *third)
{
	struct made_pkcs12 file = {.password = "secret"};

	made_cert(&file, first, "www", "1");
	made_cert(&file, second, "other", "2");
	made_cert(&file, third, "third", NULL);
	made_safe(&file, MADE_PBES2, 3000);
	made_key_bag(&file, first, www, MADE_PBES2, 3000);
	made_key_bag(&file, second, other, MADE_PBES2, 3000);
	made_safe(&file, MADE_PLAIN, 0);
	made_file(&file, 3000, &bytes);
}

/* ---- what is there ----------------------------------------------------------------------- */

START_TEST(sees_what_is_there)
{
	const struct made *third = made_leaf("third", NULL);

	ck_assert_str_eq(look(), "nothing +key"); /* no file */
	buffer_add_string(&bytes, "");
	ck_assert_str_eq(look(), "nothing +key"); /* an empty one */
	export(old, old);
	ck_assert_str_eq(look(), "old +key");
	export(new, new);
	ck_assert_str_eq(look(), "new +key");
	export(new, old);
	ck_assert_str_eq(look(), "half +key");
	export(third, third);
	ck_assert_str_eq(look(), "other +key");
}
END_TEST

/* The new certificate with a key that has another password. */
START_TEST(sees_half_of_what_it_cannot_open)
{
	struct made_pkcs12 file = {.password = "its own"};

	made_cert(&file, new, "www", "1");
	made_key_bag(&file, new, www, MADE_PBES2, 3000);
	made_safe(&file, MADE_PLAIN, 0);
	file.password = "secret";
	made_file(&file, 3000, &bytes);
	ck_assert_str_eq(look(), "half +key");
	ck_assert_str_eq(
	    make(), "password-missing: the store's password opens the file and not the key in it");
}
END_TEST

/* An entry that is the only one is there whatever it is called, and a name decides among several.
 */
START_TEST(chooses_the_entry)
{
	const struct made *third = made_leaf("third", NULL), *fourth = made_leaf("fourth", NULL);

	export(old, old);
	renewal.alias = "elsewhere";
	ck_assert_str_eq(look(), "old +key");
	renewal.alias = NULL;
	ck_assert_str_eq(look(), "old +key");
	export(third, third);
	ck_assert_str_eq(look(), "other +key");

	renewal.alias = "www";
	export_three(third, old, new);
	ck_assert_str_eq(look(), "other +key");
	renewal.alias = "third";
	ck_assert_str_eq(look(), "new");
	renewal.alias = "WWW";
	ck_assert_str_eq(look(), "old +key"); /* anywhere */
	export_three(third, fourth, new);
	ck_assert_str_eq(look(), "new");
	export_three(third, fourth, ca);
	ck_assert_str_eq(look(), "nothing +key"); /* the entry is gone */
	renewal.alias = NULL;
	ck_assert_str_eq(look(), "nothing +key");
	ck_assert_str_eq(make(), "entry-gone: the file has no entry to be replaced");
}
END_TEST

/* As scan calls them: by thumbprint without a name, and with a number the second of a name. */
START_TEST(knows_the_names_of_scan)
{
	struct made_pkcs12 file = {.password = "secret"};

	made_cert(&file, old, NULL, NULL);
	made_cert(&file, made_leaf("b", NULL), "www", NULL);
	made_cert(&file, new, "www", NULL);
	made_safe(&file, MADE_PLAIN, 0);
	made_file(&file, 3000, &bytes);
	renewal.alias = old_print;
	ck_assert_str_eq(look(), "old");
	renewal.alias = "www";
	ck_assert_str_eq(look(), "other");
	renewal.alias = "www (2)";
	ck_assert_str_eq(look(), "new");
}
END_TEST

START_TEST(refuses_several)
{
	const struct made *third = made_leaf("third", NULL);

	export_three(third, old, old);
	renewal.alias = "gone";
	ck_assert_str_eq(look(), "old +key");
	ck_assert_str_eq(
	    make(), "several-entries: several entries of the file have the certificate");
	renewal.alias = "other"; /* this one is named */
	ck_assert_str_eq(make(),
	    "[" STRONG
	    "3000: third 'www' #1, new 'other' #2, old 'third'] [plain: key of third " STRONG
	    "3000 'www' #1, key of new " STRONG "3000 'other' #2] mac sha256/3000/8");
}
END_TEST

/* Two keys with one certificate: to replace it would part it from the other key. */
START_TEST(refuses_a_shared_certificate)
{
	struct made_pkcs12 file = {.password = "secret"};

	made_cert(&file, old, "www", "1");
	made_key_bag(&file, old, www, MADE_PBES2, 3000);
	made_key_bag(&file, old, www, MADE_PBES2, 3000);
	made_safe(&file, MADE_PLAIN, 0);
	made_file(&file, 3000, &bytes);
	ck_assert_str_eq(look(), "old +key");
	ck_assert_str_eq(
	    make(), "several-entries: several entries of the file have the certificate");
}
END_TEST

START_TEST(refuses_what_it_cannot_open)
{
	export(old, old);
	set_password("wrong");
	ck_assert_str_eq(look(), "store-not-readable: wrong-password: its password is another one");
	ck_assert_int_eq(renewal.reason.unreadable, UNREADABLE_WRONG_PASSWORD);
	ck_assert_str_eq(make(), "store-not-readable: wrong-password: its password is another one");
	set_password(NULL);
	ck_assert_str_eq(
	    look(), "store-not-readable: wrong-password: it has a password, and none is known");
	bytes.length--;
	ck_assert_str_eq(
	    look(), "store-not-readable: damaged: it is no PKCS#12 file, or was cut off");
}
END_TEST

START_TEST(refuses_what_is_not_the_old_one)
{
	char expected[128], print[41];

	export(root, root);
	ck_assert_str_eq(look(), "other +key");
	print_of(root, print);
	snprintf(expected, sizeof(expected), "changed: the entry has the certificate %s", print);
	ck_assert_str_eq(make(), expected);
	export(old, old);
	credential.key = NULL;
	ck_assert_str_eq(make(), "pfx-mismatch: the new certificate came without its private key");
}
END_TEST

/* ---- replacing --------------------------------------------------------------------------- */

START_TEST(replaces_an_entry)
{
	const struct made *third = made_leaf("third", NULL);

	export_three(third, old, root);
	renewal.alias = "other";
	ck_assert_str_eq(make(),
	    "[" STRONG
	    "3000: third 'www' #1, new 'other' #2, root 'third'] [plain: key of third " STRONG
	    "3000 'www' #1, key of new " STRONG "3000 'other' #2] mac sha256/3000/8");
	ck_assert_str_eq(read_again(), "'www' CN=third +key; 'other' CN=new +key; 'third' CN=root");
	ck_assert_str_eq(look_again(), "new +key");
	ck_assert_uint_eq(renewal.chain, 0);
}
END_TEST

/* An earlier try was cut off, or the key was exchanged. */
START_TEST(finishes_half_an_entry)
{
	export(new, old);
	ck_assert_str_eq(make(), "[" STRONG "3000: new 'www' #1] [plain: key of new " STRONG
				 "3000 'www' #1] mac sha256/3000/8");
	ck_assert_str_eq(look_again(), "new +key");
}
END_TEST

/* The empty password is two; the one that opened a part closes it. */
START_TEST(keeps_the_empty_password)
{
	for (int i = 0; i < 4; i++) {
		struct made_pkcs12 file = {.password = i % 2 == 0 ? "" : NULL};

		set_password(i / 2 == 0 ? "" : NULL);
		made_cert(&file, old, "www", "1");
		made_key_bag(&file, old, www, TRIPLE_DES, 3000);
		made_safe(&file, TRIPLE_DES, 3000);
		made_file(&file, 3000, &bytes);
		renewal.legacy = true;
		ck_assert_str_eq(look(), "old +key");
		set_file(&bytes);
		ck_assert_int_eq(renewal_pkcs12_make(&renewal, &credential), 0);
		ck_assert_str_eq(shape_of(&renewal.new_file, file.password),
		    "[PBE-SHA1-3DES/3000: new 'www' #1, key of new PBE-SHA1-3DES/3000 'www' #1] "
		    "mac sha256/3000/8");
		ck_assert_str_eq(look_again(), "new +key");
	}
}
END_TEST

static unsigned char *
sha1_id(const struct made *one)
{
	static unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned length;

	X509_digest(one->x509, EVP_sha1(), digest, &length);
	return digest;
}

static PKCS12_SAFEBAG *
last_bag(const struct made_pkcs12 *file)
{
	return sk_PKCS12_SAFEBAG_value(file->bags, sk_PKCS12_SAFEBAG_num(file->bags) - 1);
}

/* A localKeyID that is the digest of the certificate follows it; attributes stay. */
START_TEST(keeps_attributes)
{
	const char *const no_id[] = {"www", NULL};
	struct made_pkcs12 file = {.password = "secret"};

	made_cert(&file, old, "www", NULL);
	PKCS12_add_localkeyid(last_bag(&file), sha1_id(old), 20);
	made_safe(&file, MADE_PBES2, 3000);
	made_key_bag(&file, old, no_id, MADE_PBES2, 3000);
	PKCS12_add_localkeyid(last_bag(&file), sha1_id(old), 20);
	PKCS12_add_CSPName_asc(last_bag(&file), "Some CSP", -1);
	made_safe(&file, MADE_PLAIN, 0);
	made_file(&file, 3000, &bytes);
	ck_assert_str_eq(make(),
	    "[" STRONG "3000: new 'www' #sha1 of new] [plain: key of new " STRONG "3000 "
	    "'www' #sha1 of new +Microsoft CSP Name] mac sha256/3000/8");
	ck_assert_str_eq(look_again(), "new +key");
}
END_TEST

/* Windows keeps the usage of a key in its PKCS#8 attributes. */
START_TEST(keeps_attributes_in_the_key)
{
	PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(old->key);
	struct made_pkcs12 file = {.password = "secret"};

	ck_assert_int_eq(PKCS8_add_keyusage(info, KU_KEY_ENCIPHERMENT), 1);
	made_cert(&file, old, "www", "1");
	sk_PKCS12_SAFEBAG_push(file.bags,
	    PKCS12_SAFEBAG_create_pkcs8_encrypt(MADE_PBES2, "secret", 6, NULL, 0, 3000, info));
	PKCS8_PRIV_KEY_INFO_free(info);
	made_name(last_bag(&file), "www", "1");
	made_safe(&file, MADE_PLAIN, 0);
	made_file(&file, 3000, &bytes);
	ck_assert_str_eq(make(),
	    "[plain: new 'www' #1, key of new (1) " STRONG "3000 'www' #1] mac sha256/3000/8");
}
END_TEST

/* Java's entries of certificates have an attribute that makes them some. */
static void
add_trusted(struct made_pkcs12 *file, const struct made *one, const char *name)
{
	const unsigned char any[] = "\x06\x04\x55\x1d\x25\x00"; /* anyExtendedKeyUsage */
	const unsigned char *at = any;
	ASN1_OBJECT *usage = d2i_ASN1_OBJECT(NULL, &at, 6);
	STACK_OF(X509_ATTRIBUTE) * attributes;

	ck_assert_ptr_nonnull(usage);
	made_cert(file, one, name, NULL);
	attributes = (STACK_OF(X509_ATTRIBUTE) *)PKCS12_SAFEBAG_get0_attrs(last_bag(file));
	ck_assert_ptr_nonnull(X509at_add1_attr_by_txt(
	    &attributes, TRUSTED, V_ASN1_OBJECT, (const unsigned char *)usage, -1));
	ASN1_OBJECT_free(usage);
}

START_TEST(replaces_a_certificate_without_key)
{
	struct made_pkcs12 file = {.password = "secret"};

	add_trusted(&file, old, "www");
	made_cert(&file, root, "root", NULL);
	made_safe(&file, MADE_PBES2, 3000);
	made_file(&file, 3000, &bytes);
	ck_assert_str_eq(look(), "old");
	credential.key = NULL;
	ck_assert_str_eq(make(), "[" STRONG "3000: new 'www' +" TRUSTED ", root 'root'] mac "
				 "sha256/3000/8");
	ck_assert_str_eq(look_again(), "new");
}
END_TEST

/* A key that is not encrypted stays so, and so does a safe; no password is needed. */
START_TEST(keeps_plain_what_was_plain)
{
	struct made_pkcs12 file = {0};

	made_cert(&file, old, "www", "1");
	made_key_bag(&file, old, www, MADE_PLAIN, 0);
	made_safe(&file, MADE_PLAIN, 0);
	made_file(&file, MADE_NO_MAC, &bytes);
	set_password(NULL);
	ck_assert_str_eq(make(), "[plain: new 'www' #1, key of new plain 'www' #1] no mac");
	ck_assert(renewal.key_is_plain);
	set_password("secret");
	export(old, old);
	make();
	ck_assert(!renewal.key_is_plain);
}
END_TEST

START_TEST(replaces_in_nested_safes)
{
	struct made_pkcs12 file = {.password = "secret"};

	made_cert(&file, old, "www", "1");
	made_cert(&file, ca, NULL, NULL);
	made_nest(&file);
	made_nest(&file);
	made_key_bag(&file, old, www, MADE_PBES2, 3000);
	made_nest(&file);
	made_cert(&file, root, "root", NULL);
	made_safe(&file, MADE_PLAIN, 0);
	made_file(&file, 3000, &bytes);
	ck_assert_str_eq(make(), "[plain: {{{new 'www' #1, ca}}, key of new " STRONG "3000 'www' "
				 "#1}, root 'root'] mac sha256/3000/8");
	ck_assert_str_eq(read_again(), "'www' CN=new<CN=ca<CN=root +key; 'root' CN=root");
}
END_TEST

/* A bag with a secret and one with a CRL, with attributes that are not in the order of DER. */
#define SECRET                                                                                     \
	"\x30\x3d\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x0a\x01\x05\xa0\x12\x30\x10\x06\x03\x2a" \
	"\x03\x04\xa0\x09\x04\x07opaque!\x31\x1a\x30\x0c\x06\x03\x2a\x03\x06\x31\x05\x0c\x03two"   \
	"\x30\x0a\x06\x03\x2a\x03\x05\x31\x03\x0c\x01x"

START_TEST(keeps_bytes_of_other_bags)
{
	struct made_pkcs12 file = {.password = "secret"};
	const unsigned char *at = (const unsigned char *)SECRET;
	PKCS12_SAFEBAG *secret = d2i_PKCS12_SAFEBAG(NULL, &at, sizeof(SECRET) - 1);
	char *place;

	ck_assert_ptr_nonnull(secret);
	made_cert(&file, old, "www", "1");
	sk_PKCS12_SAFEBAG_push(file.bags, secret);
	made_key_bag(&file, old, www, MADE_PLAIN, 0);
	made_safe(&file, MADE_PLAIN, 0);
	made_file(&file, MADE_NO_MAC, &bytes);
	/* OpenSSL has written the attributes in order. */
	place = memmem(bytes.bytes, bytes.length, "opaque!", 7);
	ck_assert_ptr_nonnull(place);
	memcpy(place - 28, SECRET, sizeof(SECRET) - 1);
	ck_assert_str_eq(make(), "[plain: new 'www' #1, secretBag +1.2.3.6 +1.2.3.5, key of new "
				 "plain 'www' #1] no mac");
	ck_assert_ptr_nonnull(
	    memmem(renewal.new_file.bytes, renewal.new_file.length, SECRET, sizeof(SECRET) - 1));
}
END_TEST

/* The safe of another entry, which is strong enough and not changed. */
START_TEST(keeps_bytes_of_other_safes)
{
	struct made_pkcs12 file = {.password = "secret"};
	unsigned char *safe = NULL;
	int length;

	made_cert(&file, root, "root", NULL);
	made_safe(&file, MADE_PBES2, 3000);
	length = i2d_PKCS7(sk_PKCS7_value(file.safes, 0), &safe);
	made_cert(&file, old, "www", "1");
	made_key_bag(&file, old, www, MADE_PBES2, 3000);
	made_safe(&file, MADE_PBES2, 3000);
	made_file(&file, 3000, &bytes);
	ck_assert_str_eq(make(),
	    "[" STRONG "3000: root 'root'] [" STRONG "3000: new 'www' #1, key of new " STRONG
	    "3000 'www' #1] mac sha256/3000/8");
	ck_assert_ptr_nonnull(
	    memmem(renewal.new_file.bytes, renewal.new_file.length, safe, (size_t)length));
	OPENSSL_free(safe);
}
END_TEST

/* ---- chains ------------------------------------------------------------------------------ */

/* An entry with these issuers, without names; the second one may be NULL. */
static void
export_chain(const struct made *leaf, const struct made *one, const struct made *two)
{
	struct made_pkcs12 file = {.password = "secret"};

	made_cert(&file, leaf, "www", "1");
	made_cert(&file, one, NULL, NULL);
	if (two != NULL)
		made_cert(&file, two, NULL, NULL);
	made_key_bag(&file, leaf, www, MADE_PLAIN, 0);
	made_safe(&file, MADE_PLAIN, 0);
	made_file(&file, MADE_NO_MAC, &bytes);
}

static const char with_key[] = "key of new plain 'www' #1] no mac";

static const char *
with(const char *certificates)
{
	static char line[256];

	snprintf(line, sizeof(line), "[plain: %s, %s", certificates, with_key);
	return line;
}

START_TEST(keeps_a_chain_that_is_the_same)
{
	export_chain(old, ca, root);
	ck_assert_str_eq(make(), with("new 'www' #1, ca, root"));
	ck_assert_uint_eq(renewal.chain, 2);
	export_chain(old, ca, NULL); /* the root was not there */
	ck_assert_str_eq(make(), with("new 'www' #1, ca"));
	ck_assert_uint_eq(renewal.chain, 1);
	give(new, NULL, NULL); /* the file has the issuer */
	ck_assert_str_eq(make(), with("new 'www' #1, ca"));
}
END_TEST

START_TEST(replaces_a_chain)
{
	const struct made *root2 = made_ca("root2", NULL), *ca2 = made_ca("ca2", root2);
	const struct made *ca3 = made_ca("ca3", ca2), *renewed = made_leaf("new", ca3);

	give(renewed, ca3, ca2);
	export_chain(old, ca, NULL);
	ck_assert_str_eq(make(), with("new 'www' #1, ca3, ca2"));
	ck_assert_str_eq(look_again(), "new +key");
	ck_assert_uint_eq(renewal.chain, 2);
	sk_X509_push(credential.chain, root2->x509);
	ck_assert_str_eq(make(), with("new 'www' #1, ca3, ca2")); /* no root, as before */
	export_chain(old, ca, root);
	ck_assert_str_eq(make(), with("new 'www' #1, ca3, ca2, root2"));
	ck_assert_uint_eq(renewal.chain, 3);
	/* In another order of what came. */
	give(renewed, ca2, ca3);
	ck_assert_str_eq(make(), with("new 'www' #1, ca3, ca2"));
	/* One without a chain gets none. */
	export(old, old);
	ck_assert_str_eq(make(), "[" STRONG "3000: new 'www' #1] [plain: key of new " STRONG
				 "3000 'www' #1] mac sha256/3000/8");
	ck_assert_uint_eq(renewal.chain, 0);
}
END_TEST

/* A CA that was renewed has the same name, and may have another key. */
START_TEST(follows_a_renewed_ca)
{
	const struct made *again = made_ca("ca", root), *renewed = made_leaf("new", again);

	give(renewed, again, NULL);
	export_chain(old, ca, root);
	ck_assert_str_eq(make(), with("new 'www' #1, ca, root"));
	ck_assert_str_eq(read_again(), "'www' CN=new<CN=ca<CN=root +key (not verified)");
	give(renewed, ca, NULL);
	ck_assert_str_eq(make(), "chain-missing: neither the new certificate's file nor the store "
				 "has its issuer, /CN=ca");
}
END_TEST

/* Without identifiers of keys the signature alone decides. */
START_TEST(follows_signatures)
{
	const struct made_options ids = {.is_ca = true, .no_ids = true};
	const struct made *one = made_with("twin", &ids), *two = made_with("twin", &ids);
	const struct made *renewed = made_with(
	    "new", &(struct made_options){.issuer = two, .no_ids = true});

	give(renewed, one, NULL);
	export_chain(old, ca, root);
	ck_assert_str_eq(make(), "chain-missing: neither the new certificate's file nor the store "
				 "has its issuer, /CN=twin");
	give(renewed, one, two);
	ck_assert_str_eq(make(), with("new 'www' #1, twin"));
}
END_TEST

START_TEST(needs_no_chain_of_a_root)
{
	const struct made *self = made_leaf("new", NULL);

	give(self, NULL, NULL);
	export_chain(old, ca, root);
	ck_assert_str_eq(make(), with("new 'www' #1"));
	ck_assert_uint_eq(renewal.chain, 0);
}
END_TEST

/* What others need stays, and what has a name. */
START_TEST(keeps_issuers_of_others)
{
	const struct made *ca2 = made_ca("ca2", NULL), *renewed = made_leaf("new", ca2);
	const struct made *second = made_leaf("second", ca), *ca3;
	struct made_pkcs12 file = {.password = "secret"};

	give(renewed, ca2, NULL);
	made_cert(&file, old, "www", "1");
	made_cert(&file, ca, NULL, NULL);
	made_cert(&file, root, NULL, NULL);
	made_cert(&file, second, "other", "2");
	made_key_bag(&file, old, www, MADE_PLAIN, 0);
	made_key_bag(&file, second, other, MADE_PLAIN, 0);
	made_safe(&file, MADE_PLAIN, 0);
	made_file(&file, MADE_NO_MAC, &bytes);
	ck_assert_str_eq(make(),
	    "[plain: new 'www' #1, ca2, ca, root, second 'other' #2, key of new plain 'www' #1, "
	    "key of second plain 'other' #2] no mac");
	made_cert(&file, old, "www", "1");
	made_cert(&file, ca, "my ca", NULL);
	made_cert(&file, root, NULL, NULL);
	made_key_bag(&file, old, www, MADE_PLAIN, 0);
	made_safe(&file, MADE_PLAIN, 0);
	made_file(&file, MADE_NO_MAC, &bytes);
	ck_assert_str_eq(make(), with("new 'www' #1, ca 'my ca', ca2"));
	/* None goes: they are put after the certificate, in their order. */
	ca3 = made_ca("ca3", ca2);
	give(made_leaf("new", ca3), ca3, ca2);
	made_cert(&file, old, "www", "1");
	made_cert(&file, ca, "my ca", NULL);
	made_cert(&file, root, "my root", NULL);
	made_key_bag(&file, old, www, MADE_PLAIN, 0);
	made_safe(&file, MADE_PLAIN, 0);
	made_file(&file, MADE_NO_MAC, &bytes);
	ck_assert_str_eq(make(), with("new 'www' #1, ca3, ca2, ca 'my ca', root 'my root'"));
}
END_TEST

/* Java calls all but the first one of a chain by their subjects. */
START_TEST(replaces_a_chain_of_java)
{
	const struct made *root2 = made_ca("root2", NULL), *ca2 = made_ca("ca2", root2);
	const struct made *renewed = made_leaf("new", ca2);
	struct made_pkcs12 file = {.password = "secret"};

	give(renewed, ca2, root2);
	made_cert(&file, old, "www", "Time 1");
	made_cert(&file, ca, "CN=ca", NULL);
	made_cert(&file, root, "CN=root", NULL);
	add_trusted(&file, root, "CN=root");
	made_key_bag(&file, old, (const char *const[]){"www", "Time 1"}, MADE_PLAIN, 0);
	made_safe(&file, MADE_PLAIN, 0);
	made_file(&file, MADE_NO_MAC, &bytes);
	ck_assert_str_eq(make(),
	    "[plain: new 'www' #Time 1, ca2 'CN=ca2', root2 'CN=root2', root 'CN=root' +" TRUSTED
	    ", key of new "
	    "plain 'www' #Time 1] no mac");
	give(new, ca, root);
	ck_assert_str_eq(make(),
	    "[plain: new 'www' #Time 1, ca 'CN=ca', root 'CN=root', root 'CN=root' +" TRUSTED
	    ", key of new "
	    "plain 'www' #Time 1] no mac");
}
END_TEST

/* The key is that of the only leaf, and then there are two: they get a localKeyID. */
START_TEST(pairs_a_key_without_a_name)
{
	const char *const nameless[] = {NULL, NULL};
	const struct made *self = made_leaf("new", NULL);
	struct made_pkcs12 file = {.password = "secret"};

	give(self, NULL, NULL);
	made_cert(&file, ca, "my ca", NULL);
	made_cert(&file, old, NULL, NULL);
	made_key_bag(&file, old, nameless, MADE_PLAIN, 0);
	made_safe(&file, MADE_PLAIN, 0);
	made_file(&file, MADE_NO_MAC, &bytes);
	ck_assert_str_eq(look(), "old +key");
	ck_assert_str_eq(
	    make(), "[plain: ca 'my ca', new #sha1 of new, key of new plain #sha1 of new] no mac");
	ck_assert_str_eq(look_again(), "new +key");
}
END_TEST

/* Files that have the certificate again, without a name. */
START_TEST(removes_copies_of_the_old_one)
{
	struct made_pkcs12 file = {.password = "secret"};

	made_cert(&file, old, "www", "1");
	made_cert(&file, old, NULL, NULL);
	made_cert(&file, ca, NULL, NULL);
	made_cert(&file, ca, NULL, NULL);
	made_key_bag(&file, old, www, MADE_PLAIN, 0);
	made_safe(&file, MADE_PLAIN, 0);
	made_file(&file, MADE_NO_MAC, &bytes);
	ck_assert_str_eq(make(), with("new 'www' #1, ca, ca"));
	ck_assert_str_eq(read_again(), "'www' CN=new<CN=ca +key (not verified)");
}
END_TEST

/* ---- encryption -------------------------------------------------------------------------- */

/* A further entry whose key has another password. */
static void
export_weak(int nid, int iterations, const char *others)
{
	const struct made *second = made_leaf("second", NULL);
	struct made_pkcs12 file = {.password = "secret"};

	made_cert(&file, old, "www", "1");
	made_safe(&file, nid, iterations);
	made_key_bag(&file, old, www, nid, iterations);
	file.password = others;
	made_key_bag(&file, second, other, nid, iterations);
	file.password = "secret";
	made_safe(&file, MADE_PLAIN, 0);
	made_cert(&file, second, "other", "2");
	made_safe(&file, nid, iterations);
	made_file(&file, iterations, &bytes);
}

START_TEST(strengthens_what_is_weak)
{
	export_weak(MADE_PBES2, 100, "secret");
	ck_assert_str_eq(make(), "[" STRONG "2048: new 'www' #1] [plain: key of new " STRONG
				 "2048 'www' #1, key of second " STRONG "2048 'other' #2] [" STRONG
				 "2048: second 'other' #2] mac sha256/2048/8");
	ck_assert_str_eq(read_again(), "'www' CN=new +key; 'other' CN=second +key");
	renewal.legacy = true;
	ck_assert_str_eq(make(), "[" STRONG "100: new 'www' #1] [plain: key of new " STRONG
				 "100 'www' #1, key of second " STRONG "100 'other' #2] [" STRONG
				 "100: second 'other' #2] mac sha256/100/8");
}
END_TEST

START_TEST(strengthens_old_algorithms)
{
	export_weak(TRIPLE_DES, 5000, "secret");
	ck_assert_str_eq(make(), "[" STRONG "5000: new 'www' #1] [plain: key of new " STRONG
				 "5000 'www' #1, key of second " STRONG "5000 'other' #2] [" STRONG
				 "5000: second 'other' #2] mac sha256/5000/8");
	renewal.legacy = true;
	ck_assert_str_eq(make(),
	    "[PBE-SHA1-3DES/5000: new 'www' #1] [plain: key of new PBE-SHA1-3DES/5000 'www' #1, "
	    "key of second PBE-SHA1-3DES/5000 'other' #2] [PBE-SHA1-3DES/5000: second 'other' #2] "
	    "mac sha256/5000/8");
	renewal.legacy = false;
	if (!has_legacy)
		return;
	export_weak(RC2, 100, "secret");
	ck_assert_str_eq(make(), "[" STRONG "2048: new 'www' #1] [plain: key of new " STRONG
				 "2048 'www' #1, key of second " STRONG "2048 'other' #2] [" STRONG
				 "2048: second 'other' #2] mac sha256/2048/8");
	renewal.legacy = true;
	ck_assert_str_eq(make(),
	    "[PBE-SHA1-RC2-40/100: new 'www' #1] [plain: key of new PBE-SHA1-RC2-40/100 'www' #1, "
	    "key of second PBE-SHA1-RC2-40/100 'other' #2] [PBE-SHA1-RC2-40/100: second 'other' "
	    "#2] mac sha256/100/8");
}
END_TEST

/* The key of another entry stays as it is where the store's password does not open it. */
START_TEST(leaves_a_key_of_another_password)
{
	const char *shape;

	export_weak(TRIPLE_DES, 3000, "its own");
	shape = make();
	ck_assert_str_eq(shape, "[" STRONG "3000: new 'www' #1] [plain: key of new " STRONG
				"3000 'www' #1, key of ? PBE-SHA1-3DES/3000 'other' #2] [" STRONG
				"3000: second 'other' #2] mac sha256/3000/8");
	/* That of the entry itself: who uses it has that password, and no other. */
	renewal.alias = "other";
	print_of(&made.items[made.count - 1], old_print);
	ck_assert_str_eq(look(), "old +key");
	ck_assert_str_eq(
	    make(), "password-missing: the store's password opens the file and not the key in it");
}
END_TEST

/* The certificates are plain and there is no MAC, so the file opens without a password. */
START_TEST(needs_the_password_of_the_key)
{
	struct made_pkcs12 file = {.password = "secret"};

	made_cert(&file, old, "www", "1");
	made_key_bag(&file, old, www, MADE_PBES2, 3000);
	made_safe(&file, MADE_PLAIN, 0);
	made_file(&file, MADE_NO_MAC, &bytes);
	set_password(NULL);
	ck_assert_str_eq(look(), "old +key");
	ck_assert_str_eq(make(), "password-missing: no password of the store is known");
	set_password("secret");
	ck_assert_str_eq(
	    make(), "[plain: new 'www' #1, key of new " STRONG "3000 'www' #1] no mac");
}
END_TEST

static const struct {
	int cipher, prf, iterations, digest;
	const char *kept, *strong;
} ciphers[] = {
    {NID_aes_128_cbc, NID_hmacWithSHA512, 2048, NID_sha512,
	"aes-128-cbc/hmacWithSHA512/2048: new 'www'] mac sha512/2048/16",
	"aes-128-cbc/hmacWithSHA512/2048: new 'www'] mac sha512/2048/16"},
    {NID_aes_192_cbc, NID_hmacWithSHA1, 9000, NID_sha1,
	"aes-192-cbc/default/9000: new 'www'] mac sha1/9000/16",
	"aes-192-cbc/hmacWithSHA256/9000: new 'www'] mac sha256/9000/16"},
    {NID_des_ede3_cbc, NID_hmacWithSHA256, 2047, NID_sha384,
	"des-ede3-cbc/hmacWithSHA256/2047: new 'www'] mac sha384/2047/16",
	"aes-256-cbc/hmacWithSHA256/2048: new 'www'] mac sha384/2048/16"},
};

START_TEST(keeps_the_encryption)
{
	STACK_OF(PKCS12_SAFEBAG) *bags = NULL;
	STACK_OF(PKCS7) *safes = sk_PKCS7_new_null();
	PKCS7 *safe;
	PKCS12 *file;
	BIO *bio = BIO_new(BIO_s_mem());

	PKCS12_add_friendlyname_utf8(PKCS12_add_cert(&bags, old->x509), "www", -1);
	safe = PKCS12_pack_p7encdata(
	    NID_aes_256_cbc, "secret", 6, NULL, 0, ciphers[_i].iterations, bags);
	X509_ALGOR_free(safe->d.encrypted->enc_data->algorithm);
	safe->d.encrypted->enc_data->algorithm = PKCS5_pbe2_set_iv(
	    EVP_get_cipherbynid(ciphers[_i].cipher), ciphers[_i].iterations, NULL, 0, NULL,
	    ciphers[_i].prf);
	ASN1_OCTET_STRING_free(safe->d.encrypted->enc_data->enc_data);
	safe->d.encrypted->enc_data->enc_data = PKCS12_item_i2d_encrypt(
	    safe->d.encrypted->enc_data->algorithm, ASN1_ITEM_rptr(PKCS12_SAFEBAGS), "secret", 6,
	    bags, 1);
	sk_PKCS7_push(safes, safe);
	file = PKCS12_add_safes(safes, NID_pkcs7_data);
	PKCS12_set_mac(file, "secret", 6, NULL, 16, ciphers[_i].iterations,
	    EVP_get_digestbynid(ciphers[_i].digest));
	i2d_PKCS12_bio(bio, file);
	made_add_bio(&bytes, bio);
	PKCS12_free(file);
	sk_PKCS7_pop_free(safes, PKCS7_free);
	sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free);
	ck_assert_str_eq(make() + 1, ciphers[_i].strong);
	renewal.legacy = true;
	ck_assert_str_eq(make() + 1, ciphers[_i].kept);
}
END_TEST

static int64_t ticks_now;

static int64_t
ticks(void)
{
	return ticks_now++;
}

/* No derivation is begun after the end: of reading, nor of writing. */
START_TEST(heeds_a_deadline)
{
	bool done = false;

	export(old, old);
	renewal.ticks = ticks;
	for (renewal.deadline = 0; !done; renewal.deadline++) {
		const char *shape;

		ticks_now = 1;
		shape = make();
		done = shape[0] == '[';
		if (!done)
			ck_assert_str_eq(shape,
			    "store-not-readable: too-many-iterations: its key derivations take "
			    "longer than a store is given");
		ck_assert_int_lt(renewal.deadline, 10);
	}
	/* MAC, safe and key, each read and written: the last one begins at 6. */
	ck_assert_int_eq(renewal.deadline, 7);
}
END_TEST

/* ---- making ------------------------------------------------------------------------------ */

START_TEST(makes_a_file)
{
	renewal.create = true;
	ck_assert_str_eq(make(),
	    "[" STRONG "10000: new 'www' #sha1 of new] [plain: key of new " STRONG
	    "10000 'www' #sha1 of new] mac sha256/10000/20");
	ck_assert_str_eq(look_again(), "new +key");
	ck_assert(renewal.holds_key);
	renewal.includes_chain = true;
	ck_assert_str_eq(make(),
	    "[" STRONG "10000: new 'www' #sha1 of new, ca] [plain: key of new " STRONG
	    "10000 'www' #sha1 of new] mac sha256/10000/20");
	ck_assert_uint_eq(renewal.chain, 1);
	ck_assert_str_eq(read_again(), "'www' CN=new<CN=ca +key");
	renewal.alias = old_print; /* scan calls an entry so that has no name */
	renewal.includes_chain = false;
	ck_assert_str_eq(make(), "[" STRONG "10000: new #sha1 of new] [plain: key of new " STRONG
				 "10000 #sha1 of new] mac sha256/10000/20");
	set_password("");
	ck_assert_str_eq(make(), "[" STRONG "10000: new #sha1 of new] [plain: key of new " STRONG
				 "10000 #sha1 of new] mac sha256/10000/20");
	renewal.includes_chain = true;
	give(new, NULL, NULL);
	ck_assert_str_eq(make(), "chain-missing: neither the new certificate's file nor the store "
				 "has its issuer, /CN=ca");
}
END_TEST

START_TEST(makes_none_without_a_password_or_a_key)
{
	renewal.create = true;
	set_password(NULL);
	ck_assert_str_eq(make(), "password-missing: a PKCS#12 file is encrypted with the store's "
				 "password, and none is known");
	set_password("secret");
	credential.key = NULL;
	ck_assert_str_eq(make(), "pfx-mismatch: the new certificate came without its private key");
	renewal.create = false;
	ck_assert_str_eq(make(), "entry-gone: the file has no entry to be replaced");
}
END_TEST

/* An entry that is gone is added after the others; an issuer that is there is not doubled. */
START_TEST(adds_an_entry)
{
	const struct made *second = made_leaf("second", NULL);
	struct made_pkcs12 file = {.password = "secret"};

	made_cert(&file, second, "other", "2");
	made_cert(&file, ca, "ca", NULL);
	made_safe(&file, MADE_PBES2, 3000);
	made_key_bag(&file, second, other, MADE_PBES2, 3000);
	made_safe(&file, MADE_PLAIN, 0);
	made_file(&file, 3000, &bytes);
	renewal.create = renewal.includes_chain = true;
	ck_assert_str_eq(look(), "nothing +key");
	ck_assert_str_eq(make(),
	    "[" STRONG "3000: second 'other' #2, ca 'ca'] [plain: key of second " STRONG
	    "3000 'other' #2] [" STRONG "10000: new 'www' #sha1 of new] [plain: key of new " STRONG
	    "10000 'www' #sha1 of new] mac sha256/3000/8");
	ck_assert_str_eq(
	    read_again(), "'other' CN=second +key; 'www' CN=new<CN=ca +key; 'ca' CN=ca");
	ck_assert_str_eq(look_again(), "new +key");
}
END_TEST

START_TEST(adds_to_a_file_without_entries)
{
	struct made_pkcs12 file = {.password = "secret"};

	file.bags = sk_PKCS12_SAFEBAG_new_null();
	made_safe(&file, MADE_PBES2, 100);
	made_file(&file, 100, &bytes);
	ck_assert_str_eq(look(), "nothing +key");
	renewal.create = true;
	ck_assert_str_eq(make(),
	    "[" STRONG "2048] [" STRONG "10000: new 'www' #sha1 of new] [plain: key of new " STRONG
	    "10000 'www' #sha1 of new] mac sha256/2048/8");
}
END_TEST

/* ---- damage ------------------------------------------------------------------------------ */

/* Bytes at random: whatever comes of it, it is no crash, and what is made can be read. Names that
 * were flipped may part a key from its certificate: who writes it looks at that (deploy_item.c). */
START_TEST(survives_flipped_bytes)
{
	struct made_pkcs12 file = {.password = NULL};
	struct buffer whole = {0};
	unsigned seed = (unsigned)_i + 1, count = 0;
	bool holds_key;

	set_password(NULL);
	made_cert(&file, old, "www", "1");
	made_cert(&file, ca, NULL, NULL);
	made_nest(&file);
	made_key_bag(&file, old, www, MADE_PLAIN, 0);
	made_key_bag(&file, ca, other, MADE_PBES2, 10);
	made_cert(&file, root, "CN=root", NULL);
	made_safe(&file, MADE_PLAIN, 0);
	made_file(&file, MADE_NO_MAC, &whole);
	for (int round = 0; round < 2000; round++) {
		buffer_clear(&bytes);
		buffer_add(&bytes, whole.bytes, whole.length);
		for (int flips = 0; flips <= round % 4; flips++) {
			seed = seed * 1103515245 + 12345;
			bytes.bytes[(seed >> 8) % bytes.length] ^= (char)(1 << (seed & 7));
		}
		set_file(&bytes);
		if (renewal_pkcs12_make(&renewal, &credential) == 0) {
			holds_key = renewal.holds_key;
			if (strcmp(look_again(), holds_key ? "new +key" : "new") == 0)
				count++;
			else
				ck_assert_str_eq(look_again(), "new");
		}
	}
	ck_assert_uint_gt(count, 100);
	buffer_release(&whole);
}
END_TEST

/* A length that is not told is for SafeContents what others may write (X.690, 8.1.3.6). */
START_TEST(reads_lengths_that_are_not_told)
{
	struct made_pkcs12 file = {.password = "secret"};
	struct buffer contents = {0};
	PKCS7 *safe;
	ASN1_OCTET_STRING *data;

	made_cert(&file, old, "www", NULL);
	made_safe(&file, MADE_PLAIN, 0);
	safe = sk_PKCS7_value(file.safes, 0);
	data = safe->d.data;
	ck_assert_int_eq(data->data[1], 0x82);
	buffer_add(&contents, "\x30\x80", 2);
	buffer_add(&contents, (const char *)data->data + 4, (size_t)data->length - 4);
	buffer_add(&contents, "\0\0", 2);
	ASN1_STRING_set(data, contents.bytes, (int)contents.length);
	made_file(&file, 3000, &bytes);
	ck_assert_str_eq(make(), "[plain: new 'www'] mac sha256/3000/8");
	buffer_release(&contents);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("renewal_pkcs12");
	TCase *tests = tcase_create("renewal_pkcs12");
	struct error err = {0};

	if (pkcs12_begin(&err) == -1)
		return EXIT_FAILURE;
	has_legacy = OSSL_PROVIDER_available(NULL, "legacy") == 1;
	tcase_set_timeout(tests, 120);
	tcase_add_checked_fixture(tests, enter, leave);
	tcase_add_test(tests, sees_what_is_there);
	tcase_add_test(tests, sees_half_of_what_it_cannot_open);
	tcase_add_test(tests, chooses_the_entry);
	tcase_add_test(tests, knows_the_names_of_scan);
	tcase_add_test(tests, refuses_several);
	tcase_add_test(tests, refuses_a_shared_certificate);
	tcase_add_test(tests, refuses_what_it_cannot_open);
	tcase_add_test(tests, refuses_what_is_not_the_old_one);
	tcase_add_test(tests, replaces_an_entry);
	tcase_add_test(tests, finishes_half_an_entry);
	tcase_add_test(tests, keeps_the_empty_password);
	tcase_add_test(tests, keeps_attributes);
	tcase_add_test(tests, keeps_attributes_in_the_key);
	tcase_add_test(tests, replaces_a_certificate_without_key);
	tcase_add_test(tests, keeps_plain_what_was_plain);
	tcase_add_test(tests, replaces_in_nested_safes);
	tcase_add_test(tests, keeps_bytes_of_other_bags);
	tcase_add_test(tests, keeps_bytes_of_other_safes);
	tcase_add_test(tests, keeps_a_chain_that_is_the_same);
	tcase_add_test(tests, replaces_a_chain);
	tcase_add_test(tests, follows_a_renewed_ca);
	tcase_add_test(tests, follows_signatures);
	tcase_add_test(tests, needs_no_chain_of_a_root);
	tcase_add_test(tests, keeps_issuers_of_others);
	tcase_add_test(tests, replaces_a_chain_of_java);
	tcase_add_test(tests, pairs_a_key_without_a_name);
	tcase_add_test(tests, removes_copies_of_the_old_one);
	tcase_add_test(tests, strengthens_what_is_weak);
	tcase_add_test(tests, strengthens_old_algorithms);
	tcase_add_test(tests, leaves_a_key_of_another_password);
	tcase_add_test(tests, needs_the_password_of_the_key);
	tcase_add_loop_test(
	    tests, keeps_the_encryption, 0, (int)(sizeof(ciphers) / sizeof(ciphers[0])));
	tcase_add_test(tests, heeds_a_deadline);
	tcase_add_test(tests, makes_a_file);
	tcase_add_test(tests, makes_none_without_a_password_or_a_key);
	tcase_add_test(tests, adds_an_entry);
	tcase_add_test(tests, adds_to_a_file_without_entries);
	tcase_add_loop_test(tests, survives_flipped_bytes, 0, 2);
	tcase_add_test(tests, reads_lengths_that_are_not_told);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
