#include "certificates/algorithm.h"

#include "crypto/start.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/objects.h>

bool
algorithm_is_oid(const char *text, size_t length)
{
	bool digit = false;
	size_t dots = 0;

	for (size_t i = 0; i < length; i++) {
		if (text[i] == '.' ? !digit : !isdigit((unsigned char)text[i]))
			return false;
		digit = text[i] != '.';
		dots += text[i] == '.';
	}
	return digit && dots > 0 && length < CERTIFICATE_OID_SIZE && text[0] <= '2' &&
	       text[1] == '.';
}

/* Without regard to case, signs and the words between: "SHA256withRSA" is "sha256rsa". */
static bool
algorithm_plain(const char *text, size_t length, char *plain, size_t size)
{
	static const char *const fillers[] = {"with", "encryption"};
	size_t used = 0;

	for (size_t i = 0; i < length; i++) {
		if (!isalnum((unsigned char)text[i]))
			continue;
		if (used + 1 >= size)
			return false;
		plain[used++] = (char)tolower((unsigned char)text[i]);
		for (size_t f = 0; f < sizeof(fillers) / sizeof(fillers[0]); f++) {
			size_t filler = strlen(fillers[f]);

			if (used >= filler &&
			    memcmp(plain + used - filler, fillers[f], filler) == 0)
				used -= filler;
		}
	}
	plain[used] = '\0';
	return used > 0;
}

/* The name of a digest and that of a kind of keys, in any order. */
static int
algorithm_of_pair(const char *plain)
{
	static const struct {
		const char *name;
		int nid;
	} digests[] = {{"md2", NID_md2}, {"md5", NID_md5}, {"sha1", NID_sha1},
	    {"sha224", NID_sha224}, {"sha256", NID_sha256}, {"sha384", NID_sha384},
	    {"sha512", NID_sha512}, {"sha3256", NID_sha3_256}, {"sha3384", NID_sha3_384},
	    {"sha3512", NID_sha3_512}},
	  keys[] = {
	      {"rsa", NID_rsaEncryption}, {"ecdsa", NID_X9_62_id_ecPublicKey}, {"dsa", NID_dsa}};
	char one[32], other[32];
	int signature;

	for (size_t d = 0; d < sizeof(digests) / sizeof(digests[0]); d++)
		for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++) {
			snprintf(one, sizeof(one), "%s%s", digests[d].name, keys[k].name);
			snprintf(other, sizeof(other), "%s%s", keys[k].name, digests[d].name);
			if ((strcmp(plain, one) == 0 || strcmp(plain, other) == 0) &&
			    OBJ_find_sigid_by_algs(&signature, digests[d].nid, keys[k].nid) == 1)
				return signature;
		}
	return NID_undef;
}

static int
algorithm_of_name(const char *plain)
{
	static const struct {
		const char *name;
		int nid;
	} names[] = {{"rsassapss", NID_rsassaPss}, {"rsapss", NID_rsassaPss},
	    {"rsapsspss", NID_rsassaPss}, {"ed25519", NID_ED25519}, {"ed448", NID_ED448}};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(plain, names[i].name) == 0)
			return names[i].nid;
	return algorithm_of_pair(plain);
}

/* Any other signature algorithm that OpenSSL has, by its name to the letter. */
static int
algorithm_of_openssl(const char *text, size_t length)
{
	char name[CERTIFICATE_OID_SIZE];
	int nid;

	if (length >= sizeof(name))
		return NID_undef;
	memcpy(name, text, length);
	name[length] = '\0';
	nid = OBJ_txt2nid(name);
	ERR_clear_error();
	return OBJ_find_sigid_algs(nid, NULL, NULL) == 1 ? nid : NID_undef;
}

bool
algorithm_signature(const char *text, size_t length, char oid[CERTIFICATE_OID_SIZE])
{
	char plain[64];
	int nid = NID_undef;

	if (algorithm_is_oid(text, length)) {
		memcpy(oid, text, length);
		oid[length] = '\0';
		return true;
	}
	if (crypto_begin(NULL) == -1)
		return false;
	if (algorithm_plain(text, length, plain, sizeof(plain)))
		nid = algorithm_of_name(plain);
	if (nid == NID_undef)
		nid = algorithm_of_openssl(text, length);
	return nid != NID_undef && OBJ_obj2txt(oid, CERTIFICATE_OID_SIZE, OBJ_nid2obj(nid), 1) > 0;
}

bool
algorithm_curve(const char *text, size_t length, char curve[ALGORITHM_CURVE_SIZE])
{
	static const struct {
		const char *name, *nist;
	} others[] = {{"secp192r1", "P-192"}, {"secp256r1", "P-256"}, {"prime256v1", "P-256"}};
	const char *nist = NULL;
	int nid;

	if (length >= ALGORITHM_CURVE_SIZE)
		return false;
	memcpy(curve, text, length);
	curve[length] = '\0';
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (strcasecmp(curve, others[i].name) == 0)
			nist = others[i].nist;
	nid = nist == NULL && crypto_begin(NULL) == 0 ? OBJ_txt2nid(curve) : NID_undef;
	ERR_clear_error();
	if (nid != NID_undef)
		nist = EC_curve_nid2nist(nid) != NULL ? EC_curve_nid2nist(nid) : OBJ_nid2sn(nid);
	if (nist != NULL)
		snprintf(curve, ALGORITHM_CURVE_SIZE, "%s", nist);
	return true;
}
