#include "database/database.h"
#include "database/lock.h"
#include "scratch.h"

#include <signal.h>
#include <sys/wait.h>

static const char database[] = "inventory.db";
static const char lock_file[] = "inventory.db.lock";
static char folder[64];

static void
set_up(void)
{
	scratch_enter(folder);
	ck_assert_int_eq(db_create(database, NULL), 0);
}

static void
tear_down(void)
{
	scratch_leave(folder);
}

START_TEST(one_is_made_where_there_is_none)
{
	struct error err = {0};
	struct lock *lock = lock_take(database, "import stores", 0, NULL, &err);

	ck_assert_ptr_nonnull(lock);
	lock_release(lock);
	ck_assert_uint_eq(scratch_mode(lock_file), 0600);
	ck_assert_int_eq(unlink(database), 0);
	ck_assert_int_eq(unlink(lock_file), 0);
	lock = lock_take_first(database, 0, NULL, &err);
	ck_assert_ptr_nonnull(lock);
	ck_assert_uint_eq(scratch_mode(lock_file), 0600);
	ck_assert_ptr_null(lock_take_first(database, 0, NULL, &err));
	ck_assert_int_eq(err.code, ERROR_BUSY);
	ck_assert_str_eq(err.file, database);
	lock_release(lock);
	ck_assert_ptr_null(lock_take_first("gone/inventory.db", 0, NULL, &err));
	ck_assert_int_eq(err.code, ERROR_STORAGE);
	ck_assert_str_eq(err.file, "gone/inventory.db");
	ck_assert_str_eq(err.text, "the database cannot be made: No such file or directory");
}
END_TEST

START_TEST(the_holder_says_what_it_does)
{
	struct error err = {0};
	struct lock *lock = lock_take(database, "import stores", 0, NULL, &err);
	const char *text;
	char expected[256];
	int length;

	ck_assert_ptr_nonnull(lock);
	text = scratch_text(lock_file);
	length = snprintf(
	    expected, sizeof(expected), "process %ld (import stores) since ", (long)getpid());
	ck_assert_int_eq(strncmp(text, expected, (size_t)length), 0);
	ck_assert_uint_eq(strlen(text + length), strlen("2027-01-31T23:59:59Z\n"));
	lock_set(lock, "run 3");
	text = scratch_text(lock_file);
	length = snprintf(expected, sizeof(expected), "process %ld (run 3) since ", (long)getpid());
	ck_assert_int_eq(strncmp(text, expected, (size_t)length), 0);
	lock_release(lock);
	ck_assert_str_eq(scratch_text(lock_file), "");
}
END_TEST

/* flock(2) belongs to the open file, so a second one in the same process waits too. */
START_TEST(a_second_one_names_the_holder)
{
	struct error err = {0};
	struct lock *first = lock_take(database, "run 3", 0, NULL, &err);
	char expected[512];
	const char *line;

	ck_assert_ptr_nonnull(first);
	line = scratch_text(lock_file);
	ck_assert_ptr_null(lock_take(database, "import stores", 0, NULL, &err));
	ck_assert_int_eq(err.code, ERROR_BUSY);
	ck_assert_str_eq(err.file, database);
	snprintf(expected, sizeof(expected),
	    "held by %.*s; waited 0 s: try again later, or with --wait SECONDS",
	    (int)strcspn(line, "\n"), line);
	ck_assert_str_eq(err.text, expected);
	lock_release(first);
}
END_TEST

START_TEST(a_holder_without_a_line)
{
	struct error err = {0};
	struct lock *first = lock_take(database, "run 3", 0, NULL, &err);

	ck_assert_ptr_nonnull(first);
	ck_assert_int_eq(truncate(lock_file, 0), 0);
	ck_assert_ptr_null(lock_take(database, "run 4", 0, NULL, &err));
	ck_assert_str_eq(err.text,
	    "held by another process; waited 0 s: try again later, or with --wait SECONDS");
	lock_release(first);
}
END_TEST

/* A child that holds the lock, and is killed: the lock is free, whatever the file says. */
START_TEST(a_killed_holder_holds_nothing)
{
	struct error err = {0};
	struct lock *lock;
	char byte;
	int ready[2];
	pid_t child;

	ck_assert_int_eq(pipe(ready), 0);
	child = fork();
	if (child == 0) {
		if (lock_take(database, "run 3", 0, NULL, NULL) != NULL)
			(void)!write(ready[1], "x", 1);
		pause();
		_exit(0);
	}
	ck_assert_int_eq(read(ready[0], &byte, 1), 1);
	ck_assert_ptr_null(lock_take(database, "run 4", 0, NULL, &err));
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	lock = lock_take(database, "run 4", 0, NULL, &err);
	ck_assert_ptr_nonnull(lock);
	lock_release(lock);
	close(ready[0]);
	close(ready[1]);
}
END_TEST

