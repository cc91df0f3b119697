#include "formats/outfile_fixture.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/resource.h>

/* A file appears whole or not at all, whatever fails; a signal ends the wait for a reader. */

START_TEST(appears_whole_when_published)
{
	struct error err = {0};
	struct outfile *file = outfile_open("out.csv", &err);

	ck_assert_ptr_nonnull(file);
	ck_assert_int_eq(outfile_write(file, "a,b\n", 4, &err), 0);
	ck_assert_str_eq(scratch_names("."), "");
	ck_assert_int_eq(outfile_publish(&file, &err), 0);
	ck_assert_ptr_null(file);
	ck_assert_str_eq(scratch_names("."), "out.csv");
	ck_assert_str_eq(scratch_text("out.csv"), "a,b\n");
}
END_TEST

START_TEST(replaces_the_old_file)
{
	struct error err = {0};
	struct outfile *file;

	scratch_write("out.csv", "old\n");
	chmod("out.csv", 0444);
	file = outfile_open("out.csv", &err);
	ck_assert_ptr_nonnull(file);
	ck_assert_int_eq(outfile_write(file, "new\n", 4, &err), 0);
	ck_assert_str_eq(scratch_text("out.csv"), "old\n");
	ck_assert_int_eq(outfile_publish(&file, &err), 0);
	ck_assert_str_eq(scratch_text("out.csv"), "new\n");
	ck_assert_uint_eq(scratch_mode("out.csv"), 0600);
}
END_TEST

START_TEST(is_private_whatever_the_umask)
{
	static const mode_t masks[] = {0, 0077, 0777};

	for (size_t i = 0; i < 3; i++) {
		struct error err = {0};
		mode_t before = umask(masks[i]);

		ck_assert_int_eq(put("unnamed", "", &err), 0);
		fault.unnamed = EOPNOTSUPP;
		ck_assert_int_eq(put("named", "", &err), 0);
		fault.unnamed = 0;
		umask(before);
		ck_assert_uint_eq(scratch_mode("unnamed"), 0600);
		ck_assert_uint_eq(scratch_mode("named"), 0600);
	}
}
END_TEST

START_TEST(has_the_mode_that_it_was_given)
{
	for (int i = 0; i < 2; i++) {
		mode_t before = umask(0777);
		struct error err = {0};
		struct outfile *file;

		fault.unnamed = i == 0 ? 0 : EOPNOTSUPP;
		file = outfile_open("out.csv", &err);
		outfile_set_mode(file, 0644);
		if (i == 1)
			ck_assert_uint_eq(scratch_mode(scratch_names(".")), 0600);
		ck_assert_int_eq(outfile_publish(&file, &err), 0);
		umask(before);
		ck_assert_uint_eq(scratch_mode("out.csv"), 0644);
		ck_assert_int_eq(unlink("out.csv"), 0);
	}
}
END_TEST

START_TEST(opens_what_it_would_replace)
{
	struct error err = {0};
	struct outfile *file = outfile_open("out.csv", &err);
	char text[8] = "";
	int fd;

	ck_assert_int_eq(outfile_open_replaced(file), -1);
	ck_assert_int_eq(errno, ENOENT);
	scratch_write("out.csv", "old\n");
	ck_assert_int_eq(outfile_write(file, "new\n", 4, &err), 0);
	fd = outfile_open_replaced(file);
	ck_assert_int_eq(read(fd, text, sizeof(text)), 4);
	ck_assert_str_eq(text, "old\n");
	close(fd);
	outfile_discard(file);
	file = outfile_open("/dev/null", &err);
	ck_assert_int_eq(outfile_open_replaced(file), -1);
	ck_assert_int_eq(errno, ENOENT);
	outfile_discard(file);
}
END_TEST

START_TEST(leaves_nothing_when_discarded)
{
	struct error err = {0};
	struct outfile *file = outfile_open("out.csv", &err);

	ck_assert_int_eq(outfile_write(file, "a", 1, &err), 0);
	outfile_discard(file);
	outfile_discard(NULL);
	ck_assert_str_eq(scratch_names("."), "");
}
END_TEST

