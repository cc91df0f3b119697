#ifndef BATCH_POLICY_LIFE_H
#define BATCH_POLICY_LIFE_H

#include "model/job_record.h"

/*
 * The life of a job after its run has made it: which states there are, and what each event does in
 * each of them, as a table. Pure: no I/O, no clock. Times are milliseconds since 1970.
 */

/* X(enumerator, name) */
#define LIFE_STATE_LIST(X)                                      \
	X(DUE, "Waiting, due")                                  \
	X(LATER, "Waiting, not due")                            \
	X(LEASED, "InProcess, lease runs")                      \
	X(LOST, "InProcess, lease over")                        \
	X(RETRY, "CompletedWillRetry, due")                     \
	X(RETRY_LATER, "CompletedWillRetry, not due")           \
	X(FAILED, "Completed with Failure")                     \
	X(SUCCEEDED, "Completed with Success")                  \
	X(WARNED, "Completed with Warning")                     \
	X(ACKNOWLEDGED_FAILURE, "Acknowledged, of Failure")     \
	X(ACKNOWLEDGED_SUCCESS, "Acknowledged, of Success")     \
	X(ACKNOWLEDGED_WARNING, "Acknowledged, of Warning")     \
	X(CANCELLED, "Acknowledged, superseded or unscheduled") \
	X(UNKNOWN, "none of these")

enum life_state {
#define LIFE_STATE_ENUM(name, text) LIFE_##name,
	LIFE_STATE_LIST(LIFE_STATE_ENUM)
#undef LIFE_STATE_ENUM
	    LIFE_STATES
};

/* X(enumerator, its word in the history). A completion is one event for each result. */
#define LIFE_EVENT_LIST(X)            \
	X(CLAIM, "claim")             \
	X(SUCCESS, "complete")        \
	X(WARNING, "complete")        \
	X(FAILURE, "complete")        \
	X(UNSCHEDULE, "unschedule")   \
	X(RESCHEDULE, "reschedule")   \
	X(ACKNOWLEDGE, "acknowledge") \
	X(INVENTORY, "inventory")     \
	X(RESTORE, "restored")

enum life_event {
#define LIFE_EVENT_ENUM(name, word) LIFE_EVENT_##name,
	LIFE_EVENT_LIST(LIFE_EVENT_ENUM)
#undef LIFE_EVENT_ENUM
	    LIFE_EVENTS
};

#define LIFE_TIME_MOST INT64_C(253402300799999) /* the last moment of the year 9999 */

/* Words of the history for what is no column of the table. */
#define LIFE_WORD_LOST "lost"        /* a lease ran out */
#define LIFE_WORD_RENEW "renew"      /* a lease was extended */
#define LIFE_WORD_CLOCK "clock"      /* a lease or a retry was shortened: the clock went back */
#define LIFE_WORD_LATE "late-report" /* of a job that was cancelled */
#define LIFE_WORD_SUPERSEDE JOB_EVENT_SUPERSEDE /* another job replaced it */

enum life_action {
	LIFE_REFUSE,      /* nothing changes; the cell has the word */
	LIFE_NOTHING,     /* nothing changes, and it is no fault */
	LIFE_HAND_OUT,    /* 2/0 with a lease */
	LIFE_SUCCEED,     /* 3/2 */
	LIFE_WARN,        /* 3/3 */
	LIFE_FAIL,        /* 5/4, or 3/4 when no retry is left */
	LIFE_CANCEL,      /* 4/0 */
	LIFE_POSTPONE,    /* 1/0, due at the new time, outside of the run's window */
	LIFE_ACKNOWLEDGE, /* 4 and the same result */
	LIFE_SETTLE,      /* 3/2, as the inventory proves */
	LIFE_PROVE,       /* stays, proven */
	LIFE_PUT_BACK,    /* as LIFE_FAIL, and not proven; without a retry where given->is_final */
};

/*
 * The words of refusals and of what is passed over: X(enumerator, word, text, why, what to do).
 * Words that a code of manifests has too are explained there: their texts are those for jobs.
 */
