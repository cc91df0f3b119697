#include "formats/outfile_fixture.h"

#include <errno.h>
#include <sys/file.h>

/* Temporary files of processes that are gone, and of those that are not. */

/* Four temporary names: left by a killed process, claimed by a living one, just made, a link. */
START_TEST(takes_away_what_a_killed_process_left)
{
	struct error err = {0};
	int fd;

	scratch_write(".pfxreplace-left", "secret\n");
	scratch_write(".pfxreplace-claimed", "secret\n");
	scratch_write(".pfxreplace-empty", "");
	scratch_write("other", "precious\n");
	ck_assert_int_eq(symlink("other", ".pfxreplace-link"), 0);
	fd = open(".pfxreplace-claimed", O_RDONLY | O_CLOEXEC);
	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(flock(fd, LOCK_EX), 0);
	ck_assert_int_eq(put("out.csv", "new\n", &err), 0);
	ck_assert_str_eq(scratch_names("."),
	    ".pfxreplace-claimed .pfxreplace-empty .pfxreplace-link other out.csv");
	close(fd);
	ck_assert_int_eq(put("out.csv", "new\n", &err), 0);
	ck_assert_str_eq(scratch_names("."), ".pfxreplace-empty .pfxreplace-link other out.csv");
	ck_assert_str_eq(scratch_text("other"), "precious\n");
}
END_TEST

/* A file that has a name from the start, for want of O_TMPFILE, is claimed too. */
START_TEST(takes_no_living_file_away)
{
	struct error err = {0};
	struct outfile *file;

	fault.unnamed = EOPNOTSUPP;
	file = outfile_open("a.csv", &err);
	ck_assert_ptr_nonnull(file);
	for (int i = 0; i < 100000; i++) /* more than is buffered */
		ck_assert_int_eq(outfile_write(file, "a", 1, &err), 0);
	ck_assert_int_eq(put("b.csv", "b\n", &err), 0);
	ck_assert_int_eq(outfile_publish(&file, &err), 0);
	ck_assert_str_eq(scratch_names("."), "a.csv b.csv");
	ck_assert_uint_eq(strlen(scratch_text("a.csv")), 100000);
}
END_TEST

/* A file that somebody else writes has a name from the start. It has mode 0600 and is not removed.
 */
START_TEST(takes_none_away_that_another_fills)
{
	struct error err = {0};
	const char *temporary;
	struct outfile *file;
	struct stat status;

	ck_assert_int_eq(mkdir("sub", 0700), 0);
	file = outfile_open_for("sub/a.db", &temporary, &err);
	ck_assert_ptr_nonnull(file);
	ck_assert_int_eq(strncmp(temporary, "sub/.pfxreplace-", 16), 0);
	scratch_write(temporary, "filled\n");
	ck_assert_int_eq(put("sub/b.csv", "b\n", &err), 0);
	ck_assert_int_eq(outfile_publish(&file, &err), 0);
	ck_assert_str_eq(scratch_names("sub"), "a.db b.csv");
	ck_assert_str_eq(scratch_text("sub/a.db"), "filled\n");
	ck_assert_int_eq(stat("sub/a.db", &status), 0);
	ck_assert_int_eq(status.st_mode & 07777, 0600);
	file = outfile_open_for("sub/a.db", &temporary, &err);
	ck_assert_ptr_nonnull(file);
	outfile_discard(file);
	ck_assert_str_eq(scratch_names("sub"), "a.db b.csv");
	ck_assert_ptr_null(outfile_open_for("none/a.db", &temporary, &err));
	ck_assert_ptr_null(temporary);
	ck_assert_str_eq(err.text, "the file cannot be written: No such file or directory");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("leftover");
	TCase *tests = tcase_create("leftover");

	tcase_add_checked_fixture(tests, outfile_enter, outfile_leave);
	tcase_add_test(tests, takes_away_what_a_killed_process_left);
	tcase_add_test(tests, takes_no_living_file_away);
	tcase_add_test(tests, takes_none_away_that_another_fills);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
