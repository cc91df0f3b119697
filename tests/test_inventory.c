#include "inventory_sql.h"

#include "scratch.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

static char folder[64];

static void
enter(void)
{
	scratch_enter(folder);
}

static void
leave(void)
{
	scratch_leave(folder);
}

static void
assert_error(const struct error *err, enum error_code code, const char *file, const char *text)
{
	ck_assert_str_eq(err->text, text);
	ck_assert_int_eq(err->code, code);
	ck_assert_str_eq(err->file, file);
	ck_assert_uint_eq(err->line, 0);
}

static void
create(void)
{
	struct error err = {0};

	ck_assert_msg(inventory_create("inventory.db", &err) == 0, "%s", err.text);
}

static struct inventory *
open_good(enum inventory_mode mode)
{
	struct error err = {0};
	struct inventory *inventory = inventory_open("inventory.db", mode, &err);

	ck_assert_msg(inventory != NULL, "%s", err.text);
	return inventory;
}

/* SQL behind the module's back. */
static void
tamper(const char *sql)
{
	sqlite3 *db = NULL;

	ck_assert_int_eq(sqlite3_open("inventory.db", &db), SQLITE_OK);
	ck_assert_int_eq(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	ck_assert_int_eq(sqlite3_close(db), SQLITE_OK);
}

static int64_t
ask(struct inventory *inventory, const char *sql)
{
	struct statement statement = {"ask", sql};
	struct error err = {0};
	struct cursor *cursor = cursor_new(inventory, &statement, &err);
	int64_t value;

	ck_assert_msg(cursor != NULL, "%s", err.text);
	ck_assert_int_eq(query_next(&cursor->query, &err), 1);
	value = query_get_integer(&cursor->query, 0);
	cursor_close(cursor);
	return value;
}

static void
set(struct inventory *inventory, const char *name, const char *value)
{
	struct error err = {0};

	ck_assert_msg(
	    inventory_set(inventory, name, value, (int)strlen(value), &err) == 0, "%s", err.text);
}

/* A setting as text; "" when there is none. Static: until the next call. */
static const char *
get(struct inventory *inventory, const char *name)
{
	static char value[64];
	struct error err = {0};
	int length = inventory_setting(inventory, name, value, sizeof(value) - 1, &err);

	ck_assert_msg(length >= 0, "%s", err.text);
	value[length] = '\0';
	return value;
}

/* Root may write everything: becomes nobody where it is root. */
static void
be_nobody(void)
{
	if (getuid() == 0)
		ck_assert_int_eq(seteuid(65534), 0);
}

static void
be_oneself(void)
{
	if (getuid() == 0)
		ck_assert_int_eq(seteuid(0), 0);
}

/* ---- create --------------------------------------------------------------------------------- */

START_TEST(creates_a_database)
{
	struct inventory *inventory;

	create();
	ck_assert_str_eq(scratch_names("."), "inventory.db");
	ck_assert_uint_eq(scratch_mode("inventory.db"), 0600);
	inventory = open_good(INVENTORY_READ);
	ck_assert_int_eq(ask(inventory, "PRAGMA application_id"), 0x70667872);
	ck_assert_int_ge(ask(inventory, "PRAGMA user_version"), 1);
	ck_assert_int_eq(ask(inventory, "SELECT count(*) FROM store_type"), 5);
	ck_assert_int_eq(ask(inventory, "SELECT count(*) FROM job"), 0);
	ck_assert_int_eq(ask(inventory, "PRAGMA foreign_keys"), 1);
	ck_assert_int_eq(ask(inventory, "PRAGMA synchronous"), 3);
	inventory_close(inventory);
	inventory_close(NULL);
}
END_TEST

START_TEST(creates_over_nothing)
{
	struct error err = {0};

	scratch_write("inventory.db", "precious");
	ck_assert_int_eq(inventory_create("inventory.db", &err), -1);
	assert_error(
	    &err, ERROR_STORAGE, "inventory.db", "the database cannot be made: File exists");
	ck_assert_str_eq(scratch_names("."), "inventory.db");
	ck_assert_str_eq(scratch_text("inventory.db"), "precious");
	ck_assert_int_eq(unlink("inventory.db"), 0);
	ck_assert_int_eq(symlink("elsewhere", "inventory.db"), 0);
	ck_assert_int_eq(inventory_create("inventory.db", &err), -1);
	ck_assert_str_eq(scratch_names("."), "inventory.db");
}
END_TEST

START_TEST(creates_nothing_where_it_cannot)
{
	struct error err = {0};
	char path[2000];

	ck_assert_int_eq(inventory_create("gone/inventory.db", &err), -1);
	assert_error(&err, ERROR_STORAGE, "gone/inventory.db",
	    "the database cannot be made: No such file or directory");
	memset(path, 'x', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	ck_assert_int_eq(inventory_create(path, &err), -1);
	assert_error(&err, ERROR_STORAGE, "", "the database's path is too long");
	ck_assert_ptr_null(inventory_open(path, INVENTORY_READ, &err));
	assert_error(&err, ERROR_STORAGE, "", "the database's path is too long");
	ck_assert_str_eq(scratch_names("."), "");
}
END_TEST

START_TEST(creates_nothing_on_a_full_disk)
{
	struct rlimit limit, before;
	struct error err = {0};
	int rc;

	signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &before), 0);
	limit = before;
	limit.rlim_cur = 8192;
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	rc = inventory_create("inventory.db", &err);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &before), 0);
	signal(SIGXFSZ, SIG_DFL);
	ck_assert_int_eq(rc, -1);
	ck_assert_int_eq(err.code, ERROR_STORAGE);
	ck_assert_int_eq(strncmp(err.text, "disk I/O error, while ", 22), 0);
	ck_assert_ptr_null(strchr(err.text, '\n'));
	ck_assert_str_eq(scratch_names("."), "");
}
END_TEST

