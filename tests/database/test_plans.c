#include "database.h"

#include "database/facts.h"
#include "database/inventory.h"
#include "database/list.h"
#include "database/load.h"
#include "database/purge.h"
#include "database/reconcile.h"
#include "database/verify.h"

#include "plans.h"

/*
 * No ANALYZE is ever run, so a plan depends on the schema alone: not on what is in the tables,
 * which is looked at too.
 */

static struct database *db;

#define PLAN_COUNT (sizeof(plans) / sizeof(plans[0]))

static const char *const schema[] = {
#include "schema.inc"
};

/* Each location has one job at the most: reconcile keeps temp.gathered then. */
static const char FILL[] =
    "CREATE TEMP TABLE n AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
    " WHERE i < 4000) SELECT i FROM n;"
    "INSERT INTO container SELECT i, 'container ' || i FROM n WHERE i <= 20;"
    "INSERT INTO agent(id) SELECT 'agent ' || i FROM n WHERE i <= 50;"
    "INSERT INTO store(id, guid, container, type, agent) SELECT i, 'guid ' || i, i % 20 + 1, 2,"
    " 'agent ' || (i % 50 + 1) FROM n WHERE i <= 200;"
    "INSERT INTO certificate(id, thumbprint) SELECT i, 'print ' || i FROM n WHERE i <= 2000;"
    "INSERT INTO enrollment_request SELECT i, i, 'ISSUED' FROM n WHERE i <= 500;"
    "INSERT INTO location(id, store, alias, certificate) SELECT i, i % 200 + 1, 'alias ' || i, i % "
    "1000 + 1 FROM n;"
    "INSERT INTO chain SELECT i, 1, 2000 FROM n;"
    "INSERT INTO role_permission SELECT 'role', 'operator ' || i, 'permission' FROM n"
    " WHERE i <= 100;"
    "INSERT INTO run(id, digest, path, manifest, operator, settings, format, started_at, state,"
    " rows_total) SELECT i, x'00', '/m' || i, 'm', 'operator', '', 1, 0, 1, 1000 FROM n"
    " WHERE i <= 100;"
    "INSERT INTO tally SELECT i, 'code', 'job-pending', 1, NULL FROM n WHERE i <= 100;"
    "INSERT INTO request(id, line, outcome, existing, certificate, created_at, first_job, jobs)"
    " SELECT 1 << 32 | i, i, 1, i, i + 1000, 0, 2 * i - 1, 2 FROM n WHERE i <= 1000;"
    "INSERT INTO job(id, request, location, status, result, store) SELECT i,"
    " 1 << 32 | (i + 1) / 2, i, iif(i % 2, 1, 3), iif(i % 2, 0, 2), i % 200 + 1 FROM n"
    " WHERE i <= 2000;"
    "INSERT INTO refusal(id, request, location, code, store) SELECT i, 1 << 32 | (i + 1) / 2,"
    " i, 'job-pending', i % 200 + 1 FROM n WHERE i <= 2000";

/* ---- what SQLite says of a statement --------------------------------------------------------- */

#define LINES_MOST 64

static sqlite3_stmt *
explain(const char *how, const char *text)
{
	sqlite3_stmt *compiled = NULL;
	char sql[8192];
	int length = snprintf(sql, sizeof(sql), "%s %s", how, text);

	ck_assert_int_lt(length, (int)sizeof(sql));
	ck_assert_msg(
	    sqlite3_prepare_v2(sqlite_of(db)->handle, sql, -1, &compiled, NULL) == SQLITE_OK,
	    "%s: %s", text, sqlite3_errmsg(sqlite_of(db)->handle));
	return compiled;
}

/* The plan as plans.h has it. Static: until the next call. */
static const char *
plan_of(const char *text)
{
	static char plan[4096];
	sqlite3_stmt *compiled = explain("EXPLAIN QUERY PLAN", text);
	int above[LINES_MOST] = {0}; /* the ids of the lines that the last one belongs to */
	int depth = 0;
	size_t length = 0;

	plan[0] = '\0';
	while (sqlite3_step(compiled) == SQLITE_ROW) {
		while (depth > 0 && above[depth] != sqlite3_column_int(compiled, 1))
			depth--;
		length += (size_t)snprintf(plan + length, sizeof(plan) - length, "%s%.*s%s",
		    length == 0 ? "" : "\n", depth, "........",
		    (const char *)sqlite3_column_text(compiled, 3));
		ck_assert_uint_lt(length, sizeof(plan));
		ck_assert_int_lt(depth + 1, LINES_MOST);
		above[++depth] = sqlite3_column_int(compiled, 0);
	}
	ck_assert_int_eq(sqlite3_finalize(compiled), SQLITE_OK);
	return plan;
}

