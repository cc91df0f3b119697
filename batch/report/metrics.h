#ifndef BATCH_REPORT_METRICS_H
#define BATCH_REPORT_METRICS_H

#include "error.h"

#include <signal.h>

/*
 * What a reconcile found, for a monitoring system: the text format of Prometheus, version 0.0.4,
 * that its agents read from a file. All are gauges. No clock, no database.
 */

/* How many there are of each word: parallel arrays. Words that have none are written too, so that
 * each series goes on; with count 0 nothing is written. */
struct metrics_counts {
	const char *const *words; /* any text; U+FFFD replaces each byte that is not UTF-8 */
	const uint64_t *numbers;
	size_t count;
};

struct metrics {
	struct metrics_counts jobs;     /* by verdict */
	struct metrics_counts findings; /* by finding */
	int64_t reconciled_at;          /* milliseconds since 1970, as all times here */
	bool well;                      /* everything agreed: exit status 0 */
	bool has_earliest_expiry;
	int64_t earliest_expiry;           /* of the certificates in use */
	uint64_t expired_in_use;           /* certificates */
	const volatile sig_atomic_t *stop; /* as of outfile_set_stop(); may be NULL */
};

/*
 * Replaces the file, whole or not at all, or writes through what cannot be replaced (outfile.h).
 * Mode 0644, whatever the umask: the agent is another user.
 *
 * If this reconcile is not well, the time of the last one that was is taken over from the file
 * that is replaced. If that file is missing, not one of ours, damaged, longer than LIMIT_METRICS or
 * has a time after reconciled_at, the time is not known, and left out.
 *
 * -1 and err, ERROR_STORAGE: the file cannot be written, or there is no memory. It is as it was.
 */
int metrics_publish(const char *path, const struct metrics *, struct error *);

#endif
