#ifndef BATCH_JOB_H
#define BATCH_JOB_H

#include "model/facts.h"

#include <stdbool.h>

/* The words of a job's status and result, by the method's own numbers (facts.h). */

#define JOB_STATUS_LIST(X)                  \
	X(JOB_UNKNOWN, "Unknown")           \
	X(JOB_WAITING, "Waiting")           \
	X(JOB_IN_PROCESS, "InProcess")      \
	X(JOB_COMPLETED, "Completed")       \
	X(JOB_ACKNOWLEDGED, "Acknowledged") \
	X(JOB_WILL_RETRY, "CompletedWillRetry")

#define JOB_RESULT_LIST(X)           \
	X(RESULT_UNKNOWN, "Unknown") \
	X(RESULT_SUCCESS, "Success") \
	X(RESULT_WARNING, "Warning") \
	X(RESULT_FAILURE, "Failure")

/* NULL for a number that is none. */
const char *job_status_word(int64_t status);
const char *job_result_word(int64_t result);

/* A word without regard to case, or the number in digits. False for any other text. */
bool job_status_parse(const char *text, enum job_status *status);

#endif
