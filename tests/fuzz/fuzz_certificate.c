#include "base64.h"
#include "certificates/certificate.h"

#include "fuzz/fuzz_source.h"

#include <openssl/err.h>
#include <openssl/x509.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What OpenSSL's decoders say of the key is what we say of it, where both know one. */
static void
fuzz_certificate_key(const struct certificate *certificate, const uint8_t *data, size_t size)
{
	X509 *x509 = d2i_X509(NULL, &data, (long)size);
	const EVP_PKEY *key = X509_get0_pubkey(x509);

	FUZZ_TRUE(x509 != NULL);
	if (key != NULL && strcmp(certificate->key_type, "Unknown") != 0 &&
	    certificate->key_bits != 0)
		FUZZ_TRUE(EVP_PKEY_get_bits(key) == certificate->key_bits);
	ERR_clear_error();
	X509_free(x509);
}

static void
fuzz_certificate_der(const uint8_t *data, size_t size)
{
	struct certificate certificate;
	struct error err = {0};

	if (certificate_parse(&certificate, data, size, &err) == 0) {
		fuzz_certificate_facts(&certificate);
		fuzz_certificate_key(&certificate, data, size);
		certificate_release(&certificate);
	} else {
		FUZZ_TRUE(err.code == ERROR_INPUT && err.text[0] != '\0');
	}
}

/* As DER, and as a record has it: base64 of DER. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buffer der = {0};

	fuzz_certificate_der(data, size);
	if (base64_decode(&der, (const char *)data, size))
		fuzz_certificate_der((const uint8_t *)der.bytes, der.length);
	buffer_release(&der);
	return 0;
}
