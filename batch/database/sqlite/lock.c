#include "database/sqlite/sqlite_private.h"

#include "database/files.h"
#include "leftover.h"
#include "program/process.h"
#include "stop.h"
#include "timestamp.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define POLL_NANOSECONDS 50000000
#define LINE_SIZE 256

struct sqlite_lock {
	int fd;
	int64_t since; /* milliseconds since 1970 */
};

struct lock_waiting {
	const char *database;
	int64_t seconds;                   /* at the most */
	int64_t until;                     /* milliseconds of CLOCK_MONOTONIC */
	const volatile sig_atomic_t *stop; /* a signal ends it; may be NULL */
	uid_t owner;                       /* of the database */
	bool first;                        /* there is no database yet */
};

/* ---- the file --------------------------------------------------------------------------- */

static int
lock_unusable(const char *path, const struct stat *status, struct error *err)
{
	return files_refuse(
	    path, status, "the lock file that `pfxreplace init` makes, or none", err);
}

/*
 * The file is empty, or holds the line of a holder, or a block that was never written, as a power
 * cut may leave one: then there is no text in it.
 */
static bool
lock_is_line(const char *line, size_t length)
{
	static const char start[] = "process ";
	size_t most = sizeof(start) - 1;

	return memcmp(line, start, length < most ? length : most) == 0 ||
	       leftover_is_blank(line, length);
}

/*
 * The program writes to the file, and any user who may write it can block all others: so it must be
 * ours, whatever its name says. `owner` is that of the database.
 */
static int
lock_verify(int fd, const char *path, uid_t owner, struct error *err)
{
	char line[LINE_SIZE];
	struct stat status;
	ssize_t length;

	if (fstat(fd, &status) == -1)
		return error_errno(err, path, "the lock file cannot be looked at");
	if (!S_ISREG(status.st_mode) || status.st_nlink > 1)
		return lock_unusable(path, &status, err);
	if (status.st_uid != geteuid() && status.st_uid != 0 && status.st_uid != owner)
		return error_set(err, ERROR_STORAGE, path,
		    "the lock file belongs to user %lu: expected one of yours, of root or of the "
		    "database's owner",
		    (unsigned long)status.st_uid);
	length = pread(fd, line, sizeof(line), 0);
	if (length == -1)
		return error_errno(err, path, "the lock file cannot be read");
	if (status.st_size > LINE_SIZE || !lock_is_line(line, (size_t)length))
		return error_set(err, ERROR_STORAGE, path,
		    "it holds something else than the line of a lock: "
		    "expected the lock file that `pfxreplace init` makes, or none");
	return 0;
}

/* For `init`, where there is no lock file yet: the user named the database. */
static int
lock_cannot_open(const char *path, const struct lock_waiting *waiting, struct error *err)
{
	int number = errno;
	struct stat status;
	bool there = lstat(path, &status) == 0;

	/* A folder, a link, a socket give an error that helps nobody. */
	if (there && !S_ISREG(status.st_mode))
		return lock_unusable(path, &status, err);
	errno = number;
	if (waiting->first && !there)
		return error_errno(err, waiting->database, "the database cannot be made");
	return error_errno(err, path, "the lock file cannot be opened");
}

/* Opens it without waiting for anybody, made where it is not there. Not a link, not a pipe. */
static int
lock_open(const char *path, const struct lock_waiting *waiting, struct error *err)
{
	int fd = open(
	    path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0600);

	if (fd == -1)
		return lock_cannot_open(path, waiting, err);
	if (lock_verify(fd, path, waiting->owner, err) == -1) {
		close(fd);
		return -1;
	}
	return fd;
}

/*
 * DATABASE.lock or DATABASE.deploy.lock, beside the database itself where DATABASE is a symbolic
 * link: two names of one database must not have two locks, and what is no database gets none.
 * Allocated.
 */
static char *
lock_path(const char *database, enum lock_kind kind, struct error *err)
{
	char *real = realpath(database, NULL);
	char *path = NULL;

	if (real == NULL) {
		error_errno(err, database, "no database (`pfxreplace init` makes one)");
		return NULL;
	}
	if (sqlite_probe(database, err) == -1 || files_verify(database, FILES_LOCK, err) == -1) {
		free(real);
		return NULL;
	}
	if (asprintf(&path, "%s%s.lock", real, kind == LOCK_DEPLOY ? ".deploy" : "") == -1) {
		path = NULL;
		error_memory(err);
	}
	free(real);
	return path;
}

