#include "model/thumbprint.h"

#include <ctype.h>
#include <string.h>

size_t
thumbprint_parse(const char *text, size_t length, char thumbprint[THUMBPRINT_SIZE])
{
	size_t digits = 0;

	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c == ' ' || c == '\t' || c == ':')
			continue;
		if (!isxdigit(c) || digits == THUMBPRINT_SIZE - 1)
			return 0;
		thumbprint[digits++] = (char)toupper(c);
	}
	thumbprint[digits] = '\0';
	return digits == 40 || digits == THUMBPRINT_SIZE - 1 ? digits : 0;
}
