#ifndef BATCH_DATABASE_DATABASE_H
#define BATCH_DATABASE_DATABASE_H

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
	DB_READ, /* writes nothing, except to roll back an interrupted commit */
	/* Likewise, but opened as for writing where the user may write: SQLite's own check leaves
	 * out CHECK constraints in a database that is opened for reading only. */
	DB_VERIFY,
	DB_WRITE, /* one writer of runs, imports and scans at a time: see lock.h */
};

/*
 * Makes a database with the schema and the built-in store types. Refuses a path that exists.
 * -1 and err (ERROR_STORAGE), and no file is left.
 */
int db_create(const char *path, struct error *);

/* To be called once, before a database is opened and before a thread starts. */
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

/* A signal in *stop ends the reading of a run's rows (rows.h) and a verification. */
void db_set_stop(struct database *, const volatile sig_atomic_t *stop);

/* Keeps this many KiB of the database in memory instead of 32 MiB. -1 and err. */
int db_set_cache(struct database *, int kib, struct error *);

/*
 * Keeps all changes of a transaction in memory until its commit. Otherwise SQLite writes them early
 * when its cache is full, and no other process can read from then on. -1 and err.
 */
int db_hold(struct database *, struct error *);

/*
 * Looks at the first bytes of the file alone: 0 when it is a database of pfxreplace, else -1 and
 * err. Not for a process that is in a transaction: closing any descriptor of a file drops the
 * locks that fcntl(2) gave the process on it, and SQLite's are of that kind.
 */
int db_probe(const char *path, struct error *);

/* A transaction: immediate for a writer, deferred for a reader. After a commit it is on disk. */
int db_begin(struct database *, struct error *);
int db_begin_read(struct database *, struct error *); /* deferred in any case */
int db_commit(struct database *, struct error *);
void db_rollback(struct database *); /* fine outside of a transaction */

/* Between two transactions: pauses now and then, so that small writers get their turn. */
int db_yield(struct database *, struct error *);

/*
 * Copies a setting of at most `size` bytes and returns its length, which may be more: then nothing
 * is copied. 0 when there is none; -1 and err.
 */
int db_setting(struct database *, const char *name, void *value, int size, struct error *);
int db_set(struct database *, const char *name, const void *value, int size, struct error *);

/*
 * The name of the file system where locks and syncs depend on a server, and the promises of the
 * database with them; NULL for one on this machine, or where it cannot be found out.
 */
const char *db_network(const char *path);

#endif
