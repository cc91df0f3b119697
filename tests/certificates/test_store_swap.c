#include "certificates/store_swap_fixture.h"

#include <pthread.h>
#include <stdatomic.h>

/* Files of a store replaced and put back. */

/* ---- replaced, put back ------------------------------------------------------------------- */

START_TEST(replaces_a_file)
{
	char real[128];

	scratch_write("cert.pem", "old");
	ck_assert_str_eq(open_swap("cert.pem"), "good");
	snprintf(real, sizeof(real), "%s/cert.pem", folder);
	ck_assert_uint_eq(swap.count, 1);
	ck_assert_str_eq(store_swap_real(&swap, 0), real);
	ck_assert_uint_eq(store_swap_bytes(&swap, 0)->length, 3);
	ck_assert_mem_eq(store_swap_bytes(&swap, 0)->bytes, "old", 3);
	ck_assert(!store_swap_has_backup(&swap));
	ck_assert_str_eq(write_swap("newer"), "good");
	ck_assert(has_changed);
	ck_assert_str_eq(scratch_text("cert.pem"), "newer");
	ck_assert_str_eq(scratch_text(".cert.pem.pfxreplace-7"), "old");
	ck_assert_str_eq(scratch_names("."), ".cert.pem.pfxreplace-7 cert.pem");
	ck_assert_int_eq(watch.calls, 2);
	ck_assert_str_eq(watch.seen[0][0], "newer");
	ck_assert_str_eq(watch.seen[0][1], "(none)");
	ck_assert_str_eq(watch.names[0], ".cert.pem.pfxreplace-7.new cert.pem");
	ck_assert_str_eq(watch.seen[1][0], "newer");
	ck_assert_str_eq(watch.names[1], ".cert.pem.pfxreplace-7 cert.pem");
}
END_TEST

START_TEST(costs_two_syncs)
{
	scratch_write("cert.pem", "old");
	ck_assert_str_eq(open_swap("cert.pem"), "good");
	ck_assert_str_eq(write_swap("new"), "good");
	ck_assert_int_eq(fault.synced, 1);
	ck_assert_int_eq(fault.synced_folders, 1);
	be_pair("old", "old key");
	ck_assert_str_eq(open_swap_of("cert.pem", "key.pem", 8, true), "good");
	ck_assert_str_eq(write_pair("new", "new key"), "good");
	ck_assert_int_eq(fault.synced, 3);
	ck_assert_int_eq(fault.synced_folders, 2);
}
END_TEST

START_TEST(puts_back_once)
{
	struct stat before, after;

	scratch_write("cert.pem", "old");
	ck_assert_int_eq(chmod("cert.pem", 0640), 0);
	ck_assert_int_eq(stat("cert.pem", &before), 0);
	ck_assert_str_eq(open_swap("cert.pem"), "good");
	ck_assert_str_eq(restore(),
	    "backup-missing: DIR/cert.pem: there is no .cert.pem.pfxreplace-7 beside it");
	ck_assert_str_eq(write_swap("new"), "good");
	ck_assert_str_eq(open_swap("cert.pem"), "good");
	ck_assert(store_swap_has_backup(&swap));
	scratch_write(".cert.pem.pfxreplace-7.new", "left");
	fault.synced_folders = 0;
	ck_assert_str_eq(restore(), "good");
	ck_assert_int_eq(fault.synced_folders, 1);
	ck_assert_str_eq(scratch_text("cert.pem"), "old");
	ck_assert_str_eq(scratch_names("."), "cert.pem");
	ck_assert_int_eq(stat("cert.pem", &after), 0);
	ck_assert_uint_eq(after.st_ino, before.st_ino);
	ck_assert_uint_eq(after.st_mode, before.st_mode);
	ck_assert_str_eq(restore(),
	    "backup-missing: DIR/cert.pem: there is no .cert.pem.pfxreplace-7 beside it");
	ck_assert_str_eq(scratch_text("cert.pem"), "old");
}
END_TEST

