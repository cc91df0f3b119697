#include "outfile.h"

#include "leftover.h"
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
#define LINKS_MOST 40 /* symbolic links to follow; as the kernel's own limit */
#define NAME_TRIES 100

#define PROC_SIZE sizeof("/proc/self/fd/-2147483648")
#define HIDDEN_SIZE sizeof(LEFTOVER_PREFIX "0123456789abcdef")

struct outfile {
	char *name;   /* for messages */
	char *target; /* base name in the folder; NULL: written through */
	int folder;   /* -1: written through */
	int fd;
	bool standard;            /* fd is standard output, and stays open */
	char hidden[HIDDEN_SIZE]; /* the temporary name in the folder; "": none */
	char *path;               /* of the temporary file, where another writes it; else NULL */
	int failure;              /* errno of the first failure, or 0 */
	size_t used;
	char buffer[BUFFER_SIZE];
};

static int
failed(const struct outfile *file, struct error *err)
{
	errno = file->failure;
	return error_errno(err, file->name, "the file cannot be written");
}

/* Keeps what went wrong first. Returns -1. */
static int
fail(struct outfile *file)
{
	if (file->failure == 0)
		file->failure = errno;
	return -1;
}

/* ---- where to --------------------------------------------------------------------------- */

/* What a symbolic link says, allocated; NULL and errno, EINVAL when path is no link. */
static char *
link_text(const char *path)
{
	char text[4096];
	ssize_t length = readlink(path, text, sizeof(text) - 1);

	if (length == -1)
		return NULL;
	text[length] = '\0';
	return strdup(text);
}

/* A link's text seen from where the link stands, allocated. Frees the text. */
static char *
beside(const char *path, char *text)
{
	const char *slash = strrchr(path, '/');
	char *joined;

	if (text[0] == '/' || slash == NULL)
		return text;
	if (asprintf(&joined, "%.*s/%s", (int)(slash - path), path, text) == -1)
		joined = NULL;
	free(text);
	return joined;
}

/* The path of the file itself where the path's last part is a link, even one to nothing yet. */
static char *
follow(const char *path)
{
	char *current = strdup(path);

	for (int i = 0; current != NULL && i < LINKS_MOST; i++) {
		char *text = link_text(current), *next;

		if (text == NULL && (errno == EINVAL || errno == ENOENT))
			return current;
		next = text == NULL ? NULL : beside(current, text);
		free(current);
		current = next;
		if (current == NULL)
			return NULL;
	}
	free(current);
	errno = ELOOP;
	return NULL;
}

