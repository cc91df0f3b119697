#ifndef BATCH_COMMANDS_SESSION_H
#define BATCH_COMMANDS_SESSION_H

#include "run/start.h"
#include "commands/apply_options.h"
#include "commands/console.h"

/* What one invocation of `apply` or `check` has open, for all of its manifests. */
struct session {
	const struct context *context;
	struct apply_options options;
	struct lock *lock; /* NULL in a check */
	int64_t noted_run; /* the run that the lock's line names; 0: none yet */
	struct database *db;
	struct permissions permissions;
	struct manifest *manifests;
	size_t manifest_count;
	int refused; /* the greatest status of a manifest that cannot be used; 0: none so far */
	struct apply apply;
	struct console console;
	bool rejects_spared; /* the file at --rejects was left as it is */
};

/* What a command does in its session. */
struct session_work {
	enum db_mode mode;
	/* Carries out one manifest. Its exit status; above 1 no further one is carried out. */
	int (*one)(struct session *, void *closure, size_t manifest);
	void *closure;
};

/*
 * Parses the command line, opens what it asks for, surveys all manifests before the first
 * write, and calls one() for each in order. The exit status is that of the first manifest whose
 * status is above 1, else 1 if any was. Where manifests cannot be used, every fault of each is
 * printed and one() is never called: the exit status is the greatest of the faults'.
 */
int session_run(const struct command *, const struct context *, int argc, char **argv,
    const struct session_work *);

/* Prints how a manifest is taken up. */
void session_announce(
    struct session *, const struct manifest *, enum apply_start, const struct run *);

/*
 * Where --rejects goes. Of a run that the database has, a file there that was changed since the run
 * began may be its rejects, which somebody has mended: one with other bytes is left as it is. An
 * older one is of an earlier run, and is replaced as a new run replaces it.
 */
struct rejects_target session_rejects(const struct session *, enum apply_start, const struct run *);

/* Writes into the lock what its holder does now: a process that waits for it prints this. */
void session_note_lock(struct session *, const struct run *);

/* The path at which `apply` writes the results of a manifest, and their format. Allocated; NULL
 * when out of memory. */
char *session_results_path(const struct session *, const struct manifest *, enum output *);

#endif
