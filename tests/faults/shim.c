/*
 * A library for LD_PRELOAD that lies to the program about the world. The environment says how:
 *
 *	FAULT_CLOCK="0 86400 -86400"   seconds to add to the time of day, in turn, call by call,
 *	                               once a file was synced
 *	FAULT_RANDOM=1                 there are no random bytes
 *	FAULT_THREAD=1                 no thread can be started
 *	FAULT_PAGES=1000               the machine has so many pages of memory
 *	FAULT_NAP=100                  a sleep takes a hundredth of its time
 *	FAULT_HURRY=10                 the monotonic clock goes ten times as fast
 *	FAULT_SLOW=20                  each sync of a file takes 20 milliseconds more
 *	FAULT_SYNC=3 FAULT_DO=COMMAND  before the third sync of a file, the shell runs COMMAND
 *
 *	FAULT_PAUSE=1 FAULT_DO=COMMAND in place of the first pause between two chunks, when
 *	                               nobody has the database; where FAULT_HURRY is large
 *	                               there is one after each chunk but the first
 *	FAULT_STAT=3 FAULT_DO=COMMAND  before the third stat of a file whose name ends in .csv,
 *	                               once a file was synced
 *	FAULT_DIGEST=1 FAULT_DO=...    before the first digest of a manifest is ready
 *	FAULT_UNNAMED=1 FAULT_DO=...   before the first file without a name is made
 *	FAULT_PLACE=3 FAULT_DO=...     before the third step on the way to an output: a link
 *	                               is read, a folder opened, or a file gets its name
 *
 * COMMAND gets the program's process id in $VICTIM, and none of these variables.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <openssl/evp.h>

static atomic_int clock_calls;
static atomic_int syncs;
static atomic_int looks;
static atomic_int digests;
static atomic_int unnamed;
static atomic_int steps;
static atomic_int pauses;

/* ---- the time of day -------------------------------------------------------------------- */

/* Seconds to add at this call. */
static long
jump(void)
{
	const char *text = getenv("FAULT_CLOCK");
	long offsets[64];
	int count = 0;
	char *end;

	while (text != NULL && count < 64) {
		offsets[count] = strtol(text, &end, 10);
		if (end == text)
			break;
		text = end;
		count++;
	}
	return count == 0 || syncs == 0 ? 0 : offsets[atomic_fetch_add(&clock_calls, 1) % count];
}

int
clock_gettime(clockid_t clock, struct timespec *time)
{
	int rc = (int)syscall(SYS_clock_gettime, clock, time);
	const char *hurry = getenv("FAULT_HURRY");
	long times = hurry == NULL ? 1 : strtol(hurry, NULL, 10);

	if (rc == 0 && clock == CLOCK_REALTIME)
		time->tv_sec += jump();
	if (rc == 0 && clock == CLOCK_MONOTONIC) {
		long nanoseconds = time->tv_nsec * times;

		time->tv_sec = time->tv_sec * times + nanoseconds / 1000000000;
		time->tv_nsec = nanoseconds % 1000000000;
	}
	return rc;
}

/* ---- random bytes ----------------------------------------------------------------------- */

static int
random_fails(void)
{
	return getenv("FAULT_RANDOM") != NULL;
}

ssize_t
getrandom(void *bytes, size_t size, unsigned int flags)
{
	if (random_fails()) {
		errno = ENOSYS;
		return -1;
	}
	return syscall(SYS_getrandom, bytes, size, flags);
}

int
getentropy(void *bytes, size_t size)
{
	if (random_fails()) {
		errno = EIO;
		return -1;
	}
	return syscall(SYS_getrandom, bytes, size, 0) == (ssize_t)size ? 0 : -1;
}

/* ---- memory and time -------------------------------------------------------------------- */

long
sysconf(int name)
{
	static long (*real)(int);
	const char *pages = getenv("FAULT_PAGES");

	if (name == _SC_PHYS_PAGES && pages != NULL)
		return strtol(pages, NULL, 10);
	if (real == NULL)
		real = (long (*)(int))dlsym(RTLD_NEXT, "sysconf");
	return real(name);
}

static int
really_sleep(const struct timespec *time, struct timespec *left)
{
	return (int)syscall(SYS_nanosleep, time, left);
}

int
usleep(useconds_t microseconds)
{
	const char *nap = getenv("FAULT_NAP");
	long divisor = nap == NULL ? 1 : strtol(nap, NULL, 10);
	struct timespec time = {.tv_nsec = (long)microseconds * 1000 / (divisor > 0 ? divisor : 1)};

	return really_sleep(&time, NULL);
}

int
pthread_create(
    pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *closure)
{
	static int (*real)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);

	if (getenv("FAULT_THREAD") != NULL)
		return EAGAIN;
	if (real == NULL)
		real = (int (*)(pthread_t *, const pthread_attr_t *, void *(*)(void *),
		    void *))dlsym(RTLD_NEXT, "pthread_create");
	return real(thread, attributes, start, closure);
}