/* How often the statement's program has an instruction. */
static int
count_opcode(const char *text, const char *opcode)
{
	sqlite3_stmt *compiled = explain("EXPLAIN", text);
	int count = 0;

	while (sqlite3_step(compiled) == SQLITE_ROW)
		count += strcmp((const char *)sqlite3_column_text(compiled, 1), opcode) == 0;
	ck_assert_int_eq(sqlite3_finalize(compiled), SQLITE_OK);
	return count;
}

/* Lines that go through a whole table or index. A rowset is there to be read as a whole. */
static int
count_scans(const char *plan)
{
	int count = 0;

	for (const char *line = plan; line != NULL; line = strchr(line, '\n')) {
		size_t length;

		line += strspn(line, ".\n");
		length = strcspn(line, "\n");
		if (strncmp(line, "SCAN ", 5) == 0 &&
		    memmem(line, length, " VIRTUAL TABLE ", 15) == NULL &&
		    memmem(line, length, "SCAN CONSTANT ROW", 17) == NULL)
			count++;
	}
	return count;
}

/*
 * What makes a statement unfit for the hot path, or NULL. Inserting many parents, SQLite would
 * scan the children for rows that they set right, but jumps over it (FkIfZero) while there is
 * none that violates its key: which no statement of ours leaves behind.
 */
static const char *
slowness(const char *text)
{
	const char *plan = plan_of(text);

	if (count_scans(plan) > count_opcode(text, "FkIfZero"))
		return "scans a table";
	if (strstr(plan, "USE TEMP B-TREE") != NULL || strstr(plan, "MATERIALIZE") != NULL ||
	    count_opcode(text, "SorterOpen") > 0)
		return "sorts";
	if (count_opcode(text, "OpenEphemeral") > 0)
		return "fills a temporary table";
	if (count_opcode(text, "OpenAutoindex") > 0)
		return "makes an index of its own";
	return NULL;
}

/* ---- the statements in their stages ---------------------------------------------------------- */

static const struct plan *
find_plan(const char *name)
{
	for (size_t i = 0; i < PLAN_COUNT; i++)
		if (strcmp(plans[i].name, name) == 0)
			return &plans[i];
	return NULL;
}

static enum sql
find_statement(const char *name)
{
	for (int i = 1; i < SQL_COUNT; i++)
		if (strcmp(sql_name((enum sql)i), name) == 0)
			return (enum sql)i;
	return SQL_NONE;
}

static void
for_each_of_stage(enum stage stage, void (*look)(enum sql, const struct plan *))
{
	for (int i = 1; i < SQL_COUNT; i++) {
		const struct plan *plan = find_plan(sql_name((enum sql)i));

		if (plan != NULL && plan->stage == stage)
			look((enum sql)i, plan);
	}
}

/* Every statement, with the database as it is where the statement runs. */
static void
for_each(void (*look)(enum sql, const struct plan *))
{
	static const volatile sig_atomic_t stop;
	const struct list_value filters[LIST_FILTERS] = {{NULL, 0, false}};
	struct reconciliation *reconciliation;
	struct verification *verification;
	struct error err = {0};
	struct inventory *items;
	struct list *expiring;
	struct load *load;

	for_each_of_stage(RUN, look);
	reconciliation = reconciliation_open(db, &(struct reconcile_choice){.stop = &stop}, &err);
	ck_assert_msg(reconciliation != NULL, "%s", err.text);
	for_each_of_stage(RECONCILE, look);
	reconciliation_close(reconciliation);
	expiring = list_open(db, LIST_EXPIRING, filters, &stop, &err);
	ck_assert_msg(expiring != NULL, "%s", err.text);
	for_each_of_stage(EXPIRING, look);
	list_close(expiring);
	verification = verification_open(db, &stop, &err);
	ck_assert_msg(verification != NULL, "%s", err.text);
	for_each_of_stage(VERIFY, look);
	verification_close(verification);
	load = load_begin(db, LOAD_STORES, true, &err);
	ck_assert_msg(load != NULL, "%s", err.text);
	for_each_of_stage(LOAD, look);
	load_free(load);
	items = inventory_begin(db, 0, &err);
	ck_assert_msg(items != NULL, "%s", err.text);
	for_each_of_stage(ITEMS, look);
	inventory_free(items);
	ck_assert_msg(db_purge_begin(db, &err) == 0, "%s", err.text);
	for_each_of_stage(PURGE, look);
	db_purge_end(db);
}

static void
set_up(void)
{
	struct job_facts job = {.id = 1};
	struct error err = {0};

	enter();
	create();
	db = open_good(DB_WRITE);
	/* These make temp.planned and temp.busy. */
	ck_assert_int_eq(db_plan(db, 1, &job, &err), 0);
	ck_assert_int_eq(db_active_job(db, 2, &job, &err), 0);
}