/* The process was killed after the backup was made and before the file was replaced. */
START_TEST(puts_back_what_is_its_own_backup)
{
	scratch_write("cert.pem", "old");
	ck_assert_int_eq(link("cert.pem", ".cert.pem.pfxreplace-7"), 0);
	ck_assert_str_eq(open_swap("cert.pem"), "good");
	ck_assert(store_swap_has_backup(&swap));
	ck_assert_str_eq(restore(), "good");
	ck_assert_str_eq(scratch_text("cert.pem"), "old");
	ck_assert_str_eq(scratch_names("."), "cert.pem");
}
END_TEST

/* The next try finds the backup there and goes on. */
START_TEST(keeps_the_first_backup)
{
	scratch_write("cert.pem", "old");
	ck_assert_int_eq(link("cert.pem", ".cert.pem.pfxreplace-7"), 0);
	ck_assert_str_eq(open_swap("cert.pem"), "good");
	ck_assert_str_eq(write_swap("new"), "good");
	ck_assert_str_eq(scratch_text(".cert.pem.pfxreplace-7"), "old");
	ck_assert_str_eq(open_swap("cert.pem"), "good");
	ck_assert_str_eq(write_swap("newer"), "good");
	ck_assert_str_eq(scratch_text("cert.pem"), "newer");
	ck_assert_str_eq(scratch_text(".cert.pem.pfxreplace-7"), "old");
	ck_assert_str_eq(scratch_names("."), ".cert.pem.pfxreplace-7 cert.pem");
}
END_TEST

/* Likewise, but this try fails before anything is replaced: no sign of a try is left. */
START_TEST(forgets_a_backup_that_is_the_file)
{
	scratch_write("cert.pem", "old");
	ck_assert_int_eq(link("cert.pem", ".cert.pem.pfxreplace-7"), 0);
	watch.refuses = 1;
	ck_assert_str_eq(open_swap("cert.pem"), "good");
	ck_assert_str_eq(write_swap("new"), "pfx-mismatch: refused");
	ck_assert_str_eq(scratch_text("cert.pem"), "old");
	ck_assert_str_eq(scratch_names("."), "cert.pem");
}
END_TEST

START_TEST(makes_a_file)
{
	ck_assert_str_eq(open_swap("cert.pem"), "good");
	ck_assert_ptr_null(store_swap_bytes(&swap, 0)->bytes);
	umask(077);
	ck_assert_str_eq(write_swap("new"), "good");
	ck_assert_uint_eq(scratch_mode("cert.pem"), 0644);
	ck_assert_str_eq(scratch_text("cert.pem"), "new");
	ck_assert_str_eq(scratch_names("."), ".cert.pem.pfxreplace-7.made cert.pem");
	ck_assert_str_eq(open_swap("cert.pem"), "good");
	ck_assert(store_swap_has_backup(&swap));
	/* once more by the same job: there was no file before it */
	ck_assert_str_eq(write_swap("newer"), "good");
	ck_assert_str_eq(scratch_names("."), ".cert.pem.pfxreplace-7.made cert.pem");
	ck_assert_str_eq(restore(), "good");
	ck_assert_str_eq(scratch_names("."), "");
	ck_assert_str_eq(restore(),
	    "backup-missing: DIR/cert.pem: there is no .cert.pem.pfxreplace-7 beside it");
}
END_TEST

START_TEST(unmakes_a_file_that_is_refused)
{
	for (watch.refuses = 1; watch.refuses <= 2; watch.refuses++) {
		ck_assert_str_eq(open_swap("cert.pem"), "good");
		ck_assert_str_eq(write_swap("new"), "pfx-mismatch: refused");
		ck_assert_int_eq(has_changed, watch.refuses == 2);
		ck_assert_str_eq(scratch_names("."), "");
	}
	fault.rename = EIO;
	ck_assert_str_eq(open_swap("cert.pem"), "good");
	ck_assert_str_eq(write_swap("new"), "write-failed: DIR/cert.pem: the new file cannot take "
					    "its place: Input/output error");
	ck_assert_str_eq(scratch_names("."), "");
}
END_TEST

