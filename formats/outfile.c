#include "outfile.h"

#include "leftover.h"
#include "place.h"
#include "stop.h"
#include "write_all.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define BUFFER_SIZE ((size_t)64 * 1024)
#define NAME_TRIES 100
#define OUTFILE_MODE 0600

#define PROC_SIZE sizeof("/proc/self/fd/-2147483648")
#define HIDDEN_SIZE sizeof(LEFTOVER_PREFIX "0123456789abcdef")

struct outfile {
	char *name;   /* for messages */
	char *target; /* base name in the folder; NULL: written through */
	int folder;   /* -1: written through */
	int fd;
	mode_t mode;                       /* when it appears */
	bool standard;                     /* fd is standard output, and stays open */
	bool waits;                        /* writing may have to wait for a reader */
	const volatile sig_atomic_t *stop; /* the signal that ends the wait, or NULL */
	void (*before)(void);              /* around each write; NULL: nothing */
	void (*after)(void);
	char hidden[HIDDEN_SIZE]; /* the temporary name in the folder; "": none */
	char *path;  /* of the temporary file, where somebody else writes it; else NULL */
	int failure; /* errno of the first failure, or 0 */
	size_t used;
	char buffer[BUFFER_SIZE];
};

static int
outfile_failed(const struct outfile *file, struct error *err)
{
	if (file->failure == EINTR &&
	    stop_asked(file->stop, err, file->name, "interrupted while it was written") == -1)
		return -1;
	errno = file->failure;
	error_errno(err, file->name, "the file cannot be written");
	if (err != NULL)
		err->reader_gone = file->standard && file->failure == EPIPE;
	return -1;
}

/* Keeps the errno of the first failure. Returns -1. */
static int
outfile_fail(struct outfile *file)
{
	if (file->failure == 0)
		file->failure = errno;
	return -1;
}

/* ---- the file --------------------------------------------------------------------------- */

static void
outfile_proc_name(int fd, char name[PROC_SIZE])
{
	snprintf(name, PROC_SIZE, "/proc/self/fd/%d", fd);
}

/* A random name. The caller finds out whether it is taken. */
static void
outfile_hidden_name(char name[HIDDEN_SIZE])
{
	uint64_t random;
	struct timespec now;

	if (getrandom(&random, sizeof(random), GRND_NONBLOCK) != (ssize_t)sizeof(random)) {
		clock_gettime(CLOCK_MONOTONIC, &now);
		random = (uint64_t)getpid() << 40 ^ (uint64_t)now.tv_sec << 30 ^
			 (uint64_t)now.tv_nsec;
	}
	snprintf(name, HIDDEN_SIZE, LEFTOVER_PREFIX "%016llx", (unsigned long long)random);
}

/* Opens a file without a name. -1 also where there is no /proc, for it could get no name later. */
static int
outfile_open_unnamed(int folder)
{
	int fd = openat(folder, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, OUTFILE_MODE);
	char proc[PROC_SIZE];

	if (fd == -1)
		return -1;
	outfile_proc_name(fd, proc);
	if (access(proc, F_OK) == -1) {
		close(fd);
		errno = EOPNOTSUPP;
		return -1;
	}
	return fd;
}

static int
outfile_open_named(struct outfile *file)
{
	for (int i = 0; i < NAME_TRIES; i++) {
		int fd;

		outfile_hidden_name(file->hidden);
		fd = openat(file->folder, file->hidden, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC,
		    OUTFILE_MODE);
		if (fd != -1)
			return fd;
		if (errno != EEXIST)
			break;
	}
	file->hidden[0] = '\0';
	return -1;
}

static int
outfile_open_temporary(struct outfile *file)
{
	struct stat status;

	file->fd = outfile_open_unnamed(file->folder);
	/* EOPNOTSUPP: the file system has no O_TMPFILE. EISDIR: the kernel has none. */
	if (file->fd == -1 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL))
		file->fd = outfile_open_named(file);
	if (file->fd == -1 || fstat(file->fd, &status) == -1)
		return outfile_fail(file);
	leftover_claim(file->fd);
	/* The umask may have removed more bits than it should. */
	if ((status.st_mode & 07777) != OUTFILE_MODE && fchmod(file->fd, OUTFILE_MODE) == -1)
		return outfile_fail(file);
	return 0;
}

