#ifndef BATCH_DATABASE_JOB_PRIVATE_H
#define BATCH_DATABASE_JOB_PRIVATE_H

#include "database/job.h"
#include "database/statement_private.h"

/*
 * For this room alone: the columns of a statement that reads whole jobs, the first ones of its row,
 * in the order of job-get.
 */
#define JOB_RECORD_COLUMNS                                                                        \
	STORED_JOB_ID, STORED_JOB_REQUEST, STORED_REQUEST_LINE, STORED_JOB_LOCATION,              \
	    STORED_STORE_ID, STORED_STORE_CONTAINER, STORED_STORE_REMOVED, STORED_STORE_APPROVED, \
	    STORED_REQUEST_EXISTING, STORED_REQUEST_CERTIFICATE, STORED_REQUEST_CREATED,          \
	    STORED_RUN_STARTED, STORED_RUN_WINDOW_END, STORED_RUN_RETRIES, STORED_JOB_STATUS,     \
	    STORED_JOB_RESULT, STORED_JOB_COMPLETED, STORED_JOB_PROVEN, STORED_HANDLING_DUE,      \
	    STORED_HANDLING_RESCHEDULED | STORED_OR_NULL,                                         \
	    STORED_HANDLING_ATTEMPTS | STORED_OR_NULL, STORED_HANDLING_CLAIMS | STORED_OR_NULL,   \
	    STORED_HANDLING_FAILURES | STORED_OR_NULL, STORED_HANDLING_CLAIM,                     \
	    STORED_HANDLING_LEASED, STORED_HANDLING_UNTIL, STORED_RUN_STATE
#define JOB_RECORD_COUNT 27

void job_read(const struct query *, struct job_record *);

/*
 * Puts the job among those that wait or takes it from there: SQL_READY_ADD and SQL_READY_REMOVE, by
 * its due time; SQL_LEASE_ADD and SQL_LEASE_REMOVE, by the end of its lease. 0, or -1 and err.
 */
int job_queue_run(
    struct database *, const struct job_record *, enum sql, int64_t time, struct error *);

/* Whether the job waits to be handed out. */
bool job_is_ready(const struct job_state *);
/* Whether a job that is so may need the password of its row. */
bool job_needs_password(const struct job_state *);

#endif