START_TEST(undoes_what_is_refused)
{
	for (watch.refuses = 1; watch.refuses <= 2; watch.refuses++) {
		be_pair("old", "old key");
		ck_assert_str_eq(open_pair(), "good");
		ck_assert_str_eq(write_pair("new", "new key"), "pfx-mismatch: refused");
		ck_assert_int_eq(watch.calls, watch.refuses);
		ck_assert_str_eq(watch.seen[watch.refuses - 1][0], "new");
		ck_assert_str_eq(watch.seen[watch.refuses - 1][1], "new key");
		ck_assert_int_eq(has_changed, watch.refuses == 2);
		assert_pair("old", "old key");
		ck_assert_str_eq(scratch_names("."), "cert.pem key.pem");
	}
}
END_TEST

/* ---- pairs -------------------------------------------------------------------------------- */

START_TEST(replaces_a_pair)
{
	be_pair("old", "old key");
	ck_assert_int_eq(chmod("key.pem", 0600), 0);
	ck_assert_str_eq(open_pair(), "good");
	ck_assert_uint_eq(swap.count, 2);
	ck_assert_str_eq(write_pair("new", "new key"), "good");
	assert_pair("new", "new key");
	ck_assert_uint_eq(scratch_mode("key.pem"), 0600);
	ck_assert_str_eq(
	    scratch_names("."), ".cert.pem.pfxreplace-7 .key.pem.pfxreplace-7 cert.pem key.pem");
	ck_assert_str_eq(restore(), "good");
	assert_pair("old", "old key");
	ck_assert_str_eq(scratch_names("."), "cert.pem key.pem");
}
END_TEST

/* One of them is left as it is. */
START_TEST(replaces_one_of_a_pair)
{
	be_pair("old", "old key");
	ck_assert_str_eq(open_pair(), "good");
	ck_assert_str_eq(write_pair("new", NULL), "good");
	ck_assert_str_eq(watch.seen[1][1], "old key");
	assert_pair("new", "old key");
	ck_assert_str_eq(scratch_names("."), ".cert.pem.pfxreplace-7 cert.pem key.pem");
	ck_assert_str_eq(restore(), "good");
	assert_pair("old", "old key");
	ck_assert_str_eq(write_pair(NULL, "new key"), "good");
	ck_assert_str_eq(watch.seen[1][0], "old");
	assert_pair("old", "new key");
	ck_assert_str_eq(scratch_names("."), ".key.pem.pfxreplace-7 cert.pem key.pem");
}
END_TEST

START_TEST(undoes_half_a_pair)
{
	be_pair("old", "old key");
	ck_assert_str_eq(open_pair(), "good");
	fault.rename = EIO;
	fault.fails = "cert.pem";
	ck_assert_str_eq(write_pair("new", "new key"),
	    "write-failed: DIR/cert.pem: the new file cannot take its place: Input/output error");
	ck_assert(has_changed);
	assert_pair("old", "old key");
	ck_assert_str_eq(scratch_names("."), "cert.pem key.pem");
	fault.fails = "key.pem";
	ck_assert_str_eq(open_pair(), "good");
	ck_assert_str_eq(write_pair("new", "new key"),
	    "write-failed: DIR/key.pem: the new file cannot take its place: Input/output error");
	ck_assert(!has_changed);
	assert_pair("old", "old key");
	ck_assert_str_eq(scratch_names("."), "cert.pem key.pem");
}
END_TEST

static void
let_renames_fail(void)
{
	fault.rename = EROFS;
}

