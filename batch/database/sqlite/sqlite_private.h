#ifndef BATCH_DATABASE_SQLITE_SQLITE_PRIVATE_H
#define BATCH_DATABASE_SQLITE_SQLITE_PRIVATE_H

#include "database/engine.h"
#include "program/gate.h"

#include <sqlite3.h>

/* For this room alone: the engine of SQLite. One file a matter; engine.c puts them together. */

struct sqlite_rows {
	const struct rowset_table *table;
	struct rowset rows; /* changed by sqlite_bind_rows() */
};

struct sqlite {
	sqlite3 *handle;
	sqlite3_stmt *prepared[SQL_COUNT]; /* each statement once; NULL: not yet */
	struct sqlite_rows rows[ROWSET_KINDS];
	struct gate gate; /* of a writer: connections beside it enter to read, a commit shuts it */
	bool within;      /* of a connection beside a writer: it has entered the gate */
	struct database *guard; /* keeps the files of WAL mode while we read; NULL */
	bool wal;               /* it is in WAL mode, or was when it was opened */
	bool gave_up;           /* the last wait for another's lock came to nothing */
	int waited;             /* how long it was, in milliseconds */
	struct {
		int64_t last;    /* when others were let in, in milliseconds of CLOCK_MONOTONIC */
		int64_t version; /* of the content, as far as others changed it */
		bool asked;      /* somebody wrote then */
	} yield;
};

static inline struct sqlite *
sqlite_of(const struct database *db)
{
	return db->connection;
}

/* connection.c. To be closed after a failed opening too. */
int sqlite_probe(const char *path, struct error *);
int sqlite_create(const char *path, struct error *);
int sqlite_open(struct database *, struct error *);
void sqlite_close(struct database *);

/* transaction.c */
int sqlite_begin(struct database *, bool write, struct error *);
int sqlite_commit(struct database *, struct error *);
void sqlite_rollback(struct database *);

/* execute.c: SQL of SQLite's own manners, which no other engine has. */
int sqlite_execute(struct database *, const char *sql, struct error *);
/* The integer that a pragma gives. */
int sqlite_pragma(struct database *, const char *sql, int *value, struct error *);

/* failure.c: what SQLite said last, in our words. Each returns -1. */
int sqlite_failed(struct database *, const char *doing, struct error *);
/* Why a database in WAL mode cannot be read, or left, and what to do about it. */
int sqlite_wal_refuse(const struct database *, struct error *);

/*
 * holder.c. The process that has SQLite's lock on a database: "process 123 (NAME)", or "another
 * process" where it cannot be found out or has let go meanwhile. Returns text.
 */
const char *sqlite_holder(const char *path, char *text, size_t size);

/* statement.c */
void *sqlite_prepare(struct database *, enum sql, bool own);
void sqlite_forget(void *statement);
int sqlite_bind(void *statement, int parameter, const struct db_value *);
int sqlite_step(void *statement);
void sqlite_reset(void *statement);
int sqlite_columns(void *statement);
enum db_type sqlite_type(void *statement, int column);
int64_t sqlite_integer(void *statement, int column);
const char *sqlite_text(void *statement, int column);
const void *sqlite_blob(void *statement, int column);
size_t sqlite_length(void *statement, int column);
int64_t sqlite_changed(struct database *);
int64_t sqlite_last_id(struct database *);
void sqlite_release_statements(struct sqlite *);

/* rowset.c: makes the tables known to a connection that was opened. An SQLite code. */
int sqlite_rowsets(struct sqlite *);
void sqlite_bind_rows(struct database *, const struct rowset *);

/*
 * schema.c. What SQLite itself adds to a schema (the indexes of UNIQUE, the tables of ANALYZE) is
 * no difference. Before its first statement a connection is made to run nothing that somebody
 * added to the schema: triggers and views, functions with a side effect in an index or a check.
 */
void sqlite_distrust(sqlite3 *);
/* As `compare` of an engine; 1 when SQLite failed, and the handle has the reason. */
int sqlite_compare_schema(sqlite3 *, int (*take)(void *, const struct schema_difference *),
    void *closure, struct error *);
/* Describes the first difference. False when there is none, or none can be found. */
bool sqlite_first_difference(struct database *, char *text, size_t size);
/* What brings the schema from each version to the next, from none on; NULL at the end. */
const char *const *sqlite_migrations(void);
int sqlite_version(void); /* of the last */

/* wait.c: waiting for a lock that another process has on the database. */
#define SQLITE_BUSY_MILLISECONDS 10000
/* SQLite waits so from now on; after a signal no longer than somebody needs for a commit. */
void sqlite_wait_set(struct sqlite *);
/*
 * One nap more, the count-th from 0; *waited is the sum of the naps in milliseconds, set to 0 at
 * the first. False when it is time to give up: sqlite_failed() then reports how long it was.
 */
bool sqlite_wait(struct sqlite *, int count, int *waited);
/* How many seconds were waited until somebody gave up just now; 0 where nobody did. */
int sqlite_waited(struct sqlite *);
/* -1 and err (ERROR_SIGNAL plus its number) where a signal asked for an end, else 0. */
int sqlite_interrupted(const struct database *, struct error *);

/*
 * wal.c. Another program may put the database into WAL mode, which lasts. We never write so: a
 * commit survives a power cut because of the rollback journal with synchronous = EXTRA.
 * Whether it is so, or a log lies beside it: 1, 0, -1 and err. Before the first statement.
 */
int sqlite_wal_found(struct database *, struct error *);
/*
 * For a connection that may write, but is only to read, before its first statement: it makes the
 * files that it needs beside the database, and removes them at its end; a log that is there
 * already stays as it is. -1 and err where that cannot be, with what to do.
 */
int sqlite_wal_read(struct database *, struct error *);
/*
 * For a writer: has the database back in rollback mode. While another program has it open in WAL
 * mode that cannot be: waits, then -1 and err (ERROR_BUSY).
 */
int sqlite_wal_leave(struct database *, struct error *);
/* Within a transaction of a writer: 1 where it would be written in rollback mode, 0 where not, -1
 * and err. */
int sqlite_wal_left(struct database *, struct error *);

/* lock.c, backup.c, damage.c, yield.c, network.h */
void *sqlite_lock(const char *path, const struct lock_wish *, struct error *);
void sqlite_lock_set(void *, const char *what);
void sqlite_unlock(void *);
int sqlite_backup(struct database *, const struct backup *, enum backup_way, struct error *);
int sqlite_damage(struct database *, struct buffer *lines, struct error *);
int sqlite_yield(struct database *, struct error *);

#endif
