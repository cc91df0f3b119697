#ifndef COMMANDS_OUTPUTS_H
#define COMMANDS_OUTPUTS_H

#include "database/database.h"
#include "model/run.h"
#include "program/command.h"

/* What the outputs of a command must not replace. */

/*
 * What a file is that no output may replace, by whatever name the path reaches it: the database,
 * the key file, what lies beside the database, be it there or not; another database of ours, what
 * lies beside that, another key file. NULL when it is none of them.
 */
const char *outputs_protect(const struct context *, const char *path);

/*
 * Likewise the manifest of the run (NULL: none), or of a run that is not finished: into *what, else
 * NULL. -1 and err.
 */
int outputs_protect_manifest(
    struct database *, const struct run *, const char *path, const char **what, struct error *);

/* Of a path that an option (NULL: an operand) of a command names. */
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

/* Warns, unless -q, where the database is on a network file system: for commands that write. */
void outputs_warn_network(const struct context *);

#endif
