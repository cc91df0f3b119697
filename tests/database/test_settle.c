#include "database.h"

#include "database/inventory.h"
#include "database/settle.h"

/*
 * The jobs whose certificate an inventory shows, and what is written of them. Certificate 101 is
 * replaced by 201; the inventory is taken at AT, jobs were made at 1000 unless said otherwise.
 */

#define OLD 101
#define NEW 201
#define AT 5000
#define PRINT "00112233445566778899AABBCCDDEEFF00112233"

static struct database *db;
static struct inventory *inventory;

/* Stores 1 and 2, run 1, certificates; a row of the run has all jobs of a test. */
static void
found(void)
{
	create();
	tamper("INSERT INTO store (id, guid, client_machine) VALUES (1, "
	       "'11111111-1111-4111-8111-111111111111', 'Alpha'), (2, "
	       "'22222222-2222-4222-8222-222222222222', "
	       "NULL);"
	       "INSERT INTO certificate (id, thumbprint) VALUES (101, '" PRINT
	       "'), (201, NULL), (301, NULL);"
	       "INSERT INTO run (id, digest, path, manifest, operator, settings, format, "
	       "started_at, state,"
	       " rows_total) VALUES (1, x'01', 'm', 'm', 'op', '', 1, 100, 1, 1);"
	       "INSERT INTO request (id, line, outcome, existing, certificate, created_at, "
	       "first_job, jobs)"
	       " VALUES ((1 << 32) + 1, 2, 1, 101, 201, 1000, 1, 5000);"
	       "UPDATE counter SET value = 1000000 WHERE name = 'ready-to'");
}

/* Locations 1 to `count` of store 1, aliases "a1" and on, with the old certificate. */
static void
add_locations(int count)
{
	char sql[256];

	snprintf(sql, sizeof(sql),
	    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
	    " INSERT INTO location (id, store, alias, certificate) SELECT i, 1, 'a' || i, 101 FROM "
	    "n",
	    count);
	tamper(sql);
}

/* A job at the location of store 1 of the same id. */
static void
add_job(int id, int status, int result, const char *proven)
{
	char sql[512];

	snprintf(sql, sizeof(sql),
	    "INSERT INTO job (id, request, location, store, status, result, proven_at)"
	    " VALUES (%d, (1 << 32) + 1, %d, 1, %d, %d, %s)",
	    id, id, status, result, proven);
	tamper(sql);
}

/* Begins an inventory; its items are added, then it is merged. */
static void
begin(void)
{
	struct error err = {0};

	db = open_good(DB_WRITE);
	inventory = inventory_begin(db, 2 * AT, &err);
	ck_assert_msg(inventory != NULL, "%s", err.text);
}

static void
add_item(int64_t store, const char *alias, int64_t certificate, int64_t at)
{
	const struct inventory_item item = {.store = store,
	    .alias = alias,
	    .alias_length = alias == NULL ? 0 : strlen(alias),
	    .certificate = certificate,
	    .at = at};
	struct error err = {0};

	ck_assert_msg(inventory_add(inventory, &item, &err) == 0, "%s", err.text);
}

static void
tell(void *closure, const struct inventory_finding *finding)
{
	(void)closure;
	ck_assert_int_eq(finding->kind, INVENTORY_OLDER);
}

static void
merge(void)
{
	struct inventory_counts counts = {0};
	struct error err = {0};

	ck_assert_msg(inventory_merge(inventory, tell, NULL, &counts, &err) == 0, "%s", err.text);
	ck_assert_uint_eq(counts.faults, 0);
}

static void
end(void)
{
	inventory_free(inventory);
	db_close(db);
}

/* What is settled, "JOB" or "JOB leftover", with commas between, or the error. Static: until the
 * next call. */
static const char *
settled(void)
{
	static char text[65536];
	struct error err = {0};
	const struct settle_job *jobs;
	struct settlement *settlement = settlement_open(inventory, &err);
	size_t count, length = 0;
	int rc = settlement == NULL ? -1 : 0;

	text[0] = '\0';
	while (settlement != NULL && (rc = settlement_next(settlement, &jobs, &count, &err)) == 1) {
		ck_assert_uint_ge(count, 1);
		ck_assert_uint_le(count, SETTLE_PAGE);
		for (size_t i = 0; i < count; i++)
			length += (size_t)snprintf(text + length, sizeof(text) - length, "%s%lld%s",
			    length == 0 ? "" : ", ", (long long)jobs[i].job.id,
			    jobs[i].is_leftover ? " leftover" : "");
	}
	settlement_close(settlement);
	if (rc == -1)
		snprintf(text, sizeof(text), "%s", err.text);
	return text;
}

