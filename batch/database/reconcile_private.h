#ifndef BATCH_DATABASE_RECONCILE_PRIVATE_H
#define BATCH_DATABASE_RECONCILE_PRIVATE_H

#include "database/reconcile.h"
#include "database/rowset.h"
#include "database/walk_private.h"
#include "model/bitmap.h"

/* For this room alone: a reconciliation on its way. */

/*
 * Locations are met in the order of jobs, which is none of theirs: a cache that holds the table
 * of some millions of locations halves the time. While SQLite sorts, it takes as much again as
 * that cache, so it is small until then. In KiB.
 */
#define RECONCILE_SMALL_CACHE 16384
#define RECONCILE_LARGE_CACHE 65536
#define RECONCILE_SORT_CACHE 8192

#define RECONCILE_ROWS 500

/* Ids on their way into a temporary table. */
struct reconcile_ids {
	struct rowset_id rows[RECONCILE_ROWS];
	size_t count;
};

struct reconciliation {
	struct database *db;
	const struct reconcile_choice *choice;
	bool chosen;         /* some runs are */
	bool within;         /* some stores are */
	int64_t first, last; /* ids of the jobs of the runs */
	int64_t refusal_first, refusal_last;
	size_t asked;                 /* of choice->also: those before it were met */
	bool repeats;                 /* some location has several jobs */
	struct bitmap wanted;         /* with --open: locations of jobs that are open */
	struct bitmap once;           /* locations that have a job */
	struct bitmap busy;           /* that have an active job */
	struct bitmap covered;        /* that hold the certificate which a job of theirs replaces */
	struct bitmap planned;        /* refused ones that have such a job all the same */
	struct reconcile_ids several; /* locations on their way into temp.several */
	struct walk jobs;
	struct walk places;
	enum finding finding;
	int64_t time; /* ?3 of the findings */
	bool refused; /* some location was refused and still has its certificate */
	bool nothing; /* no place to look for */
};

/* Adds an id to a temporary table by the statement; -1 and err. */
int reconcile_ids_add(
    struct reconciliation *, struct reconcile_ids *, enum sql, int64_t id, struct error *);
int reconcile_ids_flush(struct reconciliation *, struct reconcile_ids *, enum sql, struct error *);

/* Finds which runs and stores are meant, and the ids of their jobs and refusals. -1 and err. */
int reconcile_choose(struct reconciliation *, struct error *);

/* Calls each() with every row of the walk, and releases it. 0, or -1 and err. */
int reconcile_each(struct reconciliation *, struct walk *,
    int (*each)(struct reconciliation *, const struct walk *, struct error *), struct error *);

/* Walks the jobs, from the first of the runs on. */
void reconcile_walk_jobs(struct reconciliation *, struct walk *, enum sql rows);

#endif
