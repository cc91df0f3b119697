#include "database.h"

#include "database/walk_private.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

/* ---- create --------------------------------------------------------------------------------- */

START_TEST(creates_a_database)
{
	struct database *db;

	create();
	ck_assert_str_eq(scratch_names("."), "inventory.db");
	ck_assert_uint_eq(scratch_mode("inventory.db"), 0600);
	db = open_good(DB_READ);
	ck_assert_int_eq(ask(db, "PRAGMA application_id"), 0x70667872);
	ck_assert_int_ge(ask(db, "PRAGMA user_version"), 1);
	ck_assert_int_eq(ask(db, "SELECT count(*) FROM store_type"), 5);
	ck_assert_int_eq(ask(db, "SELECT count(*) FROM job"), 0);
	ck_assert_int_eq(ask(db, "PRAGMA foreign_keys"), 1);
	ck_assert_int_eq(ask(db, "PRAGMA synchronous"), 3);
	db_close(db);
	db_close(NULL);
}
END_TEST

START_TEST(creates_over_nothing)
{
	struct error err = {0};

	scratch_write("inventory.db", "precious");
	ck_assert_int_eq(db_create("inventory.db", &err), -1);
	assert_error(
	    &err, ERROR_STORAGE, "inventory.db", "the database cannot be made: File exists");
	ck_assert_str_eq(scratch_names("."), "inventory.db");
	ck_assert_str_eq(scratch_text("inventory.db"), "precious");
	ck_assert_int_eq(unlink("inventory.db"), 0);
	ck_assert_int_eq(symlink("elsewhere", "inventory.db"), 0);
	ck_assert_int_eq(db_create("inventory.db", &err), -1);
	ck_assert_str_eq(scratch_names("."), "inventory.db");
}
END_TEST

