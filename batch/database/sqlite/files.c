#include "database/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What SQLite keeps beside a database. */
static const char *const beside[] = {"-journal", "-wal", "-shm"};
#define BESIDE_COUNT (sizeof(beside) / sizeof(beside[0]))

/* ---- names ------------------------------------------------------------------------------ */

static bool
files_ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), most = strlen(end);

	return length >= most && strcmp(text + length - most, end) == 0;
}

bool
files_is_making(const char *name, const char *base)
{
	static const char init[] = ".init-";
	size_t length = strlen(base);
	size_t digits;

	if (strncmp(name, base, length) != 0 || strncmp(name + length, init, sizeof(init) - 1) != 0)
		return false;
	name += length + sizeof(init) - 1;
	digits = strspn(name, "0123456789");
	if (digits == 0)
		return false;
	/* Nothing, or SQLite's own, or the six characters of mkstemp(3) and perhaps SQLite's. */
	name += digits;
	if (name[0] == '.' && strlen(name) >= 7 && strchr(name + 1, '.') == NULL)
		name += 7;
	if (name[0] == '\0')
		return true;
	for (size_t i = 0; i < BESIDE_COUNT; i++)
		if (strcmp(name, beside[i]) == 0)
			return true;
	return false;
}

/* Whether it ends as the name of a file that `init` makes. */
static bool
files_is_of_init(const char *database)
{
	const char *slash = strrchr(database, '/'), *name = slash == NULL ? database : slash + 1;

	for (const char *dot = strchr(name, '.'); dot != NULL; dot = strchr(dot + 1, '.'))
		if (files_is_making(dot, ""))
			return true;
	return false;
}

const char *
files_fault(const char *database)
{
	static const char *const taken[] = {"-journal", "-wal", "-shm", ".lock", ".key"};
	size_t length = strlen(database);

	if (length == 0)
		return "is no name: expected the path of a file";
	if (strcmp(database, ":memory:") == 0 || strncmp(database, "file:", 5) == 0)
		return "means no file to SQLite: expected the path of one, with ./ before such a "
		       "name";
	if (database[length - 1] == '/')
		return "is the name of a folder: expected the path of a file";
	for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++)
		if (files_ends_with(database, taken[i]))
			return "ends as the name of a file that lies beside a database: expected "
			       "the path of the database itself";
	return files_is_of_init(database)
		   ? "is as `init` names what it is making: expected another name"
		   : NULL;
}

const char *
files_key_fault(const char *database, const char *key)
{
	size_t length = strlen(database);

	if (key[0] == '\0')
		return "is no name: expected the path of a file";
	if (strncmp(key, database, length) != 0)
		return NULL;
	key += length;
	if (key[0] == '\0')
		return "is the database: expected the path of its key file";
	for (size_t i = 0; i < BESIDE_COUNT; i++)
		if (strcmp(key, beside[i]) == 0)
			return "is a name that SQLite uses: expected another";
	return strcmp(key, ".lock") == 0 || strcmp(key, ".deploy.lock") == 0
		   ? "is a lock file: expected the path of the key file"
	       : files_is_making(key, "")
		   ? "is as `init` names what it is making: expected another "
		     "name"
		   : NULL;
}

/* ---- kinds ------------------------------------------------------------------------------ */

static const char *
files_kind(mode_t mode)
{
	return S_ISDIR(mode)    ? "a folder"
	       : S_ISLNK(mode)  ? "a symbolic link"
	       : S_ISFIFO(mode) ? "a named pipe"
	       : S_ISSOCK(mode) ? "a socket"
				: "a device";
}

int
files_refuse(const char *path, const struct stat *status, const char *expected, struct error *err)
{
	if (!S_ISREG(status->st_mode))
		return error_set(err, ERROR_STORAGE, path, "%s: expected %s",
		    files_kind(status->st_mode), expected);
	return error_set(err, ERROR_STORAGE, path,
	    "it has %llu names (hard links), so it may be a file of somebody else: expected %s",
	    (unsigned long long)status->st_nlink, expected);
}

static int
files_verify_beside(const char *real, struct error *err)
{
	char path[4096 + 16];
	struct stat status;

	for (size_t i = 0; i < BESIDE_COUNT; i++) {
		snprintf(path, sizeof(path), "%s%s", real, beside[i]);
		if (lstat(path, &status) == -1)
			continue; /* not there, or SQLite will say */
		if (!S_ISREG(status.st_mode) || status.st_nlink > 1)
			return files_refuse(path, &status, "a file that SQLite made, or none", err);
	}
	return 0;
}

