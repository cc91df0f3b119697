#ifndef BATCH_DATABASE_RECONCILE_H
#define BATCH_DATABASE_RECONCILE_H

#include "database/database.h"

#include <signal.h>

/*
 * What reconciliation asks of the inventory: each job beside the certificate in its location, and
 * what is wrong with the inventory itself. Nothing is written to the database, only to temporary
 * tables and bitmaps. Memory does not grow with the number of jobs, but by three bits a location.
 */

/* A place in a store; a finding about a store has no alias. NULL: not known. */
struct reconcile_place {
	const char *store; /* GUID */
	const char *path;
	const char *machine;
	const char *alias;
	bool inventoried;
	int64_t inventoried_at; /* milliseconds since 1970, as all times here */
};

struct reconcile_job {
	int64_t id;
	int64_t run;
	int64_t line;
	int64_t existing;
	int64_t certificate;
	const char *job_time; /* as given; NULL: none */
	int64_t due_at;
	int64_t created_at;
	int64_t status; /* enum job_status */
	int64_t result; /* enum job_result */
	bool has_completed_at;
	int64_t completed_at;
	const char *message; /* of the agent; NULL: none */
	struct reconcile_place place;
	bool known;             /* the job's location is, and its store */
	bool removed;           /* the store */
	bool approved;          /* the store */
	bool stands;            /* a certificate does, at the job's alias and ChainLevel 0 */
	int64_t standing;       /* that certificate; below 0: not known to the server */
	const char *thumbprint; /* of it, when it is neither the old nor the new; NULL: none */
	const char *new_alias;  /* where that is empty: an alias that has the new one, or NULL */
	/* Where the location does not have the old one: an alias of the store that has it, and no
	 * active job of its own, or NULL. Not looked for when the location has a third one. */
	const char *old_alias;
	int64_t later; /* a later job of the location that replaces the new one; 0: none */
};

/* The findings, in the order in which they are reported. X(name, wire word, what it means) */
#define FINDING_LIST(X)                                                                           \
	X(UNPLANNED_LOCATION, "unplanned-location",                                               \
	    "a replaced certificate stands in a store that no job covers")                        \
	X(EXPIRED_IN_USE, "expired-in-use", "an expired certificate stands in a store")           \
	X(REVOKED_IN_USE, "revoked-in-use", "a revoked certificate stands in a store")            \
	X(STALE_INVENTORY, "stale-inventory", "an approved store was not looked at for too long") \
	X(UNKNOWN_IN_INVENTORY, "unknown-in-inventory",                                           \
	    "a certificate that the server does not know stands in a store")                      \
	X(ORPHAN_LOCATION, "orphan-location", "a certificate stands in a store that was removed")

enum finding {
#define FINDING_ENUM(name, word, text) FINDING_##name,
	FINDING_LIST(FINDING_ENUM)
#undef FINDING_ENUM
	    FINDING_COUNT
};

struct reconcile_finding {
	struct reconcile_place place;
	int64_t certificate;    /* that is there; 0: the finding is about the store */
	const char *thumbprint; /* of it; NULL: not known */
	int64_t at;             /* when it expired or was revoked */
};

struct reconciliation;

/*
 * Of one run, or of all and the inventory itself when run is 0. stop may be NULL. NULL and err:
 * ERROR_INPUT when there is no such run.
 */
struct reconciliation *reconciliation_open(
    struct database *, int64_t run, const volatile sig_atomic_t *stop, struct error *);
void reconciliation_close(struct reconciliation *); /* NULL is fine */

/* The next job, by id, cancelled ones left out: 1, 0 at the end, -1 and err. Its texts live
 * until the next call. */
int reconciliation_job(struct reconciliation *, struct reconcile_job *, struct error *);

/*
 * Begins a kind of finding, after the last job was read (the jobs say which locations they cover),
 * and only where no run was chosen. `time` is now for expired certificates; inventory that is older
 * than it is stale.
 */
int reconciliation_begin(struct reconciliation *, enum finding, int64_t time, struct error *);
/* The next finding of this kind: 1, 0 at the end, -1 and err. Texts as above. */
int reconciliation_finding(struct reconciliation *, struct reconcile_finding *, struct error *);

#endif
