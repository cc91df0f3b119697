#include "timestamp.h"

#include <stdlib.h>
#include <string.h>

/*
 * Any text is a time or has a fault. A time of a manifest is printed as it was written (except for
 * .000), and is the same time to timestamp_parse_server().
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
