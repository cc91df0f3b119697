#include "certificates/credential_private.h"
#include "certificates/pkcs12.h"

#include "certificates/made_pkcs12.h"
#include "certificates/named.h"

#include <ctype.h>
#include <limits.h>

#include <openssl/err.h>
#include <openssl/provider.h>

/* New certificates with their keys, in the folder "keys". */

#define RC2 NID_pbe_WithSHA1And40BitRC2_CBC
#define TRIPLE_DES NID_pbe_WithSHA1And3_Key_TripleDES_CBC

static char folder_path[64], print[NAMED_PRINT], lower[NAMED_PRINT];
static const struct made *root, *ca, *new, *other;
static struct buffer bytes;
static struct passphrase passphrase;
static bool has_legacy;

static void
enter(void)
{
	scratch_enter(folder_path);
	ck_assert_int_eq(mkdir("keys", 0700), 0);
	root = made_ca("root", NULL);
	ca = made_ca("ca", root);
	new = made_leaf("new", ca);
	other = made_leaf("other", ca);
	named_print(new, print);
	for (size_t i = 0; i < NAMED_PRINT; i++)
		lower[i] = (char)tolower((unsigned char)print[i]);
	passphrase = (struct passphrase){0};
}

static void
leave(void)
{
	scratch_leave(folder_path);
	made_release();
	buffer_release(&bytes);
}

/* ---- files ------------------------------------------------------------------------------- */

static const char *
path_of(const char *base, const char *ending)
{
	static char path[128];

	snprintf(path, sizeof(path), "keys/%s.%s", base, ending);
	return path;
}

static void
put_bytes(const char *base, const char *ending, unsigned mode)
{
	const char *path = path_of(base, ending);
	FILE *stream = fopen(path, "w");

	ck_assert_ptr_nonnull(stream);
	if (bytes.length > 0)
		ck_assert_uint_eq(fwrite(bytes.bytes, bytes.length, 1, stream), 1);
	ck_assert_int_eq(fclose(stream), 0);
	ck_assert_int_eq(chmod(path, mode), 0);
}

static void
put_passphrase(const char *base, const char *text, unsigned mode)
{
	scratch_write(path_of(base, "pass"), text);
	ck_assert_int_eq(chmod(path_of(base, "pass"), mode), 0);
}

/* A PEM file with key and certificate of that name. */
static void
put_pem_of(const char *base, const char *ending, const struct made *one)
{
	buffer_clear(&bytes);
	add_pem_key(&bytes, one, NULL, false);
	add_pem(&bytes, one);
	put_bytes(base, ending, 0600);
}

static void
put_pfx_of(const char *base, const char *ending, const char *password, const struct made *one)
{
	made_export(&bytes, password, one, ca);
	put_bytes(base, ending, 0600);
}

static void
share(const char *text)
{
	passphrase = (struct passphrase){(char *)text, strlen(text)};
}

/* ---- what came of it --------------------------------------------------------------------- */

static void
add_name(struct buffer *line, X509 *x509)
{
	char name[64];

	X509_NAME_get_text_by_NID(X509_get_subject_name(x509), NID_commonName, name, sizeof(name));
	buffer_add_string(line, name);
}

/* "new<ca<root +key of new": the leaf, its chain and whose key it has. */
static void
add_credential(struct buffer *line, const struct credential *credential)
{
	add_name(line, credential->leaf);
	for (int i = 0; i < sk_X509_num(credential->chain); i++) {
		buffer_add_string(line, "<");
		add_name(line, sk_X509_value(credential->chain, i));
	}
	ck_assert(credential_has_key(credential) == (credential->key != NULL));
	for (size_t i = 0; credential->key != NULL && i < made.count; i++)
		if (EVP_PKEY_eq(made.items[i].key, credential->key) == 1) {
			buffer_add_string(line, " +key of ");
			add_name(line, made.items[i].x509);
			return;
		}
	if (credential->key != NULL)
		buffer_add_string(line, " +key");
}

