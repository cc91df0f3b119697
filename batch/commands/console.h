#ifndef BATCH_COMMANDS_CONSOLE_H
#define BATCH_COMMANDS_CONSOLE_H

#include "program/context.h"
#include "run/start.h"
#include "commands/apply_options.h"
#include "model/cause.h"

#define CONSOLE_LINES 3 /* that are named for each warning */

/*
 * What `apply` and `check` print on standard error while they go through a manifest. Under -q that
 * is nothing, unless the exit status is not 0: then the faults of rows and the closing line.
 */
struct console {
	const struct context *context;
	struct database *db;
	const char *manifest;                       /* its name */
	uint64_t shown;                             /* rows whose faults were printed */
	uint64_t hidden;                            /* rows whose faults were not */
	struct causes causes;                       /* of the faults of both */
	uint64_t warned[CODE_COUNT][CONSOLE_LINES]; /* first lines with a warning; 0: no more */
};

void console_start(
    struct console *, const struct context *, struct database *, const struct manifest *);

/* Prints a warning for each column that is not a field. */
void console_ignored(struct console *, const struct manifest *);

/* Prints the faults of a row that did not succeed, and that has its names (db_row_names()): of the
 * first such rows, or with -v of all and their warnings too. -1 and err when the inventory fails.
 */
int console_row(struct console *, const struct row *, struct error *);

/* How the way through a manifest ended. */
struct console_ending {
	const char *did; /* "run 3", "run 3 so far" or "check" */
	const struct run *run;
	const struct tally *tally; /* of the run */
	int status;                /* the exit status */
	bool committed;            /* the database has its rows */
	const char *results;       /* where they were written; NULL: they were not */
	const char *rejects;       /* likewise */
	const char *summary;       /* likewise */
	const char *mend;          /* the command that applies the rejects, or NULL */
	bool spared;               /* the file at `rejects` was left as it is */
	bool repeats;              /* the run was finished before */
};

/* Prints the closing lines: the faults by their causes, warnings, checks that were not made,
 * repairs, rows, jobs, where the files are, and what to do next. */
void console_finish(struct console *, const struct console_ending *);

/* Prints a note, unless -q. */
void console_note(struct console *, const char *format, ...) ERROR_PRINTF(2, 3);

#endif
