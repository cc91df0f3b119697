#ifndef BATCH_DATABASE_RECONCILE_H
#define BATCH_DATABASE_RECONCILE_H

#include "database/database.h"
#include "model/code.h"
#include "model/unreadable.h"

#include <signal.h>

/*
 * What reconciliation asks of the inventory: each job beside the certificate in its location, and
 * what is wrong with the inventory itself. Nothing is written to the database, only to temporary
 * tables and bitmaps. Memory does not grow with the number of jobs, but by four bits a location;
 * temporary tables may take disk space.
 */

/* A place in a store; a finding about a store has no alias. NULL: not known. */
struct reconcile_place {
	const char *store; /* GUID */
	const char *path;
	const char *machine;
	const char *alias;
	bool has_container, has_type; /* of the store */
	int64_t container, type;
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
	bool named_by_old;      /* the job's alias is the old one's thumbprint, and the new one is
				   not at it */
	/* Where that is empty, or named so: an alias that has the new one, or NULL. */
	const char *new_alias;
	/* Where the location does not have the old one: an alias of the store that has it, and no
	 * active job of its own, or NULL. Not looked for when the location has a third one. Where
	 * the alias is named by the old one it may be that. */
	const char *old_alias;
	bool has_proven_at;
	int64_t proven_at;    /* when an inventory first showed the new one there */
	int64_t later;        /* a later job of the location that replaces the new one; 0: none */
	int64_t later_proven; /* the last job of the location that is proven and later; 0: none */
};

/* The findings, in the order in which they are reported. X(name, wire word, what it means, why it
 * exists, what to do) */
#define FINDING_LIST(X)                                                                           \
	X(UNPLANNED_LOCATION, "unplanned-location",                                               \
	    "A certificate that some job replaces is in a location that no job covers, or a "     \
	    "location that was refused still has the old certificate.",                           \
	    "A run refused the location: then Run, Line and Text have the refusal. Or an "        \
	    "inventory showed the location only after the run.",                                  \
	    "Where it was refused, correct what the refusal reports. Then apply a row for the "   \
	    "certificate again: it makes jobs for the locations that still have it.")             \
	X(EXPIRED_IN_USE, "expired-in-use", "A certificate that has expired is in a store.",      \
	    "Whatever uses the store presents a certificate that nobody accepts any more.",       \
	    "Replace the certificate, or remove it from the store. Then import a newer "          \
	    "inventory.")                                                                         \
	X(REVOKED_IN_USE, "revoked-in-use", "A certificate that is revoked is in a store.",       \
	    "Whatever uses the store presents a certificate that its issuer has withdrawn.",      \
	    "Replace the certificate, or remove it from the store. Then import a newer "          \
	    "inventory.")                                                                         \
	X(STALE_INVENTORY, "stale-inventory",                                                     \
	    "An approved store was not looked at for longer than --stale, or never.",             \
	    "Every verdict rests on inventories, and an old one proves nothing of today.",        \
	    "Import a newer inventory of the store. If the store is no longer in use, import it " \
	    "with Approved false.")                                                               \
	X(UNKNOWN_IN_INVENTORY, "unknown-in-inventory",                                           \
	    "A certificate that is known only by its thumbprint is in a store.",                  \
	    "An inventory names it, but it was never imported: its issuer and its end are not "   \
	    "known, and no manifest can name it.",                                                \
	    "Import the certificate, or find out what put it there.")                             \
	X(ORPHAN_LOCATION, "orphan-location", "A certificate is in a store that was removed.",    \
	    "A complete import of stores did not name the store any more, so nobody looks after " \
	    "the certificates that its last inventory showed.",                                   \
	    "If the store is still in use, import it again. Else see to it that its "             \
	    "certificates and keys are deleted.")                                                 \
	X(KEY_MISMATCH, "key-mismatch",                                                           \
	    "A certificate is in a store beside a private key that is not its own.",              \
	    "The last scan read the key and compared it with the certificate. Whatever uses the " \
	    "store cannot present that certificate.",                                             \
	    "Put the key that belongs to the certificate into the store, or replace the "         \
	    "certificate. Then scan the store again.")                                            \
	X(NOT_READABLE, "not-readable",                                                           \
	    "The last try to read the file of an approved store failed, and no inventory of the " \
	    "store is newer.",                                                                    \
	    "What could not be read proves nothing: the inventory from before is kept, and "      \
	    "nothing of the store counts as missing.",                                            \
	    "Correct what Text reports. Then scan the store again, or import a newer inventory "  \
	    "of it. If the store is no longer in use, import it with Approved false.")

