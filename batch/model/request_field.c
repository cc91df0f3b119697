#include "model/request_field.h"

#include <stddef.h>
#include <string.h>

const char *const request_field_words[REQUEST_FIELD_COUNT] = {
#define REQUEST_FIELD_WORD(name, word) [REQUEST_FIELD_##name] = word,
    REQUEST_FIELD_LIST(REQUEST_FIELD_WORD)
#undef REQUEST_FIELD_WORD
};

const char *
request_field_word(enum request_field field)
{
	return request_field_words[field];
}

const char *
request_field_named(const char *word)
{
	for (size_t i = 0; i < REQUEST_FIELD_COUNT; i++)
		if (strcmp(request_field_words[i], word) == 0)
			return request_field_words[i];
	return NULL;
}