static void
take_backups_away(void)
{
	ck_assert_int_eq(unlink(".cert.pem.pfxreplace-7"), 0);
	ck_assert_int_eq(unlink(".key.pem.pfxreplace-7"), 0);
}

START_TEST(says_that_it_is_not_undone)
{
	be_pair("old", "old key");
	watch.refuses = 2;
	watch.hook = let_renames_fail;
	ck_assert_str_eq(open_pair(), "good");
	ck_assert_str_eq(write_pair("new", "new key"),
	    "restore-failed: DIR/key.pem: the old file cannot be put back: Read-only file system");
	ck_assert(has_changed);
	assert_pair("new", "new key");
	ck_assert_str_eq(
	    scratch_names("."), ".cert.pem.pfxreplace-7 .key.pem.pfxreplace-7 cert.pem key.pem");
	/* and the half of it: the key's is back, the certificate's is not */
	ck_assert_str_eq(open_pair(), "good");
	fault.fails = "cert.pem";
	ck_assert_str_eq(restore(),
	    "restore-failed: DIR/cert.pem: the old file cannot be put back: Read-only file system");
	assert_pair("new", "old key");
	fault.rename = 0;
	ck_assert_str_eq(open_pair(), "good");
	ck_assert_str_eq(restore(), "good");
	assert_pair("old", "old key");
}
END_TEST

START_TEST(needs_the_backup_to_undo)
{
	be_pair("old", "old key");
	watch.refuses = 2;
	watch.hook = take_backups_away;
	ck_assert_str_eq(open_pair(), "good");
	ck_assert_str_eq(write_pair("new", "new key"),
	    "restore-failed: DIR/key.pem: the old file cannot be put "
	    "back: No such file or directory");
	assert_pair("new", "new key");
}
END_TEST

START_TEST(knows_one_file_by_two_paths)
{
	scratch_write("cert.pem", "old");
	ck_assert_int_eq(symlink("cert.pem", "key.pem"), 0);
	ck_assert_str_eq(open_pair(), "good");
	ck_assert_uint_eq(swap.count, 1);
	ck_assert_str_eq(write_swap("new"), "good");
	ck_assert_str_eq(scratch_text("key.pem"), "new");
}
END_TEST

START_TEST(syncs_both_folders)
{
	ck_assert_int_eq(mkdir("private", 0700), 0);
	scratch_write("cert.pem", "old");
	scratch_write("private/key.pem", "old key");
	ck_assert_str_eq(open_swap_of("cert.pem", "private/key.pem", 7, true), "good");
	ck_assert_str_eq(write_pair("new", "new key"), "good");
	ck_assert_int_eq(fault.synced, 2);
	ck_assert_int_eq(fault.synced_folders, 2);
	ck_assert_str_eq(scratch_text("private/key.pem"), "new key");
	ck_assert_str_eq(scratch_names("private"), ".key.pem.pfxreplace-7 key.pem");
}
END_TEST

static void
change_the_file(void)
{
	scratch_write("cert.pem", "of another");
}

static void
replace_the_file(void)
{
	scratch_write("other", "old");
	ck_assert_int_eq(rename("other", "cert.pem"), 0);
}

static void
remove_the_file(void)
{
	ck_assert_int_eq(unlink("cert.pem"), 0);
}

