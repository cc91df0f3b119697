#ifndef BATCH_DATABASE_VERIFY_H
#define BATCH_DATABASE_VERIFY_H

#include "buffer.h"
#include "database/database.h"
#include "database/value.h"
#include "model/run.h"

#include <signal.h>

/*
 * For `verify`: reads back the database, row by row, with the rows that each row names. The runs
 * and the last ids of requests, jobs and refusals are read in one transaction at the start; the
 * rest in short reads of one page each. Rows that were appended meanwhile are not looked at.
 */
struct verification;

/*
 * The start, read in one transaction: every run with what its tallies say, and the last ids of
 * requests, jobs and refusals.
 */
struct verify_run {
	struct run run;    /* its counts; without its texts */
	uint64_t last_row; /* the number of its last row in the database; 0: it has none */
	/* What its tallies say. */
	uint64_t reasons;     /* to reject a row */
	uint64_t refusals;    /* of locations */
	uint64_t repetitions; /* rows that repeat another */
	uint64_t superseded;  /* jobs that were replaced */
	uint64_t kept;        /* locations that an earlier job serves */
};

struct verify_start {
	struct verify_run *runs; /* by id */
	size_t count, capacity;
	int64_t last_request, last_job, last_refusal; /* 0: there is none */
};

/* Ids and counts as the database has them, whether they make sense or not. */
struct verify_range {
	bool there; /* the first id, or a count above 0 */
	int64_t first, count;
	bool is_found; /* the job or refusal that has the first id */
	int64_t found; /* the request that it names */
};

struct verify_row {
	int64_t id, line, outcome;
	bool has_certificates; /* the existing and the new one */
	struct verify_range jobs, refusals;
	int64_t kept;   /* locations that an earlier job serves */
	bool is_served; /* some store has jobs and no refusal; set where both are there */
	bool has_served;
	bool has_offset;
	int64_t offset;
	bool has_due;
	int64_t due;
	struct db_value password; /* sealed; until the next step */
};

/* A job or a refusal. */
struct verify_item {
	int64_t id, request, location, store;
	bool has_request, has_location;
	int64_t line;              /* of its request; so is its range */
	struct verify_range range; /* without found */
	int64_t location_store;    /* the store of its location */
	bool is_active;            /* of a job */
	int64_t superseded_by_run; /* of a job: the run of the job that replaced it; 0: none */
	const char *code;          /* of a refusal; until the next step */
};

/* A store, and the password of it. */
struct verify_store {
	int64_t id;
	struct db_value password; /* sealed; until the next step */
};

struct verify_fault {
	const char *table; /* until the next step; NULL: none */
	bool has_id;
	int64_t id;
	const char *text; /* until the next step */
};

/* Of a location that several jobs are active for. */
struct verify_several {
	int64_t location, first, last, count;
};

struct verify_tally {
	int64_t run;
	const char *kind, *name; /* until the next step */
	int64_t count;
	const char *lines; /* likewise; NULL: none */
};

/*
 * stop may be NULL. A signal ends what SQLite does too: whatever fails then is not to be believed.
 * NULL and err on failure.
 */
struct verification *verification_open(
    struct database *, const volatile sig_atomic_t *stop, struct error *);
void verification_close(struct verification *); /* NULL is fine */

/* To be called before any pass over requests, jobs or refusals; lives as long as the verification.
 * NULL and err. */
const struct verify_start *verification_start(struct verification *, struct error *);

/* Whether one of the runs of these ids is purged by now, or is being purged: 1 or 0, -1 and err. */
int verification_purged(struct verification *, int64_t first, int64_t last, struct error *);

/*
 * SQLite's own check of every page, row and index, in one read: appends its findings, a line each,
 * some of them headings. -1 and err.
 */
int verification_damage(struct verification *, struct buffer *lines, struct error *);

/* The passes. A pass is begun, then goes on to its end: 1 a row, 0 at the end, -1 and err. */
enum verify_pass {
	PASS_REFERENCES, /* faults: rows of small tables that name others that are not there */
	PASS_LOCATIONS,  /* faults: locations, likewise */
	PASS_STANDING,   /* faults: certificates in them, likewise */
	PASS_CHAINS,     /* faults: chains, likewise */
	PASS_GIVEN,      /* faults: ids that rows were given, likewise */
	PASS_STORES,     /* that have a sealed password */
	PASS_TALLIES,
	PASS_ROWS,
	PASS_JOBS,
	PASS_REFUSALS,
	PASS_SEVERAL,
	PASS_QUEUE,   /* faults: jobs that are not where they wait, or are where they do not */
	PASS_SURPLUS, /* faults: rows that wait and are no jobs */
	PASS_HISTORY, /* faults: jobs that are not as their history says */
	PASS_PROOF,   /* faults: jobs proven by an inventory that cannot have proven them */
	PASS_COUNT
};
void verification_begin(struct verification *, enum verify_pass);
int verification_fault(struct verification *, struct verify_fault *, struct error *);
int verification_store(struct verification *, struct verify_store *, struct error *);
int verification_tally(struct verification *, struct verify_tally *, struct error *);
int verification_row(struct verification *, struct verify_row *, struct error *);
int verification_item(struct verification *, struct verify_item *, struct error *);
int verification_several(struct verification *, struct verify_several *, struct error *);

/* PASS_SEVERAL looks at locations that were marked. -1 when out of memory. */
int verification_mark(struct verification *, int64_t location);

/* Whether the last failure was that the database is damaged: another pass may still succeed. It
 * says so of each failure once. */
bool verification_is_damage(struct verification *);

#endif