/* ---- the lock --------------------------------------------------------------------------- */

/* The line of the holder. A holder that was killed leaves its line, but holds nothing. */
static int
lock_busy(int fd, const char *database, int64_t wait_seconds, struct error *err)
{
	char line[LINE_SIZE];
	ssize_t length = pread(fd, line, sizeof(line) - 1, 0);

	line[length > 0 ? length : 0] = '\0';
	line[strcspn(line, "\n")] = '\0';
	return error_set(err, ERROR_BUSY, database,
	    "held by %s; waited %lld s: try again later, or with --wait SECONDS",
	    line[0] == '\0' ? "another process" : line, (long long)wait_seconds);
}

static int
lock_acquire(int fd, const struct lock_waiting *waiting, struct error *err)
{
	const struct timespec pause = {.tv_nsec = POLL_NANOSECONDS};
	const volatile sig_atomic_t *stop = waiting->stop;
	const char *database = waiting->database;

	while (flock(fd, LOCK_EX | LOCK_NB) == -1) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return error_errno(err, database, "the database cannot be locked");
		if (stop_asked(
			stop, err, database, "interrupted while it waited for the database") == -1)
			return -1;
		if (process_ticks() >= waiting->until)
			return lock_busy(fd, database, waiting->seconds, err);
		nanosleep(&pause, NULL);
	}
	return 0;
}

/* Whether the file that was locked still has its name: an `init` that failed removes it. */
static bool
lock_is_there(int fd, const char *path)
{
	struct stat ours, named;

	return fstat(fd, &ours) == 0 && lstat(path, &named) == 0 && ours.st_dev == named.st_dev &&
	       ours.st_ino == named.st_ino;
}

/* The descriptor of the file at `path`, locked, or -1. */
static int
lock_file(const char *path, const struct lock_waiting *waiting, struct error *err)
{
	for (;;) {
		int fd = lock_open(path, waiting, err);

		if (fd == -1)
			return -1;
		if (lock_acquire(fd, waiting, err) == -1) {
			close(fd);
			return -1;
		}
		if (lock_is_there(fd, path))
			return fd;
		close(fd);
	}
}

static struct sqlite_lock *
lock_hold(char *path, const char *what, struct lock_waiting *waiting, struct error *err)
{
	struct sqlite_lock *lock = calloc(1, sizeof(*lock));
	int64_t most = (INT64_MAX / 2) / 1000;

	if (lock == NULL) {
		error_memory(err);
		return NULL;
	}
	waiting->until = process_ticks() +
			 (waiting->seconds < most ? waiting->seconds : most) * 1000;
	lock->fd = lock_file(path, waiting, err);
	if (lock->fd == -1) {
		free(lock);
		return NULL;
	}
	lock->since = process_now() / 1000 * 1000;
	sqlite_lock_set(lock, what);
	return lock;
}

void *
sqlite_lock(const char *database, const struct lock_wish *wish, struct error *err)
{
	bool first = wish->kind == LOCK_FIRST;
	struct lock_waiting waiting = {.database = database,
	    .seconds = wish->wait_seconds,
	    .stop = wish->stop,
	    .first = first};
	struct sqlite_lock *lock = NULL;
	struct stat status;
	char *path = NULL;

	if (first && asprintf(&path, "%s.lock", database) == -1)
		error_memory(err);
	else if (!first)
		path = lock_path(database, wish->kind, err);
	if (path == NULL)
		return NULL;
	if (!first && stat(database, &status) == -1) {
		error_errno(err, database, "the database cannot be opened");
	} else {
		waiting.owner = first ? geteuid() : status.st_uid;
		lock = lock_hold(path, wish->what, &waiting, err);
	}
	free(path);
	return lock;
}

void
sqlite_lock_set(void *held, const char *what)
{
	struct sqlite_lock *lock = held;
	char line[LINE_SIZE], since[TIMESTAMP_SIZE];
	int length;

	length = snprintf(line, sizeof(line), "process %ld (%.128s) since %s\n", (long)getpid(),
	    what, timestamp_format(lock->since, since));
	/* The line is for processes that wait; the lock holds without it, on a full disk too. */
	if (length > 0 && pwrite(lock->fd, line, (size_t)length, 0) == length)
		(void)!ftruncate(lock->fd, length);
}

void
sqlite_unlock(void *held)
{
	struct sqlite_lock *lock = held;

	if (lock == NULL)
		return;
	(void)!ftruncate(lock->fd, 0);
	close(lock->fd);
	free(lock);
}
