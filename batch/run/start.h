#ifndef BATCH_RUN_START_H
#define BATCH_RUN_START_H

#include "run/rejects.h"
#include "run/results.h"
#include "run/settings.h"
#include "program/context.h"
#include "input/keyring.h"
#include "input/manifest.h"
#include "model/permissions.h"

/*
 * What `apply` and `check` have open while they go through their manifests, and how they find what
 * the database already has of a manifest.
 */

/* How a manifest is taken up. */
enum apply_start {
	APPLY_NEW,    /* a new run */
	APPLY_RESUME, /* an interrupted run carries on */
	APPLY_REPEAT, /* the run is finished: nothing to do */
};

struct apply {
	const struct context *context;
	const struct settings *settings;
	struct database *db;
	const struct permissions *permissions;
	struct keyring *keyring; /* NULL until a password needs it */
	/* Of the current manifest; both NULL where there are none. */
	struct results *results; /* get its rows, after those that the run already had */
	struct rejects *rejects; /* get those that need mending */

	/* Called with each decided row, which has its names, before its chunk is committed. 0, or
	 * -1 and err, which ends the run. */
	int (*on_row)(void *closure, struct row *, struct error *);
	/* Called once, when a signal has come and the chunk is still to be finished. */
	void (*on_stop)(void *closure);
	/* Called with the run after a commit; in a check, between two chunks. */
	void (*on_commit)(void *closure, const struct run *);
	void *closure;
};

/*
 * What the database has of this manifest, and whether the options agree with it. The caller
 * releases *run; of a new run, all but its id and started_at is set. -1 and err:
 * ERROR_USAGE when options differ, ERROR_INPUT when the manifest changed under a run, ERROR_STORAGE
 * when the counts of the run do not hold together.
 */
int apply_find(const struct apply *, const struct manifest *, enum apply_start *, struct run *,
    struct error *);

#endif
