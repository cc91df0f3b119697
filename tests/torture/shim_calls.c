/* The calls themselves, under libc's names: <fcntl.h> may define some, so by label. */
#include "shim.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static int
raw_open(int folder, const char *path, int flags, mode_t mode)
{
	return (int)syscall(SYS_openat, folder, path, flags, mode);
}

static int64_t
size_of(int fd)
{
	struct stat status;

	return fstat(fd, &status) == -1 ? 0 : (int64_t)status.st_size;
}

/* ---- files ------------------------------------------------------------------------------ */

static int
open_file(int folder, const char *path, int flags, mode_t mode)
{
	char name[NAME_SIZE];
	struct operation op = {.verb = "create", .name = name, .fd = -1, .space = true};
	struct stat status;
	int fd;

	if (!name_find(folder, path, name)) {
		fd = raw_open(folder, path, flags, mode);
		name_track(fd, NULL);
		return fd;
	}
	if ((flags & O_TMPFILE) == O_TMPFILE) {
		op.verb = "tmpfile";
	} else if ((flags & O_CREAT) == 0 ||
		   fstatat(folder, path, &status, AT_SYMLINK_NOFOLLOW) == 0) {
		fd = raw_open(folder, path, flags, mode);
		name_track(fd, name);
		if (fd != -1)
			operation_opened(fd, name);
		return fd;
	}
	if (operation_begin(&op) == FAIL)
		return operation_fail(&op);
	op.fd = raw_open(folder, path, flags, mode);
	name_track(op.fd, name);
	return (int)operation_end(&op, op.fd, NULL);
}

/* The mode of an open, which is given only if the file may be created. */
#define OPEN_MODE(mode, flags)                                            \
	do {                                                              \
		va_list arguments;                                        \
		va_start(arguments, flags);                               \
		if (((flags) & (O_CREAT | O_TMPFILE)) != 0)               \
			(mode) = (mode_t)va_arg(arguments, unsigned int); \
		va_end(arguments);                                        \
	} while (0)

int shim_open(const char *, int, ...) __asm__("open");
int shim_open64(const char *, int, ...) __asm__("open64") __attribute__((alias("open")));
int shim_openat(int, const char *, int, ...) __asm__("openat");
int shim_openat64(int, const char *, int, ...) __asm__("openat64") __attribute__((alias("openat")));

int
shim_open(const char *path, int flags, ...)
{
	mode_t mode = 0;

	OPEN_MODE(mode, flags);
	return open_file(AT_FDCWD, path, flags, mode);
}

int
shim_openat(int folder, const char *path, int flags, ...)
{
	mode_t mode = 0;

	OPEN_MODE(mode, flags);
	return open_file(folder, path, flags, mode);
}

/* What a compiler that fortifies makes of them where there is no mode. */
int shim_open_2(const char *, int) __asm__("__open_2");
int shim_open64_2(const char *, int) __asm__("__open64_2") __attribute__((alias("__open_2")));
int shim_openat_2(int, const char *, int) __asm__("__openat_2");
int shim_openat64_2(int, const char *, int) __asm__("__openat64_2")
    __attribute__((alias("__openat_2")));

int
shim_open_2(const char *path, int flags)
{
	return open_file(AT_FDCWD, path, flags, 0);
}

int
shim_openat_2(int folder, const char *path, int flags)
{
	return open_file(folder, path, flags, 0);
}

/* libc's own function would open the file by a call that the shim does not see. */
static int
open_unique(char *pattern, int flags)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz012345";
	size_t length = strlen(pattern);
	unsigned char random[6];
	int fd;

	do {
		if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
			abort();
		for (size_t i = 0; i < sizeof(random); i++)
			pattern[length - 6 + i] = letters[random[i] % 32];
		fd = open_file(AT_FDCWD, pattern, flags | O_RDWR | O_CREAT | O_EXCL, 0600);
	} while (fd == -1 && errno == EEXIST);
	return fd;
}

int shim_mkostemp(char *, int) __asm__("mkostemp");
int shim_mkostemp64(char *, int) __asm__("mkostemp64") __attribute__((alias("mkostemp")));

