#include "crypto/start.h"

#include <openssl/crypto.h>

int
crypto_begin(struct error *err)
{
	return OSSL_LIB_CTX_get0_global_default() == NULL ? error_memory(err) : 0;
}
