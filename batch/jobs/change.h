#ifndef BATCH_JOBS_CHANGE_H
#define BATCH_JOBS_CHANGE_H

#include "jobs/hand.h"
#include "model/bitmap.h"

/* What people do to jobs: unschedule, reschedule, acknowledge; one by one, many in a transaction.
 */

struct change_wish {
	enum life_event event; /* LIFE_EVENT_UNSCHEDULE, _RESCHEDULE or _ACKNOWLEDGE */
	int64_t due_at;        /* of a reschedule; in the past: at once */
	const char *message;   /* for the history; NULL: none */
	bool many;             /* jobs that the event does not concern are left, and are no fault */
};

enum change_outcome {
	CHANGE_DONE,      /* or, of change_foresee(), it would be */
	CHANGE_UNCHANGED, /* there was nothing to do */
	CHANGE_LEFT,      /* it does not concern the job: refusal has the word */
	CHANGE_REFUSED,
};
struct change_answer {
	enum change_outcome outcome;
	enum life_refusal refusal;
	struct job_record job; /* as it was; its id is 0 where there is no such job */
};

/* A transaction of changes. */
struct change {
	const struct hand *hand;
	const struct change_wish *wish;
	int64_t now;
	struct bitmap busy; /* the locations that have an active job, where one was asked for */
	bool knows_busy;
};

/* The clock is asked when the database is ours. 0, or -1 and err. */
int change_begin(struct change *, const struct hand *, const struct change_wish *,
    int64_t (*now)(void), struct error *);
int change_job(struct change *, int64_t id, struct change_answer *, struct error *);
int change_commit(struct change *, struct error *);
/* After any of them failed, and in any case. */
void change_release(struct change *);

/* What change_job() would do, in no transaction. Between change_look() and change_release(). */
void change_look(struct change *, const struct hand *, const struct change_wish *, int64_t now);
int change_foresee(struct change *, int64_t id, struct change_answer *, struct error *);

#endif
