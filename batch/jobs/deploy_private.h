#ifndef BATCH_JOBS_DEPLOY_PRIVATE_H
#define BATCH_JOBS_DEPLOY_PRIVATE_H

#include "arena.h"
#include "certificates/renewal.h"
#include "certificates/store_swap.h"
#include "database/ready.h"
#include "input/keyring.h"
#include "jobs/claim.h"
#include "jobs/deploy.h"
#include "model/thumbprint.h"

/* A job on its way: claimed, its file open, installed, completed. */
struct deploy_item {
	struct job_record job;
	bool claimed;
	unsigned char claim[JOB_CLAIM_SIZE];
	struct arena *texts; /* that has those below; they are NULL where they are not known */
	const char *reference, *guid, *path, *key_path, *machine, *alias, *endpoint;
	const char *old_thumbprint, *thumbprint;
	enum store_format format;
	bool trust_store, includes_chain;
	char *store_password, *row_password; /* owned, wiped; NULL: none */
	size_t store_password_length, row_password_length;

	const struct credential *credential; /* of the deploy; NULL: none that is good */
	const char *key_type;                /* of the new certificate; static */
	struct store_swap swap;
	bool swap_is_open;
	struct renewal renewal;

	bool installed; /* the new file is in place, by this try or by one that was cut off */
	enum deploy_outcome outcome;
	bool will_retry;
	const char *word; /* as of deploy_told */
	struct buffer message;
};

struct deploy_items {
	struct deploy_item *items;
	size_t count, capacity;
};

/* What --pfx-dir has for the jobs that are under way: many have the same new certificate. */
#define DEPLOY_CREDENTIALS 64
struct deploy_credentials {
	struct credential *items[DEPLOY_CREDENTIALS];
	char thumbprints[DEPLOY_CREDENTIALS][THUMBPRINT_SIZE];
	size_t count;
};

struct deploy {
	const struct deploy_options *options;
	const struct context *context;
	const struct hand *hand;
	struct deploy_counts *counts;
	struct keyring *keyring; /* NULL: not opened yet */
	struct deploy_credentials credentials;
	struct store_folders *folders; /* under the lock; NULL: they are not read yet */
	struct claim_list list;        /* what is due; those of one store follow each other */
	size_t next;                   /* of the list */
	struct claim_wish wish;
	struct arena texts;        /* of the items */
	char mark[300];            /* the message of its claims */
	struct deploy_items items; /* those that are under way */
	bool by_hand;              /* deploy_restore() */
};

/* ---- deploy.c ---- */

/* What all three ways have ready; to be ended in any case. 0, or -1 and err. */
int deploy_begin(struct deploy *, struct error *);
void deploy_end(struct deploy *);

/* Waits for the lock of deploys. NULL and err. */
struct lock *deploy_lock(const struct deploy *, struct error *);

/* Lists what is due on this host, also what a deploy that was killed has left. Only with `keep` the
 * database is changed: leases that are over, jobs that an inventory has proven. 0, or -1 and err.
 */
int deploy_list(struct deploy *, bool keep, struct error *);

/* Opens what --pfx-dir has for the job: 1; 0 where it has nothing good, and the job is left; -1 and
 * err. A file of another certificate is the job's failure (1). The item has the reason. */
int deploy_open_credential(struct deploy *, struct deploy_item *, struct error *);

/* Completes all items, whole stores a transaction, and forgets them. 0, or -1 and err. */
int deploy_finish_all(struct deploy *, struct error *);

/* ---- deploy_item.c ---- */

void deploy_items_release(struct deploy_items *); /* wipes */
/* Adds one of the job, with what is known of it but passwords. NULL and err; also, without an
 * error, where it is of a type that is carried out by other means. */
struct deploy_item *deploy_items_add(struct deploy *, int64_t job, struct error *);
void deploy_items_drop_last(struct deploy_items *);

/* Why it is not carried out, for its message: "WORD: TEXT". */
void deploy_item_refuse(struct deploy_item *, enum deploy_outcome, const struct install_reason *);
/* Takes the claim and the passwords. 0, or -1 and err. */
int deploy_item_claim(
    struct deploy *, struct deploy_item *, const struct claim_taken *, struct error *);
/* Likewise the passwords alone, of the last item, which nobody claims. */
int deploy_last_passwords(struct deploy *, struct error *);

/* Opens its files, again where they are closed. -1 and the reason. */
int deploy_item_open(struct deploy *, struct deploy_item *, bool sweep, struct install_reason *);
void deploy_item_close(struct deploy_item *);

/* Puts the new certificate in its place, or finds that it cannot: outcome. 0, or -1 and err:
 * memory. */
int deploy_item_install(struct deploy *, struct deploy_item *, struct error *);
/* Likewise with nothing written: `text` is what it would do. */
int deploy_item_foresee(struct deploy *, struct deploy_item *, struct buffer *text, struct error *);
/* Puts the old file back; with `look` only where no other certificate was put there since. -1 and
 * the reason. */
int deploy_item_put_back(struct deploy *, struct deploy_item *, bool look, struct install_reason *);

/* ---- deploy_hook.c ---- */

/* Runs the hook and the probe for the items, which are those of one store or, with --hook-once,
 * all; puts the files back where they fail. 0, or -1 and err. */
int deploy_hook(struct deploy *, struct deploy_item *items, size_t count, struct error *);
/* The hook alone, after files were put back: its answer is added to their messages. */
int deploy_hook_after(struct deploy *, struct deploy_item *items, size_t count, struct error *);

/* ---- deploy_finish.c ---- */

/* Records what the stores hold and completes the jobs, in one transaction; then tells of them and
 * removes old backups. 0, or -1 and err. */
int deploy_finish(struct deploy *, struct deploy_item *items, size_t count, struct error *);
/* Counts and tells what became of it. */
void deploy_tell(struct deploy *, const struct deploy_item *);

#endif
