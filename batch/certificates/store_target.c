#include "certificates/store_target_private.h"

#include "write_all.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MARK STORE_FOLDER_MARK
#define FRESH ".new"
#define COPY ".copy"
#define MADE ".made"

/* ---- reasons ------------------------------------------------------------------------------ */

static int
target_failed(const struct store_target *target, struct install_reason *reason, const char *what)
{
	int number = errno;

	if (number == ENOMEM)
		return install_memory(reason);
	return install_refuse(
	    reason, INSTALL_WRITE, "%s: %s: %s", target->real, what, strerror(number));
}

/* ---- names -------------------------------------------------------------------------------- */

/* .NAME.pfxreplace-JOB and what ends it. */
static char *
target_name(const struct store_target *target, int64_t job, const char *end)
{
	char *name;

	return asprintf(&name, ".%s" MARK "%lld%s", target->name, (long long)job, end) == -1 ? NULL
											     : name;
}

/* Whether a name is one of the target's beside it, with that end: its job, or 0. */
static int64_t
target_job_of(const struct store_target *target, const char *name, const char *end)
{
	size_t length = strlen(target->name), digits;
	const char *at = name + 1;
	int64_t job;

	if (name[0] != '.' || strncmp(at, target->name, length) != 0)
		return 0;
	at += length;
	if (strncmp(at, MARK, sizeof(MARK) - 1) != 0)
		return 0;
	at += sizeof(MARK) - 1;
	digits = strspn(at, "0123456789");
	if (digits == 0 || at[0] == '0' || strcmp(at + digits, end) != 0)
		return 0;
	errno = 0;
	job = strtoll(at, NULL, 10);
	return errno == 0 ? job : 0;
}

/* Names of a folder on their way to who wants them. */
struct target_naming {
	struct store_target *target;
	void (*each)(struct store_target *, const char *name, void *closure);
	void *closure;
};

static void
target_name_one(void *closure, const char *name)
{
	const struct target_naming *naming = closure;

	naming->each(naming->target, name, naming->closure);
}

/* Calls each() with the names of the folder that may be ours; it may remove them. -1 and errno. */
static int
target_each(struct store_target *target,
    void (*each)(struct store_target *, const char *name, void *closure), void *closure)
{
	struct target_naming naming = {target, each, closure};
	char begin[PATH_MAX];
	size_t length;

	if (target->names == NULL)
		return store_folder_each(target->folder, target_name_one, &naming);
	length = (size_t)snprintf(begin, sizeof(begin), ".%s" MARK, target->name);
	for (size_t i = store_names_from(target->names, begin);
	     i < store_names_count(target->names); i++) {
		const char *name = store_names_get(target->names, i);

		if (length >= sizeof(begin) || strncmp(name, begin, length) != 0)
			break;
		each(target, name, closure);
	}
	return 0;
}

/* One that was made is known to those who look for it. */
static int
target_note(struct store_target *target, const char *name, struct install_reason *reason)
{
	if (target->names == NULL || store_names_add(target->names, name) == 0)
		return 0;
	return install_memory(reason);
}

/* ---- opened ------------------------------------------------------------------------------- */

/* The path without links; the file itself need not be there. NULL and errno. */
static char *
target_realpath(const char *path)
{
	char *real = realpath(path, NULL), *folder, *copy;
	const char *slash = strrchr(path, '/');
	struct stat status;

	if (real != NULL || errno != ENOENT || slash == NULL || slash[1] == '\0')
		return real;
	if (lstat(path, &status) == 0) { /* a link that leads nowhere */
		errno = ENOENT;
		return NULL;
	}
	copy = strndup(path, slash == path ? 1 : (size_t)(slash - path));
	folder = copy == NULL ? NULL : realpath(copy, NULL);
	free(copy);
	if (folder == NULL ||
	    asprintf(&real, "%s%s", strcmp(folder, "/") == 0 ? "" : folder, slash) == -1)
		real = NULL;
	free(folder);
	return real;
}

static int
target_unreadable(struct install_reason *reason, struct entries_source *source)
{
	if (source->reason.why != READABLE)
		return install_refuse_unreadable(reason, &source->reason);
	reason->why = INSTALL_GOOD;
	reason->err = source->err;
	return -1;
}

/* The path and the names beside it. */
static int
target_find(
    struct store_target *target, const char *path, int64_t job, struct install_reason *reason)
{
	struct entries_source source = {0};

