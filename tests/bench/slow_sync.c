/*
 * For LD_PRELOAD: a disk that takes its time to say that it has the data. Each sync of a file or a
 * folder takes SLOW_SYNC_MICROSECONDS longer. Virtual disks say so at once, and tell nothing of
 * what a program does between its syncs.
 */
#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>

static int
slow_sync(const char *name, int fd)
{
	const char *given = getenv("SLOW_SYNC_MICROSECONDS");
	int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
	int rc = real(fd);

	if (given != NULL)
		usleep((useconds_t)strtoul(given, NULL, 10));
	return rc;
}

int
fsync(int fd)
{
	return slow_sync("fsync", fd);
}

int
fdatasync(int fd)
{
	return slow_sync("fdatasync", fd);
}
