#ifndef BATCH_PROGRESS_H
#define BATCH_PROGRESS_H

#include <stdint.h>

/*
 * How far the process is, for whoever asks with SIGUSR1, as dd(1) tells it. There is one for the
 * process, because a signal handler can be given nothing.
 */

/* From now on `done` of `total` (0: not known) units ("rows") of the subject (a file, a run). */
void progress_begin(const char *subject, const char *unit, uint64_t done, uint64_t total);

/* One more, or so many; from the thread that began. */
void progress_add(uint64_t more);

/*
 * Writes one line such as `pfxreplace: m.csv: 1200 of 5000 rows, 24%, 600 rows/s` to the file
 * descriptor. Calls nothing that a signal handler may not (signal-safety(7)).
 */
void progress_print(int fd);

#endif
