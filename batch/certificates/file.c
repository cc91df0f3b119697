#include "certificates/file.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

int
file_root_open(struct file_root *root, const char *path, struct error *err)
{
	*root = FILE_ROOT_NONE;
	root->path = realpath(path, NULL);
	if (root->path != NULL)
		root->fd = open(root->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root->fd != -1)
		return 0;
	error_errno(err, path, "the folder cannot be opened");
	err->code = ERROR_USAGE;
	file_root_close(root);
	return -1;
}

void
file_root_close(struct file_root *root)
{
	if (root->fd != -1)
		close(root->fd);
	free(root->path);
	*root = FILE_ROOT_NONE;
}

int
file_fault(struct entries_source *source)
{
	static const struct {
		int number;
		enum unreadable why;
	} reasons[] = {{ENOENT, UNREADABLE_ABSENT}, {ENOTDIR, UNREADABLE_ABSENT},
	    {EACCES, UNREADABLE_NO_PERMISSION}, {EPERM, UNREADABLE_NO_PERMISSION},
	    {EXDEV, UNREADABLE_OUTSIDE_ROOT}, {EFBIG, UNREADABLE_TOO_LARGE},
	    {EISDIR, UNREADABLE_NOT_A_FILE}, {ENXIO, UNREADABLE_NOT_A_FILE}};
	enum unreadable why = UNREADABLE_FAILED;

	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (reasons[i].number == errno)
			why = reasons[i].why;
	if (errno == ENOMEM)
		return error_memory(&source->err);
	return entries_fault(
	    source, why, "%s", why == UNREADABLE_FAILED ? strerror(errno) : unreadable_text(why));
}

/* The part of a real path below the root, "." for the root as a folder; NULL and EXDEV where it
 * lies outside. */
static const char *
file_below(const struct file_root *root, const char *path, int flags)
{
	size_t length = strlen(root->path);

	if (strcmp(path, root->path) == 0 && (flags & O_DIRECTORY) != 0)
		return ".";
	if (strcmp(root->path, "/") == 0)
		return path + 1;
	if (strncmp(path, root->path, length) == 0 && path[length] == '/')
		return path + length + 1;
	errno = EXDEV;
	return NULL;
}

/*
 * Links are followed first, also absolute ones; the path that comes out is then opened below the
 * root, so that a link that is made meanwhile leads nowhere else.
 */
static int
file_open_below(const struct file_root *root, const char *path, int flags)
{
	struct open_how how = {
	    .flags = (unsigned)flags, .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS};
	char *real = realpath(path, NULL);
	const char *below = real == NULL ? NULL : file_below(root, real, flags);
	int saved, fd = -1;

	if (below != NULL)
		fd = (int)syscall(SYS_openat2, root->fd, below, &how, sizeof(how));
	saved = errno;
	free(real);
	errno = saved;
	return fd;
}

int
file_open(const struct file_root *root, const char *path, int flags)
{
	flags |= O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
	return root->fd == -1 ? open(path, flags) : file_open_below(root, path, flags);
}

/* At most `room` bytes into the memory of the file. */
static int
file_take_bytes(int fd, struct file_bytes *file, size_t room)
{
	while (file->length < room) {
		ssize_t count = read(fd, file->bytes + file->length, room - file->length);

		if (count == 0)
			return 0;
		if (count > 0)
			file->length += (size_t)count;
		else if (errno != EINTR)
			return -1;
	}
	return 0;
}

/* EAGAIN where it was changed meanwhile: a part of a file may look like a whole one. */
static int
file_take(int fd, struct file_bytes *file)
{
	struct stat before, after;

	if (fstat(fd, &before) == -1)
		return -1;
	errno = S_ISREG(before.st_mode) ? EFBIG : EISDIR;
	if (!S_ISREG(before.st_mode) || (size_t)before.st_size > FILE_SIZE_MOST)
		return -1;
	/* A byte more, to see that it did not grow. */
	file->bytes = malloc((size_t)before.st_size + 1);
	if (file->bytes == NULL || file_take_bytes(fd, file, (size_t)before.st_size + 1) == -1 ||
	    fstat(fd, &after) == -1)
		return -1;
	errno = EAGAIN;
	return file->length == (size_t)before.st_size && after.st_size == before.st_size &&
		       after.st_mtim.tv_sec == before.st_mtim.tv_sec &&
		       after.st_mtim.tv_nsec == before.st_mtim.tv_nsec
		   ? 0
		   : -1;
}

int
file_read_fd(int fd, struct file_bytes *file, struct entries_source *source)
{
	int rc, saved;

	*file = (struct file_bytes){0};
	if (fd == -1)
		return file_fault(source);
	rc = file_take(fd, file);
	saved = errno;
	close(fd);
	if (rc == 0)
		return 0;
	file_release(file);
	errno = saved;
	if (errno == EAGAIN)
		return entries_fault(source, UNREADABLE_FAILED, "it was changed while it was read");
	return file_fault(source);
}

int
file_read(const struct file_root *root, const char *path, struct file_bytes *file,
    struct entries_source *source)
{
	return file_read_fd(file_open(root, path, O_RDONLY), file, source);
}

int
file_read_at(int folder, const char *name, struct file_bytes *file, struct entries_source *source)
{
	int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	if (fd == -1 && errno == ELOOP)
		errno = EISDIR; /* a thing that is no file */
	return file_read_fd(fd, file, source);
}

void
file_release(struct file_bytes *file)
{
	if (file->bytes != NULL)
		explicit_bzero(file->bytes, file->length);
	free(file->bytes);
	*file = (struct file_bytes){0};
}
