#ifndef BATCH_RECONCILE_REASONS_H
#define BATCH_RECONCILE_REASONS_H

#include "reconcile/report.h"

/*
 * Why jobs are not well, and what the findings have in common: a verdict or a finding, and what is
 * particular about it without the numbers in it. A thousand failures of one agent are one reason.
 */
#define REASONS_MOST 200 /* after these, further ones are counted by their word alone */
#define REASON_EXAMPLES 3
#define REASON_TEXT 160 /* bytes of what is particular; a longer one is cut */

struct reason {
	const char *word;                 /* of a verdict or a finding; static */
	const char *text;                 /* what it means; static */
	char particular[REASON_TEXT + 1]; /* "": nothing is */
	bool settled;                     /* acknowledged, or a finding that was accepted */
	bool is_job;
	uint64_t count;
	char *examples[REASON_EXAMPLES]; /* MACHINE:PATH of the first; owned; NULL: no more */
};

struct reasons {
	/* Each word may be of some that are settled, and of some that are not. */
	struct reason items[REASONS_MOST + 2 * (VERDICT_COUNT + FINDING_COUNT)];
	size_t count;
};

/* Counts a job that is not well. -1: no memory. */
int reasons_add_job(struct reasons *, const struct reconcile_job *, enum verdict);
int reasons_add_finding(
    struct reasons *, const struct reconcile_finding *, enum finding, bool accepted);
/* The most frequent first; those that are settled last. */
void reasons_sort(struct reasons *);
void reasons_release(struct reasons *);

#endif