/* ---- open ----------------------------------------------------------------------------------- */

static void
assert_not_opened(enum error_code code, const char *text)
{
	static const enum inventory_mode modes[] = {INVENTORY_READ, INVENTORY_WRITE};

	for (size_t i = 0; i < 2; i++) {
		struct error err = {0};

		ck_assert_ptr_null(inventory_open("inventory.db", modes[i], &err));
		assert_error(&err, code, "inventory.db", text);
	}
}

START_TEST(opens_no_missing_file)
{
	assert_not_opened(
	    ERROR_STORAGE, "no database (`pfxreplace init` makes one): No such file or directory");
	ck_assert_str_eq(scratch_names("."), "");
}
END_TEST

START_TEST(opens_no_empty_file)
{
	size_t length;

	scratch_write("inventory.db", "");
	assert_not_opened(
	    ERROR_STORAGE, "not a database of pfxreplace: expected one made by `pfxreplace init`");
	scratch_read("inventory.db", &length);
	ck_assert_uint_eq(length, 0);
	ck_assert_str_eq(scratch_names("."), "inventory.db");
}
END_TEST

START_TEST(opens_no_other_file)
{
	scratch_write("inventory.db", "CertificateId,ExistingCertificateId\n1,2\n");
	assert_not_opened(ERROR_STORAGE, "not a database: expected one made by `pfxreplace init`");
	ck_assert_str_eq(
	    scratch_text("inventory.db"), "CertificateId,ExistingCertificateId\n1,2\n");
}
END_TEST

START_TEST(opens_no_folder)
{
	ck_assert_int_eq(mkdir("inventory.db", 0700), 0);
	assert_not_opened(
	    ERROR_STORAGE, "not a database: expected a file made by `pfxreplace init`");
	ck_assert_int_eq(rmdir("inventory.db"), 0);
	ck_assert_int_eq(mkfifo("inventory.db", 0600), 0);
	assert_not_opened(
	    ERROR_STORAGE, "not a database: expected a file made by `pfxreplace init`");
}
END_TEST

START_TEST(opens_no_foreign_database)
{
	tamper("CREATE TABLE setting (name TEXT, value BLOB); PRAGMA user_version = 1");
	assert_not_opened(
	    ERROR_STORAGE, "not a database of pfxreplace: expected one made by `pfxreplace init`");
}
END_TEST

START_TEST(opens_no_newer_schema)
{
	struct inventory *inventory;
	char sql[64], text[128];
	int version;

	create();
	inventory = open_good(INVENTORY_READ);
	version = (int)ask(inventory, "PRAGMA user_version");
	inventory_close(inventory);
	snprintf(sql, sizeof(sql), "PRAGMA user_version = %d", version + 1);
	tamper(sql);
	snprintf(text, sizeof(text),
	    "its schema is version %d, newer than this program's %d: use a newer pfxreplace",
	    version + 1, version);
	assert_not_opened(ERROR_STORAGE, text);
}
END_TEST

