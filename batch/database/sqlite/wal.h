#ifndef BATCH_DATABASE_WAL_H
#define BATCH_DATABASE_WAL_H

#include "database/statement.h"

/*
 * Another program may put the database into WAL mode, which lasts. We never write so: that what
 * was committed survives a power cut rests on the rollback journal with synchronous = EXTRA.
 */

/* Whether it is so, or a log lies beside it: 1, 0, -1 and err. To be asked before the first
 * statement. */
int db_wal_found(struct database *, struct error *);

/*
 * For a connection that may write, but is only to read, before its first statement: what it needs
 * beside the database it makes, and takes away at its end; a log that is there already stays as it
 * is. -1 and err where that cannot be, with what to do.
 */
int db_wal_read(struct database *, struct error *);

/*
 * For a writer: has the database back in rollback mode. While another program has it open in WAL
 * mode that cannot be: waits, then -1 and err (ERROR_BUSY).
 */
int db_wal_leave(struct database *, struct error *);

/* Within a transaction of a writer: 1 where it would be written in rollback mode, 0 where not, -1
 * and err. */
int db_wal_left(struct database *, struct error *);

/* Why it cannot be read, or left, and what to do about it. Returns -1. */
int db_wal_refuse(const struct database *, struct error *);

#endif
