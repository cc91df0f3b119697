#ifndef BATCH_COMMANDS_JOBS_SESSION_H
#define BATCH_COMMANDS_JOBS_SESSION_H

#include "database/database.h"
#include "jobs/hand.h"
#include "program/command.h"

/* What the verbs of `jobs` share that change jobs. */

/* The database, opened to write, and what the operator may. Takes only the engine's own lock, for
 * as long as a transaction: a run is not kept waiting, and keeps nobody waiting but for a chunk. */
struct jobs_session {
	struct permissions permissions;
	struct hand hand; /* its db is ours */
};
/* 0, or -1 and err; to be released in any case. */
int jobs_session_open(struct jobs_session *, const struct context *, struct error *);
void jobs_session_release(struct jobs_session *);

#define JOBS_LEASE 3600          /* seconds, where --lease is not given */
#define JOBS_LEASE_MOST 31536000 /* a year */
/* 0, or the exit status of a usage error, which is printed. */
int jobs_check_lease(const struct command *, const struct context *, int64_t seconds);

/* The id of a job that a word is, or 0 after a usage error. */
int64_t jobs_id(const struct command *, const struct context *, const char *word);

/* Prints why a job was refused: "pfxreplace: job 7: TEXT [WORD]". */
void jobs_print_refused(const struct context *, int64_t job, enum life_refusal);

/* Prints how many jobs met each refusal: "FIELD: 4 left: TEXT [WORD]". */
void jobs_print_reasons(
    const struct context *, const char *field, const uint64_t counts[REFUSALS], const char *verb);

/* Writes all of it to standard output; -1 and err. A signal ends the wait for a slow reader. */
int jobs_write(const struct context *, const char *bytes, size_t length, struct error *);

#endif
