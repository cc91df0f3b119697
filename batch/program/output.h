#ifndef BATCH_OUTPUT_H
#define BATCH_OUTPUT_H

#include "outfile.h"

/* As outfile_open(); the first signal (process_stop()) ends the waiting for a slow reader. */
struct outfile *output_open(const char *path, struct error *);

#endif
