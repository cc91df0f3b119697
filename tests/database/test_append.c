#include "database.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

/* ---- a writer that was killed --------------------------------------------------------------- */

/* In a child: writes so much with so little cache that pages reach the file, and is killed. */
static void
kill_a_writer(void)
{
	pid_t child = fork();
	int status;

	ck_assert_int_ne(child, -1);
	if (child == 0) {
		static char value[4000];
		struct error err = {0};
		struct database *db = db_open("inventory.db", DB_WRITE, &err);

		if (db == NULL || sqlite_execute(db, "PRAGMA cache_size = 2", &err) == -1 ||
		    db_begin(db, &err) == -1)
			_exit(1);
		for (int i = 0; i < 100; i++) {
			char name[32];

			snprintf(name, sizeof(name), "lost-%d", i);
			if (db_set(db, name, value, sizeof(value), &err) == -1)
				_exit(2);
		}
		kill(getpid(), SIGKILL);
		_exit(3);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

START_TEST(rolls_back_what_a_killed_writer_left)
{
	static const enum db_mode modes[] = {DB_READ, DB_WRITE};
	static char before[1 << 20];
	size_t length, length_after;

	create();
	memcpy(before, scratch_read("inventory.db", &length), sizeof(before) - 1);
	for (size_t i = 0; i < 2; i++) {
		struct database *db;
		const char *after;

		kill_a_writer();
		ck_assert_str_eq(scratch_names("."), "inventory.db inventory.db-journal");
		after = scratch_read("inventory.db", &length_after);
		ck_assert(length_after != length || memcmp(after, before, length) != 0);
		db = open_good(modes[i]);
		ck_assert_int_eq(
		    ask(db, "SELECT count(*) FROM setting WHERE name <> 'database-id'"), 0);
		db_close(db);
		ck_assert_str_eq(scratch_names("."), "inventory.db");
		after = scratch_read("inventory.db", &length_after);
		ck_assert_uint_eq(length_after, length);
		ck_assert_mem_eq(after, before, length);
	}
}
END_TEST

/* SQLite keeps the journal beside the file itself. */
START_TEST(rolls_back_through_a_link)
{
	struct database *db;

	create();
	kill_a_writer();
	ck_assert_int_eq(mkdir("real", 0700), 0);
	ck_assert_int_eq(rename("inventory.db", "real/db"), 0);
	ck_assert_int_eq(rename("inventory.db-journal", "real/db-journal"), 0);
	ck_assert_int_eq(symlink("real/db", "inventory.db"), 0);
	db = open_good(DB_READ);
	ck_assert_int_eq(ask(db, "SELECT count(*) FROM setting WHERE name <> 'database-id'"), 0);
	db_close(db);
	ck_assert_str_eq(scratch_names("real"), "db");
}
END_TEST

START_TEST(tells_what_it_cannot_roll_back)
{
	struct error err = {0};
	struct database *db;

	create();
	kill_a_writer();
	ck_assert_int_eq(chmod("inventory.db", 0444), 0);
	ck_assert_int_eq(chmod("inventory.db-journal", 0444), 0);
	ck_assert_int_eq(chmod(".", 0555), 0);
	be_nobody();
	db = db_open("inventory.db", DB_READ, &err);
	be_oneself();
	ck_assert_int_eq(chmod(".", 0700), 0);
	ck_assert_ptr_null(db);
	assert_error(&err, ERROR_STORAGE, "inventory.db",
	    "an interrupted commit must be rolled back: run any command as a user who can write "
	    "the database and its folder");
}
END_TEST

/* ---- transactions, settings, statements --------------------------------------------------- */

START_TEST(keeps_what_was_committed)
{
	struct error err = {0};
	struct database *db;

	create();
	db = open_good(DB_WRITE);
	ck_assert_int_eq(db_begin(db, &err), 0);
	set(db, "kept", "1");
	ck_assert_int_eq(db_commit(db, &err), 0);
	ck_assert_int_eq(db_begin(db, &err), 0);
	set(db, "rolled", "2");
	ck_assert_str_eq(get(db, "rolled"), "2");
	db_rollback(db);
	db_rollback(db);
	ck_assert_str_eq(get(db, "rolled"), "");
	ck_assert_int_eq(db_begin(db, &err), 0);
	set(db, "closed", "3");
	db_close(db);
	db = open_good(DB_READ);
	ck_assert_str_eq(get(db, "kept"), "1");
	ck_assert_str_eq(get(db, "rolled"), "");
	ck_assert_str_eq(get(db, "closed"), "");
	db_close(db);
	ck_assert_str_eq(scratch_names("."), "inventory.db");
}
END_TEST

START_TEST(keeps_settings)
{
	struct error err = {0};
	struct database *db;
	char value[4] = "xxx";

	create();
	db = open_good(DB_WRITE);
	ck_assert_int_eq(db_setting(db, "none", value, 4, &err), 0);
	ck_assert_str_eq(value, "xxx");
	set(db, "a", "old");
	set(db, "a", "new!");
	ck_assert_int_eq(db_setting(db, "a", value, 4, &err), 4);
	ck_assert_mem_eq(value, "new!", 4);
	memcpy(value, "xxxx", 4);
	ck_assert_int_eq(db_setting(db, "a", value, 3, &err), 4);
	ck_assert_mem_eq(value, "xxxx", 4);
	ck_assert_int_eq(db_set(db, "empty", "", 0, &err), 0);
	ck_assert_int_eq(db_setting(db, "empty", value, 4, &err), 0);
	ck_assert_int_eq(db_set(db, "nul", "\0\1", 2, &err), 0);
	ck_assert_int_eq(db_setting(db, "nul", value, 4, &err), 2);
	ck_assert_mem_eq(value, "\0\1", 2);
	db_close(db);
}
END_TEST

START_TEST(tells_who_holds_it)
{
	struct error err = {0};
	struct database *first, *second;

	create();
	first = open_good(DB_WRITE);
	second = open_good(DB_WRITE);
	sqlite3_busy_timeout(sqlite_of(second)->handle, 0);
	ck_assert_int_eq(db_begin(first, &err), 0);
	ck_assert_int_eq(db_begin(second, &err), -1);
	assert_error(&err, ERROR_BUSY, "inventory.db",
	    "another process holds the database (waited 0 s, while BEGIN IMMEDIATE); try again");
	db_close(first);
	ck_assert_int_eq(db_begin(second, &err), 0);
	db_close(second);
}
END_TEST

/* More than the cache holds: what does not fit must not go to the file before the commit. */
START_TEST(readers_read_beside_a_large_transaction)
{
	static char value[4000];
	struct error err = {0};
	struct database *writer, *reader;
	char name[32], found[8];

	create();
	writer = open_good(DB_WRITE);
	reader = open_good(DB_READ);
	set(writer, "kept", "1");
	sqlite3_busy_timeout(sqlite_of(reader)->handle, 0);
	sqlite3_busy_timeout(sqlite_of(writer)->handle, 0);
	ck_assert_int_eq(db_set_cache(writer, 64, &err), 0);
	ck_assert_int_eq(db_hold(writer, &err), 0);
	ck_assert_int_eq(db_begin(writer, &err), 0);
	for (int i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), "more %d", i);
		ck_assert_int_eq(db_set(writer, name, value, sizeof(value), &err), 0);
	}
	ck_assert_int_eq(db_setting(reader, "kept", found, sizeof(found), &err), 1);
	ck_assert_int_eq(db_commit(writer, &err), 0);
	ck_assert_int_eq(
	    db_setting(reader, "more 99", value, sizeof(value), &err), (int)sizeof(value));
	db_close(reader);
	db_close(writer);
}
END_TEST

