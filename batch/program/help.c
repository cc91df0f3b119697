#include "program/help.h"

#include "program/wrap.h"

#include <string.h>

#define HELP_COLUMN 28 /* of an option's text; a longer option has a line of its own */
#define HELP_VERB 12   /* of a verb's summary */
#define HELP_USAGE 7   /* of the further lines of a usage */
#define HELP_WORDS 24  /* operands that are one of more words are not listed */

static void
help_print_option(FILE *stream, const struct option_spec *spec, char letter)
{
	char short_option[5] = "", left[96];

	if (letter != '\0')
		snprintf(short_option, sizeof(short_option), "-%c, ", letter);
	snprintf(left, sizeof(left), "%s--%s%s%s", short_option, spec->name,
	    spec->argument == NULL ? "" : " ", spec->argument == NULL ? "" : spec->argument);
	wrap_print_row(stream, left, HELP_COLUMN, spec->help);
}

/* "a, b, c" */
struct help_words {
	char line[4096];
	size_t length;
};

static void
help_add(struct help_words *words, const char *before, const char *word)
{
	int added = snprintf(
	    words->line + words->length, sizeof(words->line) - words->length, "%s%s", before, word);

	if (added > 0 && (size_t)added < sizeof(words->line) - words->length)
		words->length += (size_t)added;
}

static void
help_print_operand(FILE *stream, const struct command *command)
{
	struct help_words words = {.length = 0};
	const char *word;
	size_t i;

	if (command->operand_word == NULL)
		return;
	for (i = 0; (word = command->operand_word(i)) != NULL; i++)
		help_add(&words, i == 0 ? "" : ", ", word);
	if (i > HELP_WORDS)
		return;
	fprintf(stream, "\n%s: ", command->operand);
	wrap_print(stream, words.line, strlen(command->operand) + 2, 2);
}

/* The words of the options whose own line does not name them. */
static void
help_print_words(FILE *stream, const struct option_spec *spec)
{
	struct help_words words = {.length = 0};

	if (spec->choices == NULL || spec->kind == OPTION_CHOICE)
		return;
	for (size_t i = 0; spec->choices[i] != NULL; i++)
		help_add(&words, i == 0 ? "" : ", ", spec->choices[i]);
	fprintf(stream, "\n%s of --%s: ", spec->argument, spec->name);
	wrap_print(stream, words.line, strlen(spec->argument) + strlen(spec->name) + 8, 2);
}

static void
help_print_verbs(FILE *stream, const struct command *command)
{
	if (command->verbs == NULL)
		return;
	fputs(command->name[0] == '\0' ? "\ncommands:\n" : "\nverbs:\n", stream);
	for (size_t i = 0; command->verbs[i] != NULL; i++)
		wrap_print_row(
		    stream, command_word(command->verbs[i]), HELP_VERB, command->verbs[i]->summary);
}

static void
help_print_globals(FILE *stream, const struct command *command)
{
	if (command->name[0] != '\0') {
		fputs("\nglobal options:", stream);
		for (size_t i = 0; i < OPTION_GLOBALS; i++)
			fprintf(stream, "%s --%s", i == 0 ? "" : ",", option_globals[i].name);
		fputs(" (`pfxreplace --help`)\n", stream);
		return;
	}
	fputs("\noptions, before the command or after it:\n", stream);
	for (size_t i = 0; i < OPTION_GLOBALS; i++)
		help_print_option(stream, &option_globals[i], option_letters[i]);
	wrap_print_row(stream, "-h, --help", HELP_COLUMN,
	    "print this help; after a command, that of the command");
	wrap_print_row(stream, "    --version", HELP_COLUMN, "print the version");
}

void
help_print(FILE *stream, const struct command *command)
{
	bool program = command->name[0] == '\0';
	char usage[512];

	snprintf(usage, sizeof(usage), "usage: pfxreplace%s%s%s%s", program ? "" : " ",
	    command->name, command->synopsis[0] == '\0' ? "" : " ", command->synopsis);
	wrap_print(stream, usage, 0, HELP_USAGE);
	wrap_print(stream, command->summary, 0, 0);
	help_print_operand(stream, command);
	if (program)
		help_print_globals(stream, command);
	help_print_verbs(stream, command);
	if (command->option_count > 0)
		fputs("\noptions:\n", stream);
	for (size_t i = 0; i < command->option_count; i++)
		help_print_option(stream, &command->options[i], '\0');
	for (size_t i = 0; i < command->option_count; i++)
		help_print_words(stream, &command->options[i]);
	if (command->note != NULL) {
		fputc('\n', stream);
		wrap_print(stream, command->note, 0, 0);
	}
	if (!program)
		help_print_globals(stream, command);
}
