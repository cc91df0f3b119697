#include "input/keyring.h"

#include "database.h"
#include "short_of_memory.h"

/* The keys of a database: which file opens it, and which key opens a password. */

#define KEY_A "pfxreplace-key-1 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"
#define KEY_B "pfxreplace-key-1 ffeeddccbbaa99887766554433221100ffeeddccbbaa99887766554433221100\n"
#define ROW ((INT64_C(3) << 32) + 7)
#define NOT_OURS "not the key of this database: expected the file that was made with it"

static const struct context context = {.key_file = "key"};
static struct database *db;

static void
write_key(const char *path, const char *text)
{
	scratch_write(path, text);
	ck_assert_int_eq(chmod(path, 0600), 0);
}

/* A database of KEY_A, which is the key file. */
static void
set_up(void)
{
	struct error err = {0};
	struct secret *secret;

	enter();
	create();
	write_key("key", KEY_A);
	db = open_good(DB_WRITE);
	secret = secret_open(&(struct secret_file){.path = "key"}, &err);
	ck_assert_ptr_nonnull(secret);
	ck_assert_int_eq(key_bind(secret, db, &err), 0);
	secret_close(secret);
}

static void
tear_down(void)
{
	db_close(db);
	leave();
}

/* The keyring; with `text` NULL it must be had, else the error says this. */
static struct keyring *
opened(const char *text)
{
	struct error err = {0};
	struct keyring *keyring = keyring_open(&context, db, &err);

	if (text == NULL)
		ck_assert_msg(keyring != NULL, "%s", err.text);
	else
		ck_assert_str_eq(err.text, text);
	return keyring;
}

/* A sealed "password" of the row. */
static void
seal(struct keyring *keyring, enum seal_field field, int64_t row, unsigned char sealed[37])
{
	struct error err = {0};
	int64_t owner = field == SEAL_STORE_PASSWORD ? KEYRING_STORES : row >> 32;

	ck_assert_int_eq(keyring_prepare(keyring, owner, &err), 0);
	ck_assert_int_eq(keyring_keep(keyring, &err), 0);
	ck_assert_int_eq(
	    keyring_seal(keyring, field, row, (struct seal_bytes){"password", 8}, sealed, &err), 0);
}

/* "" where it opens, else what is said. */
static const char *
unsealed(struct keyring *keyring, enum seal_field field, int64_t row, const unsigned char *sealed)
{
	const struct keyring_value value = {field, row, {sealed, 37}};
	static struct error err;
	char found[8] = {0};

	err = (struct error){0};
	if (keyring_unseal(keyring, &value, found, &err) == SECRET_GOOD)
		ck_assert_mem_eq(found, "password", 8);
	return err.text;
}

START_TEST(knows_its_database)
{
	unsigned char check[64];
	struct keyring *keyring = opened(NULL);

	ck_assert(!keyring_is_new(keyring));
	keyring_close(keyring);
	/* What is kept of the key is no part of it. */
	ck_assert_int_eq(db_setting(db, "key-check", check, sizeof(check), NULL), 16);
	ck_assert_mem_ne(
	    check, "\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f", 16);
	write_key("key", KEY_B);
	ck_assert_ptr_null(opened(NOT_OURS));
	ck_assert_int_eq(unlink("key"), 0);
	ck_assert_ptr_null(opened("the key file cannot be opened: No such file or directory"));
}
END_TEST

/* As a `rekey` leaves it that was cut off after its transaction, or before it. */
START_TEST(takes_the_new_key_where_it_is_that_of_the_database)
{
	struct keyring *keyring;

	write_key("key", KEY_B);
	write_key("key.new", KEY_A);
	keyring = opened(NULL);
	ck_assert(keyring_is_new(keyring));
	keyring_close(keyring);
	ck_assert_int_eq(unlink("key"), 0);
	keyring = opened(NULL);
	ck_assert(keyring_is_new(keyring));
	keyring_close(keyring);
	write_key("key", KEY_A);
	write_key("key.new", KEY_B);
	keyring = opened(NULL);
	ck_assert(!keyring_is_new(keyring));
	keyring_close(keyring);
	/* Links lead to where it is. */
	ck_assert_int_eq(mkdir("away", 0700), 0);
	write_key("away/secret", KEY_B);
	write_key("away/secret.new", KEY_A);
	ck_assert_int_eq(unlink("key"), 0);
	ck_assert_int_eq(symlink("away/secret", "key"), 0);
	keyring = opened(NULL);
	ck_assert(keyring_is_new(keyring));
	keyring_close(keyring);
}
END_TEST

