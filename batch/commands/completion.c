#include "program/command.h"

#include <string.h>

/*
 * Prints what a shell needs to complete the words of a command line: functions made from the tables
 * of the commands, and after them the fixed part, completion.bash.
 */

static const char completion_script[] =
#include "completion.inc"
    ;

/* What the argument of an option is: see completion.bash. */
static const char *
completion_of_argument(const struct option_spec *spec)
{
	static const struct {
		const char *argument, *what;
	} known[] = {{"FILE", "@file"}, {"KEYFILE", "@file"}, {"DATABASE", "@database"}};

	if (spec->choices != NULL)
		return spec->kind == OPTION_LIST ? "@list" : "";
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(spec->argument, known[i].argument) == 0)
			return known[i].what;
	return "@text";
}

/* The line of an option that takes an argument; of a global one without a command. */
static void
completion_print_argument(FILE *out, const char *command, const struct option_spec *spec)
{
	const char *before;

	if (spec->kind == OPTION_FLAG)
		return;
	before = completion_of_argument(spec);
	if (command == NULL) /* of any */
		fprintf(out, "\t*' --%s') what='%s", spec->name, before);
	else
		fprintf(out, "\t'%s --%s') what='%s", command, spec->name, before);
	for (size_t i = 0; spec->choices != NULL && spec->choices[i] != NULL; i++)
		fprintf(out, "%s%s", i == 0 && *before == '\0' ? "" : " ", spec->choices[i]);
	fputs("' ;;\n", out);
}

static void
completion_print_arguments(FILE *out, const struct command *command)
{
	const struct command *verb;

	for (size_t i = 0; i < command->option_count; i++)
		completion_print_argument(out, command->name, &command->options[i]);
	if (command->name[0] == '\0')
		return;
	/* Options of a verb may stand in front of it. */
	for (size_t i = 0; command->verbs != NULL && (verb = command->verbs[i]) != NULL; i++)
		for (size_t j = 0; j < verb->option_count; j++)
			completion_print_argument(out, command->name, &verb->options[j]);
}

static void
completion_print_options(FILE *out, const struct command *command)
{
	fprintf(out, "\t'%s') what='", command->name);
	for (size_t i = 0; i < command->option_count; i++)
		fprintf(out, "--%s ", command->options[i].name);
	for (size_t i = 0; i < OPTION_GLOBALS; i++)
		fprintf(out, "--%s ", option_globals[i].name);
	fprintf(out, "%s' ;;\n", command->name[0] == '\0' ? "--help --version" : "--help");
}

/* What the operands of a command are, or the ones after the first, where they are files. */
static const char *
completion_of_operands(const struct command *command, bool after)
{
	const char *synopsis = command->verbs == NULL ? command->synopsis : "";

	if (strstr(synopsis, after ? "MANIFEST..." : "MANIFEST") != NULL)
		return "@manifest";
	return strstr(synopsis, after ? "FILE..." : "FILE") != NULL ? "@file" : "";
}

static void
completion_print_verbs(FILE *out, const struct command *command)
{
	if (command->verbs == NULL)
		return;
	fprintf(out, "\t'%s') what='", command->name);
	for (size_t i = 0; command->verbs[i] != NULL; i++)
		fprintf(out, "%s%s", i == 0 ? "" : " ", command_word(command->verbs[i]));
	fputs("' ;;\n", out);
}

static void
completion_print_operand(FILE *out, const struct command *command)
{
	const char *files = completion_of_operands(command, false), *word;

	if (command->operand_word == NULL && *files == '\0')
		return;
	fprintf(out, "\t'%s') what='", command->name);
	if (command->operand_word == NULL)
		fputs(files, out);
	else
		for (size_t i = 0; (word = command->operand_word(i)) != NULL; i++)
			fprintf(out, "%s%s", i == 0 ? "" : " ", word);
	fputs("' ;;\n", out);
}

static void
completion_print_rest(FILE *out, const struct command *command)
{
	const char *files = completion_of_operands(command, true);

	if (*files != '\0')
		fprintf(out, "\t'%s') what=%s ;;\n", command->name, files);
}

/* A command whose word operand is followed by "..." in its synopsis. */
static void
completion_print_repeats(FILE *out, const struct command *command)
{
	const char *operand = command->operand == NULL
				  ? NULL
				  : strstr(command->synopsis, command->operand);

	if (operand != NULL && strncmp(operand + strlen(command->operand), "...", 3) == 0)
		fprintf(out, "\t'%s') return 0 ;;\n", command->name);
}

/* A line, or some, for a command and each of its verbs, down to the last. */
static void
completion_walk(
    FILE *out, const struct command *command, void (*print)(FILE *, const struct command *))
{
	print(out, command);
	for (size_t i = 0; command->verbs != NULL && command->verbs[i] != NULL; i++)
		completion_walk(out, command->verbs[i], print);
}

/* The functions of the tables: their name, and what they do for a command without a line. */
static const struct {
	const char *name;
	const char *otherwise;
	void (*print)(FILE *, const struct command *);
} completion_functions[] = {
    {"verbs", "what=", completion_print_verbs},
    {"operand", "what=", completion_print_operand},
    {"repeats", "return 1", completion_print_repeats},
    {"rest", "what=", completion_print_rest},
    {"options", "what=", completion_print_options},
};

static void
completion_print_bash(FILE *out, const struct command *program)
{
	fputs("# bash completion of pfxreplace " VERSION
	      ", as `pfxreplace completion bash` prints it.\n",
	    out);
	for (size_t i = 0; i < sizeof(completion_functions) / sizeof(completion_functions[0]);
	     i++) {
		fprintf(out, "\n_pfxreplace_%s() {\n\tcase $1 in\n", completion_functions[i].name);
		completion_walk(out, program, completion_functions[i].print);
		fprintf(out, "\t*) %s ;;\n\tesac\n}\n", completion_functions[i].otherwise);
	}
	fputs("\n_pfxreplace_argument() {\n\tcase \"$1 $2\" in\n", out);
	for (size_t i = 0; i < OPTION_GLOBALS; i++)
		completion_print_argument(out, NULL, &option_globals[i]);
	completion_walk(out, program, completion_print_arguments);
	fprintf(out, "\t*) what= ;;\n\tesac\n}\n\n%s", completion_script);
}

static const char *
completion_word(size_t i)
{
	static const char *const shells[] = {"bash", NULL};

	return shells[i];
}

static int
completion_run(const struct command *command, const struct context *context, int argc, char **argv)
{
	int status;
	int first = command_options(
	    command, context, &(struct command_line){argc, argv, NULL}, &status);

	if (first == -1)
		return status;
	if (first == argc || strcmp(argv[first], completion_word(0)) != 0)
		return command_no_operand(
		    command, context, first == argc ? NULL : argv[first], "shell");
	if (first + 1 < argc)
		return command_usage(command, context, "%s: expected one shell", argv[first + 1]);
	completion_print_bash(context->out, context->program);
	return 0;
}

const struct command command_completion = {
    .name = "completion",
    .synopsis = "SHELL",
    .summary = "print what makes a shell complete these words",
    .run = completion_run,
    .operand = "SHELL",
    .operand_word = completion_word,
    .note = "For this shell: source <(pfxreplace completion bash). `make install` installs it for "
	    "all.",
    .bare = true,
};
