#ifndef BATCH_RECONCILE_VERDICT_H
#define BATCH_RECONCILE_VERDICT_H

#include "database/reconcile.h"

/*
 * What became of a job, from what was reported of it and what inventories showed. Pure.
 *
 * Where several verdicts hold, the first of this order is given:
 *
 *  1. leftover       the newest inventory is newer than the job's creation, and shows the new
 *     certificate there, and the old one too, at an alias without an active job of its own.
 *  2. deployed       such an inventory shows the new certificate there, or one once did: the job is
 *     proven, or a later job of the location, not cancelled, replaces the new certificate, which
 *     an inventory had shown there when that job was made. Whatever the status is, for inventory
 *     is stronger than a report, and whatever is there now.
 *  3. replaced       not proven, but a later job of the location is.
 *  4. store-gone     nobody can look there any more.
 *  5. Not completed (status Unknown, Waiting, InProcess, CompletedWillRetry): by its due time,
 *     scheduled, waiting or overdue. What is there meanwhile does not matter.
 *  6. failed         Completed or Acknowledged with Failure.
 *  7. unverified     Completed or Acknowledged with any other result, but no inventory is newer
 *     than that, or the time of completion is not known: nothing is proven.
 *  8. By what that newer inventory shows there: overwritten, not-deployed or missing. Where the
 *     alias is gone and the old certificate is at another alias of the store that has no active
 *     job of its own, it is not-deployed. A third certificate at another alias does not matter.
 *
 * "There" is the job's alias or, where that alias is gone or is the old certificate's thumbprint,
 * any alias of the store at ChainLevel 0.
 * "Newer" is InventoriedAt > the other time, in milliseconds.
 */

/* X(name, wire word, whether all is well, what it means, why it exists, what to do) */
#define VERDICT_LIST(X)                                                                            \
	X(STORE_GONE, "store-gone", false, "The store was removed, or is no longer approved.",     \
	    "Nobody can look into such a store any more, so nothing is said of its certificate, "  \
	    "unless an inventory has proven the job.",                                             \
	    "If the store is still in use, import it again, with Approved true. Else there is "    \
	    "nothing left to do.")                                                                 \
	X(DEPLOYED, "deployed", true,                                                              \
	    "An inventory newer than the job's creation shows, or once showed, the new "           \
	    "certificate there, whatever the status of the job.",                                  \
	    "What an inventory shows is stronger than what an agent reports, and what one once "   \
	    "showed stays proven, whatever is there now: the Text says it. A later job of the "    \
	    "location that replaces the new certificate proves it too.",                           \
	    "There is nothing to do.")                                                             \
	X(LEFTOVER, "leftover", false,                                                             \
	    "As deployed, but the old certificate is also still in the store, at an alias "        \
	    "without "                                                                             \
	    "an active job of its own.",                                                           \
	    "Whatever uses that alias still uses the old certificate.",                            \
	    "Remove the old certificate from the store, or apply a row that replaces it. Then "    \
	    "import a newer inventory.")                                                           \
	X(REPLACED, "replaced", true,                                                              \
	    "No inventory showed the new certificate there, but it showed that of a later job of " \
	    "the location.",                                                                       \
	    "The location has gone on: what became of the earlier job does not matter any more.",  \
	    "There is nothing to do.")                                                             \
	X(SCHEDULED, "scheduled", true, "The job has not ended and is not due yet.",               \
	    "Its due time is in the future.", "There is nothing to do before its due time.")       \
	X(WAITING, "waiting", true, "The job has not ended and is due.",                           \
	    "An agent needs some time to fetch its jobs and to report them.",                      \
	    "Wait for the agent, then import a newer inventory.")                                  \
	X(OVERDUE, "overdue", false,                                                               \
	    "The job has not ended and has been due for longer than --grace.",                     \
	    "An agent that does not run, or does not fetch its jobs, reports nothing: only the "   \
	    "time that has passed shows it.",                                                      \
	    "See whether the agent of the machine runs and fetches its jobs. Where jobs take "     \
	    "longer as a rule, give a longer --grace.")                                            \
	X(FAILED, "failed", false, "The agent reported a final failure.",                          \
	    "The agent could not change the store and does not try again. Where it said why, the " \
	    "Text has it.",                                                                        \
	    "Correct what the agent reported, then reschedule the job, or acknowledge it.")        \
	X(UNVERIFIED, "unverified", false,                                                         \
	    "The job ended, but no inventory is newer than its end.",                              \
	    "What was seen before the job ended proves nothing, and neither does the report of "   \
	    "an agent.",                                                                           \
	    "Import a newer inventory of the store, then reconcile again.")                        \
	X(OVERWRITTEN, "overwritten", false, "A third certificate is at the job's alias.",         \
	    "A newer inventory shows neither the old nor the new certificate there: something "    \
	    "else has changed the location.",                                                      \
	    "Find out what put it there. If it does not belong there, apply a row that replaces "  \
	    "it.")                                                                                 \
	X(NOT_DEPLOYED, "not-deployed", false,                                                     \
	    "The old certificate is still there, or the job's alias is gone and the old "          \
	    "certificate is at another alias that has no active job of its own.",                  \
	    "The agent reported no failure, but a newer inventory shows that the new certificate " \
	    "is not there.",                                                                       \
	    "See on the machine what the agent did, then apply a row for the certificate again.")  \
	X(MISSING, "missing", false, "Nothing is there.",                                          \
	    "The agent reported no failure, but a newer inventory shows neither the old nor the "  \
	    "new certificate: the entry is gone.",                                                 \
	    "If the store still needs a certificate, install it on the machine, for a job only "   \
	    "replaces what is there. Then import a newer inventory.")

enum verdict {
#define VERDICT_ENUM(name, word, well, text, why, remedy) VERDICT_##name,
	VERDICT_LIST(VERDICT_ENUM)
#undef VERDICT_ENUM
	    VERDICT_COUNT
};

/* Whether the newest inventory is newer than the job's creation and shows the new certificate
 * there. */
bool verdict_sees_new(const struct reconcile_job *);

/* The verdict on a job that was not cancelled; now in milliseconds since 1970, grace in seconds. */
enum verdict verdict_of(const struct reconcile_job *, int64_t now, int64_t grace);

/*
 * Its word, and sentences: what it means, why it exists and what to do. For a number that is none:
 * "unknown", and not well.
 */
const char *verdict_word(enum verdict);
const char *verdict_text(enum verdict);
const char *verdict_why(enum verdict);
const char *verdict_remedy(enum verdict);
bool verdict_is_well(enum verdict);

/* So many seconds from the command line, 0 or more; the largest numbers are cut. */
int64_t verdict_milliseconds(int64_t seconds);

#endif
