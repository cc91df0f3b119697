#include "input/database_key.h"

#include "scratch.h"
#include "short_of_memory.h"

#include <signal.h>
#include <sys/resource.h>

#define KEY_A "pfxreplace-key-1 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"
#define KEY_B "pfxreplace-key-1 ffeeddccbbaa99887766554433221100ffeeddccbbaa99887766554433221100\n"

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
assert_error(const struct error *err, const char *file, const char *field, const char *text)
{
	ck_assert_str_eq(err->text, text);
	ck_assert_int_eq(err->code, ERROR_STORAGE);
	ck_assert_str_eq(err->file, file);
	ck_assert_str_eq(err->field, field);
	ck_assert_uint_eq(err->line, 0);
}

static void
write_key(const char *path, const char *text)
{
	scratch_write(path, text);
	ck_assert_int_eq(chmod(path, 0600), 0);
}

static struct secret *
key(const char *text)
{
	struct error err = {0};
	struct secret *secret;

	write_key("key", text);
	secret = secret_open("key", &err);
	ck_assert_msg(secret != NULL, "%s", err.text);
	return secret;
}

/* ---- the key file --------------------------------------------------------------------------- */

START_TEST(creates_a_key)
{
	struct error err = {0};
	struct secret *secret;
	char first[128];

	ck_assert_int_eq(secret_create("key", &err), 0);
	ck_assert_str_eq(scratch_names("."), "key");
	ck_assert_uint_eq(scratch_mode("key"), 0600);
	memcpy(first, scratch_text("key"), sizeof(first));
	ck_assert_uint_eq(strlen(first), strlen(KEY_A));
	ck_assert_int_eq(strncmp(first, "pfxreplace-key-1 ", 17), 0);
	ck_assert_uint_eq(strspn(first + 17, "0123456789abcdef"), 64);
	ck_assert_str_eq(first + 81, "\n");
	secret = secret_open("key", &err);
	ck_assert_ptr_nonnull(secret);
	secret_close(secret);
	secret_close(NULL);
	ck_assert_int_eq(secret_create("other", &err), 0);
	ck_assert_str_ne(scratch_text("other"), first);
}
END_TEST

START_TEST(creates_over_nothing)
{
	struct error err = {0};

	scratch_write("key", "precious");
	ck_assert_int_eq(secret_create("key", &err), -1);
	assert_error(&err, "key", "", "the key file cannot be made: File exists");
	ck_assert_str_eq(scratch_text("key"), "precious");
	ck_assert_int_eq(symlink("elsewhere", "link"), 0);
	ck_assert_int_eq(secret_create("link", &err), -1);
	assert_error(&err, "link", "", "the key file cannot be made: File exists");
	ck_assert_int_eq(secret_create("gone/key", &err), -1);
	assert_error(
	    &err, "gone/key", "", "the key file cannot be made: No such file or directory");
	ck_assert_str_eq(scratch_names("."), "key link");
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
	limit.rlim_cur = 0;
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	rc = secret_create("key", &err);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &before), 0);
	signal(SIGXFSZ, SIG_DFL);
	ck_assert_int_eq(rc, -1);
	assert_error(&err, "key", "", "the key file cannot be written: File too large");
	ck_assert_str_eq(scratch_names("."), "");
}
END_TEST

static const char *const bad_keys[] = {
    "",
    "\n",
    "secret\n",
    /* cut short, too long, without its newline, with a blank */
    "pfxreplace-key-1 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1\n",
    "pfxreplace-key-1 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f0\n",
    "pfxreplace-key-1 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
    "pfxreplace-key-1 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f ",
    KEY_A "\n",
    /* another kind, capitals, not hexadecimal */
    "pfxreplace-key-2 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n",
    "pfxreplace-key-1 000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F\n",
    "pfxreplace-key-1 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1g\n",
};

START_TEST(opens_no_other_file)
{
	struct error err = {0};

	write_key("key", bad_keys[_i]);
	ck_assert_ptr_null(secret_open("key", &err));
	assert_error(&err, "key", "", "not a key file: expected one made by `pfxreplace init`");
}
END_TEST

