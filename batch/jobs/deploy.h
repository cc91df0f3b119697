#ifndef BATCH_JOBS_DEPLOY_H
#define BATCH_JOBS_DEPLOY_H

#include "buffer.h"
#include "certificates/credential.h"
#include "certificates/store_file.h"
#include "database/ready.h"
#include "jobs/hand.h"
#include "program/context.h"

/*
 * Carries out the due jobs of the stores that are files of this machine: claims them, puts the new
 * certificate in its place, has a program of the user's make the service read it, asks the server
 * for it, and completes the job. Paragraph *Deploy* of the manual.
 */

#define DEPLOY_LEASE INT64_C(3600000)    /* milliseconds */
#define DEPLOY_HOOK_TIME INT64_C(60000)  /* that a hook may take */
#define DEPLOY_PROBE_TIME INT64_C(15000) /* until the server has to show the certificate */
#define DEPLOY_STORES_AT_ONCE 128        /* of a transaction, where no hook comes between */
#define DEPLOY_BACKUPS 3                 /* that are kept of a file */

/* What the file of a store holds, for its inventory. */
struct deploy_seen {
	int64_t store;
	const char *guid, *machine, *path, *key_path;
	enum store_format format;
	bool trust_store;
	int64_t at; /* the clock before the file was opened; milliseconds since 1970 */
	bool readable;
	struct entries_source source;
};

/* X(enumerator, word). What became of a job. */
#define DEPLOY_OUTCOME_LIST(X)             \
	X(REPLACED, "replaced")            \
	X(ALREADY, "already there")        \
	X(WARNED, "replaced, hook failed") \
	X(FAILED, "failed")                \
	X(PUT_BACK, "put back")            \
	X(LEFT, "left")                    \
	X(LOST, "lost")

enum deploy_outcome {
#define DEPLOY_OUTCOME_ENUM(name, word) DEPLOY_##name,
	DEPLOY_OUTCOME_LIST(DEPLOY_OUTCOME_ENUM)
#undef DEPLOY_OUTCOME_ENUM
	    DEPLOY_OUTCOMES
};
const char *deploy_outcome_word(enum deploy_outcome);

/* A job of which something is to be told. Texts live until the call returns. */
struct deploy_told {
	const struct job_record *job;
	const char *guid, *machine, *path, *alias;
	enum deploy_outcome outcome;
	bool will_retry;     /* of a failure */
	const char *word;    /* of why it was not installed: of install.h or life.h; NULL: none */
	const char *message; /* as the job keeps it; "": none */
};

struct deploy_options {
	const char *host; /* its name */
	struct credential_folder folder;
	struct passphrase passphrase; /* of stores whose own is not known; may be none */
	const char *hook;             /* a path; NULL: none */
	bool hook_once;
	bool keep; /* where the hook fails the new file stays */
	bool probe;
	struct file_root root;
	size_t limit; /* jobs that are claimed; SIZE_MAX: all */
	size_t backups;
	bool create, legacy;

	/* Records what was seen, each store once, in the caller's transaction. 0, or -1 and err. */
	int (*record)(void *closure, struct database *, struct deploy_seen *const *, size_t count,
	    struct error *);
	void (*tell)(void *closure, const struct deploy_told *);
	void *closure;
};

struct deploy_counts {
	uint64_t outcomes[DEPLOY_OUTCOMES];
	uint64_t claimed;
	uint64_t will_retry;       /* of those that failed or were put back */
	uint64_t passed[REFUSALS]; /* due, and not to be had, by reason */
	uint64_t settled;  /* an inventory shows their new certificate: they are completed */
	uint64_t given_up; /* as claim_counts has it */
	uint64_t others;   /* of types that are carried out by other means */
};

/* Whether every job succeeded or, of deploy_restore(), was put back. */
bool deploy_is_well(const struct deploy_counts *, bool restored);

/*
 * Carries out jobs until none is due or a signal comes (ERROR_SIGNAL plus its number), which ends
 * it after the stores that it is at. 0, or -1 and err; what is counted is on disk.
 */
int deploy_run(const struct deploy_options *, const struct context *, const struct hand *,
    struct deploy_counts *, struct error *);

/* The files of the jobs as they were before them, from the backups; then the hook. Likewise. A job
 * that is refused is told as DEPLOY_FAILED, with its word. */
int deploy_restore(const struct deploy_options *, const struct context *, const struct hand *,
    const struct ready_jobs *, struct deploy_counts *, struct error *);

/* What deploy_run() would do, with nothing written anywhere: word is what it would do ("replace",
 * "finish", "create", "already-there"), or why not. */
struct deploy_foreseen {
	const struct deploy_told *told;
	const char *text; /* a sentence about it */
};
int deploy_foresee(const struct deploy_options *, const struct context *, const struct hand *,
    int (*take)(void *closure, const struct deploy_foreseen *, struct error *), struct error *);

#endif
