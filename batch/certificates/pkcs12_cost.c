#include "certificates/pkcs12_private.h"

#include <openssl/err.h>
#include <openssl/evp.h>

#define OID_PBMAC1 "1.2.840.113549.1.5.14" /* RFC 9579: no OpenSSL before 3.4 has it */

int
pkcs12_unsupported(struct pkcs12 *p, const char *what, const ASN1_OBJECT *oid)
{
	char name[CERTIFICATE_OID_SIZE];

	ERR_clear_error();
	OBJ_obj2txt(name, sizeof(name), oid, 0);
	return entries_fault(
	    p->source, UNREADABLE_UNSUPPORTED_ALGORITHM, "%s of the algorithm %s", what, name);
}

static int
cost_add(struct pkcs12 *p, const ASN1_INTEGER *count)
{
	uint64_t iterations = 1; /* the default of a MAC */

	if (count != NULL && ASN1_INTEGER_get_uint64(&iterations, count) != 1)
		iterations = UINT64_MAX; /* below 0, or more than 64 bits */
	ERR_clear_error();
	if (iterations > PKCS12_ITERATIONS_MOST ||
	    p->iterations + iterations > PKCS12_ITERATIONS_MOST)
		return entries_fault(p->source, UNREADABLE_TOO_MANY_ITERATIONS,
		    "more than %d iterations", PKCS12_ITERATIONS_MOST);
	p->iterations += iterations;
	return 0;
}

static bool
cost_has_cipher(int nid)
{
	EVP_CIPHER *cipher = nid <= NID_undef ? NULL
					      : EVP_CIPHER_fetch(NULL, OBJ_nid2sn(nid), NULL);
	bool has = cipher != NULL;

	EVP_CIPHER_free(cipher);
	ERR_clear_error();
	return has;
}

static bool
cost_has_digest(int nid)
{
	EVP_MD *digest = nid <= NID_undef ? NULL : EVP_MD_fetch(NULL, OBJ_nid2sn(nid), NULL);
	bool has = digest != NULL;

	EVP_MD_free(digest);
	ERR_clear_error();
	return has;
}

/* A parameter that is a SEQUENCE; NULL: it is not there, or damaged. */
static void *
cost_parameter(const X509_ALGOR *algorithm, const ASN1_ITEM *item)
{
	const void *value;
	int type;
	const ASN1_OBJECT *oid;
	void *parameter = NULL;

	X509_ALGOR_get0(&oid, &type, &value, algorithm);
	if (type == V_ASN1_SEQUENCE)
		parameter = ASN1_item_unpack(value, item);
	ERR_clear_error();
	return parameter;
}

static int
cost_damaged(struct pkcs12 *p)
{
	return entries_fault(
	    p->source, UNREADABLE_DAMAGED, "the parameters of an encryption cannot be read");
}

static int
cost_of_pbkdf2(struct pkcs12 *p, const X509_ALGOR *algorithm)
{
	PBKDF2PARAM *derivation = cost_parameter(algorithm, ASN1_ITEM_rptr(PBKDF2PARAM));
	int function = NID_hmacWithSHA1, digest = NID_undef, rc;

	if (derivation == NULL)
		return cost_damaged(p);
	if (derivation->prf != NULL)
		function = OBJ_obj2nid(derivation->prf->algorithm);
	if (EVP_PBE_find(EVP_PBE_TYPE_PRF, function, NULL, &digest, NULL) != 1 ||
	    !cost_has_digest(digest))
		rc = pkcs12_unsupported(p, "key derivation",
		    derivation->prf == NULL ? algorithm->algorithm : derivation->prf->algorithm);
	else
		rc = cost_add(p, derivation->iter);
	ERR_clear_error();
	PBKDF2PARAM_free(derivation);
	return rc;
}

/* PBES2 (RFC 8018, 6.2): a key derivation and a cipher. */
static int
cost_of_pbes2(struct pkcs12 *p, const X509_ALGOR *algorithm)
{
	PBE2PARAM *both = cost_parameter(algorithm, ASN1_ITEM_rptr(PBE2PARAM));
	int rc;

	if (both == NULL)
		return cost_damaged(p);
	if (OBJ_obj2nid(both->keyfunc->algorithm) != NID_id_pbkdf2)
		rc = pkcs12_unsupported(p, "key derivation", both->keyfunc->algorithm);
	else if (!cost_has_cipher(OBJ_obj2nid(both->encryption->algorithm)))
		rc = pkcs12_unsupported(p, "encryption", both->encryption->algorithm);
	else
		rc = cost_of_pbkdf2(p, both->keyfunc);
	PBE2PARAM_free(both);
	return rc;
}

int
pkcs12_cost_of(struct pkcs12 *p, const X509_ALGOR *algorithm)
{
	int nid = OBJ_obj2nid(algorithm->algorithm), cipher = NID_undef, digest = NID_undef;
	PBEPARAM *parameter;
	int rc;

	if (nid == NID_pbes2)
		return cost_of_pbes2(p, algorithm);
	if (EVP_PBE_find(EVP_PBE_TYPE_OUTER, nid, &cipher, &digest, NULL) != 1 ||
	    !cost_has_cipher(cipher) || !cost_has_digest(digest))
		return pkcs12_unsupported(p, "encryption", algorithm->algorithm);
	parameter = cost_parameter(algorithm, ASN1_ITEM_rptr(PBEPARAM));
	rc = parameter == NULL ? cost_damaged(p) : cost_add(p, parameter->iter);
	PBEPARAM_free(parameter);
	return rc;
}

int
pkcs12_cost_of_mac(struct pkcs12 *p)
{
	const ASN1_INTEGER *iterations;
	const X509_ALGOR *algorithm;
	char oid[CERTIFICATE_OID_SIZE];

	if (PKCS12_mac_present(p->file) != 1)
		return 0;
	PKCS12_get0_mac(NULL, &algorithm, NULL, &iterations, p->file);
	OBJ_obj2txt(oid, sizeof(oid), algorithm->algorithm, 1);
	if (strcmp(oid, OID_PBMAC1) == 0)
		return entries_fault(
		    p->source, UNREADABLE_UNSUPPORTED_ALGORITHM, "integrity by PBMAC1 (RFC 9579)");
	if (!cost_has_digest(OBJ_obj2nid(algorithm->algorithm)))
		return pkcs12_unsupported(p, "integrity", algorithm->algorithm);
	return cost_add(p, iterations);
}

int
pkcs12_may_derive(struct pkcs12 *p)
{
	if (p->options->ticks == NULL || p->options->ticks() <= p->options->deadline)
		return 0;
	return entries_fault(p->source, UNREADABLE_TOO_MANY_ITERATIONS,
	    "its key derivations take longer than a store is given");
}
