#include "report/tone.h"

static const struct {
	const char *word, *text, *call, *mark;
} tone_texts[TONE_COUNT] = {
#define TONE_TEXT(name, word, text, call, mark) [TONE_##name] = {word, text, call, mark},
    TONE_LIST(TONE_TEXT)
#undef TONE_TEXT
};

static enum tone
tone_known(enum tone tone)
{
	return (unsigned int)tone < TONE_COUNT ? tone : TONE_SETTLED;
}

const char *
tone_word(enum tone tone)
{
	return tone_texts[tone_known(tone)].word;
}

const char *
tone_text(enum tone tone)
{
	return tone_texts[tone_known(tone)].text;
}

const char *
tone_call(enum tone tone)
{
	return tone_texts[tone_known(tone)].call;
}

const char *
tone_mark(enum tone tone)
{
	return tone_texts[tone_known(tone)].mark;
}
