#include "database.h"

#include "database/ready.h"
#include "database/job.h"

/* The order in which jobs are handed out, on databases that SQL has made. */

#define NOW 1000
#define HOUR 3600000

static const struct ready_filter all = {.now = NOW, .first = INT64_MIN, .last = INT64_MAX};

/* Four stores: on Alpha, BETA and alpha, and on no machine that is known. Runs 1 and 2 began at
 * 100. */
static void
found(void)
{
	create();
	tamper(
	    "INSERT INTO store (id, guid, client_machine) VALUES (1, 'g1', 'Alpha'), (2, 'g2', "
	    "'BETA'),"
	    " (3, 'g3', 'alpha'), (4, 'g4', NULL);"
	    "INSERT INTO location (id, store, alias) VALUES (1, 1, 'a'), (2, 2, 'a'), (3, 3, 'a'), "
	    "(4, 4, 'a');"
	    "INSERT INTO run (id, digest, path, manifest, operator, settings, format, started_at, "
	    "state,"
	    " rows_total) VALUES (1, x'01', 'm', 'm', 'op', '', 1, 100, 1, 1),"
	    " (2, x'02', 'm', 'm', 'op', '', 1, 100, 1, 1);"
	    "INSERT INTO request (id, line, outcome, created_at) VALUES ((1 << 32) + 1, 2, 1, 1)");
}

/* A row of run 1 with this due time, and its job in the store. */
static void
add_job(int id, int store, const char *due, const char *status)
{
	char sql[512];

	snprintf(sql, sizeof(sql),
	    "INSERT INTO request (id, line, outcome, created_at, due_at) VALUES ((1 << 32) + 100 + "
	    "%d, 2, 1, 1, %s);"
	    "INSERT INTO job (id, request, location, store, status, result)"
	    " VALUES (%d, (1 << 32) + 100 + %d, %d, %d, %s, 0)",
	    id, due, id, id, store, store, status);
	tamper(sql);
}

/* What the walk gives, ids with blanks between, or its error. Static: until the next call. */
static const char *
walked(struct database *db, const struct ready_filter *filter)
{
	static char text[8192];
	struct error err = {0};
	struct ready_walk *walk = ready_walk_open(db, filter, &err);
	size_t length = 0;
	int64_t job;
	int rc = walk == NULL ? -1 : 0;

	text[0] = '\0';
	while (walk != NULL && (rc = ready_walk_next(walk, &job, &err)) == 1)
		length += (size_t)snprintf(text + length, sizeof(text) - length, "%s%lld",
		    length == 0 ? "" : " ", (long long)job);
	ready_walk_close(walk);
	if (rc == -1)
		snprintf(text, sizeof(text), "%s", err.text);
	return text;
}

/* Likewise, of a database that is opened for it. */
static const char *
walks(struct ready_filter filter)
{
	struct database *db = open_good(DB_WRITE);
	const char *text = walked(db, &filter);

	db_close(db);
	return text;
}

/* All of a table, a row a line, columns with a bar between. Static: until the next call. */
static const char *
table(const char *sql)
{
	static char text[4096];
	struct database *db = open_good(DB_READ);
	sqlite3_stmt *row = NULL;
	size_t length = 0;

	ck_assert_int_eq(sqlite3_prepare_v2(sqlite_of(db)->handle, sql, -1, &row, NULL), SQLITE_OK);
	text[0] = '\0';
	while (sqlite3_step(row) == SQLITE_ROW)
		for (int i = 0; i < sqlite3_column_count(row); i++)
			length += (size_t)snprintf(text + length, sizeof(text) - length, "%s%s",
			    i > 0         ? "|"
			    : length == 0 ? ""
					  : "\n",
			    (const char *)sqlite3_column_text(row, i));
	sqlite3_finalize(row);
	db_close(db);
	return text;
}

#define READY "SELECT machine, due_at, job FROM ready"

/* Fills in a transaction of its own. -1 and the text of the error. */
static int
fill(struct error *err)
{
	struct database *db = open_good(DB_WRITE);
	int rc = db_begin(db, err);

	ck_assert_int_eq(rc, 0);
	rc = db_ready_fill(db, err);
	if (rc == 0)
		ck_assert_int_eq(db_commit(db, err), 0);
	db_close(db);
	return rc;
}

