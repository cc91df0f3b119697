#include "read/date.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* An invisible character makes no difference, except inside another character. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char invisible[] = {'\xE2', '\x80', '\x8B'};
	char *longer = malloc(size + sizeof(invisible));
	size_t at = size == 0 ? 0 : data[0] % (size + 1);

	if (longer == NULL)
		abort();
	while (at < size && (data[at] & 0xC0) == 0x80)
		at++;
	if (size > 0)
		memcpy(longer, data, at);
	memcpy(longer + at, invisible, sizeof(invisible));
	if (size > at)
		memcpy(longer + at + sizeof(invisible), data + at, size - at);
	if (date_is_common((const char *)data, size) !=
	    date_is_common(longer, size + sizeof(invisible)))
		abort();
	free(longer);
	return 0;
}
