#ifndef BATCH_COMMANDS_RUN_REPORT_H
#define BATCH_COMMANDS_RUN_REPORT_H

#include "commands/listing.h"

/*
 * Shows one run on standard output: what it was told to do, and what came of it, as lines of Field
 * and Value, or as one JSON object. The options are those of a listing, but for its columns. The
 * exit status.
 */
int run_report(const struct context *, int64_t run, const struct listing_options *);

#endif