static void
fill_good(void)
{
	struct error err = {0};

	ck_assert_msg(fill(&err) == 0, "%s", err.text);
}

/* ---- in order ------------------------------------------------------------------------------- */

START_TEST(goes_by_due_time_and_then_by_id)
{
	found();
	ck_assert_str_eq(walks(all), "");
	tamper("INSERT INTO ready VALUES ('alpha', 300, 2), ('alpha', 100, 9), ('alpha', 200, 4),"
	       " ('beta', 200, 3), ('beta', 100, 8), ('beta', 200, 5), ('', 200, 1), ('', 1000, 7),"
	       " ('', 1001, 6)");
	ck_assert_str_eq(walks(all), "8 9 1 3 4 5 2 7");
}
END_TEST

START_TEST(takes_what_is_due_at_the_time)
{
	struct ready_filter filter = all;

	found();
	tamper("INSERT INTO ready VALUES ('alpha', 999, 1), ('alpha', 1000, 2), ('alpha', 1001, 3),"
	       " ('beta', 1001, 4), ('gamma', -5, 5)");
	ck_assert_str_eq(walks(all), "5 1 2");
	filter.now = 1001;
	ck_assert_str_eq(walks(filter), "5 1 2 3 4");
	filter.now = -6;
	ck_assert_str_eq(walks(filter), "");
	filter.machine = "alpha";
	ck_assert_str_eq(walks(filter), "");
	filter.now = 999;
	ck_assert_str_eq(walks(filter), "1");
}
END_TEST

START_TEST(takes_one_machine_in_any_case)
{
	static const struct {
		const char *machine, *jobs;
	} cases[] = {{"alpha", "4 1"}, {"ALPHA", "4 1"}, {"aLpHa", "4 1"}, {"Beta", "2"}, {"", "3"},
	    {"alph", ""}, {"alphaa", ""}, {"other", ""}, {"%", ""}};
	struct ready_filter filter = all;

	found();
	tamper("INSERT INTO ready VALUES ('alpha', 300, 1), ('beta', 200, 2), ('', 100, 3),"
	       " ('alpha', 50, 4)");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		filter.machine = cases[i].machine;
		ck_assert_msg(strcmp(walks(filter), cases[i].jobs) == 0, "%s: %s", cases[i].machine,
		    walks(filter));
	}
}
END_TEST

START_TEST(takes_a_range_of_ids)
{
	struct ready_filter filter = all;

	found();
	tamper("INSERT INTO ready VALUES ('alpha', 100, 5), ('alpha', 200, 3), ('beta', 150, 4),"
	       " ('beta', 250, 2), ('beta', 260, 6)");
	filter.first = 3;
	filter.last = 5;
	ck_assert_str_eq(walks(filter), "5 4 3");
	filter.machine = "BETA";
	ck_assert_str_eq(walks(filter), "4");
	filter.first = filter.last = 7;
	ck_assert_str_eq(walks(filter), "");
}
END_TEST

/* More than are read at once, of one machine and of all; many of them are due at one time. */
#define MANY 900

static void
make_many(void)
{
	found();
	tamper("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900)"
	       " INSERT INTO ready SELECT CASE i % 3 WHEN 0 THEN 'alpha' WHEN 1 THEN 'beta' ELSE "
	       "'' END,"
	       " i / 300, i FROM n");
}

START_TEST(reads_page_after_page)
{
	struct database *db;
	struct error err = {0};
	struct ready_filter filter = all;
	struct ready_walk *walk;
	int64_t job = 0;

	make_many();
	db = open_good(DB_WRITE);
	walk = ready_walk_open(db, &filter, &err);
	for (int64_t i = 1; i <= MANY; i++) {
		ck_assert_int_eq(ready_walk_next(walk, &job, &err), 1);
		ck_assert_int_eq(job, i);
	}
	ck_assert_int_eq(ready_walk_next(walk, &job, &err), 0);
	ck_assert_int_eq(ready_walk_next(walk, &job, &err), 0);
	ready_walk_close(walk);
	filter.machine = "alpha";
	walk = ready_walk_open(db, &filter, &err);
	for (int64_t i = 3; i <= MANY; i += 3) {
		ck_assert_int_eq(ready_walk_next(walk, &job, &err), 1);
		ck_assert_int_eq(job, i);
	}
	ck_assert_int_eq(ready_walk_next(walk, &job, &err), 0);
	ready_walk_close(walk);
	ready_walk_close(NULL);
	db_close(db);
}
END_TEST