/* Thumbprints are NEW and new, OTHER. */
static const char *
opened_as(const char *thumbprint, int64_t id)
{
	static struct buffer line;
	struct credential_folder folder;
	struct install_reason reason;
	struct error err = {0};
	struct credential *credential;
	char another[NAMED_PRINT];

	memset(&reason, 'x', sizeof(reason)); /* nothing of it may be relied on */
	ck_assert_int_eq(credential_folder_open(&folder, "keys", &err), 0);
	folder.passphrase = passphrase.text == NULL ? NULL : &passphrase;
	credential = credential_open(&folder, thumbprint, id, &reason);
	credential_folder_close(&folder);
	ck_assert_int_eq(folder.fd, -1);
	buffer_clear(&line);
	if (credential != NULL)
		add_credential(&line, credential);
	else if (reason.why == INSTALL_GOOD)
		buffer_addf(&line, "error %d: %s", (int)reason.err.code, reason.err.text);
	else
		buffer_addf(&line, "%s: %s", install_word(reason.why), reason.text);
	credential_free(credential);
	ck_assert_uint_eq(ERR_peek_error(), 0);
	named_print(other, another);
	named_replace(&line, print, 40, "NEW");
	named_replace(&line, lower, 40, "new");
	named_replace(&line, another, 40, "OTHER");
	ck_assert(!line.failed);
	return line.bytes;
}

static const char *
opened(void)
{
	return opened_as(print, 7);
}

static int
count_descriptors(void)
{
	const char *names = scratch_names("/proc/self/fd");
	int count = 1;

	for (; *names != '\0'; names++)
		count += *names == ' ';
	return count;
}

/* ---- names ------------------------------------------------------------------------------- */

START_TEST(finds_every_name)
{
	static const char *const endings[] = {"pfx", "p12", "pem"};
	const char *const bases[] = {print, lower, "7"};
	const char *base = bases[_i / 3], *ending = endings[_i % 3];

	if (_i % 3 == 2)
		put_pem_of(base, ending, new);
	else
		put_pfx_of(base, ending, "", new);
	ck_assert_str_eq(opened(), _i % 3 == 2 ? "new +key of new" : "new<ca +key of new");
	ck_assert_str_eq(
	    opened_as(lower, 7), _i % 3 == 2 ? "new +key of new" : "new<ca +key of new");
}
END_TEST

/* Of two files the first one is taken, whatever is in it: the second one is the right one. */
START_TEST(prefers_one)
{
	const struct {
		const char *base, *ending;
	} names[] = {{print, "pfx"}, {print, "p12"}, {print, "pem"}, {lower, "pfx"}, {lower, "p12"},
	    {lower, "pem"}, {"7", "pfx"}, {"7", "p12"}, {"7", "pem"}};
	char expected[256];

	put_pem_of(names[_i].base, names[_i].ending, other);
	put_pem_of(names[_i + 1].base, names[_i + 1].ending, new);
	snprintf(expected, sizeof(expected),
	    "pfx-mismatch: %s.%s: its certificate has the thumbprint OTHER: expected NEW",
	    names[_i].base == print   ? "NEW"
	    : names[_i].base == lower ? "new"
				      : "7",
	    names[_i].ending);
	ck_assert_str_eq(opened(), expected);
	ck_assert_int_eq(unlink(path_of(names[_i].base, names[_i].ending)), 0);
	ck_assert_str_eq(opened(), "new +key of new");
}
END_TEST

START_TEST(is_missing)
{
	ck_assert_str_eq(
	    opened(), "pfx-missing: keys: no NEW.pfx, .p12 or .pem, and no 7.pfx, .p12 or .pem");
	ck_assert_str_eq(opened_as(print, 0), "pfx-missing: keys: no NEW.pfx, .p12 or .pem");
	put_pem_of("0", "pem", new);
	ck_assert_str_eq(opened_as(print, 0), "pfx-missing: keys: no NEW.pfx, .p12 or .pem");
	put_pem_of("9223372036854775807", "pem", new);
	ck_assert_str_eq(opened_as(print, INT64_MAX), "new +key of new");
	put_passphrase(print, "secret\n", 0600); /* is none itself */
	ck_assert_str_eq(opened_as(print, 0), "pfx-missing: keys: no NEW.pfx, .p12 or .pem");
	ck_assert_int_eq(symlink("nothing", path_of(print, "pfx")), 0);
	ck_assert_str_eq(opened_as(print, 0), "pfx-missing: keys: no NEW.pfx, .p12 or .pem");
}
END_TEST

