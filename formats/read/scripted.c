#include "read/scripted.h"

#include <string.h>

bool
scripted_is_object(const char *text, size_t length)
{
	static const char *const starts[] = {"@{", "System."};

	while (length > 0 && (text[0] == ' ' || text[0] == '\t')) {
		text++;
		length--;
	}
	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
		if (length >= strlen(starts[i]) && memcmp(text, starts[i], strlen(starts[i])) == 0)
			return true;
	return false;
}
