#ifndef TESTS_CERTIFICATES_MADE_PKCS12_H
#define TESTS_CERTIFICATES_MADE_PKCS12_H

#include "certificates/made.h"

/* PKCS#12 files, made bag by bag. Included by suites. */

#define MADE_PLAIN (-1) /* in place of the NID of an encryption */
#define MADE_PBES2 NID_aes_256_cbc
#define MADE_NO_MAC 0 /* in place of iterations */

struct made_pkcs12 {
	const char *password; /* NULL is another one than "" */
	STACK_OF(PKCS12_SAFEBAG) * bags;
	STACK_OF(PKCS7) * safes;
};

static inline int
made_length(const char *password)
{
	return password == NULL ? 0 : (int)strlen(password);
}

static inline void
made_name(PKCS12_SAFEBAG *bag, const char *name, const char *key_id)
{
	ck_assert_ptr_nonnull(bag);
	if (name != NULL)
		ck_assert_int_eq(PKCS12_add_friendlyname_utf8(bag, name, -1), 1);
	if (key_id != NULL)
		ck_assert_int_eq(
		    PKCS12_add_localkeyid(bag, (unsigned char *)key_id, (int)strlen(key_id)), 1);
}

/* A certificate; name and localKeyID may be NULL. */
static inline void
made_cert(struct made_pkcs12 *file, const struct made *one, const char *name, const char *key_id)
{
	made_name(PKCS12_add_cert(&file->bags, one->x509), NULL, NULL);
	made_name(sk_PKCS12_SAFEBAG_value(file->bags, sk_PKCS12_SAFEBAG_num(file->bags) - 1), name,
	    key_id);
}

/* So that a file can ask for more iterations than a test has time for. */
#define MADE_ITERATIONS_MOST 1000000

static inline int
made_few(int iterations)
{
	return iterations > MADE_ITERATIONS_MOST ? 1 : iterations;
}

static inline void
made_ask(X509_ALGOR *algorithm, int nid, int iterations)
{
	X509_ALGOR *asks = nid == MADE_PBES2
			       ? PKCS5_pbe2_set(EVP_aes_256_cbc(), iterations, NULL, 0)
			       : PKCS5_pbe_set(nid, iterations, NULL, 0);

	if (iterations > MADE_ITERATIONS_MOST)
		ck_assert_int_eq(X509_ALGOR_copy(algorithm, asks), 1);
	X509_ALGOR_free(asks);
}

/* A key, with the encryption `nid` and so many iterations. */
static inline void
made_key_bag(struct made_pkcs12 *file, const struct made *one, const char *const names[2], int nid,
    int iterations)
{
	PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(one->key);
	PKCS12_SAFEBAG *bag;

	if (nid == MADE_PLAIN) {
		bag = PKCS12_SAFEBAG_create0_p8inf(info);
	} else {
		const X509_ALGOR *algorithm;

		bag = PKCS12_SAFEBAG_create_pkcs8_encrypt(nid, file->password,
		    made_length(file->password), NULL, 0, made_few(iterations), info);
		PKCS8_PRIV_KEY_INFO_free(info);
		X509_SIG_get0(PKCS12_SAFEBAG_get0_pkcs8(bag), &algorithm, NULL);
		made_ask((X509_ALGOR *)algorithm, nid, iterations);
	}
	made_name(bag, names[0], names[1]);
	if (file->bags == NULL)
		file->bags = sk_PKCS12_SAFEBAG_new_null();
	sk_PKCS12_SAFEBAG_push(file->bags, bag);
}

/* The bags so far are a safe. */
static inline void
made_safe(struct made_pkcs12 *file, int nid, int iterations)
{
	PKCS7 *safe = nid == MADE_PLAIN
			  ? PKCS12_pack_p7data(file->bags)
			  : PKCS12_pack_p7encdata(nid, file->password, made_length(file->password),
				NULL, 0, made_few(iterations), file->bags);

	ck_assert_ptr_nonnull(safe);
	if (nid != MADE_PLAIN)
		made_ask(safe->d.encrypted->enc_data->algorithm, nid, iterations);
	if (file->safes == NULL)
		file->safes = sk_PKCS7_new_null();
	sk_PKCS7_push(file->safes, safe);
	sk_PKCS12_SAFEBAG_pop_free(file->bags, PKCS12_SAFEBAG_free);
	file->bags = NULL;
}

