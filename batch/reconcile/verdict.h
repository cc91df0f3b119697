#ifndef BATCH_RECONCILE_VERDICT_H
#define BATCH_RECONCILE_VERDICT_H

#include "database/reconcile.h"

/*
 * What became of a job, from what was reported of it and what inventories showed. Pure.
 *
 * Where several verdicts hold, the first of this order is given:
 *
 *  1. store-gone     whatever else is known: nobody can look there any more.
 *  2. deployed and leftover, whatever the status is, for inventory is stronger than a report: an
 *     inventory that is newer than the job's creation shows the new certificate there. Or a later
 *     job of the location, not cancelled, replaces the new certificate: then inventory had shown
 *     it there when that job was made, and the rest is the matter of that job. This is deployed,
 *     never leftover: the later job may have put the old one back.
 *  3. Not completed (status Unknown, Waiting, InProcess, CompletedWillRetry): by its due time,
 *     scheduled, waiting or overdue. What is there meanwhile does not matter.
 *  4. failed         Completed or Acknowledged with Failure.
 *  5. unverified     Completed or Acknowledged with any other result, but no inventory is newer
 *     than that, or the time of completion is not known: nothing is proven.
 *  6. By what that newer inventory shows there: overwritten, not-deployed or missing. Where the
 *     alias is gone and the old certificate is at another alias of the store that has no active
 *     job of its own, it is not-deployed. A third certificate at another alias does not matter.
 *
 * "There" is the job's alias or, where that alias is gone, any alias of the store at ChainLevel 0.
 * "Newer" is InventoriedAt > the other time, in milliseconds.
 */

/* X(name, wire word, whether all is well, what it means) */
#define VERDICT_LIST(X)                                                                      \
	X(STORE_GONE, "store-gone", false, "the store was removed or is no longer approved") \
	X(DEPLOYED, "deployed", true, "the new certificate stands there")                    \
	X(LEFTOVER, "leftover", false,                                                       \
	    "the new certificate stands there, and the old one in the same store still")     \
	X(SCHEDULED, "scheduled", true, "not yet due")                                       \
	X(WAITING, "waiting", true, "due")                                                   \
	X(OVERDUE, "overdue", false, "due for longer than the grace")                        \
	X(FAILED, "failed", false, "the agent reported failure, for good")                   \
	X(UNVERIFIED, "unverified", false, "completed, but no inventory is newer than that") \
	X(OVERWRITTEN, "overwritten", false, "a third certificate stands there")             \
	X(NOT_DEPLOYED, "not-deployed", false, "the old certificate stands there still")     \
	X(MISSING, "missing", false, "nothing stands there")

enum verdict {
#define VERDICT_ENUM(name, word, well, text) VERDICT_##name,
	VERDICT_LIST(VERDICT_ENUM)
#undef VERDICT_ENUM
	    VERDICT_COUNT
};

/* The verdict on a job that was not cancelled; now in milliseconds since 1970, grace in seconds. */
enum verdict verdict_of(const struct reconcile_job *, int64_t now, int64_t grace);

/* For a number that is none: "unknown", and not well. */
const char *verdict_word(enum verdict);
const char *verdict_text(enum verdict);
bool verdict_is_well(enum verdict);

/* So many seconds from the command line, 0 or more; the largest numbers are cut. */
int64_t verdict_milliseconds(int64_t seconds);

#endif
