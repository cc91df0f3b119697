#include "import/scan.h"

#include "certificates/scan_alias.h"
#include "import/scan_pool.h"
#include "import/scan_prints.h"
#include "input/keyring.h"

#include "certificates/made_pkcs12.h"
#include "database.h"

#include <stdatomic.h>
#include <time.h>

/* ---- the pool ------------------------------------------------------------------------------ */

#define READS 1000

/* What the reading function of a test sees. */
static struct {
	atomic_int running, most, read, certificates;
	atomic_bool held; /* none ends as long as this is so */
} seen;

static void
pool_nap(long microseconds)
{
	nanosleep(&(struct timespec){0, microseconds * 1000}, NULL);
}

/* The earlier one of two takes longer. */
static void
pool_read(struct scan_read *read, const void *closure)
{
	int running = atomic_fetch_add(&seen.running, 1) + 1;

	(void)closure;
	if (running > atomic_load(&seen.most))
		atomic_store(&seen.most, running);
	while (atomic_load(&seen.held))
		pool_nap(100);
	if (read->store % 2 == 0)
		pool_nap(200);
	read->at = read->store * 10;
	read->source.entries.certificates = (size_t)atomic_load(&seen.certificates);
	atomic_fetch_add(&seen.read, 1);
	atomic_fetch_sub(&seen.running, 1);
}

static struct scan_pool *
pool_start(void)
{
	static const struct scan_pool_options options = {.read = pool_read};
	struct error err = {0};
	struct scan_pool *pool = scan_pool_new(&options, &err);

	ck_assert_ptr_nonnull(pool);
	atomic_store(&seen.running, 0);
	atomic_store(&seen.most, 0);
	atomic_store(&seen.read, 0);
	atomic_store(&seen.certificates, 0);
	atomic_store(&seen.held, false);
	return pool;
}

static void
pool_add(struct scan_pool *pool, int64_t store)
{
	struct scan_read *read = calloc(1, sizeof(*read));

	ck_assert_ptr_nonnull(read);
	read->store = store;
	read->path = strdup("path");
	scan_pool_put(pool, read);
}

/* Takes the next one, which must be this. */
static void
pool_expect(struct scan_pool *pool, int64_t store)
{
	struct scan_read *read = scan_pool_take(pool);

	ck_assert_ptr_nonnull(read);
	ck_assert_int_eq(read->store, store);
	ck_assert_int_eq(read->at, store * 10);
	scan_read_free(read);
}

START_TEST(pool_keeps_the_order)
{
	struct scan_pool *pool = pool_start();
	int64_t put = 0, taken = 0;

	ck_assert_ptr_null(scan_pool_take(pool));
	while (taken < READS) {
		while (put < READS && !scan_pool_is_full(pool))
			pool_add(pool, put++);
		ck_assert_int_le(put - taken, SCAN_POOL_STORES);
		pool_expect(pool, taken++);
	}
	ck_assert_ptr_null(scan_pool_take(pool));
	ck_assert_int_eq(atomic_load(&seen.most), SCAN_POOL_THREADS);
	ck_assert_int_eq(atomic_load(&seen.read), READS);
	scan_pool_free(pool);
}
END_TEST

/* Files of 10,000 certificates each: two more than fit are begun, and no more. */
START_TEST(pool_waits_where_too_much_is_read)
{
	struct scan_pool *pool = pool_start();
	int before;

	atomic_store(&seen.certificates, 10000);
	for (int i = 0; i < 20; i++)
		pool_add(pool, i);
	do {
		before = atomic_load(&seen.read);
		pool_nap(50000);
	} while (atomic_load(&seen.read) != before || before == 0);
	ck_assert_int_ge(before, 3);
	ck_assert_int_le(before, 2 + SCAN_POOL_THREADS);
	for (int i = 0; i < 20; i++)
		pool_expect(pool, i);
	scan_pool_free(pool);
}
END_TEST

