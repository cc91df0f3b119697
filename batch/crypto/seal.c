#include "crypto/seal.h"

#include "crypto/secret_private.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#define NONCE_SIZE 12
#define TAG_SIZE 16
#define SEAL_VERSION 2
#define SEAL_VERSION_OLD 1
#define ROW_SIZE 8

_Static_assert(SEAL_OVERHEAD == 1 + NONCE_SIZE + TAG_SIZE, "the layout of a sealed value");
_Static_assert(SEAL_KEY_SIZE == KEY_SIZE + SEAL_OVERHEAD, "the layout of a sealed data key");

static const char *const fields[SEAL_FIELDS] = {
#define SEAL_FIELD_WORD(name, word) [SEAL_##name] = (word),
    SEAL_FIELD_LIST(SEAL_FIELD_WORD)
#undef SEAL_FIELD_WORD
};

/* What is authenticated with the text. */
struct seal_bound {
	unsigned char bytes[SEAL_DATABASE_SIZE + ROW_SIZE + 32];
	int length;
};

static void
seal_put_row(int64_t row, unsigned char bytes[ROW_SIZE])
{
	for (int i = ROW_SIZE - 1; i >= 0; i--) {
		bytes[i] = (unsigned char)(row & 0xff);
		row >>= 8;
	}
}

/* The id of the database, the row, big-endian, and the name of the field. */
static void
seal_bind(const struct seal_place *place, struct seal_bound *bound)
{
	size_t length = strlen(fields[place->field]);

	memcpy(bound->bytes, place->database, SEAL_DATABASE_SIZE);
	seal_put_row(place->row, bound->bytes + SEAL_DATABASE_SIZE);
	memcpy(bound->bytes + SEAL_DATABASE_SIZE + ROW_SIZE, fields[place->field], length);
	bound->length = SEAL_DATABASE_SIZE + ROW_SIZE + (int)length;
}

/* As earlier versions: the id of a request, or minus the id of a store. */
static void
seal_bind_old(const struct seal_place *place, struct seal_bound *bound)
{
	seal_put_row(place->field == SEAL_STORE_PASSWORD ? -place->row : place->row, bound->bytes);
	bound->length = ROW_SIZE;
}

static const struct error_place seal_at = {.field = "Password"};

int
seal_close(const struct secret *secret, const struct seal_place *place, struct seal_bytes text,
    unsigned char *sealed, struct error *err)
{
	unsigned char *nonce = sealed + 1, *into = nonce + NONCE_SIZE;
	EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
	int length = (int)text.length, size = 0, rc = -1;
	struct seal_bound bound;

	seal_bind(place, &bound);
	sealed[0] = SEAL_VERSION;
	if (RAND_bytes(nonce, NONCE_SIZE) != 1)
		error_set_at(
		    err, ERROR_STORAGE, seal_at, "the system has no random bytes to seal it with");
	else if (cipher == NULL ||
		 EVP_EncryptInit_ex(cipher, EVP_aes_256_gcm(), NULL, secret->key, nonce) != 1 ||
		 EVP_EncryptUpdate(cipher, NULL, &size, bound.bytes, bound.length) != 1 ||
		 EVP_EncryptUpdate(cipher, into, &size, text.bytes, length) != 1 ||
		 EVP_EncryptFinal_ex(cipher, into + size, &size) != 1 ||
		 EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_GET_TAG, TAG_SIZE, into + length) != 1)
		error_set_at(err, ERROR_STORAGE, seal_at, "sealing failed");
	else
		rc = 0;
	EVP_CIPHER_CTX_free(cipher);
	return rc;
}

bool
seal_is_old(struct seal_bytes sealed)
{
	return sealed.length >= SEAL_OVERHEAD &&
	       *(const unsigned char *)sealed.bytes == SEAL_VERSION_OLD;
}

/* -1 where OpenSSL has no memory. Whether the tag is right shows at EVP_DecryptFinal_ex(). */
static int
seal_decrypt(EVP_CIPHER_CTX *cipher, const struct secret *secret, const struct seal_bound *bound,
    struct seal_bytes sealed, char *text)
{
	const unsigned char *nonce = (const unsigned char *)sealed.bytes + 1;
	const unsigned char *from = nonce + NONCE_SIZE;
	size_t plain = sealed.length - SEAL_OVERHEAD;
	unsigned char tag[TAG_SIZE];
	int size = 0;

