#ifndef TESTS_FAULT_H
#define TESTS_FAULT_H

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * Stand in front of libc's functions of the same names, so that a call of the module's can be
 * made to fail. By label, for <fcntl.h> may define openat() itself.
 */
static struct {
	int unnamed;                /* errno of openat(O_TMPFILE), or 0 */
	int sync;                   /* of fsync of a file */
	int folder;                 /* of fsync of a folder */
	int link;                   /* of linkat */
	int rename;                 /* of renameat */
	int collide;                /* so many times linkat says EEXIST */
	int shortest;               /* write takes no more bytes than this; 0: all */
	int interrupt;              /* so many times write says EINTR */
	const char *fails;          /* the new name that renameat fails for; NULL: for all */
	bool once;                  /* what fails of sync, folder, link and rename does so once */
	int synced, synced_folders; /* how often fsync was called for one */
} fault;

int fault_openat(int, const char *, int, mode_t) __asm__("openat");
int fault_fsync(int) __asm__("fsync");
int fault_linkat(int, const char *, int, const char *, int) __asm__("linkat");
int fault_renameat(int, const char *, int, const char *) __asm__("renameat");
ssize_t fault_write(int, const void *, size_t) __asm__("write");

static int
failing(int number)
{
	errno = number;
	return -1;
}

static int
failing_with(int *number)
{
	int is = *number;

	if (fault.once)
		*number = 0;
	return failing(is);
}

int
fault_openat(int folder, const char *path, int flags, mode_t mode)
{
	if ((flags & O_TMPFILE) == O_TMPFILE && fault.unnamed != 0)
		return failing(fault.unnamed);
	return (int)syscall(SYS_openat, folder, path, flags, mode);
}

int
fault_fsync(int fd)
{
	struct stat status;
	int *number;

	ck_assert_int_eq(fstat(fd, &status), 0);
	number = S_ISDIR(status.st_mode) ? &fault.folder : &fault.sync;
	*(S_ISDIR(status.st_mode) ? &fault.synced_folders : &fault.synced) += 1;
	return *number != 0 ? failing_with(number) : (int)syscall(SYS_fsync, fd);
}

int
fault_linkat(int old_folder, const char *old, int folder, const char *path, int flags)
{
	if (fault.collide > 0) {
		fault.collide--;
		return failing(EEXIST);
	}
	if (fault.link != 0)
		return failing_with(&fault.link);
	return (int)syscall(SYS_linkat, old_folder, old, folder, path, flags);
}

int
fault_renameat(int old_folder, const char *old, int folder, const char *path)
{
	if (fault.rename != 0 && (fault.fails == NULL || strcmp(path, fault.fails) == 0))
		return failing_with(&fault.rename);
	return (int)syscall(SYS_renameat2, old_folder, old, folder, path, 0);
}

ssize_t
fault_write(int fd, const void *bytes, size_t length)
{
	if (fault.interrupt > 0) {
		fault.interrupt--;
		return failing(EINTR);
	}
	if (fault.shortest > 0 && length > (size_t)fault.shortest)
		length = (size_t)fault.shortest;
	return syscall(SYS_write, fd, bytes, length);
}

#endif