START_TEST(follows_links)
{
	put_pem_of("elsewhere", "pem", new);
	ck_assert_int_eq(symlink("elsewhere.pem", path_of(print, "pfx")), 0);
	ck_assert_str_eq(opened(), "new +key of new");
	ck_assert_int_eq(chmod("keys/elsewhere.pem", 0640), 0);
	ck_assert_str_eq(opened(), "pfx-unsafe: NEW.pfx: others can read or write it: expected no "
				   "permission for group and others");
}
END_TEST

/* ---- who may read it --------------------------------------------------------------------- */

#define OPEN_TO_OTHERS "others can read or write it: expected no permission for group and others"

static const struct {
	unsigned mode;
	bool good;
} modes[] = {{0640, false}, {0604, false}, {0620, false}, {0602, false}, {0610, false},
    {0601, false}, {0666, false}, {0600, true}, {0400, true}, {0700, true}};

START_TEST(refuses_modes)
{
	put_pem_of(print, "pem", new);
	ck_assert_int_eq(chmod(path_of(print, "pem"), modes[_i].mode), 0);
	ck_assert_str_eq(
	    opened(), modes[_i].good ? "new +key of new" : "pfx-unsafe: NEW.pem: " OPEN_TO_OTHERS);
}
END_TEST

START_TEST(refuses_modes_of_passphrases)
{
	put_pfx_of(print, "pfx", "secret", new);
	put_passphrase(print, "secret\n", modes[_i].mode);
	ck_assert_str_eq(opened(),
	    modes[_i].good ? "new<ca +key of new" : "pfx-unsafe: NEW.pass: " OPEN_TO_OTHERS);
}
END_TEST

static const char *
folder_as(const char *path)
{
	static char text[sizeof(struct error) + 2];
	struct credential_folder folder;
	struct error err = {0};

	if (credential_folder_open(&folder, path, &err) == 0) {
		ck_assert_str_eq(folder.path, path);
		ck_assert_ptr_null(folder.passphrase);
		credential_folder_close(&folder);
		return "good";
	}
	ck_assert_int_eq(folder.fd, -1);
	ck_assert_ptr_null(folder.path);
	ck_assert_int_eq(err.code, ERROR_USAGE);
	snprintf(text, sizeof(text), "%s: %s", err.file, err.text);
	return text;
}

START_TEST(refuses_modes_of_the_folder)
{
	static const struct {
		unsigned mode;
		bool good;
	} folders[] = {{0750, false}, {0705, false}, {0710, false}, {0701, false}, {0720, false},
	    {01777, false}, {0700, true}, {0500, true}};

	ck_assert_int_eq(chmod("keys", folders[_i].mode), 0);
	ck_assert_str_eq(folder_as("keys"), folders[_i].good ? "good" : "keys: " OPEN_TO_OTHERS);
	ck_assert_int_eq(chmod("keys", 0700), 0);
}
END_TEST

START_TEST(refuses_folders)
{
	int before = count_descriptors();

	ck_assert_str_eq(
	    folder_as("none"), "none: the folder cannot be opened: No such file or directory");
	scratch_write("file", "");
	ck_assert_str_eq(folder_as("file"), "file: the folder cannot be opened: Not a directory");
	ck_assert_int_eq(symlink("keys", "link"), 0);
	ck_assert_str_eq(folder_as("link"), "good");
	ck_assert_int_eq(chmod("keys", 0755), 0);
	ck_assert_str_eq(folder_as("link"), "link: " OPEN_TO_OTHERS);
	ck_assert_int_eq(count_descriptors(), before);
}
END_TEST

/* What others own they can change later. */
START_TEST(refuses_owners)
{
	if (getuid() != 0)
		return;
	put_pem_of(print, "pem", new);
	ck_assert_int_eq(chown(path_of(print, "pem"), 65534, 0), 0);
	ck_assert_str_eq(opened(),
	    "pfx-unsafe: NEW.pem: it belongs to another user: expected one of "
	    "yours or of root");
	ck_assert_int_eq(chown("keys", 65534, 0), 0);
	ck_assert_str_eq(folder_as("keys"),
	    "keys: it belongs to another user: expected one of yours or of root");
	/* For its owner the folder and the file are good, and a file of root would be. */
	ck_assert_int_eq(chmod(folder_path, 0755), 0);
	be_nobody();
	ck_assert_str_eq(opened(), "new +key of new");
	be_oneself();
	ck_assert_int_eq(chown(path_of(print, "pem"), 0, 0), 0);
	be_nobody();
	ck_assert_str_eq(opened(), "pfx-not-readable: NEW.pem: Permission denied");
	be_oneself();
}
END_TEST