/* The caller takes each job away, and puts the odd ones back with a later due time. */
START_TEST(keeps_its_order_while_jobs_are_taken)
{
	static const char *const machines[] = {NULL, "alpha"};
	struct database *db;
	struct error err = {0};
	int64_t job = 0;

	make_many();
	db = open_good(DB_WRITE);
	for (int one = 0; one < 2; one++) {
		struct ready_filter filter = all;
		struct ready_walk *walk;

		filter.machine = machines[one];
		ck_assert_int_eq(db_begin(db, &err), 0);
		walk = ready_walk_open(db, &filter, &err);
		for (int64_t i = one ? 3 : 1; i <= MANY; i += one ? 3 : 1) {
			char sql[160];

			ck_assert_int_eq(ready_walk_next(walk, &job, &err), 1);
			ck_assert_int_eq(job, i);
			snprintf(
			    sql, sizeof(sql), "DELETE FROM ready WHERE job = %lld", (long long)job);
			if (job % 2 != 0)
				snprintf(sql, sizeof(sql),
				    "UPDATE ready SET due_at = 5000 WHERE job = %lld",
				    (long long)job);
			ck_assert_int_eq(sqlite_execute(db, sql, &err), 0);
		}
		ck_assert_int_eq(ready_walk_next(walk, &job, &err), 0);
		ready_walk_close(walk);
		db_rollback(db);
	}
	db_close(db);
}
END_TEST

START_TEST(ends_by_a_signal)
{
	volatile sig_atomic_t stop = 0;
	struct error err = {0};
	struct ready_walk *walk;
	struct database *db;
	int64_t job;

	make_many();
	db = open_good(DB_WRITE);
	db_set_stop(db, &stop);
	walk = ready_walk_open(db, &all, &err);
	ck_assert_int_eq(ready_walk_next(walk, &job, &err), 1);
	stop = SIGTERM;
	ck_assert_int_eq(ready_walk_next(walk, &job, &err), -1);
	ck_assert_int_eq(err.code, 128 + SIGTERM);
	ready_walk_close(walk);
	db_close(db);
}
END_TEST

/* ---- filling -------------------------------------------------------------------------------- */

START_TEST(fills_in_the_active_jobs)
{
	found();
	fill_good();
	ck_assert_str_eq(table(READY), "");
	add_job(1, 2, "500", "1");
	add_job(2, 1, "NULL", "1");
	add_job(3, 3, "400", "5");
	add_job(4, 4, "300", "2");
	add_job(5, 1, "1", "0");
	add_job(6, 1, "1", "3");
	add_job(7, 1, "1", "4");
	add_job(8, 1, "9", "5");
	tamper("INSERT INTO handling (job, due_at, rescheduled, attempts, claims, failures)"
	       " VALUES (8, 700, 0, 1, 0, 1), (3, NULL, 0, 1, 0, 1)");
	fill_good();
	ck_assert_str_eq(table(READY), "|300|4\nalpha|100|2\nalpha|400|3\nalpha|700|8\nbeta|500|1");
	ck_assert_str_eq(table("SELECT value FROM counter WHERE name = 'ready-to'"), "8");
}
END_TEST

START_TEST(fills_in_only_what_is_new)
{
	found();
	add_job(1, 1, "500", "1");
	add_job(2, 1, "300", "1");
	fill_good();
	/* Gone since then: they do not come back. */
	tamper("DELETE FROM ready WHERE job = 1; UPDATE ready SET due_at = 900 WHERE job = 2");
	fill_good();
	ck_assert_str_eq(table(READY), "alpha|900|2");
	add_job(7, 2, "100", "1");
	add_job(4, 1, "100", "3");
	fill_good();
	ck_assert_str_eq(table(READY), "alpha|900|2\nbeta|100|7");
	ck_assert_str_eq(table("SELECT value FROM counter WHERE name = 'ready-to'"), "7");
}
END_TEST

