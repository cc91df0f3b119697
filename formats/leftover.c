#include "leftover.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

void
leftover_claim(int fd)
{
	/* Where a file system has no locks, leftover_sweep() removes nothing. */
	(void)flock(fd, LOCK_EX | LOCK_NB);
}

static bool
leftover_is_left(int fd)
{
	struct stat status;

	return fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0 &&
	       status.st_uid == geteuid() && flock(fd, LOCK_EX | LOCK_NB) == 0;
}

static void
leftover_sweep_one(int folder, const char *name)
{
	int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd == -1)
		return;
	if (leftover_is_left(fd))
		unlinkat(folder, name, 0);
	close(fd);
}

void
leftover_sweep(int folder)
{
	/* A duplicate of the descriptor would share its read position. */
	int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *names = fd == -1 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (names == NULL) {
		if (fd != -1)
			close(fd);
		return;
	}
	while ((entry = readdir(names)) != NULL)
		if (strncmp(entry->d_name, LEFTOVER_PREFIX, sizeof(LEFTOVER_PREFIX) - 1) == 0)
			leftover_sweep_one(folder, entry->d_name);
	closedir(names);
}

bool
leftover_is_blank(const char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (bytes[i] >= ' ' && bytes[i] <= '~')
			return false;
	return true;
}
