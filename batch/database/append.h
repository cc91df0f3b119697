#ifndef BATCH_DATABASE_APPEND_H
#define BATCH_DATABASE_APPEND_H

#include "arena.h"
#include "buffer.h"
#include "database/rowset.h"
#include "database/run.h"

/*
 * Decided rows on their way into the database, with their jobs and refusals: collected, then
 * written by three statements, inside the transaction of a chunk.
 */
struct append {
	struct rowset_request *requests;
	size_t request_count, request_capacity;
	struct rowset_job *jobs;
	size_t job_count, job_capacity;
	struct rowset_refusal *refusals;
	size_t refusal_count, refusal_capacity;
	struct append_superseded *superseded; /* jobs that one of these replaces */
	size_t superseded_count, superseded_capacity;
	int64_t last_job, last_refusal; /* the ids that the last ones of them will have */
	struct arena texts;
	struct buffer packed;      /* messages of one row */
	int64_t started_at;        /* of the run */
	int64_t now;               /* when the requests are created */
	const char *operator_name; /* who supersedes; borrowed, and kept by append_clear() */
};

/* A sealed password; length 0: none. */
struct sealed {
	const unsigned char *bytes;
	size_t length;
};

void append_release(struct append *);
void append_clear(struct append *, int64_t started_at, int64_t now); /* keeps the memory */

/* Adds a row; it and the sealed password must live until db_append(). Its jobs and refusals take
 * their ids from *next. -1 and err when out of memory. */
int append_add(struct append *, const struct row *, const struct sealed *, struct next_ids *next,
    struct error *);

/* Writes it all. -1 and err. */
int db_append(struct database *, const struct append *, struct error *);

#endif