#define LIFE_REFUSAL_LIST(X)                                                                       \
	X(NONE, "", "", "", "")                                                                    \
	X(NO_SUCH_JOB, "no-such-job", "there is no job of this id",                                \
	    "Jobs are named by their JobId; jobs of a run that was purged are gone.",              \
	    "Look the JobId up with `pfxreplace jobs list`.")                                      \
	X(NOT_PERMITTED, "no-permission", "the operator may not schedule jobs for the store",      \
	    "Changing a job takes /certificate_stores/schedule/ for its store.",                   \
	    "Ask for the permission, or leave the job to somebody who has it.")                    \
	X(NOT_DUE, "not-due", "the job is not due yet",                                            \
	    "A job is handed out at its due time, or at the time of its next retry, and not "      \
	    "before.",                                                                             \
	    "Wait until it is due (DueAt of `pfxreplace jobs list`), or reschedule it.")           \
	X(IN_PROCESS, "in-process", "the job is being carried out: its lease runs",                \
	    "Somebody has claimed the job and may be changing the store now.",                     \
	    "Wait for the report, or until the lease is over; then unschedule or reschedule it.")  \
	X(NOT_ENDED, "not-ended", "the job has not ended",                                         \
	    "Only a failure, a warning or a success is acknowledged.",                             \
	    "Unschedule a job that is not wanted any more.")                                       \
	X(NOT_BEGUN, "not-begun", "the job waits: it has installed nothing",                       \
	    "Only what a job has put in place can be taken back.",                                 \
	    "Unschedule the job if it is not wanted.")                                             \
	X(COMPLETED, "already-completed", "the job is completed already",                          \
	    "A completed job has one result, and keeps it; the same report again changes "         \
	    "nothing.",                                                                            \
	    "Look at it with `pfxreplace show job JOBID`; apply a manifest again to replace once " \
	    "more.")                                                                               \
	X(ACKNOWLEDGED, "already-acknowledged", "the job is acknowledged already",                 \
	    "Somebody has looked at how the job ended and settled it.",                            \
	    "Look at it with `pfxreplace show job JOBID`; an acknowledged failure can be "         \
	    "rescheduled.")                                                                        \
	X(CANCELLED, "job-cancelled", "the job was superseded or unscheduled",                     \
	    "A cancelled job is not carried out; its history keeps a report that came late.",      \
	    "Look at CancelledBy in `pfxreplace show job JOBID`. Where the report says that the "  \
	    "store was changed, take its inventory.")                                              \
	X(LEASE_LOST, "lease-lost", "the claim is not the last one of the job",                    \
	    "The lease ran out and the job was handed out again, or the job has been reported, "   \
	    "rescheduled or settled since.",                                                       \
	    "Leave the job to the one who has it now; take leases that are long enough, or renew " \
	    "them.")                                                                               \
	X(WINDOW_OVER, "window-over", "the --window of its run has ended",                         \
	    "Nothing of a run is handed out after its window.",                                    \
	    "Reschedule the job, which takes it out of the window, or unschedule it.")             \
	X(STORE_REMOVED, "store-removed", "the store was removed",                                 \
	    "A complete import did not name the store any more: there is nothing to change.",      \
	    "Unschedule the job, or import the store again.")                                      \
	X(NOT_APPROVED, "not-approved", "the store is not approved",                               \
	    "Jobs are handed out for approved stores alone.",                                      \
	    "Approve the store on the server and import the stores again.")                        \
	X(CHANGED, "changed", "an inventory newer than the job shows another certificate there",   \
	    "What the job was to replace is not there any more: to go on would replace a "         \
	    "certificate that nobody named.",                                                      \
	    "Look at the store; unschedule the job, or claim it with --changed.")                  \
	X(PROVEN, "already-proven", "an inventory has shown its new certificate",                  \
	    "Its work is done, whatever was reported: to go on would replace the certificate "     \
	    "with itself, or a later one with it.",                                                \
	    "Acknowledge the job; apply a manifest again to replace once more.")                   \
	X(PENDING, "job-pending", "another job of its location is active",                         \
	    "Two jobs that change one location get in each other's way.",                          \
	    "Wait until the other job has ended, or unschedule that one.")                         \
	X(LATER_JOB, "later-job", "a later job of its location has ended since",                   \
	    "The later job is the newer intent: to go on would put an older certificate in its "   \
	    "place.",                                                                              \
	    "Reschedule the later job, or apply a manifest for what is wanted now.")               \
	X(PASSWORD_GONE, "password-gone", "the password of its row was destroyed",                 \
	    "A row's password is destroyed when no job of the row needs it any more.",             \
	    "Apply a manifest with the row and its password again.")                               \
	X(EXPIRED, "certificate-expired", "the new certificate is expired then",                   \
	    "The certificate would not be valid when it is installed.",                            \
	    "Choose an earlier time, or replace by another certificate.")                          \
	X(NOT_YET_VALID, "certificate-not-yet-valid", "the new certificate is not valid by then",  \
	    "The certificate would not be valid when it is installed.",                            \
	    "Choose a time from its NotBefore on.")                                                \
	X(REVOKED, "certificate-revoked", "the new certificate is revoked",                        \
	    "Nobody should install a certificate that is revoked.",                                \
	    "Replace by another certificate.")                                                     \
	X(MALFORMED, "malformed-record", "the record cannot be read",                              \
	    "A report has a JobId and a Result: success, warning or failure.",                     \
	    "Correct the record and send it again; those that were taken need not be repeated.")

