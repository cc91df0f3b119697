#include "database/sqlite/sqlite_private.h"

#include "program/process.h"
#include "stop.h"

/* Short at first, and never longer than yield.c counts on. As SQLite's own. */
static const int naps[] = {1, 2, 5, 10, 15, 20, 25, 25, 25, 50, 50, 100};
#define NAPS ((int)(sizeof(naps) / sizeof(naps[0])))

/* A chunk that was finished because of a signal may meet another process that reads for a moment.
 */
#define INTERRUPTED_MILLISECONDS 500

static int
wait_handler(void *closure, int count)
{
	struct sqlite *sqlite = closure;

	return sqlite_wait(sqlite, count, &sqlite->waited) ? 1 : 0;
}

void
sqlite_wait_set(struct sqlite *sqlite)
{
	sqlite3_busy_handler(sqlite->handle, wait_handler, sqlite);
}

bool
sqlite_wait(struct sqlite *sqlite, int count, int *waited)
{
	int most = *process_stop() == 0 ? SQLITE_BUSY_MILLISECONDS : INTERRUPTED_MILLISECONDS;
	int nap = naps[count < NAPS ? count : NAPS - 1];

	if (count == 0)
		*waited = 0;
	if (nap > most - *waited)
		nap = most - *waited;
	sqlite->gave_up = nap <= 0;
	if (sqlite->gave_up) {
		sqlite->waited = *waited;
		return false;
	}
	sqlite3_sleep(nap); /* a signal ends it early */
	*waited += nap;
	return true;
}

int
sqlite_waited(struct sqlite *sqlite)
{
	int waited = sqlite->gave_up ? sqlite->waited : 0;

	sqlite->gave_up = false;
	return waited / 1000;
}

int
sqlite_interrupted(const struct database *db, struct error *err)
{
	return stop_asked(
	    process_stop(), err, db->path, "interrupted while it waited for the database");
}