static int
outfile_open_through(struct outfile *file, const struct place *place)
{
	struct stat status;

	if (place->kind == PLACE_STANDARD)
		fflush(stdout);
	file->standard = place->kind == PLACE_STANDARD;
	file->fd = file->standard ? STDOUT_FILENO : place_open(place);
	if (file->fd == -1)
		return outfile_fail(file);
	file->waits = fstat(file->fd, &status) == -1 || !S_ISREG(status.st_mode);
	return 0;
}

/* Opens the folder and takes the name over from the place. */
static int
outfile_open_folder(struct outfile *file, struct place *place)
{
	file->target = place->name;
	place->name = NULL;
	file->folder = openat(place->folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return file->folder == -1 ? outfile_fail(file) : 0;
}

static int
outfile_open_place(struct outfile *file, struct place *place, bool probe)
{
	if (place->kind == PLACE_FILE)
		return outfile_open_folder(file, place) == -1 ? -1 : outfile_open_temporary(file);
	if (probe && place->kind == PLACE_DEVICE) /* opening a device may have an effect on it */
		return faccessat(place->folder, place->name, W_OK, AT_EACCESS) == -1
			   ? outfile_fail(file)
			   : 0;
	return outfile_open_through(file, place);
}

static struct outfile *
outfile_new(const char *path, struct error *err)
{
	struct outfile *file = calloc(1, sizeof(*file));

	if (file == NULL) {
		error_memory(err);
		return NULL;
	}
	file->fd = -1;
	file->folder = -1;
	file->mode = OUTFILE_MODE;
	file->name = strdup(strcmp(path, "-") == 0 ? "standard output" : path);
	if (file->name == NULL) {
		error_memory(err);
		outfile_discard(file);
		return NULL;
	}
	return file;
}

static struct outfile *
outfile_open_as(const char *path, bool probe, struct error *err)
{
	struct outfile *file = outfile_new(path, err);
	struct place place;
	int rc = -1;

	if (file == NULL)
		return NULL;
	if (place_find(&place, path, err) == 0) {
		rc = outfile_open_place(file, &place, probe);
		if (rc == -1)
			outfile_failed(file, err);
	}
	place_release(&place);
	if (rc == 0)
		return file;
	outfile_discard(file);
	return NULL;
}

struct outfile *
outfile_open(const char *path, struct error *err)
{
	return outfile_open_as(path, false, err);
}

/* The path of the temporary file, without a link in it. */
static char *
outfile_temporary_path(const struct outfile *file, const char *path)
{
	const char *slash = strrchr(path, '/');
	char *joined;

	if (asprintf(&joined, "%.*s%s", slash == NULL ? 0 : (int)(slash - path) + 1, path,
		file->hidden) == -1)
		return NULL;
	return joined;
}

static int
outfile_open_beside(struct outfile *file, struct place *place, struct error *err)
{
	if (outfile_open_folder(file, place) == -1)
		return outfile_failed(file, err);
	file->fd = outfile_open_named(file);
	if (file->fd == -1) {
		outfile_fail(file);
		return outfile_failed(file, err);
	}
	leftover_claim(file->fd);
	file->path = outfile_temporary_path(file, place->path);
	return file->path == NULL ? error_memory(err) : 0;
}

struct outfile *
outfile_open_for(const char *path, const char **temporary, struct error *err)
{
	struct outfile *file = outfile_new(path, err);
	struct place place;
	int rc;

	*temporary = NULL;
	if (file == NULL)
		return NULL;
	rc = place_find(&place, path, err);
	if (rc == 0 && place.kind != PLACE_FILE)
		rc = error_set(err, ERROR_STORAGE, path, "expected a regular file");
	if (rc == 0)
		rc = outfile_open_beside(file, &place, err);
	place_release(&place);
	if (rc == -1) {
		outfile_discard(file);
		return NULL;
	}
	*temporary = file->path;
	return file;
}

void
outfile_set_stop(struct outfile *file, const volatile sig_atomic_t *stop)
{
	file->stop = stop;
}

void
outfile_set_around(struct outfile *file, void (*before)(void), void (*after)(void))
{
	file->before = before;
	file->after = after;
}

void
outfile_set_mode(struct outfile *file, mode_t mode)
{
	file->mode = mode;
}

int
outfile_open_replaced(const struct outfile *file)
{
	if (file->target == NULL) {
		errno = ENOENT;
		return -1;
	}
	return openat(file->folder, file->target, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
}

int
outfile_descriptor(const struct outfile *file)
{
	return file->folder == -1 ? file->fd : -1;
}

int
outfile_probe(const char *path, struct error *err)
{
	struct outfile *file = outfile_open_as(path, true, err);

	if (file == NULL)
		return -1;
	outfile_discard(file);
	return 0;
}

static int
outfile_put(struct outfile *file, const void *bytes, size_t length)
{
	int rc;

	if (file->before != NULL)
		file->before();
	rc = file->waits ? write_waiting(file->fd, bytes, length, file->stop)
			 : write_all(file->fd, bytes, length);
	if (file->after != NULL)
		file->after();
	return rc == -1 ? outfile_fail(file) : 0;
}

static int
outfile_flush(struct outfile *file)
{
	size_t used = file->used;

	file->used = 0;
	return outfile_put(file, file->buffer, used);
}

int
outfile_write(struct outfile *file, const void *bytes, size_t length, struct error *err)
{
	if (file->failure != 0)
		return outfile_failed(file, err);
	if (length > BUFFER_SIZE - file->used && outfile_flush(file) == -1)
		return outfile_failed(file, err);
	if (length > BUFFER_SIZE)
		return outfile_put(file, bytes, length) == -1 ? outfile_failed(file, err) : 0;
	if (length > 0)
		memcpy(file->buffer + file->used, bytes, length);
	file->used += length;
	return 0;
}

/* Fills the bytes from an offset on, short only at the end of the file. How many, or -1 and errno.
 */
static ssize_t
outfile_read(int fd, char *bytes, size_t length, off_t offset)
{
	size_t filled = 0;

	while (filled < length) {
		ssize_t got = pread(fd, bytes + filled, length - filled, offset + (off_t)filled);

		if (got == 0)
			break;
		if (got == -1 && errno != EINTR)
			return -1;
		if (got > 0)
			filled += (size_t)got;
	}
	return (ssize_t)filled;
}

/* 1 where the bytes of the other file, which is not empty, differ; 0; -1 and errno. What was
 * written has left the buffer, which is wiped in the end: both files may hold passwords. */
static int
outfile_compare(struct outfile *file, int other)
{
	const size_t half = BUFFER_SIZE / 2;
	char *ours = file->buffer, *theirs = file->buffer + half;
	ssize_t length, its;
	off_t offset = 0;

	do {
		length = outfile_read(file->fd, ours, half, offset);
		its = length == -1 ? -1 : outfile_read(other, theirs, half, offset);
		if (its == -1)
			return -1;
		if (its != length || memcmp(ours, theirs, (size_t)length) != 0)
			return 1;
		offset += length;
	} while (length == (ssize_t)half);
	return 0;
}

int
outfile_differs(struct outfile *file, struct error *err)
{
	struct stat status;
	int other, rc = 0;

	if (file->target == NULL)
		return 0;
	if (file->failure != 0 || outfile_flush(file) == -1)
		return outfile_failed(file, err);
	other = outfile_open_replaced(file);
	if (other == -1 && errno == ENOENT)
		return 0;
	if (other == -1 || fstat(other, &status) == -1)
		rc = -1;
	else if (status.st_size > 0)
		rc = outfile_compare(file, other);
	if (rc == -1)
		error_errno(err, file->name, "the file that is there cannot be read");
	if (other != -1)
		close(other);
	return rc;
}

/* Gives the file a hidden name, for rename(2) to move: link(2) replaces no file. */
static int
outfile_name_temporary(struct outfile *file)
{
	char proc[PROC_SIZE];

	if (file->hidden[0] != '\0')
		return 0;
	outfile_proc_name(file->fd, proc);
	for (int i = 0; i < NAME_TRIES; i++) {
		outfile_hidden_name(file->hidden);
		if (linkat(AT_FDCWD, proc, file->folder, file->hidden, AT_SYMLINK_FOLLOW) == 0)
			return 0;
		if (errno != EEXIST)
			break;
	}
	file->hidden[0] = '\0';
	return outfile_fail(file);
}

/* The file is synced before it gets its name, so that a power cut never leaves half of it. */
static int
outfile_replace_target(struct outfile *file)
{
	if (file->mode != OUTFILE_MODE && fchmod(file->fd, file->mode) == -1)
		return outfile_fail(file);
	if (fsync(file->fd) == -1)
		return outfile_fail(file);
	leftover_sweep(file->folder);
	if (outfile_name_temporary(file) == -1)
		return -1;
	if (renameat(file->folder, file->hidden, file->folder, file->target) == -1)
		return outfile_fail(file);
	file->hidden[0] = '\0';
	return 0;
}

static int
outfile_close_through(struct outfile *file)
{
	int fd = file->fd;

	if (file->standard)
		return 0;
	file->fd = -1;
	return close(fd) == -1 ? outfile_fail(file) : 0;
}

int
outfile_publish(struct outfile **handle, struct error *err)
{
	struct outfile *file = *handle;
	int rc = -1;

	*handle = NULL;
	if (file->failure != 0 || outfile_flush(file) == -1) {
		outfile_failed(file, err);
		goto out;
	}
	if ((file->target == NULL ? outfile_close_through(file) : outfile_replace_target(file)) ==
	    -1) {
		outfile_failed(file, err);
		goto out;
	}
	/* EINVAL: the file system cannot sync a folder. */
	if (file->target != NULL && fsync(file->folder) == -1 && errno != EINVAL) {
		error_errno(err, file->name, "the file is written, its folder cannot be synced");
		goto out;
	}
	rc = 0;
out:
	outfile_discard(file);
	return rc;
}

void
outfile_discard(struct outfile *file)
{
	if (file == NULL)
		return;
	if (file->hidden[0] != '\0')
		unlinkat(file->folder, file->hidden, 0);
	if (file->fd != -1 && !file->standard)
		close(file->fd);
	if (file->folder != -1)
		close(file->folder);
	free(file->name);
	free(file->target);
	free(file->path);
	explicit_bzero(file, sizeof(*file));
	free(file);
}

bool
outfile_through(const char *path)
{
	struct place place;
	bool through = place_find(&place, path, NULL) == 0 && place.kind != PLACE_FILE;

	place_release(&place);
	return through;
}

/* Whether two files that do not exist yet have one folder and one name in it. */
static bool
outfile_same_place(const char *a, const char *b)
{
	struct place place_a, place_b;
	struct stat of_a, of_b;
	int found_a = place_find(&place_a, a, NULL), found_b = place_find(&place_b, b, NULL);
	bool same = found_a == 0 && found_b == 0 && place_a.kind == PLACE_FILE &&
		    place_b.kind == PLACE_FILE && strcmp(place_a.name, place_b.name) == 0 &&
		    fstat(place_a.folder, &of_a) == 0 && fstat(place_b.folder, &of_b) == 0 &&
		    of_a.st_dev == of_b.st_dev && of_a.st_ino == of_b.st_ino;

	place_release(&place_a);
	place_release(&place_b);
	return same;
}

bool
outfile_same(const char *a, const char *b)
{
	struct stat of_a, of_b;

	if (strcmp(a, "-") == 0 || strcmp(b, "-") == 0)
		return false;
	if (stat(a, &of_a) == 0)
		return S_ISREG(of_a.st_mode) && stat(b, &of_b) == 0 && of_a.st_dev == of_b.st_dev &&
		       of_a.st_ino == of_b.st_ino;
	return outfile_same_place(a, b);
}

char *
outfile_real(const char *path)
{
	struct place place;
	char *real = NULL;

	if (place_find(&place, path, NULL) == 0 && place.kind == PLACE_FILE) {
		real = place.path;
		place.path = NULL;
	}
	place_release(&place);
	return real;
}
