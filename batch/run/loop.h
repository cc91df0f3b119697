#ifndef BATCH_LOOP_H
#define BATCH_LOOP_H

#include "run/apply.h"
#include "run/decide.h"
#include "run/pipeline.h"

/*
 * The loop of `apply` and of `check`: batches come from the pipeline, and their rows are decided,
 * counted and reported until the manifest ends or --max-errors stops it. What then becomes of the
 * rows is the sink's: one writes them (writing.h), one counts their jobs only (check.h). So both
 * commands cannot but decide the same.
 */

/*
 * A chunk is one transaction, which the loop begins, and which it rolls back where a function
 * fails. Each function returns 0, or -1 and err, and gets `closure`; those that say so may be NULL.
 */
struct sink {
	void *closure;
	/* The transaction of a chunk has begun. May be NULL. */
	int (*begin)(void *closure, struct error *);
	/* A row of the batch was decided, and will be counted. */
	int (*add)(void *closure, const struct batch *, const struct batch_row *, struct error *);
	/* No more rows of this batch will be added, whose memory is used again. May be NULL. */
	int (*put)(void *closure, struct error *);
	/* No more rows of this chunk will be added; `finished`: none of the manifest. May be NULL.
	 */
	int (*checkpoint)(void *closure, bool finished, struct error *);
	/* The chunk is committed. May be NULL. */
	void (*committed)(void *closure);
	/* Between two chunks. -1 also where a signal asks for the end. */
	int (*between)(void *closure, struct error *);
	/* Says in err that --max-errors has stopped the loop, whose last chunk is committed. -1. */
	int (*stopped)(void *closure, struct error *);
};

/* One invocation's way through a manifest. */
struct loop {
	/* The caller sets these. */
	struct apply *apply;
	const struct manifest *manifest;
	struct run *run;
	struct tally *tally; /* of the whole run */
	struct sink sink;
	int64_t chunk;           /* rows of a transaction */
	int64_t run_id;          /* of the ids of the rows; 0: a check's */
	struct decider *decider; /* by &policy, after loop_prepare(); freed by loop_release() */
	/* The loop sets these. */
	struct policy policy;
	struct pipeline *pipeline;
	struct repairs before;    /* those of the run before this invocation */
	struct position position; /* after the rows that were put */
	uint64_t errors;          /* faulty rows of this invocation */
	uint64_t stop_line;       /* of the row that --max-errors stopped at; 0: none */
};

/* Starts a new run, or counts on where an interrupted one was left. -1 and err: ERROR_STORAGE when
 * the run and its manifest do not hold together. */
int loop_prepare(struct loop *, struct error *);

/* Goes through the manifest, from where the run was left to the end. -1 and err otherwise:
 * ERROR_LIMIT (--max-errors), ERROR_SIGNAL + n, and what the pipeline and the sink report. */
int loop_run(struct loop *, struct error *);

void loop_release(struct loop *);

#endif
