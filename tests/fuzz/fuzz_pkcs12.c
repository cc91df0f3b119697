#include "certificates/pkcs12.h"

#include "fuzz/fuzz_source.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Processor time, of which a file may have little. */
static int64_t
fuzz_ticks(void)
{
	return clock() / (CLOCKS_PER_SEC / 1000);
}

/* Without a password and with one, keys too. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct error err = {0};

	FUZZ_TRUE(pkcs12_begin(&err) == 0);
	pkcs12_is(data, size);
	for (int i = 0; i < 2; i++) {
		struct entries_source source = {.bytes = data,
		    .length = size,
		    .password = i == 0 ? NULL : "secret",
		    .password_length = i == 0 ? 0 : 6};
		const struct pkcs12_options options = {
		    .open_keys = true, .ticks = fuzz_ticks, .deadline = fuzz_ticks() + 20};

		fuzz_source(&source, pkcs12_read(&source, &options));
	}
	return 0;
}
