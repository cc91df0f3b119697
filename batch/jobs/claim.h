#ifndef BATCH_JOBS_CLAIM_H
#define BATCH_JOBS_CLAIM_H

#include "buffer.h"
#include "input/keyring.h"
#include "jobs/hand.h"

#include <stddef.h>

/* Handing out the jobs that are due. */

#define CLAIM_TEXT_SIZE (2 * JOB_CLAIM_SIZE + 1)
/* A token as people and programs see it: 32 digits. claim_parse() takes either case; false: it is
 * none. */
const char *claim_format(const unsigned char claim[JOB_CLAIM_SIZE], char text[CLAIM_TEXT_SIZE]);
bool claim_parse(const char *text, size_t length, unsigned char claim[JOB_CLAIM_SIZE]);

struct claim_wish {
	const char *machine; /* NULL: all */
	int64_t store;       /* 0: all */
	int64_t run;         /* 0: all */
	size_t limit;
	int64_t lease; /* milliseconds */
	bool changed;  /* also where something else was put since */
	/* For --with-secrets: opens the passwords. NULL: without them. */
	struct keyring *keyring;
};

struct claim_counts {
	uint64_t claimed;
	uint64_t settled;          /* completed, for an inventory shows their new certificate */
	uint64_t given_up;         /* failed, for nobody reported in five claims */
	uint64_t passed[REFUSALS]; /* passed over, by reason */
};

/*
 * Claims jobs in one transaction, which it begins and commits: `output` gets a line of JSON for
 * each of them. The clock is asked when the database is ours. -1 and err: nothing was claimed. The
 * output may hold passwords.
 */
int claim_jobs(const struct hand *, const struct claim_wish *, int64_t (*now)(void),
    struct buffer *output, struct claim_counts *, struct error *);

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