START_TEST(creates_nothing_where_it_cannot)
{
	struct error err = {0};
	char path[2000];

	ck_assert_int_eq(db_create("gone/inventory.db", &err), -1);
	assert_error(&err, ERROR_STORAGE, "gone/inventory.db",
	    "the database cannot be made: No such file or directory");
	memset(path, 'x', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	ck_assert_int_eq(db_create(path, &err), -1);
	assert_error(&err, ERROR_STORAGE, "", "the database's path is too long");
	ck_assert_ptr_null(db_open(path, DB_READ, &err));
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
	rc = db_create("inventory.db", &err);
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
	static const enum db_mode modes[] = {DB_READ, DB_WRITE};

	for (size_t i = 0; i < 2; i++) {
		struct error err = {0};

		ck_assert_ptr_null(db_open("inventory.db", modes[i], &err));
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
	struct database *db;
	char sql[64], text[128];
	int version;

	create();
	db = open_good(DB_READ);
	version = (int)ask(db, "PRAGMA user_version");
	db_close(db);
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
	struct database *db;
	int version;
	char text[256];

	create();
	db = open_good(DB_READ);
	version = (int)ask(db, "PRAGMA user_version");
	db_close(db);
	ck_assert_int_eq(unlink("inventory.db"), 0);
	tamper("PRAGMA application_id = 0x70667872");
	ck_assert_ptr_null(db_open("inventory.db", DB_READ, &err));
	snprintf(text, sizeof(text),
	    "its schema is version 0, older than this program's %d: a writing command such as "
	    "`pfxreplace import` brings it up",
	    version);
	assert_error(&err, ERROR_STORAGE, "inventory.db", text);
	db_close(open_good(DB_WRITE));
	db = open_good(DB_READ);
	ck_assert_int_eq(ask(db, "PRAGMA user_version"), version);
	ck_assert_int_eq(ask(db, "SELECT count(*) FROM store_type"), 5);
	db_close(db);
}
END_TEST

#define WITHOUT_VERSION_7                                                  \
	"DROP TABLE data_key; ALTER TABLE run DROP COLUMN trust_manifest;" \
	"DELETE FROM setting WHERE name = 'database-id';"

#define WITHOUT_VERSION_6                                                                     \
	WITHOUT_VERSION_7                                                                     \
	"DROP TABLE handling; DROP TABLE ready; DROP TABLE lease; DROP TABLE job_event;"      \
	"DROP TABLE counter; DROP INDEX job_unproven; ALTER TABLE job DROP COLUMN proven_at;" \
	"ALTER TABLE run DROP COLUMN retries; ALTER TABLE run DROP COLUMN window_end;"

#define WITHOUT_VERSION_5                                      \
	"DROP INDEX chain_certificate;"                        \
	"ALTER TABLE certificate DROP COLUMN key_usage;"       \
	"ALTER TABLE certificate DROP COLUMN extended_usages;" \
	"ALTER TABLE certificate DROP COLUMN signature;"       \
	"ALTER TABLE certificate DROP COLUMN is_ca;"           \
	"ALTER TABLE certificate DROP COLUMN sha256;"          \
	"ALTER TABLE certificate DROP COLUMN curve;"           \
	"ALTER TABLE store DROP COLUMN key_path;"              \
	"ALTER TABLE store DROP COLUMN includes_chain;"        \
	"ALTER TABLE store DROP COLUMN trust_store;"           \
	"ALTER TABLE store DROP COLUMN endpoint;"              \
	"ALTER TABLE store DROP COLUMN password;"              \
	"ALTER TABLE store DROP COLUMN tried_at;"              \
	"ALTER TABLE store DROP COLUMN unreadable;"            \
	"ALTER TABLE store DROP COLUMN unreadable_text;"       \
	"DROP INDEX location_key_mismatch;"                    \
	"ALTER TABLE location DROP COLUMN key_mismatch;"

START_TEST(brings_up_version_1)
{
	struct database *db;

	create();
	tamper("INSERT INTO store(id, guid) VALUES (7, 'a'), (8, 'b');"
	       "INSERT INTO location(id, store, alias) VALUES (1, 7, 'x'), (2, 8, 'y');"
	       "INSERT INTO certificate(id) VALUES (9);"
	       "INSERT INTO request(id, line, outcome, created_at) VALUES (1, 2, 2, 0);"
	       "INSERT INTO job(id, request, location, status, result) VALUES (5, 1, 2, 1, 0);"
	       "INSERT INTO refusal(id, request, location, code) VALUES (6, 1, 1, "
	       "'not-approved');" WITHOUT_VERSION_6
	       "ALTER TABLE job DROP COLUMN store; ALTER TABLE refusal DROP COLUMN store;"
	       "ALTER TABLE run DROP COLUMN jobs_later; ALTER TABLE run DROP COLUMN first_due;"
	       "ALTER TABLE run DROP COLUMN last_due; DROP TABLE renumbered;"
	       "DROP TABLE request_given;" WITHOUT_VERSION_5 "PRAGMA user_version = 1");
	db_close(open_good(DB_WRITE));
	db = open_good(DB_READ);
	ck_assert_int_eq(ask(db, "PRAGMA user_version"), 7);
	ck_assert_int_eq(ask(db, "SELECT count(*) FROM pragma_index_info('chain_certificate')"), 1);
	ck_assert_int_eq(
	    ask(db, "SELECT key_usage IS NULL AND extended_usages IS NULL AND signature IS"
		    " NULL AND is_ca IS NULL AND sha256 IS NULL AND curve IS NULL"
		    " FROM certificate WHERE id = 9"),
	    1);
	ck_assert_int_eq(
	    ask(db, "SELECT key_path IS NULL AND includes_chain IS NULL AND trust_store IS NULL AND"
		    " endpoint IS NULL AND password IS NULL AND tried_at IS NULL AND unreadable IS"
		    " NULL AND unreadable_text IS NULL FROM store WHERE id = 7"),
	    1);
	ck_assert_int_eq(ask(db, "SELECT count(*) FROM location WHERE key_mismatch IS NULL"), 2);
	ck_assert_int_eq(ask(db, "SELECT store FROM job WHERE id = 5"), 8);
	ck_assert_int_eq(ask(db, "SELECT store FROM refusal WHERE id = 6"), 7);
	db_close(db);
}
END_TEST

/* When the jobs of its runs are due is found from their rows, a run without such jobs included. */
START_TEST(brings_up_version_2)
{
	struct database *db;

	create();
	tamper("INSERT INTO run(id, digest, path, manifest, operator, settings, format, started_at,"
	       " state, rows_total) VALUES (1, x'', '', '', '', '', 1, 5, 1, 0),"
	       " (2, x'', '', '', '', '', 1, 5, 1, 0);"
	       "INSERT INTO request(id, line, outcome, due_at, created_at, jobs) VALUES"
	       " ((1 << 32) + 1, 2, 1, NULL, 0, 9), ((1 << 32) + 2, 3, 1, 70, 0, 2),"
	       " ((1 << 32) + 3, 4, 1, 60, 0, 3), ((1 << 32) + 4, 5, 4, 50, 0, NULL),"
	       " ((1 << 32) + 4294967295, 6, 1, 65, 0, 1), ((2 << 32) + 1, 2, 1, NULL, 0, 4);"
	       "ALTER TABLE run DROP COLUMN jobs_later; ALTER TABLE run DROP COLUMN first_due;"
	       "ALTER TABLE run DROP COLUMN last_due; DROP TABLE renumbered;"
	       "DROP TABLE request_given;" WITHOUT_VERSION_6 WITHOUT_VERSION_5
	       "PRAGMA user_version = 2");
	db_close(open_good(DB_WRITE));
	db = open_good(DB_READ);
	ck_assert_int_eq(ask(db, "SELECT jobs_later FROM run WHERE id = 1"), 6);
	ck_assert_int_eq(ask(db, "SELECT first_due FROM run WHERE id = 1"), 60);
	ck_assert_int_eq(ask(db, "SELECT last_due FROM run WHERE id = 1"), 70);
	ck_assert_int_eq(ask(db, "SELECT jobs_later = 0 AND first_due IS NULL AND last_due"
				 " IS NULL FROM run WHERE id = 2"),
	    1);
	db_close(db);
}
END_TEST

/* The end of a window is read from the settings of its run. A setting may hold any text. */
START_TEST(brings_up_version_5)
{
	struct database *db;

	create();
	tamper(
	    "INSERT INTO run(id, digest, path, manifest, operator, settings, format, started_at,"
	    " state, rows_total) SELECT column1, x'', '', '', '', 'allow=' || char(10) || 'deny='"
	    " || char(10) || 'window=' || column2 || char(10) || 'pending=refuse' || char(10)"
	    " || 'ignore=' || column3 || char(10), 1, 5, 1, 0 FROM (VALUES (1, '', ''),"
	    " (2, '2026-03-01T22:00:00Z/2026-03-02T05:00:00Z', ''),"
	    " (3, '1969-12-31T00:00:00Z/1969-12-31T23:59:59.001Z', ''),"
	    " (4, '2026-03-01T22:00:00Z/9999-12-31T23:59:59.999Z', 'window=a/b'),"
	    " (5, '', char(10) || 'window=x/y'));"
	    "INSERT INTO job(id, request, location, status, result) VALUES (5, 1, 2, 3, 2)"
	    ";" WITHOUT_VERSION_6 "PRAGMA user_version = 5");
	db_close(open_good(DB_WRITE));
	db = open_good(DB_READ);
	ck_assert_int_eq(ask(db, "PRAGMA user_version"), 7);
	ck_assert_int_eq(ask(db, "SELECT sum(retries) FROM run"), 0);
	ck_assert_int_eq(ask(db, "SELECT count(*) FROM run WHERE window_end IS NULL"), 2);
	ck_assert_int_eq(ask(db, "SELECT window_end FROM run WHERE id = 2"), 1772427600000);
	ck_assert_int_eq(ask(db, "SELECT window_end FROM run WHERE id = 3"), -999);
	ck_assert_int_eq(ask(db, "SELECT window_end FROM run WHERE id = 4"), 253402300799999);
	ck_assert_int_eq(ask(db, "SELECT proven_at IS NULL FROM job WHERE id = 5"), 1);
	ck_assert_int_eq(ask(db, "SELECT value FROM counter WHERE name = 'ready-to'"), 0);
	ck_assert_int_eq(ask(db, "SELECT count(*) FROM counter"), 3);
	db_close(db);
}
END_TEST

/* Each waits for the one before it, and finds nothing to do any more. */
START_TEST(is_brought_up_by_several_at_once)
{
	struct database *db;
	pid_t children[6];
	int status, version;

	create();
	db = open_good(DB_READ);
	version = (int)ask(db, "PRAGMA user_version");
	db_close(db);
	ck_assert_int_eq(unlink("inventory.db"), 0);
	tamper("PRAGMA application_id = 0x70667872");
	for (size_t i = 0; i < sizeof(children) / sizeof(children[0]); i++) {
		children[i] = fork();
		ck_assert_int_ne(children[i], -1);
		if (children[i] == 0) {
			db = db_open("inventory.db", DB_WRITE, NULL);
			_exit(db == NULL);
		}
	}
	for (size_t i = 0; i < sizeof(children) / sizeof(children[0]); i++) {
		ck_assert_int_eq(waitpid(children[i], &status, 0), children[i]);
		ck_assert_int_eq(status, 0);
	}
	db = open_good(DB_READ);
	ck_assert_int_eq(ask(db, "PRAGMA user_version"), version);
	ck_assert_int_eq(ask(db, "SELECT count(*) FROM store_type"), 5);
	db_close(db);
}
END_TEST

/* There is no migration number -1. */
START_TEST(opens_no_version_below_0)
{
	static const char text[] =
	    "the database is damaged: its schema is version -1000000; restore it from a backup";
	struct error err = {0};

	create();
	tamper("PRAGMA user_version = -1000000");
	assert_not_opened(ERROR_STORAGE, text);
	ck_assert_ptr_null(db_open("inventory.db", DB_WRITE, &err));
	assert_error(&err, ERROR_STORAGE, "inventory.db", text);
}
END_TEST

/* What fails within a migration leaves the version, and the database, as it was. */
START_TEST(migrates_wholly_or_not_at_all)
{
	struct error err = {0};
	struct database *db;

	create();
	/* refusal has it */
	tamper(WITHOUT_VERSION_6 "ALTER TABLE job DROP COLUMN store; PRAGMA user_version = 1");
	ck_assert_ptr_null(db_open("inventory.db", DB_WRITE, &err));
	assert_error(&err, ERROR_STORAGE, "inventory.db",
	    "the database is damaged: table counter is missing (duplicate column name: store, "
	    "while "
	    "making the tables): run `pfxreplace verify`");
	tamper("PRAGMA user_version = 7");
	db = open_good(DB_READ);
	ck_assert_int_eq(
	    ask(db, "SELECT count(*) FROM pragma_table_info('job') WHERE name = 'store'"), 0);
	db_close(db);
}
END_TEST

START_TEST(tells_a_damaged_database)
{
	struct error err = {0};
	struct database *db;
	int fd;

	create();
	fd = open("inventory.db", O_WRONLY);
	for (off_t page = 1; page < 60; page++) /* all but the schema's first */
		ck_assert_int_eq(pwrite(fd, "\xff\xff\xff\xff", 4, page * 4096), 4);
	close(fd);
	db = db_open("inventory.db", DB_WRITE, &err);
	if (db != NULL) {
		ck_assert_int_eq(db_set(db, "a", "b", 1, &err), -1);
		db_close(db);
	}
	ck_assert_int_eq(err.code, ERROR_STORAGE);
	ck_assert_int_eq(strncmp(err.text, "the database is damaged (", 25), 0);
	ck_assert_ptr_nonnull(strstr(err.text, "); restore it from a backup"));
}
END_TEST

/* ---- who may write -------------------------------------------------------------------------- */

/* As of a table with its pages in disorder: of no rows, last-row is 0 wherever one looks after. */
START_TEST(walks_no_damaged_table_for_ever)
{
	struct database *db;
	struct error err = {0};
	struct walk walk;

	create();
	db = open_good(DB_READ);
	walk_init(&walk, db, SQL_LAST_ROW, SQL_LAST_ROW, NULL);
	ck_assert_int_eq(walk_next(&walk, &err), 1);
	ck_assert_int_eq(walk_next(&walk, &err), -1);
	assert_error(&err, ERROR_STORAGE, "inventory.db",
	    "the database is damaged (ids out of order, while last-row); restore it from a backup");
	walk_release(&walk);
	walk_init(&walk, db, SQL_LAST_ROW, SQL_LAST_ROW, NULL);
	ck_assert_int_eq(walk_run(&walk, &err), -1);
	walk_release(&walk);
	db_close(db);
}
END_TEST

START_TEST(reads_what_it_cannot_write)
{
	struct error err = {0};
	struct database *db;

	create();
	ck_assert_int_eq(chmod("inventory.db", 0444), 0);
	ck_assert_int_eq(chmod(".", 0555), 0);
	be_nobody();
	db = db_open("inventory.db", DB_WRITE, &err);
	be_oneself();
	ck_assert_ptr_null(db);
	assert_error(&err, ERROR_STORAGE, "inventory.db", "the database cannot be written");
	be_nobody();
	db = db_open("inventory.db", DB_READ, &err);
	be_oneself();
	ck_assert_msg(db != NULL, "%s", err.text);
	ck_assert_str_eq(get(db, "a"), "");
	db_close(db);
	ck_assert_int_eq(chmod(".", 0700), 0);
}
END_TEST

START_TEST(tells_what_it_cannot_read)
{
	struct error err = {0};
	struct database *db;

	create();
	ck_assert_int_eq(chmod("inventory.db", 0), 0);
	ck_assert_int_eq(chmod(".", 0755), 0);
	be_nobody();
	db = db_open("inventory.db", DB_READ, &err);
	be_oneself();
	ck_assert_ptr_null(db);
	assert_error(&err, ERROR_STORAGE, "inventory.db",
	    "the database or its journal cannot be opened: Permission denied");
}
END_TEST

START_TEST(writes_nothing_as_a_reader)
{
	struct error err = {0};
	struct database *db;

	create();
	db = open_good(DB_READ);
	ck_assert_int_eq(db_set(db, "a", "b", 1, &err), -1);
	assert_error(&err, ERROR_STORAGE, "inventory.db", "the database cannot be written");
	db_close(db);
}
END_TEST

/* Every byte and every time of the database and its folder are as they were. */
START_TEST(leaves_no_trace_as_a_reader)
{
	static char before[1 << 20];
	struct stat folder_before, folder_after, file_before, file_after;
	struct error err = {0};
	struct database *db;
	const char *after;
	size_t length, length_after;

	create();
	memcpy(before, scratch_read("inventory.db", &length), sizeof(before) - 1);
	ck_assert_int_eq(stat(".", &folder_before), 0);
	ck_assert_int_eq(stat("inventory.db", &file_before), 0);
	db = open_good(DB_READ);
	ck_assert_int_eq(db_begin(db, &err), 0);
	ck_assert_int_eq(ask(db, "SELECT count(*) FROM store_type"), 5);
	ck_assert_str_eq(scratch_names("."), "inventory.db");
	ck_assert_int_eq(db_commit(db, &err), 0);
	ck_assert_int_eq(db_begin(db, &err), 0);
	ck_assert_str_eq(get(db, "a"), "");
	db_close(db);
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

int
main(void)
{
	Suite *suite = suite_create("database");
	TCase *tests = tcase_create("inventory");

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
	tcase_add_test(tests, brings_up_version_5);
	tcase_add_test(tests, brings_up_an_older_schema);
	tcase_add_test(tests, brings_up_version_1);
	tcase_add_test(tests, brings_up_version_2);
	tcase_add_test(tests, is_brought_up_by_several_at_once);
	tcase_add_test(tests, opens_no_version_below_0);
	tcase_add_test(tests, migrates_wholly_or_not_at_all);
	tcase_add_test(tests, tells_a_damaged_database);
	tcase_add_test(tests, walks_no_damaged_table_for_ever);
	tcase_add_test(tests, reads_what_it_cannot_write);
	tcase_add_test(tests, tells_what_it_cannot_read);
	tcase_add_test(tests, writes_nothing_as_a_reader);
	tcase_add_test(tests, leaves_no_trace_as_a_reader);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
