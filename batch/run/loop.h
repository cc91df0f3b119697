#ifndef BATCH_RUN_LOOP_H
#define BATCH_RUN_LOOP_H

#include "run/start.h"
#include "run/decide.h"
#include "run/pipeline.h"

/*
 * The loop of `apply` and of `check`: batches come from the pipeline, and their rows are decided,
 * counted and reported until the manifest ends or --max-errors stops it. The rows then go to a
 * sink: that of `apply` writes them (apply_sink.h), that of `check` only counts their jobs
 * (check_sink.h). So the two commands always decide the same.
 */

/*
 * Where decided rows go. The loop begins the transaction of a chunk, and rolls it back where one of
 * these functions fails. Each gets `closure` and returns 0, or -1 and err.
 */
struct sink {
	void *closure;
	/* The transaction of a chunk has begun. May be NULL. */
	int (*begin)(void *closure, struct error *);
	/* A row of the batch was decided, and will be counted. */
	int (*add)(void *closure, const struct batch *, const struct batch_row *, struct error *);
	/* The last row of a batch was added. Its memory is soon used again. May be NULL. */
	int (*put)(void *closure, struct error *);
	/* The last row of a chunk was added; `finished`: of the manifest. May be NULL. */
	int (*checkpoint)(void *closure, bool finished, struct error *);
	/* The chunk is committed. May be NULL. */
	void (*committed)(void *closure);
	/* Between two chunks. */
	int (*between)(void *closure, struct error *);
	/* The loop ends before the manifest does, its last chunk is committed: because of
	 * --max-errors or of a signal. Both return -1. */
	int (*exceeded)(void *closure, struct error *);
	int (*interrupted)(void *closure, struct error *);
};

/* One invocation's way through a manifest. */
struct loop {
	/* The caller sets these. */
	struct apply *apply;
	const struct manifest *manifest;
	struct run *run;
	struct tally *tally; /* of the whole run */
	struct sink sink;
	int64_t chunk;           /* rows of a transaction, from 1 */
	int64_t run_id;          /* the ids of the rows begin with it; 0 in a check */
	struct decider *decider; /* with &policy, after loop_prepare(); loop_release() frees it */
	/* The loop sets these. */
	struct policy policy;
	struct pipeline *pipeline;
	struct repairs before;    /* of the run before this invocation */
	struct position position; /* after the rows that were decided */
	uint64_t errors;          /* faulty rows of this invocation */
	uint64_t exceeded_line;   /* of the row that --max-errors stopped at; 0: none */
	bool told;                /* that a signal stops it */
};

/* Starts a new run, or takes up the tally of an interrupted one; sets the policy. -1 and err:
 * ERROR_STORAGE when the run and its manifest do not hold together. */
int loop_prepare(struct loop *, struct error *);

/* Goes through the manifest, from where the run was left to the end. -1 and err otherwise:
 * ERROR_LIMIT (--max-errors), ERROR_SIGNAL + n, and what the pipeline and the sink report. */
int loop_run(struct loop *, struct error *);

void loop_release(struct loop *);

#endif