/* ---- leases --------------------------------------------------------------------------------- */

/* The ids of a list, with blanks between. Static: until the next call. Releases them. */
static const char *
listed(struct ready_jobs *jobs)
{
	static char text[1024];
	size_t length = 0;

	text[0] = '\0';
	for (size_t i = 0; i < jobs->count; i++)
		length += (size_t)snprintf(text + length, sizeof(text) - length, "%s%lld",
		    i == 0 ? "" : " ", (long long)jobs->ids[i]);
	ready_jobs_release(jobs);
	return text;
}

START_TEST(finds_leases_that_are_over)
{
	static const struct {
		int64_t now;
		size_t most;
		const char *jobs;
	} cases[] = {{99, 10, ""}, {100, 10, "3"}, {199, 10, "3"}, {200, 10, "3 1 2"},
	    {200, 2, "3 1"}, {1000, 10, "3 1 2 4"}, {1000, 1, "3"}, {1000, 0, ""}};
	struct ready_jobs jobs;
	struct database *db;
	struct error err = {0};

	found();
	tamper("INSERT INTO lease VALUES ('alpha', 200, 1), ('beta', 200, 2), ('zeta', 100, 3),"
	       " ('', 300, 4), ('', 1001, 5)");
	db = open_good(DB_WRITE);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ck_assert_int_eq(db_ready_lost(db, cases[i].now, cases[i].most, &jobs, &err), 0);
		ck_assert_str_eq(listed(&jobs), cases[i].jobs);
	}
	db_close(db);
}
END_TEST

/* A retry that is due when its row is has no due time of its own. */
START_TEST(finds_what_a_later_clock_has_set)
{
	struct ready_jobs jobs;
	struct database *db;
	struct error err = {0};

	found();
	add_job(1, 1, "NULL", "2"); /* leased in the future */
	add_job(2, 1, "NULL", "2"); /* leased now */
	add_job(3, 1, "NULL", "2"); /* lost */
	add_job(4, 1, "NULL", "5"); /* tried again too late */
	add_job(5, 1, "NULL", "5"); /* at the latest time that there is */
	add_job(6, 1, "3601001", "5");
	add_job(7, 1, "3601000", "5");
	add_job(8, 1, "3601001", "1"); /* that is when it is due */
	add_job(9, 1, "NULL", "5");    /* its run began too late */
	add_job(10, 1, "NULL", "3");   /* ended */
	tamper(
	    "UPDATE run SET started_at = 3601001 WHERE id = 2;"
	    "UPDATE job SET request = (2 << 32) + 1 WHERE id = 9;"
	    "INSERT INTO request (id, line, outcome, created_at) VALUES ((2 << 32) + 1, 2, 1, 1);"
	    "INSERT INTO handling (job, due_at, rescheduled, attempts, claims, failures, claim,"
	    " leased_at, lease_until) VALUES"
	    " (1, NULL, 0, 1, 1, 0, zeroblob(16), 1001, 2000),"
	    " (2, NULL, 0, 1, 1, 0, zeroblob(16), 1000, 2000),"
	    " (3, NULL, 0, 1, 1, 0, zeroblob(16), NULL, NULL),"
	    " (4, 3601001, 0, 1, 0, 1, zeroblob(16), NULL, NULL),"
	    " (5, 3601000, 0, 1, 0, 1, zeroblob(16), NULL, NULL),"
	    " (6, NULL, 0, 1, 0, 1, zeroblob(16), NULL, NULL),"
	    " (7, NULL, 0, 1, 0, 1, zeroblob(16), NULL, NULL),"
	    " (8, NULL, 1, 1, 0, 0, zeroblob(16), NULL, NULL),"
	    " (9, NULL, 0, 1, 0, 1, zeroblob(16), NULL, NULL),"
	    " (10, 9999999, 0, 1, 0, 1, zeroblob(16), 5000, 6000)");
	db = open_good(DB_WRITE);
	ck_assert_msg(db_ready_from_later_clock(db, NOW, HOUR, &jobs, &err) == 0, "%s", err.text);
	ck_assert_str_eq(listed(&jobs), "1 4 6 9");
	db_close(db);
}
END_TEST

