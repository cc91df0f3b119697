#ifndef BATCH_DATABASE_PUT_H
#define BATCH_DATABASE_PUT_H

#include "database/run.h"

/*
 * Decided rows on their way into the database, with their jobs and refusals: collected, then
 * written by three statements, inside the transaction of a chunk.
 */
struct append {
	struct append_row *rows;
	size_t row_count, row_capacity;
	struct append_job *jobs;
	size_t job_count, job_capacity;
	struct append_refusal *refusals;
	size_t refusal_count, refusal_capacity;
	struct buffer messages; /* packed, a NUL behind those of each row that has some */
	int64_t started_at;     /* of the run */
	int64_t now;            /* when the requests are created */
};

/* A sealed password; length 0: none. */
struct sealed {
	const unsigned char *bytes;
	size_t length;
};

void append_release(struct append *);
void append_clear(struct append *, int64_t started_at, int64_t now); /* keeps the memory */

/* Adds a row, which must live until the bundle is written; its jobs and refusals take their ids
 * from *next. -1 and err when out of memory. */
int append_add(struct append *, const struct row *, const struct sealed *, struct next_ids *next,
    struct error *);

/* Writes it all. -1 and err. */
int db_append(struct database *, const struct append *, struct error *);

#endif
