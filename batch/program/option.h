#ifndef BATCH_PROGRAM_OPTION_H
#define BATCH_PROGRAM_OPTION_H

#include <stddef.h>
#include <stdint.h>

/*
 * An option of a command, as one line of a table. The same tables serve for parsing, for usage
 * errors, for the text of --help and for what a shell completes.
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
	const char *argument; /* as --help shows it; NULL for a flag. FILE: a shell offers files */
	const char *help;
	enum option_kind kind;
	size_t offset; /* of the member in the command's struct of options */
	int64_t least; /* OPTION_NUMBER: the smallest value */
	/* NULL-terminated. OPTION_CHOICE: what is taken. OPTION_TEXT and OPTION_LIST, where it is
	 * not NULL: the words that --help and a shell name; the command looks at them itself. */
	const char *const *choices;
};

/* The options that every command has, before it and after it; offsets are into struct context. */
#define OPTION_GLOBALS 4
extern const struct option_spec option_globals[OPTION_GLOBALS];
extern const char option_letters[OPTION_GLOBALS + 1]; /* -d and so on, in the same order */

struct command;
struct context;

/* Puts an option's argument (NULL of a flag) into its member. 0, or the exit status of an error,
 * which is printed. */
int option_take(const struct command *, const struct context *, const struct option_spec *,
    const char *text, void *options);

/* Puts a global option into the context. Of -q and -v the last one counts. */
void option_take_global(struct context *, size_t global, const char *text);

#endif
