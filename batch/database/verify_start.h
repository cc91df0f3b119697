#ifndef BATCH_DATABASE_VERIFY_START_H
#define BATCH_DATABASE_VERIFY_START_H

#include "database/database.h"
#include "model/run.h"

/*
 * What `verify` reads first, in one transaction: every run with what its tallies say, and the
 * last ids of what runs append. What is appended later is not looked at.
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

int verify_start_read(struct database *, struct verify_start *, struct error *);
void verify_start_release(struct verify_start *);

#endif
