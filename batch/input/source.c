#include "input/source.h"

#include "crypto/digest.h"
#include "decimal.h"
#include "limits.h"
#include "stop.h"
#include "write_all.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define COPY_SIZE 65536
#define POLL_MILLISECONDS 200

/* Where open(2) or read(2) fail, the file that the user named is at fault. */
static int
source_unusable(const char *name, struct error *err)
{
	return error_set(err, ERROR_INPUT, name, "cannot be read: %s", strerror(errno));
}

/*
 * Waits until a pipe has bytes or a signal comes, after which read(2) would be restarted. The
 * timeout is for a signal that comes just before poll(2).
 */
static int
source_wait(int from, const char *name, const volatile sig_atomic_t *stop, struct error *err)
{
	struct pollfd descriptor = {.fd = from, .events = POLLIN};
	int ready;

	do {
		ready = poll(&descriptor, 1, POLL_MILLISECONDS);
		if (stop_asked(stop, err, name, "interrupted while it was read") == -1)
			return -1;
	} while (ready == 0 || (ready == -1 && errno == EINTR));
	return 0;
}

/* How many bytes of a pipe are held in memory at the most. */
static uint64_t
source_most_bytes(void)
{
	long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
	uint64_t quarter = pages > 0 && size > 0 ? (uint64_t)pages / 4 * (uint64_t)size : 0;

	return quarter > 0 && quarter < LIMIT_PIPE ? quarter : LIMIT_PIPE;
}

static int
source_too_long(const char *name, uint64_t most, struct error *err)
{
	return error_set(err, ERROR_INPUT, name,
	    "more than %llu MiB, which is what is read from a pipe: put it into a file first, if "
	    "it has an end",
	    (unsigned long long)(most >> 20));
}

static int
source_copy_bytes(
    int from, int to, const char *name, const volatile sig_atomic_t *stop, struct error *err)
{
	uint64_t most = source_most_bytes(), total = 0;
	char bytes[COPY_SIZE];
	ssize_t length;
	int rc = -1;

	for (;;) {
		if (source_wait(from, name, stop, err) == -1)
			goto out;
		length = read(from, bytes, sizeof(bytes));
		if (length == 0)
			break;
		if (length == -1 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (length == -1) {
			source_unusable(name, err);
			goto out;
		}
		total += (uint64_t)length;
		if (total > most) {
			source_too_long(name, most, err);
			goto out;
		}
		if (write_all(to, bytes, (size_t)length) == -1) {
			error_errno(err, name, "cannot be kept in memory");
			goto out;
		}
	}
	rc = 0;
out:
	explicit_bzero(bytes, sizeof(bytes));
	return rc;
}

/* Replaces a file that can be read only once by a copy in memory. */
static int
source_copy(struct source *source, const volatile sig_atomic_t *stop, struct error *err)
{
	int memory = memfd_create("pfxreplace", MFD_CLOEXEC);

	if (memory == -1)
		return error_errno(err, source->name, "cannot be kept in memory");
	if (source_copy_bytes(source->fd, memory, source->name, stop, err) == -1) {
		close(memory);
		return -1;
	}
	close(source->fd);
	source->fd = memory;
	source->copied = true;
	if (fstat(memory, &source->identity) == -1)
		return source_unusable(source->name, err);
	return 0;
}

static int
source_open_named(
    struct source *source, const char *path, const volatile sig_atomic_t *stop, struct error *err)
{
	if (strcmp(path, "-") == 0)
		source->fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
	else
		/* O_NONBLOCK: source_wait() waits for a named pipe, not open(2). */
		source->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (source->fd == -1 || fstat(source->fd, &source->identity) == -1)
		return source_unusable(path, err);
	if (S_ISDIR(source->identity.st_mode))
		return error_set(
		    err, ERROR_INPUT, path, "cannot be read: a folder, expected a file");
	if (S_ISREG(source->identity.st_mode) && strcmp(path, "-") != 0)
		return 0;
	return source_copy(source, stop, err);
}

int
source_open(
    struct source *source, const char *path, const volatile sig_atomic_t *stop, struct error *err)
{
	*source = SOURCE_CLOSED;
	source->name = strdup(path);
	if (source->name == NULL)
		return error_memory(err);
	if (source_open_named(source, path, stop, err) == -1) {
		source_close(source);
		return -1;
	}
	return 0;
}

void
source_close(struct source *source)
{
	if (source->fd != -1)
		close(source->fd);
	free(source->name);
	*source = SOURCE_CLOSED;
}

bool
source_is_private(const struct source *source)
{
	static const char *const given[] = {"/dev/fd/", "/proc/self/fd/"};

	if (source->copied || (source->identity.st_mode & (S_IRGRP | S_IROTH)) == 0)
		return true;
	for (size_t i = 0; i < sizeof(given) / sizeof(given[0]); i++) {
		size_t length = strlen(given[i]);

		if (strncmp(source->name, given[i], length) == 0 &&
		    decimal_parse(source->name + length, INT32_MAX) >= 0)
			return true;
	}
	return strcmp(source->name, "/dev/stdin") == 0;
}

static bool
source_same_time(const struct timespec *one, const struct timespec *other)
{
	return one->tv_sec == other->tv_sec && one->tv_nsec == other->tv_nsec;
}

static bool
source_same_file(const struct source *source, const struct stat *now)
{
	const struct stat *then = &source->identity;

	return now->st_dev == then->st_dev && now->st_ino == then->st_ino &&
	       now->st_size == then->st_size && source_same_time(&now->st_mtim, &then->st_mtim) &&
	       source_same_time(&now->st_ctim, &then->st_ctim);
}

/* The path is looked at too: where a file was replaced by another, the descriptor has not
 * changed. */
int
source_changed(const struct source *source, struct error *err)
{
	struct stat now;

	if (source->copied)
		return 0;
	if (stat(source->name, &now) == 0 && source_same_file(source, &now) &&
	    fstat(source->fd, &now) == 0 && source_same_file(source, &now))
		return 0;
	return error_set(err, ERROR_INPUT, source->name,
	    "the file changed while it was read: expected one that nobody writes to");
}

static int
source_digest_bytes(const struct source *source, struct digest *digest, struct error *err)
{
	char bytes[COPY_SIZE];
	off_t offset = 0;
	ssize_t length;
	int rc = 0;

	while ((length = pread(source->fd, bytes, sizeof(bytes), offset)) != 0 && rc == 0) {
		if (length == -1 && errno == EINTR)
			continue;
		if (length == -1)
			rc = error_errno(err, source->name, "cannot be read");
		else
			digest_add(digest, bytes, (size_t)length);
		offset += length;
	}
	explicit_bzero(bytes, sizeof(bytes));
	return rc;
}

int
source_digest(const struct source *source, unsigned char sum[DIGEST_SIZE], struct error *err)
{
	struct digest *digest = digest_new(err);
	int rc;

	if (digest == NULL)
		return -1;
	rc = source_digest_bytes(source, digest, err);
	if (rc == 0)
		rc = digest_end(digest, sum, err);
	digest_free(digest);
	return rc;
}
