#include "program/help.h"

#include <string.h>

/* `help COMMAND` is `COMMAND --help`, `help jobs list` is `jobs list --help`. */

static int
help_run(const struct command *command, const struct context *context, int argc, char **argv)
{
	const struct command *about = context->program, *verb;
	int status;
	int first = command_options(
	    command, context, &(struct command_line){argc, argv, NULL}, &status);

	if (first == -1)
		return status;
	/* Somebody who asks for help with help wants to know what there is. */
	if (first + 1 == argc && strcmp(argv[first], command->name) == 0)
		first = argc;
	for (int i = first; i < argc; i++, about = verb) {
		if (about->verbs == NULL)
			return command_usage(
			    context->program, context, "help: %s: expected one command", argv[i]);
		verb = command_verb(about, argv[i]);
		if (verb == NULL)
			return command_no_verb(about, context, argv[i]);
	}
	help_print(context->out, about);
	return 0;
}

const struct command command_help = {
    .name = "help",
    .synopsis = "[COMMAND [VERB]]",
    .summary = "print the help of a command: `pfxreplace help COMMAND`",
    .run = help_run,
    .bare = true,
};
