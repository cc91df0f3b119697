#ifndef BATCH_RECONCILE_H
#define BATCH_RECONCILE_H

#include "database/reconcile.h"
#include "write/writer.h"

/*
 * Compares jobs with what inventories showed: one verdict a job, and findings about the
 * inventory itself. It only reads.
 */

/*
 * X(name, wire word, whether all is well, what it means). Of several that hold the first is
 * told; that order is also the precedence of reconcile_verdict():
 *
 *  1. store-gone     whatever else is known: nobody can look there any more.
 *  2. deployed and leftover, whatever the status says, for inventory is stronger than a report:
 *     the new certificate stands there in an inventory newer than the job's creation. Or a later
 *     job of the location, not cancelled, replaces the new certificate: then inventory had shown
 *     it there when that job was made, and what became of it since is that job's matter. That
 *     is deployed, never leftover: where the old one stands now may be a later job's doing.
 *  3. Not completed (status Unknown, Waiting, InProcess, CompletedWillRetry): by its due time,
 *     scheduled, waiting or overdue. What stands there meanwhile says nothing.
 *  4. failed         Completed or Acknowledged with Failure.
 *  5. unverified     Completed or Acknowledged with any other result, but no inventory is newer
 *     than that, or it is not known when that was: nothing is proven.
 *  6. By what that newer inventory shows there: overwritten, not-deployed or missing. Where the
 *     alias is gone and the old certificate stands at another alias of the store that has no
 *     active job of its own, it is not-deployed; a third certificate at another alias is not
 *     this job's matter.
 *
 * There is the job's alias or, where that alias is gone, any alias of the store at ChainLevel 0.
 * Newer is InventoriedAt > the other time, in milliseconds.
 */
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

const char *verdict_word(enum verdict);
const char *verdict_text(enum verdict);
bool verdict_is_well(enum verdict);

const char *finding_word(enum finding);
const char *finding_text(enum finding);

struct reconcile_options {
	int64_t run;                       /* 0: all, and the findings */
	int64_t now;                       /* milliseconds since 1970 */
	int64_t grace;                     /* seconds */
	int64_t stale;                     /* seconds */
	const volatile sig_atomic_t *stop; /* may be NULL */
};

/* Pure: from the facts of a job that was not cancelled to its verdict. */
enum verdict reconcile_verdict(const struct reconcile_job *, const struct reconcile_options *);

struct reconcile_counts {
	uint64_t jobs;
	uint64_t findings;
	uint64_t verdict[VERDICT_COUNT];
	uint64_t finding[FINDING_COUNT];
};

/* Whether everything agrees: exit status 0. */
bool reconcile_is_well(const struct reconcile_counts *);

/* The columns of a report, REPORT_COLUMNS of them. */
#define REPORT_COLUMNS 15
extern const char *const reconcile_columns[REPORT_COLUMNS];

/* Writes a row a job, by id, then a row a finding, kind by kind. -1 and err. */
int reconcile_report(struct database *, const struct reconcile_options *, struct writer *,
    struct reconcile_counts *, struct error *);

#endif