/* ---- which ---------------------------------------------------------------------------------- */

/* Ended jobs first, by location; then the active ones, by id. Cancelled ones, those that are proven
 * and have ended, and one of no known status are none of them. */
START_TEST(gives_jobs_that_are_active_or_not_proven)
{
	static const struct {
		int status, result;
		const char *proven;
	} jobs[] = {{1, 0, "NULL"}, {2, 0, "NULL"}, {5, 4, "NULL"}, {3, 2, "NULL"}, {3, 3, "NULL"},
	    {3, 4, "NULL"}, {4, 2, "NULL"}, {4, 3, "NULL"}, {4, 4, "NULL"}, {4, 0, "NULL"},
	    {3, 2, "3000"}, {4, 4, "3000"}, {0, 0, "NULL"}, {2, 0, "3000"}, {5, 4, "3000"}};
	int count = (int)(sizeof(jobs) / sizeof(jobs[0]));
	char alias[16];

	found();
	add_locations(count);
	for (int i = 0; i < count; i++)
		add_job(i + 1, jobs[i].status, jobs[i].result, jobs[i].proven);
	begin();
	for (int i = 1; i <= count; i++) {
		snprintf(alias, sizeof(alias), "a%d", i);
		add_item(1, alias, NEW, AT);
	}
	merge();
	ck_assert_str_eq(settled(), "4, 5, 6, 7, 8, 9, 1, 2, 3, 14, 15");
	end();
}
END_TEST

START_TEST(gives_nothing_where_there_is_nothing)
{
	found();
	begin();
	add_item(1, NULL, 0, AT);
	merge();
	ck_assert_str_eq(settled(), "");
	end();
	add_locations(2);
	add_job(1, 1, 0, "NULL");
	add_job(2, 3, 2, "NULL");
	begin(); /* another store */
	add_item(2, "a1", NEW, AT);
	merge();
	ck_assert_str_eq(settled(), "");
	end();
	begin(); /* what it was to replace, and another one */
	add_item(1, "a1", OLD, AT);
	add_item(1, "a2", 301, AT);
	merge();
	ck_assert_str_eq(settled(), "");
	end();
	begin(); /* as old as the job */
	add_item(1, "a1", NEW, 1000);
	add_item(1, "a2", NEW, 1000);
	merge();
	ck_assert_str_eq(settled(), "");
	end();
	tamper("UPDATE store SET inventoried_at = 5001 WHERE id = 1;"
	       "UPDATE location SET certificate = 201");
	begin(); /* older than what is known: not taken */
	add_item(1, "a1", NEW, AT);
	add_item(1, "a2", NEW, AT);
	merge();
	ck_assert_str_eq(settled(), "");
	end();
	settlement_close(NULL);
}
END_TEST

/* Two jobs a location: one of two pages of ended ones, and an active one. */
#define MANY 1203

START_TEST(gives_each_job_once_over_many_pages)
{
	static bool met[2 * MANY + 1];
	const struct settle_job *jobs;
	struct settlement *settlement;
	struct error err = {0};
	size_t count, pages = 0, total = 0;
	char alias[16];
	int rc;

	found();
	add_locations(MANY);
	tamper("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1203)"
	       " INSERT INTO job (id, request, location, store, status, result)"
	       " SELECT i, (1 << 32) + 1, i, 1, 3, 4 FROM n"
	       " UNION ALL SELECT 1203 + i, (1 << 32) + 1, i, 1, 1, 0 FROM n");
	begin();
	for (int i = 1; i <= MANY; i++) {
		snprintf(alias, sizeof(alias), "a%d", i);
		add_item(1, alias, i % 7 == 0 ? OLD : NEW, AT);
	}
	merge();
	settlement = settlement_open(inventory, &err);
	ck_assert_msg(settlement != NULL, "%s", err.text);
	while ((rc = settlement_next(settlement, &jobs, &count, &err)) == 1) {
		pages++;
		ck_assert_uint_le(count, SETTLE_PAGE);
		for (size_t i = 0; i < count; i++, total++) {
			const struct job_record *job = &jobs[i].job;

			ck_assert_int_le(job->id, 2 * MANY);
			ck_assert_msg(!met[job->id], "job %lld comes twice", (long long)job->id);
			ck_assert_int_ne(job->location % 7, 0);
			ck_assert_int_eq(jobs[i].inventoried_at, AT);
			met[job->id] = true;
		}
	}
	ck_assert_msg(rc == 0, "%s", err.text);
	ck_assert_uint_ge(pages, 6);
	ck_assert_uint_eq(total, 2 * (MANY - MANY / 7));
	ck_assert_int_eq(settlement_next(settlement, &jobs, &count, &err), 0);
	settlement_close(settlement);
	end();
}
END_TEST

