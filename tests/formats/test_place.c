#include "formats/outfile_fixture.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/un.h>

/* Where a path leads: links, folders, pipes, devices, descriptors, standard output. */

START_TEST(replaces_what_a_link_points_to)
{
	struct error err = {0};

	ck_assert_int_eq(mkdir("real", 0700), 0);
	ck_assert_int_eq(mkdir("links", 0700), 0);
	scratch_write("real/out.csv", "old\n");
	ck_assert_int_eq(symlink("../real/out.csv", "links/second"), 0);
	ck_assert_int_eq(symlink("links/second", "first"), 0);
	ck_assert_int_eq(put("first", "new\n", &err), 0);
	ck_assert_str_eq(scratch_names("."), "first links real");
	ck_assert_str_eq(scratch_names("links"), "second");
	ck_assert_str_eq(scratch_names("real"), "out.csv");
	ck_assert_str_eq(scratch_text("real/out.csv"), "new\n");
	ck_assert_int_eq(readlink("first", (char[16]){0}, 16), 12);
}
END_TEST

START_TEST(makes_what_a_dangling_link_points_to)
{
	struct error err = {0};

	ck_assert_int_eq(mkdir("real", 0700), 0);
	ck_assert_int_eq(symlink("real/out.csv", "link"), 0);
	ck_assert_int_eq(put("link", "new\n", &err), 0);
	ck_assert_str_eq(scratch_text("real/out.csv"), "new\n");
	ck_assert_int_eq(symlink("loop", "loop"), 0);
	ck_assert_int_eq(put("loop", "", &err), -1);
	assert_error(&err, "loop", "the file cannot be written: Too many levels of symbolic links");
}
END_TEST

static const struct {
	const char *path;
	const char *text;
} refused[] = {
    {"", "the file cannot be written: No such file or directory"},
    {".", "the file cannot be written: Is a directory"},
    {"folder", "the file cannot be written: Is a directory"},
    {"folder/", "the file cannot be written: Is a directory"},
    {"gone/out.csv", "the file cannot be written: No such file or directory"},
    {"gone/", "the file cannot be written: No such file or directory"},
    {"file/out.csv", "the file cannot be written: Not a directory"},
    {"file/", "the file cannot be written: Not a directory"},
};

START_TEST(says_where_it_cannot_write)
{
	struct error err = {0};

	ck_assert_int_eq(mkdir("folder", 0700), 0);
	scratch_write("file", "kept");
	ck_assert_ptr_null(outfile_open(refused[_i].path, &err));
	assert_error(&err, refused[_i].path, refused[_i].text);
	err = (struct error){0};
	ck_assert_int_eq(outfile_probe(refused[_i].path, &err), -1);
	assert_error(&err, refused[_i].path, refused[_i].text);
	ck_assert_str_eq(scratch_names("."), "file folder");
	ck_assert_str_eq(scratch_text("file"), "kept");
}
END_TEST

START_TEST(writes_through_a_device)
{
	struct error err = {0};

	ck_assert_int_eq(put("/dev/null", "a", &err), 0);
	ck_assert_int_eq(outfile_probe("/dev/full", &err), 0);
	ck_assert_int_eq(put("/dev/full", "", &err), 0);
	ck_assert_int_eq(put("/dev/full", "a", &err), -1);
	assert_error(&err, "/dev/full", "the file cannot be written: No space left on device");
	ck_assert(access("/dev/full", F_OK) == 0);
}
END_TEST

/* Nobody will read it, and nothing waits for a reader. */
START_TEST(refuses_a_named_pipe)
{
	struct error err = {0};
	const char *temporary;

	ck_assert_int_eq(mkfifo("pipe", 0600), 0);
	ck_assert_int_eq(symlink("pipe", "link"), 0);
	for (int i = 0; i < 2; i++) {
		const char *name = i == 0 ? "pipe" : "link";

		ck_assert_int_eq(outfile_probe(name, &err), -1);
		assert_error(&err, name, "a named pipe: expected a regular file");
		err = (struct error){0};
		ck_assert_int_eq(put(name, "through", &err), -1);
		assert_error(&err, name, "a named pipe: expected a regular file");
		err = (struct error){0};
		ck_assert_ptr_null(outfile_open_for(name, &temporary, &err));
		assert_error(&err, name, "a named pipe: expected a regular file");
		ck_assert(!outfile_through(name));
	}
	ck_assert_str_eq(scratch_names("."), "link pipe");
}
END_TEST

START_TEST(refuses_a_socket)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "socket"};
	struct error err = {0};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	ck_assert_int_eq(put("socket", "a", &err), -1);
	assert_error(&err, "socket", "a socket: expected a regular file");
	close(fd);
}
END_TEST