START_TEST(refuses_what_is_no_file)
{
	int before = count_descriptors();

	ck_assert_int_eq(mkfifo(path_of(print, "pfx"), 0600), 0);
	ck_assert_str_eq(opened(), "pfx-unsafe: NEW.pfx: it is no regular file");
	ck_assert_int_eq(unlink(path_of(print, "pfx")), 0);
	ck_assert_int_eq(mkdir(path_of(print, "pfx"), 0700), 0);
	ck_assert_str_eq(opened(), "pfx-unsafe: NEW.pfx: it is no regular file");
	ck_assert_int_eq(rmdir(path_of(print, "pfx")), 0);
	put_pfx_of(print, "pfx", "secret", new);
	ck_assert_int_eq(mkfifo(path_of(print, "pass"), 0600), 0);
	ck_assert_str_eq(opened(), "pfx-unsafe: NEW.pass: it is no regular file");
	ck_assert_int_eq(count_descriptors(), before);
}
END_TEST

/* ---- passphrases ------------------------------------------------------------------------- */

START_TEST(takes_the_passphrase_beside)
{
	put_pfx_of(print, "pfx", "secret", new);
	put_passphrase(print, "secret\r\nno more\n", 0600);
	share("another");
	ck_assert_str_eq(opened(), "new<ca +key of new");
	put_passphrase(print, "another\n", 0600);
	share("secret");
	ck_assert_str_eq(
	    opened(), "pfx-not-readable: NEW.pfx: wrong-password: its password is another one");
}
END_TEST

START_TEST(takes_the_passphrase_of_an_id)
{
	put_pfx_of("7", "p12", "secret", new);
	put_passphrase(print, "another\n", 0600);
	put_passphrase("7", "secret", 0600);
	ck_assert_str_eq(opened(), "new<ca +key of new");
}
END_TEST

START_TEST(takes_the_passphrase_of_the_folder)
{
	put_pfx_of(lower, "pfx", "secret", new);
	ck_assert_str_eq(opened(),
	    "pfx-not-readable: new.pfx: wrong-password: it has a password, and "
	    "none is known");
	share("secret");
	ck_assert_str_eq(opened(), "new<ca +key of new");
	share("Secret");
	ck_assert_str_eq(
	    opened(), "pfx-not-readable: new.pfx: wrong-password: its password is another one");
	share("");
	ck_assert_str_eq(
	    opened(), "pfx-not-readable: new.pfx: wrong-password: its password is another one");
}
END_TEST

/* With one in its other case, as Windows writes it. */
START_TEST(takes_the_passphrase_in_either_case)
{
	put_pfx_of(_i == 0 ? lower : print, "pfx", "secret", new);
	put_passphrase(_i == 0 ? print : lower, "secret\n", 0600);
	ck_assert_str_eq(opened(), "new<ca +key of new");
}
END_TEST

START_TEST(refuses_a_passphrase_that_is_none)
{
	char line[1100];

	put_pfx_of(print, "pfx", "secret", new);
	memset(line, 'x', sizeof(line));
	line[sizeof(line) - 1] = '\0';
	put_passphrase(print, line, 0600);
	ck_assert_str_eq(opened(), "pfx-not-readable: NEW.pass: the passphrase is too long: "
				   "expected 1024 bytes at the most");
}
END_TEST

/* ---- what is in it ----------------------------------------------------------------------- */

START_TEST(refuses_another_certificate)
{
	put_pfx_of(print, "pfx", "", other);
	ck_assert_str_eq(opened(),
	    "pfx-mismatch: NEW.pfx: its certificate has the thumbprint OTHER: expected NEW");
	ck_assert_int_eq(unlink(path_of(print, "pfx")), 0);
	put_pem_of(print, "pem", other);
	ck_assert_str_eq(opened(),
	    "pfx-mismatch: NEW.pem: its certificate has the thumbprint OTHER: expected NEW");
	buffer_clear(&bytes);
	add_pem_key(&bytes, new, NULL, false);
	put_bytes(print, "pem", 0600);
	ck_assert_str_eq(opened(), "pfx-mismatch: NEW.pem: it has no certificate: expected NEW");
}
END_TEST