/* ---- there, and leftovers ------------------------------------------------------------------- */

START_TEST(looks_in_the_store_where_the_alias_is_gone)
{
	found();
	add_locations(2);
	add_job(1, 1, 0, "NULL");
	begin();
	add_item(1, "elsewhere", NEW, AT);
	add_item(1, "a2", 301, AT);
	merge();
	ck_assert_str_eq(settled(), "1");
	end();
	begin(); /* the alias is there: what is elsewhere says nothing */
	add_item(1, "elsewhere", NEW, AT);
	add_item(1, "a1", 301, AT);
	merge();
	ck_assert_str_eq(settled(), "");
	end();
	begin(); /* nor does what is in another store */
	add_item(1, NULL, 0, AT);
	add_item(2, "a1", NEW, AT);
	merge();
	ck_assert_str_eq(settled(), "");
	end();
}
END_TEST

START_TEST(knows_a_leftover)
{
	found();
	add_locations(3);
	add_job(1, 1, 0, "NULL");
	begin(); /* the old one stays at an alias that has no job */
	add_item(1, "a1", NEW, AT);
	add_item(1, "a2", OLD, AT);
	merge();
	ck_assert_str_eq(settled(), "1 leftover");
	end();
	add_job(2, 1, 0, "NULL"); /* it has one now, which will see to it */
	begin();
	add_item(1, "a1", NEW, AT);
	add_item(1, "a2", OLD, AT);
	merge();
	ck_assert_str_eq(settled(), "1");
	end();
	tamper("UPDATE job SET status = 3, result = 4 WHERE id = 2"); /* that has ended */
	begin();
	add_item(1, "a1", NEW, AT);
	add_item(1, "a2", OLD, AT);
	merge();
	ck_assert_str_eq(settled(), "1 leftover");
	end();
	tamper("UPDATE job SET status = 3, result = 2 WHERE id = 1"); /* an ended job likewise */
	begin();
	add_item(1, "a1", NEW, AT);
	add_item(1, "a2", OLD, AT);
	merge();
	ck_assert_str_eq(settled(), "1 leftover");
	end();
	tamper("UPDATE job SET status = 1, result = 0 WHERE id = 2");
	begin();
	add_item(1, "a1", NEW, AT);
	add_item(1, "a2", OLD, AT);
	merge();
	ck_assert_str_eq(settled(), "1");
	end();
	begin(); /* in another store it is none; and the other job's alias is gone */
	add_item(1, "a1", NEW, AT);
	add_item(2, "b", OLD, AT);
	merge();
	ck_assert_str_eq(settled(), "1, 2");
	end();
}
END_TEST

/* An alias that is the old one's thumbprint stays as it is: the new one comes beside it. The job's
 * own alias is a leftover then, whatever jobs there are. */
START_TEST(takes_an_alias_that_is_a_thumbprint)
{
	static const char *const aliases[] = {PRINT, "00112233445566778899aabbccddeeff00112233"};

	for (size_t i = 0; i < 2; i++) {
		char sql[160];

		found();
		snprintf(sql, sizeof(sql),
		    "INSERT INTO location (id, store, alias, certificate) VALUES (1, 1, '%s', 101)",
		    aliases[i]);
		tamper(sql);
		add_job(1, 1, 0, "NULL");
		begin();
		add_item(1, aliases[i], OLD, AT);
		add_item(1, "ffff", NEW, AT);
		merge();
		ck_assert_str_eq(settled(), "1 leftover");
		end();
		begin();
		add_item(1, "ffff", NEW, AT);
		merge();
		ck_assert_str_eq(settled(), "1");
		end();
		ck_assert_int_eq(unlink("inventory.db"), 0);
	}
}
END_TEST

START_TEST(leaves_a_run_that_is_being_purged)
{
	found();
	add_locations(1);
	add_job(1, 3, 4, "NULL");
	tamper("UPDATE run SET state = 3");
	begin();
	add_item(1, "a1", NEW, AT);
	merge();
	ck_assert_str_eq(settled(), "");
	end();
}
END_TEST

