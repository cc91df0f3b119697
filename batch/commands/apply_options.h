#ifndef BATCH_COMMANDS_APPLY_OPTIONS_H
#define BATCH_COMMANDS_APPLY_OPTIONS_H

#include "program/command.h"
#include "run/results.h"
#include "run/settings.h"

/* The options that `apply` and `check` share, and how they are parsed. */

enum progress_mode { PROGRESS_AUTO, PROGRESS_ALWAYS, PROGRESS_NEVER };
extern const char *const apply_progresses[]; /* their words */

struct apply_options {
	struct settings settings;
	const char *results;
	int results_format; /* enum output, or -1 */
	const char *rejects;
	const char *summary;
	const char *page;     /* NULL: none */
	int format;           /* enum format; 0: found */
	int progress;         /* enum progress_mode */
	int64_t wait;         /* seconds; apply only */
	bool dry_run;         /* apply only */
	bool allow_empty;     /* a manifest without a row */
	char delimiter;       /* '\0': found from the header */
	struct fields fields; /* of a manifest */
	int status;           /* the exit status, where the command is over after parsing */

	/* As they were given; parsed into the settings and the members above. */
	struct text_list allow;
	struct text_list deny;
	int64_t most_jobs;
	int pending; /* -1: not given */
	const char *delimiter_text;
};

/* Their table. Those of `check` are the first ones. */
#define APPLY_OPTIONS 25
#define CHECK_OPTIONS 23
extern const struct option_spec apply_specs[APPLY_OPTIONS];
extern const char apply_note[]; /* ends the help of both */

/*
 * Parses the words of a command line and makes sense of them. Returns the index of the first
 * manifest, or -1 with options->status as command_options() sets it. To be released in any case.
 */
int apply_options_parse(
    const struct command *, const struct context *, int argc, char **argv, struct apply_options *);
void apply_options_release(struct apply_options *);

/* The encoding as reader_options take it. */
const char *apply_options_encoding(const struct apply_options *);

#endif
