#include "certificates/credential.h"

#include "certificates/credential_private.h"
#include "certificates/pem_private.h"
#include "certificates/pkcs12_private.h"
#include "certificates/public_key.h"
#include "crypto/start.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/err.h>

#define NAME_SIZE 64 /* a thumbprint or an Id, and an ending */

/* ---- the folder --------------------------------------------------------------------------- */

/* NULL, or what is wrong with a file or a folder that holds keys. */
static const char *
credential_unsafe(const struct stat *status)
{
	if (status->st_uid != geteuid() && status->st_uid != 0)
		return "it belongs to another user: expected one of yours or of root";
	return (status->st_mode & (S_IRWXG | S_IRWXO)) == 0
		   ? NULL
		   : "others can read or write it: expected no permission for group and others";
}

int
credential_folder_open(struct credential_folder *folder, const char *path, struct error *err)
{
	const char *wrong = NULL;
	struct stat status;

	*folder = CREDENTIAL_FOLDER_NONE;
	folder->path = strdup(path);
	if (folder->path == NULL)
		return error_memory(err);
	folder->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder->fd == -1 || fstat(folder->fd, &status) == -1)
		error_errno(err, path, "the folder cannot be opened");
	else
		wrong = credential_unsafe(&status);
	if (wrong != NULL)
		error_set(err, ERROR_USAGE, path, "%s", wrong);
	if (wrong == NULL && folder->fd != -1)
		return 0;
	err->code = ERROR_USAGE;
	credential_folder_close(folder);
	return -1;
}

void
credential_folder_close(struct credential_folder *folder)
{
	if (folder->fd != -1)
		close(folder->fd);
	free(folder->path);
	*folder = CREDENTIAL_FOLDER_NONE;
}

/* ---- its files ---------------------------------------------------------------------------- */

/* A credential on its way: the file, by its name, and what is read of it. */
struct credential_reading {
	const struct credential_folder *folder;
	const char *thumbprint;
	struct install_reason *reason;
	char base[NAME_SIZE - 8]; /* the name without its ending */
	char name[NAME_SIZE];     /* of the file that was found; "": none */
	int fd;
	struct file_bytes bytes;
	struct passphrase passphrase; /* of a file beside it */
	struct entries_source source;
	struct credential *credential;
	struct pool pool; /* of PEM */
	struct pkcs12 cost;
	struct pkcs12_options options;
	bool has_key, has_opened; /* of PEM: some key is in the file, and was opened */
};

/* Opens a file of the folder: 1; 0 where there is none of the name; -1 and the reason. */
static int
credential_open_file(struct credential_reading *reading, const char *name, int *fd)
{
	const char *wrong;
	struct stat status;

	*fd = openat(reading->folder->fd, name, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (*fd == -1 && errno == ENOENT)
		return 0;
	if (*fd == -1)
		return install_refuse(
		    reading->reason, INSTALL_PFX_UNREADABLE, "%s: %s", name, strerror(errno));
	if (fstat(*fd, &status) == -1)
		wrong = strerror(errno);
	else if (!S_ISREG(status.st_mode))
		wrong = "it is no regular file";
	else
		wrong = credential_unsafe(&status);
	if (wrong == NULL)
		return 1;
	close(*fd);
	*fd = -1;
	return install_refuse(reading->reason, INSTALL_PFX_UNSAFE, "%s: %s", name, wrong);
}

/* Looks for BASE.pfx and so on: 1, 0, -1 and the reason. */
static int
credential_find_base(struct credential_reading *reading)
{
	static const char *const endings[] = {"pfx", "p12", "pem"};
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < sizeof(endings) / sizeof(endings[0]); i++) {
		snprintf(reading->name, sizeof(reading->name), "%s.%s", reading->base, endings[i]);
		rc = credential_open_file(reading, reading->name, &reading->fd);
	}
	return rc;
}

