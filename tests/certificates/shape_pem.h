#ifndef TESTS_CERTIFICATES_SHAPE_PEM_H
#define TESTS_CERTIFICATES_SHAPE_PEM_H

#include "certificates/named.h"
#include "certificates/shape_pkcs12.h"

#include <openssl/err.h>

/*
 * PEM files as text with a word in braces for each block, both ways; all else is as in the file.
 * Each block is from -----BEGIN to the last dash, without the end of its line. Included by suites.
 *
 *   {old}                       the certificate of that name
 *   {P old} {T old}             its key, as PKCS#8 and as RSA PRIVATE KEY and so on
 *   {E old aes-256-cbc/hmacWithSHA256/2048/secret}
 *   {E old PBE-SHA1-3DES/10/secret}           its key, encrypted as PKCS#8 has it
 *   {X old DES-EDE3-CBC/secret}               as a whole (RFC 1421)
 *   {C P-256}                   the name of a curve (EC PARAMETERS)
 */

static inline const struct made *
shape_find(const char *name)
{
	char found[64];

	for (size_t i = 0; i < made.count; i++) {
		X509_NAME_get_text_by_NID(X509_get_subject_name(made.items[i].x509), NID_commonName,
		    found, sizeof(found));
		if (strcmp(found, name) == 0)
			return &made.items[i];
	}
	ck_abort_msg("no certificate %s", name);
	return NULL;
}

/* What OpenSSL wrote, without the end of the last line. */
static inline void
shape_add_block(struct buffer *bytes, BIO *bio)
{
	made_add_bio(bytes, bio);
	ck_assert_uint_gt(bytes->length, 0);
	ck_assert_int_eq(bytes->bytes[bytes->length - 1], '\n');
	bytes->bytes[--bytes->length] = '\0';
}

static inline X509_ALGOR *
shape_wish(char *how, const char **password)
{
	char *cipher = strtok(how, "/"), *prf = NULL;
	long iterations;

	if (strncmp(cipher, "PBE", 3) != 0)
		prf = strtok(NULL, "/");
	iterations = strtol(strtok(NULL, "/"), NULL, 10);
	*password = strtok(NULL, "/");
	if (*password == NULL)
		*password = "";
	if (prf == NULL)
		return PKCS5_pbe_set(OBJ_txt2nid(cipher), (int)iterations, NULL, 0);
	return PKCS5_pbe2_set_iv(
	    EVP_get_cipherbyname(cipher), (int)iterations, NULL, 16, NULL, OBJ_txt2nid(prf));
}

static inline void
shape_add_sealed(struct buffer *bytes, EVP_PKEY *key, char *how)
{
	const char *password;
	X509_ALGOR *algorithm = shape_wish(how, &password);
	PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(key);
	X509_SIG *sealed = PKCS8_set0_pbe(password, (int)strlen(password), info, algorithm);
	BIO *bio = BIO_new(BIO_s_mem());

	ck_assert_ptr_nonnull(sealed);
	ck_assert_int_eq(PEM_write_bio_PKCS8(bio, sealed), 1);
	shape_add_block(bytes, bio);
	X509_SIG_free(sealed);
	PKCS8_PRIV_KEY_INFO_free(info);
}

static inline void
shape_add_traditional(struct buffer *bytes, EVP_PKEY *key, char *how)
{
	const char *cipher = how == NULL ? NULL : strtok(how, "/");
	const char *password = how == NULL ? NULL : strtok(NULL, "/");
	BIO *bio = BIO_new(BIO_s_mem());

	ck_assert_int_eq(PEM_write_bio_PrivateKey_traditional(bio, key,
			     cipher == NULL ? NULL : EVP_get_cipherbyname(cipher),
			     (const unsigned char *)password,
			     password == NULL ? 0 : (int)strlen(password), NULL, NULL),
	    1);
	shape_add_block(bytes, bio);
}

static inline void
shape_add_curve(struct buffer *bytes, const char *curve)
{
	BIO *bio = BIO_new(BIO_s_mem());
	unsigned char *der = NULL;
	int length = i2d_ASN1_OBJECT(OBJ_nid2obj(EC_curve_nist2nid(curve)), &der);

	ck_assert_int_gt(PEM_write_bio(bio, PEM_STRING_ECPARAMETERS, "", der, length), 0);
	shape_add_block(bytes, bio);
	OPENSSL_free(der);
}

