/*
 * pfxreplace: replaces certificates in certificate stores in bulk. Here are the global options and
 * the table of commands; README.md beside this file says where everything else is.
 *
 * A command NAME is commands/NAME.c: its options, its call, what it prints, its exit status. Only
 * those files and this one print or end the program.
 */
#include "program/command.h"
#include "database/database.h"
#include "database/files.h"
#include "program/nearest.h"
#include "program/process.h"
#include "program/user.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

static const struct command *const commands[] = {
    &command_init,
    &command_import,
    &command_list,
    &command_show,
    &command_check,
    &command_apply,
    &command_results,
    &command_runs,
    &command_jobs,
    &command_reconcile,
    &command_backup,
    &command_verify,
};

static void
main_print_help(FILE *stream)
{
	fputs("usage: pfxreplace [-d DATABASE] [-k KEYFILE] [-q|-v] COMMAND [ARGUMENT...]\n"
	      "Replaces certificates in certificate stores in bulk.\n\n"
	      "  -d, --database DATABASE  the inventory ($PFXREPLACE_DB, else inventory.db)\n"
	      "  -k, --key-file KEYFILE   the key of the sealed passwords\n"
	      "                           ($PFXREPLACE_KEY_FILE, else DATABASE.key)\n"
	      "  -q, --quiet              print errors only\n"
	      "  -v, --verbose            print every fault and more notes\n"
	      "      --version            print the version\n"
	      "  -h, --help               print this help; after a command, that of the command\n\n"
	      "commands:\n",
	    stream);
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		fprintf(stream, "  %-10s %s\n", commands[i]->name, commands[i]->summary);
	fputs("  help       print the help of a command: `pfxreplace help COMMAND`\n", stream);
}

static int main_usage(const char *format, ...) ERROR_PRINTF(1, 2);

static int
main_usage(const char *format, ...)
{
	char text[256];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	message_print(
	    stderr, (struct error_place){.file = NULL}, "%s; see `pfxreplace --help`", text);
	return ERROR_USAGE;
}

/* The options before the command. -1 to go on, else the exit status. */
static int
main_options(int argc, char **argv, struct context *context)
{
	static const struct option table[] = {{"database", required_argument, NULL, 'd'},
	    {"key-file", required_argument, NULL, 'k'}, {"quiet", no_argument, NULL, 'q'},
	    {"verbose", no_argument, NULL, 'v'}, {"help", no_argument, NULL, 'h'},
	    {"version", no_argument, NULL, 'V'}, {NULL, 0, NULL, 0}};
	char word[] = "-?";
	int found;

	opterr = 0;
	while ((found = getopt_long(argc, argv, "+:d:k:qvh", table, NULL)) != -1) {
		switch (found) {
		case 'd':
			context->database = optarg;
			break;
		case 'k':
			context->key_file = optarg;
			break;
		case 'q':
			context->quiet = true;
			context->verbose = false;
			break;
		case 'v':
			context->verbose = true;
			context->quiet = false;
			break;
		case 'h':
			main_print_help(stdout);
			return 0;
		case 'V':
			puts("pfxreplace " VERSION);
			return 0;
		default:
			word[1] = (char)optopt;
			return main_usage(
			    found == ':' ? "%s: an argument is missing" : "%s: no such option",
			    optopt == 0 || strncmp(argv[optind - 1], "--", 2) == 0
				? argv[optind - 1]
				: word);
		}
	}
	return -1;
}

static const char *
main_environment(const char *name, const char *fallback)
{
	const char *value = getenv(name);

	return value == NULL || *value == '\0' ? fallback : value;
}

static int
main_name_usage(const char *option, const char *name, const char *fault)
{
	message_print(stderr, (struct error_place){.field = option}, "\"%s\" %s", name, fault);
	return ERROR_USAGE;
}

/* A command that there is not, with the one that was probably meant. */
static int
main_no_command(const char *word)
{
	const char *names[sizeof(commands) / sizeof(commands[0])], *nearest;

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		names[i] = commands[i]->name;
	nearest = nearest_word(word, names, sizeof(commands) / sizeof(commands[0]));
	if (nearest == NULL)
		return main_usage("%s: no such command", word);
	return main_usage("%s: no such command, the nearest is %s", word, nearest);
}

static int main_run_command(struct context *, int argc, char **argv);

/* `help COMMAND` is `COMMAND --help`. */
static int
main_help(struct context *context, int argc, char **argv)
{
	char option[] = "--help";
	char *words[] = {argc > 1 ? argv[1] : NULL, option, NULL};

	if (argc > 2)
		return main_usage("help: %s: expected one command", argv[2]);
	if (argc == 2 && strcmp(argv[1], "help") != 0)
		return main_run_command(context, 2, words);
	main_print_help(stdout);
	return 0;
}

static int
main_run_command(struct context *context, int argc, char **argv)
{
	char *default_key = NULL;
	const char *fault;
	struct error err;
	int status;

	if (strcmp(argv[0], "help") == 0)
		return main_help(context, argc, argv);
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(argv[0], commands[i]->name) != 0)
			continue;
		fault = files_fault(context->database);
		if (fault != NULL)
			return main_name_usage("-d", context->database, fault);
		if (context->key_file == NULL) {
			if (asprintf(&default_key, "%s.key", context->database) == -1) {
				error_memory(&err);
				return command_failed(context, &err);
			}
			context->key_file = default_key;
		}
		fault = files_key_fault(context->database, context->key_file);
		if (fault != NULL)
			return main_name_usage("-k", context->key_file, fault);
		status = commands[i]->run(commands[i], context, argc, argv);
		free(default_key);
		return status;
	}
	return main_no_command(argv[0]);
}

int
main(int argc, char **argv)
{
	char operator_text[USER_NAME_SIZE];
	struct error err = {0};
	struct context context = {
	    .database = main_environment("PFXREPLACE_DB", "inventory.db"),
	    .key_file = main_environment("PFXREPLACE_KEY_FILE", NULL),
	    .out = stdout,
	    .err = stderr,
	    .now = process_now,
	    .stop = process_stop(),
	};
	int status;

	process_open_standard();
	process_harden();
	process_catch_signals();
	db_setup();
	setvbuf(stderr, NULL, _IOLBF, BUFSIZ);
	context.err = process_messages();
	status = main_options(argc, argv, &context);
	if (status == -1 && optind == argc)
		status = main_usage("%s: expected a command", "nothing to do");
	if (status == -1) {
		context.operator_name = user_name(operator_text, process_stop(), &err);
		if (context.operator_name == NULL)
			status = command_failed(&context, &err);
	}
	if (status == -1)
		status = main_run_command(&context, argc - optind, argv + optind);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		message_print(stderr, (struct error_place){.file = NULL}, "standard output: %s",
		    strerror(errno));
		if (status == 0 || status == 1)
			status = ERROR_STORAGE;
	}
	return status;
}
