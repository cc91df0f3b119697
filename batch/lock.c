#include "lock.h"

#include "inventory.h"
#include "timestamp.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#define POLL_NANOSECONDS 50000000
#define LINE_SIZE 256

struct lock {
	int fd;
	int64_t since; /* milliseconds since 1970 */
};

/*
 * DATABASE.lock, beside the database itself where DATABASE is a symbolic link: two names of one
 * database must not have two locks, and what is no database gets none. Allocated.
 */
static char *
lock_path(const char *database, struct error *err)
{
	char *real = realpath(database, NULL);
	char *path = NULL;

	if (real == NULL) {
		error_errno(err, database, "no database (`pfxreplace init` makes one)");
		return NULL;
	}
	if (inventory_probe(database, err) == -1) {
		free(real);
		return NULL;
	}
	if (asprintf(&path, "%s.lock", real) == -1) {
		path = NULL;
		error_memory(err);
	}
	free(real);
	return path;
}

static int
open_lock(const char *database, int flags, struct error *err)
{
	char *path = lock_path(database, err);
	int fd;

	if (path == NULL)
		return -1;
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | flags, 0600);
	if (fd == -1)
		error_errno(err, path, "the lock file cannot be opened");
	free(path);
	return fd;
}

int
lock_create(const char *database, struct error *err)
{
	int fd = open_lock(database, O_EXCL, err);

	if (fd == -1)
		return -1;
	close(fd);
	return 0;
}

static int64_t
milliseconds(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* What the file says of its holder. A holder that was killed leaves its line; it holds nothing. */
static int
busy(int fd, const char *database, int64_t wait_seconds, struct error *err)
{
	char line[LINE_SIZE];
	ssize_t length = pread(fd, line, sizeof(line) - 1, 0);

	line[length > 0 ? length : 0] = '\0';
	line[strcspn(line, "\n")] = '\0';
	return error_set(err, ERROR_BUSY, database, 0, NULL,
	    "held by %s; waited %lld s: try again later, or with --wait SECONDS",
	    line[0] == '\0' ? "another process" : line, (long long)wait_seconds);
}

static int
acquire(int fd, const char *database, int64_t wait_seconds, const volatile sig_atomic_t *stop,
    struct error *err)
{
	const struct timespec pause = {.tv_nsec = POLL_NANOSECONDS};
	int64_t most = (INT64_MAX / 2) / 1000;
	int64_t until = milliseconds(CLOCK_MONOTONIC) +
			(wait_seconds < most ? wait_seconds : most) * 1000;

	while (flock(fd, LOCK_EX | LOCK_NB) == -1) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return error_errno(err, database, "the database cannot be locked");
		if (stop != NULL && *stop != 0)
			return error_set(err, (enum error_code)(ERROR_SIGNAL + *stop), database, 0,
			    NULL, "interrupted while it waited for the database");
		if (milliseconds(CLOCK_MONOTONIC) >= until)
			return busy(fd, database, wait_seconds, err);
		nanosleep(&pause, NULL);
	}
	return 0;
}

struct lock *
lock_take(const char *database, const char *what, int64_t wait_seconds,
    const volatile sig_atomic_t *stop, struct error *err)
{
	struct lock *lock = malloc(sizeof(*lock));

	if (lock == NULL) {
		error_memory(err);
		return NULL;
	}
	lock->fd = open_lock(database, 0, err);
	if (lock->fd == -1 || acquire(lock->fd, database, wait_seconds, stop, err) == -1) {
		if (lock->fd != -1)
			close(lock->fd);
		free(lock);
		return NULL;
	}
	lock->since = milliseconds(CLOCK_REALTIME) / 1000 * 1000;
	lock_set(lock, what);
	return lock;
}

void
lock_set(struct lock *lock, const char *what)
{
	char line[LINE_SIZE], since[TIMESTAMP_SIZE];
	int length;

	length = snprintf(line, sizeof(line), "process %ld (%.128s) since %s\n", (long)getpid(),
	    what, timestamp_format(lock->since, since));
	/* The line helps those who wait; the lock holds without it, on a full disk too. */
	if (length > 0 && pwrite(lock->fd, line, (size_t)length, 0) == length)
		(void)!ftruncate(lock->fd, length);
}

void
lock_release(struct lock *lock)
{
	if (lock == NULL)
		return;
	(void)!ftruncate(lock->fd, 0);
	close(lock->fd);
	free(lock);
}
