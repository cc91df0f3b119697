#include "certificates/store_swap_fixture.h"

#include <sys/xattr.h>

/* What may be replaced, what the new file keeps of the old one, and what is beside it. */

#define ACL "system.posix_acl_access"
#define DEFAULT_ACL "system.posix_acl_default"

/* ---- attributes --------------------------------------------------------------------------- */

/* u::rw- u:1234:r-- g::r-- m::r-- o::--- as the kernel takes it. */
static const unsigned char acl[] = {2, 0, 0, 0, 0x01, 0, 6, 0, 0xff, 0xff, 0xff, 0xff, 0x02, 0, 4,
    0, 0xd2, 0x04, 0, 0, 0x04, 0, 4, 0, 0xff, 0xff, 0xff, 0xff, 0x10, 0, 4, 0, 0xff, 0xff, 0xff,
    0xff, 0x20, 0, 0, 0, 0xff, 0xff, 0xff, 0xff};

/* False, and a word of it: the file system has none. */
static bool
set_attribute(const char *path, const char *name, const void *value, size_t length)
{
	if (setxattr(path, name, value, length, 0) == 0)
		return true;
	ck_assert_msg(errno == ENOTSUP, "%s: %s", name, strerror(errno));
	printf("not tested: %s has no %s\n", folder, name);
	return false;
}

static void
assert_attribute(const char *path, const char *name, const void *value, size_t length)
{
	char is[256];

	ck_assert_int_eq(getxattr(path, name, is, sizeof(is)), (ssize_t)length);
	ck_assert_mem_eq(is, value, length);
}

static const mode_t modes[] = {0600, 0400, 0444, 0640, 0666, 0777, 0000, 04711, 02750, 01644};

START_TEST(keeps_the_mode)
{
	if (modes[_i] == 0 && getuid() != 0)
		return; /* it cannot be read */
	scratch_write("cert.pem", "old");
	ck_assert_int_eq(chmod("cert.pem", modes[_i]), 0);
	umask(_i % 2 == 0 ? 0 : 077);
	ck_assert_str_eq(open_swap("cert.pem"), "good");
	ck_assert_str_eq(write_swap("new"), "good");
	ck_assert_uint_eq(scratch_mode("cert.pem"), modes[_i]);
	ck_assert_uint_eq(scratch_mode(".cert.pem.pfxreplace-7"), modes[_i]);
}
END_TEST

static mode_t seen_mode;

static void
see_mode(void)
{
	seen_mode = scratch_mode(".cert.pem.pfxreplace-7.new");
}

START_TEST(keeps_owner_and_group)
{
	struct stat status;

	if (getuid() != 0) {
		printf("not tested: owner and group, without root\n");
		return;
	}
	scratch_write("cert.pem", "old");
	ck_assert_int_eq(chown("cert.pem", 1234, 4321), 0);
	ck_assert_int_eq(chmod("cert.pem", 06640), 0);
	watch.refuses = 1;
	watch.hook = see_mode;
	ck_assert_str_eq(open_swap("cert.pem"), "good");
	ck_assert_str_eq(write_swap("new"), "pfx-mismatch: refused");
	ck_assert_uint_eq(seen_mode, 06640);
	forget_watch();
	ck_assert_str_eq(write_swap("new"), "good");
	ck_assert_int_eq(stat("cert.pem", &status), 0);
	ck_assert_uint_eq(status.st_uid, 1234);
	ck_assert_uint_eq(status.st_gid, 4321);
	ck_assert_uint_eq(status.st_mode & 07777, 06640);
}
END_TEST

/* Of two owners one is not the user: nothing is changed. */
START_TEST(refuses_an_owner_it_cannot_give)
{
	static const struct {
		uid_t owner;
		gid_t group;
		const char *said;
	} cases[] = {{1234, 0,
			 "attributes-lost: DIR/cert.pem: its owner cannot be given to the new "
			 "file: Operation not permitted"},
	    {65534, 4321,
		"attributes-lost: DIR/cert.pem: its group cannot be given to the new file: "
		"Operation not permitted"}};

	if (getuid() != 0) {
		printf("not tested: owner and group, without root\n");
		return;
	}
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		scratch_write("cert.pem", "old");
		ck_assert_int_eq(chmod(".", 0777), 0);
		ck_assert_int_eq(chmod("cert.pem", 0666), 0);
		ck_assert_int_eq(chown("cert.pem", cases[i].owner, cases[i].group), 0);
		be_nobody();
		ck_assert_str_eq(open_swap("cert.pem"), "good");
		ck_assert_str_eq(write_swap("new"), cases[i].said);
		be_oneself();
		ck_assert(!has_changed);
		ck_assert_str_eq(scratch_text("cert.pem"), "old");
		ck_assert_str_eq(scratch_names("."), "cert.pem");
	}
}
END_TEST

