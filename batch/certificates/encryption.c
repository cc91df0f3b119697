#include "certificates/encryption_private.h"

#include <openssl/evp.h>
#include <openssl/x509.h>

#define ENCRYPTION_SALT 16 /* bytes, of what is new (SP 800-132, 5.1) */

/* The parameters of a password-based encryption. */
struct encryption {
	int pbe;    /* NID of PKCS#5 v1.5 or PKCS#12; NID_pbes2 */
	int cipher; /* NIDs, of PBES2 */
	int prf;
	long iterations;
	int salt; /* bytes */
};

static const struct encryption encryption_new = {
    NID_pbes2, NID_aes_256_cbc, NID_hmacWithSHA256, ENCRYPTION_ITERATIONS, ENCRYPTION_SALT};

/* ---- what was found ---------------------------------------------------------------------- */

/* PBKDF2 (RFC 8018, A.2). */
static bool
encryption_take_derivation(struct encryption *found, const X509_ALGOR *algorithm)
{
	PBKDF2PARAM *derivation = ASN1_TYPE_unpack_sequence(
	    ASN1_ITEM_rptr(PBKDF2PARAM), algorithm->parameter);

	if (derivation == NULL)
		return false;
	found->prf = derivation->prf == NULL ? NID_hmacWithSHA1
					     : OBJ_obj2nid(derivation->prf->algorithm);
	found->iterations = ASN1_INTEGER_get(derivation->iter);
	if (derivation->salt->type == V_ASN1_OCTET_STRING)
		found->salt = ASN1_STRING_length(derivation->salt->value.octet_string);
	PBKDF2PARAM_free(derivation);
	return true;
}

static bool
encryption_take_pbes2(struct encryption *found, const X509_ALGOR *algorithm)
{
	PBE2PARAM *both = ASN1_TYPE_unpack_sequence(
	    ASN1_ITEM_rptr(PBE2PARAM), algorithm->parameter);
	bool good;

	if (both == NULL)
		return false;
	found->cipher = OBJ_obj2nid(both->encryption->algorithm);
	good = OBJ_obj2nid(both->keyfunc->algorithm) == NID_id_pbkdf2 &&
	       encryption_take_derivation(found, both->keyfunc);
	PBE2PARAM_free(both);
	return good;
}

/* False: its parameters cannot be read. */
static bool
encryption_take(struct encryption *found, const X509_ALGOR *algorithm)
{
	PBEPARAM *parameters;

	*found = (struct encryption){.pbe = OBJ_obj2nid(algorithm->algorithm)};
	if (found->pbe == NID_pbes2)
		return encryption_take_pbes2(found, algorithm);
	parameters = ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBEPARAM), algorithm->parameter);
	if (parameters == NULL)
		return false;
	found->iterations = ASN1_INTEGER_get(parameters->iter);
	found->salt = ASN1_STRING_length(parameters->salt);
	PBEPARAM_free(parameters);
	return true;
}

/* ---- what is strong enough --------------------------------------------------------------- */

static bool
encryption_cipher_is_strong(int cipher)
{
	return cipher == NID_aes_128_cbc || cipher == NID_aes_192_cbc || cipher == NID_aes_256_cbc;
}

static bool
encryption_prf_is_strong(int prf)
{
	return prf == NID_hmacWithSHA256 || prf == NID_hmacWithSHA384 ||
	       prf == NID_hmacWithSHA512 || prf == NID_hmacWithSHA512_256;
}

bool
encryption_is_strong(const X509_ALGOR *algorithm)
{
	struct encryption found;

	return encryption_take(&found, algorithm) && found.pbe == NID_pbes2 &&
	       encryption_cipher_is_strong(found.cipher) && encryption_prf_is_strong(found.prf) &&
	       found.iterations >= ENCRYPTION_ITERATIONS_LEAST;
}

static void
encryption_strengthen(struct encryption *found)
{
	if (found->pbe != NID_pbes2 || !encryption_cipher_is_strong(found->cipher))
		found->cipher = encryption_new.cipher;
	if (found->pbe != NID_pbes2 || !encryption_prf_is_strong(found->prf))
		found->prf = encryption_new.prf;
	if (found->pbe != NID_pbes2 || found->salt < 8)
		found->salt = encryption_new.salt;
	if (found->iterations < ENCRYPTION_ITERATIONS_LEAST)
		found->iterations = ENCRYPTION_ITERATIONS_LEAST;
	found->pbe = NID_pbes2;
}

/* ---- encryption -------------------------------------------------------------------------- */

/* With a salt and a vector of its own. */
static X509_ALGOR *
encryption_algorithm(const struct encryption_wish *wish)
{
	struct encryption as = encryption_new;
	const EVP_CIPHER *cipher;

	if (wish->found != NULL && !encryption_take(&as, wish->found))
		return NULL;
	if (!wish->legacy)
		encryption_strengthen(&as);
	if (as.pbe != NID_pbes2)
		return PKCS5_pbe_set(as.pbe, (int)as.iterations, NULL, as.salt);
	cipher = EVP_get_cipherbynid(as.cipher);
	return cipher == NULL
		   ? NULL
		   : PKCS5_pbe2_set_iv(cipher, (int)as.iterations, NULL, as.salt, NULL, as.prf);
}

PKCS7 *
encryption_seal_safe(const struct encryption_wish *wish, const unsigned char *plain, size_t length)
{
	X509_ALGOR *algorithm = encryption_algorithm(wish);
	PKCS7 *safe = PKCS7_new();
	unsigned char *sealed = NULL;
	int size = 0;

	if (algorithm == NULL || safe == NULL || PKCS7_set_type(safe, NID_pkcs7_encrypted) != 1 ||
	    PKCS12_pbe_crypt(algorithm, wish->password, wish->length, plain, (int)length, &sealed,
		&size, 1) == NULL) {
		X509_ALGOR_free(algorithm);
		PKCS7_free(safe);
		return NULL;
	}
	X509_ALGOR_free(safe->d.encrypted->enc_data->algorithm);
	safe->d.encrypted->enc_data->algorithm = algorithm;
	safe->d.encrypted->enc_data->enc_data = ASN1_OCTET_STRING_new();
	if (safe->d.encrypted->enc_data->enc_data == NULL) {
		OPENSSL_free(sealed);
		PKCS7_free(safe);
		return NULL;
	}
	ASN1_STRING_set0(safe->d.encrypted->enc_data->enc_data, sealed, size);
	return safe;
}

X509_SIG *
encryption_seal_info(const struct encryption_wish *wish, PKCS8_PRIV_KEY_INFO *info)
{
	X509_ALGOR *algorithm = encryption_algorithm(wish);
	X509_SIG *sealed = algorithm == NULL
			       ? NULL
			       : PKCS8_set0_pbe(wish->password, wish->length, info, algorithm);

	if (sealed == NULL)
		X509_ALGOR_free(algorithm);
	return sealed;
}
