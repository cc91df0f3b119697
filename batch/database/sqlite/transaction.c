#include "database/sqlite/sqlite_private.h"

#define ROLLBACK_TRIES 3

/*
 * A commit needs the database for itself, and SQLite makes it wait for readers. So the threads that
 * read beside a writer stay outside of its gate while it commits.
 */
static void
transaction_enter(struct database *db)
{
	if (db->beside == NULL || sqlite_of(db)->within)
		return;
	gate_enter(&sqlite_of(db->beside)->gate);
	sqlite_of(db)->within = true;
}

static void
transaction_leave(struct database *db)
{
	if (sqlite_of(db)->within)
		gate_leave(&sqlite_of(db->beside)->gate);
	sqlite_of(db)->within = false;
}

static int
transaction_begin_write(struct database *db, struct error *err)
{
	for (;;) {
		int left;

		if (sqlite_execute(db, "BEGIN IMMEDIATE", err) == -1)
			return -1;
		left = sqlite_wal_left(db, err);
		if (left == 1)
			return 0;
		sqlite_rollback(db);
		/* Another program has changed the mode since we opened it. */
		if (left == -1 || sqlite_wal_leave(db, err) == -1)
			return -1;
	}
}

int
sqlite_begin(struct database *db, bool write, struct error *err)
{
	if (write)
		return transaction_begin_write(db, err);
	transaction_enter(db);
	if (sqlite_execute(db, "BEGIN", err) == 0)
		return 0;
	transaction_leave(db);
	return -1;
}

int
sqlite_commit(struct database *db, struct error *err)
{
	struct gate *gate = db->mode == DB_WRITE ? &sqlite_of(db)->gate : NULL;
	int rc;

	if (gate != NULL)
		gate_shut(gate);
	rc = sqlite_execute(db, "COMMIT", err);
	if (gate != NULL)
		gate_open(gate);
	if (rc == 0)
		transaction_leave(db);
	return rc;
}

void
sqlite_rollback(struct database *db)
{
	sqlite3 *handle = sqlite_of(db)->handle;

	/* Memory for the statement may be short: a lock that stays would block others, and us. */
	for (int i = 0; i < ROLLBACK_TRIES && sqlite3_get_autocommit(handle) == 0; i++)
		sqlite3_exec(handle, "ROLLBACK", NULL, NULL, NULL);
	transaction_leave(db);
}