/* ---- writing -------------------------------------------------------------------------------- */

/* A value of the database in the transaction, as text. Static: until the next call. */
static const char *
value(const char *sql)
{
	static char text[1024];
	sqlite3_stmt *row = NULL;

	ck_assert_msg(sqlite3_prepare_v2(sqlite_of(db)->handle, sql, -1, &row, NULL) == SQLITE_OK,
	    "%s", sqlite3_errmsg(sqlite_of(db)->handle));
	ck_assert_int_eq(sqlite3_step(row), SQLITE_ROW);
	snprintf(text, sizeof(text), "%s",
	    sqlite3_column_text(row, 0) == NULL ? "" : (const char *)sqlite3_column_text(row, 0));
	sqlite3_finalize(row);
	return text;
}

#define JOBS                                                                  \
	"SELECT group_concat(id || ':' || status || '/' || result || ' ' || " \
	"coalesce(completed_at, '-')"                                         \
	" || ' ' || coalesce(proven_at, '-'), ', ') FROM job"

/* Job 1 waits, 2 was handed out and its lease is over, 3 has failed: all are done and proven, and
 * nothing of them waits any more; the password of their row goes with the last of them. */
START_TEST(writes_what_has_changed)
{
	static const struct job_event event = {
	    .word = "inventory", .at = 7000, .operator_name = "op"};
	struct settle_change changes[3];
	struct settlement *settlement;
	const struct settle_job *jobs;
	struct error err = {0};
	size_t count;

	found();
	add_locations(3);
	add_job(1, 1, 0, "NULL");
	add_job(2, 2, 0, "NULL");
	add_job(3, 3, 4, "NULL");
	tamper("INSERT INTO ready VALUES ('alpha', 100, 1);"
	       "INSERT INTO lease VALUES ('alpha', 6000, 2);"
	       "INSERT INTO handling VALUES (2, NULL, 0, 1, 1, 0, zeroblob(16), 5500, 6000);"
	       "INSERT INTO job_event VALUES (2, 1, 5500, 'claim', 'op', zeroblob(16), 2, 0, NULL);"
	       "UPDATE request SET password = x'00', jobs = 3");
	begin();
	add_item(1, "a1", NEW, AT);
	add_item(1, "a2", NEW, AT);
	add_item(1, "a3", NEW, AT);
	merge();
	settlement = settlement_open(inventory, &err);
	ck_assert_int_eq(settlement_next(settlement, &jobs, &count, &err), 1);
	ck_assert_uint_eq(count, 1);
	ck_assert(jobs[0].has_password);
	changes[0] = (struct settle_change){&jobs[0], jobs[0].job.is};
	changes[0].after.proven_at = AT;
	ck_assert_int_eq(settlement_write(settlement, changes, 1, &event, &err), 0);
	ck_assert_str_eq(value(JOBS), "1:1/0 - -, 2:2/0 - -, 3:3/4 - 5000");
	ck_assert_int_eq(settlement_next(settlement, &jobs, &count, &err), 1);
	ck_assert_uint_eq(count, 2);
	for (size_t i = 0; i < 2; i++) {
		changes[i] = (struct settle_change){&jobs[i], jobs[i].job.is};
		changes[i].after.status = JOB_COMPLETED;
		changes[i].after.result = RESULT_SUCCESS;
		changes[i].after.completed_at = 7000;
		changes[i].after.proven_at = AT;
		changes[i].after.lease_until = changes[i].after.leased_at = 0;
	}
	ck_assert_int_eq(settlement_write(settlement, changes, 2, &event, &err), 0);
	ck_assert_str_eq(value(JOBS), "1:3/2 7000 5000, 2:3/2 7000 5000, 3:3/4 - 5000");
	/* The failed one may be tried again: it may need the password. */
	ck_assert_str_eq(value("SELECT count(*) FROM request WHERE length(password) > 0"), "1");
	ck_assert_str_eq(value("SELECT count(*) FROM ready"), "0");
	ck_assert_str_eq(value("SELECT count(*) FROM lease"), "0");
	ck_assert_str_eq(value("SELECT group_concat(job || '.' || number || ' ' || event || ' ' || "
			       "at || ' ' || operator"
			       " || ' ' || status || '/' || result, ', ') FROM job_event"),
	    "1.1 inventory 7000 op 3/2, 2.1 claim 5500 op 2/0, 2.2 inventory 7000 op 3/2, 3.1 "
	    "inventory 7000"
	    " op 3/4");
	ck_assert_str_eq(
	    value("SELECT attempts || coalesce(lease_until, '-') FROM handling"), "1-");
	ck_assert_int_eq(settlement_next(settlement, &jobs, &count, &err), 0);
	settlement_close(settlement);
	end();
}
END_TEST

