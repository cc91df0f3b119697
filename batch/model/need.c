#include "model/need.h"

#include <stddef.h>

static const char *const need_words[] = {
#define NEED_WORD(name, number, word) [number] = (word),
    NEED_LIST(NEED_WORD)
#undef NEED_WORD
};
#define NEED_COUNT ((int64_t)(sizeof(need_words) / sizeof(need_words[0])))

const char *
need_word(int64_t need)
{
	return need >= 0 && need < NEED_COUNT ? need_words[need] : NULL;
}