/* Opens the folder of the path and keeps the name in it. */
static int
open_folder(struct outfile *file, const char *path)
{
	char *whole = follow(path), *slash;
	const char *folder = ".", *name = whole;

	if (whole == NULL)
		return fail(file);
	slash = strrchr(whole, '/');
	if (slash != NULL) {
		name = slash + 1;
		folder = slash == whole ? "/" : whole;
		*slash = '\0';
	}
	if (*name == '\0') {
		free(whole);
		errno = ENOENT;
		return fail(file);
	}
	file->target = strdup(name);
	if (file->target != NULL)
		file->folder = open(
		    folder[0] == '\0' ? "/" : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (file->folder == -1)
		fail(file);
	free(whole);
	return file->folder == -1 ? -1 : 0;
}

/* ---- the file --------------------------------------------------------------------------- */

static void
proc_name(int fd, char name[PROC_SIZE])
{
	snprintf(name, PROC_SIZE, "/proc/self/fd/%d", fd);
}

/* A name that nothing has, most likely; who uses it finds out. */
static void
hidden_name(char name[HIDDEN_SIZE])
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

/* A file without a name. -1 also where it could not be given one later: no /proc. */
static int
open_unnamed(int folder)
{
	int fd = openat(folder, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
	char proc[PROC_SIZE];

	if (fd == -1)
		return -1;
	proc_name(fd, proc);
	if (access(proc, F_OK) == -1) {
		close(fd);
		errno = EOPNOTSUPP;
		return -1;
	}
	return fd;
}

static int
open_named(struct outfile *file)
{
	for (int i = 0; i < NAME_TRIES; i++) {
		int fd;

		hidden_name(file->hidden);
		fd = openat(
		    file->folder, file->hidden, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		if (fd != -1)
			return fd;
		if (errno != EEXIST)
			break;
	}
	file->hidden[0] = '\0';
	return -1;
}

static int
open_temporary(struct outfile *file)
{
	struct stat status;

	file->fd = open_unnamed(file->folder);
	/* A file system without O_TMPFILE says so; a kernel without it takes it for a folder. */
	if (file->fd == -1 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL))
		file->fd = open_named(file);
	if (file->fd == -1 || fstat(file->fd, &status) == -1)
		return fail(file);
	leftover_claim(file->fd);
	/* The umask may have taken more than it should. */
	if ((status.st_mode & 07777) != 0600 && fchmod(file->fd, 0600) == -1)
		return fail(file);
	return 0;
}

/* Devices and pipes are written through: they cannot be replaced by a file. */
static int
open_target(struct outfile *file, const char *path, bool probe)
{
	struct stat status;

	if (strcmp(path, "-") == 0 || strcmp(path, "/dev/stdout") == 0) {
		fflush(stdout);
		file->fd = STDOUT_FILENO;
		file->standard = true;
		return 0;
	}
	if (strcmp(path, "/dev/stderr") == 0) {
		file->fd = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0);
		return file->fd == -1 ? fail(file) : 0;
	}
	if (stat(path, &status) == -1) {
		if (errno != ENOENT)
			return fail(file);
	} else if (S_ISDIR(status.st_mode)) {
		errno = EISDIR;
		return fail(file);
	} else if (!S_ISREG(status.st_mode)) {
		if (probe) /* opening a pipe would wait for its reader, or end what it reads */
			return faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) == -1 ? fail(file) : 0;
		file->fd = open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC);
		return file->fd == -1 ? fail(file) : 0;
	}
	if (open_folder(file, path) == -1)
		return -1;
	return open_temporary(file);
}

static struct outfile *
new_outfile(const char *path, struct error *err)
{
	struct outfile *file = calloc(1, sizeof(*file));

	if (file == NULL) {
		error_memory(err);
		return NULL;
	}
	file->fd = -1;
	file->folder = -1;
	file->name = strdup(strcmp(path, "-") == 0 ? "standard output" : path);
	if (file->name == NULL) {
		error_memory(err);
		outfile_discard(file);
		return NULL;
	}
	return file;
}

static struct outfile *
open_outfile(const char *path, bool probe, struct error *err)
{
	struct outfile *file = new_outfile(path, err);

	if (file != NULL && open_target(file, path, probe) == -1) {
		failed(file, err);
		outfile_discard(file);
		return NULL;
	}
	return file;
}

struct outfile *
outfile_open(const char *path, struct error *err)
{
	return open_outfile(path, false, err);
}

/* The path of the temporary file, seen from where we are. */
static char *
temporary_path(const struct outfile *file, const char *path)
{
	char *target = follow(path), *joined = NULL;
	char *slash = target == NULL ? NULL : strrchr(target, '/');

	if (target != NULL &&
	    asprintf(&joined, "%.*s%s", slash == NULL ? 0 : (int)(slash - target) + 1, target,
		file->hidden) == -1)
		joined = NULL;
	free(target);
	return joined;
}

struct outfile *
outfile_open_for(const char *path, const char **temporary, struct error *err)
{
	struct outfile *file = new_outfile(path, err);
	int rc;

	*temporary = NULL;
	if (file == NULL)
		return NULL;
	rc = open_folder(file, path);
	if (rc == 0 && (file->fd = open_named(file)) == -1)
		rc = fail(file);
	if (rc == 0) {
		leftover_claim(file->fd);
		file->path = temporary_path(file, path);
	}
	if (rc == -1 || file->path == NULL) {
		if (rc == -1)
			failed(file, err);
		else
			error_memory(err);
		outfile_discard(file);
		return NULL;
	}
	*temporary = file->path;
	return file;
}

