#include "timestamp.h"

#include <stdlib.h>
#include <string.h>

/*
 * Whatever the text: it is a time or a fault is told; what the manifest's profile takes is what
 * the time is printed as (but for .000), and the server's profile takes it for the same time.
 */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	const char *text = (const char *)bytes;
	char printed[TIMESTAMP_SIZE];
	int64_t strict, loose;
	const char *fault = timestamp_parse(text, size, &strict);
	const char *server_fault = timestamp_parse_server(text, size, &loose);

	if (fault != NULL && (strict != 0 || *fault == '\0'))
		abort();
	if (server_fault == NULL) {
		int64_t again;

		timestamp_format(loose, printed);
		if (timestamp_parse(printed, strlen(printed), &again) != NULL || again != loose)
			abort();
	}
	if (fault != NULL)
		return 0;
	if (server_fault != NULL || loose != strict)
		abort();
	if (size == 20 || strict % 1000 != 0)
		if (strlen(printed) != size || memcmp(printed, text, size) != 0)
			abort();
	return 0;
}
