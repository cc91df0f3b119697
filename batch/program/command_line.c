#include "program/command.h"
#include "program/help.h"
#include "program/nearest.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

/*
 * The words of a command line are read up to three times with the same tables: to find the verb, to
 * take the global options, and, by the command itself, to take its own.
 */

#define LONG_FIRST 256      /* getopt's value of the first long option */
#define LONG_VERB (1 << 20) /* of an option of a verb, which the verb takes */
#define LONG_VERSION (LONG_VERB + 1)

/* One reading of the words. */
struct reading {
	const struct command *command;
	const struct context *context;
	struct context *globals; /* takes the global options; NULL: they were taken before */
	void *options;           /* takes the command's own; NULL: a later reading does */
	bool seeks_verb;         /* stops at the first operand, knows the options of all verbs */
	struct option *table;
};

static bool
reading_is_program(const struct reading *reading)
{
	return reading->command->name[0] == '\0';
}

static const struct command *
reading_verb(const struct reading *reading, size_t i)
{
	return reading->seeks_verb && !reading_is_program(reading) ? reading->command->verbs[i]
								   : NULL;
}

static struct option
reading_long(const struct option_spec *spec, int value)
{
	return (struct option){
	    spec->name, spec->kind == OPTION_FLAG ? no_argument : required_argument, NULL, value};
}

/* The command's own options, then the global ones, then those of verbs. False: no memory. */
static bool
reading_make_table(struct reading *reading)
{
	size_t own = reading->command->option_count, count = own + OPTION_GLOBALS + 3, next = 0;
	const struct command *verb;

	for (size_t i = 0; (verb = reading_verb(reading, i)) != NULL; i++)
		count += verb->option_count;
	reading->table = calloc(count, sizeof(*reading->table));
	if (reading->table == NULL)
		return false;
	for (; next < own; next++)
		reading->table[next] = reading_long(
		    &reading->command->options[next], LONG_FIRST + (int)next);
	for (size_t i = 0; i < OPTION_GLOBALS; i++, next++)
		reading->table[next] = reading_long(&option_globals[i], LONG_FIRST + (int)next);
	reading->table[next++] = (struct option){"help", no_argument, NULL, 'h'};
	if (reading_is_program(reading))
		reading->table[next++] = (struct option){
		    "version", no_argument, NULL, LONG_VERSION};
	for (size_t i = 0; (verb = reading_verb(reading, i)) != NULL; i++)
		for (size_t j = 0; j < verb->option_count; j++)
			reading->table[next++] = reading_long(&verb->options[j], LONG_VERB);
	return true;
}

/* A long option that there is not, with the one that was probably meant. */
static int
reading_no_option(const struct reading *reading, const char *word)
{
	char *name = strdup(word + strspn(word, "-"));
	struct nearest nearest;
	int status;

	if (name == NULL)
		return command_no_memory(reading->context);
	name[strcspn(name, "=")] = '\0';
	nearest = nearest_to(name);
	for (const struct option *option = reading->table; option->name != NULL; option++)
		nearest_offer(&nearest, option->name);
	if (nearest_found(&nearest) == NULL)
		status = command_usage(
		    reading->command, reading->context, "%s: no such option", word);
	else
		status = command_usage(reading->command, reading->context,
		    "%s: no such option, the nearest is --%s", word, nearest_found(&nearest));
	free(name);
	return status;
}

/* Reports what getopt did not understand: the word before optind, or the option in it. */
static int
reading_bad_option(const struct reading *reading, char **argv, int found)
{
	const char *word = argv[optind - 1];

	if (found == ':')
		return command_usage(
		    reading->command, reading->context, "%s: an argument is missing", word);
	if (optopt == 0)
		return reading_no_option(reading, word);
	if (optopt >= LONG_FIRST || optopt == 'h') /* known, and not the kind that takes one */
		return command_usage(
		    reading->command, reading->context, "%s: expected no argument", word);
	return command_usage(reading->command, reading->context, "-%c: no such option", optopt);
}

/* Takes an option that getopt has found, or leaves it to another reading. 0, or an exit status. */
static int
reading_take(const struct reading *reading, int found)
{
	size_t own = reading->command->option_count, i;

	if (found == LONG_VERB)
		return 0;
	if (found < LONG_FIRST)
		i = own + (size_t)(strchr(option_letters, found) - option_letters);
	else
		i = (size_t)(found - LONG_FIRST);
	if (i >= own && reading->globals != NULL)
		option_take_global(reading->globals, i - own, optarg);
	if (i >= own || reading->options == NULL)
		return 0;
	return option_take(reading->command, reading->context, &reading->command->options[i],
	    optarg, reading->options);
}

/* Reads the options. The index of the first operand, or -1 when the command is over. */
static int
reading_go(struct reading *reading, const struct command_line *line, int *status)
{
	bool over = false;
	int found;

	*status = 0;
	if (!reading_make_table(reading)) {
		*status = command_no_memory(reading->context);
		return -1;
	}
	optind = 0; /* GNU: start anew */
	opterr = 0;
	while (!over && *status == 0 &&
	       (found = getopt_long(line->argc, line->argv,
		    reading->seeks_verb ? "+:d:k:qvh" : ":d:k:qvh", reading->table, NULL)) != -1) {
		over = found == 'h' || found == LONG_VERSION;
		if (found == 'h')
			help_print(reading->context->out, reading->command);
		else if (found == LONG_VERSION)
			fputs("pfxreplace " VERSION "\n", reading->context->out);
		else if (found == ':' || found == '?')
			*status = reading_bad_option(reading, line->argv, found);
		else
			*status = reading_take(reading, found);
	}
	free(reading->table);
	return over || *status != 0 ? -1 : optind;
}

int
command_options(const struct command *command, const struct context *context,
    const struct command_line *line, int *status)
{
	struct reading reading = {.command = command, .context = context, .options = line->options};

	return reading_go(&reading, line, status);
}

/* Makes the verb the first word; options in front of it, which may be its own, follow it. */
static void
command_line_enter(struct command_line *line, int verb, bool keep)
{
	char *word = line->argv[verb];

	if (keep) {
		memmove(line->argv + 2, line->argv + 1, (size_t)(verb - 1) * sizeof(*line->argv));
		line->argv[1] = word;
		verb = 1;
	}
	line->argv += verb;
	line->argc -= verb;
}

const struct command *
command_choose(
    const struct command *root, struct context *context, struct command_line *line, int *status)
{
	struct reading reading = {.command = root, .context = context, .globals = context};
	const struct command *verb;
	int first;

	while (reading.command->verbs != NULL) {
		reading.seeks_verb = true;
		first = reading_go(&reading, line, status);
		if (first == -1)
			return NULL;
		if (first == line->argc)
			break;
		verb = command_verb(reading.command, line->argv[first]);
		if (verb == NULL) {
			*status = command_no_verb(reading.command, context, line->argv[first]);
			return NULL;
		}
		command_line_enter(line, first, reading.command != root);
		reading.command = verb;
	}
	if (reading.command->run == NULL) {
		*status = command_no_verb(reading.command, context, NULL);
		return NULL;
	}
	reading.seeks_verb = false;
	return reading_go(&reading, line, status) == -1 ? NULL : reading.command;
}