int
outfile_probe(const char *path, struct error *err)
{
	struct outfile *file = open_outfile(path, true, err);

	if (file == NULL)
		return -1;
	outfile_discard(file);
	return 0;
}

static int
put(struct outfile *file, const void *bytes, size_t length)
{
	return write_all(file->fd, bytes, length) == -1 ? fail(file) : 0;
}

static int
flush(struct outfile *file)
{
	size_t used = file->used;

	file->used = 0;
	return put(file, file->buffer, used);
}

int
outfile_write(struct outfile *file, const void *bytes, size_t length, struct error *err)
{
	if (file->failure != 0)
		return failed(file, err);
	if (length > BUFFER_SIZE - file->used && flush(file) == -1)
		return failed(file, err);
	if (length > BUFFER_SIZE)
		return put(file, bytes, length) == -1 ? failed(file, err) : 0;
	if (length > 0)
		memcpy(file->buffer + file->used, bytes, length);
	file->used += length;
	return 0;
}

/* A name that rename(2) can put over the target: link(2) itself replaces nothing. */
static int
name_unnamed(struct outfile *file)
{
	char proc[PROC_SIZE];

	if (file->hidden[0] != '\0')
		return 0;
	proc_name(file->fd, proc);
	for (int i = 0; i < NAME_TRIES; i++) {
		hidden_name(file->hidden);
		if (linkat(AT_FDCWD, proc, file->folder, file->hidden, AT_SYMLINK_FOLLOW) == 0)
			return 0;
		if (errno != EEXIST)
			break;
	}
	file->hidden[0] = '\0';
	return fail(file);
}

/* What is synced before it is named is never seen half, whenever the power fails. */
static int
replace_target(struct outfile *file)
{
	if (fsync(file->fd) == -1)
		return fail(file);
	leftover_sweep(file->folder);
	if (name_unnamed(file) == -1)
		return -1;
	if (renameat(file->folder, file->hidden, file->folder, file->target) == -1)
		return fail(file);
	file->hidden[0] = '\0';
	return 0;
}

static int
close_through(struct outfile *file)
{
	int fd = file->fd;

	if (file->standard)
		return 0;
	file->fd = -1;
	return close(fd) == -1 ? fail(file) : 0;
}

int
outfile_publish(struct outfile **handle, struct error *err)
{
	struct outfile *file = *handle;
	int rc = -1;

	*handle = NULL;
	if (file->failure != 0 || flush(file) == -1) {
		failed(file, err);
		goto out;
	}
	if ((file->target == NULL ? close_through(file) : replace_target(file)) == -1) {
		failed(file, err);
		goto out;
	}
	/* Some file systems cannot sync a folder, and say EINVAL. */
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
	struct stat status;

	if (strcmp(path, "-") == 0)
		return true;
	return stat(path, &status) == 0 && !S_ISREG(status.st_mode);
}

/* The folder of a path, with a dot behind it, into text. */
static const char *
base_of(const char *path, char *folder, size_t size)
{
	const char *slash = strrchr(path, '/');

	snprintf(folder, size, "%.*s.", slash == NULL ? 0 : (int)(slash - path) + 1, path);
	return slash == NULL ? path : slash + 1;
}

bool
outfile_same(const char *a, const char *b)
{
	char folder_a[4096], folder_b[4096]; /* what is longer is no path */
	const char *base_a = base_of(a, folder_a, sizeof(folder_a));
	const char *base_b = base_of(b, folder_b, sizeof(folder_b));
	struct stat of_a, of_b;

	if (stat(a, &of_a) == 0)
		return S_ISREG(of_a.st_mode) && stat(b, &of_b) == 0 && of_a.st_dev == of_b.st_dev &&
		       of_a.st_ino == of_b.st_ino;
	return strcmp(base_a, base_b) == 0 && stat(folder_a, &of_a) == 0 &&
	       stat(folder_b, &of_b) == 0 && of_a.st_dev == of_b.st_dev &&
	       of_a.st_ino == of_b.st_ino;
}