START_TEST(keeps_an_acl)
{
	scratch_write("cert.pem", "old");
	if (!set_attribute("cert.pem", ACL, acl, sizeof(acl)))
		return;
	ck_assert_uint_eq(scratch_mode("cert.pem"), 0640);
	ck_assert_str_eq(open_swap("cert.pem"), "good");
	ck_assert_str_eq(write_swap("new"), "good");
	assert_attribute("cert.pem", ACL, acl, sizeof(acl));
	ck_assert_uint_eq(scratch_mode("cert.pem"), 0640);
	fault.link = EPERM;
	ck_assert_str_eq(open_swap_of("cert.pem", NULL, 8, true), "good");
	ck_assert_str_eq(write_swap("newer"), "good");
	assert_attribute(".cert.pem.pfxreplace-8", ACL, acl, sizeof(acl));
}
END_TEST

/* What the folder gives to new files the old one had or not: the new one has what it had. */
START_TEST(keeps_an_acl_that_the_folder_gives)
{
	scratch_write("plain.pem", "old");
	ck_assert_int_eq(chmod("plain.pem", 0660), 0);
	if (!set_attribute(".", DEFAULT_ACL, acl, sizeof(acl)))
		return;
	scratch_write("cert.pem", "old");
	assert_attribute("cert.pem", ACL, acl, sizeof(acl));
	ck_assert_str_eq(open_swap("cert.pem"), "good");
	ck_assert_str_eq(write_swap("new"), "good");
	assert_attribute("cert.pem", ACL, acl, sizeof(acl));
	ck_assert_str_eq(open_swap("plain.pem"), "good");
	ck_assert_str_eq(write_swap("new"), "good");
	ck_assert_int_eq(getxattr("plain.pem", ACL, NULL, 0), -1);
	ck_assert_int_eq(errno, ENODATA);
	ck_assert_uint_eq(scratch_mode("plain.pem"), 0660);
	/* none to be taken from: the folder's */
	ck_assert_str_eq(open_swap("made.pem"), "good");
	ck_assert_str_eq(write_swap("new"), "good");
	ck_assert_uint_eq(scratch_mode("made.pem"), 0644);
}
END_TEST

START_TEST(keeps_attributes_of_users)
{
	char names[256];

	scratch_write("cert.pem", "old");
	if (!set_attribute("cert.pem", "user.owner", "web", 3) ||
	    !set_attribute("cert.pem", "user.empty", "", 0) ||
	    !set_attribute("cert.pem", "user.zeros", "a\0b\0", 4))
		return;
	ck_assert_str_eq(open_swap("cert.pem"), "good");
	ck_assert_str_eq(write_swap("new"), "good");
	assert_attribute("cert.pem", "user.owner", "web", 3);
	assert_attribute("cert.pem", "user.empty", "", 0);
	assert_attribute("cert.pem", "user.zeros", "a\0b\0", 4);
	ck_assert_int_eq(listxattr("cert.pem", names, sizeof(names)),
	    (ssize_t)sizeof("user.owner\0user.empty\0user.zeros"));
}
END_TEST

/* ---- links, and what is no file ----------------------------------------------------------- */

START_TEST(follows_links)
{
	char text[128], real[128];

	ck_assert_int_eq(mkdir("live", 0700), 0);
	ck_assert_int_eq(mkdir("store", 0700), 0);
	scratch_write("store/cert.pem", "old");
	snprintf(text, sizeof(text), "%s/live/second", folder);
	snprintf(real, sizeof(real), "%s/store/cert.pem", folder);
	ck_assert_int_eq(symlink(text, "live/first"), 0);
	ck_assert_int_eq(symlink("../store/cert.pem", "live/second"), 0);
	ck_assert_str_eq(open_swap("live/first"), "good");
	ck_assert_str_eq(store_swap_real(&swap, 0), real);
	ck_assert_str_eq(write_swap("new"), "good");
	ck_assert_str_eq(scratch_text("store/cert.pem"), "new");
	ck_assert_str_eq(scratch_names("live"), "first second");
	ck_assert_str_eq(scratch_names("store"), ".cert.pem.pfxreplace-7 cert.pem");
	text[readlink("live/second", text, sizeof(text) - 1)] = '\0';
	ck_assert_str_eq(text, "../store/cert.pem");
	ck_assert_str_eq(open_swap("live/first"), "good");
	ck_assert(store_swap_has_backup(&swap));
	ck_assert_str_eq(restore(), "good");
	ck_assert_str_eq(scratch_text("live/first"), "old");
	ck_assert_str_eq(scratch_names("store"), "cert.pem");
}
END_TEST