START_TEST(seals_with_a_data_key_of_each_run)
{
	struct keyring *keyring = opened(NULL), *again;
	unsigned char first[37], second[37], store[37];

	seal(keyring, SEAL_REQUEST_PASSWORD, ROW, first);
	seal(keyring, SEAL_REQUEST_PASSWORD, INT64_C(4) << 32 | 7, second);
	seal(keyring, SEAL_STORE_PASSWORD, 9, store);
	keyring_close(keyring);
	ck_assert_int_eq(ask(db, "SELECT count(*) FROM data_key WHERE owner IN (0, 3, 4)"), 3);
	again = opened(NULL);
	ck_assert_str_eq(unsealed(again, SEAL_REQUEST_PASSWORD, ROW, first), "");
	ck_assert_str_eq(unsealed(again, SEAL_STORE_PASSWORD, 9, store), "");
	ck_assert_str_eq(unsealed(again, SEAL_REQUEST_PASSWORD, INT64_C(4) << 32 | 7, second), "");
	ck_assert_str_ne(unsealed(again, SEAL_REQUEST_PASSWORD, ROW, second), "");
	ck_assert_str_ne(unsealed(again, SEAL_REQUEST_PASSWORD, ROW + 1, first), "");
	ck_assert_str_ne(unsealed(again, SEAL_STORE_PASSWORD, ROW, first), "");
	ck_assert_str_eq(unsealed(again, SEAL_REQUEST_PASSWORD, INT64_C(5) << 32 | 7, first),
	    "the data key that sealed it is gone");
	tamper("UPDATE data_key SET sealed = (SELECT sealed FROM data_key WHERE owner = 4) WHERE"
	       " owner = 3");
	ck_assert_str_eq(unsealed(again, SEAL_REQUEST_PASSWORD, ROW, first),
	    "the data key that sealed it cannot be opened");
	keyring_close(again);
}
END_TEST

START_TEST(makes_no_second_data_key)
{
	struct keyring *keyring = opened(NULL);
	unsigned char sealed[37];
	struct error err = {0};

	seal(keyring, SEAL_REQUEST_PASSWORD, ROW, sealed);
	keyring_close(keyring);
	keyring = opened(NULL);
	ck_assert_int_eq(keyring_prepare(keyring, 3, &err), 0);
	ck_assert_int_eq(keyring_keep(keyring, &err), 0);
	ck_assert_str_eq(unsealed(keyring, SEAL_REQUEST_PASSWORD, ROW, sealed), "");
	keyring_close(keyring);
	/* One that does not open is not replaced. */
	tamper("UPDATE data_key SET sealed = zeroblob(61)");
	keyring = opened(NULL);
	ck_assert_int_eq(keyring_prepare(keyring, 3, &err), -1);
	ck_assert_str_eq(
	    err.text, "the data key of run 3 cannot be opened: run `pfxreplace verify`");
	ck_assert_int_eq(keyring_seal(keyring, SEAL_REQUEST_PASSWORD, ROW,
			     (struct seal_bytes){"password", 8}, sealed, &err),
	    -1);
	keyring_close(keyring);
}
END_TEST

/* A `rekey` puts another key in place while the old one is open. */
START_TEST(follows_a_rekey)
{
	const struct seal_place place = {NULL, SEAL_DATA_KEY, 3};
	struct keyring *keyring = opened(NULL);
	unsigned char sealed[37], wrapped[SEAL_KEY_SIZE];
	struct seal_place here = place;
	struct secret *data_key, *new;
	struct error err = {0};
	char sql[256], *at = sql;

	seal(keyring, SEAL_REQUEST_PASSWORD, ROW, sealed);
	keyring_close(keyring);
	keyring = opened(NULL);
	here.database = keyring_database(keyring);
	/* The same data key under KEY_B. */
	write_key("key.new", KEY_B);
	new = secret_open(&(struct secret_file){.path = "key.new"}, &err);
	ck_assert_ptr_nonnull(new);
	{
		sqlite3_stmt *statement;
		sqlite3 *raw;

		ck_assert_int_eq(sqlite3_open("inventory.db", &raw), SQLITE_OK);
		ck_assert_int_eq(
		    sqlite3_prepare_v2(
			raw, "SELECT sealed FROM data_key WHERE owner = 3", -1, &statement, NULL),
		    SQLITE_OK);
		ck_assert_int_eq(sqlite3_step(statement), SQLITE_ROW);
		ck_assert_int_eq(
		    seal_open_key(keyring_key(keyring), &here,
			(struct seal_bytes){sqlite3_column_blob(statement, 0), SEAL_KEY_SIZE},
			&data_key, &err),
		    SECRET_GOOD);
		sqlite3_finalize(statement);
		sqlite3_close(raw);
	}
	ck_assert_int_eq(seal_close_key(new, &here, data_key, wrapped, &err), 0);
	at += sprintf(at, "UPDATE data_key SET sealed = x'");
	for (size_t i = 0; i < sizeof(wrapped); i++)
		at += sprintf(at, "%02x", wrapped[i]);
	sprintf(at, "'");
	tamper(sql);
	ck_assert_int_eq(key_bind(new, db, &err), 0);
	ck_assert_str_eq(unsealed(keyring, SEAL_REQUEST_PASSWORD, ROW, sealed), "");
	ck_assert(keyring_is_new(keyring));
	secret_close(data_key);
	secret_close(new);
	keyring_close(keyring);
}
END_TEST