/* A reader says what to do, a writer does it. */
START_TEST(brings_up_an_older_schema)
{
	struct error err = {0};
	struct inventory *inventory;
	int version;
	char text[256];

	create();
	inventory = open_good(INVENTORY_READ);
	version = (int)ask(inventory, "PRAGMA user_version");
	inventory_close(inventory);
	ck_assert_int_eq(unlink("inventory.db"), 0);
	tamper("PRAGMA application_id = 0x70667872");
	ck_assert_ptr_null(inventory_open("inventory.db", INVENTORY_READ, &err));
	snprintf(text, sizeof(text),
	    "its schema is version 0, older than this program's %d: a writing command such as "
	    "`pfxreplace import` brings it up",
	    version);
	assert_error(&err, ERROR_STORAGE, "inventory.db", text);
	inventory_close(open_good(INVENTORY_WRITE));
	inventory = open_good(INVENTORY_READ);
	ck_assert_int_eq(ask(inventory, "PRAGMA user_version"), version);
	ck_assert_int_eq(ask(inventory, "SELECT count(*) FROM store_type"), 5);
	inventory_close(inventory);
}
END_TEST

START_TEST(tells_a_damaged_database)
{
	struct error err = {0};
	struct inventory *inventory;
	int fd;

	create();
	fd = open("inventory.db", O_WRONLY);
	for (off_t page = 1; page < 60; page++) /* all but the schema's first */
		ck_assert_int_eq(pwrite(fd, "\xff\xff\xff\xff", 4, page * 4096), 4);
	close(fd);
	inventory = inventory_open("inventory.db", INVENTORY_WRITE, &err);
	if (inventory != NULL) {
		ck_assert_int_eq(inventory_set(inventory, "a", "b", 1, &err), -1);
		inventory_close(inventory);
	}
	ck_assert_int_eq(err.code, ERROR_STORAGE);
	ck_assert_int_eq(strncmp(err.text, "the database is damaged (", 25), 0);
	ck_assert_ptr_nonnull(strstr(err.text, "); restore it from a backup"));
}
END_TEST

/* ---- who may write -------------------------------------------------------------------------- */

START_TEST(reads_what_it_cannot_write)
{
	struct error err = {0};
	struct inventory *inventory;

	create();
	ck_assert_int_eq(chmod("inventory.db", 0444), 0);
	ck_assert_int_eq(chmod(".", 0555), 0);
	be_nobody();
	inventory = inventory_open("inventory.db", INVENTORY_WRITE, &err);
	be_oneself();
	ck_assert_ptr_null(inventory);
	assert_error(&err, ERROR_STORAGE, "inventory.db", "the database cannot be written");
	be_nobody();
	inventory = inventory_open("inventory.db", INVENTORY_READ, &err);
	be_oneself();
	ck_assert_msg(inventory != NULL, "%s", err.text);
	ck_assert_str_eq(get(inventory, "a"), "");
	inventory_close(inventory);
	ck_assert_int_eq(chmod(".", 0700), 0);
}
END_TEST

START_TEST(tells_what_it_cannot_read)
{
	struct error err = {0};
	struct inventory *inventory;

	create();
	ck_assert_int_eq(chmod("inventory.db", 0), 0);
	ck_assert_int_eq(chmod(".", 0755), 0);
	be_nobody();
	inventory = inventory_open("inventory.db", INVENTORY_READ, &err);
	be_oneself();
	ck_assert_ptr_null(inventory);
	assert_error(&err, ERROR_STORAGE, "inventory.db",
	    "unable to open database file, while opening the database (14)");
}
END_TEST

START_TEST(writes_nothing_as_a_reader)
{
	struct error err = {0};
	struct inventory *inventory;

	create();
	inventory = open_good(INVENTORY_READ);
	ck_assert_int_eq(inventory_set(inventory, "a", "b", 1, &err), -1);
	assert_error(&err, ERROR_STORAGE, "inventory.db", "the database cannot be written");
	inventory_close(inventory);
}
END_TEST