START_TEST(makes_a_file_in_a_folder_that_is_linked)
{
	char real[128];

	ck_assert_int_eq(mkdir("store", 0700), 0);
	ck_assert_int_eq(symlink("store", "way"), 0);
	ck_assert_str_eq(open_swap("way/cert.pem"), "good");
	snprintf(real, sizeof(real), "%s/store/cert.pem", folder);
	ck_assert_str_eq(store_swap_real(&swap, 0), real);
	ck_assert_str_eq(write_swap("new"), "good");
	ck_assert_str_eq(scratch_text("store/cert.pem"), "new");
}
END_TEST

START_TEST(refuses_what_is_no_file)
{
	static const char not_a_file[] = "store-not-readable: not-a-file: it is a folder, a device "
					 "or another thing that is no file";
	static const char absent[] = "store-not-readable: absent: there is no such file";

	ck_assert_int_eq(symlink("none", "dangling"), 0);
	ck_assert_int_eq(symlink("loop", "loop"), 0);
	ck_assert_int_eq(mkfifo("fifo", 0600), 0);
	ck_assert_int_eq(mkdir("sub", 0700), 0);
	scratch_write("file", "old");
	ck_assert_str_eq(open_swap("dangling"), absent);
	ck_assert_int_eq(reason.unreadable, UNREADABLE_ABSENT);
	ck_assert_str_eq(open_swap("none/cert.pem"), absent);
	ck_assert_str_eq(open_swap("file/cert.pem"), absent);
	ck_assert_str_eq(open_swap("fifo"), not_a_file);
	ck_assert_int_eq(reason.unreadable, UNREADABLE_NOT_A_FILE);
	ck_assert_str_eq(open_swap("sub"), not_a_file);
	ck_assert_str_eq(open_swap("sub/"), not_a_file);
	ck_assert_str_eq(open_swap("/dev/null"), not_a_file);
	ck_assert_str_eq(open_swap("/"), not_a_file);
	ck_assert_str_eq(open_swap("loop"),
	    "store-not-readable: read-failed: Too many levels of symbolic links");
	ck_assert_str_eq(scratch_names("."), "dangling fifo file loop sub");
}
END_TEST

START_TEST(needs_an_absolute_path)
{
	const struct store_swap_wish wish = {.root = &root, .path = "cert.pem", .job = 7};

	scratch_write("cert.pem", "old");
	is_open = true;
	ck_assert_str_eq(said(store_swap_open(&swap, &wish, true, &reason)),
	    "store-not-readable: not-a-file: cert.pem is not absolute: expected a path that begins "
	    "with /");
}
END_TEST

START_TEST(needs_permission)
{
	ck_assert_int_eq(mkdir("sub", 0700), 0);
	scratch_write("sub/cert.pem", "old");
	ck_assert_int_eq(chmod(".", 0755), 0);
	ck_assert_int_eq(chmod("sub/cert.pem", 0600), 0);
	if (getuid() == 0) {
		ck_assert_int_eq(chown("sub", 65534, (gid_t)-1), 0);
		ck_assert_int_eq(chown("sub/cert.pem", 65534, (gid_t)-1), 0);
	}
	be_nobody();
	ck_assert_int_eq(chmod("sub", 0500), 0);
	ck_assert_str_eq(open_swap("sub/cert.pem"), "good");
	ck_assert_str_eq(write_swap("new"),
	    "write-failed: DIR/sub/cert.pem: its new file cannot be made beside it: Permission "
	    "denied");
	ck_assert(!has_changed);
	ck_assert_int_eq(chmod("sub/cert.pem", 0200), 0);
	ck_assert_str_eq(open_swap("sub/cert.pem"),
	    "store-not-readable: no-permission: the user may not read the file");
	ck_assert_int_eq(chmod("sub", 0), 0);
	ck_assert_str_eq(open_swap("sub/cert.pem"),
	    "store-not-readable: no-permission: the user may not read the file");
	ck_assert_int_eq(chmod("sub", 0700), 0);
	be_oneself();
	ck_assert_str_eq(scratch_names("sub"), "cert.pem");
}
END_TEST