/* By the thumbprint in either case, then by the Id. -1 and the reason. */
static int
credential_find(struct credential_reading *reading, int64_t id)
{
	size_t length = strlen(reading->thumbprint);
	int rc = 0;

	for (int upper = 1; rc == 0 && upper >= 0 && length < sizeof(reading->base) - 5; upper--) {
		for (size_t i = 0; i <= length; i++) {
			unsigned char digit = (unsigned char)reading->thumbprint[i];

			reading->base[i] = (char)(upper ? toupper(digit) : tolower(digit));
		}
		rc = credential_find_base(reading);
	}
	if (rc == 0 && id > 0) {
		snprintf(reading->base, sizeof(reading->base), "%lld", (long long)id);
		rc = credential_find_base(reading);
	}
	if (rc != 0)
		return rc == -1 ? -1 : 0;
	if (id > 0)
		return install_refuse(reading->reason, INSTALL_PFX_MISSING,
		    "%s: no %s.pfx, .p12 or .pem, and no %lld.pfx, .p12 or .pem",
		    reading->folder->path, reading->thumbprint, (long long)id);
	return install_refuse(reading->reason, INSTALL_PFX_MISSING, "%s: no %s.pfx, .p12 or .pem",
	    reading->folder->path, reading->thumbprint);
}

/* BASE.pass, with the digits of a thumbprint in either case: 1, 0, -1 and the reason. */
static int
credential_open_passphrase(struct credential_reading *reading, char name[NAME_SIZE], int *fd)
{
	int rc;

	snprintf(name, NAME_SIZE, "%s.pass", reading->base);
	rc = credential_open_file(reading, name, fd);
	if (rc != 0)
		return rc;
	for (size_t i = 0; reading->base[i] != '\0'; i++) {
		unsigned char digit = (unsigned char)name[i];

		name[i] = (char)(islower(digit) ? toupper(digit) : tolower(digit));
	}
	return credential_open_file(reading, name, fd);
}

/* The passphrase beside it, else that of the folder. -1 and the reason. */
static int
credential_find_passphrase(struct credential_reading *reading)
{
	const struct passphrase *common = reading->folder->passphrase;
	struct error err = {0};
	char name[NAME_SIZE];
	int fd, rc = credential_open_passphrase(reading, name, &fd);

	if (rc == -1)
		return -1;
	if (rc == 1) {
		rc = passphrase_read_fd(&reading->passphrase, fd, &err);
		close(fd);
		if (rc == -1 && err.code == ERROR_STORAGE)
			return install_memory(reading->reason);
		if (rc == -1)
			return install_refuse(
			    reading->reason, INSTALL_PFX_UNREADABLE, "%s: %s", name, err.text);
		common = &reading->passphrase;
	}
	if (common != NULL) {
		reading->source.password = common->text;
		reading->source.password_length = common->length;
	}
	return 0;
}

/* ---- what is in it ------------------------------------------------------------------------ */

static int
credential_refuse(struct credential_reading *reading)
{
	const struct entries_source *source = &reading->source;

	if (source->reason.why == READABLE) {
		reading->reason->why = INSTALL_GOOD;
		reading->reason->err = source->err;
		if (source->err.code == ERROR_NONE)
			return install_memory(reading->reason);
		return -1;
	}
	return install_refuse(reading->reason, INSTALL_PFX_UNREADABLE, "%s: %s: %s", reading->name,
	    unreadable_word(source->reason.why), source->reason.text);
}

static bool
credential_is_print(const X509 *x509, const char *thumbprint, char found[CERTIFICATE_SHA1_SIZE])
{
	return x509_thumbprint(x509, found) && strcasecmp(found, thumbprint) == 0;
}

/* The certificate of the thumbprint in the pool; else the reason, which names the leaf that is
 * there instead. */
static struct pooled *
credential_find_leaf(struct credential_reading *reading, struct pool *pool)
{
	char found[CERTIFICATE_SHA1_SIZE], other[CERTIFICATE_SHA1_SIZE] = "";
	bool has_leaf = false;

	for (size_t i = 0; i < pool->count; i++) {
		if (credential_is_print(pool->items[i].x509, reading->thumbprint, found))
			return &pool->items[i];
		/* Where CAs certify each other there is no leaf. */
		if (i == 0 || (!has_leaf && pooled_is_leaf(&pool->items[i])))
			memcpy(other, found, sizeof(other));
		has_leaf |= pooled_is_leaf(&pool->items[i]);
	}
	if (other[0] == '\0')
		install_refuse(reading->reason, INSTALL_PFX_MISMATCH,
		    "%s: it has no certificate: expected %s", reading->name, reading->thumbprint);
	else
		install_refuse(reading->reason, INSTALL_PFX_MISMATCH,
		    "%s: its certificate has the thumbprint %s: expected %s", reading->name, other,
		    reading->thumbprint);
	return NULL;
}

static bool
credential_has(const struct credential *credential, const X509 *x509)
{
	for (int i = 0; i < sk_X509_num(credential->chain); i++)
		if (X509_cmp(sk_X509_value(credential->chain, i), x509) == 0)
			return true;
	return X509_cmp(credential->leaf, x509) == 0;
}

