#include "command.h"
#include "inventory.h"
#include "secret.h"

#include <unistd.h>

static int run(const struct command *, const struct context *, int, char **);

const struct command command_init = {
    "init", "", "make a database and its key file; refuse to touch one that exists", run};

static int
run(const struct command *command, const struct context *context, int argc, char **argv)
{
	struct error err = {0};
	int status;
	int first = command_options(command, context, NULL, 0, argc, argv, NULL, &status);

	if (first == -1)
		return status;
	if (first < argc)
		return command_usage(command, context, "%s: expected no file; see -d", argv[first]);
	if (inventory_create(context->database, &err) == -1)
		return command_failed(context, &err);
	return 0;
}
