#ifndef BATCH_TURN_H
#define BATCH_TURN_H

#include "database/database.h"

/*
 * The turns of small writers beside a run. Who waits for SQLite's lock looks again every tenth of
 * a second, at the most; a run that begins its next chunk at once is hardly ever found without
 * the lock. So it leaves it, now and then, for long enough that everybody has looked.
 */
struct yield {
	int64_t last;    /* when the lock was left, in milliseconds of CLOCK_MONOTONIC */
	int64_t version; /* of the database's content, as far as others changed it */
	bool asked;      /* somebody wrote then */
};

void yield_init(struct yield *);

/* To be called between two transactions: gives others their turn, where it is time for that. */
int yield_give(struct yield *, struct database *, struct error *);

#endif
