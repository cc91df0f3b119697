#include "commands/outputs.h"
#include "program/command.h"
#include "commands/making.h"

#define WAIT_SECONDS 10 /* for another `init` of the same database */

static int run(const struct command *, const struct context *, int, char **);

const struct command command_init = {
    "init", "", "make a database and its key file; refuse to touch one that exists", run};

static int
run(const struct command *command, const struct context *context, int argc, char **argv)
{
	struct error err = {0};
	enum making_result result;
	int status;
	int first = command_options(
	    command, context, &(struct command_line){argc, argv, NULL, 0, NULL}, &status);

	if (first == -1)
		return status;
	if (first < argc)
		return command_usage(command, context, "%s: expected no file; see -d", argv[first]);
	result = making_run(context, WAIT_SECONDS, &err);
	if (result == MAKING_MADE) {
		outputs_warn_network(context);
		return 0;
	}
	command_failed(context, &err);
	if (result == MAKING_FAILED)
		message_print(context->err, (struct error_place){.file = context->database},
		    "nothing was made: the same command starts anew");
	return (int)err.code;
}