/* None is a leaf: the first one is named all the same. */
START_TEST(refuses_other_certificates_in_a_circle)
{
	const struct made_options first = {.issuer = ca, .key = other, .is_ca = true};
	const struct made *twin = made_with("other", &first);
	const struct made_options second = {.issuer = twin, .key = ca, .is_ca = true};

	add_pem(&bytes, twin);
	add_pem(&bytes, made_with("ca", &second));
	other = twin;
	put_bytes(print, "pem", 0600);
	ck_assert_str_eq(opened(),
	    "pfx-mismatch: NEW.pem: its certificate has the thumbprint OTHER: expected NEW");
}
END_TEST

static void
put_pfx_with_key(const struct made *keyed, int nid)
{
	const char *const names[] = {"www", "1"};
	struct made_pkcs12 file = {.password = "secret"};

	made_cert(&file, ca, NULL, NULL);
	made_cert(&file, new, "www", "1");
	made_cert(&file, root, NULL, NULL);
	made_safe(&file, nid, 10);
	if (keyed != NULL)
		made_key_bag(&file, keyed, names, nid, 10);
	else
		made_cert(&file, other, "other", NULL);
	made_safe(&file, MADE_PLAIN, 0);
	made_file(&file, 10, &bytes);
	put_bytes(print, "pfx", 0600);
	share("secret");
}

START_TEST(refuses_another_key)
{
	put_pfx_with_key(other, MADE_PBES2);
	ck_assert_str_eq(opened(), "pfx-mismatch: NEW.pfx: its key is not that of the certificate");
	put_pfx_with_key(new, MADE_PBES2);
	ck_assert_str_eq(opened(), "new<ca<root +key of new");
	buffer_clear(&bytes);
	add_pem_key(&bytes, other, NULL, false);
	add_pem(&bytes, new);
	put_bytes("7", "pem", 0600);
	ck_assert_int_eq(unlink(path_of(print, "pfx")), 0);
	ck_assert_str_eq(opened(), "pfx-mismatch: 7.pem: its key is not that of the certificate");
}
END_TEST

START_TEST(needs_no_key_in_pem_alone)
{
	put_pfx_with_key(NULL, MADE_PBES2);
	ck_assert_str_eq(opened(), "pfx-mismatch: NEW.pfx: it has no private key");
	ck_assert_int_eq(unlink(path_of(print, "pfx")), 0);
	buffer_clear(&bytes);
	add_pem(&bytes, root);
	add_pem(&bytes, new);
	add_pem(&bytes, ca);
	put_bytes(print, "pem", 0600);
	ck_assert_str_eq(opened(), "new<ca<root");
}
END_TEST

START_TEST(opens_old_encryption)
{
	int nid = _i == 0 ? TRIPLE_DES : RC2;

	put_pfx_with_key(new, nid);
	ck_assert_str_eq(opened(),
	    nid == TRIPLE_DES || has_legacy
		? "new<ca<root +key of new"
		: "pfx-not-readable: NEW.pfx: unsupported-algorithm: encryption of the algorithm "
		  "pbeWithSHA1And40BitRC2-CBC");
}
END_TEST

START_TEST(opens_without_a_password)
{
	const char *const names[] = {"www", "1"};
	struct made_pkcs12 file = {.password = NULL};

	made_cert(&file, new, "www", "1");
	made_key_bag(&file, new, names, MADE_PLAIN, 0);
	made_safe(&file, MADE_PLAIN, 0);
	made_file(&file, MADE_NO_MAC, &bytes);
	put_bytes(print, "pfx", 0600);
	ck_assert_str_eq(opened(), "new +key of new");
	share("secret");
	ck_assert_str_eq(opened(), "new +key of new");
}
END_TEST

/* An ending says nothing about the format. */
START_TEST(reads_what_it_is)
{
	put_pem_of(print, "pfx", new);
	ck_assert_str_eq(opened(), "new +key of new");
	ck_assert_int_eq(unlink(path_of(print, "pfx")), 0);
	put_pfx_of(print, "pem", "", new);
	ck_assert_str_eq(opened(), "new<ca +key of new");
}
END_TEST

/* ---- PEM --------------------------------------------------------------------------------- */

/* The order of a file, as letters: the key of new and of other (K, k), plain; encrypted as PKCS#8
 * and as before (E, T); the certificates. */
