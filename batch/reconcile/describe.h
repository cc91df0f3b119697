#ifndef BATCH_RECONCILE_DESCRIBE_H
#define BATCH_RECONCILE_DESCRIBE_H

#include "buffer.h"
#include "reconcile/verdict.h"

/*
 * Appends the sentence of a report's row: what is there, and when it was seen. It has times in UTC,
 * never ages. The grace is in seconds.
 */
void reconcile_describe_job(
    struct buffer *, const struct reconcile_job *, enum verdict, int64_t grace);
void reconcile_describe_finding(struct buffer *, const struct reconcile_finding *, enum finding);

#endif