/* More than the buffer of 64 KiB holds, in pieces that do not fill it evenly and a larger one. */
START_TEST(keeps_every_byte)
{
	static char pieces[7001], large[200000];
	struct error err = {0};
	struct outfile *file;
	const char *found;
	size_t length;

	fault.shortest = 1000;
	fault.interrupt = 3;
	for (size_t i = 0; i < sizeof(pieces); i++)
		pieces[i] = (char)(i % 251);
	for (size_t i = 0; i < sizeof(large); i++)
		large[i] = (char)(i % 253);
	file = outfile_open("out", &err);
	for (int i = 0; i < 30; i++)
		ck_assert_int_eq(outfile_write(file, pieces, sizeof(pieces), &err), 0);
	ck_assert_int_eq(outfile_write(file, large, sizeof(large), &err), 0);
	ck_assert_int_eq(outfile_write(file, pieces, 0, &err), 0);
	ck_assert_int_eq(outfile_write(file, pieces, 1, &err), 0);
	ck_assert_int_eq(outfile_publish(&file, &err), 0);
	found = scratch_read("out", &length);
	ck_assert_uint_eq(length, 30 * sizeof(pieces) + sizeof(large) + 1);
	for (size_t i = 0; i < 30; i++)
		ck_assert_mem_eq(found + i * sizeof(pieces), pieces, sizeof(pieces));
	ck_assert_mem_eq(found + 30 * sizeof(pieces), large, sizeof(large));
}
END_TEST

START_TEST(says_where_it_may_not_write)
{
	struct error err = {0};
	struct outfile *file;

	scratch_write("out.csv", "old\n");
	ck_assert_int_eq(chmod(".", 0555), 0);
	be_nobody();
	file = outfile_open("out.csv", &err);
	be_oneself();
	ck_assert_ptr_null(file);
	assert_error(&err, "out.csv", "the file cannot be written: Permission denied");
	ck_assert_int_eq(chmod(".", 0700), 0);
	ck_assert_str_eq(scratch_text("out.csv"), "old\n");
}
END_TEST

static const struct {
	int *injected;
	int number;
	const char *text;
} faults[] = {
    {&fault.unnamed, ENOSPC, "the file cannot be written: No space left on device"},
    {&fault.unnamed, EROFS, "the file cannot be written: Read-only file system"},
    {&fault.sync, EIO, "the file cannot be written: Input/output error"},
    {&fault.link, EXDEV, "the file cannot be written: Invalid cross-device link"},
    {&fault.rename, EACCES, "the file cannot be written: Permission denied"},
};

START_TEST(leaves_the_old_file_when_something_fails)
{
	struct error err = {0};

	scratch_write("out.csv", "old\n");
	*faults[_i].injected = faults[_i].number;
	ck_assert_int_eq(put("out.csv", "new\n", &err), -1);
	assert_error(&err, "out.csv", faults[_i].text);
	ck_assert_str_eq(scratch_names("."), "out.csv");
	ck_assert_str_eq(scratch_text("out.csv"), "old\n");
	*faults[_i].injected = 0;
	ck_assert_int_eq(put("out.csv", "new\n", &err), 0);
	ck_assert_str_eq(scratch_text("out.csv"), "new\n");
}
END_TEST

START_TEST(says_when_the_folder_cannot_be_synced)
{
	struct error err = {0};

	fault.folder = EIO;
	ck_assert_int_eq(put("out.csv", "new\n", &err), -1);
	assert_error(&err, "out.csv",
	    "the file is written, its folder cannot be synced: Input/output error");
	ck_assert_str_eq(scratch_text("out.csv"), "new\n");
	fault.folder = EINVAL; /* the file system cannot sync a folder */
	ck_assert_int_eq(put("out.csv", "newer\n", &err), 0);
	ck_assert_str_eq(scratch_names("."), "out.csv");
}
END_TEST

START_TEST(tries_another_name_when_one_is_taken)
{
	struct error err = {0};

	fault.collide = 99;
	ck_assert_int_eq(put("out.csv", "new\n", &err), 0);
	ck_assert_str_eq(scratch_names("."), "out.csv");
	fault.collide = 100;
	ck_assert_int_eq(put("other.csv", "new\n", &err), -1);
	assert_error(&err, "other.csv", "the file cannot be written: File exists");
	ck_assert_str_eq(scratch_names("."), "out.csv");
}
END_TEST

