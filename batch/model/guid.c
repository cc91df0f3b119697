#include "model/guid.h"

#include <ctype.h>

bool
guid_parse(const char *text, size_t length, char guid[GUID_SIZE])
{
	if (length == GUID_SIZE + 1 && text[0] == '{' && text[length - 1] == '}') {
		text++;
		length -= 2;
	}
	if (length != GUID_SIZE - 1)
		return false;
	for (size_t i = 0; i < length; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;
		unsigned char c = (unsigned char)text[i];

		if (dash ? c != '-' : !isxdigit(c))
			return false;
		guid[i] = (char)tolower(c);
	}
	guid[length] = '\0';
	return true;
}
