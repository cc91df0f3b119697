#include "database/sqlite/sqlite_private.h"

#include "program/process.h"

#include <time.h>

/*
 * Pauses of a run, in which small writers get SQLite's lock. A process that waits for it looks
 * again every tenth of a second at the most; a run that begins its next chunk at once is hardly
 * ever found without the lock. So it now and then leaves it for long enough that everybody has
 * looked.
 */

/* SQLite's sqliteDefaultBusyCallback() sleeps for at most 100 ms between two looks. */
#define YIELD_MILLISECONDS 120

/* Between two pauses: a writer that waits 5 s is served, and a run on its own loses at most 4 %. */
#define EVERY_MILLISECONDS 3000
#define EVERY_WHEN_ASKED 1000

int
sqlite_yield(struct database *db, struct error *err)
{
	const struct timespec pause = {.tv_nsec = YIELD_MILLISECONDS * 1000000};
	struct sqlite *sqlite = sqlite_of(db);
	int64_t now = process_ticks();
	int version;

	if (sqlite->yield.last == 0) /* the first chunk */
		sqlite->yield.last = now;
	if (now - sqlite->yield.last <
	    (sqlite->yield.asked ? EVERY_WHEN_ASKED : EVERY_MILLISECONDS))
		return 0;
	nanosleep(&pause, NULL); /* a signal ends it early: the run is about to stop */
	sqlite->yield.last = process_ticks();
	/* It is never 0, and changes when another process has written. */
	if (sqlite_pragma(db, "PRAGMA data_version", &version, err) == -1)
		return -1;
	sqlite->yield.asked = sqlite->yield.version != 0 && version != sqlite->yield.version;
	sqlite->yield.version = version;
	return 0;
}
