#ifndef BATCH_DATABASE_H
#define BATCH_DATABASE_H

#include "error.h"

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * The database of certificate stores, jobs and runs. This header and its sisters in database/ are
 * a seam: nothing above them knows which engine answers (engine.h).
 */
struct database;

enum db_mode {
	DB_READ, /* never writes a byte, but for rolling back an interrupted commit */
	/* Likewise, but opened as by a writer where it can be: on what is opened for reading only,
	 * SQLite's own check leaves out CHECK constraints. */
	DB_VERIFY,
	DB_WRITE, /* one writer of runs, imports and scans at a time: see lock.h */
};

/*
 * Makes a database with the schema and the built-in store types. Refuses a path that exists.
 * -1 and err (ERROR_STORAGE); nothing is left behind then.
 */
int db_create(const char *path, struct error *);

/* Once, before any is opened and before there are threads: what is for the whole process. */
void db_setup(void);

/* NULL and err: not there, not a database, not one of ours, a newer schema, not writable. */
struct database *db_open(const char *path, enum db_mode, struct error *);
/*
 * A further connection of the same file, to read it in threads of its own while `writer`, which
 * must outlive it, writes: a commit waits until the reads that are going on have ended, and no read
 * begins before it is over. NULL and err.
 */
struct database *db_open_beside(struct database *writer, struct error *);
void db_close(struct database *); /* rolls back what was not committed; NULL is fine */

/* A signal in *stop ends what reads the rows of a run (database/rows.h). */
void db_set_stop(struct database *, const volatile sig_atomic_t *stop);

/* How much of it is kept in memory, in KiB, in place of 32 MiB. -1 and err. */
int db_set_cache(struct database *, int kib, struct error *);

/*
 * Keeps what a transaction writes in memory until its commit, however much it is. Otherwise the
 * part that does not fit is written before, and nobody else can read from then on. -1 and err.
 */
int db_hold(struct database *, struct error *);

/*
 * Whether the file is a database of ours, by its first bytes alone. -1 and err when not. Not for
 * a process that is in a transaction: closing any descriptor of a file drops the locks that
 * fcntl(2) gave the process on it, and SQLite's are of that kind.
 */
int db_probe(const char *path, struct error *);

/* A transaction: begun immediate by a writer, deferred by a reader. Committed is on disk. */
int db_begin(struct database *, struct error *);
int db_begin_read(struct database *, struct error *); /* deferred in any case */
int db_commit(struct database *, struct error *);
void db_rollback(struct database *); /* fine outside of a transaction */

/* Between two transactions: pauses now and then, so that small writers get their turn. */
int db_yield(struct database *, struct error *);

/*
 * The length of a setting, -1 and err, or 0 when there is none. Nothing of one that is longer than
 * `size` bytes is copied.
 */
int db_setting(struct database *, const char *name, void *value, int size, struct error *);
int db_set(struct database *, const char *name, const void *value, int size, struct error *);

/*
 * The name of the file system where locks and syncs depend on a server, and the promises of the
 * database with them; NULL for one on this machine, or where it cannot be found out.
 */
const char *db_network(const char *path);

#endif
