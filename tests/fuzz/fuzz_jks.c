#include "certificates/jks.h"

#include "fuzz/fuzz_source.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The digest is checked last: without a password all entries are read. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	for (int i = 0; i < 2; i++) {
		struct entries_source source = {.bytes = data,
		    .length = size,
		    .password = i == 0 ? NULL : "secret",
		    .password_length = i == 0 ? 0 : 6};

		fuzz_source(&source, jks_read(&source));
	}
	return 0;
}
