#include "database/verify_stored.h"

#include "database/walk_private.h"

/* ---- the tables --------------------------------------------------------------------------- */

#define NO_RUN (-1)

/* The columns as they follow each other in enum stored, and no other but the last of certificate:
 * whether its names are JSON. */
static const struct stored_table {
	enum stored first, last;
	enum sql page_end;
	enum sql rows;
	int run;       /* the column that has the run, or NO_RUN */
	int run_shift; /* by which it does */
} tables[] = {
    {STORED_SETTING_NAME, STORED_SETTING_VALUE, SQL_PAGE_OF_ALL, SQL_STORED_SETTINGS, NO_RUN, 0},
    {STORED_CONTAINER_ID, STORED_CONTAINER_NAME, SQL_PAGE_OF_CONTAINERS, SQL_STORED_CONTAINERS,
	NO_RUN, 0},
    {STORED_TYPE_ID, STORED_TYPE_ADD, SQL_PAGE_OF_TYPES, SQL_STORED_TYPES, NO_RUN, 0},
    {STORED_AGENT_ID, STORED_AGENT_LAST_SEEN, SQL_PAGE_OF_ALL, SQL_STORED_AGENTS, NO_RUN, 0},
    {STORED_STORE_ID, STORED_STORE_UNREADABLE_TEXT, SQL_PAGE_OF_STORES, SQL_STORED_STORES, NO_RUN,
	0},
    {STORED_CERTIFICATE_ID, STORED_CERTIFICATE_CURVE, SQL_PAGE_OF_CERTIFICATES,
	SQL_STORED_CERTIFICATES, NO_RUN, 0},
    {STORED_ENROLLMENT_ID, STORED_ENROLLMENT_DISPOSITION, SQL_PAGE_OF_ENROLLMENTS,
	SQL_STORED_ENROLLMENTS, NO_RUN, 0},
    {STORED_LOCATION_ID, STORED_LOCATION_KEY_MISMATCH, SQL_PAGE_OF_LOCATIONS, SQL_STORED_LOCATIONS,
	NO_RUN, 0},
    {STORED_CHAIN_LOCATION, STORED_CHAIN_CERTIFICATE, SQL_PAGE_OF_CHAINS, SQL_STORED_CHAINS, NO_RUN,
	0},
    {STORED_ROLE, STORED_ROLE_PERMISSION, SQL_PAGE_OF_ALL, SQL_STORED_ROLES, NO_RUN, 0},
    {STORED_RUN_ID, STORED_RUN_TRUST, SQL_PAGE_OF_RUNS, SQL_STORED_RUNS, 0, 0},
    {STORED_TALLY_RUN, STORED_TALLY_LINES, SQL_PAGE_OF_TALLIES, SQL_STORED_TALLIES, 0, 0},
    {STORED_REQUEST_ID, STORED_REQUEST_OFFSET, SQL_PAGE_OF_REQUESTS, SQL_STORED_REQUESTS, 0, 32},
    {STORED_JOB_ID, STORED_JOB_PROVEN, SQL_PAGE_OF_JOBS, SQL_STORED_JOBS, 1, 32},
    {STORED_REFUSAL_ID, STORED_REFUSAL_STORE, SQL_PAGE_OF_REFUSALS, SQL_STORED_REFUSALS, 1, 32},
    {STORED_RENUMBERED_ID, STORED_RENUMBERED_CERTIFICATE, SQL_PAGE_OF_RENUMBERED,
	SQL_STORED_RENUMBERED, NO_RUN, 0},
    {STORED_GIVEN_REQUEST, STORED_GIVEN_CERTIFICATE, SQL_PAGE_OF_GIVEN, SQL_STORED_GIVEN, 0, 32},
    {STORED_HANDLING_JOB, STORED_HANDLING_UNTIL, SQL_PAGE_OF_HANDLING, SQL_STORED_HANDLING, NO_RUN,
	0},
    {STORED_READY_MACHINE, STORED_READY_JOB, SQL_PAGE_OF_ALL, SQL_STORED_READY, NO_RUN, 0},
    {STORED_LEASE_MACHINE, STORED_LEASE_JOB, SQL_PAGE_OF_ALL, SQL_STORED_LEASES, NO_RUN, 0},
    {STORED_EVENT_JOB, STORED_EVENT_MESSAGE, SQL_PAGE_OF_EVENTS, SQL_STORED_EVENTS, NO_RUN, 0},
    {STORED_COUNTER_NAME, STORED_COUNTER_VALUE, SQL_PAGE_OF_ALL, SQL_STORED_COUNTERS, NO_RUN, 0},
    {STORED_DATA_KEY_OWNER, STORED_DATA_KEY_SEALED, SQL_PAGE_OF_ALL, SQL_STORED_DATA_KEYS, NO_RUN,
	0},
};

