#include "database/verify_stored.h"

#include "database/walk.h"
#include "database/sqlite/schema.h"

/* ---- the tables --------------------------------------------------------------------------- */

#define PART_BY(column, table)                                                        \
	"SELECT max(" column ") FROM (SELECT " column " FROM " table " WHERE " column \
	" > ?1 ORDER BY " column " LIMIT ?2)"
#define IN_PART(column) " WHERE " column " > ?1 AND " column " <= ?2 ORDER BY " column

/* A table that is small, and has no number to part it by, is one read. */
#define PART_WHOLE "SELECT CASE WHEN ?1 < 0 AND ?2 > 0 THEN 0 END"
#define IN_WHOLE " WHERE ?1 < ?2"

#define NO_RUN (-1)

/* The columns as they follow each other in enum stored, and no other but the last of certificate:
 * whether its names are JSON. */
static const struct stored_table {
	enum stored first, last;
	struct statement part;
	struct statement rows;
	int run;       /* the column that tells the run, or NO_RUN */
	int run_shift; /* by which it does */
} tables[] = {
    {STORED_SETTING_NAME, STORED_SETTING_VALUE, {"stored-settings-part", PART_WHOLE},
	{"stored-settings", "SELECT name, value FROM setting" IN_WHOLE}, NO_RUN, 0},
    {STORED_CONTAINER_ID, STORED_CONTAINER_NAME,
	{"stored-containers-part", PART_BY("id", "container")},
	{"stored-containers", "SELECT id, name FROM container" IN_PART("id")}, NO_RUN, 0},
    {STORED_TYPE_ID, STORED_TYPE_ADD, {"stored-types-part", PART_BY("id", "store_type")},
	{"stored-types", "SELECT id, short_name, name, entry_password, private_key_allowed,"
			 " add_supported FROM store_type" IN_PART("id")},
	NO_RUN, 0},
    {STORED_AGENT_ID, STORED_AGENT_LAST_SEEN, {"stored-agents-part", PART_WHOLE},
	{"stored-agents", "SELECT id, client_machine, status, last_seen FROM agent" IN_WHOLE},
	NO_RUN, 0},
    {STORED_STORE_ID, STORED_STORE_INVENTORIED, {"stored-stores-part", PART_BY("id", "store")},
	{"stored-stores",
	    "SELECT id, guid, container, display_name, client_machine, path, type, approved,"
	    " agent, agent_assigned, removed, inventoried_at FROM store" IN_PART("id")},
	NO_RUN, 0},
    {STORED_CERTIFICATE_ID, STORED_CERTIFICATE_REVOKED,
	{"stored-certificates-part", PART_BY("id", "certificate")},
	{"stored-certificates",
	    "SELECT id, thumbprint, serial_number, issued_dn, issuer_dn, not_before, not_after,"
	    " key_type, key_size, names, has_private_key, request, revoked_at,"
	    " names IS NULL OR json_valid(names) FROM certificate" IN_PART("id")},
	NO_RUN, 0},
    {STORED_ENROLLMENT_ID, STORED_ENROLLMENT_DISPOSITION,
	{"stored-enrollments-part", PART_BY("id", "enrollment_request")},
	{"stored-enrollments",
	    "SELECT id, certificate, disposition FROM enrollment_request" IN_PART("id")},
	NO_RUN, 0},
    {STORED_LOCATION_ID, STORED_LOCATION_CERTIFICATE,
	{"stored-locations-part", PART_BY("id", "location")},
	{"stored-locations", "SELECT id, store, alias, certificate FROM location" IN_PART("id")},
	NO_RUN, 0},
    {STORED_CHAIN_LOCATION, STORED_CHAIN_CERTIFICATE,
	{"stored-chains-part", PART_BY("location", "chain")},
	{"stored-chains", "SELECT location, level, certificate FROM chain" IN_PART("location")},
	NO_RUN, 0},
    {STORED_ROLE, STORED_ROLE_PERMISSION, {"stored-roles-part", PART_WHOLE},
	{"stored-roles", "SELECT role, operator, permission FROM role_permission" IN_WHOLE}, NO_RUN,
	0},
    {STORED_RUN_ID, STORED_RUN_LAST_DUE, {"stored-runs-part", PART_BY("id", "run")},
	{"stored-runs",
	    "SELECT id, digest, path, manifest, operator, reference, mends, settings, format,"
	    " started_at, finished_at, state, rows_total, offset, line, rows_read, succeeded,"
	    " partial, failed, rejected, skipped, jobs_created, jobs_refused, jobs_superseded,"
	    " jobs_later, first_due, last_due FROM run" IN_PART("id")},
	0, 0},
    {STORED_TALLY_RUN, STORED_TALLY_LINES, {"stored-tallies-part", PART_BY("run", "tally")},
	{"stored-tallies", "SELECT run, kind, name, count, lines FROM tally" IN_PART("run")}, 0, 0},
    {STORED_REQUEST_ID, STORED_REQUEST_OFFSET, {"stored-requests-part", PART_BY("id", "request")},
	{"stored-requests",
	    "SELECT id, line, outcome, existing, certificate, request, job_time, due_at,"
	    " created_at, first_job, jobs, first_refusal, refusals, messages, password, offset"
	    " FROM request" IN_PART("id")},
	0, 32},
    {STORED_JOB_ID, STORED_JOB_STORE, {"stored-jobs-part", PART_BY("id", "job")},
	{"stored-jobs", "SELECT id, request, location, status, result, completed_at, message,"
			" cancelled_by, store FROM job" IN_PART("id")},
	1, 32},
    {STORED_REFUSAL_ID, STORED_REFUSAL_STORE, {"stored-refusals-part", PART_BY("id", "refusal")},
	{"stored-refusals",
	    "SELECT id, request, location, code, text, store FROM refusal" IN_PART("id")},
	1, 32},
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
	struct stored_value id = walk_value(row, 0);
	struct stored_fault place = {.table = rule->table};

	/* Only an id column is called so, and names its own table. */
	place.has_id = rule->refers != NULL && id.type == VALUE_IS_INTEGER && rule->name[0] == 'i';
	place.id = place.has_id ? id.integer : 0;
	if (table->run != NO_RUN)
		place.run = walk_integer(row, table->run) >> table->run_shift;
	return place;
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
		struct stored_value value = walk_value(row, i);

		if (stored_takes(rule, &value))
			continue;
		stored_describe(rule, &value, text, sizeof(text));
		if (taker->take(taker->closure, &fault) == -1)
			return -1;
	}
	if (table->first != STORED_CERTIFICATE_ID || walk_integer(row, count) != 0)
		return 0;
	fault.text = "names is no JSON";
	return taker->take(taker->closure, &fault);
}

int
verify_stored(struct database *db, size_t table, const volatile sig_atomic_t *stop,
    int (*take)(void *, const struct stored_fault *), void *closure, struct error *err)
{
	const struct stored_taker taker = {take, closure};
	struct walk walk;
	int rc;

	walk_init(&walk, db, &tables[table].part, &tables[table].rows, stop);
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
take_difference(void *closure, const struct schema_difference *difference)
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
	int rc = schema_compare(db, take_difference, &taker, err);

	return taker.failed ? -1 : rc;
}
