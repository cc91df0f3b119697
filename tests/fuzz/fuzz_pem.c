#include "certificates/pem.h"

#include "fuzz/fuzz_source.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* As a store with its key, as a trust store, and as the file of a key. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	for (int i = 0; i < 3; i++) {
		struct entries_source source = {.bytes = data, .length = i == 2 ? 0 : size};
		const struct pem_options options = {.trust_store = i == 1,
		    .key = i == 2 ? data : NULL,
		    .key_length = i == 2 ? size : 0};

		fuzz_source(&source, pem_read(&source, &options));
	}
	return 0;
}
