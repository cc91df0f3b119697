#ifndef BATCH_RUN_CHECK_SINK_H
#define BATCH_RUN_CHECK_SINK_H

#include "run/loop.h"

/*
 * What `apply` would do with a manifest, without a write: the loop of `apply` (loop.h), whose
 * chunks are short read transactions here, and which counts the jobs.
 */

/* How many jobs the stores of a container would get. */
struct container_jobs {
	int64_t container; /* -1: stores in none */
	uint64_t jobs;
};

/* A location of a row that was decided: what apply would do with it. */
struct check_place {
	const struct row *row;
	const struct row_location *location;
	int64_t container; /* of its store; -1: none */
};

struct check {
	struct apply *apply; /* its keyring stays unused */
	const struct manifest *manifest;
	struct next_ids *next;             /* that apply would give; counts on */
	enum apply_start start;            /* with the run, what apply_find() gave */
	struct run run;                    /* counts on; released by check_release() */
	struct tally tally;                /* of the whole run; set by check_carry_on() */
	bool plan;                         /* another manifest follows: remember the jobs */
	struct container_jobs *containers; /* sorted by container; freed by check_release() */
	size_t container_count;
	size_t container_capacity;
	/* Told of each location that gets a job, or is refused one; 0, or -1 and err. NULL: nobody.
	 */
	int (*watch)(void *closure, const struct check_place *, struct error *);
	void *closure;
	struct loop loop; /* of check_carry_on(); without `apply` until its way through begins */
};
void check_release(struct check *);

/*
 * Counts the rows that apply would carry out, and the jobs that these would get. To apply->results
 * and apply->rejects go the rows that were committed before, then these. 0; -1 and err as
 * apply_carry_on(), and also when the results cannot be written.
 */
int check_carry_on(struct check *, struct error *);

#endif