int
shim_mkostemp(char *pattern, int flags)
{
	return open_unique(pattern, flags);
}

int shim_close(int) __asm__("close");

int
shim_close(int fd)
{
	struct operation op = {.verb = "close", .fd = fd};
	char name[NAME_SIZE];
	int rc;

	if (name_of(fd) == NULL)
		return (int)syscall(SYS_close, fd);
	snprintf(name, sizeof(name), "%s", name_of(fd));
	op.name = name;
	operation_begin(&op);
	name_track(fd, NULL);
	/* A close that fails closes the descriptor nevertheless. */
	rc = (int)syscall(SYS_close, fd);
	return op.verdict == FAIL ? operation_fail(&op) : (int)operation_end(&op, rc, NULL);
}

int shim_closedir(DIR *) __asm__("closedir");

/* It closes the descriptor by a call that the shim does not see. */
int
shim_closedir(DIR *stream)
{
	int (*real)(DIR *);

	*(void **)&real = dlsym(RTLD_NEXT, "closedir");
	name_track(dirfd(stream), NULL);
	return real(stream);
}

/* ---- contents --------------------------------------------------------------------------- */

/* offset -1: the current position of the file. */
static ssize_t
write_file(int fd, const void *bytes, size_t length, int64_t offset)
{
	struct operation op = {.verb = "write", .fd = fd, .length = (int64_t)length};
	int64_t result;

	if (name_of(fd) == NULL)
		return offset == -1 ? syscall(SYS_write, fd, bytes, length)
				    : syscall(SYS_pwrite64, fd, bytes, length, offset);
	op.name = name_of(fd);
	op.offset = offset == -1 ? syscall(SYS_lseek, fd, 0, SEEK_CUR) : offset;
	op.space = op.offset + op.length > size_of(fd);
	if (operation_begin(&op) == FAIL)
		return operation_fail(&op);
	if (op.verdict == HALF)
		length /= 2;
	result = offset == -1 ? syscall(SYS_write, fd, bytes, length)
			      : syscall(SYS_pwrite64, fd, bytes, length, offset);
	operation_half(&op);
	return operation_end(&op, result, bytes);
}

ssize_t shim_write(int, const void *, size_t) __asm__("write");
ssize_t shim_pwrite(int, const void *, size_t, off_t) __asm__("pwrite");
ssize_t shim_pwrite64(int, const void *, size_t, off_t) __asm__("pwrite64")
    __attribute__((alias("pwrite")));

ssize_t
shim_write(int fd, const void *bytes, size_t length)
{
	return write_file(fd, bytes, length, -1);
}

ssize_t
shim_pwrite(int fd, const void *bytes, size_t length, off_t offset)
{
	return write_file(fd, bytes, length, offset);
}

static ssize_t
read_file(int fd, void *bytes, size_t length, int64_t offset)
{
	struct operation op = {
	    .verb = "read", .fd = fd, .offset = offset, .length = (int64_t)length};

	op.name = name_of(fd);
	if (op.name != NULL) {
		if (operation_begin(&op) == FAIL)
			return operation_fail(&op);
		operation_end(&op, 0, NULL);
	}
	return offset == -1 ? syscall(SYS_read, fd, bytes, length)
			    : syscall(SYS_pread64, fd, bytes, length, offset);
}

ssize_t shim_read(int, void *, size_t) __asm__("read");
ssize_t shim_pread(int, void *, size_t, off_t) __asm__("pread");
ssize_t shim_pread64(int, void *, size_t, off_t) __asm__("pread64") __attribute__((alias("pread")));

ssize_t
shim_read(int fd, void *bytes, size_t length)
{
	return read_file(fd, bytes, length, -1);
}

ssize_t
shim_pread(int fd, void *bytes, size_t length, off_t offset)
{
	return read_file(fd, bytes, length, offset);
}

static int
truncate_file(int fd, int64_t length)
{
	struct operation op = {.verb = "truncate", .fd = fd, .length = length};

	if (name_of(fd) == NULL)
		return (int)syscall(SYS_ftruncate, fd, length);
	op.name = name_of(fd);
	op.space = length > size_of(fd);
	if (operation_begin(&op) == FAIL)
		return operation_fail(&op);
	return (int)operation_end(&op, syscall(SYS_ftruncate, fd, length), NULL);
}