	if (path[0] != '/') {
		(void)entries_fault(&source, UNREADABLE_NOT_A_FILE,
		    "%s is not absolute: expected a path that begins with /", path);
		return target_unreadable(reason, &source);
	}
	target->real = target_realpath(path);
	if (target->real == NULL) {
		file_fault(&source);
		return target_unreadable(reason, &source);
	}
	target->name = strrchr(target->real, '/') + 1;
	if (target->name[0] == '\0') { /* the root of all folders */
		errno = EISDIR;
		file_fault(&source);
		return target_unreadable(reason, &source);
	}
	target->backup = target_name(target, job, "");
	target->made = target_name(target, job, MADE);
	target->fresh = target_name(target, job, FRESH);
	if (target->backup == NULL || target->made == NULL || target->fresh == NULL)
		return install_memory(reason);
	if (strlen(target->made) > NAME_MAX) {
		errno = ENAMETOOLONG;
		return target_failed(target, reason, "the name of a backup");
	}
	if (target_is_archived(target))
		return install_refuse(
		    reason, INSTALL_ARCHIVE, "%s: certbot numbers the files there", target->real);
	return 0;
}

/* Its folder, within the root. */
static int
target_open_folder(struct store_target *target, struct install_reason *reason)
{
	struct entries_source source = {0};
	char *folder = strndup(target->real, (size_t)(target->name - target->real));

	if (folder == NULL)
		return install_memory(reason);
	target->folder = file_open(target->root, folder, O_RDONLY | O_DIRECTORY);
	if (target->folder == -1)
		file_fault(&source);
	free(folder);
	return target->folder == -1 ? target_unreadable(reason, &source) : 0;
}

struct target_links {
	dev_t device;
	ino_t inode;
	nlink_t own;
};