/* Somebody has changed it between our look and the rename: what is there stays. */
START_TEST(sees_that_it_is_changed)
{
	static const char changed[] = "changed: DIR/cert.pem: somebody has changed it meanwhile";

	scratch_write("cert.pem", "old");
	watch.hook = change_the_file;
	ck_assert_str_eq(open_swap("cert.pem"), "good");
	ck_assert_str_eq(write_swap("new"), changed);
	ck_assert(!has_changed);
	ck_assert_str_eq(scratch_text("cert.pem"), "of another");
	ck_assert_str_eq(scratch_names("."), "cert.pem");
	watch.hook = replace_the_file;
	ck_assert_str_eq(open_swap("cert.pem"), "good");
	ck_assert_str_eq(write_swap("new"), changed);
	ck_assert_str_eq(scratch_text("cert.pem"), "old");
	ck_assert_str_eq(scratch_names("."), "cert.pem");
	ck_assert_int_eq(unlink("cert.pem"), 0);
	watch.hook = change_the_file;
	ck_assert_str_eq(open_swap("cert.pem"), "good"); /* none was there */
	ck_assert_str_eq(write_swap("new"), changed);
	ck_assert_str_eq(scratch_text("cert.pem"), "of another");
	ck_assert_str_eq(scratch_names("."), "cert.pem");
	watch.hook = remove_the_file;
	ck_assert_str_eq(open_swap("cert.pem"), "good");
	(void)write_swap("new");
	ck_assert(!has_changed);
	ck_assert_str_eq(scratch_names("."), "");
}
END_TEST

/* ---- faults ------------------------------------------------------------------------------- */

static const struct {
	int *injected;
	int number;
	const char *said;
	bool changed;
} faults[] = {
    {&fault.sync, EIO,
	"write-failed: DIR/cert.pem: its new file cannot be synced: Input/output error", false},
    {&fault.link, ENOSPC,
	"write-failed: DIR/cert.pem: its backup cannot be made beside it: No space left on device",
	false},
    {&fault.rename, EACCES,
	"write-failed: DIR/cert.pem: the new file cannot take its place: Permission denied", false},
    {&fault.folder, EIO,
	"write-failed: DIR/cert.pem: its folder cannot be synced: Input/output error", true},
};

START_TEST(changes_nothing_on_a_fault)
{
	scratch_write("cert.pem", "old");
	*faults[_i].injected = faults[_i].number;
	fault.once = true;
	ck_assert_str_eq(open_swap("cert.pem"), "good");
	ck_assert_str_eq(write_swap("new"), faults[_i].said);
	ck_assert_int_eq(has_changed, faults[_i].changed);
	ck_assert_int_eq(*faults[_i].injected, 0);
	ck_assert_str_eq(scratch_text("cert.pem"), "old");
	ck_assert_str_eq(scratch_names("."), "cert.pem");
	ck_assert_str_eq(open_swap("cert.pem"), "good");
	ck_assert_str_eq(write_swap("new"), "good");
}
END_TEST

START_TEST(says_that_undoing_is_not_durable)
{
	scratch_write("cert.pem", "old");
	fault.folder = EIO;
	ck_assert_str_eq(open_swap("cert.pem"), "good");
	ck_assert_str_eq(write_swap("new"),
	    "restore-failed: DIR/cert.pem: its folder cannot be synced: Input/output error");
	fault.folder = 0;
	ck_assert_str_eq(open_swap("cert.pem"), "good");
	ck_assert_str_eq(write_swap("new"), "good");
	fault.folder = EIO;
	ck_assert_str_eq(restore(),
	    "restore-failed: DIR/cert.pem: its folder cannot be synced: Input/output error");
}
END_TEST

/* EINVAL: the file system cannot sync a folder. */
START_TEST(takes_folders_without_sync)
{
	scratch_write("cert.pem", "old");
	fault.folder = EINVAL;
	ck_assert_str_eq(open_swap("cert.pem"), "good");
	ck_assert_str_eq(write_swap("new"), "good");
	ck_assert_str_eq(restore(), "good");
	ck_assert_str_eq(scratch_text("cert.pem"), "old");
}
END_TEST

START_TEST(writes_in_parts)
{
	scratch_write("cert.pem", "old");
	fault.shortest = 1;
	fault.interrupt = 2;
	ck_assert_str_eq(open_swap("cert.pem"), "good");
	ck_assert_str_eq(write_swap("rather new"), "good");
	ck_assert_str_eq(scratch_text("cert.pem"), "rather new");
}
END_TEST

/* ---- backups by copy ---------------------------------------------------------------------- */