START_TEST(opens_only_what_is_private)
{
	static const mode_t modes[] = {0601, 0602, 0604, 0610, 0620, 0640, 0644, 0666, 0777};

	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		struct error err = {0};

		write_key("key", KEY_A);
		ck_assert_int_eq(chmod("key", modes[i]), 0);
		ck_assert_ptr_null(secret_open("key", &err));
		assert_error(&err, "key", "",
		    "the key file can be read by others: expected a file of mode 0600");
	}
	ck_assert_int_eq(chmod("key", 0400), 0);
	secret_close(secret_open("key", NULL));
}
END_TEST

START_TEST(opens_no_missing_file)
{
	struct error err = {0};

	ck_assert_ptr_null(secret_open("key", &err));
	assert_error(&err, "key", "", "the key file cannot be opened: No such file or directory");
	ck_assert_int_eq(mkdir("key", 0700), 0);
	ck_assert_ptr_null(secret_open("key", &err));
	ck_assert_str_eq(err.file, "key");
	ck_assert_int_eq(rmdir("key"), 0);
}
END_TEST

/* That there is no such file says something of it; that too many are open does not. */
START_TEST(refuses_only_what_it_could_look_at)
{
	struct rlimit limit, before;
	struct secret *secret = key(KEY_A);
	struct error err = {0};
	enum secret_answer answer;

	secret_close(secret);
	ck_assert_int_eq(secret_try("none", &secret, &err), SECRET_REFUSED);
	ck_assert_ptr_null(secret);
	ck_assert_int_eq(secret_try("key/none", &secret, &err), SECRET_REFUSED);
	ck_assert_int_eq(chmod("key", 0644), 0);
	ck_assert_int_eq(secret_try("key", &secret, &err), SECRET_REFUSED);
	ck_assert_ptr_null(secret);
	ck_assert_int_eq(chmod("key", 0600), 0);
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &before), 0);
	limit = before;
	limit.rlim_cur = 0;
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	answer = secret_try("key", &secret, &err);
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &before), 0);
	ck_assert_int_eq(answer, SECRET_FAILED);
	ck_assert_ptr_null(secret);
	assert_error(&err, "key", "", "the key file cannot be opened: Too many open files");
	ck_assert_int_eq(secret_try("key", &secret, &err), SECRET_GOOD);
	ck_assert_ptr_nonnull(secret);
	secret_close(secret);
}
END_TEST

/* ---- sealing -------------------------------------------------------------------------------- */

START_TEST(opens_what_it_sealed)
{
	static const size_t lengths[] = {1, 12, 15, 16, 17, 1000, 65536};
	static char password[65536], found[65536];
	static unsigned char sealed[65536 + SECRET_OVERHEAD];
	struct secret *secret = key(KEY_A);
	struct error err = {0};

	for (size_t i = 0; i < sizeof(password); i++)
		password[i] = (char)(i * 7);
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		int64_t request = INT64_C(1) << 32 | (int64_t)i;

		memset(found, 0, sizeof(found));
		ck_assert_int_eq(secret_seal(secret, request,
				     (struct secret_bytes){password, lengths[i]}, sealed, &err),
		    0);
		ck_assert_int_eq(
		    secret_unseal(secret, request,
			(struct secret_bytes){sealed, lengths[i] + SECRET_OVERHEAD}, found, &err),
		    0);
		ck_assert_mem_eq(found, password, lengths[i]);
		if (lengths[i] >= 12)
			ck_assert_ptr_null(
			    memmem(sealed, lengths[i] + SECRET_OVERHEAD, password, lengths[i]));
	}
	secret_close(secret);
}
END_TEST

START_TEST(seals_nothing_too)
{
	struct secret *secret = key(KEY_A);
	unsigned char sealed[SECRET_OVERHEAD];
	struct error err = {0};
	char found[1] = "x";

	ck_assert_int_eq(secret_seal(secret, 1, (struct secret_bytes){"", 0}, sealed, &err), 0);
	ck_assert_int_eq(
	    secret_unseal(secret, 1, (struct secret_bytes){sealed, sizeof(sealed)}, found, &err),
	    0);
	ck_assert_int_eq(found[0], 'x');
	secret_close(secret);
}
END_TEST

