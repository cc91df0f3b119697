#include "database/backup.h"

#include "database.h"

/* Copies of a database that somebody else writes to between their steps. */

#define ROWS 1600 /* of 8 KiB: more than two steps */

static struct database *source;
static volatile sig_atomic_t stop;

/* What happens between two steps. */
static struct {
	int steps;
	int64_t copied, pages; /* of the last step */
	const char *sql;       /* of somebody else; NULL: nothing */
	int only;              /* in this step alone; 0: in each */
	int written, refused;
	int signal_number;
} events;

static void
fill(void)
{
	enter();
	create();
	tamper("WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 1600)"
	       " INSERT INTO setting SELECT 'n' || i, zeroblob(8000) FROM n");
	source = open_good(DB_READ);
	stop = 0;
	memset(&events, 0, sizeof(events));
}

static void
empty(void)
{
	db_close(source);
	leave();
}

static void
on_step(void *closure, int64_t copied, int64_t pages)
{
	sqlite3 *db = NULL;

	(void)closure;
	events.steps++;
	events.copied = copied;
	events.pages = pages;
	stop = events.signal_number;
	if (events.sql == NULL || (events.only != 0 && events.only != events.steps))
		return;
	ck_assert_int_eq(sqlite3_open("inventory.db", &db), SQLITE_OK);
	if (sqlite3_exec(db, events.sql, NULL, NULL, NULL) == SQLITE_OK)
		events.written++;
	else
		events.refused++;
	sqlite3_close(db);
}

static int
backup(enum backup_way way, struct error *err)
{
	const struct backup backup = {
	    .path = "copy.tmp", .name = "copy.db", .stop = &stop, .on_step = on_step};

	scratch_write("copy.tmp", "what is left of another try");
	return db_backup(source, &backup, way, err);
}

static int64_t
count_in_copy(const char *sql)
{
	struct error err = {0};
	struct database *copy = db_open("copy.tmp", DB_READ, &err);
	int64_t count;

	ck_assert_msg(copy != NULL, "%s", err.text);
	count = ask(copy, sql);
	db_close(copy);
	return count;
}

START_TEST(copies_in_steps)
{
	struct error err = {0};

	ck_assert_msg(backup(BACKUP_IN_STEPS, &err) == 1, "%s", err.text);
	ck_assert_int_ge(events.steps, 3);
	ck_assert_int_eq(events.copied, events.pages);
	ck_assert_int_eq(
	    count_in_copy("SELECT count(*) FROM setting WHERE name <> 'database-id'"), ROWS);
}
END_TEST

START_TEST(starts_again_when_somebody_has_written)
{
	struct error err = {0};
	int steps;

	ck_assert_int_eq(backup(BACKUP_IN_STEPS, &err), 1);
	steps = events.steps;
	memset(&events, 0, sizeof(events));
	events.sql = "UPDATE setting SET value = x'01' WHERE name = 'n1'";
	events.only = 2;
	ck_assert_msg(backup(BACKUP_IN_STEPS, &err) == 1, "%s", err.text);
	ck_assert_int_eq(events.written, 1);
	ck_assert_int_eq(events.steps, steps + 2);
	ck_assert_int_eq(count_in_copy("SELECT length(value) FROM setting WHERE name = 'n1'"), 1);
}
END_TEST

START_TEST(gives_steps_up_when_somebody_writes_all_the_time)
{
	struct error err = {0};

	events.sql = "UPDATE setting SET value = zeroblob(length(value) + 1) WHERE name = 'n1'";
	ck_assert_int_eq(backup(BACKUP_IN_STEPS, &err), 0);
	ck_assert_int_eq(events.refused, 0);
	ck_assert_int_eq(events.steps, BACKUP_RESTARTS + 2);
	ck_assert_int_eq(err.code, ERROR_NONE);
}
END_TEST

START_TEST(keeps_commits_waiting_at_one_go)
{
	struct error err = {0};

	events.sql = "UPDATE setting SET value = x'01' WHERE name = 'n1'";
	ck_assert_msg(backup(BACKUP_AT_ONE_GO, &err) == 1, "%s", err.text);
	ck_assert_int_eq(events.written, 0);
	ck_assert_int_eq(events.refused, events.steps);
	ck_assert_int_eq(
	    count_in_copy("SELECT length(value) FROM setting WHERE name = 'n1'"), 8000);
	tamper(events.sql); /* nothing is held any more */
}
END_TEST

/* Longer than a copy at one go may take, if it has to be. */
START_TEST(goes_on_to_the_end)
{
	struct error err = {0};

	events.sql = "DELETE FROM setting";
	ck_assert_msg(backup(BACKUP_TO_THE_END, &err) == 1, "%s", err.text);
	ck_assert_int_eq(events.written, 0);
	ck_assert_int_eq(
	    count_in_copy("SELECT count(*) FROM setting WHERE name <> 'database-id'"), ROWS);
}
END_TEST

START_TEST(tells_who_holds_the_database)
{
	struct error err = {0};
	sqlite3 *db = NULL;

	ck_assert_int_eq(sqlite3_open("inventory.db", &db), SQLITE_OK);
	ck_assert_int_eq(sqlite3_exec(db, "BEGIN EXCLUSIVE", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_busy_timeout(sqlite_of(source)->handle, 0);
	ck_assert_int_eq(backup(BACKUP_IN_STEPS, &err), -1);
	assert_error(&err, ERROR_BUSY, "inventory.db",
	    "another process holds the database: the backup was not made; try again");
	sqlite3_close(db);
}
END_TEST

START_TEST(stops_at_a_signal)
{
	struct error err = {0};

	events.signal_number = SIGTERM;
	ck_assert_int_eq(backup(BACKUP_IN_STEPS, &err), -1);
	assert_error(&err, (enum error_code)(ERROR_SIGNAL + SIGTERM), "copy.db",
	    "interrupted: the backup was not made");
	ck_assert_int_eq(events.steps, 1);
}
END_TEST

START_TEST(tells_of_a_file_that_is_not_there)
{
	const struct backup backup = {.path = "nowhere/copy.tmp", .name = "copy.db"};
	struct error err = {0};

	ck_assert_int_eq(db_backup(source, &backup, BACKUP_IN_STEPS, &err), -1);
	assert_error(
	    &err, ERROR_STORAGE, "copy.db", "the backup was not made: No such file or directory");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("backup");
	TCase *tests = tcase_create("backup");

	tcase_add_checked_fixture(tests, fill, empty);
	tcase_add_test(tests, copies_in_steps);
	tcase_add_test(tests, starts_again_when_somebody_has_written);
	tcase_add_test(tests, gives_steps_up_when_somebody_writes_all_the_time);
	tcase_add_test(tests, keeps_commits_waiting_at_one_go);
	tcase_add_test(tests, goes_on_to_the_end);
	tcase_add_test(tests, tells_who_holds_the_database);
	tcase_add_test(tests, stops_at_a_signal);
	tcase_add_test(tests, tells_of_a_file_that_is_not_there);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