/* Where the file system has no O_TMPFILE: NFS, overlayfs and FUSE of older kernels. */
START_TEST(falls_back_to_a_hidden_name)
{
	static const int numbers[] = {EOPNOTSUPP, EISDIR, EINVAL};

	for (size_t i = 0; i < 3; i++) {
		struct error err = {0};
		struct outfile *file;

		fault.unnamed = numbers[i];
		file = outfile_open("out.csv", &err);
		ck_assert_ptr_nonnull(file);
		ck_assert_int_eq(strncmp(scratch_names("."), ".pfxreplace-", 12), 0);
		ck_assert_uint_eq(scratch_mode(scratch_names(".")), 0600);
		ck_assert_int_eq(outfile_write(file, "new\n", 4, &err), 0);
		outfile_discard(file);
		ck_assert_str_eq(scratch_names("."), "");
		ck_assert_int_eq(outfile_probe("out.csv", &err), 0);
		ck_assert_str_eq(scratch_names("."), "");
		fault.rename = EACCES;
		ck_assert_int_eq(put("out.csv", "new\n", &err), -1);
		ck_assert_str_eq(scratch_names("."), "");
		fault.rename = 0;
		fault.link = EPERM; /* not needed */
		ck_assert_int_eq(put("out.csv", "new\n", &err), 0);
		fault.link = 0;
		ck_assert_str_eq(scratch_names("."), "out.csv");
		ck_assert_str_eq(scratch_text("out.csv"), "new\n");
		ck_assert_int_eq(unlink("out.csv"), 0);
	}
}
END_TEST

START_TEST(leaves_nothing_on_a_full_disk)
{
	static char bytes[100000];
	struct rlimit limit, before;
	struct error err = {0};
	struct outfile *file;

	scratch_write("out.csv", "old\n");
	signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &before), 0);
	limit = before;
	limit.rlim_cur = 150000;
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	file = outfile_open("out.csv", &err);
	ck_assert_int_eq(outfile_write(file, bytes, sizeof(bytes), &err), 0);
	ck_assert_int_eq(outfile_write(file, bytes, sizeof(bytes), &err), -1);
	assert_error(&err, "out.csv", "the file cannot be written: File too large");
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &before), 0);
	/* The disk has room again, the file has a hole: no later call may go on. */
	err = (struct error){0};
	ck_assert_int_eq(outfile_write(file, "a", 1, &err), -1);
	assert_error(&err, "out.csv", "the file cannot be written: File too large");
	err = (struct error){0};
	ck_assert_int_eq(outfile_publish(&file, &err), -1);
	assert_error(&err, "out.csv", "the file cannot be written: File too large");
	ck_assert_ptr_null(file);
	ck_assert_str_eq(scratch_names("."), "out.csv");
	ck_assert_str_eq(scratch_text("out.csv"), "old\n");
	signal(SIGXFSZ, SIG_DFL);
}
END_TEST

/* ---- waiting ---------------------------------------------------------------------------- */

/* A pipe that nobody reads, and a signal before the wait and during it. */
static volatile sig_atomic_t stop;

static void *
stop_soon(void *unused)
{
	(void)unused;
	usleep(50000);
	stop = SIGTERM;
	return NULL;
}

START_TEST(a_signal_ends_the_waiting)
{
	static char bytes[300000];
	char name[64];
	int ends[2];

	for (int i = 0; i < 2; i++) {
		struct error err = {0};
		struct outfile *file;
		pthread_t thread;

		stop = i == 0 ? SIGINT : 0;
		ck_assert_int_eq(pipe(ends), 0);
		snprintf(name, sizeof(name), "/dev/fd/%d", ends[1]);
		file = outfile_open(name, &err);
		ck_assert_ptr_nonnull(file);
		outfile_set_stop(file, &stop);
		/* Bytes for which there is room are written in spite of the signal. */
		ck_assert_int_eq(outfile_write(file, bytes, 60000, &err), 0);
		if (i == 1)
			ck_assert_int_eq(pthread_create(&thread, NULL, stop_soon, NULL), 0);
		ck_assert_int_eq(outfile_write(file, bytes, sizeof(bytes), &err), -1);
		ck_assert_int_eq(err.code, ERROR_SIGNAL + (i == 0 ? SIGINT : SIGTERM));
		ck_assert_str_eq(err.file, name);
		ck_assert_str_eq(err.text, "interrupted while it was written");
		ck_assert_int_eq(outfile_publish(&file, &err), -1);
		if (i == 1)
			pthread_join(thread, NULL);
		ck_assert_int_ge(read(ends[0], bytes, sizeof(bytes)), 60000);
		close(ends[0]);
		close(ends[1]);
	}
	stop = SIGTERM;
	ck_assert_int_eq(put("out.csv", "whole", &(struct error){0}), 0);
}
END_TEST