/* The bags so far are nested in a bag. */
static inline void
made_nest(struct made_pkcs12 *file)
{
	PKCS12_SAFEBAG *bag = PKCS12_SAFEBAG_new(), *copy;
	STACK_OF(PKCS12_SAFEBAG) *outer = sk_PKCS12_SAFEBAG_new_null();
	unsigned char *der = NULL;
	const unsigned char *at;
	struct buffer bytes = {0};
	int length;

	/* No function makes such a bag: SEQUENCE { OID, [0] SafeContents }. */
	length = ASN1_item_i2d((ASN1_VALUE *)file->bags, &der, ASN1_ITEM_rptr(PKCS12_SAFEBAGS));
	ck_assert_int_gt(length, 0);
	buffer_addf(&bytes, "%c%c%c%c", 0x30, 0x83, (length + 18) >> 16, (length + 18) >> 8 & 255);
	bytes.length = 4; /* a NUL may be among them */
	buffer_add(&bytes, (const char[]){(char)(length + 18)}, 1);
	buffer_add(&bytes, "\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x0a\x01\x06\xa0\x83", 15);
	buffer_add(
	    &bytes, (const char[]){(char)(length >> 16), (char)(length >> 8), (char)length}, 3);
	buffer_add(&bytes, (const char *)der, (size_t)length);
	at = (const unsigned char *)bytes.bytes;
	copy = d2i_PKCS12_SAFEBAG(&bag, &at, (long)bytes.length);
	ck_assert_ptr_nonnull(copy);
	OPENSSL_free(der);
	buffer_release(&bytes);
	sk_PKCS12_SAFEBAG_pop_free(file->bags, PKCS12_SAFEBAG_free);
	sk_PKCS12_SAFEBAG_push(outer, copy);
	file->bags = outer;
}

/* The file, with a MAC of SHA-256 or MADE_NO_MAC. */
static inline void
made_file(struct made_pkcs12 *file, int mac_iterations, struct buffer *bytes)
{
	PKCS12 *whole = PKCS12_add_safes(file->safes, NID_pkcs7_data);
	BIO *bio = BIO_new(BIO_s_mem());

	ck_assert_ptr_nonnull(whole);
	if (mac_iterations != MADE_NO_MAC) {
		const ASN1_INTEGER *asks;

		ck_assert_int_eq(PKCS12_set_mac(whole, file->password, made_length(file->password),
				     NULL, 0, 2, EVP_sha256()),
		    1);
		if (mac_iterations <= MADE_ITERATIONS_MOST)
			PKCS12_set_mac(whole, file->password, made_length(file->password), NULL, 0,
			    mac_iterations, EVP_sha256());
		PKCS12_get0_mac(NULL, NULL, NULL, &asks, whole);
		if (mac_iterations > MADE_ITERATIONS_MOST)
			ASN1_INTEGER_set((ASN1_INTEGER *)asks, mac_iterations);
	}
	buffer_clear(bytes);
	ck_assert_int_eq(i2d_PKCS12_bio(bio, whole), 1);
	made_add_bio(bytes, bio);
	PKCS12_free(whole);
	sk_PKCS7_pop_free(file->safes, PKCS7_free);
	file->safes = NULL;
}

/* As `openssl pkcs12 -export` makes it: www with its key and chain. */
static inline void
made_export(
    struct buffer *bytes, const char *password, const struct made *leaf, const struct made *ca)
{
	struct made_pkcs12 file = {.password = password};
	const char *const names[] = {"www", "1"};

	made_cert(&file, leaf, "www", "1");
	if (ca != NULL)
		made_cert(&file, ca, NULL, NULL);
	made_safe(&file, MADE_PBES2, 100);
	made_key_bag(&file, leaf, names, MADE_PBES2, 100);
	made_safe(&file, MADE_PLAIN, 0);
	made_file(&file, 100, bytes);
}

#endif