/* ---- commands ----------------------------------------------------------------- */

static void
command(void)
{
	char victim[32];
	const char *text = getenv("FAULT_DO");
	pid_t child;

	snprintf(victim, sizeof(victim), "%ld", (long)getpid());
	child = fork();
	if (child == 0) {
		setenv("VICTIM", victim, 1);
		unsetenv("LD_PRELOAD");
		unsetenv("FAULT_SYNC");
		unsetenv("FAULT_STAT");
		unsetenv("FAULT_PAUSE");
		unsetenv("FAULT_DIGEST");
		unsetenv("FAULT_UNNAMED");
		unsetenv("FAULT_PLACE");
		execl("/bin/sh", "sh", "-c", text, (char *)NULL);
		_exit(127);
	}
	while (child > 0 && waitpid(child, NULL, 0) == -1 && errno == EINTR)
		;
}

static void
count(const char *variable, atomic_int *counter)
{
	const char *at = getenv(variable);
	int now = atomic_fetch_add(counter, 1) + 1;

	if (at != NULL && now == strtol(at, NULL, 10))
		command();
}

#define PAUSE 120000000 /* nanoseconds: sqlite/yield.c; no other sleep takes as long */

int
nanosleep(const struct timespec *time, struct timespec *left)
{
	if (time->tv_sec != 0 || time->tv_nsec != PAUSE)
		return really_sleep(time, left);
	count("FAULT_PAUSE", &pauses);
	return getenv("FAULT_PAUSE") == NULL ? really_sleep(time, left) : 0;
}

static void
before_sync(void)
{
	const char *slow = getenv("FAULT_SLOW");
	long most = slow == NULL ? 0 : strtol(slow, NULL, 10);
	const struct timespec time = {.tv_nsec = most * 1000000};

	count("FAULT_SYNC", &syncs);
	if (most > 0)
		really_sleep(&time, NULL);
}

int
fsync(int fd)
{
	before_sync();
	return (int)syscall(SYS_fsync, fd);
}

int
fdatasync(int fd)
{
	before_sync();
	return (int)syscall(SYS_fdatasync, fd);
}

int
stat(const char *path, struct stat *status)
{
	size_t length = strlen(path);

	if (syncs > 0 && length > 4 && strcmp(path + length - 4, ".csv") == 0)
		count("FAULT_STAT", &looks);
	return fstatat(AT_FDCWD, path, status, 0);
}

int
EVP_DigestFinal_ex(EVP_MD_CTX *context, unsigned char *digest, unsigned int *size)
{
	int (*real)(EVP_MD_CTX *, unsigned char *, unsigned int *) = (int (*)(
	    EVP_MD_CTX *, unsigned char *, unsigned int *))dlsym(RTLD_NEXT, "EVP_DigestFinal_ex");

	count("FAULT_DIGEST", &digests);
	return real(context, digest, size);
}

/* OpenSSL's second source; it opens the devices by open(2). */
int
open(const char *path, int flags, ...)
{
	mode_t mode = 0;
	va_list arguments;

	if ((flags & (O_CREAT | O_TMPFILE)) != 0) {
		va_start(arguments, flags);
		mode = va_arg(arguments, mode_t);
		va_end(arguments);
	}
	if (random_fails() && strncmp(path, "/dev/", 5) == 0 && strstr(path, "random") != NULL) {
		errno = ENOENT;
		return -1;
	}
	if ((flags & O_DIRECTORY) != 0 && (flags & O_TMPFILE) != O_TMPFILE)
		count("FAULT_PLACE", &steps);
	return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

int
openat(int folder, const char *path, int flags, ...)
{
	mode_t mode = 0;
	va_list arguments;

	if ((flags & (O_CREAT | O_TMPFILE)) != 0) {
		va_start(arguments, flags);
		mode = va_arg(arguments, mode_t);
		va_end(arguments);
	}
	if ((flags & O_TMPFILE) == O_TMPFILE)
		count("FAULT_UNNAMED", &unnamed);
	if ((flags & (O_PATH | O_DIRECTORY)) != 0)
		count("FAULT_PLACE", &steps);
	return (int)syscall(SYS_openat, folder, path, flags, mode);
}

ssize_t
readlink(const char *path, char *text, size_t size)
{
	count("FAULT_PLACE", &steps);
	return syscall(SYS_readlink, path, text, size);
}

ssize_t
readlinkat(int folder, const char *path, char *text, size_t size)
{
	count("FAULT_PLACE", &steps);
	return syscall(SYS_readlinkat, folder, path, text, size);
}

int
linkat(int old_folder, const char *old, int folder, const char *path, int flags)
{
	count("FAULT_PLACE", &steps);
	return (int)syscall(SYS_linkat, old_folder, old, folder, path, flags);
}

int
renameat(int old_folder, const char *old, int folder, const char *path)
{
	count("FAULT_PLACE", &steps);
	return (int)syscall(SYS_renameat2, old_folder, old, folder, path, 0);
}