static const int no_links[] = {EPERM, EMLINK, EOPNOTSUPP, ENOSYS, EXDEV};

START_TEST(copies_where_there_are_no_links)
{
	struct stat before, after;

	scratch_write("cert.pem", "old");
	ck_assert_int_eq(chmod("cert.pem", 0604), 0);
	ck_assert_int_eq(stat("cert.pem", &before), 0);
	fault.link = no_links[_i];
	ck_assert_str_eq(open_swap("cert.pem"), "good");
	ck_assert_str_eq(write_swap("new"), "good");
	ck_assert_int_eq(fault.synced, 2);
	ck_assert_int_eq(fault.synced_folders, 1);
	ck_assert_str_eq(scratch_names("."), ".cert.pem.pfxreplace-7 cert.pem");
	ck_assert_str_eq(scratch_text(".cert.pem.pfxreplace-7"), "old");
	ck_assert_uint_eq(scratch_mode(".cert.pem.pfxreplace-7"), 0604);
	ck_assert_str_eq(restore(), "good");
	ck_assert_str_eq(scratch_text("cert.pem"), "old");
	ck_assert_uint_eq(scratch_mode("cert.pem"), 0604);
	ck_assert_int_eq(stat("cert.pem", &after), 0);
	ck_assert_uint_ne(after.st_ino, before.st_ino);
	ck_assert_str_eq(scratch_names("."), "cert.pem");
}
END_TEST

/* A copy is no sign of an earlier try when nothing was replaced; one of an earlier try stays. */
START_TEST(forgets_its_copy)
{
	scratch_write("cert.pem", "old");
	fault.link = EPERM;
	fault.rename = EIO;
	fault.fails = "cert.pem";
	ck_assert_str_eq(open_swap("cert.pem"), "good");
	ck_assert_str_eq(write_swap("new"),
	    "write-failed: DIR/cert.pem: the new file cannot take its place: Input/output error");
	ck_assert_str_eq(scratch_text("cert.pem"), "old");
	ck_assert_str_eq(scratch_names("."), "cert.pem");
	fault.fails = ".cert.pem.pfxreplace-7";
	ck_assert_str_eq(open_swap("cert.pem"), "good");
	ck_assert_str_eq(write_swap("new"),
	    "write-failed: DIR/cert.pem: its backup cannot be made: Input/output error");
	ck_assert_str_eq(scratch_names("."), "cert.pem");
	fault.rename = 0;
	ck_assert_str_eq(open_swap("cert.pem"), "good");
	ck_assert_str_eq(write_swap("new"), "good");
	fault.link = EEXIST; /* as the kernel does: the backup is there */
	fault.rename = EIO;
	fault.fails = "cert.pem";
	ck_assert_str_eq(open_swap("cert.pem"), "good");
	ck_assert_str_eq(write_swap("newer"),
	    "write-failed: DIR/cert.pem: the new file cannot take its place: Input/output error");
	ck_assert_str_eq(scratch_text("cert.pem"), "new");
	ck_assert_str_eq(scratch_text(".cert.pem.pfxreplace-7"), "old");
}
END_TEST

/* ---- readers ------------------------------------------------------------------------------ */

#define ROUNDS 1000
#define BLOCK 20000

static char blocks[2][BLOCK + 1];
static size_t lengths[2];
static atomic_bool ended;
static atomic_int broken, looks;

/* Opens and reads the file all the while. The calls are the kernel's: no check is in them. */
static void *
look_at_it(void *closure)
{
	char *text = malloc(2 * BLOCK);

	(void)closure;
	while (text != NULL && !ended) {
		int fd = open("cert.pem", O_RDONLY | O_CLOEXEC);
		ssize_t length = 0, count = 1;
		bool whole = false;

		while (fd != -1 && count > 0) {
			count = read(fd, text + length, (size_t)(2 * BLOCK - length));
			length += count;
		}
		for (int i = 0; fd != -1 && i < 2; i++)
			whole |= (size_t)length == lengths[i] &&
				 memcmp(text, blocks[i], lengths[i]) == 0;
		if (fd != -1)
			close(fd);
		broken += !whole;
		looks++;
	}
	free(text);
	return NULL;
}

