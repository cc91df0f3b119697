#include "place.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#define LINKS_MOST 40 /* symbolic links that are followed; the kernel has the same limit */

/* A path while it is followed. */
struct way {
	const char *whole;   /* the path as it was given, for messages */
	int folder;          /* how far it was followed: this folder, open */
	char *path;          /* of that folder, with a slash at its end; "": where the process is */
	char *text;          /* the path from there on; the parts are cut off one by one */
	char *rest;          /* in `text`: the parts that are left */
	const char *part;    /* the next part */
	bool last;           /* it is the last one */
	bool slash;          /* a slash comes after it */
	int links;           /* that were followed so far */
	struct stat status;  /* of the part */
	struct place *place; /* to be filled */
};

static int
way_failed(const struct way *way, struct error *err)
{
	return error_errno(err, way->whole, "the file cannot be written");
}

/* Closes *to if it is open, and sets it to fd. */
static void
way_take_descriptor(int *to, int fd)
{
	if (*to != -1)
		close(*to);
	*to = fd;
}

/* Starts at the root, or in the folder of the process. */
static int
way_begin(struct way *way, bool at_root)
{
	int fd = open(at_root ? "/" : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	char *path = strdup(at_root ? "/" : "");

	if (fd == -1 || path == NULL) {
		if (fd != -1)
			close(fd);
		free(path);
		return -1;
	}
	way_take_descriptor(&way->folder, fd);
	free(way->path);
	way->path = path;
	return 0;
}

/* Cuts the next part off. -1 and errno when there is none. */
static int
way_next_part(struct way *way)
{
	char *part = way->rest + strspn(way->rest, "/"), *end;

	if (*part == '\0') {
		errno = way->whole[0] == '\0' ? ENOENT : EISDIR;
		return -1;
	}
	end = part + strcspn(part, "/");
	way->slash = *end == '/';
	way->last = end[strspn(end, "/")] == '\0';
	way->part = part;
	if (way->slash)
		*end++ = '\0';
	way->rest = end;
	return 0;
}

/* Root, and the user of the process, can harm the process in any case. */
static bool
way_is_trusted(uid_t user)
{
	return user == geteuid() || user == 0;
}

/*
 * Whether somebody else may have set the link as a trap. The kernel's protected_symlinks checks the
 * same, but in sticky folders alone; here a folder is checked if anybody else can write to it (its
 * owner, its group, all users), at every part of the path.
 */
static bool
way_is_planted(const struct stat *link, const struct stat *folder)
{
	return ((folder->st_mode & (S_IWGRP | S_IWOTH)) != 0 || !way_is_trusted(folder->st_uid)) &&
	       !way_is_trusted(link->st_uid);
}

/* The number of the descriptor that the part is in /proc; -1 when it is none. */
static int
way_descriptor(const struct way *way)
{
	struct statfs system;
	long number;
	char *end;

	if (!way->last || way->slash || fstatfs(way->folder, &system) == -1 ||
	    system.f_type != PROC_SUPER_MAGIC || way->part[0] < '0' || way->part[0] > '9')
		return -1;
	number = strtol(way->part, &end, 10);
	return *end == '\0' && number <= INT32_MAX ? (int)number : -1;
}

/* Inherited descriptors are not closed on exec; all that the process itself opens are. */
static int
way_find_descriptor(const struct way *way, int number, struct error *err)
{
	struct stat there, ours;
	int flags = fcntl(number, F_GETFD), mode = fcntl(number, F_GETFL);

	if (flags == -1 || (flags & FD_CLOEXEC) != 0 || mode == -1 ||
	    fstatat(way->folder, way->part, &there, 0) == -1 || fstat(number, &ours) == -1 ||
	    there.st_dev != ours.st_dev || there.st_ino != ours.st_ino)
		return error_set(err, ERROR_STORAGE, way->whole,
		    "no descriptor that was inherited: expected a regular file");
	if ((mode & O_ACCMODE) == O_RDONLY) {
		errno = EBADF;
		return way_failed(way, err);
	}
	way->place->kind = number == STDOUT_FILENO ? PLACE_STANDARD : PLACE_DESCRIPTOR;
	way->place->descriptor = number;
	return 1;
}

/* Replaces the part by the text of the link. The link is open. */
static int
way_follow_link(struct way *way, int link)
{
	char text[4096], *rest;
	ssize_t length = readlinkat(link, "", text, sizeof(text) - 1);

	if (length == -1)
		return -1;
	text[length] = '\0';
	if (++way->links > LINKS_MOST) {
		errno = ELOOP;
		return -1;
	}
	if (asprintf(&rest, "%s%s%s", text, way->slash ? "/" : "", way->rest) == -1)
		return -1;
	if (text[0] == '/' && way_begin(way, true) == -1) {
		free(rest);
		return -1;
	}
	free(way->text);
	way->text = rest;
	way->rest = rest;
	return 0;
}

/* 0: the link was followed; 1: the path ends there; -1 and err. */
static int
way_pass_link(struct way *way, int link, struct error *err)
{
	struct stat folder;
	int number = way_descriptor(way);

	if (number != -1)
		return way_find_descriptor(way, number, err);
	if (fstat(way->folder, &folder) == -1)
		return way_failed(way, err);
	if (way_is_planted(&way->status, &folder))
		return error_set(err, ERROR_STORAGE, way->whole,
		    "%s is a symbolic link of user %lu in a folder that others can write: expected "
		    "one of yours or of root, or none",
		    way->part, (unsigned long)way->status.st_uid);
	return way_follow_link(way, link) == -1 ? way_failed(way, err) : 0;
}

/* ---- the end of the path --------------------------------------------------------------------- */

/* The path ends at a file, a device, or nothing yet, with the name of the part. */
static int
way_end(struct way *way, enum place_kind kind, bool exists, struct error *err)
{
	struct place *place = way->place;

	place->kind = kind;
	place->exists = exists;
	place->name = strdup(way->part);
	if (place->name == NULL || asprintf(&place->path, "%s%s", way->path, way->part) == -1) {
		place->path = NULL;
		return error_memory(err);
	}
	place->folder = way->folder;
	way->folder = -1;
	return 1;
}

static int
way_pass_last(struct way *way, struct error *err)
{
	mode_t type = way->status.st_mode & S_IFMT;
	const char *what = type == S_IFIFO   ? "a named pipe"
			   : type == S_IFBLK ? "a block device"
					     : "a socket";

	if (type == S_IFREG)
		return way_end(way, PLACE_FILE, true, err);
	if (type == S_IFCHR)
		return way_end(way, PLACE_DEVICE, true, err);
	return error_set(err, ERROR_STORAGE, way->whole, "%s: expected a regular file", what);
}

static int
way_pass_folder(struct way *way, int *folder, struct error *err)
{
	char *path;

	if (asprintf(&path, "%s%s/", way->path, way->part) == -1)
		return error_memory(err);
	free(way->path);
	way->path = path;
	way_take_descriptor(&way->folder, *folder);
	*folder = -1;
	return 0;
}

/* 0: the path goes on; 1: it ends here; -1 and err. */
static int
way_pass_part(struct way *way, struct error *err)
{
	int rc, part = openat(way->folder, way->part, O_PATH | O_NOFOLLOW | O_CLOEXEC);

	if (part == -1 && errno == ENOENT && way->last && !way->slash)
		return way_end(way, PLACE_FILE, false, err);
	if (part == -1)
		return way_failed(way, err);
	if (fstat(part, &way->status) == -1) {
		rc = way_failed(way, err);
	} else if (S_ISLNK(way->status.st_mode)) {
		rc = way_pass_link(way, part, err);
	} else if (S_ISDIR(way->status.st_mode)) {
		rc = way_pass_folder(way, &part, err);
	} else if (!way->last || way->slash) {
		errno = ENOTDIR;
		rc = way_failed(way, err);
	} else {
		rc = way_pass_last(way, err);
	}
	if (part != -1)
		close(part);
	return rc;
}

static int
way_go(struct way *way, struct error *err)
{
	int rc;

	way->text = strdup(way->whole);
	way->rest = way->text;
	if (way->text == NULL)
		return error_memory(err);
	if (way_begin(way, way->whole[0] == '/') == -1)
		return way_failed(way, err);
	do {
		if (way_next_part(way) == -1)
			return way_failed(way, err);
		rc = way_pass_part(way, err);
	} while (rc == 0);
	return rc == 1 ? 0 : -1;
}

int
place_find(struct place *place, const char *path, struct error *err)
{
	struct way way = {.whole = path, .folder = -1, .place = place};
	int rc;

	*place = (struct place){.kind = PLACE_STANDARD, .folder = -1, .descriptor = STDOUT_FILENO};
	/* These exist without /proc too. */
	if (strcmp(path, "-") == 0 || strcmp(path, "/dev/stdout") == 0)
		return 0;
	if (strcmp(path, "/dev/stderr") == 0) {
		place->kind = PLACE_DESCRIPTOR;
		place->descriptor = STDERR_FILENO;
		return 0;
	}
	rc = way_go(&way, err);
	if (way.folder != -1)
		close(way.folder);
	free(way.path);
	free(way.text);
	return rc;
}

void
place_release(struct place *place)
{
	if (place->folder != -1)
		close(place->folder);
	free(place->name);
	free(place->path);
	*place = (struct place){.folder = -1};
}

/* O_NONBLOCK: the device may have become a pipe meanwhile, which is not waited for. */
int
place_open(const struct place *place)
{
	struct stat status;
	int fd;

	if (place->kind == PLACE_DESCRIPTOR)
		return fcntl(place->descriptor, F_DUPFD_CLOEXEC, 0);
	fd = openat(
	    place->folder, place->name, O_WRONLY | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
	if (fd != -1 && (fstat(fd, &status) == -1 || !S_ISCHR(status.st_mode))) {
		close(fd);
		errno = ENXIO;
		return -1;
	}
	return fd;
}
