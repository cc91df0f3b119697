#ifndef BATCH_MODEL_JOB_RECORD_H
#define BATCH_MODEL_JOB_RECORD_H

#include "model/job.h"

/*
 * One job, with all that decides what an event does to it. Times are milliseconds since 1970; 0
 * where there is none, unless said otherwise.
 */

#define JOB_CLAIM_SIZE 16 /* bytes of a token */

/* What events change. */
struct job_state {
	enum job_status status;
	enum job_result result;
	int64_t completed_at;
	int64_t
	    proven_at;    /* InventoriedAt of the first inventory that showed the new certificate */
	int64_t due_at;   /* never 0: planned_at, or the time of a retry or of a reschedule */
	bool rescheduled; /* it has left the window of its run */
	int64_t attempts; /* how often it was handed out */
	int64_t claims;   /* of them, those since the last report */
	int64_t failures; /* reports of failure since it was last rescheduled */
	bool has_claim;
	unsigned char claim[JOB_CLAIM_SIZE]; /* the last token */
	int64_t leased_at;                   /* when its lease began */
	int64_t lease_until;                 /* 0: it has no lease; an old one may be over */
};

struct job_record {
	int64_t id, request, run, line;
	int64_t location, store;
	int64_t container; /* of the store; -1: none */
	bool removed, approved;
	int64_t existing, certificate; /* the old and the new one */
	int64_t created_at;
	int64_t planned_at; /* when it is due as its request says */
	bool has_window;
	int64_t window_end; /* of its run */
	int64_t retries;    /* how many a failure may have */
	bool is_purged;     /* its run is being purged: it is about to go */
	struct job_state is;
};

/* What the last inventory of its store shows of a job. */
struct job_sight {
	bool inventoried; /* the store was looked at */
	int64_t inventoried_at;
	bool shows_new; /* the new certificate is there: see Reconciliation of the manual */
	bool shows_old; /* the old one is at the alias or, where that is gone, in the store */
	bool keeps_old; /* the old one is somewhere in the store */
};

/* What stands around a job that is to be rescheduled. */
struct job_standing {
	bool is_busy;        /* another job of its location is active */
	bool has_later;      /* of its location, one that was made later and was not cancelled */
	bool needs_password; /* that its row has not any more */
	bool has_not_before, has_not_after;
	int64_t not_before, not_after; /* of the new certificate */
	bool revoked;                  /* likewise */
	uint64_t allowed;              /* checks that its run only warns of, as CODE_BITs */
};

#define JOB_EVENT_SUPERSEDE "supersede" /* the word of what `apply` does to a job */

/* "waiting", for active jobs: status 1, 2 and 5. */
bool job_state_is_active(const struct job_state *);
/* Whether two are of one token. A NULL is none. */
bool job_claim_is(const struct job_state *, const unsigned char *claim);

#endif
