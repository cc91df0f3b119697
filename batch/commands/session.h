#ifndef BATCH_CMD_SESSION_H
#define BATCH_CMD_SESSION_H

#include "run/settings.h"
#include "run/apply.h"
#include "commands/console.h"

/* One invocation of `apply` or `check`: what it has open, with as many manifests as it was given.
 */
struct session {
	const struct context *context;
	struct apply_options options;
	struct lock *lock; /* NULL in a check */
	int64_t told_run;  /* the run that the lock's line names; 0: none yet */
	struct database *db;
	struct permissions permissions;
	struct manifest *manifests;
	size_t manifest_count;
	int refused; /* the greatest status of a manifest that cannot be used; 0: none so far */
	struct apply apply;
	/* Of a check: the ids that apply would give, and the count of jobs by container. */
	struct next_ids next;
	struct outfile *counts_file;
	struct writer *counts;
	struct console console;
};

/*
 * Parses the command line, opens what it asks for, surveys all manifests before the first
 * write, and calls one() for each in order. Its exit status: that of the first that is above
 * 1, else 1 if any was. Where manifests cannot be used, every fault of each is printed and one()
 * is never called: the exit status is the greatest of the faults'.
 */
int session_run(const struct command *, const struct context *, int argc, char **argv, enum db_mode,
    int (*one)(struct session *, size_t manifest));

/* Says how a manifest is taken up. */
void session_announce(
    struct session *, const struct manifest *, enum apply_start, const struct run *);

/* Tells those who wait for the lock what is done now. */
void session_tell_lock(struct session *, const struct run *);

/* Where `apply` puts the results of a manifest, and their format. Allocated; NULL when out of
 * memory. */
char *session_results_path(const struct session *, const struct manifest *, enum output *);

#endif
