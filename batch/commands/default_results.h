#ifndef BATCH_COMMANDS_DEFAULT_RESULTS_H
#define BATCH_COMMANDS_DEFAULT_RESULTS_H

#include "database/database.h"
#include "model/run.h"
#include "write/writer.h"

/*
 * Whose the results file at this path is, by its name alone: the first run, given up ones aside, of
 * a manifest that lies in the same folder and that has this name for its results in this format.
 * 1 and *owner (the caller's to release), 0 when there is none, -1 and err.
 */
int default_results_owner(
    struct database *, const char *results, enum output, struct run *owner, struct error *);

#endif