size_t
verify_stored_tables(void)
{
	return sizeof(tables) / sizeof(tables[0]);
}

/* ---- values ------------------------------------------------------------------------------- */

struct stored_taker {
	int (*take)(void *, const struct stored_fault *);
	void *closure;
};

/* Where the row is: its id where it has one, and its run. */
static struct stored_fault
stored_place(const struct stored_table *table, const struct walk *row)
{
	const struct stored_rule *rule = stored_rule(table->first);
	struct db_value id = walk_value(row, 0);
	struct stored_fault place = {.table = rule->table};

	/* Only an id column is called so, and names its own table. */
	place.has_id = rule->refers != NULL && id.type == DB_INTEGER && rule->name[0] == 'i';
	place.id = place.has_id ? id.integer : 0;
	if (table->run != NO_RUN)
		place.run = walk_integer(row, table->run) >> table->run_shift;
	return place;
}

/* What is wrong with a row as a whole; NULL: nothing, or its values are of other types. */
static const char *
stored_row_fault(const struct stored_table *table, const struct walk *row)
{
	const int tried = STORED_STORE_TRIED - STORED_STORE_ID;
	const int unreadable = STORED_STORE_UNREADABLE - STORED_STORE_ID;

	switch (table->first) {
	case STORED_CERTIFICATE_ID:
		return walk_integer(row, (int)(table->last - table->first) + 1) == 0
			   ? "names is no JSON"
			   : NULL;
	case STORED_STORE_ID:
		return walk_null(row, unreadable) || walk_text(row, unreadable) != NULL
			   ? stored_try_fault(!walk_null(row, tried), walk_text(row, unreadable))
			   : NULL;
	default:
		return NULL;
	}
}

static int
verify_stored_row(
    const struct stored_table *table, const struct walk *row, const struct stored_taker *taker)
{
	struct stored_fault fault = stored_place(table, row);
	int count = (int)(table->last - table->first) + 1;
	char text[256];

	fault.text = text;
	for (int i = 0; i < count; i++) {
		const struct stored_rule *rule = stored_rule((enum stored)((int)table->first + i));
		struct db_value value = walk_value(row, i);

		if (stored_takes(rule, &value))
			continue;
		stored_describe(rule, &value, text, sizeof(text));
		if (taker->take(taker->closure, &fault) == -1)
			return -1;
	}
	fault.text = stored_row_fault(table, row);
	return fault.text == NULL ? 0 : taker->take(taker->closure, &fault);
}

int
verify_stored(struct database *db, size_t table, int (*take)(void *, const struct stored_fault *),
    void *closure, struct error *err)
{
	const struct stored_taker taker = {take, closure};
	struct walk walk;
	int rc;

	walk_init(&walk, db, tables[table].page_end, tables[table].rows, db->stop);
	while ((rc = walk_next(&walk, err)) == 1)
		if (verify_stored_row(&tables[table], &walk, &taker) == -1) {
			rc = -1;
			break;
		}
	walk_release(&walk);
	return rc;
}

/* ---- the schema --------------------------------------------------------------------------- */

struct schema_taker {
	int (*take)(void *, enum schema_kind, const struct stored_fault *);
	void *closure;
	bool failed;
};

static int
stored_take_difference(void *closure, const struct schema_difference *difference)
{
	struct schema_taker *taker = closure;
	char text[512];
	const struct stored_fault fault = {.table = difference->table, .text = text};

	schema_describe(difference, text, sizeof(text));
	taker->failed = taker->take(taker->closure, difference->kind, &fault) == -1;
	return taker->failed;
}

int
verify_schema_differences(struct database *db,
    int (*take)(void *, enum schema_kind, const struct stored_fault *), void *closure,
    struct error *err)
{
	struct schema_taker taker = {take, closure, false};
	int rc = db->engine->compare(db, stored_take_difference, &taker, err);

	return taker.failed ? -1 : rc;
}
