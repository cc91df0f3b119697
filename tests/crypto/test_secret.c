#include "crypto/secret.h"

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
	secret = secret_open(&(struct secret_file){.path = "key"}, &err);
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
	secret = secret_open(&(struct secret_file){.path = "key"}, &err);
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
	ck_assert_ptr_null(secret_open(&(struct secret_file){.path = "key"}, &err));
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
		ck_assert_ptr_null(secret_open(&(struct secret_file){.path = "key"}, &err));
		assert_error(&err, "key", "",
		    "the key file can be read by others: expected a file of mode 0600");
	}
	ck_assert_int_eq(chmod("key", 0400), 0);
	secret_close(secret_open(&(struct secret_file){.path = "key"}, NULL));
}
END_TEST

/* systemd shows it as 0440, with a list of who may read it. */
START_TEST(opens_a_credential_that_a_group_can_read)
{
	const struct secret_file file = {.path = "key", .is_credential = true};
	struct error err = {0};
	struct secret *secret;

	write_key("key", KEY_A);
	ck_assert_int_eq(chmod("key", 0440), 0);
	secret = secret_open(&file, &err);
	ck_assert_ptr_nonnull(secret);
	secret_close(secret);
	for (mode_t bit = 1; bit <= 4; bit *= 2) {
		ck_assert_int_eq(chmod("key", 0440 | bit), 0);
		ck_assert_ptr_null(secret_open(&file, &err));
		assert_error(&err, "key", "",
		    "the key file can be read by others: expected a file of mode 0600");
	}
}
END_TEST

START_TEST(opens_no_missing_file)
{
	struct error err = {0};

	ck_assert_ptr_null(secret_open(&(struct secret_file){.path = "key"}, &err));
	assert_error(&err, "key", "", "the key file cannot be opened: No such file or directory");
	ck_assert_int_eq(mkdir("key", 0700), 0);
	ck_assert_ptr_null(secret_open(&(struct secret_file){.path = "key"}, &err));
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
	ck_assert_int_eq(
	    secret_try(&(struct secret_file){.path = "none"}, &secret, &err), SECRET_REFUSED);
	ck_assert_ptr_null(secret);
	ck_assert_int_eq(
	    secret_try(&(struct secret_file){.path = "key/none"}, &secret, &err), SECRET_REFUSED);
	ck_assert_int_eq(chmod("key", 0644), 0);
	ck_assert_int_eq(
	    secret_try(&(struct secret_file){.path = "key"}, &secret, &err), SECRET_REFUSED);
	ck_assert_ptr_null(secret);
	ck_assert_int_eq(chmod("key", 0600), 0);
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &before), 0);
	limit = before;
	limit.rlim_cur = 0;
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	answer = secret_try(&(struct secret_file){.path = "key"}, &secret, &err);
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &before), 0);
	ck_assert_int_eq(answer, SECRET_FAILED);
	ck_assert_ptr_null(secret);
	assert_error(&err, "key", "", "the key file cannot be opened: Too many open files");
	ck_assert_int_eq(
	    secret_try(&(struct secret_file){.path = "key"}, &secret, &err), SECRET_GOOD);
	ck_assert_ptr_nonnull(secret);
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
	tcase_add_test(tests, opens_a_credential_that_a_group_can_read);
	tcase_add_test(tests, opens_no_missing_file);
	tcase_add_test(tests, refuses_only_what_it_could_look_at);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
