#ifndef BATCH_JOBS_COMPLETE_H
#define BATCH_JOBS_COMPLETE_H

#include "buffer.h"
#include "jobs/hand.h"
#include "record.h"

/* Reports of executors: what came of a job. */

#define COMPLETE_LAST_JOB (INT64_C(1) << 53) /* ids are not above it */

struct complete_report {
	int64_t job; /* 0: not known */
	bool has_claim;
	unsigned char claim[JOB_CLAIM_SIZE];
	enum life_event event;           /* LIFE_EVENT_SUCCESS, _WARNING or _FAILURE */
	char message[HAND_MESSAGE_SIZE]; /* escaped; "": none */
};

/* The words of --result, NULL-terminated, in the order of the three events. */
extern const char *const complete_results[];
/* The event of a word, in any case. */
bool complete_result_parse(const char *text, size_t length, enum life_event *event);

/* Keeps a message: control characters are escaped, and as much of it as fits. NULL: none. */
void complete_set_message(struct complete_report *, const char *text);

/* The fields of a record of reports: JobId, Claim, Result, Message. */
#define COMPLETE_FIELDS 4
extern const char *const complete_fields[COMPLETE_FIELDS];

/* Reads a record: NULL, or what is wrong with it and what is expected, a static text or that of the
 * record, and *field. The job is set where it could be read. */
const char *complete_read(const struct record *, struct complete_report *, const char **field);

/* What became of a report. */
enum complete_outcome {
	COMPLETE_DONE,      /* Status 3 */
	COMPLETE_RETRY,     /* Status 5 */
	COMPLETE_UNCHANGED, /* it was reported before */
	COMPLETE_REFUSED,
};
struct complete_answer {
	enum complete_outcome outcome;
	enum life_refusal refusal; /* of COMPLETE_REFUSED */
	int64_t due_at;            /* of COMPLETE_RETRY */
};
const char *complete_outcome_word(enum complete_outcome);

/*
 * Takes the report, within the caller's transaction. A late report of a cancelled job is refused,
 * and its history keeps it. 0, or -1 and err.
 */
int complete_job(const struct hand *, const struct complete_report *, int64_t now,
    struct complete_answer *, struct error *);

/* Adds the answer as a line of JSON: JobId, Outcome, Code. */
void complete_add_answer(
    struct buffer *, const struct complete_report *, const struct complete_answer *);

#endif
