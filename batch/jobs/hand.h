#ifndef BATCH_JOBS_HAND_H
#define BATCH_JOBS_HAND_H

#include "database/job.h"
#include "policy/life.h"
#include "model/permissions.h"

/*
 * Who changes jobs, and where. All of it is for the caller's writing transaction, in which a job is
 * found and then changed.
 */
struct hand {
	struct database *db;
	const char *operator_name;
	const struct permissions *permissions;
};

#define HAND_MESSAGE_SIZE 1025 /* 1,024 bytes of a message are kept, and a NUL */
/* Keeps a message of people or of executors: control characters are escaped, and as much of it as
 * fits. NULL: none. */
void hand_keep_message(char kept[HAND_MESSAGE_SIZE], const char *text);

/* Whether the operator may touch the job. */
bool hand_may(const struct hand *, const struct job_record *);

/* The job, or *refusal: REFUSAL_NO_SUCH_JOB, REFUSAL_NOT_PERMITTED. 0, or -1 and err. */
int hand_find(const struct hand *, int64_t id, struct job_record *, enum life_refusal *refusal,
    struct error *);

/*
 * Carries out an event: the cell of the table for the job as it is at given->now, and where it is
 * an action the change and its line in the history, with the token and the message of `event`
 * (word, operator and time are filled in). LIFE_NOTHING and LIFE_REFUSE write nothing. 0 and *cell,
 * or -1 and err.
 */
struct hand_event {
	enum life_event event;
	const unsigned char *claim; /* NULL: none */
	const char *message;        /* NULL: none */
};
int hand_carry_out(const struct hand *, const struct job_record *, const struct hand_event *,
    const struct life_given *, struct life_cell *cell, struct error *);

#endif