static void
add_parts(const char *letters)
{
	buffer_clear(&bytes);
	for (; *letters != '\0'; letters++)
		switch (*letters) {
		case 'K':
		case 'k':
			add_pem_key(&bytes, *letters == 'K' ? new : other, NULL, false);
			break;
		case 'E':
		case 'T':
			add_pem_key(&bytes, new, "secret", *letters == 'T');
			break;
		case 'e':
			add_pem_key(&bytes, other, "another", false);
			break;
		case 't':
			add_pem_key(&bytes, new, NULL, true);
			break;
		case '.':
			buffer_add_string(&bytes, "text\n");
			break;
		default:
			add_pem(&bytes, *letters == 'n'   ? new
					: *letters == 'o' ? other
					: *letters == 'c' ? ca
							  : root);
			break;
		}
}

static const struct {
	const char *parts, *password, *expected;
} pems[] = {
    {"Kn", NULL, "new +key of new"},
    {"nK", NULL, "new +key of new"},
    {"nct", NULL, "new<ca +key of new"},
    {"Kncr", NULL, "new<ca<root +key of new"},
    {"Krcn", NULL, "new<ca<root +key of new"},
    {"crKn", NULL, "new<ca<root +key of new"},
    {".rn.Kc.", NULL, "new<ca<root +key of new"},
    {"Krn", NULL, "new +key of new"},
    {"Kncnc", NULL, "new<ca +key of new"},
    {"Konc", NULL, "new<ca +key of new"},
    {"kKonc", NULL, "new<ca +key of new"},
    {"Kkonc", NULL, "new<ca +key of new"},
    {"knc", NULL, "pfx-mismatch: NEW.pem: its key is not that of the certificate"},
    {"En", "secret", "new +key of new"},
    {"Tn", "secret", "new +key of new"},
    {"nE", "secret", "new +key of new"},
    {"nT", "secret", "new +key of new"},
    {"neE", "secret", "new +key of new"},
    {"nEe", "secret", "new +key of new"},
    {"nkE", "secret", "new +key of new"},
    {"nKe", NULL, "new +key of new"},
    {"En", NULL, "pfx-not-readable: NEW.pem: its key is encrypted, and no passphrase is known"},
    {"Tn", NULL, "pfx-not-readable: NEW.pem: its key is encrypted, and no passphrase is known"},
    {"En", "Secret",
	"pfx-not-readable: NEW.pem: its key is encrypted, and the passphrase does not open it"},
    {"Tn", "Secret",
	"pfx-not-readable: NEW.pem: its key is encrypted, and the passphrase does not open it"},
    {"Tn", "",
	"pfx-not-readable: NEW.pem: its key is encrypted, and the passphrase does not open it"},
    {"nk", "secret", "pfx-mismatch: NEW.pem: its key is not that of the certificate"},
    {"nc", NULL, "new<ca"},
    {"n", NULL, "new"},
};

START_TEST(reads_pem)
{
	add_parts(pems[_i].parts);
	put_bytes(print, "pem", 0600);
	if (pems[_i].password != NULL)
		share(pems[_i].password);
	ck_assert_msg(strcmp(opened(), pems[_i].expected) == 0, "%s: %s", pems[_i].parts, opened());
}
END_TEST

/* The legacy provider is loaded for the key, which then is another's: this test is the first one.
 */
START_TEST(loads_the_legacy_provider)
{
	ck_assert_int_eq(OSSL_PROVIDER_available(NULL, "legacy"), 0);
	add_pem(&bytes, new);
	buffer_add_string(&bytes, MADE_OF_OLD "\n");
	put_bytes(print, "pem", 0600);
	share("secret");
	ck_assert_str_eq(opened_as(print, 7),
	    OSSL_PROVIDER_available(NULL, "legacy") == 1
		? "pfx-mismatch: NEW.pem: its key is not that of the certificate"
		: "pfx-not-readable: NEW.pem: unsupported-algorithm: encryption of the algorithm "
		  "pbeWithMD5AndDES-CBC");
	has_legacy = OSSL_PROVIDER_available(NULL, "legacy") == 1;
}
END_TEST

START_TEST(refuses_keys)
{
	buffer_add_string(
	    &bytes, "-----BEGIN PRIVATE KEY-----\nTm8ga2V5\n-----END PRIVATE KEY-----\n");
	add_pem(&bytes, new);
	put_bytes(print, "pem", 0600);
	ck_assert_str_eq(opened(),
	    "pfx-not-readable: NEW.pem: damaged: PEM block 1: no private key: "
	    "its DER is damaged");
}
END_TEST

