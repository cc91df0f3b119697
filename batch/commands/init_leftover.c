#include "commands/init_leftover.h"

#include "database/files.h"
#include "crypto/secret.h"
#include "leftover.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define BYTES_MOST 262144 /* a new database has less than half of it */

/* One search of the folder of a file for its other names. */
struct sweep {
	const char *path; /* the file */
	const char *base; /* its name in its folder */
	int folder;
	bool there;           /* the file is there */
	struct stat status;   /* which file it is, where it is there */
	const char *database; /* of a key: the one that the same `init` makes */
};

/* 1 to go on, 0 to stop, -1 and err. */
typedef int sweep_visit(struct sweep *, const char *name, const struct stat *, struct error *);

static int
sweep_visit_all(struct sweep *sweep, DIR *names, sweep_visit *visit, struct error *err)
{
	struct dirent *entry;
	struct stat status;
	int rc = 1;

	while (rc == 1 && (entry = readdir(names)) != NULL) {
		if (!files_is_making(entry->d_name, sweep->base) ||
		    fstatat(sweep->folder, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == -1 ||
		    !S_ISREG(status.st_mode) || status.st_uid != geteuid())
			continue;
		rc = visit(sweep, entry->d_name, &status, err);
	}
	return rc;
}

/* The last visit's answer; 1 where there was none. */
static int
sweep_folder(struct sweep *sweep, sweep_visit *visit, struct error *err)
{
	const char *slash = strrchr(sweep->path, '/');
	size_t length = slash == NULL ? 0 : (size_t)(slash - sweep->path) + 1;
	char *folder = NULL;
	DIR *names;
	int rc;

	if (asprintf(&folder, "%.*s.", (int)length, sweep->path) == -1)
		return error_memory(err);
	names = opendir(folder);
	free(folder);
	if (names == NULL) /* making the file will fail too, and report why */
		return errno == ENOMEM ? error_memory(err) : 1;
	sweep->base = sweep->path + length;
	sweep->folder = dirfd(names);
	sweep->there = fstatat(sweep->folder, sweep->base, &sweep->status, AT_SYMLINK_NOFOLLOW) ==
		       0;
	rc = sweep_visit_all(sweep, names, visit, err);
	closedir(names);
	return rc;
}

static bool
sweep_is_same(const struct sweep *sweep, const struct stat *status)
{
	return sweep->there && sweep->status.st_dev == status->st_dev &&
	       sweep->status.st_ino == status->st_ino;
}

static int
sweep_remove(const struct sweep *sweep, const char *name, struct error *err)
{
	if (unlinkat(sweep->folder, name, 0) == 0 || errno == ENOENT)
		return 1;
	return error_errno(err, sweep->path,
	    "%s, which an earlier `init` left beside it, cannot be removed", name);
}

/* ---- one file, which is there ----------------------------------------------------------- */

static int
sweep_visit_linked(
    struct sweep *sweep, const char *name, const struct stat *status, struct error *err)
{
	(void)name;
	(void)err;
	return sweep_is_same(sweep, status) ? 0 : 1;
}

bool
init_leftover_is_linked(const char *path)
{
	struct sweep sweep = {.path = path};

	return sweep_folder(&sweep, sweep_visit_linked, NULL) == 0;
}

static int
sweep_visit_drop(
    struct sweep *sweep, const char *name, const struct stat *status, struct error *err)
{
	return sweep_is_same(sweep, status) ? sweep_remove(sweep, name, err) : 1;
}

int
init_leftover_drop(const char *path, struct error *err)
{
	struct sweep sweep = {.path = path};

	return sweep_folder(&sweep, sweep_visit_drop, err) == -1 ? -1 : 0;
}

/* ---- all of them ------------------------------------------------------------------------ */

/* Whether the `init` that gave a key this name has left a database with the same suffix. */
static bool
sweep_has_database(const struct sweep *sweep, const char *name)
{
	char *path = NULL;
	struct stat status;
	bool has = false;

	if (asprintf(&path, "%s%s", sweep->database, name + strlen(sweep->base)) == -1)
		return false;
	has = lstat(path, &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == geteuid();
	free(path);
	return has;
}

/* The key first, and synced: its other name is the proof that it may be removed. */
static int
sweep_remove_key(const struct sweep *sweep, const char *name, struct error *err)
{
	if (sweep_remove(sweep, sweep->base, err) == -1)
		return -1;
	if (fsync(sweep->folder) == -1 && errno != EINVAL)
		return error_errno(err, sweep->path, "its folder cannot be synced");
	return sweep_remove(sweep, name, err);
}

static int
sweep_visit_key(struct sweep *sweep, const char *name, const struct stat *status, struct error *err)
{
	int fd = openat(sweep->folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	int rc = 1;

	if (fd == -1)
		return 1;
	/* An `init` that is still at work has it locked. */
	if (flock(fd, LOCK_EX | LOCK_NB) == 0 && secret_begins(fd)) {
		if (!sweep_is_same(sweep, status))
			rc = sweep_remove(sweep, name, err);
		else if (sweep_has_database(sweep, name))
			rc = sweep_remove_key(sweep, name, err);
	}
	close(fd);
	return rc;
}

/*
 * Whether the bytes may be the start of a journal, whole, torn or not synced yet: eight bytes of a
 * mark and four of a count ("Database File Format", 3), each of them zero until it is synced.
 */
static bool
sweep_begins_journal(const char *start, size_t length)
{
	static const char mark[] = "\xd9\xd5\x05\xf9\x20\xa1\x63\xd7";

	for (size_t i = 0; i < sizeof(mark) - 1 && i < length; i++)
		if (start[i] != mark[i] && !leftover_is_blank(start + i, 1))
			return false;
	return true;
}

/* Whether it may be a database that was being made, or its journal, whole or in part. */
static bool
sweep_begins_database(const struct sweep *sweep, const char *name, const struct stat *status)
{
	static const char base[] = "SQLite format 3"; /* "Database File Format", 1.3 */
	char start[sizeof(base)];
	int fd = openat(sweep->folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	ssize_t length = fd == -1 ? -1 : pread(fd, start, sizeof(start), 0);

	if (fd != -1)
		close(fd);
	if (length == -1 || status->st_size > BYTES_MOST)
		return false;
	return memcmp(start, base, (size_t)length) == 0 ||
	       sweep_begins_journal(start, (size_t)length);
}

static int
sweep_visit_database(
    struct sweep *sweep, const char *name, const struct stat *status, struct error *err)
{
	return sweep_begins_database(sweep, name, status) ? sweep_remove(sweep, name, err) : 1;
}

int
init_leftover_sweep(const char *database, const char *key, struct error *err)
{
	struct sweep keys = {.path = key, .database = database};
	struct sweep databases = {.path = database};

	if (sweep_folder(&keys, sweep_visit_key, err) == -1)
		return -1;
	return sweep_folder(&databases, sweep_visit_database, err) == -1 ? -1 : 0;
}