static void
target_count_link(struct store_target *target, const char *name, void *closure)
{
	struct target_links *links = closure;
	struct stat status;

	if (target_job_of(target, name, "") != 0 &&
	    fstatat(target->folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
	    status.st_dev == links->device && status.st_ino == links->inode)
		links->own++;
}

/* Names of the file that are no backups of ours would keep the old certificate. */
static int
target_count_links(struct store_target *target, struct install_reason *reason)
{
	struct target_links links = {target->status.st_dev, target->status.st_ino, 1};

	if (target->status.st_nlink == 1)
		return 0;
	if (target_each(target, target_count_link, &links) == -1)
		return target_failed(target, reason, "its folder cannot be read");
	if (links.own >= target->status.st_nlink)
		return 0;
	return install_refuse(reason, INSTALL_HARD_LINKS, "%s: further names (hard links): %llu",
	    target->real, (unsigned long long)(target->status.st_nlink - links.own));
}

static bool
target_has(const struct store_target *target, const char *name)
{
	struct stat status;

	return fstatat(target->folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
	       S_ISREG(status.st_mode);
}

bool
target_has_backup(const struct store_target *target)
{
	return target_has(target, target->backup) || target_has(target, target->made);
}

int
target_open(struct store_target *target, const struct store_swap_wish *wish, const char *path,
    struct install_reason *reason)
{
	struct entries_source source = {0};
	int fd;

	*target = (struct store_target){.root = wish->root, .folder = -1};
	if (target_find(target, path, wish->job, reason) == -1 ||
	    target_open_folder(target, reason) == -1)
		return -1;
	if (wish->folders != NULL) {
		target->names = store_folders_names(wish->folders, target->folder);
		if (target->names == NULL)
			return target_failed(target, reason, "its folder cannot be read");
	}
	target->has_backup = target_has_backup(target);
	fd = openat(target->folder, target->name,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd == -1 && errno == ENOENT)
		return 0;
	target->exists = true;
	if (fd != -1 && fstat(fd, &target->status) == -1) {
		close(fd);
		return target_failed(target, reason, "it cannot be looked at");
	}
	if (fd == -1 && errno == ELOOP)
		errno = EISDIR; /* a thing that is no file */
	if (file_read_fd(fd, &target->bytes, &source) == -1)
		return target_unreadable(reason, &source);
	return target_count_links(target, reason);
}

void
target_close(struct store_target *target)
{
	if (target->folder != -1)
		close(target->folder);
	file_release(&target->bytes);
	free(target->backup);
	free(target->made);
	free(target->fresh);
	free(target->real);
	*target = (struct store_target){.folder = -1};
}

static void
target_sweep_one(struct store_target *target, const char *name, void *closure)
{
	(void)closure;
	if (target_job_of(target, name, FRESH) != 0 || target_job_of(target, name, COPY) != 0)
		(void)unlinkat(target->folder, name, 0);
}

void
target_sweep(struct store_target *target)
{
	(void)target_each(target, target_sweep_one, NULL);
}

/* ---- written ------------------------------------------------------------------------------ */

/* The attributes of the old file, or the mode of a new one. */
static int
target_dress(struct store_target *target, int fd, unsigned mode, struct install_reason *reason)
{
	const char *wrong;
	int old;

	if (!target->exists)
		return fchmod(fd, mode) == 0
			   ? 0
			   : target_failed(target, reason, "its mode cannot be set");
	old = openat(target->folder, target->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (old == -1)
		return target_failed(target, reason, "it cannot be opened");
	wrong = file_attributes_copy(old, fd, &target->status);
	if (wrong != NULL && errno == ENOMEM)
		install_memory(reason);
	else if (wrong != NULL)
		(void)install_refuse(reason, INSTALL_ATTRIBUTES,
		    "%s: %s cannot be given to the new file: %s", target->real, wrong,
		    strerror(errno));
	close(old);
	return wrong == NULL ? 0 : -1;
}

int
target_write(struct store_target *target, const char *bytes, size_t length, unsigned mode,
    struct install_reason *reason)
{
	int fd = openat(target->folder, target->fresh,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	int rc = 0;

	if (fd == -1)
		return target_failed(target, reason, "its new file cannot be made beside it");
	target->is_written = true;
	target->is_swapped = false;
	/* The attributes after the bytes: to write takes some of them away. */
	if (write_all(fd, bytes, length) == -1)
		rc = target_failed(target, reason, "its new file cannot be written");
	else if (target_dress(target, fd, mode, reason) == -1)
		rc = -1;
	else if (fsync(fd) == -1)
		rc = target_failed(target, reason, "its new file cannot be synced");
	if (close(fd) == -1 && rc == 0)
		rc = target_failed(target, reason, "its new file cannot be written");
	return rc;
}

int
target_read_back(struct store_target *target, bool placed, struct file_bytes *bytes,
    struct install_reason *reason)
{
	struct entries_source source = {0};

	if (file_read_at(target->folder, placed ? target->name : target->fresh, bytes, &source) ==
	    0)
		return 0;
	if (source.reason.why == READABLE)
		return install_memory(reason);
	return install_refuse(reason, INSTALL_WRITE, "%s: the new file cannot be read back: %s",
	    target->real, source.reason.text);
}

void
target_discard(struct store_target *target)
{
	if (target->is_written && !target->is_swapped)
		(void)unlinkat(target->folder, target->fresh, 0);
	target->is_written = false;
}

/* ---- the backup --------------------------------------------------------------------------- */

/* Where the file system has no hard links, or the user may not make one of this file. */
static bool
target_needs_copy(int number)
{
	return number == EPERM || number == EMLINK || number == EOPNOTSUPP || number == ENOSYS ||
	       number == EXDEV;
}

/* A copy that appears whole under its name. */
static int
target_copy(struct store_target *target, struct install_reason *reason)
{
	struct store_target copy = *target;
	char *fresh = NULL;
	int rc;

	if (asprintf(&fresh, "%s" COPY, target->backup) == -1)
		return install_memory(reason);
	copy.fresh = fresh;
	rc = target_write(
	    &copy, (const char *)target->bytes.bytes, target->bytes.length, 0600, reason);
	if (rc == 0 && renameat(target->folder, fresh, target->folder, target->backup) == -1)
		rc = target_failed(target, reason, "its backup cannot be made");
	if (rc == -1)
		(void)unlinkat(target->folder, fresh, 0);
	free(fresh);
	return rc;
}

static int
target_mark_made(struct store_target *target, struct install_reason *reason)
{
	int fd = openat(target->folder, target->made,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd == -1 && errno != EEXIST)
		return target_failed(target, reason, "its mark cannot be made beside it");
	if (fd != -1)
		close(fd);
	return 0;
}

/* A backup that is there already is of an earlier try of the job: the file of before it. */
int
target_back_up(struct store_target *target, struct install_reason *reason)
{
	int rc = target_note(target, target->exists ? target->backup : target->made, reason);

	if (rc == -1)
		return -1;
	if (!target->exists)
		return target_mark_made(target, reason);
	if (target_has(target, target->made))
		return 0;
	if (linkat(target->folder, target->name, target->folder, target->backup, 0) == -1) {
		if (errno == EEXIST && target_has(target, target->backup))
			return 0;
		rc = target_needs_copy(errno)
			 ? target_copy(target, reason)
			 : target_failed(target, reason, "its backup cannot be made beside it");
	}
	target->is_backed_up = rc == 0;
	return rc;
}

/* Whether the file and its backup are one. */
static bool
target_is_its_backup(const struct store_target *target)
{
	struct stat backup, now;

	return fstatat(target->folder, target->name, &now, AT_SYMLINK_NOFOLLOW) == 0 &&
	       fstatat(target->folder, target->backup, &backup, AT_SYMLINK_NOFOLLOW) == 0 &&
	       backup.st_dev == now.st_dev && backup.st_ino == now.st_ino;
}

void
target_forget_backup(struct store_target *target)
{
	if (!target->exists)
		(void)unlinkat(target->folder, target->made, 0);
	else if (target->is_backed_up || target_is_its_backup(target))
		(void)unlinkat(target->folder, target->backup, 0);
	target->is_backed_up = false;
}

/* Whether the file is still the one that was read. */
static bool
target_is_unchanged(const struct store_target *target)
{
	const struct stat *was = &target->status;
	struct stat is;

	if (fstatat(target->folder, target->name, &is, AT_SYMLINK_NOFOLLOW) == -1)
		return !target->exists && errno == ENOENT;
	return target->exists && is.st_dev == was->st_dev && is.st_ino == was->st_ino &&
	       is.st_size == was->st_size && is.st_mtim.tv_sec == was->st_mtim.tv_sec &&
	       is.st_mtim.tv_nsec == was->st_mtim.tv_nsec;
}

int
target_swap(struct store_target *target, struct install_reason *reason)
{
	if (!target_is_unchanged(target))
		return install_refuse(
		    reason, INSTALL_CHANGED, "%s: somebody has changed it meanwhile", target->real);
	if (renameat(target->folder, target->fresh, target->folder, target->name) == -1)
		return target_failed(target, reason, "the new file cannot take its place");
	target->is_swapped = true;
	return 0;
}

int
target_sync(struct store_target *target, struct install_reason *reason)
{
	/* EINVAL: the file system cannot sync a folder. */
	return fsync(target->folder) == 0 || errno == EINVAL
		   ? 0
		   : target_failed(target, reason, "its folder cannot be synced");
}

static int
target_stays_new(const struct store_target *target, struct install_reason *reason)
{
	(void)target_failed(target, reason, "the old file cannot be put back");
	if (reason->why == INSTALL_WRITE)
		reason->why = INSTALL_RESTORE;
	return -1;
}

int
target_put_back(struct store_target *target, struct install_reason *reason)
{
	if (renameat(target->folder, target->backup, target->folder, target->name) == 0) {
		/* Two names of one file stay both. */
		(void)unlinkat(target->folder, target->backup, 0);
		return 0;
	}
	if (errno == ENOENT && target_has(target, target->made) &&
	    (unlinkat(target->folder, target->name, 0) == 0 || errno == ENOENT) &&
	    unlinkat(target->folder, target->made, 0) == 0)
		return 0;
	return errno == ENOENT ? 0 : target_stays_new(target, reason);
}

int
target_undo(struct store_target *target, struct install_reason *reason)
{
	if (!target_has_backup(target))
		return target_stays_new(target, reason);
	return target_put_back(target, reason);
}

/* ---- old backups -------------------------------------------------------------------------- */

struct target_backups {
	int64_t *jobs;
	size_t count, capacity;
	bool failed;
};

static void
target_note_backup(struct store_target *target, const char *name, void *closure)
{
	struct target_backups *backups = closure;
	int64_t job = target_job_of(target, name, "");

	if (job == 0)
		job = target_job_of(target, name, MADE);
	for (size_t i = 0; i < backups->count; i++)
		if (backups->jobs[i] == job) /* both a backup and a mark */
			job = 0;
	if (job == 0)
		return;
	if (backups->count == backups->capacity) {
		size_t capacity = backups->capacity * 2 + 16;
		int64_t *jobs = reallocarray(backups->jobs, capacity, sizeof(*jobs));

		backups->failed |= jobs == NULL;
		if (jobs == NULL)
			return;
		backups->jobs = jobs;
		backups->capacity = capacity;
	}
	backups->jobs[backups->count++] = job;
}

static int
target_newest_first(const void *a, const void *b)
{
	int64_t one = *(const int64_t *)a, other = *(const int64_t *)b;

	return one > other ? -1 : one < other;
}

static int
target_remove_backup(struct store_target *target, int64_t job, struct install_reason *reason)
{
	static const char *const ends[] = {"", MADE};

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		char *name = target_name(target, job, ends[i]);
		int rc = name == NULL ? -1 : unlinkat(target->folder, name, 0);
		int number = errno;

		free(name);
		if (name == NULL)
			return install_memory(reason);
		errno = number;
		if (rc == -1 && errno != ENOENT)
			return target_failed(target, reason, "an old backup cannot be removed");
	}
	return 0;
}

int
target_trim(struct store_target *target, size_t keep, struct install_reason *reason)
{
	struct target_backups backups = {0};
	int rc = 0;

	if (target_each(target, target_note_backup, &backups) == -1)
		rc = target_failed(target, reason, "its folder cannot be read");
	else if (backups.failed)
		rc = install_memory(reason);
	if (rc == 0 && backups.count > 0)
		qsort(backups.jobs, backups.count, sizeof(*backups.jobs), target_newest_first);
	for (size_t i = keep; rc == 0 && i < backups.count; i++)
		rc = target_remove_backup(target, backups.jobs[i], reason);
	free(backups.jobs);
	return rc;
}