START_TEST(knows_hard_links)
{
	scratch_write("cert.pem", "old");
	ck_assert_int_eq(link("cert.pem", ".cert.pem.pfxreplace-5"), 0);
	ck_assert_str_eq(open_swap("cert.pem"), "good");
	ck_assert_str_eq(write_swap("new"), "good");
	ck_assert_int_eq(link("cert.pem", "other.pem"), 0);
	ck_assert_str_eq(open_swap_of("cert.pem", NULL, 8, true),
	    "hard-links: DIR/cert.pem: further names (hard links): 1");
	ck_assert_int_eq(link("cert.pem", ".other.pem.pfxreplace-8"), 0);
	ck_assert_int_eq(link("cert.pem", ".cert.pem.pfxreplace-9"), 0);
	ck_assert_str_eq(open_swap_of("cert.pem", NULL, 8, true),
	    "hard-links: DIR/cert.pem: further names (hard links): 2");
	ck_assert_str_eq(scratch_text("other.pem"), "new");
}
END_TEST

START_TEST(has_room_for_the_names)
{
	char name[300];
	const size_t most = 255 - sizeof(".") + 1 - sizeof(".pfxreplace-7.made") + 1;

	memset(name, 'n', sizeof(name));
	name[most] = '\0';
	scratch_write(name, "old");
	ck_assert_str_eq(open_swap(name), "good");
	ck_assert_str_eq(write_swap("new"), "good");
	ck_assert_str_eq(scratch_text(name), "new");
	name[most] = 'n';
	name[most + 1] = '\0';
	scratch_write(name, "old");
	(void)open_swap(name);
	ck_assert_int_eq(reason.why, INSTALL_WRITE);
	ck_assert_ptr_nonnull(strstr(reason.text, ": the name of a backup: File name too long"));
	name[most + 1] = 'n';
	name[280] = '\0';
	ck_assert_str_eq(open_swap(name), "store-not-readable: read-failed: File name too long");
}
END_TEST

START_TEST(knows_an_archive_of_certbot)
{
	ck_assert_int_eq(mkdir("archive", 0700), 0);
	ck_assert_int_eq(mkdir("archive/www", 0700), 0);
	scratch_write("archive/www/site.pem", "old");
	scratch_write("archive/www/privkey12.pem", "old");
	scratch_write("archive/fullchain1.pem", "old");
	ck_assert_int_eq(symlink("archive/www/privkey12.pem", "link.pem"), 0);
	ck_assert_str_eq(open_swap("link.pem"),
	    "certbot-archive: DIR/archive/www/privkey12.pem: certbot numbers the files there");
	ck_assert_str_eq(open_swap("archive/www/site.pem"), "good");
	ck_assert_str_eq(open_swap("archive/fullchain1.pem"), "good");
	ck_assert_int_eq(mkdir("renewal", 0700), 0);
	ck_assert_str_eq(open_swap("archive/www/site.pem"),
	    "certbot-archive: DIR/archive/www/site.pem: certbot numbers the files there");
	ck_assert_str_eq(open_swap_of("archive/fullchain1.pem", "link.pem", 7, true),
	    "certbot-archive: DIR/archive/www/privkey12.pem: certbot numbers the files there");
}
END_TEST

/* ---- --root ------------------------------------------------------------------------------- */

