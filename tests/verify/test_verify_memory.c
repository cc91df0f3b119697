#include "input/keyring.h"
#include "input/source.h"
#include "verify/verify.h"

#include "database.h"
#include "short_of_memory.h"

/*
 * Whoever has no memory to look at something knows nothing against it: `verify` ends, and finds
 * nothing. tests/alloc/run lets every allocation fail; here it is those of OpenSSL, and
 * the pages of SQLite.
 */

#define MANIFEST "ExistingCertificateId,CertificateId,Password\nx,1,password\n"
#define REQUEST ((INT64_C(1) << 32) + 1)

static struct verify_options options;

static void
run_sql(sqlite3 *db, const char *sql, const void *blob, int length)
{
	sqlite3_stmt *statement;

	ck_assert_int_eq(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
	ck_assert_int_eq(sqlite3_bind_blob(statement, 1, blob, length, SQLITE_STATIC), SQLITE_OK);
	ck_assert_int_eq(sqlite3_step(statement), SQLITE_DONE);
	ck_assert_int_eq(sqlite3_finalize(statement), SQLITE_OK);
}

/* A run whose only row was rejected and has a password. Its checkpoint is behind its manifest. */
static void
found(void)
{
	const struct context context = {.key_file = "key"};
	unsigned char digest[DIGEST_SIZE], sealed[8 + SEAL_OVERHEAD];
	struct database *db;
	struct keyring *keyring;
	struct secret *secret;
	struct source source;
	struct error err = {0};
	sqlite3 *raw;

	enter();
	create();
	scratch_write("m.csv", MANIFEST);
	ck_assert_int_eq(secret_create("key", &err), 0);
	secret = secret_open(&(struct secret_file){.path = "key"}, &err);
	db = open_good(DB_WRITE);
	ck_assert_int_eq(key_bind(secret, db, &err), 0);
	secret_close(secret);
	keyring = keyring_open(&context, db, &err);
	ck_assert_ptr_nonnull(keyring);
	ck_assert_int_eq(keyring_prepare(keyring, REQUEST >> 32, &err), 0);
	ck_assert_int_eq(keyring_keep(keyring, &err), 0);
	ck_assert_int_eq(keyring_seal(keyring, SEAL_REQUEST_PASSWORD, REQUEST,
			     (struct seal_bytes){"password", 8}, sealed, &err),
	    0);
	keyring_close(keyring);
	db_close(db);
	ck_assert_int_eq(source_open(&source, "m.csv", NULL, &err), 0);
	ck_assert_int_eq(source_digest(&source, digest, &err), 0);
	source_close(&source);
	ck_assert_int_eq(sqlite3_open("inventory.db", &raw), SQLITE_OK);
	run_sql(raw,
	    "INSERT INTO run(digest, path, manifest, operator, settings, format, started_at,"
	    " finished_at, state, rows_total, offset, line, rows_read, rejected)"
	    " VALUES (?1, 'm.csv', 'm.csv', 'nobody', '', 1, 1, 2, 1, 1, 1000, 3, 1, 1)",
	    digest, sizeof(digest));
	run_sql(raw,
	    "INSERT INTO request(id, line, outcome, created_at, password, offset)"
	    " VALUES ((1 << 32) + 1, 2, 4, 1, ?1, 45)",
	    sealed, sizeof(sealed));
	ck_assert_int_eq(sqlite3_close(raw), SQLITE_OK);
	tamper("INSERT INTO tally VALUES (1, 'code', 'bad-integer', 1, NULL)");
	options = (struct verify_options){.key = {.path = "key"}};
}

/* What verify writes, and its return value and the rest. Static: until the next call. */
static const char *
verified(int *rc, struct verify_counts *counts, struct error *err)
{
	struct error closing = {0};
	struct database *db = open_good(DB_VERIFY);
	struct outfile *file = outfile_open("out", &closing);
	struct writer *writer = writer_new(file, OUTPUT_CSV, verify_columns, VERIFY_COLUMNS);

	ck_assert_ptr_nonnull(writer);
	*rc = verify_database(db, &options, writer, counts, err);
	(void)has_failed();
	ck_assert_int_eq(writer_end(&writer, &closing), 0);
	ck_assert_int_eq(outfile_publish(&file, &closing), 0);
	db_close(db);
	return scratch_text("out");
}

/* ---- SQLite's memory ------------------------------------------------------------------------ */

#define PAGE 4096

static struct {
	sqlite3_mem_methods methods;
	long left; /* so many pages are had before one is not; -1: all are */
	long failed;
} pages = {.left = -1};

static void *
allocate_page(int size)
{
	if (size < PAGE || pages.left == -1 || pages.left-- > 0)
		return pages.methods.xMalloc(size);
	pages.failed++;
	return NULL;
}

static void
take_over_pages(void)
{
	sqlite3_mem_methods methods;

	if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &pages.methods) != SQLITE_OK)
		abort();
	methods = pages.methods;
	methods.xMalloc = allocate_page;
	if (sqlite3_config(SQLITE_CONFIG_MALLOC, &methods) != SQLITE_OK)
		abort();
}

