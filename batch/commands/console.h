#ifndef BATCH_COMMANDS_CONSOLE_H
#define BATCH_COMMANDS_CONSOLE_H

#include "program/context.h"
#include "run/start.h"
#include "commands/apply_options.h"

/* What `apply` and `check` print on standard error while they go through a manifest. */
struct console {
	const struct context *context;
	const char *manifest; /* its name */
	uint64_t rows_total;
	uint64_t shown;  /* rows whose faults were printed */
	uint64_t hidden; /* rows whose faults were not */
	bool progress;
	bool drawn;       /* a line of progress is on the terminal */
	int64_t drawn_at; /* milliseconds */
};

void console_start(struct console *, const struct context *, const struct apply_options *,
    const struct manifest *);

/* Prints a warning for each column that is not a field. */
void console_ignored(struct console *, const struct manifest *);

/* Prints the faults of a row that did not succeed, and that has its names (db_row_names()): of the
 * first such rows, or with -v of all and their warnings too. */
void console_row(struct console *, const struct row *);

/* Draws how many rows are done, at most ten times a second. */
void console_progress(struct console *, uint64_t rows);
/* Wipes the drawn line. */
void console_clear(struct console *);

/* Prints the closing lines: rows and jobs, warnings, repairs. `did` is "run 3" or "check". */
void console_finish(struct console *, const char *did, const struct run *, const struct tally *);

/* Prints a note, unless -q. */
void console_note(struct console *, const char *format, ...) ERROR_PRINTF(2, 3);

#endif
