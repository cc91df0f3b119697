#include "certificates/renewal_pem_private.h"

#include "certificates/encryption_private.h"

#include <openssl/err.h>
#include <openssl/pem.h>

/* New blocks of a store in PEM files. */

/* Adds what is in the bio, with the lines of the file and without the end of the last one. */
static int
renewal_pem_add_bio(struct renewal_pem *r, struct buffer *text, BIO *bio, int written)
{
	char *bytes = NULL;
	long length = bio == NULL || written != 1 ? 0 : BIO_get_mem_data(bio, &bytes);

	while (length > 0 && bytes[length - 1] == '\n')
		length--;
	for (long i = 0; i < length; i++)
		if (bytes[i] == '\n')
			buffer_add_string(text, r->eol);
		else
			buffer_add(text, bytes + i, 1);
	ERR_clear_error();
	return length > 0 && !text->failed ? 0 : error_memory(&r->source.err);
}

int
renewal_pem_add_certificate(struct renewal_pem *r, struct buffer *text, X509 *x509)
{
	BIO *bio = BIO_new(BIO_s_mem());
	int rc = renewal_pem_add_bio(r, text, bio, bio == NULL ? 0 : PEM_write_bio_X509(bio, x509));

	BIO_free(bio);
	return rc;
}

int
renewal_pem_add_parameters(struct renewal_pem *r, struct buffer *text)
{
	BIO *bio = BIO_new(BIO_s_mem());
	unsigned char *der = NULL;
	char group[64] = "";
	const ASN1_OBJECT *curve;
	int length = 0, written = 0, rc;

	if (EVP_PKEY_get_group_name(r->credential->key, group, sizeof(group), NULL) == 1) {
		curve = OBJ_nid2obj(OBJ_txt2nid(group));
		length = curve == NULL ? 0 : i2d_ASN1_OBJECT(curve, &der);
	}
	if (length > 0 && bio != NULL)
		written = PEM_write_bio(bio, PEM_STRING_ECPARAMETERS, "", der, length) > 0;
	rc = renewal_pem_add_bio(r, text, bio, written);
	OPENSSL_free(der);
	BIO_free(bio);
	return rc;
}

/* PKCS#8, encrypted. */
static int
renewal_pem_write_sealed(struct renewal_pem *r, BIO *bio, const struct renewal_password *password,
    const X509_ALGOR *found)
{
	const struct encryption_wish wish = {.found = found,
	    .legacy = r->renewal->legacy,
	    .password = password->text,
	    .length = (int)password->length};
	X509_SIG *sealed = encryption_seal_info(&wish, r->credential->info);
	int written = sealed == NULL ? 0 : PEM_write_bio_PKCS8(bio, sealed);

	X509_SIG_free(sealed);
	return written;
}

/* The password for a key that was encrypted: that which opened it. NULL and the reason. */
static const struct renewal_password *
renewal_pem_password(struct renewal_pem *r, struct pem_part *old)
{
	const struct renewal_password *store = &r->renewal->store_password;

	if (store->text == NULL)
		install_refuse(&r->renewal->reason, INSTALL_NO_PASSWORD,
		    "the key is encrypted, and neither the row nor the store has a password");
	else if (renewal_pem_key(r, old) == NULL || !old->store_opens)
		install_refuse(&r->renewal->reason, INSTALL_NO_PASSWORD,
		    "the password of the store does not open the key that is there");
	else
		return store;
	return NULL;
}

static bool
renewal_pem_has_traditional_form(const EVP_PKEY *key)
{
	int type = EVP_PKEY_get_base_id(key);

	return type == EVP_PKEY_RSA || type == EVP_PKEY_EC || type == EVP_PKEY_DSA;
}

bool
renewal_pem_keeps_traditional(const struct renewal_pem *r, const struct pem_part *old)
{
	return old->form == FORM_SEALED_TRADITIONAL && r->renewal->legacy && old->cipher != NULL &&
	       renewal_pem_has_traditional_form(r->credential->key);
}

/* As the old one was, encrypted with the password of the store. */
static int
renewal_pem_write_as_found(struct renewal_pem *r, BIO *bio, struct pem_part *old)
{
	const struct renewal_password *password = renewal_pem_password(r, old);
	const X509_ALGOR *found = NULL;

	if (password == NULL)
		return 0;
	if (renewal_pem_keeps_traditional(r, old))
		return PEM_write_bio_PrivateKey_traditional(bio, r->credential->key, old->cipher,
		    (const unsigned char *)password->text, (int)password->length, NULL, NULL);
	if (old->sealed != NULL)
		X509_SIG_get0(old->sealed, &found, NULL);
	return renewal_pem_write_sealed(r, bio, password, found);
}

static int
renewal_pem_write_plain(struct renewal_pem *r, BIO *bio, bool traditional)
{
	const EVP_PKEY *key = r->credential->key;

	r->renewal->key_is_plain = true;
	if (traditional && renewal_pem_has_traditional_form(key))
		return PEM_write_bio_PrivateKey_traditional(bio, key, NULL, NULL, 0, NULL, NULL);
	return PEM_write_bio_PKCS8_PRIV_KEY_INFO(bio, r->credential->info);
}

int
renewal_pem_add_key(struct renewal_pem *r, struct buffer *text, struct pem_part *old)
{
	const struct renewal_password *row = &r->renewal->row_password;
	BIO *bio = BIO_new(BIO_s_secmem());
	int written = 0, rc;

	if (bio != NULL && row->text != NULL)
		written = renewal_pem_write_sealed(r, bio, row, NULL);
	else if (bio != NULL && old != NULL &&
		 (old->form == FORM_SEALED || old->form == FORM_SEALED_TRADITIONAL))
		written = renewal_pem_write_as_found(r, bio, old);
	else if (bio != NULL)
		written = renewal_pem_write_plain(
		    r, bio, old != NULL && old->form == FORM_TRADITIONAL);
	rc = r->renewal->reason.why != INSTALL_GOOD ? -1
						    : renewal_pem_add_bio(r, text, bio, written);
	BIO_free(bio);
	return rc;
}
