#include "database/sqlite/sqlite_private.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* "Database File Format", 1.4, and os.h of SQLite: pending, reserved and 510 bytes to share. */
#define LOCK_START 0x40000000
#define LOCK_BYTES 512

static void
holder_name(long pid, char *name, size_t size)
{
	char path[64];
	ssize_t length = -1;
	int fd;

	snprintf(path, sizeof(path), "/proc/%ld/comm", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd != -1) {
		length = read(fd, name, size - 1);
		close(fd);
	}
	name[length > 0 ? length : 0] = '\0';
	name[strcspn(name, "\n")] = '\0';
}

const char *
sqlite_holder(const char *path, char *text, size_t size)
{
	struct flock lock = {
	    .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = LOCK_START, .l_len = LOCK_BYTES};
	char name[64];
	/*
	 * Stays open to the end of the process: closing it would drop the locks that SQLite
	 * has on the file for other connections. It is the last thing that a command asks.
	 */
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	snprintf(text, size, "another process");
	if (fd == -1 || fcntl(fd, F_GETLK, &lock) == -1 || lock.l_type == F_UNLCK ||
	    lock.l_pid <= 0)
		return text;
	holder_name((long)lock.l_pid, name, sizeof(name));
	snprintf(text, size, "process %ld%s%s%s", (long)lock.l_pid, name[0] == '\0' ? "" : " (",
	    name, name[0] == '\0' ? "" : ")");
	return text;
}