static void
add_pem_iterations(int iterations)
{
	PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(new->key);
	X509_SIG *sealed = PKCS8_encrypt(
	    -1, EVP_aes_256_cbc(), "secret", 6, NULL, 0, made_few(iterations), info);
	const X509_ALGOR *algorithm;
	BIO *bio = BIO_new(BIO_s_mem());

	X509_SIG_get0(sealed, &algorithm, NULL);
	made_ask((X509_ALGOR *)algorithm, MADE_PBES2, iterations);
	ck_assert_int_eq(PEM_write_bio_PKCS8(bio, sealed), 1);
	made_add_bio(&bytes, bio);
	X509_SIG_free(sealed);
	PKCS8_PRIV_KEY_INFO_free(info);
}

START_TEST(refuses_iterations)
{
	const char *const names[] = {"www", "1"};
	struct made_pkcs12 file = {.password = "secret"};

	share("secret");
	add_pem_iterations(INT_MAX);
	add_pem(&bytes, new);
	put_bytes(print, "pem", 0600);
	ck_assert_str_eq(opened(),
	    "pfx-not-readable: NEW.pem: too-many-iterations: more than 1000000 "
	    "iterations");
	buffer_clear(&bytes);
	add_pem_iterations(3000);
	add_pem(&bytes, new);
	put_bytes(print, "pem", 0600);
	ck_assert_str_eq(opened(), "new +key of new");
	made_cert(&file, new, "www", "1");
	made_key_bag(&file, new, names, MADE_PBES2, INT_MAX);
	made_safe(&file, MADE_PLAIN, 0);
	made_file(&file, 10, &bytes);
	put_bytes(print, "pfx", 0600);
	ck_assert_str_eq(opened(),
	    "pfx-not-readable: NEW.pfx: too-many-iterations: more than 1000000 "
	    "iterations");
}
END_TEST

/* ---- chains ------------------------------------------------------------------------------ */

/* CAs that certify each other: the chain ends where it would begin anew. */
START_TEST(ends_a_circle)
{
	const struct made *one = made_ca("one", NULL);
	const struct made_options first = {.issuer = one, .is_ca = true};
	const struct made *two = made_with("two", &first);
	const struct made_options second = {.issuer = two, .key = one, .is_ca = true};
	const struct made *again = made_with("one", &second);

	new = made_leaf("new", two);
	named_print(new, print);
	add_pem_key(&bytes, new, NULL, false);
	add_pem(&bytes, new);
	add_pem(&bytes, two);
	add_pem(&bytes, again);
	put_bytes(print, "pem", 0600);
	ck_assert_str_eq(opened(), "new<two<one +key of new");
	buffer_clear(&bytes);
	made_export(&bytes, "", new, two);
	put_bytes(print, "pfx", 0600);
	ck_assert_str_eq(opened(), "new<two +key of new");
}
END_TEST

START_TEST(knows_types_of_keys)
{
	static const struct {
		int type;
		const char *expected;
	} types[] = {{EVP_PKEY_RSA, "RSA"}, {0, "ECC"}, {EVP_PKEY_ED25519, "Ed25519"}};
	const struct made_options options = {.issuer = ca, .type = types[_i].type};
	struct credential_folder folder;
	struct credential *credential;
	struct install_reason reason;
	struct error err;

	new = made_with("new", &options);
	named_print(new, print);
	put_pem_of(print, "pem", new);
	ck_assert_int_eq(credential_folder_open(&folder, "keys", &err), 0);
	credential = credential_open(&folder, print, 0, &reason);
	ck_assert_ptr_nonnull(credential);
	ck_assert_str_eq(credential_key_type(credential), types[_i].expected);
	ck_assert(credential_has_key(credential));
	credential_free(credential);
	credential_folder_close(&folder);
	credential_free(NULL);
}
END_TEST

/* ---- damage ------------------------------------------------------------------------------ */