/* A shell passes such descriptors for >(COMMAND) and 3>FILE. */
START_TEST(writes_through_an_inherited_descriptor)
{
	static const char *const forms[] = {"/dev/fd/%d", "/proc/self/fd/%d", "link"};
	struct error err = {0};
	char name[64], text[16] = "";
	int ends[2], own, file;

	for (int i = 0; i < 3; i++) {
		ck_assert_int_eq(pipe(ends), 0);
		snprintf(name, sizeof(name), forms[i == 2 ? 0 : i], ends[1]);
		if (i == 2) {
			ck_assert_int_eq(symlink(name, "link"), 0);
			strcpy(name, "link");
		}
		ck_assert(outfile_through(name));
		ck_assert_int_eq(outfile_probe(name, &err), 0);
		ck_assert_int_eq(put(name, "through", &err), 0);
		ck_assert_int_eq(read(ends[0], text, sizeof(text)), 7);
		ck_assert_mem_eq(text, "through", 7);
		snprintf(name, sizeof(name), "/dev/fd/%d", ends[0]);
		ck_assert_int_eq(outfile_probe(name, &err), -1);
		assert_error(&err, name, "the file cannot be written: Bad file descriptor");
		close(ends[0]);
		close(ends[1]);
	}
	scratch_write("file", "");
	file = open("file", O_WRONLY | O_APPEND);
	snprintf(name, sizeof(name), "/dev/fd/%d", file);
	ck_assert(outfile_through(name));
	ck_assert_int_eq(put(name, "one ", &err), 0);
	ck_assert_int_eq(put(name, "two", &err), 0);
	ck_assert_str_eq(scratch_text("file"), "one two");
	close(file);
	/* A descriptor that the process opened itself is not inherited. */
	own = open("file", O_WRONLY | O_CLOEXEC);
	snprintf(name, sizeof(name), "/dev/fd/%d", own);
	ck_assert_int_eq(put(name, "three", &err), -1);
	assert_error(&err, name, "no descriptor that was inherited: expected a regular file");
	close(own);
	ck_assert_int_eq(put(name, "three", &err), -1);
	ck_assert_str_eq(scratch_text("file"), "one two");
	ck_assert_str_eq(scratch_names("."), "file link");
}
END_TEST

/* ---- links of others -------------------------------------------------------------------- */

#define OTHER 65534

static const struct {
	mode_t mode;
	uid_t folder;
	uid_t link;
	bool followed;
} links[] = {
    {01777, 0, OTHER, false},
    {0777, 0, OTHER, false},
    {0775, 0, OTHER, false},
    {01775, 0, OTHER, false},
    {0757, 0, OTHER, false},
    {01777, 1, OTHER, false},
    {0755, 0, OTHER, true}, /* the user could write there when the link was made */
    {01777, OTHER, OTHER, false},
    {0755, OTHER, OTHER, false}, /* the user owns the folder */
    {01777, OTHER, 0, true},
    {01777, 0, 0, true},
};

/* Makes the folder `shared` by row i, in it the link m.csv to `text`, and victim/out.csv ("old").
 */
static void
plant(size_t i, const char *text)
{
	ck_assert_int_eq(mkdir("shared", 0700), 0);
	ck_assert_int_eq(mkdir("victim", 0700), 0);
	scratch_write("victim/out.csv", "old");
	ck_assert_int_eq(symlink(text, "shared/m.csv"), 0);
	ck_assert_int_eq(lchown("shared/m.csv", links[i].link, 0), 0);
	ck_assert_int_eq(chown("shared", links[i].folder, 0), 0);
	ck_assert_int_eq(chmod("shared", links[i].mode), 0);
}

static void
assert_link(size_t i, const char *path)
{
	struct error err = {0};
	const char *temporary;
	struct outfile *file;
	int rc = put(path, "new", &err);

	ck_assert_int_eq(rc, links[i].followed ? 0 : -1);
	ck_assert_str_eq(scratch_text("victim/out.csv"), links[i].followed ? "new" : "old");
	if (!links[i].followed)
		assert_error(&err, path,
		    "m.csv is a symbolic link of user 65534 in a folder that others can write: "
		    "expected one of yours or of root, or none");
	ck_assert_int_eq(outfile_probe(path, &err), rc);
	file = outfile_open_for(path, &temporary, &err);
	ck_assert_int_eq(file != NULL, links[i].followed);
	outfile_discard(file);
	ck_assert_str_eq(scratch_names("victim"), "out.csv");
	ck_assert_str_eq(scratch_names("shared"), "m.csv");
}