int shim_ftruncate(int, off_t) __asm__("ftruncate");
int shim_ftruncate64(int, off_t) __asm__("ftruncate64") __attribute__((alias("ftruncate")));

int
shim_ftruncate(int fd, off_t length)
{
	return truncate_file(fd, length);
}

static int
allocate_file(int fd, int mode, int64_t offset, int64_t length)
{
	struct operation op = {
	    .verb = "allocate", .fd = fd, .offset = offset, .length = length, .space = true};

	if (name_of(fd) == NULL)
		return (int)syscall(SYS_fallocate, fd, mode, offset, length);
	op.name = name_of(fd);
	if (operation_begin(&op) == FAIL)
		return operation_fail(&op);
	return (int)operation_end(&op, syscall(SYS_fallocate, fd, mode, offset, length), NULL);
}

int shim_fallocate(int, int, off_t, off_t) __asm__("fallocate");
int shim_fallocate64(int, int, off_t, off_t) __asm__("fallocate64")
    __attribute__((alias("fallocate")));
int shim_posix_fallocate(int, off_t, off_t) __asm__("posix_fallocate");
int shim_posix_fallocate64(int, off_t, off_t) __asm__("posix_fallocate64")
    __attribute__((alias("posix_fallocate")));

int
shim_fallocate(int fd, int mode, off_t offset, off_t length)
{
	return allocate_file(fd, mode, offset, length);
}

int
shim_posix_fallocate(int fd, off_t offset, off_t length)
{
	return allocate_file(fd, 0, offset, length) == -1 ? errno : 0;
}

static int
sync_file(int fd, long call)
{
	struct operation op = {.verb = "sync", .fd = fd};

	if (name_of(fd) == NULL)
		return (int)syscall(call, fd);
	op.name = name_of(fd);
	if (operation_begin(&op) == FAIL)
		return operation_fail(&op);
	return (int)operation_end(&op, syscall(call, fd), NULL);
}

int shim_fsync(int) __asm__("fsync");
int shim_fdatasync(int) __asm__("fdatasync");

int
shim_fsync(int fd)
{
	return sync_file(fd, SYS_fsync);
}

int
shim_fdatasync(int fd)
{
	return sync_file(fd, SYS_fdatasync);
}

/* ---- owner, mode, attributes -------------------------------------------------------------- */

int shim_fchown(int, uid_t, gid_t) __asm__("fchown");
int shim_fchmod(int, mode_t) __asm__("fchmod");
int shim_fsetxattr(int, const char *, const void *, size_t, int) __asm__("fsetxattr");
int shim_fremovexattr(int, const char *) __asm__("fremovexattr");

/* One that the file has already is no change; SQLite, as root, gives it to every journal. */
int
shim_fchown(int fd, uid_t owner, gid_t group)
{
	struct operation op = {.verb = "owner", .fd = fd, .name = name_of(fd)};
	struct stat is;
	bool changes = op.name != NULL && fstat(fd, &is) == 0 &&
		       ((owner != (uid_t)-1 && owner != is.st_uid) ||
			   (group != (gid_t)-1 && group != is.st_gid));

	if (!changes)
		return (int)syscall(SYS_fchown, fd, owner, group);
	if (operation_begin(&op) == FAIL)
		return operation_fail(&op);
	return (int)operation_end(&op, syscall(SYS_fchown, fd, owner, group), NULL);
}

int
shim_fchmod(int fd, mode_t mode)
{
	struct operation op = {.verb = "mode", .fd = fd, .name = name_of(fd), .offset = mode};

	if (op.name == NULL)
		return (int)syscall(SYS_fchmod, fd, mode);
	if (operation_begin(&op) == FAIL)
		return operation_fail(&op);
	return (int)operation_end(&op, syscall(SYS_fchmod, fd, mode), NULL);
}