enum life_refusal {
#define LIFE_REFUSAL_ENUM(name, word, text, why, remedy) REFUSAL_##name,
	LIFE_REFUSAL_LIST(LIFE_REFUSAL_ENUM)
#undef LIFE_REFUSAL_ENUM
	    REFUSALS
};

const char *life_refusal_word(enum life_refusal);
const char *life_refusal_text(enum life_refusal); /* a clause, as messages have it */
const char *life_refusal_why(enum life_refusal);
const char *life_refusal_remedy(enum life_refusal);

const char *life_state_name(enum life_state); /* for people */
const char *life_event_word(enum life_event);

/* The state of a job at a time. */
enum life_state life_state_of(const struct job_state *, int64_t now);

/* A cell of the table. */
struct life_cell {
	enum life_action action;
	enum life_refusal refusal; /* of LIFE_REFUSE */
};
struct life_cell life_cell(enum life_state, enum life_event);

/* Whether somebody who chooses many jobs at once means those of this state too by the event: it
 * would change them, or it should and cannot as long as they are carried out. Jobs that it is too
 * late or too early for are none of them. */
bool life_concerns(enum life_state, enum life_event);

/*
 * Why a job is not rescheduled to `due`, beside its state: REFUSAL_NONE where nothing is against
 * it. A job that only waits is held against the certificate alone.
 */
enum life_refusal life_reschedule_refusal(
    const struct job_record *, const struct job_standing *, int64_t due);

/*
 * Why a claim, whoever's, passes over a job that is due: the first of what is in the way, or
 * REFUSAL_NONE. Of the record its creation, its store and its window are looked at.
 */
enum life_refusal life_obstacle(const struct job_record *, const struct job_sight *, int64_t now);

/* Likewise of any job, by its status and lease too: nothing is in the way of one that has ended, or
 * whose lease runs. */
enum life_refusal life_blocked(const struct job_record *, const struct job_sight *, int64_t now);

/* What comes with an event. */
struct life_given {
	int64_t now;
	int64_t lease;              /* LIFE_HAND_OUT: milliseconds */
	const unsigned char *claim; /* likewise: the new token, JOB_CLAIM_SIZE bytes */
	int64_t due_at;             /* LIFE_POSTPONE */
	int64_t inventoried_at;     /* LIFE_SETTLE and LIFE_PROVE */
	bool is_leftover;           /* likewise: the old certificate is there too: not proven yet */
	bool is_final;              /* LIFE_PUT_BACK: no retry, also where one is left */
};

/*
 * What the job is after the action: the whole state. LIFE_REFUSE and LIFE_NOTHING leave it as it
 * is. Proven jobs stay proven, but for LIFE_POSTPONE, whose job has all before it.
 */
struct job_state life_after(const struct job_record *, enum life_action, const struct life_given *);

/* Whether the action leaves all as it is: of a success that is proven nothing is left to
 * acknowledge, and a job is proven once. */
bool life_is_idle(const struct job_record *, const struct job_state *after, enum life_action);

/*
 * A claim whose lease ran out without a report: the job is ready again, or after LIFE_CLAIMS_MOST
 * of them a failure, for good. Whether it is is in its status.
 */
#define LIFE_CLAIMS_MOST 5
#define LIFE_NO_REPORT "no report after 5 claims"
struct job_state life_after_loss(const struct job_record *, int64_t now);

/* A lease that is extended: it ends given->lease from now, or when it did if that is later. */
struct job_state life_renewed(const struct job_record *, const struct life_given *);

/*
 * When a job that fails now is tried again: 60 s after its first failure, doubled with each, 3600 s
 * at most. False where no retry is left, or it would come at or after the end of the window that
 * the job is still in.
 */
#define LIFE_RETRY_FIRST INT64_C(60000)
#define LIFE_RETRY_MOST INT64_C(3600000)
bool life_retry_at(const struct job_record *, int64_t now, int64_t *due_at);

/* Whether the run's window is over for the job: nothing of it is handed out any more. */
bool life_window_is_over(const struct job_record *, int64_t now);

/*
 * After the clock went back: whether the time at which a lease ends, or a retry is due, was taken
 * from the later clock, and what it is now: as long as it was, from now on. *after is the whole
 * state then.
 */
bool life_clock_went_back(const struct job_record *, int64_t now, struct job_state *after);

#endif
