#include "program/option.h"

#include "program/command.h"
#include "program/nearest.h"

#include <string.h>

#define NUMBER_MOST (INT64_C(1) << 53)

enum { GLOBAL_DATABASE, GLOBAL_KEY_FILE, GLOBAL_QUIET, GLOBAL_VERBOSE };

const struct option_spec option_globals[OPTION_GLOBALS] = {
    [GLOBAL_DATABASE] = {"database", "DATABASE",
	"the inventory ($PFXREPLACE_DB, else inventory.db)", OPTION_TEXT,
	offsetof(struct context, database), 0, NULL},
    [GLOBAL_KEY_FILE] = {"key-file", "KEYFILE",
	"the key of the sealed passwords ($PFXREPLACE_KEY_FILE, else DATABASE.key)", OPTION_TEXT,
	offsetof(struct context, key_file), 0, NULL},
    [GLOBAL_QUIET] = {"quiet", NULL, "print nothing when all is well, else the faults", OPTION_FLAG,
	offsetof(struct context, quiet), 0, NULL},
    [GLOBAL_VERBOSE] = {"verbose", NULL, "print every fault and more notes", OPTION_FLAG,
	offsetof(struct context, verbose), 0, NULL},
};
const char option_letters[OPTION_GLOBALS + 1] = "dkqv";

static bool
option_parse_number(const char *text, int64_t least, int64_t *number)
{
	int64_t value = 0;

	if (*text == '\0')
		return false;
	for (; *text != '\0'; text++) {
		if (*text < '0' || *text > '9')
			return false;
		value = value * 10 + (*text - '0');
		if (value > NUMBER_MOST)
			return false;
	}
	*number = value;
	return value >= least;
}

static bool
option_parse_choice(const char *text, const char *const *choices, int *choice)
{
	for (int i = 0; choices[i] != NULL; i++) {
		if (strcmp(text, choices[i]) == 0) {
			*choice = i;
			return true;
		}
	}
	return false;
}

static int
option_choice_usage(const struct command *command, const struct context *context,
    const struct option_spec *spec, const char *text)
{
	char list[256] = "";
	struct nearest nearest = nearest_to(text);

	for (size_t i = 0; spec->choices[i] != NULL; i++) {
		size_t length = strlen(list);

		nearest_offer(&nearest, spec->choices[i]);
		snprintf(list + length, sizeof(list) - length, "%s%s", i == 0 ? "" : ", ",
		    spec->choices[i]);
	}
	if (nearest_found(&nearest) != NULL)
		return command_usage(command, context, "--%s %s: no such choice, the nearest is %s",
		    spec->name, text, nearest_found(&nearest));
	return command_usage(
	    command, context, "--%s %s: expected one of %s", spec->name, text, list);
}

int
option_take(const struct command *command, const struct context *context,
    const struct option_spec *spec, const char *text, void *options)
{
	void *member = (char *)options + spec->offset;

	switch (spec->kind) {
	case OPTION_FLAG:
		*(bool *)member = true;
		return 0;
	case OPTION_TEXT:
		if (*text == '\0')
			return command_usage(
			    command, context, "--%s: expected %s", spec->name, spec->argument);
		*(const char **)member = text;
		return 0;
	case OPTION_NUMBER:
		if (!option_parse_number(text, spec->least, member))
			return command_usage(command, context,
			    "--%s %s: expected a whole number from %lld", spec->name, text,
			    (long long)spec->least);
		return 0;
	case OPTION_LIST:
		if (text_list_add(member, text) == -1)
			return command_no_memory(context);
		return 0;
	case OPTION_CHOICE:
		if (!option_parse_choice(text, spec->choices, member))
			return option_choice_usage(command, context, spec, text);
		return 0;
	}
	return 0;
}

void
option_take_global(struct context *context, size_t global, const char *text)
{
	switch (global) {
	case GLOBAL_DATABASE:
		context->database = text;
		break;
	case GLOBAL_KEY_FILE:
		context->key_file = text;
		break;
	default:
		context->quiet = global == GLOBAL_QUIET;
		context->verbose = global == GLOBAL_VERBOSE;
	}
}
