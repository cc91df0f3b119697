#include "model/unreadable.h"

#include <string.h>

static const struct {
	const char *word, *text, *why, *remedy;
} reasons[UNREADABLE_COUNT] = {
#define UNREADABLE_ROW(name, word, text, why, remedy) \
	[UNREADABLE_##name] = {word, text, why, remedy},
    UNREADABLE_LIST(UNREADABLE_ROW)
#undef UNREADABLE_ROW
};

const char *
unreadable_word(enum unreadable why)
{
	return (unsigned)why < UNREADABLE_COUNT ? reasons[why].word : NULL;
}

const char *
unreadable_text(enum unreadable why)
{
	return (unsigned)why < UNREADABLE_COUNT ? reasons[why].text : NULL;
}

const char *
unreadable_why(enum unreadable why)
{
	return (unsigned)why < UNREADABLE_COUNT ? reasons[why].why : NULL;
}

const char *
unreadable_remedy(enum unreadable why)
{
	return (unsigned)why < UNREADABLE_COUNT ? reasons[why].remedy : NULL;
}

bool
unreadable_parse(const char *word, enum unreadable *why)
{
	for (int i = READABLE + 1; i < UNREADABLE_COUNT; i++) {
		if (strcmp(reasons[i].word, word) == 0) {
			*why = (enum unreadable)i;
			return true;
		}
	}
	return false;
}
