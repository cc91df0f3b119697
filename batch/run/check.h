#ifndef BATCH_CHECK_H
#define BATCH_CHECK_H

#include "run/apply.h"
#include "run/rejects.h"

/*
 * What `apply` would do with a manifest, without a write: the same rows by the same policy, in
 * short read transactions.
 */

/* How many jobs a container's stores would get. */
struct container_jobs {
	int64_t container; /* -1: stores in none */
	uint64_t jobs;
};

struct check {
	const struct apply *apply; /* its secret stays unused */
	const struct manifest *manifest;
	struct results *results;           /* NULL: not asked for */
	struct rejects *rejects;           /* likewise */
	struct reader *reader;             /* that finds the rejected rows again */
	struct next_ids *next;             /* that apply would give; moved on */
	bool plan;                         /* another manifest follows: remember the jobs */
	struct container_jobs *containers; /* sorted by container; freed by check_release() */
	size_t container_count;
};
void check_release(struct check *);

/* *run is what apply_find() gave. As apply_carry_on(), but nothing is written. */
int check_carry_on(struct check *, enum apply_start, struct run *, struct tally *, struct error *);

#endif