static inline void
shape_add(struct buffer *bytes, const char *kind, char *name, char *how)
{
	BIO *bio;

	if (strcmp(kind, "C") == 0) {
		shape_add_curve(bytes, name);
	} else if (strcmp(kind, "E") == 0) {
		shape_add_sealed(bytes, shape_find(name)->key, how);
	} else if (strcmp(kind, "T") == 0 || strcmp(kind, "X") == 0) {
		shape_add_traditional(bytes, shape_find(name)->key, how);
	} else {
		bio = BIO_new(BIO_s_mem());
		ck_assert_int_eq(strcmp(kind, "P") == 0
				     ? PEM_write_bio_PKCS8PrivateKey(
					   bio, shape_find(name)->key, NULL, NULL, 0, NULL, NULL)
				     : PEM_write_bio_X509(bio, shape_find(name)->x509),
		    1);
		shape_add_block(bytes, bio);
	}
}

/* Adds what the text says. */
static inline void
shape_pem_make(struct buffer *bytes, const char *text)
{
	char word[128];

	while (*text != '\0') {
		size_t length = strcspn(text, "{");

		buffer_add(bytes, text, length);
		text += length;
		if (*text == '\0')
			break;
		length = strcspn(text, "}");
		ck_assert_uint_lt(length, sizeof(word));
		snprintf(word, sizeof(word), "%.*s", (int)length - 1, text + 1);
		text += length + 1;
		if (word[1] == ' ') {
			char *how = strchr(word + 2, ' ');

			word[1] = '\0';
			if (how != NULL)
				*how++ = '\0';
			shape_add(bytes, word, word + 2, how);
		} else {
			shape_add(bytes, "", word, NULL);
		}
	}
	ck_assert(!bytes->failed);
}

/* ---- what a block is --------------------------------------------------------------------- */

static inline bool
shape_is(const char *block, size_t length, const char *kind, const char *name)
{
	struct buffer expected = {0};
	char copy[64];
	bool is;

	snprintf(copy, sizeof(copy), "%s", name);
	shape_add(&expected, kind, copy, NULL);
	is = expected.length == length && memcmp(expected.bytes, block, length) == 0;
	buffer_release(&expected);
	return is;
}

static inline void
shape_name_key(struct buffer *line, const EVP_PKEY *key)
{
	for (size_t i = 0; key != NULL && i < made.count; i++)
		if (EVP_PKEY_eq(made.items[i].key, key) == 1) {
			shape_subject(line, made.items[i].x509);
			return;
		}
	buffer_add_string(line, "?");
}

static const char *const shape_passwords[] = {"secret", "of the row", "another", ""};

static inline void
shape_sealed(struct buffer *line, const unsigned char *der, long length)
{
	X509_SIG *sealed = d2i_X509_SIG(NULL, &der, length);
	const X509_ALGOR *algorithm;
	PKCS8_PRIV_KEY_INFO *info = NULL;
	EVP_PKEY *key = NULL;
	size_t i = 0;

	ck_assert_ptr_nonnull(sealed);
	for (; i < 4 && info == NULL; i++)
		info = PKCS8_decrypt(sealed, shape_passwords[i], (int)strlen(shape_passwords[i]));
	if (info != NULL)
		key = EVP_PKCS82PKEY(info);
	buffer_add_string(line, "{E ");
	shape_name_key(line, key);
	X509_SIG_get0(sealed, &algorithm, NULL);
	buffer_add_string(line, " ");
	shape_algorithm(line, algorithm);
	buffer_addf(line, "/%s}", info == NULL ? "?" : shape_passwords[i - 1]);
	EVP_PKEY_free(key);
	PKCS8_PRIV_KEY_INFO_free(info);
	X509_SIG_free(sealed);
	ERR_clear_error();
}

