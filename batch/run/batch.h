#ifndef BATCH_BATCH_H
#define BATCH_BATCH_H

#include "arena.h"
#include "read/reader.h"
#include "policy/replace.h"
#include "model/row.h"

/*
 * So many rows of a manifest that go through the program together: read and typed (intake.h),
 * their facts looked up (lookup.h), decided (decide.h), committed (apply.h), written to the
 * results. Its memory is used again for other rows. A chunk is one or more batches.
 */
#define BATCH_ROWS 5000 /* the more keys are looked up in order, the fewer pages are read twice */

struct batch_row {
	struct request request; /* without its texts: they are in the row, and sealed */
	struct row row;
	struct row_facts facts;           /* `request` and `locations` point into the batch */
	struct location_facts *locations; /* the same, to be filled */
	size_t sealed;                    /* offset of the sealed password */
	size_t sealed_length;             /* 0: none, or it is not to be kept */
};

/* Where a run may stop within a batch. */
struct row_end {
	struct position position; /* where the next row starts */
	struct repairs repairs;   /* up to there, since the intake was opened */
};

struct batch {
	struct batch_row rows[BATCH_ROWS];
	size_t count;
	size_t used;          /* items from here on were never touched; kept by batch_clear() */
	struct row_end *ends; /* of the items; NULL: the run stops behind whole batches only */
	struct location_facts *locations; /* of all items */
	size_t location_count;
	size_t location_capacity;
	struct arena texts;   /* of the facts */
	struct buffer sealed; /* passwords */
	struct position end;  /* where the next batch starts */
	struct repairs repairs;
	bool ends_chunk; /* also at the end of the manifest */
	bool last;       /* there is no row behind it; it may have none itself */
	int rc;          /* -1: reading or looking up failed, see err */
	struct error err;
};

struct batch *batch_new(bool ends); /* NULL when out of memory */
void batch_clear(struct batch *);
void batch_free(struct batch *); /* NULL is fine */

#endif
