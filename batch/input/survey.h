#ifndef BATCH_INPUT_SURVEY_H
#define BATCH_INPUT_SURVEY_H

#include "database/database.h"
#include "policy/replace.h"

#include <signal.h>

/*
 * What is found in a manifest before a run: how many rows there are, and which rows conflict with
 * or repeat another one. Rows whose fields are valid and that have the same ExistingCertificateId
 * conflict where they differ in anything else; where they do not, the later ones are repetitions.
 * A RequestId counts as the certificate that it was issued.
 *
 * Memory: a bit for each id seen (32 MiB at the most; ids above 2^28 share bits), and an exact
 * entry for each id seen twice.
 */
struct survey;

/* Where and how to read; all of it must live as long as the survey. */
struct survey_options {
	int fd; /* read from its start, by pread(2) */
	const struct reader_options *reader;
	struct database *db;
	const struct policy *policy;
	const volatile sig_atomic_t *stop; /* may be NULL */
};

/* NULL and err. A signal in *stop ends it with ERROR_SIGNAL plus its number. */
struct survey *survey_new(const struct survey_options *, struct error *);
void survey_free(struct survey *); /* NULL is fine */

uint64_t survey_rows(const struct survey *);
bool survey_has_password(const struct survey *); /* whether some row has one */
/* Whether some row has a JobTime, even if it is refused; a row that cannot be read has none. */
bool survey_has_job_time(const struct survey *);
bool survey_is_rejects(const struct survey *); /* whether some row does; see request_is_reject() */
int64_t survey_mends(const struct survey *);   /* of the first row with one; see request_mends() */

/* The columns that are not fields (see reader_ignored()). They live as long as the survey. */
const char *const *survey_ignored(const struct survey *, size_t *count);

/* What was found about a row whose fields are valid. The lines live as long as the survey. */
enum survey_finding { SURVEY_ALONE, SURVEY_CONFLICT, SURVEY_REPETITION };
struct survey_lines {
	uint64_t first;        /* line of the first row with this id */
	uint64_t rows;         /* how many there are */
	const uint64_t *lines; /* of the first `count` rows */
	size_t count;          /* at most SURVEY_LINES */
};
#define SURVEY_LINES 10

enum survey_finding survey_find(
    const struct survey *, const struct request *, struct survey_lines *);

#endif
