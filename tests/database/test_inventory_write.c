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
		struct inventory *inventory = inventory_open("inventory.db", INVENTORY_WRITE, &err);

		if (inventory == NULL ||
		    inventory_execute(inventory, "PRAGMA cache_size = 2", &err) == -1 ||
		    inventory_begin(inventory, &err) == -1)
			_exit(1);
		for (int i = 0; i < 100; i++) {
			char name[32];

			snprintf(name, sizeof(name), "lost-%d", i);
			if (inventory_set(inventory, name, value, sizeof(value), &err) == -1)
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
	static const enum inventory_mode modes[] = {INVENTORY_READ, INVENTORY_WRITE};
	static char before[1 << 20];
	size_t length, length_after;

	create();
	memcpy(before, scratch_read("inventory.db", &length), sizeof(before) - 1);
	for (size_t i = 0; i < 2; i++) {
		struct inventory *inventory;
		const char *after;

		kill_a_writer();
		ck_assert_str_eq(scratch_names("."), "inventory.db inventory.db-journal");
		after = scratch_read("inventory.db", &length_after);
		ck_assert(length_after != length || memcmp(after, before, length) != 0);
		inventory = open_good(modes[i]);
		ck_assert_int_eq(ask(inventory, "SELECT count(*) FROM setting"), 0);
		inventory_close(inventory);
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
	struct inventory *inventory;

	create();
	kill_a_writer();
	ck_assert_int_eq(mkdir("real", 0700), 0);
	ck_assert_int_eq(rename("inventory.db", "real/db"), 0);
	ck_assert_int_eq(rename("inventory.db-journal", "real/db-journal"), 0);
	ck_assert_int_eq(symlink("real/db", "inventory.db"), 0);
	inventory = open_good(INVENTORY_READ);
	ck_assert_int_eq(ask(inventory, "SELECT count(*) FROM setting"), 0);
	inventory_close(inventory);
	ck_assert_str_eq(scratch_names("real"), "db");
}
END_TEST

START_TEST(tells_what_it_cannot_roll_back)
{
	struct error err = {0};
	struct inventory *inventory;

	create();
	kill_a_writer();
	ck_assert_int_eq(chmod("inventory.db", 0444), 0);
	ck_assert_int_eq(chmod("inventory.db-journal", 0444), 0);
	ck_assert_int_eq(chmod(".", 0555), 0);
	be_nobody();
	inventory = inventory_open("inventory.db", INVENTORY_READ, &err);
	be_oneself();
	ck_assert_int_eq(chmod(".", 0700), 0);
	ck_assert_ptr_null(inventory);
	assert_error(&err, ERROR_STORAGE, "inventory.db",
	    "an interrupted commit must be rolled back: run any command as a user who can write "
	    "the database and its folder");
}
END_TEST

/* ---- transactions, settings, statements --------------------------------------------------- */

START_TEST(keeps_what_was_committed)
{
	struct error err = {0};
	struct inventory *inventory;

	create();
	inventory = open_good(INVENTORY_WRITE);
	ck_assert_int_eq(inventory_begin(inventory, &err), 0);
	set(inventory, "kept", "1");
	ck_assert_int_eq(inventory_commit(inventory, &err), 0);
	ck_assert_int_eq(inventory_begin(inventory, &err), 0);
	set(inventory, "rolled", "2");
	ck_assert_str_eq(get(inventory, "rolled"), "2");
	inventory_rollback(inventory);
	inventory_rollback(inventory);
	ck_assert_str_eq(get(inventory, "rolled"), "");
	ck_assert_int_eq(inventory_begin(inventory, &err), 0);
	set(inventory, "closed", "3");
	inventory_close(inventory);
	inventory = open_good(INVENTORY_READ);
	ck_assert_str_eq(get(inventory, "kept"), "1");
	ck_assert_str_eq(get(inventory, "rolled"), "");
	ck_assert_str_eq(get(inventory, "closed"), "");
	inventory_close(inventory);
	ck_assert_str_eq(scratch_names("."), "inventory.db");
}
END_TEST

START_TEST(keeps_settings)
{
	struct error err = {0};
	struct inventory *inventory;
	char value[4] = "xxx";

	create();
	inventory = open_good(INVENTORY_WRITE);
	ck_assert_int_eq(inventory_setting(inventory, "none", value, 4, &err), 0);
	ck_assert_str_eq(value, "xxx");
	set(inventory, "a", "old");
	set(inventory, "a", "new!");
	ck_assert_int_eq(inventory_setting(inventory, "a", value, 4, &err), 4);
	ck_assert_mem_eq(value, "new!", 4);
	memcpy(value, "xxxx", 4);
	ck_assert_int_eq(inventory_setting(inventory, "a", value, 3, &err), 4);
	ck_assert_mem_eq(value, "xxxx", 4);
	ck_assert_int_eq(inventory_set(inventory, "empty", "", 0, &err), 0);
	ck_assert_int_eq(inventory_setting(inventory, "empty", value, 4, &err), 0);
	ck_assert_int_eq(inventory_set(inventory, "nul", "\0\1", 2, &err), 0);
	ck_assert_int_eq(inventory_setting(inventory, "nul", value, 4, &err), 2);
	ck_assert_mem_eq(value, "\0\1", 2);
	inventory_close(inventory);
}
END_TEST

START_TEST(tells_who_holds_it)
{
	struct error err = {0};
	struct inventory *first, *second;

	create();
	first = open_good(INVENTORY_WRITE);
	second = open_good(INVENTORY_WRITE);
	sqlite3_busy_timeout(second->db, 0);
	ck_assert_int_eq(inventory_begin(first, &err), 0);
	ck_assert_int_eq(inventory_begin(second, &err), -1);
	assert_error(&err, ERROR_BUSY, "inventory.db",
	    "another process holds the database (waited 0 s, while BEGIN IMMEDIATE); try again");
	inventory_close(first);
	ck_assert_int_eq(inventory_begin(second, &err), 0);
	inventory_close(second);
}
END_TEST

/* More than the cache holds: what does not fit must not go to the file before the commit. */
START_TEST(readers_read_beside_a_large_transaction)
{
	static char value[4000];
	struct error err = {0};
	struct inventory *writer, *reader;
	char name[32], found[8];

	create();
	writer = open_good(INVENTORY_WRITE);
	reader = open_good(INVENTORY_READ);
	set(writer, "kept", "1");
	sqlite3_busy_timeout(reader->db, 0);
	sqlite3_busy_timeout(writer->db, 0);
	ck_assert_int_eq(inventory_set_cache(writer, 64, &err), 0);
	ck_assert_int_eq(inventory_hold(writer, &err), 0);
	ck_assert_int_eq(inventory_begin(writer, &err), 0);
	for (int i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), "more %d", i);
		ck_assert_int_eq(inventory_set(writer, name, value, sizeof(value), &err), 0);
	}
	ck_assert_int_eq(inventory_setting(reader, "kept", found, sizeof(found), &err), 1);
	ck_assert_int_eq(inventory_commit(writer, &err), 0);
	ck_assert_int_eq(
	    inventory_setting(reader, "more 99", value, sizeof(value), &err), (int)sizeof(value));
	inventory_close(reader);
	inventory_close(writer);
}
END_TEST