/* What was begun is still to be taken; the others are gone. */
START_TEST(pool_stops)
{
	struct scan_pool *pool = pool_start();

	atomic_store(&seen.held, true);
	for (int i = 0; i < 20; i++)
		pool_add(pool, i);
	while (atomic_load(&seen.running) < SCAN_POOL_THREADS)
		pool_nap(100);
	scan_pool_stop(pool);
	atomic_store(&seen.held, false);
	for (int i = 0; i < SCAN_POOL_THREADS; i++)
		pool_expect(pool, i);
	ck_assert_ptr_null(scan_pool_take(pool));
	pool_add(pool, 77);
	pool_expect(pool, 77);
	scan_pool_free(pool);
}
END_TEST

START_TEST(pool_is_freed_with_all_that_is_in_it)
{
	struct scan_pool *pool = pool_start();

	for (int i = 0; i < SCAN_POOL_STORES; i++)
		pool_add(pool, i);
	ck_assert(scan_pool_is_full(pool));
	scan_pool_free(pool);
	scan_pool_free(NULL);
	scan_read_free(NULL);
}
END_TEST

/* ---- aliases ------------------------------------------------------------------------------- */

#define PRINT "0123456789ABCDEF0123456789ABCDEF01234567"

/* Names of entries up to NULL ("-": none), and their aliases in order, each with its entry. */
static const struct {
	const char *names[8];
	const char *aliases;
} aliases[] = {
    {{"b", "a"}, "a=1,b=0"},
    {{"-", "a"}, PRINT "=0,a=1"},
    {{""}, PRINT "=0"},
    {{"-", "-"}, PRINT "=0," PRINT " (2)=1"},
    {{"x", "y", "x", "x"}, "x=0,x (2)=2,x (3)=3,y=1"},
    {{"x", "x (2)", "x"}, "x=0,x (2)=1,x (3)=2"},
    {{"x", "x (2)", "x", "x (2)"}, "x=0,x (2)=1,x (2) (2)=3,x (3)=2"},
    {{NULL}, ""},
};

START_TEST(chooses_aliases)
{
	struct certificate certificate = {.sha1 = PRINT};
	struct entry items[8];
	struct entries entries = {.items = items};
	struct scan_aliases chosen;
	struct buffer text = {0};
	struct error err = {0};

	for (; aliases[_i].names[entries.count] != NULL; entries.count++) {
		const char *name = aliases[_i].names[entries.count];

		items[entries.count] = (struct entry){
		    .alias = strcmp(name, "-") == 0 ? NULL : (char *)(uintptr_t)name,
		    .chain = &certificate,
		    .count = 1};
	}
	ck_assert_int_eq(scan_aliases_choose(&chosen, &entries, &err), 0);
	for (size_t i = 0; i < chosen.count; i++)
		buffer_addf(&text, "%s%s=%zu", i == 0 ? "" : ",", scan_alias_text(&chosen.items[i]),
		    chosen.items[i].entry);
	ck_assert_str_eq(text.bytes == NULL ? "" : text.bytes, aliases[_i].aliases);
	buffer_release(&text);
	scan_aliases_release(&chosen);
}
END_TEST

/* ---- prints -------------------------------------------------------------------------------- */

START_TEST(finds_prints_again)
{
	struct scan_prints prints = {0};
	struct error err = {0};
	struct scan_print print;

	ck_assert_ptr_null(scan_prints_find(&prints, PRINT));
	for (int i = 1; i <= 5000; i++) {
		/* They begin alike, as digests never do. */
		print = (struct scan_print){.certificate = i, .has_key = i % 2};
		snprintf(print.sha256, sizeof(print.sha256), "%016X%048X", i % 7, i);
		ck_assert_ptr_null(scan_prints_find(&prints, print.sha256));
		ck_assert_int_eq(scan_prints_add(&prints, &print, &err), 0);
	}
	for (int i = 1; i <= 5000; i++) {
		snprintf(print.sha256, sizeof(print.sha256), "%016X%048X", i % 7, i);
		ck_assert_ptr_nonnull(scan_prints_find(&prints, print.sha256));
		ck_assert_int_eq(scan_prints_find(&prints, print.sha256)->certificate, i);
	}
	ck_assert_uint_eq(prints.count, 5000);
	scan_prints_release(&prints);
}
END_TEST

