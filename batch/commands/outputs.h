#ifndef BATCH_COMMANDS_OUTPUTS_H
#define BATCH_COMMANDS_OUTPUTS_H

#include "database/database.h"
#include "model/run.h"
#include "program/command.h"

/* What the outputs of a command must not replace. */

/*
 * What the file is if no output may replace it, whatever name the path has for it: the database,
 * the key file, a file beside the database, whether it exists or not; another database of ours, a
 * file beside that, another key file. NULL when it is none of them.
 */
const char *outputs_protect(const struct context *, const char *path);

/*
 * The same of the manifest of the run (NULL: of none) and of any run that is not finished: into
 * *what, NULL when it is none of them. -1 and err.
 */
int outputs_protect_manifest(
    struct database *, const struct run *, const char *path, const char **what, struct error *);

/* An output, as the command line names it: by an option, or with NULL by an operand. */
struct output_target {
	const struct command *command;
	const char *option; /* with its dashes */
	const char *path;
};

/* 0 when no such manifest would be replaced, else -1 and err, ERROR_USAGE. */
int outputs_verify_manifest(
    struct database *, const struct run *, const struct output_target *, struct error *);

/* 0 when no such file would be replaced, else the status of a usage error, which is printed. */
int outputs_verify(
    const struct command *, const struct context *, const char *option, const char *path);

/* Warns, unless -q, if the database is on a network file system: for commands that write. */
void outputs_warn_network(const struct context *);

#endif
