#ifndef BATCH_RUN_PIPELINE_H
#define BATCH_RUN_PIPELINE_H

#include "run/batch.h"
#include "input/manifest.h"
#include "model/permissions.h"
#include "run/results.h"
#include "input/keyring.h"

/*
 * The rows of a manifest, batch by batch, made ready by three threads while the caller decides
 * and commits the batches before:
 *
 *	reading        read, typed, passwords sealed --+--> looking up   facts, rules of rows --+
 *	   ^                                           +--> looking up   (in turn)            --+
 *	   |                                                                                    |
 *	   +--- given back: its results are written --------- the caller <---- ready, in order -+
 *
 * A few batches go round. Each stage takes them in order, so that the output does not depend on
 * which thread was faster. The caller and each thread that looks up have a connection of their own.
 */
struct pipeline;

struct pipeline_plan {
	const struct manifest *manifest; /* with its survey */
	const struct policy *policy;
	const struct permissions *permissions;
	struct database *db;           /* the caller's: the lookers open theirs beside it */
	int64_t run;                   /* the ids of the rows begin with it */
	const struct position *from;   /* NULL: the start */
	int64_t chunk;                 /* rows */
	bool stops;                    /* it may stop at any row: --max-errors */
	const struct keyring *keyring; /* NULL: passwords are not kept */
	struct results *results;       /* of the rows, in order; NULL: none */
};

/* All that the plan points to must outlive the pipeline. NULL and err on failure. */
struct pipeline *pipeline_open(const struct pipeline_plan *, struct error *);

/* The next batch: 1 and *batch, the caller's until pipeline_done(); 0 at the end; -1 and err. */
int pipeline_next(struct pipeline *, struct batch **batch, struct error *);
/* Gives it back; its rows, with their names (db_row_names()), go to the results. */
void pipeline_done(struct pipeline *, struct batch *);

/* Waits until the results have the rows of every batch that was given back. -1 and err when they
 * could not be written; then the rows after the failure are missing. */
int pipeline_finish(struct pipeline *, struct error *);

void pipeline_close(struct pipeline *); /* stops the threads; NULL is fine */

#endif
