#include "program/command.h"

#include "database/run.h"
#include "database/sqlite/network.h"
#include "outfile.h"
#include "crypto/secret.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define NUMBER_MOST (INT64_C(1) << 53)
#define HELP_COLUMN 28 /* where the text of an option stands; a longer option has a line */
#define LONG_FIRST 256 /* getopt's value of the first long option */

void
texts_release(struct texts *texts)
{
	free(texts->items);
	*texts = (struct texts){0};
}

int
command_usage(const struct command *command, const struct context *context, const char *format, ...)
{
	char text[1024];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	message_print(context->err, NULL, 0, command->name, "%s; see `pfxreplace %s --help`", text,
	    command->name);
	return ERROR_USAGE;
}

int
command_failed(const struct context *context, const struct error *err)
{
	error_print(context->err, err);
	return (int)err->code;
}

static int
no_memory(const struct context *context)
{
	struct error err = {0};

	error_memory(&err);
	return command_failed(context, &err);
}

static void
print_help(const struct command *command, const struct context *context,
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
parse_number(const char *text, int64_t least, int64_t *number)
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
parse_choice(const char *text, const char *const *choices, int *choice)
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
add_text(struct texts *texts, const char *text)
{
	const char **items = reallocarray(texts->items, texts->count + 1, sizeof(*items));

	if (items == NULL)
		return -1;
	texts->items = items;
	items[texts->count++] = text;
	return 0;
}

static int
choice_usage(const struct command *command, const struct context *context,
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

/* Takes one option's argument into its member. 0, or the exit status of a usage error. */
static int
take(const struct command *command, const struct context *context, const struct option_spec *spec,
    const char *text, void *options)
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
		if (!parse_number(text, spec->least, member))
			return command_usage(command, context,
			    "--%s %s: expected a whole number from %lld", spec->name, text,
			    (long long)spec->least);
		return 0;
	case OPTION_LIST:
		if (add_text(member, text) == -1)
			return no_memory(context);
		return 0;
	case OPTION_CHOICE:
		if (!parse_choice(text, spec->choices, member))
			return choice_usage(command, context, spec, text);
		return 0;
	}
	return 0;
}

static struct option *
long_options(const struct option_spec *specs, size_t count)
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

/* What getopt did not understand: the word before optind, or the option it names. */
static int
bad_option(const struct command *command, const struct context *context, int found, char **argv)
{
	const char *word = argv[optind - 1];

	if (found == ':')
		return command_usage(command, context, "%s: an argument is missing", word);
	if (optopt >= LONG_FIRST || optopt == 'h') /* known, and not the kind that takes one */
		return command_usage(command, context, "%s: expected no argument", word);
	if (optopt != 0)
		return command_usage(command, context, "-%c: no such option", optopt);
	return command_usage(command, context, "%s: no such option", word);
}

int
command_options(const struct command *command, const struct context *context,
    const struct option_spec *specs, size_t count, int argc, char **argv, void *options,
    int *status)
{
	struct option *table = long_options(specs, count);
	int found;

	*status = 0;
	if (table == NULL) {
		*status = no_memory(context);
		return -1;
	}
	optind = 0; /* GNU: start anew */
	opterr = 0;
	while (*status == 0 && (found = getopt_long(argc, argv, ":h", table, NULL)) != -1) {
		if (found == 'h') {
			print_help(command, context, specs, count);
			free(table);
			return -1;
		}
		if (found >= LONG_FIRST)
			*status = take(
			    command, context, &specs[found - LONG_FIRST], optarg, options);
		else
			*status = bad_option(command, context, found, argv);
	}
	free(table);
	return *status == 0 ? optind : -1;
}

/* Whether it is the file of that name beside the database, or beside what that is a link to. */
static bool
is_beside(const struct context *context, const char *path, const char *suffix)
{
	char *real = realpath(context->database, NULL);
	const char *const databases[] = {context->database, real};
	char beside[4096 + 16];
	bool is = false;

	for (size_t i = 0; i < 2 && !is; i++) {
		if (databases[i] == NULL)
			continue;
		snprintf(beside, sizeof(beside), "%s%s", databases[i], suffix);
		is = outfile_same(path, beside);
	}
	free(real);
	return is;
}

/* What lies beside a database. */
static const struct {
	const char *suffix;
	const char *what;
} companions[] = {
    {".lock", "the lock file"},
    {"-journal", "the database's journal"},
    {"-wal", "the database's write-ahead log"},
    {"-shm", "the database's shared memory"},
    {".key", "the database's key file"},
};
#define COMPANION_COUNT (sizeof(companions) / sizeof(companions[0]))

/* Not the one in use: it must not be opened and closed (inventory_probe()). */
static bool
is_other_database(const struct context *context, const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISREG(status.st_mode) &&
	       !outfile_same(path, context->database) && inventory_probe(path, NULL) == 0;
}

/* Cuts the path where the name is one beside another database. */
static bool
is_beside_other(const struct context *context, char *path)
{
	size_t length = strlen(path);

	for (size_t i = 0; i < COMPANION_COUNT; i++) {
		size_t suffix = strlen(companions[i].suffix);

		if (length <= suffix || strcmp(path + length - suffix, companions[i].suffix) != 0)
			continue;
		path[length - suffix] = '\0';
		return is_other_database(context, path);
	}
	return false;
}

static const char *
protects_other(const struct context *context, const char *path)
{
	char *real = outfile_real(path);
	const char *what = NULL;

	if (real == NULL)
		return NULL;
	if (is_other_database(context, real))
		what = "another database";
	else if (secret_is_key(real))
		what = "another key file";
	else if (is_beside_other(context, real))
		what = "a file of another database";
	free(real);
	return what;
}

const char *
command_protects(const struct context *context, const char *path)
{
	if (outfile_same(path, context->database))
		return "the database";
	if (outfile_same(path, context->key_file))
		return "the key file";
	for (size_t i = 0; i < COMPANION_COUNT; i++)
		if (is_beside(context, path, companions[i].suffix))
			return companions[i].what;
	return protects_other(context, path);
}

int
command_protects_manifest(struct inventory *inventory, const struct run *run, const char *path,
    const char **what, struct error *err)
{
	static const unsigned char no_digest[RUN_DIGEST_SIZE];
	struct run unfinished = {0};
	char *real;
	int rc = 0;

	*what = NULL;
	if (run != NULL && run->path != NULL && outfile_same(path, run->path)) {
		*what = "the manifest of the run";
		return 0;
	}
	real = realpath(path, NULL);
	if (real != NULL)
		rc = inventory_run_changed(inventory, real, no_digest, &unfinished, err);
	else if (errno == ENOMEM)
		rc = error_memory(err);
	if (rc == 1)
		*what = "the manifest of a run that is not finished";
	run_release(&unfinished);
	free(real);
	return rc == -1 ? -1 : 0;
}

int
command_verify_output(const struct command *command, const struct context *context,
    const char *option, const char *path)
{
	const char *what = path == NULL ? NULL : command_protects(context, path);

	if (what == NULL)
		return 0;
	return command_usage(
	    command, context, "%s: %s is %s: expected another file", option, path, what);
}

void
command_warn_network(const struct context *context)
{
	const char *name = network_of(context->database);

	if (name != NULL && !context->quiet)
		message_print(context->err, context->database, 0, NULL,
		    "it is on a %s file system: where its server does not lock and sync as a local "
		    "disk does, the database may be damaged",
		    name);
}