static inline void
shape_encrypted(struct buffer *line, const char *block, size_t length, const char *header)
{
	const char *cipher = strstr(header, "DEK-Info: ") + strlen("DEK-Info: ");
	EVP_PKEY *key = NULL;
	size_t i = 0;

	for (; i < 4 && key == NULL; i++) {
		BIO *bio = BIO_new_mem_buf(block, (int)length);

		key = PEM_read_bio_PrivateKey(bio, NULL, NULL, (void *)shape_passwords[i]);
		BIO_free(bio);
	}
	buffer_add_string(line, "{X ");
	shape_name_key(line, key);
	buffer_addf(line, " %.*s/%s}", (int)strcspn(cipher, ","), cipher,
	    key == NULL ? "?" : shape_passwords[i - 1]);
	EVP_PKEY_free(key);
	ERR_clear_error();
}

/* A block that is none of those made here byte for byte; others stay as they are. */
static inline void
shape_other_block(struct buffer *line, const char *block, size_t length)
{
	BIO *bio = BIO_new_mem_buf(block, (int)length);
	char *name = NULL, *header = NULL;
	unsigned char *data = NULL;
	long size = 0;

	if (PEM_read_bio(bio, &name, &header, &data, &size) != 1)
		buffer_add(line, block, length);
	else if (strcmp(name, PEM_STRING_PKCS8) == 0)
		shape_sealed(line, data, size);
	else if (strstr(header, "DEK-Info: ") != NULL)
		shape_encrypted(line, block, length, header);
	else
		buffer_add(line, block, length);
	OPENSSL_free(name);
	OPENSSL_free(header);
	OPENSSL_free(data);
	BIO_free(bio);
	ERR_clear_error();
}

static inline void
shape_block(struct buffer *line, const char *block, size_t length)
{
	static const char *const kinds[] = {"", "P", "T"}, *const curves[] = {"P-256", "P-384"};
	char name[64];

	for (size_t i = 0; i < 3 * made.count; i++) {
		const struct made *one = &made.items[i / 3];
		int type = EVP_PKEY_get_base_id(one->key);

		X509_NAME_get_text_by_NID(
		    X509_get_subject_name(one->x509), NID_commonName, name, sizeof(name));
		if ((i % 3 < 2 || type == EVP_PKEY_RSA || type == EVP_PKEY_EC) &&
		    shape_is(block, length, kinds[i % 3], name)) {
			buffer_addf(line, "{%s%s%s}", kinds[i % 3], i % 3 == 0 ? "" : " ", name);
			return;
		}
	}
	for (size_t i = 0; i < 2; i++)
		if (shape_is(block, length, "C", curves[i])) {
			buffer_addf(line, "{C %s}", curves[i]);
			return;
		}
	shape_other_block(line, block, length);
}

/* The next line that begins a block; NULL: there is none. */
static inline const char *
shape_begin(const struct buffer *bytes, const char *at)
{
	const char *end = bytes->bytes + bytes->length;

	for (; at < end && (at = memmem(at, (size_t)(end - at), "-----BEGIN ", 11)) != NULL; at++)
		if (at == bytes->bytes || strchr("\n\xbf", at[-1]) != NULL)
			return at;
	return NULL;
}

/* The file as such a text; what is no block is as it is. Lines of a block may end as those of
 * Windows do. Static: until the next call. */
static inline const char *
shape_pem(const struct buffer *bytes)
{
	static struct buffer line;
	const char *at = bytes->bytes, *end = at + bytes->length;

	buffer_clear(&line);
	buffer_add_string(&line, "");
	while (at != NULL && at < end) {
		const char *begin = shape_begin(bytes, at), *last = NULL;

		if (begin != NULL)
			last = memmem(begin, (size_t)(end - begin), "-----END ", 9);
		if (last != NULL)
			last = memmem(last + 9, (size_t)(end - last - 9), "-----", 5);
		if (last == NULL)
			begin = end;
		buffer_add(&line, at, (size_t)(begin - at));
		if (last != NULL) {
			struct buffer block = {0};

			buffer_add(&block, begin, (size_t)(last + 5 - begin));
			named_replace(&block, "\r\n", 2, "\n");
			shape_block(&line, block.bytes, block.length);
			buffer_release(&block);
		}
		at = last == NULL ? end : last + 5;
	}
	ck_assert(!line.failed);
	return line.bytes;
}

#endif
