#ifndef BATCH_DATABASE_SETTLE_H
#define BATCH_DATABASE_SETTLE_H

#include "database/inventory.h"
#include "database/job.h"
#include "model/bitmap.h"

/*
 * The jobs whose new certificate an inventory shows, and what becomes of them. All of it is for
 * the transaction of the inventory, after inventory_merge(), while it has no faults.
 */
struct settlement;

/* A job whose new certificate is there, as the manual's Reconciliation says, in an inventory that
 * was taken and is newer than the job's creation. */
struct settle_job {
	/* Of a job that was never handed out, has not failed and was not rescheduled: its ids, the
	 * old certificate, planned_at and what it is; the rest is 0. */
	struct job_record job;
	int64_t inventoried_at;
	bool is_leftover;  /* the old one is in the store too, at an alias without an active job of
			      its own */
	bool has_password; /* its row has */
	int64_t events;    /* in its history */
};

#define SETTLE_PAGE 500 /* jobs */

/* NULL and err. */
struct settlement *settlement_open(struct inventory *, struct error *);
/* The next jobs that are not proven or that are active, at most SETTLE_PAGE of them, each of them
 * once: 1, 0 at the end, -1 and err. They live until the next call. */
int settlement_next(
    struct settlement *, const struct settle_job **jobs, size_t *count, struct error *);
void settlement_close(struct settlement *); /* NULL is fine */

/* Whether some alias of the job's store has the old certificate, and no active job of its own: it
 * is not in `busy`, see db_busy(). The job itself is none: it has put the new one beside it. 0, or
 * -1 and err. */
int db_job_is_leftover(struct database *, const struct job_record *, const struct bitmap *busy,
    bool *is_leftover, struct error *);

struct settle_change {
	const struct settle_job *of;
	struct job_state after;
};
/*
 * Changes jobs of the last page, in their order, at most SETTLE_PAGE of them, as db_job_change()
 * does, with that event; none may become active. 0, or -1 and err.
 */
int settlement_write(struct settlement *, const struct settle_change *changes, size_t count,
    const struct job_event *, struct error *);

#endif