/* Every byte and every time of the database and its folder are as they were. */
START_TEST(leaves_no_trace_as_a_reader)
{
	static char before[1 << 20];
	struct stat folder_before, folder_after, file_before, file_after;
	struct error err = {0};
	struct inventory *inventory;
	const char *after;
	size_t length, length_after;

	create();
	memcpy(before, scratch_read("inventory.db", &length), sizeof(before) - 1);
	ck_assert_int_eq(stat(".", &folder_before), 0);
	ck_assert_int_eq(stat("inventory.db", &file_before), 0);
	inventory = open_good(INVENTORY_READ);
	ck_assert_int_eq(inventory_begin(inventory, &err), 0);
	ck_assert_int_eq(ask(inventory, "SELECT count(*) FROM store_type"), 5);
	ck_assert_str_eq(scratch_names("."), "inventory.db");
	ck_assert_int_eq(inventory_commit(inventory, &err), 0);
	ck_assert_int_eq(inventory_begin(inventory, &err), 0);
	ck_assert_str_eq(get(inventory, "a"), "");
	inventory_close(inventory);
	ck_assert_int_eq(stat(".", &folder_after), 0);
	ck_assert_int_eq(stat("inventory.db", &file_after), 0);
	after = scratch_read("inventory.db", &length_after);
	ck_assert_uint_eq(length_after, length);
	ck_assert_mem_eq(after, before, length);
	ck_assert_mem_eq(&folder_after.st_mtim, &folder_before.st_mtim, sizeof(struct timespec));
	ck_assert_mem_eq(&folder_after.st_ctim, &folder_before.st_ctim, sizeof(struct timespec));
	ck_assert_mem_eq(&file_after.st_mtim, &file_before.st_mtim, sizeof(struct timespec));
	ck_assert_mem_eq(&file_after.st_ctim, &file_before.st_ctim, sizeof(struct timespec));
}
END_TEST

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
	ck_assert_int_eq(inventory_setting(inventory, "a", value, 3, &err), -1);
	assert_error(
	    &err, ERROR_STORAGE, "inventory.db", "a setting of 4 bytes: expected at most 3");
	ck_assert_str_eq(err.field, "a");
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
	    "another process holds the database (waited 10 s, while BEGIN IMMEDIATE); try again");
	inventory_close(first);
	ck_assert_int_eq(inventory_begin(second, &err), 0);
	inventory_close(second);
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
	assert_error(
	    &err, ERROR_STORAGE, "inventory.db", "disk I/O error, while setting-set (778)");
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
	assert_error(
	    &err, ERROR_STORAGE, "inventory.db", "no such table: nowhere, while wrong (1)");
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
	    "UNIQUE constraint failed: container.id, while insert (1555)");
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

static TCase *
open_tests(void)
{
	TCase *tests = tcase_create("open");

	tcase_add_checked_fixture(tests, enter, leave);
	tcase_add_test(tests, creates_a_database);
	tcase_add_test(tests, creates_over_nothing);
	tcase_add_test(tests, creates_nothing_where_it_cannot);
	tcase_add_test(tests, creates_nothing_on_a_full_disk);
	tcase_add_test(tests, opens_no_missing_file);
	tcase_add_test(tests, opens_no_empty_file);
	tcase_add_test(tests, opens_no_other_file);
	tcase_add_test(tests, opens_no_folder);
	tcase_add_test(tests, opens_no_foreign_database);
	tcase_add_test(tests, opens_no_newer_schema);
	tcase_add_test(tests, brings_up_an_older_schema);
	tcase_add_test(tests, tells_a_damaged_database);
	tcase_add_test(tests, reads_what_it_cannot_write);
	tcase_add_test(tests, tells_what_it_cannot_read);
	tcase_add_test(tests, writes_nothing_as_a_reader);
	tcase_add_test(tests, leaves_no_trace_as_a_reader);
	return tests;
}

static TCase *
write_tests(void)
{
	TCase *tests = tcase_create("write");

	tcase_add_checked_fixture(tests, enter, leave);
	tcase_add_test(tests, rolls_back_what_a_killed_writer_left);
	tcase_add_test(tests, rolls_back_through_a_link);
	tcase_add_test(tests, tells_what_it_cannot_roll_back);
	tcase_add_test(tests, keeps_what_was_committed);
	tcase_add_test(tests, keeps_settings);
	tcase_add_test(tests, tells_who_holds_it);
	tcase_add_test(tests, survives_a_full_disk);
	tcase_add_test(tests, runs_statements);
	tcase_add_test(tests, tells_failing_statements);
	return tests;
}

int
main(void)
{
	Suite *suite = suite_create("inventory");

	suite_add_tcase(suite, open_tests());
	suite_add_tcase(suite, write_tests());
	return scratch_run(suite);
}