START_TEST(stays_below_its_root)
{
	static const char outside[] =
	    "store-not-readable: outside-root: it lies, or a link leads, outside of --root";
	char path[128];

	ck_assert_int_eq(mkdir("root", 0700), 0);
	ck_assert_int_eq(mkdir("root/sub", 0700), 0);
	scratch_write("root/cert.pem", "old");
	scratch_write("root/sub/cert.pem", "old");
	scratch_write("cert.pem", "outside");
	ck_assert_int_eq(symlink("../cert.pem", "root/out"), 0);
	ck_assert_int_eq(symlink("..", "root/up"), 0);
	snprintf(path, sizeof(path), "%s/root/sub/cert.pem", folder);
	ck_assert_int_eq(symlink(path, "in"), 0);
	ck_assert_int_eq(file_root_open(&root, "root", NULL), 0);
	ck_assert_str_eq(open_swap("cert.pem"), outside);
	ck_assert_str_eq(open_swap("made.pem"), outside);
	ck_assert_str_eq(open_swap("root/out"), outside);
	ck_assert_str_eq(open_swap("root/up/cert.pem"), outside);
	ck_assert_str_eq(open_swap("root/up/made.pem"), outside);
	ck_assert_str_eq(open_swap("root/../cert.pem"), outside);
	ck_assert_str_eq(open_swap_of("root/cert.pem", "cert.pem", 7, true), outside);
	ck_assert_str_eq(open_swap("root"), outside);
	ck_assert_str_eq(open_swap("root/cert.pem"), "good");
	ck_assert_str_eq(write_swap("new"), "good");
	ck_assert_str_eq(open_swap("in"), "good");
	ck_assert_str_eq(write_swap("new"), "good");
	ck_assert_str_eq(open_swap("root/sub/made.pem"), "good");
	ck_assert_str_eq(write_swap("new"), "good");
	ck_assert_str_eq(scratch_names("root"), ".cert.pem.pfxreplace-7 cert.pem out sub up");
	ck_assert_str_eq(scratch_names("root/sub"),
	    ".cert.pem.pfxreplace-7 .made.pem.pfxreplace-7.made cert.pem made.pem");
	ck_assert_str_eq(scratch_names("."), "cert.pem in root");
	ck_assert_str_eq(scratch_text("cert.pem"), "outside");
}
END_TEST

/* ---- what is left beside it --------------------------------------------------------------- */

START_TEST(sweeps_what_was_left)
{
	static const char *const gone[] = {".cert.pem.pfxreplace-7.new",
	    ".cert.pem.pfxreplace-3.new", ".cert.pem.pfxreplace-9000000000000000000.new",
	    ".cert.pem.pfxreplace-4.copy"};
	static const char *const stay[] = {".cert.pem.pfxreplace-.new",
	    ".cert.pem.pfxreplace-0.new", ".cert.pem.pfxreplace-3", ".cert.pem.pfxreplace-3.news",
	    ".cert.pem.pfxreplace-3x.new", ".cert.pem.pfxreplace-99999999999999999999.new",
	    ".cert.pem.pfxreplace-4.made", ".other.pem.pfxreplace-7.new",
	    ".cart.pem.pfxreplace-7.new", "cert.pem.pfxreplace-7.new", ".cert.pfxreplace-7.new"};

	scratch_write("cert.pem", "old");
	for (size_t i = 0; i < sizeof(gone) / sizeof(gone[0]); i++)
		scratch_write(gone[i], "left");
	for (size_t i = 0; i < sizeof(stay) / sizeof(stay[0]); i++)
		scratch_write(stay[i], "left");
	ck_assert_str_eq(open_swap_of("cert.pem", NULL, 7, false), "good");
	for (size_t i = 0; i < sizeof(gone) / sizeof(gone[0]); i++)
		ck_assert_int_eq(access(gone[i], F_OK), 0);
	ck_assert_str_eq(write_swap("new"),
	    "write-failed: DIR/cert.pem: its new file cannot be made beside it: File exists");
	ck_assert_str_eq(scratch_text(".cert.pem.pfxreplace-7.new"), "left");
	ck_assert_str_eq(open_swap("cert.pem"), "good");
	for (size_t i = 0; i < sizeof(gone) / sizeof(gone[0]); i++)
		ck_assert_msg(access(gone[i], F_OK) == -1, "%s is there", gone[i]);
	for (size_t i = 0; i < sizeof(stay) / sizeof(stay[0]); i++)
		ck_assert_msg(access(stay[i], F_OK) == 0, "%s is gone", stay[i]);
	ck_assert_str_eq(write_swap("new"), "good");
}
END_TEST

