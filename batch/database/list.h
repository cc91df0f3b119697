#ifndef BATCH_DATABASE_LIST_H
#define BATCH_DATABASE_LIST_H

#include "column_fit.h"
#include "database/database.h"
#include "model/job_record.h"

#include <signal.h>

/*
 * What the database has, as rows of cells. It is read a page at a time, each in a short
 * transaction of its own: a list that waits for its reader never keeps a writer waiting.
 */
enum list_kind {
	LIST_STORES,             /* container, type, machine, not-approved, removed, not-readable */
	LIST_STORE,              /* store */
	LIST_CERTIFICATES,       /* expiring-before, issuer, revoked, in-use, unused, unknown */
	LIST_CERTIFICATE,        /* certificate */
	LIST_CERTIFICATE_PRINT,  /* thumbprint */
	LIST_CERTIFICATES_NAMED, /* name */
	LIST_EXPIRING,           /* at, until, machine, container: certificates in use */
	LIST_LOCATIONS,          /* machine, container */
	LIST_LOCATIONS_CERTIFICATE, /* certificate, machine, container */
	LIST_LOCATIONS_STORE,       /* store, certificate, machine, container */
	LIST_STANDING,              /* certificate: the locations that have it */
	LIST_ITEMS,                 /* store: what the last inventory found in it, chains too */
	LIST_JOBS,                  /* run, store, machine, container, certificate, status, result,
				       due-before, due-after, reference, failed */
	LIST_JOB,                   /* job: one, with what its run and its store are */
	LIST_HISTORY,               /* job: its events */
	LIST_JOB_STATES, /* run: how many jobs of each page have each status and result */
	LIST_REFUSALS,   /* run, store, machine, container, certificate, code */
	LIST_REJECTIONS, /* certificate: rows that were rejected, with all messages */
	LIST_RUNS,
	LIST_CONTAINERS,
	LIST_STORE_TYPES,
	LIST_AGENTS,   /* machine, not-approved */
	LIST_REQUESTS, /* certificate */
	LIST_ROLES,    /* operator, role */
	LIST_KINDS
};

/*
 * What narrows a list. Texts match without regard to case where they are names. A filter that names
 * something which is not there is an error: an empty list would say that there is nothing to see.
 */
enum list_filter {
	LIST_BY_CONTAINER, /* text: id or name */
	LIST_BY_TYPE,      /* text: number or short name */
	LIST_BY_MACHINE,   /* text */
	LIST_NOT_APPROVED, /* a flag */
	LIST_REMOVED,      /* a flag */
	LIST_NOT_READABLE, /* a flag: the last try failed, and no inventory is newer */
	LIST_BEFORE,       /* integer: NotAfter is before, in milliseconds */
	LIST_UNTIL,        /* integer: NotAfter is then or before; of LIST_EXPIRING always there */
	LIST_AT,           /* integer: what is expired then, and days are counted from then on */
	LIST_BY_ISSUER,    /* text: some part of IssuerDN */
	LIST_REVOKED,      /* a flag */
	LIST_IN_USE,       /* a flag */
	LIST_UNUSED,       /* a flag */
	LIST_UNKNOWN,      /* a flag: seen in a store, not known to the server */
	LIST_BY_CERTIFICATE, /* text, see database/certificate.h; or integer: as list_id() gives it.
				Of a job or a refusal: the new one or the existing one */
	LIST_BY_THUMBPRINT,  /* text: upper-case hexadecimal */
	LIST_BY_STORE,       /* text: a STORE, see database/store.h */
	LIST_BY_NAME,        /* text: common name, DNS name or whole DN */
	LIST_BY_RUN,         /* integer */
	LIST_BY_STATUS,      /* integer */
	LIST_BY_RESULT,      /* integer */
	LIST_DUE_BEFORE,     /* integer: due before, in milliseconds */
	LIST_DUE_AFTER,      /* integer: due then or later */
	LIST_BY_REFERENCE,   /* text: that of the run */
	LIST_FAILED,         /* a flag: its result is Failure, and nobody has acknowledged it */
	LIST_BY_CODE,        /* text: the word of a code */
	LIST_BY_JOB,         /* integer */
	LIST_BY_OPERATOR,    /* text */
	LIST_BY_ROLE,        /* text */
	LIST_FILTERS
};

struct list_value {
	const char *text; /* NULL: an integer, or not there */
	int64_t integer;
	bool there;
};

/* A filter's value: a text, NULL for none; an integer. */
struct list_value list_value_text(const char *);
struct list_value list_value_integer(bool there, int64_t);

enum list_type {
	LIST_TEXT,
	LIST_INTEGER,
	LIST_DAYS, /* an integer; below 0 they are over */
	LIST_BOOLEAN,
	LIST_TIME,
	LIST_NAMES,          /* a text of names with blanks between, and a JSON array */
	LIST_RUN_OF_REQUEST, /* an integer */
	LIST_STORE_TYPE, /* a text, its ShortName; an integer where no other way names it alone */
	LIST_RUN_STATE,  /* a text, as all below */
	LIST_JOB_STATUS,
	LIST_JOB_RESULT,
	LIST_NEED,
	LIST_AGENT_STATUS,
	LIST_BLOCKED,      /* of a job: no text, but what decides it: see list_blocking() */
	LIST_BLOCKED_TEXT, /* likewise, in a kind that has LIST_BLOCKED before it */
};

struct list_column {
	const char *name;
	enum list_type type;
	enum column_fit fit; /* whether it is in the narrow set of a terminal */
};
#define LIST_COLUMNS 25 /* the most that a kind has */

/* In the order of the cells of a row. */
const struct list_column *list_columns(enum list_kind, size_t *count);

struct list;

/*
 * `filters` are LIST_FILTERS values, of which those that the kind knows are looked at; they must
 * outlive the list. stop may be NULL. NULL and err: ERROR_INPUT when one of them names nothing, or
 * where one thing is meant, several; it names the list that has them.
 */
struct list *list_open(struct database *, enum list_kind, const struct list_value *filters,
    const volatile sig_atomic_t *stop, struct error *);
void list_close(struct list *); /* NULL is fine */

/* The next row: 1, 0 at the end, -1 and err; ERROR_SIGNAL plus the signal when it was stopped. */
int list_next(struct list *, struct error *);

/* Of the current row; texts live until the next one. */
bool list_there(const struct list *, size_t column);
int64_t list_integer(const struct list *, size_t column);
const char *list_text(const struct list *, size_t column);
const char *list_json(const struct list *, size_t column); /* LIST_NAMES */
int64_t list_id(const struct list *); /* of a certificate, also of one that has no Id */
/*
 * What decides whether a claim passes over the current row's job, for life_blocked(): of the
 * record the status, the lease, the store, and the window unless the job has left it. The sight is
 * one that is newer than the job, or none; shows_old says whether one of both certificates is
 * there, whichever it is. False where the job is not active.
 */
bool list_blocking(const struct list *, struct job_record *, struct job_sight *);
bool list_is_last(const struct list *); /* whether it is the last row of its page */

#endif
