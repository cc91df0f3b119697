#ifndef BATCH_MODEL_JOB_H
#define BATCH_MODEL_JOB_H

#include <stdbool.h>
#include <stdint.h>

/* The status and the result of a job: X(name, the method's own number, word) */
#define JOB_STATUS_LIST(X)                     \
	X(JOB_UNKNOWN, 0, "Unknown")           \
	X(JOB_WAITING, 1, "Waiting")           \
	X(JOB_IN_PROCESS, 2, "InProcess")      \
	X(JOB_COMPLETED, 3, "Completed")       \
	X(JOB_ACKNOWLEDGED, 4, "Acknowledged") \
	X(JOB_WILL_RETRY, 5, "CompletedWillRetry")

#define JOB_RESULT_LIST(X)              \
	X(RESULT_UNKNOWN, 0, "Unknown") \
	X(RESULT_SUCCESS, 2, "Success") \
	X(RESULT_WARNING, 3, "Warning") \
	X(RESULT_FAILURE, 4, "Failure")

#define JOB_ENUM(name, number, word) name = (number),
enum job_status { JOB_STATUS_LIST(JOB_ENUM) };
enum job_result { JOB_RESULT_LIST(JOB_ENUM) };
#undef JOB_ENUM

/* All words, NULL-terminated. */
extern const char *const job_statuses[], *const job_results[];

/* NULL for a number that is none. */
const char *job_status_word(int64_t status);
const char *job_result_word(int64_t result);

/* Reads a word, in any case, or the number as one digit. False for any other text. */
bool job_status_parse(const char *text, enum job_status *status);
bool job_result_parse(const char *text, enum job_result *result);

#endif