/* With one key, a nonce that came again would open both texts. */
START_TEST(seals_differently_each_time)
{
	struct secret *secret = key(KEY_A);
	unsigned char first[8 + SECRET_OVERHEAD], second[8 + SECRET_OVERHEAD];
	struct error err = {0};

	ck_assert_int_eq(
	    secret_seal(secret, 1, (struct secret_bytes){"password", 8}, first, &err), 0);
	ck_assert_int_eq(
	    secret_seal(secret, 1, (struct secret_bytes){"password", 8}, second, &err), 0);
	ck_assert_int_eq(first[0], 1);
	ck_assert_int_eq(second[0], 1);
	ck_assert_mem_ne(first + 1, second + 1, 12);
	ck_assert_mem_ne(first + 13, second + 13, 8);
	secret_close(secret);
}
END_TEST

/* Sealed elsewhere (Python's AESGCM) with KEY_A, the nonce 0..11, for request 4294967297: the
 * form in the database may not change. */
START_TEST(opens_what_was_sealed_long_ago)
{
	static const unsigned char sealed[] = {0x01, 0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07,
	    0x08, 0x09, 0x0a, 0x0b, 0x37, 0x63, 0xa5, 0x68, 0xb2, 0x8a, 0xb0, 0x7f, 0x20, 0xae,
	    0xe9, 0xc6, 0xe2, 0x89, 0xad, 0xe4, 0x1a, 0xa6, 0xf1, 0x18, 0x28, 0xa7, 0x7b, 0x8a};
	struct secret *secret = key(KEY_A);
	struct error err = {0};
	char found[9] = "";

	ck_assert_int_eq(secret_unseal(secret, INT64_C(4294967297),
			     (struct secret_bytes){sealed, sizeof(sealed)}, found, &err),
	    0);
	ck_assert_str_eq(found, "password");
	secret_close(secret);
}
END_TEST

#define NOT_OPENED "the sealed password cannot be opened with this key"

static void
assert_not_unsealed(const struct secret *secret, int64_t request, const unsigned char *sealed,
    size_t length, const char *text)
{
	static const char zeros[8];
	struct error err = {0};
	char found[8] = {0};

	ck_assert_int_eq(
	    secret_unseal(secret, request, (struct secret_bytes){sealed, length}, found, &err),
	    SECRET_REFUSED);
	assert_error(&err, "", "Password", text);
	ck_assert_mem_eq(found, zeros, sizeof(found));
}

START_TEST(opens_nothing_that_was_touched)
{
	struct secret *secret = key(KEY_A);
	unsigned char sealed[8 + SECRET_OVERHEAD];
	struct error err = {0};

	ck_assert_int_eq(
	    secret_seal(secret, 1, (struct secret_bytes){"password", 8}, sealed, &err), 0);
	for (size_t i = 0; i < sizeof(sealed); i++) {
		for (int bit = 0; bit < 8; bit++) {
			sealed[i] ^= (unsigned char)(1 << bit);
			assert_not_unsealed(secret, 1, sealed, sizeof(sealed),
			    i == 0 ? "not a sealed password" : NOT_OPENED);
			sealed[i] ^= (unsigned char)(1 << bit);
		}
	}
	for (size_t length = SECRET_OVERHEAD; length < sizeof(sealed); length++)
		assert_not_unsealed(secret, 1, sealed, length, NOT_OPENED);
	for (size_t length = 0; length < SECRET_OVERHEAD; length++) {
		unsigned char *exact = malloc(length + 1); /* for the sanitizer to watch */

		ck_assert_ptr_nonnull(exact);
		memcpy(exact, sealed, length);
		assert_not_unsealed(secret, 1, exact, length, "not a sealed password");
		free(exact);
	}
	secret_close(secret);
}
END_TEST

