#ifndef BATCH_PROGRAM_PROGRESS_H
#define BATCH_PROGRAM_PROGRESS_H

#include <stdint.h>

/*
 * How far the process is, which SIGUSR1 prints, as for dd(1). There is one for the process, because
 * a signal handler has no argument for it.
 */

/*
 * Begins anew: `done` of `total` (0: not known) units ("rows") of the subject (a file, a run). The
 * unit is a static text; the subject is copied.
 */
void progress_begin(const char *subject, const char *unit, uint64_t done, uint64_t total);

/* Adds to what is done; from any thread. */
void progress_add(uint64_t more);

/*
 * Writes one line such as `pfxreplace: m.csv: 1200 of 5000 rows, 24%, 600 rows/s` to the file
 * descriptor. Calls nothing that a signal handler may not (signal-safety(7)).
 */
void progress_print(int fd);

#endif
