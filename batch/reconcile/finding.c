#include "reconcile/finding.h"

static const struct {
	const char *word, *text, *why, *remedy;
} finding_words[FINDING_COUNT] = {
#define FINDING_ROW(name, word, text, why, remedy) [FINDING_##name] = {word, text, why, remedy},
    FINDING_LIST(FINDING_ROW)
#undef FINDING_ROW
};

const char *
finding_word(enum finding finding)
{
	return (unsigned int)finding < FINDING_COUNT ? finding_words[finding].word : "unknown";
}

const char *
finding_text(enum finding finding)
{
	return (unsigned int)finding < FINDING_COUNT ? finding_words[finding].text : "unknown";
}

const char *
finding_why(enum finding finding)
{
	return (unsigned int)finding < FINDING_COUNT ? finding_words[finding].why : "unknown";
}

const char *
finding_remedy(enum finding finding)
{
	return (unsigned int)finding < FINDING_COUNT ? finding_words[finding].remedy : "unknown";
}
