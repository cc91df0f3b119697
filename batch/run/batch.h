#ifndef BATCH_RUN_BATCH_H
#define BATCH_RUN_BATCH_H

#include "arena.h"
#include "read/reader.h"
#include "policy/replace.h"
#include "model/row.h"

/*
 * Rows of a manifest that go through the program together. They are read and typed (pipeline.h),
 * their facts are looked up (lookup.h), they are decided (decide.h) and committed (apply_sink.h),
 * and go to the results. The memory is used again for other rows. A chunk is one or more batches.
 */
#define BATCH_ROWS 5000 /* the more keys are looked up in order, the fewer pages are read twice */

struct batch_row {
	struct request request; /* without its texts: the row and `sealed` have them */
	struct row row;
	struct row_facts facts;           /* `request` and `locations` point into the batch */
	struct location_facts *locations; /* those of the facts, to be filled */
	size_t sealed;                    /* offset of the sealed password */
	size_t sealed_length;             /* 0: there is none, or it is not kept */
};

/* The end of a row, where a run may stop within a batch. */
struct row_end {
	struct position position; /* where the next row starts */
	struct repairs repairs;   /* up to there, since the pipeline was opened */
};

struct batch {
	struct batch_row rows[BATCH_ROWS];
	size_t count;
	size_t used;          /* rows from here on were never touched; kept by batch_clear() */
	struct row_end *ends; /* of the rows; NULL: the run stops only after whole batches */
	struct location_facts *locations; /* of all rows */
	size_t location_count;
	size_t location_capacity;
	struct arena texts;   /* of the facts */
	struct buffer sealed; /* passwords */
	struct position end;  /* where the next batch starts */
	struct repairs repairs;
	bool ends_chunk; /* also at the end of the manifest */
	bool last;       /* no row comes after it; it may have none itself */
	int rc;          /* -1: reading or looking up failed, see err */
	struct error err;
};

struct batch *batch_new(bool ends); /* with or without `ends`; NULL when out of memory */
void batch_clear(struct batch *);
void batch_free(struct batch *); /* NULL is fine */

#endif
