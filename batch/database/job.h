#ifndef BATCH_DATABASE_JOB_H
#define BATCH_DATABASE_JOB_H

#include "database/database.h"
#include "model/job_record.h"

/*
 * One job as the database has it, and the change that an event makes.
 * Times are milliseconds since 1970; 0 where there is none, unless said otherwise.
 */

/* 1 and the record, 0 where there is no such job, -1 and err. */
int db_job_get(struct database *, int64_t id, struct job_record *, struct error *);

/* What the history keeps of an event. Texts are borrowed. */
struct job_event {
	const char *word; /* as `show job` prints it */
	int64_t at;
	const char *operator_name;
	const unsigned char *claim; /* the token that it came with, or gave; NULL: none */
	const char *message;        /* NULL: none */
	const char *cancelled_by;   /* of a job that it cancels; NULL: the operator */
	bool is_report; /* the message is what the agent said, and the job keeps it too */
};

/*
 * Changes the job from what the record says to `after`, in the caller's transaction, in which the
 * record was read: the job, its place among the ready and the leased ones, its history. Where an
 * ended job becomes active the counter `reactivated` is raised, for runs that are under way. The
 * row's password goes when no job of the row can need it any more. An `after` that differs in
 * nothing leaves a line in the history. 0, or -1 and err.
 */
int db_job_change(struct database *, const struct job_record *, const struct job_state *after,
    const struct job_event *, struct error *);

/* A job as its executor needs it. Texts are NULL where they are not known, and live, like the
 * sealed passwords, until the call that gave it returns. */
struct job_order {
	const char *reference; /* of the run */
	const char *guid, *path, *key_path, *machine;
	bool has_type;
	int64_t type;
	const char *alias, *existing_thumbprint, *thumbprint;
	struct job_sealed {
		const void *bytes;
		size_t length; /* 0: there is none */
	} password, store_password;
	const char *short_name; /* of the store's type */
	bool includes_chain, trust_store;
	const char *endpoint; /* where a server shows the certificate */
};
/* Calls take() with it. 0, or -1 and err, also where take() returned -1. */
int db_job_order(struct database *, int64_t id,
    int (*take)(void *closure, const struct job_order *, struct error *), void *closure,
    struct error *);

/* What stands around a job; is_busy is the caller's to fill, for many jobs at once: see db_busy().
 */
int db_job_standing(
    struct database *, const struct job_record *, struct job_standing *, struct error *);

/* A counter that a transaction reads or writes: 'ready-to', 'reactivated', 'clock'. */
enum db_counter { COUNTER_READY_TO, COUNTER_REACTIVATED, COUNTER_CLOCK };
int db_counter(struct database *, enum db_counter, int64_t *value, struct error *);
int db_counter_set(struct database *, enum db_counter, int64_t value, struct error *);

#endif