/* The leaf with its key, and its issuers upwards. */
static int
credential_keep_chain(struct credential_reading *reading, struct pool *pool, struct pooled *leaf)
{
	struct credential *credential = reading->credential;
	X509 *keyed = pooled_keyed(leaf);

	if (keyed == NULL)
		return install_memory(reading->reason);
	X509_up_ref(keyed);
	credential->leaf = keyed;
	credential->chain = sk_X509_new_null();
	if (credential->chain == NULL)
		return install_memory(reading->reason);
	for (size_t at = leaf->issuer; at != POOL_NONE; at = pool->items[at].issuer) {
		X509 *issuer = pool->items[at].x509;

		if (credential_has(credential, issuer))
			break; /* CAs that certify each other are a circle */
		if (sk_X509_push(credential->chain, issuer) <= 0)
			return install_memory(reading->reason);
		X509_up_ref(issuer);
	}
	return 0;
}

static int
credential_mismatch(struct credential_reading *reading)
{
	return install_refuse(reading->reason, INSTALL_PFX_MISMATCH,
	    "%s: its key is not that of the certificate", reading->name);
}

/* ---- PKCS#12 ------------------------------------------------------------------------------ */

static int
credential_keep_pkcs12(struct credential_reading *reading, struct pkcs12 *p)
{
	struct pooled *leaf = credential_find_leaf(reading, &p->pool);

	if (leaf == NULL)
		return -1;
	for (size_t i = 0; i < p->key_count && reading->credential->key == NULL; i++)
		if (p->keys[i].plain != NULL && pooled_has_key(leaf, p->keys[i].plain)) {
			EVP_PKEY_up_ref(p->keys[i].plain);
			reading->credential->key = p->keys[i].plain;
		}
	if (p->key_count == 0)
		return install_refuse(reading->reason, INSTALL_PFX_MISMATCH,
		    "%s: it has no private key", reading->name);
	if (reading->credential->key == NULL)
		return credential_mismatch(reading);
	return credential_keep_chain(reading, &p->pool, leaf);
}

static int
credential_read_pkcs12(struct credential_reading *reading)
{
	const struct pkcs12_options options = {.open_keys = true};
	struct pkcs12 p = {.source = &reading->source, .options = &options};
	int rc = pkcs12_open(&p);

	rc = rc == -1 ? credential_refuse(reading) : credential_keep_pkcs12(reading, &p);
	pkcs12_release(&p);
	return rc;
}

/* ---- PEM ---------------------------------------------------------------------------------- */

/* Keys come before or after the certificate: all that can be opened are tried when it is known. */
struct credential_key {
	EVP_PKEY *key;
	struct credential_key *next;
};

struct credential_pem {
	struct credential_reading *reading;
	struct credential_key *keys;
	bool is_locked; /* some key was not opened */
};

static int
credential_take_key(struct credential_pem *pem, const struct pem_block *block)
{
	struct credential_reading *reading = pem->reading;
	const struct pem_password password = {
	    reading->source.password, reading->source.password_length};
	struct credential_key *item;
	EVP_PKEY *key;

	reading->has_key = true;
	if (pem_verify_key(&reading->source, block) == -1)
		return -1;
	key = pem_open_key(&reading->cost, block, &password);
	if (key == NULL) {
		pem->is_locked = true;
		return reading->source.reason.why == READABLE ? 0 : -1;
	}
	item = calloc(1, sizeof(*item));
	if (item == NULL) {
		EVP_PKEY_free(key);
		return error_memory(&reading->source.err);
	}
	*item = (struct credential_key){key, pem->keys};
	pem->keys = item;
	return 0;
}

static int
credential_take_block(void *closure, const struct pem_block *block)
{
	struct credential_pem *pem = closure;
	struct credential_reading *reading = pem->reading;

	if (pem_is_key(block->name))
		return credential_take_key(pem, block);
	if (!pem_is_certificate(block->name))
		return 0;
	return pem_take_certificate(&reading->source, &reading->pool, block) == NULL ? -1 : 0;
}