START_TEST(opens_for_its_request_and_key_alone)
{
	struct secret *secret = key(KEY_A), *other = key(KEY_B);
	unsigned char sealed[8 + SECRET_OVERHEAD];
	struct error err = {0};
	char found[8];

	ck_assert_int_eq(
	    secret_seal(secret, 257, (struct secret_bytes){"password", 8}, sealed, &err), 0);
	assert_not_unsealed(secret, 256, sealed, sizeof(sealed), NOT_OPENED);
	assert_not_unsealed(secret, 1, sealed, sizeof(sealed), NOT_OPENED);
	assert_not_unsealed(secret, -257, sealed, sizeof(sealed), NOT_OPENED);
	assert_not_unsealed(other, 257, sealed, sizeof(sealed), NOT_OPENED);
	ck_assert_int_eq(
	    secret_unseal(secret, 257, (struct secret_bytes){sealed, sizeof(sealed)}, found, &err),
	    0);
	ck_assert_mem_eq(found, "password", 8);
	secret_close(secret);
	secret_close(other);
}
END_TEST

/* Whether a password is the one that was sealed, and no other. */
START_TEST(compares_with_what_was_sealed)
{
	static const char *const others[] = {"Password", "passwore", "passwor", "password1", ""};
	unsigned char sealed[8 + SECRET_OVERHEAD];
	const struct secret_bytes kept = {sealed, sizeof(sealed)};
	const struct secret_bytes same = {"password", 8};
	struct secret *secret = key(KEY_A), *other = key(KEY_B);
	struct error err = {0};

	ck_assert_int_eq(secret_seal(secret, -7, same, sealed, &err), 0);
	ck_assert_int_eq(secret_holds(secret, -7, kept, same, &err), SECRET_GOOD);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		ck_assert_int_eq(secret_holds(secret, -7, kept,
				     (struct secret_bytes){others[i], strlen(others[i])}, &err),
		    SECRET_REFUSED);
	ck_assert_int_eq(secret_holds(secret, 7, kept, same, &err), SECRET_REFUSED);
	ck_assert_int_eq(secret_holds(other, -7, kept, same, &err), SECRET_REFUSED);
	ck_assert_int_eq(
	    secret_holds(secret, -7, (struct secret_bytes){NULL, 0}, same, &err), SECRET_REFUSED);
	sealed[20] ^= 1;
	ck_assert_int_eq(secret_holds(secret, -7, kept, same, &err), SECRET_REFUSED);
	ck_assert_int_eq(err.code, ERROR_NONE);
	secret_close(secret);
	secret_close(other);
}
END_TEST

START_TEST(blames_no_password_for_want_of_memory)
{
	struct secret *secret = key(KEY_A);
	unsigned char sealed[8 + SECRET_OVERHEAD];
	enum secret_answer answer;
	char found[8];
	long n = 0;

	ck_assert_int_eq(
	    secret_seal(secret, 1, (struct secret_bytes){"password", 8}, sealed, NULL), 0);
	do {
		struct error err = {0};

		let_fail(++n);
		answer = secret_unseal(
		    secret, 1, (struct secret_bytes){sealed, sizeof(sealed)}, found, &err);
		if (!has_failed())
			break;
		if (answer != SECRET_GOOD) {
			ck_assert_int_eq(answer, SECRET_FAILED);
			assert_error(&err, "", "", "out of memory");
		}
	} while (n < 1000);
	ck_assert_int_gt(n, 1);
	ck_assert_int_eq(answer, SECRET_GOOD);
	ck_assert_mem_eq(found, "password", 8);
	secret_close(secret);
}
END_TEST

/* ---- a key and its database ----------------------------------------------------------------- */