START_TEST(a_wait_that_is_long_enough)
{
	struct error err = {0};
	struct lock *lock;
	char byte;
	int ready[2];
	pid_t child;

	ck_assert_int_eq(pipe(ready), 0);
	child = fork();
	if (child == 0) {
		lock = lock_take(database, "run 3", 0, NULL, NULL);
		(void)!write(ready[1], "x", 1);
		usleep(200000);
		lock_release(lock);
		_exit(0);
	}
	ck_assert_int_eq(read(ready[0], &byte, 1), 1);
	lock = lock_take(database, "run 4", 20, NULL, &err);
	ck_assert_ptr_nonnull(lock);
	lock_release(lock);
	waitpid(child, NULL, 0);
	close(ready[0]);
	close(ready[1]);
}
END_TEST

START_TEST(a_signal_ends_the_wait)
{
	struct error err = {0};
	struct lock *first = lock_take(database, "run 3", 0, NULL, &err);
	volatile sig_atomic_t stop = SIGTERM;

	ck_assert_ptr_null(lock_take(database, "run 4", 1000000000000, &stop, &err));
	ck_assert_int_eq((int)err.code, 128 + SIGTERM);
	ck_assert_str_eq(err.text, "interrupted while it waited for the database");
	lock_release(first);
}
END_TEST

/* Who fails to make a database removes its lock file: who waits for that one takes the next. */
START_TEST(one_that_is_removed_holds_nobody)
{
	struct error err = {0};
	struct lock *first = lock_take(database, "run 3", 0, NULL, &err), *second;
	pid_t child = fork();
	int status;

	ck_assert_int_ne(child, -1);
	if (child == 0) {
		closefrom(3); /* the first lock's, which would hold it too */
		_exit(lock_take(database, "run 4", 20, NULL, NULL) == NULL ||
		      access(lock_file, F_OK) == -1);
	}
	usleep(200000);
	ck_assert_int_eq(unlink(lock_file), 0);
	second = lock_take(database, "run 5", 0, NULL, &err);
	ck_assert_ptr_nonnull(second);
	lock_release(first);
	usleep(200000);
	ck_assert_int_eq(waitpid(child, &status, WNOHANG), 0); /* for it now waits for the second */
	lock_release(second);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_int_eq(status, 0);
}
END_TEST

START_TEST(two_names_of_one_database)
{
	struct error err = {0};
	struct lock *first = lock_take(database, "run 3", 0, NULL, &err);

	ck_assert_int_eq(symlink(database, "link.db"), 0);
	ck_assert_ptr_null(lock_take("link.db", "run 4", 0, NULL, &err));
	ck_assert_int_eq(err.code, ERROR_BUSY);
	lock_release(first);
}
END_TEST

START_TEST(no_database)
{
	struct error err = {0};

	unlink(database);
	ck_assert_ptr_null(lock_take(database, "run 4", 0, NULL, &err));
	ck_assert_int_eq(err.code, ERROR_STORAGE);
	ck_assert_str_eq(
	    err.text, "no database (`pfxreplace init` makes one): No such file or directory");
	ck_assert_int_eq(access(lock_file, F_OK), -1);
	lock_release(NULL);
}
END_TEST

START_TEST(not_a_database)
{
	struct error err = {0};

	scratch_write(database, "text");
	ck_assert_ptr_null(lock_take(database, "run 4", 0, NULL, &err));
	ck_assert_int_eq(err.code, ERROR_STORAGE);
	ck_assert_str_eq(err.file, database);
	ck_assert_str_eq(err.text, "not a database: expected one made by `pfxreplace init`");
	ck_assert_ptr_null(lock_take("/", "run 4", 0, NULL, &err));
	ck_assert_str_eq(err.text, "not a database: expected one made by `pfxreplace init`");
	ck_assert_str_eq(scratch_names("."), database);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("lock");
	TCase *cases = tcase_create("lock");

	tcase_add_checked_fixture(cases, set_up, tear_down);
	tcase_add_test(cases, one_is_made_where_there_is_none);
	tcase_set_timeout(cases, 30);
	tcase_add_test(cases, one_that_is_removed_holds_nobody);
	tcase_add_test(cases, the_holder_says_what_it_does);
	tcase_add_test(cases, a_second_one_names_the_holder);
	tcase_add_test(cases, a_holder_without_a_line);
	tcase_add_test(cases, a_killed_holder_holds_nothing);
	tcase_add_test(cases, a_wait_that_is_long_enough);
	tcase_add_test(cases, a_signal_ends_the_wait);
	tcase_add_test(cases, two_names_of_one_database);
	tcase_add_test(cases, no_database);
	tcase_add_test(cases, not_a_database);
	suite_add_tcase(suite, cases);
	return scratch_run(suite);
}