static int
credential_keep_pem(struct credential_reading *reading, const struct credential_pem *pem)
{
	struct pooled *leaf = credential_find_leaf(reading, &reading->pool);

	if (leaf == NULL)
		return -1;
	for (const struct credential_key *at = pem->keys; at != NULL; at = at->next)
		if (reading->credential->key == NULL && pooled_has_key(leaf, at->key)) {
			EVP_PKEY_up_ref(at->key);
			reading->credential->key = at->key;
		}
	if (reading->credential->key == NULL && pem->is_locked)
		return install_refuse(reading->reason, INSTALL_PFX_UNREADABLE,
		    "%s: its key is encrypted, and %s", reading->name,
		    reading->source.password == NULL ? "no passphrase is known"
						     : "the passphrase does not open it");
	if (reading->credential->key == NULL && reading->has_key)
		return credential_mismatch(reading);
	return credential_keep_chain(reading, &reading->pool, leaf);
}

static int
credential_read_pem(struct credential_reading *reading)
{
	struct credential_pem pem = {.reading = reading};
	int rc = pem_walk(&reading->source, reading->bytes.bytes, reading->bytes.length,
	    credential_take_block, &pem);

	if (rc == 0)
		rc = pool_link(&reading->source, &reading->pool);
	rc = rc == -1 ? credential_refuse(reading) : credential_keep_pem(reading, &pem);
	while (pem.keys != NULL) {
		struct credential_key *item = pem.keys;

		pem.keys = item->next;
		EVP_PKEY_free(item->key);
		free(item);
	}
	return rc;
}

/* ---- the whole ---------------------------------------------------------------------------- */

static int
credential_read_file(struct credential_reading *reading)
{
	struct entries_source *source = &reading->source;

	if (file_read_fd(reading->fd, &reading->bytes, source) == -1) {
		reading->fd = -1;
		return credential_refuse(reading);
	}
	reading->fd = -1;
	source->bytes = reading->bytes.bytes;
	source->length = reading->bytes.length;
	reading->cost = (struct pkcs12){.source = source, .options = &reading->options};
	if (pkcs12_is(source->bytes, source->length))
		return credential_read_pkcs12(reading);
	if (pem_is(source->bytes, source->length))
		return credential_read_pem(reading);
	return install_refuse(reading->reason, INSTALL_PFX_UNREADABLE,
	    "%s: it is neither a PKCS#12 nor a PEM file", reading->name);
}

static int
credential_read(struct credential_reading *reading)
{
	struct credential *credential = reading->credential;

	if (credential_read_file(reading) == -1)
		return -1;
	if (credential->key != NULL)
		credential->info = EVP_PKEY2PKCS8(credential->key);
	if (credential->key != NULL && credential->info == NULL)
		return install_refuse(reading->reason, INSTALL_PFX_UNREADABLE,
		    "%s: its key cannot be written as PKCS#8", reading->name);
	return 0;
}

static void
credential_release(struct credential_reading *reading)
{
	if (reading->fd != -1)
		close(reading->fd);
	file_release(&reading->bytes);
	passphrase_release(&reading->passphrase);
	pool_release(&reading->pool);
	entries_release(&reading->source.entries);
	ERR_clear_error();
}

struct credential *
credential_open(const struct credential_folder *folder, const char *thumbprint, int64_t id,
    struct install_reason *reason)
{
	struct credential_reading reading = {
	    .folder = folder, .thumbprint = thumbprint, .reason = reason, .fd = -1};
	unsigned long shortages;
	int rc = pkcs12_begin(&reason->err); /* a key in PEM may need the legacy provider too */

	reason->why = INSTALL_GOOD;
	shortages = crypto_shortages();
	reading.credential = calloc(1, sizeof(*reading.credential));
	if (rc == 0 && reading.credential == NULL)
		rc = install_memory(reason);
	if (rc == 0 &&
	    (credential_find(&reading, id) == -1 || credential_find_passphrase(&reading) == -1 ||
		credential_read(&reading) == -1))
		rc = -1;
	if (shortages != crypto_shortages())
		rc = install_memory(reason);
	credential_release(&reading);
	if (rc == 0)
		return reading.credential;
	credential_free(reading.credential);
	return NULL;
}

void
credential_free(struct credential *credential)
{
	if (credential == NULL)
		return;
	X509_free(credential->leaf);
	EVP_PKEY_free(credential->key);
	PKCS8_PRIV_KEY_INFO_free(credential->info);
	sk_X509_pop_free(credential->chain, X509_free);
	free(credential);
}

bool
credential_has_key(const struct credential *credential)
{
	return credential->key != NULL;
}

const char *
credential_key_type(const struct credential *credential)
{
	struct public_key key;

	public_key_read(&key, X509_get_X509_PUBKEY(credential->leaf));
	return key.type;
}