/* A file that may not grow: SQLite says so, and the old state stays. */
START_TEST(survives_a_full_disk)
{
	static char value[60000];
	struct rlimit limit, before;
	struct error err = {0};
	struct database *db;
	struct stat status;
	int rc;

	create();
	db = open_good(DB_WRITE);
	set(db, "kept", "1");
	ck_assert_int_eq(stat("inventory.db", &status), 0);
	signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &before), 0);
	limit = before;
	limit.rlim_cur = (rlim_t)status.st_size;
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	rc = db_set(db, "lost", value, sizeof(value), &err);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &before), 0);
	signal(SIGXFSZ, SIG_DFL);
	ck_assert_int_eq(rc, -1);
	assert_error(&err, ERROR_STORAGE, "inventory.db",
	    "disk I/O error, while setting-set (778: File too large)");
	ck_assert_str_eq(get(db, "kept"), "1");
	ck_assert_str_eq(get(db, "lost"), "");
	set(db, "again", "2");
	db_close(db);
	db = open_good(DB_READ);
	ck_assert_str_eq(get(db, "again"), "2");
	db_close(db);
}
END_TEST

static void
bind_all(struct query *q)
{
	query_integer(q, 0);
	query_integer(q, 100);
}

START_TEST(runs_statements)
{
	struct error err = {0};
	struct database *db;
	struct query q, outer, inner;

	create();
	db = open_good(DB_WRITE);
	for (int i = 1; i <= 3; i++) {
		query_begin(&q, db, SQL_CONTAINER_KEEP);
		query_integer(&q, i);
		query_string(&q, i == 2 ? NULL : "name");
		ck_assert_int_eq(query_run(&q, &err), 0);
	}
	query_begin(&q, db, SQL_STORED_CONTAINERS);
	bind_all(&q);
	ck_assert_int_eq(query_next(&q, &err), 1);
	ck_assert_int_eq(query_get_integer(&q, 0), 1);
	ck_assert_str_eq(query_get_text(&q, 1), "name");
	ck_assert(!query_get_null(&q, 1));
	ck_assert_int_eq(query_next(&q, &err), 1);
	ck_assert_pstr_eq(query_get_text(&q, 1), NULL);
	ck_assert(query_get_null(&q, 1));
	ck_assert_int_eq(query_get_integer(&q, 1), 0);
	ck_assert_int_eq(query_next(&q, &err), 1);
	ck_assert_int_eq(query_next(&q, &err), 0);
	query_end(&q);
	ck_assert_int_eq(query_begin_own(&outer, db, SQL_STORED_CONTAINERS, &err), 0);
	bind_all(&outer);
	ck_assert_int_eq(query_next(&outer, &err), 1);
	ck_assert_int_eq(query_begin_own(&inner, db, SQL_STORED_CONTAINERS, &err), 0);
	bind_all(&inner);
	for (int i = 1; i <= 3; i++) {
		ck_assert_int_eq(query_next(&inner, &err), 1);
		ck_assert_int_eq(query_get_integer(&inner, 0), i);
	}
	query_forget(&inner);
	ck_assert_int_eq(query_next(&outer, &err), 1);
	ck_assert_int_eq(query_get_integer(&outer, 0), 2);
	query_forget(&outer);
	query_forget(&outer);
	db_close(db);
}
END_TEST

