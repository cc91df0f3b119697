#ifndef BATCH_PROGRAM_PROGRESS_H
#define BATCH_PROGRAM_PROGRESS_H

#include <stdint.h>

/*
 * How far the process is. SIGUSR1 prints it, as for dd(1), and on a terminal it is drawn. There is
 * one for the process, because a signal handler has no argument for it.
 */

/*
 * Begins anew: `done` of `total` (0: not known) units ("rows") of the subject (a file, a run). The
 * unit is a static text; the subject is copied.
 */
void progress_begin(const char *subject, const char *unit, uint64_t done, uint64_t total);

/* Adds to what is done; from any thread. */
void progress_add(uint64_t more);

/*
 * Where the number of units is not known: after progress_begin(), how much there is of another
 * measure that grows with them (bytes of a file, ids of a table); and adds to what is done of it,
 * from any thread. The share that is done and the time left come from it.
 */
void progress_measure(uint64_t total);
void progress_advance(uint64_t more);

#define PROGRESS_AFTER 2000 /* milliseconds: what takes less long is not drawn */

/*
 * Draws it on the file descriptor, ten times a second at the most, from `after` milliseconds after
 * this call on. -1: no more; the line that is drawn is wiped.
 */
void progress_draw(int fd, int64_t after);

/* Wipes the line, and holds back the next one until progress_release(): other lines go to the same
 * terminal. */
void progress_hold(void);
void progress_release(void);

/* Between these, wipes the line that could not be wiped before: a terminal that was stopped
 * (Ctrl-S) is never waited for. */
void progress_wipe(void);

/*
 * Writes one line such as `pfxreplace: m.csv: 1200 of 5000 rows, 24%, 600 rows/s, 6 s left` to the
 * file descriptor. Calls nothing that a signal handler may not (signal-safety(7)).
 */
void progress_print(int fd);

#endif
