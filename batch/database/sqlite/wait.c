#include "database/sqlite/wait.h"

#include "program/process.h"

/* Short at first, and never longer than turn.c counts on. As SQLite's own. */
static const int naps[] = {1, 2, 5, 10, 15, 20, 25, 25, 25, 50, 50, 100};
#define NAPS ((int)(sizeof(naps) / sizeof(naps[0])))

/* A chunk that was finished because of a signal may meet somebody who reads for a moment. */
#define INTERRUPTED_MILLISECONDS 500

static int
busy_handler(void *closure, int count)
{
	struct inventory *inventory = closure;

	return inventory_wait(inventory, count, &inventory->waited) ? 1 : 0;
}

void
inventory_wait_set(struct inventory *inventory)
{
	sqlite3_busy_handler(inventory->db, busy_handler, inventory);
}

bool
inventory_wait(struct inventory *inventory, int count, int *waited)
{
	int most = *process_stop() == 0 ? BUSY_MILLISECONDS : INTERRUPTED_MILLISECONDS;
	int nap = naps[count < NAPS ? count : NAPS - 1];

	if (count == 0)
		*waited = 0;
	if (nap > most - *waited)
		nap = most - *waited;
	inventory->gave_up = nap <= 0;
	if (inventory->gave_up) {
		inventory->waited = *waited;
		return false;
	}
	sqlite3_sleep(nap); /* a signal ends it early */
	*waited += nap;
	return true;
}

int
inventory_waited(struct inventory *inventory)
{
	int waited = inventory->gave_up ? inventory->waited : 0;

	inventory->gave_up = false;
	return waited / 1000;
}

int
inventory_interrupted(const struct inventory *inventory, struct error *err)
{
	int number = (int)*process_stop();

	if (number == 0)
		return 0;
	return error_set(err, (enum error_code)(ERROR_SIGNAL + number), inventory->path, 0, NULL,
	    "interrupted while it waited for the database");
}