static int
take_all(void *closure, const struct file_bytes *file, const struct file_bytes *key_file,
    struct install_reason *why)
{
	size_t i = *(size_t *)closure;

	(void)key_file;
	(void)why;
	ck_assert_uint_eq(file->length, lengths[i]);
	ck_assert_mem_eq(file->bytes, blocks[i], lengths[i]);
	return 0;
}

START_TEST(never_shows_a_part)
{
	pthread_t reader;
	size_t now = 0;
	const struct store_swap_check check = {take_all, &now};

	lengths[0] = BLOCK;
	lengths[1] = BLOCK / 2;
	memset(blocks[0], 'a', lengths[0]);
	memset(blocks[1], 'b', lengths[1]);
	scratch_write("cert.pem", blocks[0]);
	ended = false;
	broken = looks = 0;
	ck_assert_int_eq(pthread_create(&reader, NULL, look_at_it, NULL), 0);
	for (int64_t job = 1; job <= ROUNDS; job++) {
		struct store_swap_new news[STORE_SWAP_FILES] = {{0}};

		now = (size_t)job % 2;
		news[0] = (struct store_swap_new){blocks[now], lengths[now], 0};
		ck_assert_str_eq(open_swap_of("cert.pem", NULL, job, true), "good");
		ck_assert_str_eq(
		    said(store_swap_write(&swap, news, &check, &has_changed, &reason)), "good");
		if (job % 10 == 0)
			ck_assert_str_eq(restore(), "good");
		ck_assert_str_eq(trim(1), "good");
	}
	ended = true;
	ck_assert_int_eq(pthread_join(reader, NULL), 0);
	ck_assert_int_eq(broken, 0);
	ck_assert_int_gt(looks, ROUNDS / 10);
}
END_TEST

static TCase *
replacing(void)
{
	TCase *tests = tcase_create("replacing");

	tcase_add_checked_fixture(tests, set_up, leave);
	tcase_add_test(tests, replaces_a_file);
	tcase_add_test(tests, costs_two_syncs);
	tcase_add_test(tests, puts_back_once);
	tcase_add_test(tests, puts_back_what_is_its_own_backup);
	tcase_add_test(tests, keeps_the_first_backup);
	tcase_add_test(tests, forgets_a_backup_that_is_the_file);
	tcase_add_test(tests, makes_a_file);
	tcase_add_test(tests, unmakes_a_file_that_is_refused);
	tcase_add_test(tests, undoes_what_is_refused);
	tcase_add_test(tests, replaces_a_pair);
	tcase_add_test(tests, replaces_one_of_a_pair);
	tcase_add_test(tests, undoes_half_a_pair);
	tcase_add_test(tests, says_that_it_is_not_undone);
	tcase_add_test(tests, needs_the_backup_to_undo);
	tcase_add_test(tests, knows_one_file_by_two_paths);
	tcase_add_test(tests, syncs_both_folders);
	tcase_add_loop_test(tests, changes_nothing_on_a_fault, 0, 4);
	tcase_add_test(tests, sees_that_it_is_changed);
	tcase_add_test(tests, says_that_undoing_is_not_durable);
	tcase_add_test(tests, takes_folders_without_sync);
	tcase_add_test(tests, writes_in_parts);
	tcase_add_loop_test(tests, copies_where_there_are_no_links, 0, 5);
	tcase_add_test(tests, forgets_its_copy);
	tcase_add_test(tests, never_shows_a_part);
	return tests;
}

int
main(void)
{
	Suite *suite = suite_create("store_swap");

	suite_add_tcase(suite, replacing());
	return scratch_run(suite);
}
