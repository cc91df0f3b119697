#ifndef BATCH_SUMMARY_H
#define BATCH_SUMMARY_H

#include "model/run.h"

/* Publishes the summary of a run: one JSON object. `complete` is false for a stopped run. */
int summary_write(const char *path, const struct run *, const struct tally *, bool complete,
    int exit_status, struct error *);

#endif