START_TEST(keeps_the_newest_backups)
{
	scratch_write("cert.pem", "old");
	ck_assert_str_eq(open_swap_of("cert.pem", NULL, 100, true), "good");
	ck_assert_str_eq(write_swap("new"), "good");
	scratch_write(".cert.pem.pfxreplace-9", "");
	scratch_write(".cert.pem.pfxreplace-20", "");
	scratch_write(".cert.pem.pfxreplace-30.made", "");
	scratch_write(".cert.pem.pfxreplace-5.new", "");
	scratch_write(".other.pem.pfxreplace-1", "");
	ck_assert_str_eq(trim(9), "good");
	ck_assert_str_eq(trim(4), "good");
	ck_assert_str_eq(scratch_names("."),
	    ".cert.pem.pfxreplace-100 .cert.pem.pfxreplace-20 .cert.pem.pfxreplace-30.made "
	    ".cert.pem.pfxreplace-5.new .cert.pem.pfxreplace-9 .other.pem.pfxreplace-1 cert.pem");
	ck_assert_str_eq(trim(3), "good");
	ck_assert_int_eq(access(".cert.pem.pfxreplace-9", F_OK), -1);
	ck_assert_str_eq(trim(1), "good");
	ck_assert_str_eq(scratch_names("."),
	    ".cert.pem.pfxreplace-100 .cert.pem.pfxreplace-5.new .other.pem.pfxreplace-1 cert.pem");
	ck_assert_str_eq(trim(0), "good");
	ck_assert_str_eq(
	    scratch_names("."), ".cert.pem.pfxreplace-5.new .other.pem.pfxreplace-1 cert.pem");
	ck_assert_str_eq(scratch_text("cert.pem"), "new");
}
END_TEST

/* More names than one call of the kernel lists. */
START_TEST(keeps_the_newest_of_many)
{
	char name[64];

	scratch_write("cert.pem", "new");
	for (int i = 1; i <= 2000; i++) {
		snprintf(name, sizeof(name), ".cert.pem.pfxreplace-%d", i);
		scratch_write(name, "");
	}
	ck_assert_str_eq(open_swap("cert.pem"), "good");
	ck_assert_str_eq(trim(2), "good");
	ck_assert_str_eq(
	    scratch_names("."), ".cert.pem.pfxreplace-1999 .cert.pem.pfxreplace-2000 cert.pem");
}
END_TEST

START_TEST(trims_the_key_as_well)
{
	be_pair("new", "new key");
	scratch_write(".cert.pem.pfxreplace-1", "");
	scratch_write(".cert.pem.pfxreplace-2", "");
	scratch_write(".key.pem.pfxreplace-1", "");
	ck_assert_int_eq(mkdir(".key.pem.pfxreplace-2", 0700), 0);
	ck_assert_str_eq(open_pair(), "good");
	ck_assert_str_eq(trim(1), "good");
	ck_assert_str_eq(
	    scratch_names("."), ".cert.pem.pfxreplace-2 .key.pem.pfxreplace-2 cert.pem key.pem");
	ck_assert_str_eq(
	    trim(0), "write-failed: DIR/key.pem: an old backup cannot be removed: Is a directory");
}
END_TEST

static TCase *
finding(void)
{
	TCase *tests = tcase_create("store_target");

	tcase_add_checked_fixture(tests, set_up, leave);
	tcase_add_loop_test(tests, keeps_the_mode, 0, (int)(sizeof(modes) / sizeof(modes[0])));
	tcase_add_test(tests, keeps_owner_and_group);
	tcase_add_test(tests, refuses_an_owner_it_cannot_give);
	tcase_add_test(tests, keeps_an_acl);
	tcase_add_test(tests, keeps_an_acl_that_the_folder_gives);
	tcase_add_test(tests, keeps_attributes_of_users);
	tcase_add_test(tests, follows_links);
	tcase_add_test(tests, makes_a_file_in_a_folder_that_is_linked);
	tcase_add_test(tests, refuses_what_is_no_file);
	tcase_add_test(tests, needs_an_absolute_path);
	tcase_add_test(tests, needs_permission);
	tcase_add_test(tests, knows_hard_links);
	tcase_add_test(tests, has_room_for_the_names);
	tcase_add_test(tests, knows_an_archive_of_certbot);
	tcase_add_test(tests, stays_below_its_root);
	tcase_add_test(tests, sweeps_what_was_left);
	tcase_add_test(tests, keeps_the_newest_backups);
	tcase_add_test(tests, keeps_the_newest_of_many);
	tcase_add_test(tests, trims_the_key_as_well);
	return tests;
}

int
main(void)
{
	Suite *suite = suite_create("store_target");

	suite_add_tcase(suite, finding());
	return scratch_run(suite);
}
