#include "database/yield.h"

#include <time.h>

/* SQLite's sqliteDefaultBusyCallback() sleeps for at most 100 ms between two looks. */
#define TURN_MILLISECONDS 120

/* Between two turns: who waits 5 s is served, and a run on its own loses 4 % at the most. */
#define EVERY_MILLISECONDS 3000
#define EVERY_WHEN_ASKED 1000

static int64_t
milliseconds(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

void
yield_init(struct yield *turn)
{
	*turn = (struct yield){.last = milliseconds()};
}

int
yield_give(struct yield *turn, struct database *db, struct error *err)
{
	const struct timespec pause = {.tv_nsec = TURN_MILLISECONDS * 1000000};
	int64_t version;

	if (milliseconds() - turn->last < (turn->asked ? EVERY_WHEN_ASKED : EVERY_MILLISECONDS))
		return 0;
	nanosleep(&pause, NULL); /* a signal ends it early: the run is about to stop */
	turn->last = milliseconds();
	if (db_version(db, &version, err) == -1)
		return -1;
	turn->asked = turn->version != 0 && version != turn->version;
	turn->version = version;
	return 0;
}