/* The database has another key by now, and its file is not there. */
START_TEST(keeps_its_key_where_it_cannot_follow)
{
	struct keyring *keyring = opened(NULL);
	unsigned char sealed[37];
	struct error err = {0};
	struct secret *other;

	seal(keyring, SEAL_REQUEST_PASSWORD, ROW, sealed);
	write_key("other", KEY_B);
	other = secret_open(&(struct secret_file){.path = "other"}, &err);
	ck_assert_ptr_nonnull(other);
	ck_assert_int_eq(key_bind(other, db, &err), 0);
	secret_close(other);
	for (int i = 0; i < 2; i++)
		ck_assert_str_eq(
		    unsealed(keyring, SEAL_REQUEST_PASSWORD, INT64_C(5) << 32 | 7, sealed),
		    "the data key that sealed it is gone");
	ck_assert_ptr_nonnull(keyring_key(keyring));
	ck_assert_str_eq(unsealed(keyring, SEAL_REQUEST_PASSWORD, ROW, sealed), "");
	sealed[0] = 1; /* as of an earlier version */
	ck_assert_str_ne(unsealed(keyring, SEAL_REQUEST_PASSWORD, ROW, sealed), "");
	keyring_close(keyring);
}
END_TEST

START_TEST(blames_no_key_for_want_of_memory)
{
	const struct secret_file file = {.path = "key"};
	enum secret_answer answer;
	struct keyring *keyring;
	bool is_other;
	long n = 0;

	do {
		struct error err = {0};

		let_fail(++n);
		answer = keyring_try(&file, db, &keyring, &is_other, &err);
		if (!has_failed())
			break;
		if (answer != SECRET_GOOD) {
			ck_assert_int_eq(answer, SECRET_FAILED);
			ck_assert_str_eq(err.text, "out of memory");
			ck_assert_ptr_null(keyring);
		}
		keyring_close(keyring);
	} while (n < 1000);
	ck_assert_int_gt(n, 1);
	ck_assert_int_eq(answer, SECRET_GOOD);
	keyring_close(keyring);
}
END_TEST

/* A setting of another size is none that a key made. */
START_TEST(refuses_what_no_key_made)
{
	char setting[1000] = {0};
	struct error err = {0};

	for (int size = 15; size <= 1000; size += size == 15 ? 2 : 983) {
		ck_assert_int_eq(db_set(db, "key-check", setting, size, &err), 0);
		ck_assert_ptr_null(opened(NOT_OURS));
	}
}
END_TEST

START_TEST(needs_the_id_of_the_database)
{
	tamper("UPDATE setting SET value = x'00' WHERE name = 'database-id'");
	ck_assert_ptr_null(opened("the database has no id, and so no password in it can be opened: "
				  "run `pfxreplace verify`"));
	tamper("DELETE FROM setting WHERE name = 'database-id'");
	ck_assert_ptr_null(opened("the database has no id, and so no password in it can be opened: "
				  "run `pfxreplace verify`"));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("keyring");
	TCase *tests = tcase_create("keyring");

	take_over_memory();
	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, knows_its_database);
	tcase_add_test(tests, takes_the_new_key_where_it_is_that_of_the_database);
	tcase_add_test(tests, seals_with_a_data_key_of_each_run);
	tcase_add_test(tests, makes_no_second_data_key);
	tcase_add_test(tests, follows_a_rekey);
	tcase_add_test(tests, keeps_its_key_where_it_cannot_follow);
	tcase_add_test(tests, blames_no_key_for_want_of_memory);
	tcase_add_test(tests, refuses_what_no_key_made);
	tcase_add_test(tests, needs_the_id_of_the_database);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
