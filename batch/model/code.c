#include "model/code.h"

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