START_TEST(tells_failing_statements)
{
	struct error err = {0};
	struct database *db;
	struct query q;

	create();
	db = open_good(DB_WRITE);
	query_begin(&q, db, SQL_PLANNED_JOB);
	query_integer(&q, 1);
	ck_assert_int_eq(query_next(&q, &err), -1);
	assert_error(&err, ERROR_STORAGE, "inventory.db",
	    "the database is damaged: no such table: temp.planned, while planned-job: run "
	    "`pfxreplace verify`");
	query_end(&q);
	ck_assert_int_eq(query_begin_own(&q, db, SQL_PLANNED_JOB, &err), -1);
	query_forget(&q);
	query_begin(&q, db, SQL_CONTAINER_KEEP);
	query_optional(&q, true, 7);
	query_optional(&q, false, 7);
	ck_assert_int_eq(query_run(&q, &err), 0);
	for (int i = 0; i < 2; i++) {
		query_begin(&q, db, SQL_GRANT_KEEP);
		query_string(&q, "role");
		query_string(&q, "operator");
		query_string(&q, "permission");
		ck_assert_int_eq(query_run(&q, &err), i == 0 ? 0 : -1);
	}
	ck_assert_int_eq(err.code, ERROR_STORAGE);
	ck_assert_str_eq(err.file, "inventory.db");
	ck_assert_str_eq(err.text,
	    "the database is damaged: UNIQUE constraint failed: role_permission.operator, "
	    "role_permission.role, role_permission.permission, while grant-keep: run `pfxreplace "
	    "verify`");
	query_begin(&q, db, SQL_CONTAINER_KEEP);
	query_integer(&q, 8);
	query_null(&q);
	query_integer(&q, 9); /* one too many: nothing is run */
	ck_assert_int_eq(query_run(&q, &err), -1);
	assert_error(&err, ERROR_STORAGE, "inventory.db",
	    "column index out of range, while container-keep (25)");
	ck_assert_int_eq(ask(db, "SELECT count(*) FROM container"), 1);
	ck_assert_int_eq(db_commit(db, &err), -1);
	assert_error(&err, ERROR_STORAGE, "inventory.db",
	    "cannot commit - no transaction is active, while COMMIT (1)");
	db_close(db);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("append");
	TCase *tests = tcase_create("inventory_write");

	tcase_add_checked_fixture(tests, enter, leave);
	tcase_add_test(tests, rolls_back_what_a_killed_writer_left);
	tcase_add_test(tests, rolls_back_through_a_link);
	tcase_add_test(tests, tells_what_it_cannot_roll_back);
	tcase_add_test(tests, keeps_what_was_committed);
	tcase_add_test(tests, keeps_settings);
	tcase_add_test(tests, tells_who_holds_it);
	tcase_add_test(tests, readers_read_beside_a_large_transaction);
	tcase_add_test(tests, survives_a_full_disk);
	tcase_add_test(tests, runs_statements);
	tcase_add_test(tests, tells_failing_statements);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
