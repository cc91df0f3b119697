#ifndef TESTS_CERTIFICATES_MADE_H
#define TESTS_CERTIFICATES_MADE_H

#include "certificates/entries.h"
#include "crypto/start.h"

#include "scratch.h"

#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509v3.h>

/*
 * Certificates and files of them, made here; and what was read of a file, in one line. Included by
 * suites; inline, so that none has to use all of it.
 */

#define MADE_MOST 16

struct made {
	X509 *x509;
	EVP_PKEY *key;
	PKCS8_PRIV_KEY_INFO *info; /* the key */
};

/* How a certificate is made; what is NULL or 0 is left out. */
struct made_options {
	const struct made *issuer; /* NULL: itself */
	const struct made *key;    /* whose key it has; NULL: a new one */
	const char *serial;        /* hexadecimal; NULL: 1 */
	const char *extensions[8]; /* name and value, as in openssl.cnf */
	bool is_ca;
	bool no_ids; /* without the identifiers of its key and of its issuer's key */
	const char *not_before, *not_after;
	int type; /* NID of the key: EVP_PKEY_RSA, EVP_PKEY_ED25519; 0: P-256 */
	const char *group;
};

static struct {
	struct made items[MADE_MOST];
	size_t count;
} made;

static inline EVP_PKEY *
made_key(const struct made_options *options)
{
	EVP_PKEY *key = NULL;

	if (options->key != NULL) {
		EVP_PKEY_up_ref(options->key->key);
		return options->key->key;
	}
	if (options->type == EVP_PKEY_RSA)
		key = EVP_RSA_gen(1024);
	else if (options->type == EVP_PKEY_ED25519)
		key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	else
		key = EVP_PKEY_Q_keygen(
		    NULL, NULL, "EC", options->group == NULL ? "P-256" : options->group);
	ck_assert_ptr_nonnull(key);
	return key;
}

static inline void
made_extend(X509 *x509, X509 *issuer, const char *name, const char *value)
{
	X509_EXTENSION *extension;
	X509V3_CTX context;

	X509V3_set_ctx(&context, issuer, x509, NULL, NULL, 0);
	X509V3_set_ctx_nodb(&context);
	extension = X509V3_EXT_conf(NULL, &context, name, value);
	ck_assert_msg(extension != NULL, "%s=%s", name, value);
	ck_assert_int_eq(X509_add_ext(x509, extension, -1), 1);
	X509_EXTENSION_free(extension);
}

static inline void
made_extensions(const struct made *one, X509 *issuer, const struct made_options *options)
{
	if (options->is_ca)
		made_extend(one->x509, issuer, "basicConstraints", "critical,CA:TRUE");
	if (!options->no_ids)
		made_extend(one->x509, issuer, "subjectKeyIdentifier", "hash");
	if (!options->no_ids && issuer != one->x509)
		made_extend(one->x509, issuer, "authorityKeyIdentifier", "keyid:always");
	for (size_t i = 0; i < 8 && options->extensions[i] != NULL; i += 2)
		made_extend(one->x509, issuer, options->extensions[i], options->extensions[i + 1]);
}

/* A certificate CN=name. It is made_release()d. */
static inline const struct made *
made_with(const char *name, const struct made_options *options)
{
	const struct made *issuer = options->issuer;
	struct made *one = &made.items[made.count++];
	X509_NAME *subject;
	BIGNUM *serial = NULL;

	ck_assert_uint_le(made.count, MADE_MOST);
	*one = (struct made){.x509 = X509_new(), .key = made_key(options)};
	one->info = EVP_PKEY2PKCS8(one->key);
	ck_assert_ptr_nonnull(one->info);
	if (issuer == NULL)
		issuer = one;
	subject = X509_get_subject_name(one->x509);
	if (name[0] != '\0')
		X509_NAME_add_entry_by_txt(
		    subject, "CN", MBSTRING_UTF8, (const unsigned char *)name, -1, -1, 0);
	X509_set_version(one->x509, 2);
	BN_hex2bn(&serial, options->serial == NULL ? "1" : options->serial);
	BN_to_ASN1_INTEGER(serial, X509_get_serialNumber(one->x509));
	BN_free(serial);
	ASN1_TIME_set_string(X509_getm_notBefore(one->x509),
	    options->not_before == NULL ? "20200101000000Z" : options->not_before);
	ASN1_TIME_set_string(X509_getm_notAfter(one->x509),
	    options->not_after == NULL ? "20491231235959Z" : options->not_after);
	X509_set_issuer_name(one->x509, X509_get_subject_name(issuer->x509));
	X509_set_pubkey(one->x509, one->key);
	made_extensions(one, issuer->x509, options);
	ck_assert_int_gt(
	    X509_sign(one->x509, issuer->key,
		EVP_PKEY_get_base_id(issuer->key) == EVP_PKEY_ED25519 ? NULL : EVP_sha256()),
	    0);
	return one;
}

static inline const struct made *
made_ca(const char *name, const struct made *issuer)
{
	return made_with(name, &(struct made_options){.issuer = issuer, .is_ca = true});
}

