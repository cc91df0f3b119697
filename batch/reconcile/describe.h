#ifndef BATCH_RECONCILE_TEXT_H
#define BATCH_RECONCILE_TEXT_H

#include "buffer.h"
#include "reconcile/report.h"

/* The sentence of a report's row: what is there, and when it was seen. Times UTC, never ages. */
void reconcile_describe_job(
    struct buffer *, const struct reconcile_job *, enum verdict, const struct reconcile_options *);
void reconcile_describe_finding(struct buffer *, const struct reconcile_finding *, enum finding);

#endif
