#include "crypto/secret_private.h"
#include "input/rekey.h"

#include "database.h"
#include "database/sealed.h"

/* A new key for what is sealed: the data keys stay, and no key is in the database in clear. */

#define RUN 3

static const struct context context = {.database = "inventory.db", .key_file = "key"};
static struct database *db;

/* What the journal of a transaction holds when it ends. */
static int
copy_journal(void *unused)
{
	size_t length;
	const char *bytes = scratch_read("inventory.db-journal", &length);
	FILE *copy = fopen("journal", "w");

	(void)unused;
	ck_assert_ptr_nonnull(copy);
	ck_assert_uint_gt(length, 0);
	ck_assert_uint_eq(fwrite(bytes, 1, length, copy), length);
	ck_assert_int_eq(fclose(copy), 0);
	return 0;
}

/* A database with its key file, and with data keys of stores and of a run. */
static void
set_up(void)
{
	struct error err = {0};
	struct secret *secret;
	struct keyring *keyring;

	enter();
	create();
	ck_assert_int_eq(secret_create("key", &err), 0);
	db = open_good(DB_WRITE);
	sqlite3_commit_hook(sqlite_of(db)->handle, copy_journal, NULL);
	secret = secret_open(&(struct secret_file){.path = "key"}, &err);
	ck_assert_ptr_nonnull(secret);
	ck_assert_int_eq(key_bind(secret, db, &err), 0);
	secret_close(secret);
	keyring = keyring_open(&context, db, &err);
	ck_assert_ptr_nonnull(keyring);
	ck_assert_int_eq(keyring_prepare(keyring, KEYRING_STORES, &err), 0);
	ck_assert_int_eq(keyring_prepare(keyring, RUN, &err), 0);
	ck_assert_int_eq(keyring_keep(keyring, &err), 0);
	keyring_close(keyring);
}

static void
tear_down(void)
{
	db_close(db);
	leave();
}

/* ---- the keys in clear -------------------------------------------------------------------- */

enum { FILE_KEY, STORES_KEY, RUN_KEY, KEYS };

struct clear_keys {
	struct keyring *keyring;
	int64_t owner;
	unsigned char keys[KEYS][KEY_SIZE];
};

static int
clear_take(void *closure, const struct sealed_value *value, struct error *err)
{
	struct clear_keys *clear = closure;
	const struct seal_place place = {
	    keyring_database(clear->keyring), SEAL_DATA_KEY, value->row};
	struct secret *opened;

	ck_assert_int_eq(seal_open_key(keyring_key(clear->keyring), &place,
			     (struct seal_bytes){value->bytes, value->length}, &opened, err),
	    SECRET_GOOD);
	memcpy(clear->keys[clear->owner == RUN ? RUN_KEY : STORES_KEY], opened->key, KEY_SIZE);
	secret_close(opened);
	return 0;
}

static void
clear_read(struct clear_keys *clear)
{
	const int64_t owners[] = {KEYRING_STORES, RUN};
	struct error err = {0};

	clear->keyring = keyring_open(&context, db, &err);
	ck_assert_msg(clear->keyring != NULL, "%s", err.text);
	memcpy(clear->keys[FILE_KEY], keyring_key(clear->keyring)->key, KEY_SIZE);
	for (size_t i = 0; i < sizeof(owners) / sizeof(owners[0]); i++) {
		clear->owner = owners[i];
		ck_assert_int_eq(db_data_key(db, owners[i], clear_take, clear, &err), 1);
	}
	keyring_close(clear->keyring);
}

/* Whether a file has a key, as bytes or as digits. */
static bool
file_has(const char *path, const unsigned char key[KEY_SIZE])
{
	char lower[2 * KEY_SIZE + 1], upper[2 * KEY_SIZE + 1];
	size_t length;
	const char *bytes = scratch_read(path, &length);

	ck_assert_uint_gt(length, 0);
	for (size_t i = 0; i < KEY_SIZE; i++) {
		snprintf(lower + 2 * i, 3, "%02x", key[i]);
		snprintf(upper + 2 * i, 3, "%02X", key[i]);
	}
	return memmem(bytes, length, key, KEY_SIZE) != NULL ||
	       memmem(bytes, length, lower, 2 * KEY_SIZE) != NULL ||
	       memmem(bytes, length, upper, 2 * KEY_SIZE) != NULL;
}

static void
assert_none_in_clear(const struct clear_keys *clear)
{
	static const char *const files[] = {"inventory.db", "journal"};

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		for (size_t key = 0; key < KEYS; key++)
			ck_assert_msg(!file_has(files[i], clear->keys[key]), "key %zu is in %s",
			    key, files[i]);
	/* It is found where it is. */
	ck_assert(file_has("key", clear->keys[FILE_KEY]));
	ck_assert(!file_has("key", clear->keys[RUN_KEY]));
}

/* ---- tests -------------------------------------------------------------------------------- */

START_TEST(keeps_data_keys_and_shows_none)
{
	struct clear_keys before, after;
	struct rekey_outcome outcome;
	struct error err = {0};

	clear_read(&before);
	assert_none_in_clear(&before);
	ck_assert_msg(rekey_database(&context, db, &outcome, &err) == 0, "%s", err.text);
	ck_assert_uint_eq(outcome.data_keys, 2);
	ck_assert_uint_eq(outcome.passwords, 0);
	ck_assert(!outcome.finished);
	ck_assert(!outcome.has_other_names);
	ck_assert_str_eq(scratch_names("."), "inventory.db journal key");
	clear_read(&after);
	assert_none_in_clear(&after);
	ck_assert_mem_ne(before.keys[FILE_KEY], after.keys[FILE_KEY], KEY_SIZE);
	ck_assert_mem_eq(before.keys[STORES_KEY], after.keys[STORES_KEY], KEY_SIZE);
	ck_assert_mem_eq(before.keys[RUN_KEY], after.keys[RUN_KEY], KEY_SIZE);
	ck_assert_mem_ne(after.keys[STORES_KEY], after.keys[RUN_KEY], KEY_SIZE);
	ck_assert(!file_has("inventory.db", before.keys[FILE_KEY]));
	ck_assert(!file_has("journal", before.keys[FILE_KEY]));
}
END_TEST

START_TEST(changes_nothing_where_a_data_key_does_not_open)
{
	struct rekey_outcome outcome;
	struct error err = {0};

	tamper("UPDATE data_key SET sealed = zeroblob(61) WHERE owner = 3");
	ck_assert_int_eq(rekey_database(&context, db, &outcome, &err), -1);
	ck_assert_str_eq(err.text, "the data key of run 3 cannot be opened with the old key: run "
				   "`pfxreplace verify`; nothing was changed");
	ck_assert_str_eq(scratch_names("."), "inventory.db journal key");
	ck_assert_int_eq(ask(db, "SELECT count(*) FROM data_key WHERE sealed = zeroblob(61)"), 1);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("rekey");
	TCase *tests = tcase_create("rekey");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, keeps_data_keys_and_shows_none);
	tcase_add_test(tests, changes_nothing_where_a_data_key_does_not_open);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