static void
tear_down(void)
{
	db_close(db);
	leave();
}

/* ---- tests ----------------------------------------------------------------------------------- */

START_TEST(knows_every_statement)
{
	for (int i = 1; i < SQL_COUNT; i++) {
		const char *name = sql_name((enum sql)i);

		ck_assert_msg(
		    find_plan(name) != NULL, "%s: tests/plans.h says no plan for it", name);
		ck_assert_msg(sql_text((enum sql)i)[0] != '\0', "%s: it is empty", name);
		ck_assert_msg(
		    find_statement(name) == (enum sql)i, "%s: two statements of one name", name);
	}
	for (size_t i = 0; i < PLAN_COUNT; i++) {
		ck_assert_msg(find_statement(plans[i].name) != SQL_NONE, "%s: no such statement",
		    plans[i].name);
		ck_assert_msg(
		    find_plan(plans[i].name) == &plans[i], "%s: two plans", plans[i].name);
	}
	ck_assert_str_eq(sql_name(SQL_NONE), "");
	ck_assert_str_eq(sql_text(SQL_NONE), "");
}
END_TEST

/* No two names for one text: each is written once. */
START_TEST(says_nothing_twice)
{
	for (int i = 1; i < SQL_COUNT; i++)
		for (int j = i + 1; j < SQL_COUNT; j++)
			ck_assert_msg(strcmp(sql_text((enum sql)i), sql_text((enum sql)j)) != 0,
			    "%s and %s are the same", sql_name((enum sql)i), sql_name((enum sql)j));
}
END_TEST

/* A script is carried out and taken back. The index is made where there is none. */
static void
look_at_script(enum sql sql)
{
	sqlite3 *handle = sqlite_of(db)->handle;

	ck_assert_int_eq(sqlite3_exec(handle, "SAVEPOINT script", NULL, NULL, NULL), SQLITE_OK);
	if (sql == SQL_INDEX_MAKE)
		ck_assert_int_eq(
		    sqlite3_exec(handle, sql_text(SQL_INDEX_DROP), NULL, NULL, NULL), SQLITE_OK);
	ck_assert_msg(sqlite3_exec(handle, sql_text(sql), NULL, NULL, NULL) == SQLITE_OK, "%s: %s",
	    sql_name(sql), sqlite3_errmsg(handle));
	ck_assert_int_eq(
	    sqlite3_exec(handle, "ROLLBACK TO script; RELEASE script", NULL, NULL, NULL),
	    SQLITE_OK);
}

static void
look_at_plan(enum sql sql, const struct plan *plan)
{
	const char *lines;

	if (plan->lines == NULL) {
		look_at_script(sql);
		return;
	}
	lines = plan_of(sql_text(sql));
	ck_assert_msg(strcmp(lines, plan->lines) == 0,
	    "%s, by SQLite %s:\n%s\nand expected was:\n%s", sql_name(sql), sqlite3_libversion(),
	    lines, plan->lines);
}

START_TEST(carries_them_out_as_meant)
{
	for_each(look_at_plan);
	tamper(FILL);
	for_each(look_at_plan);
	ck_assert_int_eq(
	    ask(db, "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'sqlite_stat%'"), 0);
	ck_assert_int_eq(ask(db, "SELECT count(*) FROM job"), 2000);
}
END_TEST

static void
look_at_speed(enum sql sql, const struct plan *plan)
{
	const char *fault = plan->rhythm == OFTEN ? slowness(sql_text(sql)) : NULL;

	ck_assert_msg(fault == NULL, "%s runs often, and %s", sql_name(sql), fault);
}

START_TEST(neither_scans_nor_sorts_often)
{
	for_each(look_at_speed);
}
END_TEST

/* A run loads these sets before it begins, however many jobs there are. The plan has no word for
 * it, but SQLite leaves out a condition that the index implies: then no row is looked up. */
START_TEST(reads_sets_from_their_index_alone)
{
	static const char *const names[] = {"active-jobs", "succeeded-jobs"};

	for (size_t i = 0; i < 2; i++) {
		const char *text = sql_text(find_statement(names[i]));

		ck_assert_int_eq(count_opcode(text, "DeferredSeek"), 1);
		ck_assert_int_eq(count_opcode(text, "Column"), 1);
		ck_assert_int_eq(count_opcode(text, "FinishSeek"), 0);
	}
}
END_TEST

/* Whether a plan uses the index; its name stands before a blank, or at the end. */
static bool
uses_index(const char *plan, const char *index)
{
	char word[128];
	const char *found;

	snprintf(word, sizeof(word), " INDEX %s", index);
	found = plan == NULL ? NULL : strstr(plan, word);
	return found != NULL && strchr(" \n", found[strlen(word)]) != NULL;
}