START_TEST(probes_without_a_trace)
{
	struct error err = {0};
	struct stat before, after;

	scratch_write("out.csv", "old\n");
	ck_assert_int_eq(stat(".", &before), 0);
	ck_assert_int_eq(outfile_probe("out.csv", &err), 0);
	ck_assert_int_eq(outfile_probe("new.csv", &err), 0);
	ck_assert_int_eq(stat(".", &after), 0);
	ck_assert_mem_eq(&before.st_mtim, &after.st_mtim, sizeof(before.st_mtim));
	ck_assert_str_eq(scratch_names("."), "out.csv");
	ck_assert_str_eq(scratch_text("out.csv"), "old\n");
}
END_TEST

/* Whether a file of `length` bytes, the one at `place` another, differs from one of all 'a'. */
static int
differs(size_t length, size_t place, struct error *err)
{
	static char bytes[300000];
	struct outfile *file;
	int rc;

	memset(bytes, 'a', sizeof(bytes));
	file = outfile_open("out.csv", err);
	ck_assert_ptr_nonnull(file);
	ck_assert_int_eq(outfile_write(file, bytes, 200000, err), 0);
	bytes[place] = 'b';
	bytes[length] = '\0';
	scratch_write("out.csv", bytes);
	rc = outfile_differs(file, err);
	/* What was written is as it was, and goes on. */
	ck_assert_int_eq(outfile_write(file, "\n", 1, err), 0);
	ck_assert_int_eq(outfile_publish(&file, err), 0);
	ck_assert_uint_eq(strlen(scratch_text("out.csv")), 200001);
	ck_assert_uint_eq(strspn(scratch_text("out.csv"), "a"), 200000);
	return rc;
}

START_TEST(sees_whether_it_would_change_a_file)
{
	static const size_t places[] = {0, 1, 32767, 32768, 65535, 65536, 199999};
	struct error err = {0};

	for (int i = 0; i < 2; i++) {
		fault.unnamed = i == 0 ? 0 : EOPNOTSUPP;
		for (size_t j = 0; j < sizeof(places) / sizeof(places[0]); j++)
			ck_assert_int_eq(differs(200000, places[j], &err), 1);
		ck_assert_int_eq(differs(200000, 299999, &err), 0);
		ck_assert_int_eq(differs(199999, 299999, &err), 1);
		ck_assert_int_eq(differs(200001, 299999, &err), 1);
		ck_assert_int_eq(differs(32768, 299999, &err), 1);
		ck_assert_int_eq(differs(0, 299999, &err), 0);
	}
}
END_TEST

START_TEST(closes_what_it_opened)
{
	struct error err = {0};
	int before = dup(0), after;

	close(before);
	ck_assert_int_eq(put("out.csv", "a", &err), 0);
	ck_assert_int_eq(put("/dev/full", "a", &err), -1);
	ck_assert_int_eq(put("gone/out.csv", "a", &err), -1);
	fault.rename = EIO;
	ck_assert_int_eq(put("out.csv", "a", &err), -1);
	ck_assert_int_eq(outfile_probe("out.csv", &err), 0);
	after = dup(0);
	close(after);
	ck_assert_int_eq(before, after);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("outfile");
	TCase *tests = tcase_create("outfile");

	tcase_add_checked_fixture(tests, outfile_enter, outfile_leave);
	tcase_add_test(tests, appears_whole_when_published);
	tcase_add_test(tests, replaces_the_old_file);
	tcase_add_test(tests, is_private_whatever_the_umask);
	tcase_add_test(tests, has_the_mode_that_it_was_given);
	tcase_add_test(tests, opens_what_it_would_replace);
	tcase_add_test(tests, leaves_nothing_when_discarded);
	tcase_add_test(tests, keeps_every_byte);
	tcase_add_test(tests, says_where_it_may_not_write);
	tcase_add_loop_test(tests, leaves_the_old_file_when_something_fails, 0,
	    (int)(sizeof(faults) / sizeof(faults[0])));
	tcase_add_test(tests, says_when_the_folder_cannot_be_synced);
	tcase_add_test(tests, tries_another_name_when_one_is_taken);
	tcase_add_test(tests, falls_back_to_a_hidden_name);
	tcase_add_test(tests, leaves_nothing_on_a_full_disk);
	tcase_add_test(tests, a_signal_ends_the_waiting);
	tcase_add_test(tests, probes_without_a_trace);
	tcase_add_test(tests, sees_whether_it_would_change_a_file);
	tcase_add_test(tests, closes_what_it_opened);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