START_TEST(refuses_damage)
{
	int before = count_descriptors();

	put_bytes(print, "pfx", 0600);
	ck_assert_str_eq(
	    opened(), "pfx-not-readable: NEW.pfx: it is neither a PKCS#12 nor a PEM file");
	buffer_add_string(&bytes, "no certificate\n");
	put_bytes(print, "pfx", 0600);
	ck_assert_str_eq(
	    opened(), "pfx-not-readable: NEW.pfx: it is neither a PKCS#12 nor a PEM file");
	buffer_clear(&bytes);
	add_der(&bytes, new);
	put_bytes(print, "pfx", 0600);
	ck_assert_str_eq(
	    opened(), "pfx-not-readable: NEW.pfx: it is neither a PKCS#12 nor a PEM file");
	buffer_clear(&bytes);
	add_pem_key(&bytes, new, NULL, false);
	add_pem(&bytes, new);
	bytes.length -= 40;
	put_bytes(print, "pfx", 0600);
	ck_assert_str_eq(
	    opened(), "pfx-not-readable: NEW.pfx: damaged: PEM block 2: damaged: bad end line");
	ck_assert_int_eq(count_descriptors(), before);
}
END_TEST

/* Each prefix of a PFX, and each byte of it another: no crash, and never another key. */
START_TEST(survives_damage)
{
	made_export(&bytes, "", new, ca);
	for (size_t length = bytes.length; length-- > 0; length -= length > 7 ? 7 : 0) {
		bytes.length = length;
		put_bytes(print, "pfx", 0600);
		ck_assert(strncmp(opened(), "pfx-not-readable: NEW.pfx: ", 27) == 0);
	}
	made_export(&bytes, "", new, ca);
	for (size_t i = 0; i < bytes.length; i += 5) {
		bytes.bytes[i] ^= 0x11;
		put_bytes(print, "pfx", 0600);
		ck_assert_str_ne(opened(), "");
		bytes.bytes[i] ^= 0x11;
	}
}
END_TEST

START_TEST(refuses_a_large_file)
{
	put_pem_of(print, "pem", new);
	ck_assert_int_eq(truncate(path_of(print, "pem"), 17 << 20), 0);
	ck_assert_str_eq(opened(), "pfx-not-readable: NEW.pem: too-large: it is larger than 16 MiB "
				   "or has more than 10,000 certificates");
}
END_TEST

static void
add_tests(TCase *tests)
{
	tcase_add_test(tests, loads_the_legacy_provider);
	tcase_add_loop_test(tests, finds_every_name, 0, 9);
	tcase_add_loop_test(tests, prefers_one, 0, 8);
	tcase_add_test(tests, is_missing);
	tcase_add_test(tests, follows_links);
	tcase_add_loop_test(tests, refuses_modes, 0, sizeof(modes) / sizeof(modes[0]));
	tcase_add_loop_test(
	    tests, refuses_modes_of_passphrases, 0, sizeof(modes) / sizeof(modes[0]));
	tcase_add_loop_test(tests, refuses_modes_of_the_folder, 0, 8);
	tcase_add_test(tests, refuses_folders);
	tcase_add_test(tests, refuses_owners);
	tcase_add_test(tests, refuses_what_is_no_file);
	tcase_add_test(tests, takes_the_passphrase_beside);
	tcase_add_test(tests, takes_the_passphrase_of_an_id);
	tcase_add_test(tests, takes_the_passphrase_of_the_folder);
	tcase_add_loop_test(tests, takes_the_passphrase_in_either_case, 0, 2);
	tcase_add_test(tests, refuses_a_passphrase_that_is_none);
	tcase_add_test(tests, refuses_another_certificate);
	tcase_add_test(tests, refuses_other_certificates_in_a_circle);
	tcase_add_test(tests, refuses_another_key);
	tcase_add_test(tests, needs_no_key_in_pem_alone);
	tcase_add_loop_test(tests, opens_old_encryption, 0, 2);
	tcase_add_test(tests, opens_without_a_password);
	tcase_add_test(tests, reads_what_it_is);
	tcase_add_loop_test(tests, reads_pem, 0, sizeof(pems) / sizeof(pems[0]));
	tcase_add_test(tests, refuses_keys);
	tcase_add_test(tests, refuses_iterations);
	tcase_add_test(tests, ends_a_circle);
	tcase_add_loop_test(tests, knows_types_of_keys, 0, 3);
	tcase_add_test(tests, refuses_damage);
	tcase_add_test(tests, survives_damage);
	tcase_add_test(tests, refuses_a_large_file);
}

int
main(void)
{
	Suite *suite = suite_create("credential");
	TCase *tests = tcase_create("credential");

	if (crypto_begin(NULL) == -1)
		return EXIT_FAILURE;
	umask(077);
	tcase_set_timeout(tests, 120);
	tcase_add_checked_fixture(tests, enter, leave);
	add_tests(tests);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