/* ---- what is damaged ------------------------------------------------------------------------ */

#define DAMAGED(text) "the database is damaged: " text ": run `pfxreplace verify`"

START_TEST(refuses_a_row_that_cannot_be)
{
	static const struct {
		const char *sql, *machine, *text;
	} cases[] = {
	    {"INSERT INTO ready VALUES ('alpha', 5, 0)", NULL,
		DAMAGED("ready: job is 0, expected 1 to 9007199254740992")},
	    {"INSERT INTO ready VALUES ('alpha', 5, 0)", "alpha",
		DAMAGED("ready: job is 0, expected 1 to 9007199254740992")},
	    {"INSERT INTO ready VALUES ('alpha', 5, 1), ('alpha', 6, -3)", NULL,
		DAMAGED("ready: job is -3, expected 1 to 9007199254740992")},
	    {"INSERT INTO ready VALUES ('alpha', -62167219200001, 4)", "alpha",
		DAMAGED("ready: due_at is -62167219200001, expected -62167219200000 to "
			"253402300799999")},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ready_filter filter = all;

		found();
		tamper(cases[i].sql);
		filter.machine = cases[i].machine;
		ck_assert_str_eq(walks(filter), cases[i].text);
		ck_assert_int_eq(unlink("inventory.db"), 0);
	}
}
END_TEST

START_TEST(refuses_leases_and_counters_that_cannot_be)
{
	struct ready_jobs jobs;
	struct database *db;
	struct error err = {0};

	found();
	add_job(1, 1, "1", "2");
	tamper("INSERT INTO lease VALUES ('alpha', 5, 2), ('alpha', 6, 0)");
	db = open_good(DB_WRITE);
	ck_assert_int_eq(db_ready_lost(db, NOW, 1, &jobs, &err), 0);
	ck_assert_str_eq(listed(&jobs), "2");
	ck_assert_int_eq(db_ready_lost(db, NOW, 2, &jobs, &err), -1);
	assert_error(&err, ERROR_STORAGE, "inventory.db",
	    DAMAGED("job 0: id is 0, expected 1 to 9007199254740992"));
	ready_jobs_release(&jobs);
	db_close(db);
	tamper("UPDATE counter SET value = -1 WHERE name = 'ready-to'");
	ck_assert_int_eq(fill(&err), -1);
	assert_error(&err, ERROR_STORAGE, "inventory.db",
	    DAMAGED("counter: value is -1, expected 0 to 9007199254740992"));
	tamper("DELETE FROM counter WHERE name = 'ready-to'");
	ck_assert_int_eq(fill(&err), -1);
	assert_error(&err, ERROR_STORAGE, "inventory.db", DAMAGED("it has no counter ready-to"));
	tamper("INSERT INTO counter VALUES ('ready-to', 0); INSERT INTO job (id, request, "
	       "location, store,"
	       " status, result) VALUES (9007199254740993, (1 << 32) + 1, 1, 1, 1, 0)");
	ck_assert_int_eq(fill(&err), -1);
	ck_assert_int_eq(err.code, ERROR_STORAGE);
	ck_assert_str_eq(table(READY), "");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("ready");
	TCase *tests = tcase_create("ready");

	tcase_add_checked_fixture(tests, enter, leave);
	tcase_add_test(tests, goes_by_due_time_and_then_by_id);
	tcase_add_test(tests, takes_what_is_due_at_the_time);
	tcase_add_test(tests, takes_one_machine_in_any_case);
	tcase_add_test(tests, takes_a_range_of_ids);
	tcase_add_test(tests, reads_page_after_page);
	tcase_add_test(tests, keeps_its_order_while_jobs_are_taken);
	tcase_add_test(tests, ends_by_a_signal);
	tcase_add_test(tests, fills_in_the_active_jobs);
	tcase_add_test(tests, fills_in_only_what_is_new);
	tcase_add_test(tests, finds_leases_that_are_over);
	tcase_add_test(tests, finds_what_a_later_clock_has_set);
	tcase_add_test(tests, refuses_a_row_that_cannot_be);
	tcase_add_test(tests, refuses_leases_and_counters_that_cannot_be);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