START_TEST(knows_its_database)
{
	struct secret *secret = key(KEY_A), *other = key(KEY_B);
	struct database *db;
	struct error err = {0};
	unsigned char check[64];

	ck_assert_int_eq(db_create("inventory.db", &err), 0);
	db = db_open("inventory.db", DB_WRITE, &err);
	ck_assert_ptr_nonnull(db);
	ck_assert_int_eq(key_verify(secret, "key", db, &err), -1);
	assert_error(&err, "key", "",
	    "not the key of this database: expected the file that was made with it");
	ck_assert_int_eq(key_bind(secret, db, &err), 0);
	ck_assert_int_eq(key_verify(secret, "key", db, &err), 0);
	ck_assert_int_eq(key_verify(other, "other", db, &err), -1);
	assert_error(&err, "other", "",
	    "not the key of this database: expected the file that was made with it");
	/* What is kept of the key is no part of it. */
	ck_assert_int_eq(db_setting(db, "key-check", check, sizeof(check), &err), 16);
	ck_assert_mem_ne(
	    check, "\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f", 16);
	db_close(db);
	db = db_open("inventory.db", DB_READ, &err);
	ck_assert_ptr_nonnull(db);
	ck_assert_int_eq(key_verify(secret, "key", db, &err), 0);
	ck_assert_int_eq(key_bind(secret, db, &err), -1);
	assert_error(&err, "inventory.db", "", "the database cannot be written");
	db_close(db);
	secret_close(secret);
	secret_close(other);
}
END_TEST

START_TEST(blames_no_key_for_want_of_memory)
{
	struct secret *secret = key(KEY_A);
	struct database *db;
	enum secret_answer answer;
	long n = 0;

	ck_assert_int_eq(db_create("inventory.db", NULL), 0);
	db = db_open("inventory.db", DB_WRITE, NULL);
	ck_assert_ptr_nonnull(db);
	ck_assert_int_eq(key_bind(secret, db, NULL), 0);
	do {
		struct error err = {0};

		let_fail(++n);
		answer = key_match(secret, "key", db, &err);
		if (!has_failed())
			break;
		if (answer != SECRET_GOOD) {
			ck_assert_int_eq(answer, SECRET_FAILED);
			assert_error(&err, "", "", "out of memory");
			ck_assert_int_eq(key_verify(secret, "key", db, &err), 0);
		}
	} while (n < 1000);
	ck_assert_int_gt(n, 1);
	ck_assert_int_eq(answer, SECRET_GOOD);
	db_close(db);
	secret_close(secret);
}
END_TEST

/* A setting of another size is none that a key made. */
START_TEST(refuses_what_no_key_made)
{
	struct secret *secret = key(KEY_A);
	struct database *db;
	struct error err = {0};
	char setting[1000] = {0};

	ck_assert_int_eq(db_create("inventory.db", &err), 0);
	db = db_open("inventory.db", DB_WRITE, &err);
	ck_assert_ptr_nonnull(db);
	for (int size = 15; size <= 1000; size += size == 15 ? 2 : 983) {
		ck_assert_int_eq(db_set(db, "key-check", setting, size, &err), 0);
		ck_assert_int_eq(key_match(secret, "key", db, &err), SECRET_REFUSED);
		assert_error(&err, "key", "",
		    "not the key of this database: expected the file that was made with it");
	}
	db_close(db);
	secret_close(secret);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("secret");
	TCase *tests = tcase_create("secret");

	take_over_memory();
	tcase_add_checked_fixture(tests, enter, leave);
	tcase_add_test(tests, creates_a_key);
	tcase_add_test(tests, creates_over_nothing);
	tcase_add_test(tests, creates_nothing_on_a_full_disk);
	tcase_add_loop_test(
	    tests, opens_no_other_file, 0, (int)(sizeof(bad_keys) / sizeof(bad_keys[0])));
	tcase_add_test(tests, opens_only_what_is_private);
	tcase_add_test(tests, opens_no_missing_file);
	tcase_add_test(tests, refuses_only_what_it_could_look_at);
	tcase_add_test(tests, opens_what_it_sealed);
	tcase_add_test(tests, seals_nothing_too);
	tcase_add_test(tests, seals_differently_each_time);
	tcase_add_test(tests, opens_what_was_sealed_long_ago);
	tcase_add_test(tests, opens_nothing_that_was_touched);
	tcase_add_test(tests, opens_for_its_request_and_key_alone);
	tcase_add_test(tests, compares_with_what_was_sealed);
	tcase_add_test(tests, blames_no_password_for_want_of_memory);
	tcase_add_test(tests, knows_its_database);
	tcase_add_test(tests, blames_no_key_for_want_of_memory);
	tcase_add_test(tests, refuses_what_no_key_made);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