int
shim_fsetxattr(int fd, const char *attribute, const void *value, size_t length, int flags)
{
	struct operation op = {.verb = "attribute", .fd = fd, .name = name_of(fd), .space = true};

	if (op.name == NULL)
		return (int)syscall(SYS_fsetxattr, fd, attribute, value, length, flags);
	if (operation_begin(&op) == FAIL)
		return operation_fail(&op);
	return (int)operation_end(
	    &op, syscall(SYS_fsetxattr, fd, attribute, value, length, flags), NULL);
}

int
shim_fremovexattr(int fd, const char *attribute)
{
	struct operation op = {.verb = "attribute", .fd = fd, .name = name_of(fd)};

	if (op.name == NULL)
		return (int)syscall(SYS_fremovexattr, fd, attribute);
	if (operation_begin(&op) == FAIL)
		return operation_fail(&op);
	return (int)operation_end(&op, syscall(SYS_fremovexattr, fd, attribute), NULL);
}

/* ---- names in folders ------------------------------------------------------------------- */

static int
rename_file(int old_folder, const char *old, int folder, const char *path, unsigned int flags)
{
	char name[NAME_SIZE], other[NAME_SIZE] = "";
	struct operation op = {.verb = "rename", .name = name, .other = other, .fd = -1};

	if (!name_find(old_folder, old, name))
		return (int)syscall(SYS_renameat2, old_folder, old, folder, path, flags);
	if (!name_find(folder, path, other))
		abort(); /* out of the folder under test: no test does this */
	if (operation_begin(&op) == FAIL)
		return operation_fail(&op);
	return (int)operation_end(
	    &op, syscall(SYS_renameat2, old_folder, old, folder, path, flags), NULL);
}

int shim_rename(const char *, const char *) __asm__("rename");
int shim_renameat(int, const char *, int, const char *) __asm__("renameat");
int shim_renameat2(int, const char *, int, const char *, unsigned int) __asm__("renameat2");

int
shim_rename(const char *old, const char *path)
{
	return rename_file(AT_FDCWD, old, AT_FDCWD, path, 0);
}

int
shim_renameat(int old_folder, const char *old, int folder, const char *path)
{
	return rename_file(old_folder, old, folder, path, 0);
}

int
shim_renameat2(int old_folder, const char *old, int folder, const char *path, unsigned int flags)
{
	return rename_file(old_folder, old, folder, path, flags);
}

static int
link_file(int old_folder, const char *old, int folder, const char *path, int flags)
{
	char name[NAME_SIZE], other[NAME_SIZE] = "";
	struct operation op = {
	    .verb = "link", .name = name, .other = other, .fd = -1, .space = true};

	if (!name_find(old_folder, old, name))
		return (int)syscall(SYS_linkat, old_folder, old, folder, path, flags);
	if (!name_find(folder, path, other))
		abort();
	if (operation_begin(&op) == FAIL)
		return operation_fail(&op);
	return (int)operation_end(
	    &op, syscall(SYS_linkat, old_folder, old, folder, path, flags), NULL);
}

int shim_link(const char *, const char *) __asm__("link");
int shim_linkat(int, const char *, int, const char *, int) __asm__("linkat");

int
shim_link(const char *old, const char *path)
{
	return link_file(AT_FDCWD, old, AT_FDCWD, path, 0);
}

int
shim_linkat(int old_folder, const char *old, int folder, const char *path, int flags)
{
	return link_file(old_folder, old, folder, path, flags);
}

static int
unlink_file(int folder, const char *path, int flags)
{
	char name[NAME_SIZE];
	struct operation op = {.verb = "unlink", .name = name, .fd = -1};

	if (!name_find(folder, path, name))
		return (int)syscall(SYS_unlinkat, folder, path, flags);
	if (operation_begin(&op) == FAIL)
		return operation_fail(&op);
	return (int)operation_end(&op, syscall(SYS_unlinkat, folder, path, flags), NULL);
}

int shim_unlink(const char *) __asm__("unlink");
int shim_unlinkat(int, const char *, int) __asm__("unlinkat");

int
shim_unlink(const char *path)
{
	return unlink_file(AT_FDCWD, path, 0);
}

int
shim_unlinkat(int folder, const char *path, int flags)
{
	return unlink_file(folder, path, flags);
}