/* ---- passwords ----------------------------------------------------------------------------- */

static struct database *db;
static struct keyring *keyring;
static struct buffer said;

static int64_t
scan_now(void)
{
	return 1700000000000;
}

static void
scan_tell(void *closure, enum scan_message sort, const struct error *message)
{
	(void)closure;
	(void)sort;
	buffer_addf(&said, "%s\n", message->text);
}

static void
scan_set_up(void)
{
	const struct context context = {.key_file = "key"};
	struct secret *secret;
	struct error err = {0};

	enter();
	create();
	db = open_good(DB_WRITE);
	ck_assert_int_eq(secret_create("key", &err), 0);
	secret = secret_open(&(struct secret_file){.path = "key"}, &err);
	ck_assert_ptr_nonnull(secret);
	ck_assert_int_eq(key_bind(secret, db, &err), 0);
	secret_close(secret);
	keyring = keyring_open(&context, db, &err);
	ck_assert_ptr_nonnull(keyring);
	ck_assert_int_eq(keyring_prepare(keyring, KEYRING_STORES, &err), 0);
	ck_assert_int_eq(keyring_keep(keyring, &err), 0);
	buffer_clear(&said);
}

static void
scan_tear_down(void)
{
	keyring_close(keyring);
	db_close(db);
	buffer_release(&said);
	made_release();
	leave();
}

static void
scan_write(const char *name, const struct buffer *bytes)
{
	FILE *file = fopen(name, "w");

	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(bytes->bytes, 1, bytes->length, file), bytes->length);
	ck_assert_int_eq(fclose(file), 0);
}

/* A store of this id whose file has the first password; the second one is sealed for `bound`, NULL:
 * none is. */
static void
scan_add(int64_t id, const char *opens, const char *known, int64_t bound)
{
	struct buffer bytes = {0}, sql = {0};
	unsigned char sealed[128];
	struct error err = {0};
	char name[32];

	snprintf(name, sizeof(name), "%lld.p12", (long long)id);
	made_export(&bytes, opens, made_leaf("www", NULL), NULL);
	scan_write(name, &bytes);
	buffer_addf(&sql,
	    "INSERT OR IGNORE INTO store_type VALUES (201, 'PKCS12', 'PKCS12', 0, 1, 1);"
	    "INSERT INTO store (id, guid, client_machine, path, type, approved, password) VALUES"
	    " (%lld, '0000000%lld-0000-4000-8000-000000000000', 'host', '%s/%s', 201, 1, ",
	    (long long)id, (long long)id, folder, name);
	if (known != NULL) {
		size_t length = strlen(known);

		ck_assert_int_eq(keyring_seal(keyring, SEAL_STORE_PASSWORD, bound,
				     (struct seal_bytes){known, length}, sealed, &err),
		    0);
		buffer_add_string(&sql, "x'");
		for (size_t i = 0; i < length + SEAL_OVERHEAD; i++)
			buffer_addf(&sql, "%02x", sealed[i]);
	}
	buffer_addf(&sql, "%s)", known == NULL ? "NULL" : "'");
	tamper(sql.bytes);
	buffer_release(&sql);
	buffer_release(&bytes);
}

/* Scans with this passphrase, NULL: none. */
static int
scan_with(char *passphrase, const char *key_file, struct scan_counts *counts, struct error *err)
{
	const struct context context = {.key_file = key_file, .now = scan_now};
	const struct scan_options options = {.machine = "host",
	    .root = FILE_ROOT_NONE,
	    .passphrase = {passphrase, passphrase == NULL ? 0 : strlen(passphrase)},
	    .tell = scan_tell};

	return scan_take(&options, &context, db, counts, err);
}

