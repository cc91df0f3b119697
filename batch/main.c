/*
 * pfxreplace: replaces certificates in certificate stores in bulk. Here is the table of commands
 * and what all of them are given; README.md beside this file says where everything else is.
 *
 * A command NAME is commands/NAME.c: its options, its call, what it prints, its exit status. Only
 * those files and this one print or end the program.
 */
#include "program/command.h"
#include "database/database.h"
#include "database/files.h"
#include "program/process.h"
#include "program/terminal.h"
#include "program/progress.h"
#include "program/user.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAIN_OUTPUT (1 << 16) /* bytes; more than any text that is printed with stdio */

static const struct command *const main_commands[] = {
    &command_init,
    &command_import,
    &command_list,
    &command_show,
    &command_check,
    &command_apply,
    &command_results,
    &command_runs,
    &command_jobs,
    &command_deploy,
    &command_scan,
    &command_reconcile,
    &command_rekey,
    &command_purge,
    &command_backup,
    &command_verify,
    &command_explain,
    &command_completion,
    &command_help,
    NULL,
};

static const struct command main_program = {
    .name = "",
    .synopsis = "[-d DATABASE] [-k KEYFILE] [-q|-v] COMMAND [ARGUMENT...]",
    .summary = "Replaces certificates in certificate stores in bulk.",
    .verbs = main_commands,
};

static const char *
main_environment(const char *name, const char *fallback)
{
	const char *value = getenv(name);

	return value == NULL || *value == '\0' ? fallback : value;
}

static int
main_name_usage(
    const struct context *context, const char *option, const char *name, const char *fault)
{
	message_print(
	    context->err, (struct error_place){.field = option}, "\"%s\" %s", name, fault);
	return ERROR_USAGE;
}

/* The key among the credentials of a service (systemd.exec(5), LoadCredential=), where it is there:
 * *path is to be freed. -1: no memory. */
static int
main_take_credential(struct context *context, char **path)
{
	const char *folder = main_environment("CREDENTIALS_DIRECTORY", NULL);

	if (folder == NULL)
		return 0;
	if (asprintf(path, "%s/pfxreplace.key", folder) == -1) {
		*path = NULL;
		return -1;
	}
	if (access(*path, F_OK) == 0) {
		context->key_file = *path;
		context->key_is_credential = true;
		return 0;
	}
	free(*path);
	*path = NULL;
	return 0;
}

/* Looks at the names of database and key file, after all options are known. 0, or an exit status.
 * *default_key is to be freed. */
static int
main_settle(struct context *context, char **default_key)
{
	const char *fault = files_fault(context->database);

	if (fault != NULL)
		return main_name_usage(context, "-d", context->database, fault);
	if (context->key_file == NULL && main_take_credential(context, default_key) == -1)
		return command_no_memory(context);
	if (context->key_file == NULL) {
		if (asprintf(default_key, "%s.key", context->database) == -1) {
			*default_key = NULL;
			return command_no_memory(context);
		}
		context->key_file = *default_key;
	}
	fault = files_key_fault(context->database, context->key_file);
	return fault == NULL ? 0 : main_name_usage(context, "-k", context->key_file, fault);
}

static int
main_run(const struct command *command, struct context *context, const struct command_line *line)
{
	char operator_text[USER_NAME_SIZE];
	char *default_key = NULL;
	struct error err = {0};
	int status = 0;

	if (!command->bare) {
		context->operator_name = user_name(operator_text, context->stop, &err);
		status = context->operator_name == NULL ? command_failed(context, &err)
							: main_settle(context, &default_key);
	}
	if (status == 0)
		status = command->run(command, context, line->argc, line->argv);
	free(default_key);
	return status;
}

int
main(int argc, char **argv)
{
	struct command_line line = {argc, argv, NULL};
	struct context context = {
	    .database = main_environment("PFXREPLACE_DB", "inventory.db"),
	    .key_file = main_environment("PFXREPLACE_KEY_FILE", NULL),
	    .out = stdout,
	    .now = process_now,
	    .stop = process_stop(),
	    .program = &main_program,
	};
	struct terminal terminal;
	const struct command *command;
	int status;

	process_open_standard();
	process_harden();
	process_catch_signals();
	db_setup();
	setvbuf(stderr, NULL, _IOLBF, BUFSIZ);
	/* Helps and the like are written at once, at the end: errno is then that of their failure.
	 */
	setvbuf(stdout, NULL, _IOFBF, MAIN_OUTPUT);
	context.err = process_messages();
	context.colours = terminal_find(STDERR_FILENO, &terminal) && terminal.colours;
	command = command_choose(&main_program, &context, &line, &status);
	if (command != NULL) {
		if (!context.quiet && isatty(STDERR_FILENO))
			progress_draw(STDERR_FILENO, PROGRESS_AFTER);
		status = main_run(command, &context, &line);
		progress_draw(-1, 0);
	}
	if (fflush(stdout) != 0 || ferror(stdout)) {
		if (errno == EPIPE) /* as by the signal: `| head` has seen enough */
			return ERROR_SIGNAL + SIGPIPE;
		message_print(stderr, (struct error_place){.file = NULL}, "standard output: %s",
		    strerror(errno));
		if (status == 0 || status == 1)
			status = ERROR_STORAGE;
	}
	return status;
}
