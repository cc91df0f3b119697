#include "model/code.h"

#include "model/code_text.h"

#include <string.h>

static const struct {
	const char *word;
	const char *text;
	enum code_kind kind;
} code_table[CODE_COUNT] = {
#define CODE_ROW_OF(name, word, kind, text) [CODE_##name] = {word, text, kind},
    CODE_LIST(CODE_ROW_OF)
#undef CODE_ROW_OF
};

static const struct {
	const char *why;
	const char *remedy;
} code_texts[CODE_COUNT] = {
#define CODE_TEXT_OF(name, why, remedy) [CODE_##name] = {why, remedy},
    CODE_TEXT_LIST(CODE_TEXT_OF)
#undef CODE_TEXT_OF
};

/* X(name, word, kind, text) to a word and a comma, where the kind is the one that is wanted. */
#define CODE_WORD_OF(name, word, kind, text) WORD_OF_##kind(word)
#define WORD_OF_CODE_ROW(word)
#define WORD_OF_CODE_STORE(word)
#define WORD_OF_CODE_NOTE(word)

#define WORD_OF_CODE_CHECK(word) word,
#define WORD_OF_CODE_WARNING(word)
const char *const code_check_words[] = {CODE_LIST(CODE_WORD_OF) NULL};
#undef WORD_OF_CODE_CHECK
#undef WORD_OF_CODE_WARNING

#define WORD_OF_CODE_CHECK(word)
#define WORD_OF_CODE_WARNING(word) word,
const char *const code_warning_words[] = {CODE_LIST(CODE_WORD_OF) NULL};

static bool
code_is_known(enum code code)
{
	return (unsigned int)code < CODE_COUNT;
}

const char *
code_word(enum code code)
{
	return code_is_known(code) ? code_table[code].word : "unknown-code";
}

const char *
code_text(enum code code)
{
	return code_is_known(code) ? code_table[code].text : "a code that is not known";
}

const char *
code_why(enum code code)
{
	return code_is_known(code) ? code_texts[code].why : "";
}

const char *
code_remedy(enum code code)
{
	return code_is_known(code) ? code_texts[code].remedy : "";
}

enum code_kind
code_kind(enum code code)
{
	return code_is_known(code) ? code_table[code].kind : CODE_NOTE;
}

bool
code_parse(const char *word, enum code *code)
{
	for (int i = 0; i < CODE_COUNT; i++) {
		if (strcmp(word, code_table[i].word) == 0) {
			*code = (enum code)i;
			return true;
		}
	}
	return false;
}
