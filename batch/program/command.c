#include "program/command.h"

#include "program/nearest.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#define NUMBER_MOST (INT64_C(1) << 53)
#define HELP_COLUMN 28 /* of an option's text; a longer option has a line of its own */
#define LONG_FIRST 256 /* getopt's value of the first long option */

int
command_usage(const struct command *command, const struct context *context, const char *format, ...)
{
	char text[1024];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	message_print(context->err, (struct error_place){.field = command->name},
	    "%s; see `pfxreplace %s --help`", text, command->name);
	return ERROR_USAGE;
}

int
command_failed(const struct context *context, const struct error *err)
{
	error_print(context->err, err);
	return (int)err->code;
}

static int
command_no_memory(const struct context *context)
{
	struct error err = {0};

	error_memory(&err);
	return command_failed(context, &err);
}

static void
command_print_help(const struct command *command, const struct context *context,
    const struct option_spec *specs, size_t count)
{
	fprintf(context->out, "usage: pfxreplace %s%s%s\n%s\n", command->name,
	    command->synopsis[0] == '\0' ? "" : " ", command->synopsis, command->summary);
	if (count > 0)
		fputs("\noptions:\n", context->out);
	for (size_t i = 0; i < count; i++) {
		char left[64];

		snprintf(left, sizeof(left), "--%s%s%s", specs[i].name,
		    specs[i].argument == NULL ? "" : " ",
		    specs[i].argument == NULL ? "" : specs[i].argument);
		if (strlen(left) > HELP_COLUMN)
			fprintf(context->out, "  %s\n  %-*s %s\n", left, HELP_COLUMN, "",
			    specs[i].help);
		else
			fprintf(context->out, "  %-*s %s\n", HELP_COLUMN, left, specs[i].help);
	}
}

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

	for (size_t i = 0; spec->choices[i] != NULL; i++) {
		size_t length = strlen(list);

		snprintf(list + length, sizeof(list) - length, "%s%s", i == 0 ? "" : ", ",
		    spec->choices[i]);
	}
	return command_usage(
	    command, context, "--%s %s: expected one of %s", spec->name, text, list);
}

/* Puts an option's argument into its member. 0, or the exit status of an error. */
static int
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

static struct option *
command_long_options(const struct option_spec *specs, size_t count)
{
	struct option *table = calloc(count + 2, sizeof(*table));

	if (table == NULL)
		return NULL;
	for (size_t i = 0; i < count; i++)
		table[i] = (struct option){specs[i].name,
		    specs[i].kind == OPTION_FLAG ? no_argument : required_argument, NULL,
		    LONG_FIRST + (int)i};
	table[count] = (struct option){"help", no_argument, NULL, 'h'};
	return table;
}

#define SPECS_MOST 64

/* A long option that there is not, with the one that was probably meant. */
static int
command_no_option(const struct command *command, const struct context *context,
    const struct command_line *line, const char *word)
{
	const char *names[SPECS_MOST], *nearest;
	size_t count = line->count < SPECS_MOST ? line->count : SPECS_MOST;
	char *name = strdup(word + strspn(word, "-"));
	int status;

	if (name == NULL)
		return command_no_memory(context);
	name[strcspn(name, "=")] = '\0';
	for (size_t i = 0; i < count; i++)
		names[i] = line->specs[i].name;
	nearest = nearest_word(name, names, count);
	free(name);
	if (nearest == NULL)
		status = command_usage(command, context, "%s: no such option", word);
	else
		status = command_usage(
		    command, context, "%s: no such option, the nearest is --%s", word, nearest);
	return status;
}

/* Reports what getopt did not understand: the word before optind, or the option in it. */
static int
command_bad_option(const struct command *command, const struct context *context,
    const struct command_line *line, int found)
{
	const char *word = line->argv[optind - 1];

	if (found == ':')
		return command_usage(command, context, "%s: an argument is missing", word);
	if (optopt >= LONG_FIRST || optopt == 'h') /* known, and not the kind that takes one */
		return command_usage(command, context, "%s: expected no argument", word);
	if (optopt != 0)
		return command_usage(command, context, "-%c: no such option", optopt);
	return command_no_option(command, context, line, word);
}

int
command_options(const struct command *command, const struct context *context,
    const struct command_line *line, int *status)
{
	struct option *table = command_long_options(line->specs, line->count);
	int found;

	*status = 0;
	if (table == NULL) {
		*status = command_no_memory(context);
		return -1;
	}
	optind = 0; /* GNU: start anew */
	opterr = 0;
	while (*status == 0 &&
	       (found = getopt_long(line->argc, line->argv, ":h", table, NULL)) != -1) {
		if (found == 'h') {
			command_print_help(command, context, line->specs, line->count);
			free(table);
			return -1;
		}
		if (found >= LONG_FIRST)
			*status = option_take(command, context, &line->specs[found - LONG_FIRST],
			    optarg, line->options);
		else
			*status = command_bad_option(command, context, line, found);
	}
	free(table);
	return *status == 0 ? optind : -1;
}