START_TEST(follows_no_link_of_others)
{
	if (getuid() != 0)
		return;
	plant((size_t)_i, "../victim/out.csv");
	assert_link((size_t)_i, "shared/m.csv");
}
END_TEST

START_TEST(follows_no_link_of_others_to_a_folder)
{
	if (getuid() != 0)
		return;
	plant((size_t)_i, "../victim");
	assert_link((size_t)_i, "shared/m.csv/out.csv");
}
END_TEST

START_TEST(follows_no_link_to_a_link_of_others)
{
	if (getuid() != 0)
		return;
	plant((size_t)_i, "../victim/out.csv");
	ck_assert_int_eq(symlink("shared/../shared/m.csv", "own"), 0);
	assert_link((size_t)_i, "own");
}
END_TEST

START_TEST(makes_nothing_where_a_link_of_others_says)
{
	struct error err = {0};

	if (getuid() != 0)
		return;
	plant(0, "../victim/new.csv");
	ck_assert_int_eq(put("shared/m.csv", "new", &err), -1);
	ck_assert_str_eq(scratch_names("victim"), "out.csv");
}
END_TEST

START_TEST(knows_a_file_that_is_not_there_yet)
{
	char *real;

	ck_assert_int_eq(mkdir("folder", 0700), 0);
	ck_assert_int_eq(symlink("folder", "other"), 0);
	ck_assert_int_eq(symlink("other/new.csv", "link"), 0);
	ck_assert(outfile_same("folder/new.csv", "link"));
	ck_assert(outfile_same("link", "other/../folder//new.csv"));
	ck_assert(!outfile_same("link", "new.csv"));
	ck_assert(!outfile_same("-", "-"));
	real = outfile_real("link");
	ck_assert_str_eq(real, "folder/new.csv");
	free(real);
	ck_assert_ptr_null(outfile_real("/dev/null"));
	ck_assert_ptr_null(outfile_real("folder"));
}
END_TEST

/* Standard output becomes a file, then a full device, then itself again. */
START_TEST(writes_through_standard_output)
{
	static const char *const names[] = {"-", "/dev/stdout"};

	for (size_t i = 0; i < 2; i++) {
		struct error err = {0}, full = {0};
		int saved, fd, results[3];

		fflush(stdout);
		saved = dup(STDOUT_FILENO);
		fd = open("stdout", O_WRONLY | O_CREAT | O_TRUNC, 0644);
		dup2(fd, STDOUT_FILENO);
		close(fd);
		fputs("before ", stdout);
		results[0] = outfile_probe(names[i], &err);
		results[1] = put(names[i], "through ", &err);
		fputs("behind", stdout);
		fflush(stdout);
		fd = open("/dev/full", O_WRONLY);
		dup2(fd, STDOUT_FILENO);
		close(fd);
		results[2] = put(names[i], "lost", &full);
		dup2(saved, STDOUT_FILENO);
		close(saved);
		ck_assert_int_eq(results[0], 0);
		ck_assert_int_eq(results[1], 0);
		ck_assert_str_eq(scratch_text("stdout"), "before through behind");
		ck_assert_uint_eq(scratch_mode("stdout"), 0644);
		ck_assert_int_eq(results[2], -1);
		assert_error(&full, i == 0 ? "standard output" : "/dev/stdout",
		    "the file cannot be written: No space left on device");
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("place");
	TCase *tests = tcase_create("place");

	tcase_add_checked_fixture(tests, outfile_enter, outfile_leave);
	tcase_add_test(tests, replaces_what_a_link_points_to);
	tcase_add_test(tests, makes_what_a_dangling_link_points_to);
	tcase_add_loop_test(
	    tests, says_where_it_cannot_write, 0, (int)(sizeof(refused) / sizeof(refused[0])));
	tcase_add_test(tests, writes_through_a_device);
	tcase_add_test(tests, refuses_a_named_pipe);
	tcase_add_test(tests, refuses_a_socket);
	tcase_add_test(tests, writes_through_an_inherited_descriptor);
	tcase_add_loop_test(
	    tests, follows_no_link_of_others, 0, (int)(sizeof(links) / sizeof(links[0])));
	tcase_add_loop_test(tests, follows_no_link_of_others_to_a_folder, 0,
	    (int)(sizeof(links) / sizeof(links[0])));
	tcase_add_loop_test(
	    tests, follows_no_link_to_a_link_of_others, 0, (int)(sizeof(links) / sizeof(links[0])));
	tcase_add_test(tests, makes_nothing_where_a_link_of_others_says);
	tcase_add_test(tests, knows_a_file_that_is_not_there_yet);
	tcase_add_test(tests, writes_through_standard_output);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
