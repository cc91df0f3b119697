#ifndef BATCH_RUN_SUMMARY_H
#define BATCH_RUN_SUMMARY_H

#include "model/run.h"

/*
 * Publishes the summary of a run: one JSON object. `stopped` is the exit status of what stopped the
 * run, 0 for a complete one. -1 and err (ERROR_STORAGE).
 */
int summary_write(
    const char *path, const struct run *, const struct tally *, int stopped, struct error *);

#endif
