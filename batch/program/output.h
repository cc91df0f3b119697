#ifndef BATCH_PROGRAM_OUTPUT_H
#define BATCH_PROGRAM_OUTPUT_H

#include "outfile.h"

/* As outfile_open(). The first signal (process_stop()) ends the wait for a slow reader. */
struct outfile *output_open(const char *path, struct error *);

#endif