/* A file that may not grow: SQLite says so, and the old state stays. */
START_TEST(survives_a_full_disk)
{
	static char value[60000];
	struct rlimit limit, before;
	struct error err = {0};
	struct inventory *inventory;
	struct stat status;
	int rc;

	create();
	inventory = open_good(INVENTORY_WRITE);
	set(inventory, "kept", "1");
	ck_assert_int_eq(stat("inventory.db", &status), 0);
	signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &before), 0);
	limit = before;
	limit.rlim_cur = (rlim_t)status.st_size;
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	rc = inventory_set(inventory, "lost", value, sizeof(value), &err);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &before), 0);
	signal(SIGXFSZ, SIG_DFL);
	ck_assert_int_eq(rc, -1);
	assert_error(&err, ERROR_STORAGE, "inventory.db",
	    "disk I/O error, while setting-set (778: File too large)");
	ck_assert_str_eq(get(inventory, "kept"), "1");
	ck_assert_str_eq(get(inventory, "lost"), "");
	set(inventory, "again", "2");
	inventory_close(inventory);
	inventory = open_good(INVENTORY_READ);
	ck_assert_str_eq(get(inventory, "again"), "2");
	inventory_close(inventory);
}
END_TEST

static const struct statement INSERT = {
    "insert", "INSERT INTO container (id, name) VALUES (?1, ?2)"};