START_TEST(uses_every_index)
{
	sqlite3_stmt *names = NULL;
	int count = 0;

	ck_assert_int_eq(
	    sqlite3_prepare_v2(sqlite_of(db)->handle,
		"SELECT name FROM sqlite_schema WHERE type = 'index'", -1, &names, NULL),
	    SQLITE_OK);
	while (sqlite3_step(names) == SQLITE_ROW) {
		const char *name = (const char *)sqlite3_column_text(names, 0);
		size_t i = 0;

		while (i < PLAN_COUNT && !uses_index(plans[i].lines, name))
			i++;
		ck_assert_msg(i < PLAN_COUNT, "%s: no statement uses it", name);
		count++;
	}
	ck_assert_int_eq(sqlite3_finalize(names), SQLITE_OK);
	ck_assert_int_eq(count, 11);
}
END_TEST

/* A comment stands before each index that the schema makes by name. */
START_TEST(says_why_of_every_index)
{
	int count = 0;

	for (size_t i = 0; i < sizeof(schema) / sizeof(schema[0]); i++) {
		bool comment = false;

		for (const char *line = schema[i]; *line != '\0'; line += strcspn(line, "\n") + 1) {
			bool index = strncmp(line, "CREATE INDEX ", 13) == 0 ||
				     strncmp(line, "CREATE UNIQUE INDEX ", 20) == 0;

			ck_assert_msg(!index || comment, "no comment says why: %.60s", line);
			count += index;
			comment = strncmp(line, "-- ", 3) == 0;
		}
	}
	ck_assert_int_eq(count, 9);
}
END_TEST

/* ---- the tests' own eyes --------------------------------------------------------------------- */

START_TEST(sees_an_index_that_is_gone)
{
	static const char *const names[] = {"locations-of-certificates", "active-jobs"};
	struct error err = {0};

	ck_assert_int_eq(
	    sqlite_execute(db, "DROP INDEX location_certificate; DROP INDEX job_active", &err), 0);
	for (size_t i = 0; i < 2; i++)
		ck_assert_str_ne(
		    plan_of(sql_text(find_statement(names[i]))), find_plan(names[i])->lines);
	ck_assert_str_eq(plan_of(sql_text(SQL_ACTIVE_JOBS)), "SCAN job");
	ck_assert_str_eq(slowness(sql_text(SQL_ACTIVE_JOBS)), "scans a table");
}
END_TEST

START_TEST(sees_what_is_slow)
{
	static const struct {
		const char *sql;
		const char *fault; /* NULL: none */
	} cases[] = {
	    {"SELECT location FROM job WHERE id > ?1 ORDER BY id", NULL},
	    {"SELECT location FROM job WHERE id > ?1 ORDER BY location", "sorts"},
	    {"SELECT DISTINCT location FROM job WHERE id > ?1", "sorts"},
	    {"SELECT id FROM job WHERE location = ?1", "scans a table"},
	    {"SELECT id FROM request WHERE id = ?1 AND outcome IN (1, 2, 3)",
		"fills a temporary table"},
	    {"INSERT INTO job(request, location, store, status, result)"
	     " SELECT request, location, store, 1, 0 FROM rowset_job",
		NULL},
	    {"INSERT INTO job(request, location, store, status, result)"
	     " SELECT request, location, store, 1, 0 FROM rowset_job ORDER BY location",
		"sorts"},
	    {"INSERT INTO feed(id) SELECT id FROM rowset_id WHERE id NOT IN (SELECT id FROM feed)",
		"scans a table"},
	};
	struct error err = {0};

	ck_assert_int_eq(sqlite_execute(db, "CREATE TEMP TABLE feed(id INTEGER)", &err), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *fault = slowness(cases[i].sql);

		if (cases[i].fault == NULL)
			ck_assert_msg(fault == NULL, "%s: %s", cases[i].sql, fault);
		else
			ck_assert_msg(fault != NULL && strcmp(fault, cases[i].fault) == 0, "%s: %s",
			    cases[i].sql, fault == NULL ? "none" : fault);
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("plans");
	TCase *tests = tcase_create("plans");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, knows_every_statement);
	tcase_add_test(tests, says_nothing_twice);
	tcase_add_test(tests, carries_them_out_as_meant);
	tcase_add_test(tests, neither_scans_nor_sorts_often);
	tcase_add_test(tests, reads_sets_from_their_index_alone);
	tcase_add_test(tests, uses_every_index);
	tcase_add_test(tests, says_why_of_every_index);
	tcase_add_test(tests, sees_an_index_that_is_gone);
	tcase_add_test(tests, sees_what_is_slow);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