static inline const struct made *
made_leaf(const char *name, const struct made *issuer)
{
	return made_with(name, &(struct made_options){.issuer = issuer});
}

/* Forgets the one that was made last. */
static inline void
made_drop(void)
{
	const struct made *last = &made.items[--made.count];

	X509_free(last->x509);
	EVP_PKEY_free(last->key);
	PKCS8_PRIV_KEY_INFO_free(last->info);
}

static inline void
made_release(void)
{
	while (made.count > 0)
		made_drop();
}

/* ---- bytes ------------------------------------------------------------------------------- */

static inline void
made_add_bio(struct buffer *bytes, BIO *bio)
{
	char *text;
	long length = BIO_get_mem_data(bio, &text);

	buffer_add(bytes, text, (size_t)length);
	BIO_free(bio);
}

static inline void
add_der(struct buffer *bytes, const struct made *one)
{
	BIO *bio = BIO_new(BIO_s_mem());

	ck_assert_int_eq(i2d_X509_bio(bio, one->x509), 1);
	made_add_bio(bytes, bio);
}

static inline void
add_pem(struct buffer *bytes, const struct made *one)
{
	BIO *bio = BIO_new(BIO_s_mem());

	ck_assert_int_eq(PEM_write_bio_X509(bio, one->x509), 1);
	made_add_bio(bytes, bio);
}

/* A key in a PEM block; with a password encrypted, as PKCS#8 or as OpenSSL did before. */
static inline void
add_pem_key(struct buffer *bytes, const struct made *one, const char *password, bool traditional)
{
	BIO *bio = BIO_new(BIO_s_mem());
	const EVP_CIPHER *cipher = password == NULL ? NULL : EVP_aes_128_cbc();
	int good = traditional ? PEM_write_bio_PrivateKey_traditional(
				     bio, one->key, cipher, NULL, 0, NULL, (void *)password)
			       : PEM_write_bio_PKCS8PrivateKey(
				     bio, one->key, cipher, NULL, 0, NULL, (void *)password);

	ck_assert_int_eq(good, 1);
	made_add_bio(bytes, bio);
}

static inline void
add_hex(struct buffer *bytes, const char *hex)
{
	for (unsigned value; sscanf(hex, "%2x", &value) == 1; hex += 2)
		buffer_add(bytes, (const char[]){(char)value}, 1);
}

/* A key as `openssl pkcs8 -topk8` of 1.0 wrote it, of nobody here. The password is "secret". */
#define MADE_OF_OLD                                                          \
	"-----BEGIN ENCRYPTED PRIVATE KEY-----\n"                            \
	"MFcwGwYJKoZIhvcNAQUDMA4ECPvwL2Fksqq4AgIIAAQ4nMXG9q9kZd7nwZgLCimD\n" \
	"l42Sq5wMTKG6S1Fkpry9R6BKVd13jRRuCBHW+6e0+majBRdI3Py7OQQ=\n"         \
	"-----END ENCRYPTED PRIVATE KEY-----"

/* ---- what was read ----------------------------------------------------------------------- */

/* A source of these bytes, with a password or NULL. */
static inline struct entries_source
source_of(const struct buffer *bytes, const char *password)
{
	return (struct entries_source){
	    .bytes = (const unsigned char *)(bytes->bytes == NULL ? "" : bytes->bytes),
	    .length = bytes->length,
	    .password = password,
	    .password_length = password == NULL ? 0 : strlen(password)};
}

static inline void
add_entry(struct buffer *line, const struct entry *entry)
{
	if (entry->alias != NULL)
		buffer_addf(line, "'%s' ", entry->alias);
	for (size_t i = 0; i < entry->count; i++)
		buffer_addf(line, "%s%s", i == 0 ? "" : "<",
		    entry->chain[i].subject.length == 0 ? "-" : entry->chain[i].subject.bytes);
	if (entry->has_key || entry->key_mismatch)
		buffer_add_string(line, entry->key_mismatch ? " +another key" : " +key");
}

/*
 * "'www' CN=www<CN=ca +key; CN=b": the entries with their chains; "damaged: TEXT": the reason. The
 * entries are released. Static: until the next call.
 */
static inline const char *
read_as(struct entries_source *source, int rc)
{
	static struct buffer line;

	buffer_release(&line);
	buffer_add_string(&line, "");
	if (rc == 0) {
		ck_assert_int_eq(source->reason.why, READABLE);
		ck_assert_int_eq(source->err.code, ERROR_NONE);
	}
	for (size_t i = 0; rc == 0 && i < source->entries.count; i++) {
		buffer_add_string(&line, i == 0 ? "" : "; ");
		add_entry(&line, &source->entries.items[i]);
	}
	if (rc == 0 && source->entries.unverified)
		buffer_add_string(&line, " (not verified)");
	if (rc == -1 && source->reason.why != READABLE)
		buffer_addf(
		    &line, "%s: %s", unreadable_word(source->reason.why), source->reason.text);
	else if (rc == -1)
		buffer_addf(&line, "error %d: %s", (int)source->err.code, source->err.text);
	entries_release(&source->entries);
	ck_assert(!line.failed);
	return line.bytes;
}

#endif