static const struct statement SELECT = {
    "select", "SELECT id, name, name IS NULL FROM container ORDER BY id"};
static const struct statement WRONG = {"wrong", "SELECT 1 FROM nowhere WHERE ?1"};

START_TEST(runs_statements)
{
	struct error err = {0};
	struct inventory *inventory;
	struct cursor *outer, *inner;
	struct query q;

	create();
	inventory = open_good(INVENTORY_WRITE);
	for (int i = 1; i <= 3; i++) {
		query_begin(&q, inventory, &INSERT);
		query_integer(&q, i);
		query_string(&q, i == 2 ? NULL : "name");
		ck_assert_int_eq(query_run(&q, &err), 0);
	}
	query_begin(&q, inventory, &SELECT);
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
	outer = cursor_new(inventory, &SELECT, &err);
	ck_assert_int_eq(query_next(&outer->query, &err), 1);
	inner = cursor_new(inventory, &SELECT, &err);
	for (int i = 1; i <= 3; i++) {
		ck_assert_int_eq(query_next(&inner->query, &err), 1);
		ck_assert_int_eq(query_get_integer(&inner->query, 0), i);
	}
	cursor_close(inner);
	ck_assert_int_eq(query_next(&outer->query, &err), 1);
	ck_assert_int_eq(query_get_integer(&outer->query, 0), 2);
	cursor_close(outer);
	cursor_close(NULL);
	inventory_close(inventory);
}
END_TEST

START_TEST(tells_failing_statements)
{
	struct error err = {0};
	struct inventory *inventory;
	struct query q;

	create();
	inventory = open_good(INVENTORY_WRITE);
	query_begin(&q, inventory, &WRONG);
	query_integer(&q, 1);
	ck_assert_int_eq(query_next(&q, &err), -1);
	assert_error(&err, ERROR_STORAGE, "inventory.db",
	    "the database is damaged: no such table: nowhere, while wrong: run `pfxreplace "
	    "verify`");
	query_end(&q);
	ck_assert_ptr_null(cursor_new(inventory, &WRONG, &err));
	query_begin(&q, inventory, &INSERT);
	query_optional(&q, true, 7);
	query_optional(&q, false, 7);
	ck_assert_int_eq(query_run(&q, &err), 0);
	query_begin(&q, inventory, &INSERT);
	query_integer(&q, 7);
	ck_assert_int_eq(query_run(&q, &err), -1);
	assert_error(&err, ERROR_STORAGE, "inventory.db",
	    "the database is damaged: UNIQUE constraint failed: container.id, while insert: run "
	    "`pfxreplace verify`");
	query_begin(&q, inventory, &INSERT);
	query_integer(&q, 8);
	query_null(&q);
	query_integer(&q, 9); /* one too many: nothing is run */
	ck_assert_int_eq(query_run(&q, &err), -1);
	assert_error(
	    &err, ERROR_STORAGE, "inventory.db", "column index out of range, while insert (25)");
	ck_assert_int_eq(ask(inventory, "SELECT count(*) FROM container"), 1);
	ck_assert_int_eq(inventory_execute(inventory, "COMMIT", &err), -1);
	assert_error(&err, ERROR_STORAGE, "inventory.db",
	    "cannot commit - no transaction is active, while COMMIT (1)");
	inventory_close(inventory);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("inventory_write");
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
