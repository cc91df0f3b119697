#ifndef BATCH_PROGRAM_COMMAND_H
#define BATCH_PROGRAM_COMMAND_H

#include "program/context.h"
#include "error.h"
#include "text_list.h"

#include <stddef.h>

/*
 * A command is a value: its name, its words and the function that carries it out. A table of its
 * options serves both for parsing and for the text of --help.
 */

enum option_kind {
	OPTION_FLAG,   /* bool *          set true */
	OPTION_TEXT,   /* const char **   any text but "" */
	OPTION_NUMBER, /* int64_t *       decimal, `least` to 2^53 */
	OPTION_LIST,   /* struct text_list *  may be given again */
	OPTION_CHOICE, /* int *           one of `choices`, the index */
};

struct option_spec {
	const char *name;     /* without the dashes */
	const char *argument; /* as --help shows it; NULL for a flag */
	const char *help;
	enum option_kind kind;
	size_t offset;              /* of the member in the command's struct of options */
	int64_t least;              /* OPTION_NUMBER: the smallest value */
	const char *const *choices; /* OPTION_CHOICE: NULL-terminated */
};

struct database;

struct command {
	const char *name;
	const char *synopsis; /* after the name, e.g. "[OPTION...] MANIFEST..." */
	const char *summary;  /* one line */
	int (*run)(const struct command *, const struct context *, int argc, char **argv);
};

/* The words of a command, and where its options go. */
struct command_line {
	int argc;
	char **argv; /* argv[0] is the command's name; operands are moved after options */
	const struct option_spec *specs;
	size_t count;
	void *options; /* the struct that the specs' offsets point into; it holds the defaults */
};

/*
 * Parses the options; "--" ends them. Returns the index of the first operand, or -1 when the
 * command is over: --help was printed (*status 0), or an error (*status is the exit status).
 */
int command_options(
    const struct command *, const struct context *, const struct command_line *, int *status);

/* Prints a usage error "pfxreplace: COMMAND: TEXT" and a hint at --help. Returns ERROR_USAGE. */
int command_usage(const struct command *, const struct context *, const char *format, ...)
    ERROR_PRINTF(3, 4);

/* Prints the error and returns its exit status. */
int command_failed(const struct context *, const struct error *);

extern const struct command command_init, command_import, command_list, command_show, command_check,
    command_apply, command_results, command_runs, command_jobs, command_reconcile, command_verify,
    command_backup;

#endif