	memcpy(tag, from + plain, TAG_SIZE);
	if (EVP_DecryptInit_ex(cipher, EVP_aes_256_gcm(), NULL, secret->key, nonce) != 1 ||
	    EVP_DecryptUpdate(cipher, NULL, &size, bound->bytes, bound->length) != 1 ||
	    EVP_DecryptUpdate(cipher, (unsigned char *)text, &size, from, (int)plain) != 1 ||
	    EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_SET_TAG, TAG_SIZE, tag) != 1)
		return -1;
	return 0;
}

enum secret_answer
seal_open(const struct secret *secret, const struct seal_place *place, struct seal_bytes sealed,
    char *text, struct error *err)
{
	bool is_old = seal_is_old(sealed);
	enum secret_answer answer = SECRET_GOOD;
	unsigned char rest[EVP_MAX_BLOCK_LENGTH];
	struct seal_bound bound;
	EVP_CIPHER_CTX *cipher;
	int size = 0;

	if (sealed.length < SEAL_OVERHEAD ||
	    (!is_old && *(const unsigned char *)sealed.bytes != SEAL_VERSION)) {
		error_set_at(err, ERROR_STORAGE, seal_at, "not a sealed password");
		return SECRET_REFUSED;
	}
	if (is_old)
		seal_bind_old(place, &bound);
	else
		seal_bind(place, &bound);
	cipher = EVP_CIPHER_CTX_new();
	if (cipher == NULL || seal_decrypt(cipher, secret, &bound, sealed, text) == -1) {
		answer = secret_no_memory(err);
	} else if (EVP_DecryptFinal_ex(cipher, rest, &size) != 1) {
		error_set_at(err, ERROR_STORAGE, seal_at,
		    "the sealed password cannot be opened with this key");
		answer = SECRET_REFUSED;
	}
	if (answer != SECRET_GOOD)
		OPENSSL_cleanse(text, sealed.length - SEAL_OVERHEAD);
	EVP_CIPHER_CTX_free(cipher);
	return answer;
}

enum secret_answer
seal_holds(const struct secret *secret, const struct seal_place *place, struct seal_bytes sealed,
    struct seal_bytes text, struct error *err)
{
	enum secret_answer answer;
	char *opened;

	if (sealed.length < SEAL_OVERHEAD || sealed.length - SEAL_OVERHEAD != text.length)
		return SECRET_REFUSED;
	opened = malloc(text.length + 1);
	if (opened == NULL)
		return secret_no_memory(err);
	answer = seal_open(secret, place, sealed, opened, NULL);
	if (answer == SECRET_GOOD && CRYPTO_memcmp(opened, text.bytes, text.length) != 0)
		answer = SECRET_REFUSED;
	OPENSSL_cleanse(opened, text.length);
	free(opened);
	return answer == SECRET_FAILED ? secret_no_memory(err) : answer;
}

/* ---- data keys ---------------------------------------------------------------------------- */

int
seal_close_key(const struct secret *secret, const struct seal_place *place,
    const struct secret *data_key, unsigned char sealed[SEAL_KEY_SIZE], struct error *err)
{
	return seal_close(secret, place, (struct seal_bytes){data_key->key, KEY_SIZE}, sealed, err);
}

enum secret_answer
seal_open_key(const struct secret *secret, const struct seal_place *place, struct seal_bytes sealed,
    struct secret **opened, struct error *err)
{
	enum secret_answer answer;
	struct secret *data_key;

	*opened = NULL;
	if (sealed.length != SEAL_KEY_SIZE || seal_is_old(sealed)) {
		error_set(err, ERROR_STORAGE, NULL, "not a sealed data key");
		return SECRET_REFUSED;
	}
	data_key = secret_new();
	if (data_key == NULL)
		return secret_no_memory(err);
	answer = seal_open(secret, place, sealed, (char *)data_key->key, err);
	if (answer == SECRET_GOOD)
		*opened = data_key;
	else
		secret_close(data_key);
	return answer;
}