START_TEST(destroys_a_password_that_no_job_needs)
{
	static const struct job_event event = {
	    .word = "inventory", .at = 7000, .operator_name = "op"};
	struct settle_change changes[2];
	struct settlement *settlement;
	const struct settle_job *jobs;
	struct error err = {0};
	size_t count;

	found();
	add_locations(2);
	add_job(1, 1, 0, "NULL");
	add_job(2, 1, 0, "NULL");
	tamper("UPDATE request SET password = x'00', jobs = 2");
	begin();
	add_item(1, "a1", NEW, AT);
	add_item(1, "a2", NEW, AT);
	merge();
	settlement = settlement_open(inventory, &err);
	ck_assert_int_eq(settlement_next(settlement, &jobs, &count, &err), 1);
	ck_assert_uint_eq(count, 2);
	for (size_t i = 0; i < 2; i++) {
		changes[i] = (struct settle_change){&jobs[i], jobs[i].job.is};
		changes[i].after.status = JOB_COMPLETED;
		changes[i].after.result = RESULT_SUCCESS;
	}
	ck_assert_int_eq(settlement_write(settlement, changes, 1, &event, &err), 0);
	ck_assert_str_eq(value("SELECT count(*) FROM request WHERE length(password) > 0"), "1");
	ck_assert_int_eq(settlement_write(settlement, changes + 1, 1, &event, &err), 0);
	ck_assert_str_eq(value("SELECT count(*) FROM request WHERE length(password) > 0"), "0");
	settlement_close(settlement);
	end();
}
END_TEST

/* ---- what is damaged ------------------------------------------------------------------------ */

#define DAMAGED(text) "the database is damaged: " text ": run `pfxreplace verify`"

START_TEST(refuses_a_row_that_cannot_be)
{
	static const struct {
		const char *sql, *text;
	} cases[] = {
	    {"UPDATE job SET location = 0 WHERE id = 1",
		DAMAGED("job 1: location is 0, expected 1 to 4294967296")},
	    {"UPDATE job SET location = 4294967297 WHERE id = 2",
		DAMAGED("job 2: location is 4294967297, expected 1 to 4294967296")},
	    {"UPDATE request SET existing = 2147483648",
		DAMAGED("request 4294967297: existing is 2147483648, expected 0 to 2147483647, or "
			"NULL")},
	    {"UPDATE job SET completed_at = 253402300800000 WHERE id = 1",
		DAMAGED("job 1: completed_at is 253402300800000, expected -62167219200000 to "
			"253402300799999, or NULL")},
	    {"INSERT INTO handling VALUES (1, NULL, 0, 1, 1, 0, x'01', 5500, 6000)",
		DAMAGED(
		    "handling: claim is a blob of 1 bytes, expected a blob of 16 bytes, or NULL")},
	    {"DELETE FROM counter WHERE name = 'ready-to'", DAMAGED("it has no counter ready-to")},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		found();
		add_locations(2);
		add_job(1, 1, 0, "NULL");
		add_job(2, 3, 4, "NULL");
		tamper(cases[i].sql);
		begin();
		add_item(1, "a1", NEW, AT);
		add_item(1, "a2", NEW, AT);
		merge();
		ck_assert_msg(
		    strcmp(settled(), cases[i].text) == 0, "%s: %s", cases[i].sql, settled());
		end();
		ck_assert_int_eq(unlink("inventory.db"), 0);
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("settle");
	TCase *tests = tcase_create("settle");

	tcase_add_checked_fixture(tests, enter, leave);
	tcase_add_test(tests, gives_jobs_that_are_active_or_not_proven);
	tcase_add_test(tests, gives_nothing_where_there_is_nothing);
	tcase_add_test(tests, gives_each_job_once_over_many_pages);
	tcase_add_test(tests, looks_in_the_store_where_the_alias_is_gone);
	tcase_add_test(tests, knows_a_leftover);
	tcase_add_test(tests, takes_an_alias_that_is_a_thumbprint);
	tcase_add_test(tests, leaves_a_run_that_is_being_purged);
	tcase_add_test(tests, writes_what_has_changed);
	tcase_add_test(tests, destroys_a_password_that_no_job_needs);
	tcase_add_test(tests, refuses_a_row_that_cannot_be);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