/* ---- several names ---------------------------------------------------------------------- */

/* The names of one file in one folder. */
struct files_names {
	int folder;
	const char *base; /* the name that it was asked for by */
	struct stat status;
	uint64_t count;  /* names found */
	uint64_t left;   /* of these, those that an `init` left; a writer removes them */
	bool journal;    /* SQLite keeps something beside one of them */
	char other[256]; /* one that is neither, "" */
};

static bool
files_is_of(const struct files_names *names, const char *name)
{
	struct stat status;

	return fstatat(names->folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
	       status.st_dev == names->status.st_dev && status.st_ino == names->status.st_ino;
}

static bool
files_has_journal(const struct files_names *names, const char *name)
{
	char path[256 + 16]; /* a name has 255 bytes at the most */
	struct stat status;

	for (size_t i = 0; i < BESIDE_COUNT; i++) {
		snprintf(path, sizeof(path), "%s%s", name, beside[i]);
		if (fstatat(names->folder, path, &status, AT_SYMLINK_NOFOLLOW) == 0)
			return true;
	}
	return false;
}

static void
files_look_at(struct files_names *names, const char *name, enum files_use use)
{
	if (!files_is_of(names, name))
		return;
	names->count++;
	if (files_has_journal(names, name))
		names->journal = true;
	if (strcmp(name, names->base) == 0)
		return;
	if (!files_is_making(name, names->base))
		snprintf(names->other, sizeof(names->other), "%s", name);
	else if (use != FILES_WRITE || unlinkat(names->folder, name, 0) == 0)
		names->left++;
}

static int
files_read_names(struct files_names *names, const char *real, enum files_use use, struct error *err)
{
	int fd = openat(names->folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *folder = fd == -1 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (folder == NULL) {
		error_errno(err, real, "it has several names, and its folder cannot be read");
		if (fd != -1)
			close(fd);
		return -1;
	}
	while ((entry = readdir(folder)) != NULL)
		files_look_at(names, entry->d_name, use);
	closedir(folder);
	return 0;
}

static int
files_refuse_names(const struct files_names *names, const char *database, struct error *err)
{
	const char *other = names->other;

	return error_set(err, ERROR_STORAGE, database,
	    "it has %llu names (hard links%s%s), and its journal and its lock are found under one "
	    "of them only: remove the others, and keep the one that has a -journal beside it",
	    (unsigned long long)(names->status.st_nlink -
				 (names->other[0] == '\0' ? 0 : names->left)),
	    other[0] == '\0' ? "" : ", one is ", other);
}

/* Of a file with several names: which they are, and whether that is harmless. */
static int
files_verify_names(const char *database, const char *real, struct files_names *names,
    enum files_use use, struct error *err)
{
	uint64_t links = names->status.st_nlink;

	if (files_read_names(names, real, use, err) == -1)
		return -1;
	if (use == FILES_READ ? names->count >= links && !names->journal : names->left + 1 >= links)
		return 0;
	return files_refuse_names(names, database, err);
}

static int
files_verify_real(const char *database, char *real, enum files_use use, struct error *err)
{
	struct files_names names = {.folder = -1};
	char *slash = strrchr(real, '/'); /* it is absolute */
	int rc = -1;

	if (files_verify_beside(real, err) == -1)
		return -1;
	if (stat(real, &names.status) == -1)
		return error_errno(err, database, "the database cannot be opened");
	if (!S_ISREG(names.status.st_mode))
		return error_set(err, ERROR_STORAGE, database,
		    "not a database: expected a file made by `pfxreplace init`");
	if (names.status.st_nlink <= 1)
		return 0;
	*slash = '\0';
	names.base = slash + 1;
	names.folder = open(slash == real ? "/" : real, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (names.folder == -1)
		return error_errno(err, database, "its folder cannot be opened");
	rc = files_verify_names(database, real, &names, use, err);
	close(names.folder);
	return rc;
}

int
files_verify(const char *database, enum files_use use, struct error *err)
{
	char *real = realpath(database, NULL);
	int rc;

	if (real == NULL && errno == ENOMEM)
		return error_memory(err);
	if (real == NULL)
		return error_errno(err, database, "no database (`pfxreplace init` makes one)");
	rc = files_verify_real(database, real, use, err);
	free(real);
	return rc;
}
