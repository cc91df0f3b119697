#include "outfile.h"

#include "fault.h"
#include "scratch.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>

static char folder[64];

static void
enter(void)
{
	memset(&fault, 0, sizeof(fault));
	scratch_enter(folder);
}

static void
leave(void)
{
	memset(&fault, 0, sizeof(fault));
	scratch_leave(folder);
}

/* Opens, writes and publishes. */
static int
put(const char *path, const char *text, struct error *err)
{
	struct outfile *file = outfile_open(path, err);

	if (file == NULL)
		return -1;
	if (outfile_write(file, text, strlen(text), err) == -1) {
		outfile_discard(file);
		return -1;
	}
	return outfile_publish(&file, err);
}

static void
assert_error(const struct error *err, const char *file, const char *text)
{
	ck_assert_int_eq(err->code, ERROR_STORAGE);
	ck_assert_str_eq(err->file, file);
	ck_assert_uint_eq(err->line, 0);
	ck_assert_str_eq(err->field, "");
	ck_assert_str_eq(err->text, text);
}

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

/* Over the buffer's 64 KiB, in pieces that do not fit it, and in one that is larger. */
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
	fault.folder = EINVAL; /* a file system that cannot do it */
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

/* Nobody reads it, nor will: it is not waited for. */
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

/* As a shell gives them for >(COMMAND), and for 3>FILE. */
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
	/* One of ours was never given to us. */
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
    {0755, 0, OTHER, true}, /* he was let in before */
    {01777, OTHER, OTHER, false},
    {0755, OTHER, OTHER, false}, /* his own folder */
    {01777, OTHER, 0, true},
    {01777, 0, 0, true},
};

/* `shared` as the row has it, with the link m.csv in it to ../victim/out.csv, which holds "old". */
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

/* ---- waiting ---------------------------------------------------------------------------- */

/* A pipe that nobody reads, and a signal: before the waiting, and while it waits. */
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
		/* What has room is written whatever the signal. */
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

	tcase_add_checked_fixture(tests, enter, leave);
	tcase_add_test(tests, appears_whole_when_published);
	tcase_add_test(tests, replaces_the_old_file);
	tcase_add_test(tests, is_private_whatever_the_umask);
	tcase_add_test(tests, leaves_nothing_when_discarded);
	tcase_add_test(tests, keeps_every_byte);
	tcase_add_test(tests, replaces_what_a_link_points_to);
	tcase_add_test(tests, makes_what_a_dangling_link_points_to);
	tcase_add_loop_test(
	    tests, says_where_it_cannot_write, 0, (int)(sizeof(refused) / sizeof(refused[0])));
	tcase_add_test(tests, says_where_it_may_not_write);
	tcase_add_loop_test(tests, leaves_the_old_file_when_something_fails, 0,
	    (int)(sizeof(faults) / sizeof(faults[0])));
	tcase_add_test(tests, says_when_the_folder_cannot_be_synced);
	tcase_add_test(tests, tries_another_name_when_one_is_taken);
	tcase_add_test(tests, falls_back_to_a_hidden_name);
	tcase_add_test(tests, leaves_nothing_on_a_full_disk);
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
	tcase_add_test(tests, a_signal_ends_the_waiting);
	tcase_add_test(tests, writes_through_standard_output);
	tcase_add_test(tests, probes_without_a_trace);
	tcase_add_test(tests, closes_what_it_opened);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