/* SQLite's own check says of a page that it had no memory for, that it cannot be got. */
START_TEST(blames_no_page_for_want_of_memory)
{
	struct verify_counts counts;
	long looked_at = 0;
	int rc;

	tamper("UPDATE run SET offset = 58;"
	       "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 40)"
	       " INSERT INTO setting SELECT 'n' || i, zeroblob(8000) FROM n");
	do {
		struct database *db = open_good(DB_VERIFY);
		struct outfile *file = outfile_open("out", NULL);
		struct writer *writer = writer_new(
		    file, OUTPUT_CSV, verify_columns, VERIFY_COLUMNS);
		struct error err = {0};

		pages.left = looked_at++;
		pages.failed = 0;
		rc = verify_database(db, &options, writer, &counts, &err);
		pages.left = -1;
		if (rc == -1)
			assert_error(&err, ERROR_STORAGE, "", "out of memory");
		ck_assert_uint_eq(counts.findings, 0);
		writer_free(writer);
		outfile_discard(file);
		db_close(db);
	} while (pages.failed > 0 && looked_at < 10000);
	ck_assert_int_eq(rc, 0);
	ck_assert_int_gt(looked_at, 50);
}
END_TEST

/* ---- OpenSSL's memory ----------------------------------------------------------------------- */

/* Each allocation in turn, until there are no more. */
static void
lets_each_fail(const char *expected)
{
	struct verify_counts counts;
	struct error err = {0};
	int rc;

	for (long n = 1;; n++) {
		const char *text;

		let_fail(n);
		text = verified(&rc, &counts, &err);
		if (short_of_memory.failed == 0)
			break;
		if (rc == 0) { /* OpenSSL could do without */
			ck_assert_str_eq(text, expected);
			continue;
		}
		if (strcmp(err.file, "m.csv") == 0)
			assert_error(&err, ERROR_STORAGE, "m.csv", "SHA-256 failed");
		else
			assert_error(&err, ERROR_STORAGE, "", "out of memory");
		ck_assert_uint_eq(counts.findings, 0);
		ck_assert_str_eq(text, "Finding,Table,Id,Run,Line,Text\n");
		ck_assert_int_lt(n, 10000);
	}
	ck_assert_int_eq(rc, 0);
	ck_assert_str_eq(scratch_text("out"), expected);
}

START_TEST(finds_nothing_for_want_of_memory)
{
	tamper("UPDATE run SET offset = 58");
	lets_each_fail("Finding,Table,Id,Run,Line,Text\n");
}
END_TEST

START_TEST(misses_nothing_for_want_of_memory)
{
	struct verify_counts counts;
	struct error err = {0};
	int rc;

	lets_each_fail(
	    "Finding,Table,Id,Run,Line,Text\n"
	    "wrong-checkpoint,run,1,1,,\"its checkpoint is at offset 1000, but m.csv has "
	    "58 bytes\"\n");
	(void)verified(&rc, &counts, &err);
	ck_assert_uint_eq(counts.passwords, 1);
	ck_assert_uint_eq(counts.finding[IRREGULARITY_WRONG_CHECKPOINT], 1);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("verify_memory");
	TCase *tests = tcase_create("verify_memory");

	take_over_memory();
	take_over_pages();
	tcase_add_checked_fixture(tests, found, leave);
	tcase_add_test(tests, blames_no_page_for_want_of_memory);
	tcase_add_test(tests, finds_nothing_for_want_of_memory);
	tcase_add_test(tests, misses_nothing_for_want_of_memory);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