enum finding {
#define FINDING_ENUM(name, word, text, why, remedy) FINDING_##name,
	FINDING_LIST(FINDING_ENUM)
#undef FINDING_ENUM
	    FINDING_COUNT
};

/* Why a location got no job. */
struct reconcile_refusal {
	int64_t run;      /* 0: it was not refused */
	int64_t line;     /* of the manifest */
	enum code code;   /* CODE_STORE */
	const char *text; /* NULL: the code's own */
};

struct reconcile_finding {
	struct reconcile_place place;
	int64_t certificate;    /* that is there; 0: the finding is about the store */
	const char *thumbprint; /* of it; NULL: not known */
	int64_t at;             /* when it expired, was revoked, or the store was not readable */
	/* Of a store that is not readable: why, and what is particular about it; NULL: nothing. */
	enum unreadable why;
	const char *why_text;
	/* Of an unplanned location: whether a job of another location replaces the certificate, and
	 * the last refusal. One of the two holds. */
	bool elsewhere;
	struct reconcile_refusal refusal;
};

/* Which jobs and stores are meant; zeros: all. It must live as long as the reconciliation. */
struct reconcile_choice {
	const int64_t *runs; /* these; none: all */
	size_t run_count;
	const char *reference; /* runs that have it, of those; NULL: all */
	const char *container; /* id or name; NULL: all stores */
	const char *machine;   /* NULL: all */
	/* Without the jobs that are proven or acknowledged, but for these, by increasing id. It
	 * leaves out no finding. */
	bool open;
	const int64_t *also;
	size_t also_count;
	const volatile sig_atomic_t *stop; /* may be NULL */
};

struct reconciliation;

/* NULL and err: ERROR_INPUT where there is no such run, reference, container or machine. */
struct reconciliation *reconciliation_open(
    struct database *, const struct reconcile_choice *, struct error *);
void reconciliation_close(struct reconciliation *); /* NULL is fine */

/* Whether it is of some runs: then the inventory itself is not looked at. */
bool reconciliation_is_of_runs(const struct reconciliation *);
/* The ids that the jobs of the runs have: first and last, 1 and -1 where there are none. */
void reconciliation_span(const struct reconciliation *, int64_t *first, int64_t *last);

/* A line of an earlier report that has no line today. */
struct reconcile_missing {
	int64_t job;       /* 0: it was a finding */
	int64_t run;       /* 0: it had none */
	const char *store; /* GUID; NULL: none */
};
enum reconcile_fate {
	FATE_PURGED,
	FATE_CANCELLED,
	FATE_ENDED,     /* of a finding */
	FATE_NOT_MEANT, /* it is of another run or store, or nobody has looked for it */
	FATE_FOREIGN,   /* no such job was ever made */
};
/* What became of it. -1 and err. */
int reconciliation_fate(struct reconciliation *, const struct reconcile_missing *,
    enum reconcile_fate *, struct error *);

/* Calls take() with each Id that a certificate had once, by increasing Id, and the one that it has
 * now. take() returns 0, or -1 and err. `stop` may be NULL. Before the first job is read. */
int reconciliation_renumbered(struct database *, const volatile sig_atomic_t *stop,
    int (*take)(void *closure, int64_t was, int64_t now, struct error *), void *closure,
    struct error *);

/* The next job, by id, cancelled ones left out: 1, 0 at the end, -1 and err. Its texts live
 * until the next call. */
int reconciliation_job(struct reconciliation *, struct reconcile_job *, struct error *);

/*
 * Begins a kind of finding, after the last job was read (the jobs say which locations they cover).
 * Where runs were chosen there is one kind, FINDING_UNPLANNED_LOCATION, of the locations that these
 * runs refused. `time` is now for expired certificates; inventory that is older than it is stale.
 */
int reconciliation_begin(struct reconciliation *, enum finding, int64_t time, struct error *);
/* The next finding of this kind: 1, 0 at the end, -1 and err. Texts as above. */
int reconciliation_finding(struct reconciliation *, struct reconcile_finding *, struct error *);

#endif
