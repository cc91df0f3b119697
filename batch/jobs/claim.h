#ifndef BATCH_JOBS_CLAIM_H
#define BATCH_JOBS_CLAIM_H

#include "database/ready.h"
#include "jobs/hand.h"

#include <stddef.h>

/* Handing out the jobs that are due. */

#define CLAIM_TEXT_SIZE (2 * JOB_CLAIM_SIZE + 1)
/* A token as people and programs see it: 32 digits. claim_parse() takes either case; false: it is
 * none. */
const char *claim_format(const unsigned char claim[JOB_CLAIM_SIZE], char text[CLAIM_TEXT_SIZE]);
bool claim_parse(const char *text, size_t length, unsigned char claim[JOB_CLAIM_SIZE]);

/* A job that was claimed: as it was, as it is now, and what its executor needs. All of it lives
 * until the call that it was given to returns. */
struct claim_taken {
	const struct job_record *job;
	const struct job_state *after;
	const struct job_order *order;
};

struct claim_wish {
	const char *machine; /* NULL: all */
	const char *host;    /* else: of this host's machines, as machine_is() has it; NULL: all */
	int64_t store;       /* 0: all */
	int64_t run;         /* 0: all */
	size_t limit;
	int64_t lease;       /* milliseconds */
	bool changed;        /* also where something else was put since */
	const char *message; /* of the history; NULL: none */
	/* Gets each job, in the transaction. 0, or -1 and err. */
	int (*take)(void *closure, const struct claim_taken *, struct error *);
	void *closure;
};

struct claim_counts {
	uint64_t claimed;
	uint64_t settled;          /* completed, for an inventory shows their new certificate */
	uint64_t given_up;         /* failed, for nobody reported in five claims */
	uint64_t passed[REFUSALS]; /* passed over, by reason */
};

/*
 * Claims jobs in one transaction, which it begins and commits. The clock is asked when the database
 * is ours. -1 and err: nothing was claimed, whatever take() was given.
 */
int claim_jobs(const struct hand *, const struct claim_wish *, int64_t (*now)(void),
    struct claim_counts *, struct error *);

/*
 * For an executor that looks at jobs before it claims them. claim_look() lists those that are due,
 * in their order, also those that would be passed over. Before it, the leases that run under a
 * claim with the wish's message end: it is the caller's to know that their claimant is dead.
 * claim_these() claims jobs of the list, in the order given; one that is not to be had any more is
 * left out. Each is one transaction, which is committed where `keep`.
 */
#define CLAIM_CUT_OFF "who had claimed it was cut off"
struct claim_looking {
	const struct hand *hand;
	const struct claim_wish *wish;
	bool keep;
};
struct claim_listed {
	int64_t job, store;
	enum life_refusal refusal; /* why it would be passed over */
	bool is_settled;           /* it was completed, as by inventory */
};
struct claim_list {
	struct claim_listed *items;
	size_t count, capacity;
};
int claim_look(const struct claim_looking *, int64_t (*now)(void), struct claim_list *,
    struct claim_counts *, struct error *);
void claim_list_release(struct claim_list *);
int claim_these(const struct claim_looking *, int64_t (*now)(void), const struct ready_jobs *,
    struct claim_counts *, struct error *);

/* Extends the lease of a job that has this token: to `lease` milliseconds from now, if that is
 * later. Within the caller's transaction. 0 and *refusal, or -1 and err. */
struct claim_renewal {
	int64_t job;
	unsigned char claim[JOB_CLAIM_SIZE];
	int64_t lease;
	int64_t until; /* out: when it ends now */
};
int claim_renew(const struct hand *, struct claim_renewal *, int64_t now,
    enum life_refusal *refusal, struct error *);

#endif
