#ifndef BATCH_PROGRAM_COMMAND_H
#define BATCH_PROGRAM_COMMAND_H

#include "program/context.h"
#include "program/option.h"
#include "error.h"
#include "text_list.h"

#include <stddef.h>

/*
 * A command is a value: its name, its words, its options and the function that carries it out. The
 * verbs of a command (`jobs list`) are commands too, and the program itself is the command whose
 * verbs are all others.
 */
struct command {
	const char *name;     /* "apply", "jobs list"; "" is the program */
	const char *synopsis; /* after the name, e.g. "[OPTION...] MANIFEST..." */
	const char *summary;  /* one line */
	/* NULL: it cannot be carried out without a verb. */
	int (*run)(const struct command *, const struct context *, int argc, char **argv);
	const struct option_spec *options;
	size_t option_count;
	const struct command *const *verbs; /* NULL-terminated; NULL: it has none */
	/* What the synopsis calls the first operand that is one of some words ("KIND"), and those
	 * words, one by one up to NULL. Both NULL: there is none. */
	const char *operand;
	const char *(*operand_word)(size_t);
	const char *note; /* ends the text of --help; or NULL */
	bool bare;        /* it needs neither the database nor the name of the operator */
};

/* The words of a command, and where its options go. */
struct command_line {
	int argc;
	char **argv;   /* argv[0] is the command's name; operands are moved after options */
	void *options; /* the struct that the options' offsets point into; it holds the defaults */
};

/*
 * Finds the command that the words mean, from `root` down through its verbs, and puts the global
 * options, wherever they are among the words, into the context. *line becomes the words of the
 * command. NULL when it is over: help or version was printed (*status 0), or a usage error
 * (*status is the exit status). The command's own options are known then, but for their arguments.
 */
const struct command *command_choose(
    const struct command *root, struct context *, struct command_line *, int *status);

/*
 * Parses the options of the command; "--" ends them. Global options are passed over: see above.
 * Returns the index of the first operand, or -1 when the command is over: --help was printed
 * (*status 0), or an error (*status is the exit status).
 */
int command_options(
    const struct command *, const struct context *, const struct command_line *, int *status);

/* The verb that a word names; NULL: none. */
const struct command *command_verb(const struct command *, const char *word);

/* The last word of a command's name. */
const char *command_word(const struct command *);

/* Prints a usage error "pfxreplace: COMMAND: TEXT" and a hint at --help. Returns ERROR_USAGE. */
int command_usage(const struct command *, const struct context *, const char *format, ...)
    ERROR_PRINTF(3, 4);

/* A verb that there is not, with the one that was probably meant, or with NULL no verb at all.
 * Returns ERROR_USAGE. */
int command_no_verb(const struct command *, const struct context *, const char *word);

/* Likewise a first operand that is none of the command's words; `noun` is what they are. It is not
 * for words that are too many for a message. */
int command_no_operand(
    const struct command *, const struct context *, const char *word, const char *noun);

/* Around a message about a failure: it is red where the terminal has colours. */
void command_begin_failure(const struct context *);
void command_end_failure(const struct context *);

/* Prints the error and returns its exit status. */
int command_failed(const struct context *, const struct error *);
/* Likewise of a command that only prints: where the reader of standard output has gone away (`|
 * head` has seen enough) it prints nothing, and the status is that of SIGPIPE. */
int command_print_failed(const struct context *, const struct error *);
int command_no_memory(const struct context *);

extern const struct command command_init, command_import, command_list, command_show, command_check,
    command_apply, command_results, command_runs, command_jobs, command_deploy, command_scan,
    command_reconcile, command_rekey, command_purge, command_verify, command_backup, command_help,
    command_explain, command_completion;

#endif
