#ifndef BATCH_SURVEY_H
#define BATCH_SURVEY_H

#include "database/database.h"
#include "policy/replace.h"

#include <signal.h>

/*
 * The pass before a run, which writes nothing: counts the rows, and finds those that conflict
 * with or repeat another one. Among rows whose fields are valid, RequestId resolved to its
 * certificate, rows with one ExistingCertificateId and anything else different conflict; of
 * rows equal in everything the later ones are repetitions.
 *
 * Memory: a bit for each id seen (32 MiB at the most, ids above 2^28 share bits), and an exact
 * entry for each id seen twice.
 */
struct survey;

/*
 * Reads the manifest from its start, with a reader of its own. `stop` may be NULL: a signal
 * there ends the survey with ERROR_SIGNAL. NULL and err on failure.
 */
struct survey *survey_new(int fd, const struct reader_options *, struct database *,
    const struct policy *, const volatile sig_atomic_t *stop, struct error *);
void survey_free(struct survey *);

uint64_t survey_rows(const struct survey *);
bool survey_has_password(const struct survey *); /* some row has one */
/* Some row has a JobTime, a refused one perhaps; a row that cannot be read has none. */
bool survey_has_job_time(const struct survey *);
int64_t survey_mends(const struct survey *); /* see request_mends(); of the first row that tells */

/* The columns that are not fields (see reader_ignored()). They live as long as the survey. */
const char *const *survey_ignored(const struct survey *, size_t *count);

/* What the survey knows of a row whose fields are valid. */
enum survey_finding { SURVEY_ALONE, SURVEY_CONFLICT, SURVEY_REPETITION };
struct survey_lines {
	uint64_t first;        /* line of the first row with this id */
	uint64_t rows;         /* how many there are */
	const uint64_t *lines; /* of the first ones */
	size_t count;          /* at most SURVEY_LINES */
};
#define SURVEY_LINES 10

enum survey_finding survey_find(
    const struct survey *, const struct request *, struct survey_lines *);

#endif
