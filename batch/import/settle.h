#ifndef BATCH_IMPORT_SETTLE_H
#define BATCH_IMPORT_SETTLE_H

#include "database/inventory.h"
#include "program/context.h"

/*
 * What an inventory does to jobs: those whose new certificate it shows are completed and proven,
 * as the table of policy/life says.
 */
struct settle_counts {
	uint64_t completed; /* active jobs */
	uint64_t leftover;  /* of them: the old certificate is still in the store, so not proven */
	uint64_t proven;    /* jobs that had ended, or that are InProcess */
};

/* After a merge without faults, in its transaction. `now` is in milliseconds. Adds to the counts.
 * 0, or -1 and err, also where a signal is in context->stop. */
int settle_jobs(struct inventory *, const struct context *, int64_t now, struct settle_counts *,
    struct error *);

#endif
