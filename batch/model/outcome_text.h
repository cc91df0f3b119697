#ifndef BATCH_MODEL_OUTCOME_TEXT_H
#define BATCH_MODEL_OUTCOME_TEXT_H

/*
 * What each outcome of OUTCOME_LIST means, why it exists and what to do, in whole sentences: what
 * `explain` prints. X(name, what it means, why, what to do)
 */
#define OUTCOME_TEXT_LIST(X)                                                                       \
	X(SUCCEEDED,                                                                               \
	    "Every store is served: each location of the existing certificate got a job, or kept " \
	    "one.",                                                                                \
	    "A job is an order. Whether an agent has carried it out is another question.",         \
	    "There is nothing to do. Later, `pfxreplace reconcile` shows what came of the jobs.")  \
	X(PARTIAL, "Some stores are served and others are not.",                                   \
	    "Each location is decided for itself, so that what can be done does not wait for the " \
	    "rest.",                                                                               \
	    "Correct what the Messages of the row name, then apply the row again. `apply "         \
	    "--rejects "                                                                           \
	    "FILE` writes such rows to a file.")                                                   \
	X(FAILED, "No store is served.", "Each store has a location that was refused.",            \
	    "Correct what the Messages of the row name, then apply the row again. `apply "         \
	    "--rejects "                                                                           \
	    "FILE` writes such rows to a file.")                                                   \
	X(REJECTED, "The row was not carried out anywhere.",                                       \
	    "Its record, its ids or its certificates are at fault; the Messages of the row have "  \
	    "all its faults.",                                                                     \
	    "Correct the row, then apply the row again. `apply --rejects FILE` writes such rows "  \
	    "to a "                                                                                \
	    "file.")                                                                               \
	X(SKIPPED, "The row repeats an earlier one exactly.",                                      \
	    "One of them is enough. It is no fault.", "There is nothing to do.")

#endif