static int64_t
scan_readable(void)
{
	return ask(db, "SELECT ifnull(group_concat(id, ''), 0) FROM store WHERE inventoried_at ="
		       " 1700000000000 AND unreadable IS NULL");
}

/* A store that has one is never tried with the passphrase, be its own wrong. */
START_TEST(uses_one_password)
{
	struct scan_counts counts;
	struct error err = {0};

	scan_add(1, "canary-one", "canary-one", 1);
	scan_add(2, "canary-two", "canary-two", 2);
	scan_add(3, "canary-all", "canary-wrong", 3);
	scan_add(4, "canary-all", NULL, 0);
	scan_add(5, "canary-other", NULL, 0);
	ck_assert_msg(scan_with((char[]){"canary-all"}, "key", &counts, &err) == 0, "%s", err.text);
	ck_assert_int_eq(scan_readable(), 124);
	ck_assert_uint_eq(counts.read, 3);
	ck_assert_uint_eq(counts.unreadable, 2);
	ck_assert_int_eq(ask(db, "SELECT group_concat(id, '') FROM store WHERE unreadable ="
				 " 'wrong-password' AND tried_at = 1700000000000"),
	    35);
	ck_assert_ptr_nonnull(strstr(said.bytes, "3.p12 (00000003-0000-4000-8000-000000000000): "
						 "wrong-password: "));
	ck_assert_ptr_null(strstr(said.bytes, "canary"));
}
END_TEST

/* It is looked for before anything is read, and not at all where no store needs it. */
START_TEST(needs_the_key_for_passwords_alone)
{
	struct scan_counts counts;
	struct error err = {0};

	scan_add(1, "canary-all", NULL, 0);
	ck_assert_int_eq(scan_with((char[]){"canary-all"}, "none", &counts, &err), 0);
	ck_assert_int_eq(scan_readable(), 1);
	scan_add(2, "canary-two", "canary-two", 2);
	ck_assert_int_eq(scan_with((char[]){"canary-all"}, "none", &counts, &err), -1);
	ck_assert_int_eq(err.code, ERROR_STORAGE);
	ck_assert_str_eq(err.file, "none");
	ck_assert_int_eq(secret_create("other", &err), 0);
	ck_assert_int_eq(scan_with((char[]){"canary-all"}, "other", &counts, &err), -1);
	ck_assert_str_eq(err.file, "other");
	ck_assert_uint_eq(counts.read, 0);
	ck_assert_int_eq(scan_readable(), 1);
}
END_TEST

/* A sealed password is that of its store. */
START_TEST(refuses_the_password_of_another_store)
{
	struct scan_counts counts;
	struct error err = {0};

	scan_add(1, "canary-one", "canary-one", 2);
	ck_assert_int_eq(scan_with(NULL, "key", &counts, &err), -1);
	ck_assert_int_eq(err.code, ERROR_STORAGE);
	ck_assert_str_eq(err.text, "the sealed password of store "
				   "00000001-0000-4000-8000-000000000000 cannot be opened with "
				   "this key: load the store with its Password again");
	ck_assert_int_eq(ask(db, "SELECT count(*) FROM location"), 0);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("scan");
	TCase *tests = tcase_create("scan"), *passwords = tcase_create("passwords");

	tcase_add_test(tests, pool_keeps_the_order);
	tcase_add_test(tests, pool_waits_where_too_much_is_read);
	tcase_add_test(tests, pool_stops);
	tcase_add_test(tests, pool_is_freed_with_all_that_is_in_it);
	tcase_add_loop_test(tests, chooses_aliases, 0, sizeof(aliases) / sizeof(aliases[0]));
	tcase_add_test(tests, finds_prints_again);
	suite_add_tcase(suite, tests);
	tcase_add_checked_fixture(passwords, scan_set_up, scan_tear_down);
	tcase_add_test(passwords, uses_one_password);
	tcase_add_test(passwords, needs_the_key_for_passwords_alone);
	tcase_add_test(passwords, refuses_the_password_of_another_store);
	suite_add_tcase(suite, passwords);
	return scratch_run(suite);
}
