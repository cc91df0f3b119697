#include "database/sqlite/wait.h"

#include "program/process.h"

/* Short at first, and never longer than yield.c counts on. As SQLite's own. */
static const int naps[] = {1, 2, 5, 10, 15, 20, 25, 25, 25, 50, 50, 100};
#define NAPS ((int)(sizeof(naps) / sizeof(naps[0])))

/* A chunk that was finished because of a signal may meet somebody who reads for a moment. */
#define INTERRUPTED_MILLISECONDS 500

static int
busy_handler(void *closure, int count)
{
	struct database *db = closure;

	return db_wait(db, count, &db->waited) ? 1 : 0;
}

void
db_wait_set(struct database *db)
{
	sqlite3_busy_handler(db->handle, busy_handler, db);
}

bool
db_wait(struct database *db, int count, int *waited)
{
	int most = *process_stop() == 0 ? BUSY_MILLISECONDS : INTERRUPTED_MILLISECONDS;
	int nap = naps[count < NAPS ? count : NAPS - 1];

	if (count == 0)
		*waited = 0;
	if (nap > most - *waited)
		nap = most - *waited;
	db->gave_up = nap <= 0;
	if (db->gave_up) {
		db->waited = *waited;
		return false;
	}
	sqlite3_sleep(nap); /* a signal ends it early */
	*waited += nap;
	return true;
}

int
db_waited(struct database *db)
{
	int waited = db->gave_up ? db->waited : 0;

	db->gave_up = false;
	return waited / 1000;
}

int
db_interrupted(const struct database *db, struct error *err)
{
	int number = (int)*process_stop();

	if (number == 0)
		return 0;
	return error_set(err, (enum error_code)(ERROR_SIGNAL + number), db->path,
	    "interrupted while it waited for the database");
}
