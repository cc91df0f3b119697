#include "repair.h"

static const struct {
	const char *word;
	const char *text;
} repair_table[REPAIR_COUNT] = {
#define REPAIR_ROW(name, word, text) [REPAIR_##name] = {word, text},
    REPAIR_LIST(REPAIR_ROW)
#undef REPAIR_ROW
};

const char *
repair_word(enum repair repair)
{
	return (unsigned int)repair < REPAIR_COUNT ? repair_table[repair].word : "unknown-repair";
}

const char *
repair_text(enum repair repair)
{
	return (unsigned int)repair < REPAIR_COUNT ? repair_table[repair].text
						   : "a repair that is not known";
}

void
repairs_add(struct repairs *repairs, enum repair repair, uint64_t line)
{
	uint64_t *lines = repairs->lines[repair];

	repairs->count[repair]++;
	for (int i = 0; i < REPAIR_LINES && (i == 0 || lines[i - 1] != line); i++) {
		if (lines[i] == 0) {
			lines[i] = line;
			return;
		}
	}
}
