#include "certificates/certificate.h"

#include "fuzz/fuzz_source.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct certificate certificate;
	struct error err = {0};

	if (certificate_parse(&certificate, data, size, &err) == 0) {
		fuzz_certificate_facts(&certificate);
		certificate_release(&certificate);
	} else {
		FUZZ_TRUE(err.code == ERROR_INPUT && err.text[0] != '\0');
	}
	return 0;
}
