/*
 * Stands in front of libc's calls that change files (LD_PRELOAD), and counts those that change
 * the folder under test. At the n-th of them it does what it was asked for:
 *
 *	TORTURE_FOLDER  absolute path of the folder, no symbolic link in it; all below it counts
 *	TORTURE_MODE    count   nothing
 *	                kill    SIGKILL before it
 *	                torn    SIGKILL after the first half of a write; before anything else
 *	                short   a write of which half is taken, and the rest later
 *	                eio     it fails with EIO, once
 *	                enospc  it fails with ENOSPC, once
 *	                full    from there on all that needs space fails with ENOSPC
 *	                gone    from there on everything fails with EIO
 *	                read    the n-th read fails with EIO, once
 *	TORTURE_AT      n, from 1
 *	TORTURE_LOG     a file outside of the folder that gets a line an operation, of
 *	                NUMBER VERB RESULT ERRNO FD OFFSET LENGTH NAME OTHER with tabs between
 *	TORTURE_DATA    a file that gets the bytes of all writes, one behind the other
 *
 * Verbs: create, tmpfile, write, truncate, allocate, sync, rename, unlink, link, close; read in
 * its mode; not counted (NUMBER 0) open, and exit with the status. After the line of an
 * operation that was made to fail or killed comes another one, "NUMBER fault MODE VERB NAME".
 *
 * libc's own inner calls do not come by here: what writes through stdio is not seen.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FILES_MOST 1024
#define LOG_FD 1000 /* out of the way of the program's */
#define DATA_FD 1001
#define NAME_SIZE 512

enum mode {
	MODE_COUNT,
	MODE_KILL,
	MODE_TORN,
	MODE_SHORT,
	MODE_EIO,
	MODE_ENOSPC,
	MODE_FULL,
	MODE_GONE,
	MODE_READ
};

static const char *const modes[] = {
    "count", "kill", "torn", "short", "eio", "enospc", "full", "gone", "read"};

enum verdict { GO, HALF, FAIL };

/* One call that is about to be made. */
struct operation {
	const char *verb;
	const char *name;  /* in the folder */
	const char *other; /* of a link or a rename, the new name */
	int fd;
	int64_t offset;
	int64_t length;
	bool space; /* needs space on the disk */
	int number;
	enum verdict verdict;
	int error;
};

static struct {
	bool on;
	char folder[PATH_MAX];
	size_t folder_length;
	enum mode mode;
	int at;
	bool log;
	bool data;
	int count;
	bool fired;                        /* a short write was taken: what follows is full */
	char names[FILES_MOST][NAME_SIZE]; /* by descriptor; "": not of the folder */
	pthread_mutex_t mutex;
} torture = {.mutex = PTHREAD_MUTEX_INITIALIZER};

/* ---- set-up ----------------------------------------------------------------------------- */

static int
raw_open(int folder, const char *path, int flags, mode_t mode)
{
	return (int)syscall(SYS_openat, folder, path, flags, mode);
}

static void
write_log(const char *format, ...)
{
	char line[4096];
	va_list arguments;
	int length;

	if (!torture.log)
		return;
	va_start(arguments, format);
	length = vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	if (syscall(SYS_write, LOG_FD, line, (size_t)length) != length)
		abort();
}

static bool
open_output(const char *variable, int fd)
{
	const char *path = getenv(variable);
	int opened;

	if (path == NULL)
		return false;
	opened = raw_open(AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND, 0600);
	if (opened == -1 || syscall(SYS_dup3, opened, fd, O_CLOEXEC) == -1)
		abort();
	syscall(SYS_close, opened);
	return true;
}

static void
log_exit(int status, void *unused)
{
	(void)unused;
	write_log("0\texit\t%d\t0\t-1\t0\t0\t\t\n", status);
}

__attribute__((constructor)) static void
set_up(void)
{
	const char *folder = getenv("TORTURE_FOLDER"), *mode = getenv("TORTURE_MODE");
	const char *at = getenv("TORTURE_AT");

	if (folder == NULL)
		return;
	torture.folder_length = strlen(folder);
	if (torture.folder_length >= sizeof(torture.folder))
		abort();
	memcpy(torture.folder, folder, torture.folder_length + 1);
	for (size_t i = 0; mode != NULL && i < sizeof(modes) / sizeof(modes[0]); i++)
		if (strcmp(mode, modes[i]) == 0)
			torture.mode = (enum mode)i;
	torture.at = at == NULL ? 0 : (int)strtol(at, NULL, 10);
	torture.log = open_output("TORTURE_LOG", LOG_FD);
	torture.data = open_output("TORTURE_DATA", DATA_FD);
	torture.on = true;
	on_exit(log_exit, NULL);
}

/* ---- names ------------------------------------------------------------------------------ */

/* Takes "." parts and double slashes out of an absolute path, in place. */
static void
straighten(char *path)
{
	char *to = path;

	for (const char *from = path; *from != '\0';) {
		if (from[0] == '/' && from[1] == '/') {
			from++;
		} else if (from[0] == '/' && from[1] == '.' &&
			   (from[2] == '/' || from[2] == '\0')) {
			from += 2;
		} else {
			*to++ = *from++;
		}
	}
	*to = '\0';
}

/*
 * The name in the folder under test of a path seen from a folder's descriptor; the folder itself
 * is ".". False: not in it. "/proc/self/fd/N" is "#N" where N is of the folder.
 */
static bool
find_name(int folder, const char *path, char name[NAME_SIZE])
{
	char whole[2 * PATH_MAX], base[PATH_MAX] = "", proc[64];
	ssize_t length;
	int fd;

	if (!torture.on)
		return false;
	if (sscanf(path, "/proc/self/fd/%d", &fd) == 1) {
		if (fd < 0 || fd >= FILES_MOST || torture.names[fd][0] == '\0')
			return false;
		snprintf(name, NAME_SIZE, "#%d", fd);
		return true;
	}
	if (path[0] != '/') {
		snprintf(proc, sizeof(proc), "/proc/self/fd/%d", folder);
		length = syscall(SYS_readlink, folder == AT_FDCWD ? "/proc/self/cwd" : proc, base,
		    sizeof(base) - 1);
		base[length < 0 ? 0 : length] = '\0';
	}
	snprintf(whole, sizeof(whole), "%s/%s", base, path);
	straighten(whole);
	if (strncmp(whole, torture.folder, torture.folder_length) != 0)
		return false;
	if (whole[torture.folder_length] == '\0') {
		snprintf(name, NAME_SIZE, ".");
		return true;
	}
	if (whole[torture.folder_length] != '/' ||
	    strlen(whole + torture.folder_length) > NAME_SIZE)
		return false;
	memcpy(name, whole + torture.folder_length + 1, strlen(whole + torture.folder_length));
	return true;
}

static bool
is_tracked(int fd)
{
	return torture.on && fd >= 0 && fd < FILES_MOST && torture.names[fd][0] != '\0';
}

static void
track(int fd, const char *name)
{
	if (fd >= FILES_MOST)
		abort();
	if (fd >= 0)
		memcpy(torture.names[fd], name, strlen(name) + 1);
}

/* ---- what becomes of an operation ------------------------------------------------------- */

static void
die(const struct operation *op)
{
	write_log("%d\tfault\t%s\t%s\t%s\n", op->number, modes[torture.mode], op->verb, op->name);
	syscall(SYS_kill, getpid(), SIGKILL);
	for (;;)
		pause();
}

static void
decide_at(struct operation *op)
{
	bool writes = strcmp(op->verb, "write") == 0 && op->length > 1;

	if (torture.mode == MODE_EIO || torture.mode == MODE_READ) {
		op->verdict = FAIL;
		op->error = EIO;
	} else if (torture.mode == MODE_ENOSPC) {
		op->verdict = FAIL;
		op->error = ENOSPC;
	} else if (torture.mode == MODE_KILL || (torture.mode == MODE_TORN && !writes)) {
		die(op);
	} else if ((torture.mode == MODE_SHORT || torture.mode == MODE_TORN) && writes) {
		op->verdict = HALF;
	}
}

/* A disk that is full takes a part first, and says so of the rest. */
static void
decide_full(struct operation *op)
{
	if (!torture.fired && strcmp(op->verb, "write") == 0 && op->length > 1) {
		op->verdict = HALF;
	} else {
		op->verdict = FAIL;
		op->error = ENOSPC;
	}
	torture.fired = true;
}

/* Counts an operation, takes the lock and says what becomes of it. */
static enum verdict
begin(struct operation *op)
{
	pthread_mutex_lock(&torture.mutex);
	op->verdict = GO;
	op->number = 0;
	if ((strcmp(op->verb, "read") == 0) != (torture.mode == MODE_READ))
		return GO;
	op->number = ++torture.count;
	if (torture.mode == MODE_GONE && op->number >= torture.at) {
		op->verdict = FAIL;
		op->error = EIO;
	} else if (torture.mode == MODE_FULL && op->number >= torture.at && op->space) {
		decide_full(op);
	} else if (op->number == torture.at) {
		decide_at(op);
	}
	return op->verdict;
}

static int64_t
end(const struct operation *op, int64_t result, const void *bytes)
{
	int error = errno;

	if (op->number != 0)
		write_log("%d\t%s\t%lld\t%d\t%d\t%lld\t%lld\t%s\t%s\n", op->number, op->verb,
		    (long long)result, result == -1 ? error : 0, op->fd, (long long)op->offset,
		    (long long)op->length, op->name, op->other == NULL ? "" : op->other);
	if (op->verdict != GO && op->number != 0)
		write_log(
		    "%d\tfault\t%s\t%s\t%s\n", op->number, modes[torture.mode], op->verb, op->name);
	if (torture.data && bytes != NULL && result > 0 &&
	    syscall(SYS_write, DATA_FD, bytes, (size_t)result) != result)
		abort();
	pthread_mutex_unlock(&torture.mutex);
	errno = error;
	return result;
}

static int
fail(const struct operation *op)
{
	errno = op->error;
	return (int)end(op, -1, NULL);
}

static int64_t
size_of(int fd)
{
	struct stat status;

	return fstat(fd, &status) == -1 ? 0 : (int64_t)status.st_size;
}

/* ---- files ------------------------------------------------------------------------------ */

static int
open_file(int folder, const char *path, int flags, mode_t mode)
{
	char name[NAME_SIZE];
	struct operation op = {.verb = "create", .name = name, .fd = -1, .space = true};
	struct stat status;
	int fd;

	if (!find_name(folder, path, name))
		return raw_open(folder, path, flags, mode);
	if ((flags & O_TMPFILE) == O_TMPFILE) {
		op.verb = "tmpfile";
	} else if ((flags & O_CREAT) == 0 ||
		   fstatat(folder, path, &status, AT_SYMLINK_NOFOLLOW) == 0) {
		fd = raw_open(folder, path, flags, mode);
		track(fd, name);
		if (fd != -1)
			write_log("0\topen\t%d\t0\t%d\t0\t0\t%s\t\n", fd, fd, name);
		return fd;
	}
	if (begin(&op) == FAIL)
		return fail(&op);
	op.fd = raw_open(folder, path, flags, mode);
	track(op.fd, name);
	return (int)end(&op, op.fd, NULL);
}

/* The mode of an open, which is there only where a file may be made. */
#define OPEN_MODE(mode, flags)                                            \
	do {                                                              \
		va_list arguments;                                        \
		va_start(arguments, flags);                               \
		if (((flags) & (O_CREAT | O_TMPFILE)) != 0)               \
			(mode) = (mode_t)va_arg(arguments, unsigned int); \
		va_end(arguments);                                        \
	} while (0)

int shim_open(const char *, int, ...) __asm__("open");
int shim_open64(const char *, int, ...) __asm__("open64");
int shim_openat(int, const char *, int, ...) __asm__("openat");
int shim_openat64(int, const char *, int, ...) __asm__("openat64");

int
shim_open(const char *path, int flags, ...)
{
	mode_t mode = 0;

	OPEN_MODE(mode, flags);
	return open_file(AT_FDCWD, path, flags, mode);
}

int
shim_open64(const char *path, int flags, ...)
{
	mode_t mode = 0;

	OPEN_MODE(mode, flags);
	return open_file(AT_FDCWD, path, flags, mode);
}

int
shim_openat(int folder, const char *path, int flags, ...)
{
	mode_t mode = 0;

	OPEN_MODE(mode, flags);
	return open_file(folder, path, flags, mode);
}

int
shim_openat64(int folder, const char *path, int flags, ...)
{
	mode_t mode = 0;

	OPEN_MODE(mode, flags);
	return open_file(folder, path, flags, mode);
}

/* libc's own would open the file by an inner call. */
static int
open_unique(char *pattern, int flags)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz012345";
	size_t length = strlen(pattern);
	unsigned char random[6];
	int fd;

	do {
		if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
			abort();
		for (size_t i = 0; i < sizeof(random); i++)
			pattern[length - 6 + i] = letters[random[i] % 32];
		fd = open_file(AT_FDCWD, pattern, flags | O_RDWR | O_CREAT | O_EXCL, 0600);
	} while (fd == -1 && errno == EEXIST);
	return fd;
}

int shim_mkostemp(char *, int) __asm__("mkostemp");
int shim_mkostemp64(char *, int) __asm__("mkostemp64");

int
shim_mkostemp(char *pattern, int flags)
{
	return open_unique(pattern, flags);
}

int
shim_mkostemp64(char *pattern, int flags)
{
	return open_unique(pattern, flags);
}

int shim_close(int) __asm__("close");

int
shim_close(int fd)
{
	struct operation op = {.verb = "close", .fd = fd};
	char name[NAME_SIZE];
	int rc;

	if (!is_tracked(fd))
		return (int)syscall(SYS_close, fd);
	memcpy(name, torture.names[fd], NAME_SIZE);
	op.name = name;
	begin(&op);
	torture.names[fd][0] = '\0';
	/* A close that fails has closed all the same. */
	rc = (int)syscall(SYS_close, fd);
	return op.verdict == FAIL ? fail(&op) : (int)end(&op, rc, NULL);
}

/* ---- contents --------------------------------------------------------------------------- */

/* offset -1: where the file stands. */
static ssize_t
write_file(int fd, const void *bytes, size_t length, int64_t offset)
{
	struct operation op = {.verb = "write", .fd = fd, .length = (int64_t)length};
	int64_t result;

	if (!is_tracked(fd))
		return offset == -1 ? syscall(SYS_write, fd, bytes, length)
				    : syscall(SYS_pwrite64, fd, bytes, length, offset);
	op.name = torture.names[fd];
	op.offset = offset == -1 ? syscall(SYS_lseek, fd, 0, SEEK_CUR) : offset;
	op.space = op.offset + op.length > size_of(fd);
	if (begin(&op) == FAIL)
		return fail(&op);
	if (op.verdict == HALF)
		length /= 2;
	result = offset == -1 ? syscall(SYS_write, fd, bytes, length)
			      : syscall(SYS_pwrite64, fd, bytes, length, offset);
	if (op.verdict == HALF && torture.mode == MODE_TORN)
		die(&op);
	return end(&op, result, bytes);
}

ssize_t shim_write(int, const void *, size_t) __asm__("write");
ssize_t shim_pwrite(int, const void *, size_t, off_t) __asm__("pwrite");
ssize_t shim_pwrite64(int, const void *, size_t, off_t) __asm__("pwrite64");

ssize_t
shim_write(int fd, const void *bytes, size_t length)
{
	return write_file(fd, bytes, length, -1);
}

ssize_t
shim_pwrite(int fd, const void *bytes, size_t length, off_t offset)
{
	return write_file(fd, bytes, length, offset);
}

ssize_t
shim_pwrite64(int fd, const void *bytes, size_t length, off_t offset)
{
	return write_file(fd, bytes, length, offset);
}

static ssize_t
read_file(int fd, void *bytes, size_t length, int64_t offset)
{
	struct operation op = {
	    .verb = "read", .fd = fd, .offset = offset, .length = (int64_t)length};

	if (is_tracked(fd) && torture.mode == MODE_READ) {
		op.name = torture.names[fd];
		if (begin(&op) == FAIL)
			return fail(&op);
		end(&op, 0, NULL);
	}
	return offset == -1 ? syscall(SYS_read, fd, bytes, length)
			    : syscall(SYS_pread64, fd, bytes, length, offset);
}

ssize_t shim_read(int, void *, size_t) __asm__("read");
ssize_t shim_pread(int, void *, size_t, off_t) __asm__("pread");
ssize_t shim_pread64(int, void *, size_t, off_t) __asm__("pread64");

ssize_t
shim_read(int fd, void *bytes, size_t length)
{
	return read_file(fd, bytes, length, -1);
}

ssize_t
shim_pread(int fd, void *bytes, size_t length, off_t offset)
{
	return read_file(fd, bytes, length, offset);
}

ssize_t
shim_pread64(int fd, void *bytes, size_t length, off_t offset)
{
	return read_file(fd, bytes, length, offset);
}

static int
truncate_file(int fd, int64_t length)
{
	struct operation op = {.verb = "truncate", .fd = fd, .length = length};

	if (!is_tracked(fd))
		return (int)syscall(SYS_ftruncate, fd, length);
	op.name = torture.names[fd];
	op.space = length > size_of(fd);
	if (begin(&op) == FAIL)
		return fail(&op);
	return (int)end(&op, syscall(SYS_ftruncate, fd, length), NULL);
}

int shim_ftruncate(int, off_t) __asm__("ftruncate");
int shim_ftruncate64(int, off_t) __asm__("ftruncate64");

int
shim_ftruncate(int fd, off_t length)
{
	return truncate_file(fd, length);
}

int
shim_ftruncate64(int fd, off_t length)
{
	return truncate_file(fd, length);
}

static int
allocate_file(int fd, int mode, int64_t offset, int64_t length)
{
	struct operation op = {
	    .verb = "allocate", .fd = fd, .offset = offset, .length = length, .space = true};

	if (!is_tracked(fd))
		return (int)syscall(SYS_fallocate, fd, mode, offset, length);
	op.name = torture.names[fd];
	if (begin(&op) == FAIL)
		return fail(&op);
	return (int)end(&op, syscall(SYS_fallocate, fd, mode, offset, length), NULL);
}

int shim_fallocate(int, int, off_t, off_t) __asm__("fallocate");
int shim_fallocate64(int, int, off_t, off_t) __asm__("fallocate64");
int shim_posix_fallocate(int, off_t, off_t) __asm__("posix_fallocate");
int shim_posix_fallocate64(int, off_t, off_t) __asm__("posix_fallocate64");

int
shim_fallocate(int fd, int mode, off_t offset, off_t length)
{
	return allocate_file(fd, mode, offset, length);
}

int
shim_fallocate64(int fd, int mode, off_t offset, off_t length)
{
	return allocate_file(fd, mode, offset, length);
}

int
shim_posix_fallocate(int fd, off_t offset, off_t length)
{
	return allocate_file(fd, 0, offset, length) == -1 ? errno : 0;
}

int
shim_posix_fallocate64(int fd, off_t offset, off_t length)
{
	return allocate_file(fd, 0, offset, length) == -1 ? errno : 0;
}

static int
sync_file(int fd, long call)
{
	struct operation op = {.verb = "sync", .fd = fd};

	if (!is_tracked(fd))
		return (int)syscall(call, fd);
	op.name = torture.names[fd];
	if (begin(&op) == FAIL)
		return fail(&op);
	return (int)end(&op, syscall(call, fd), NULL);
}

int shim_fsync(int) __asm__("fsync");
int shim_fdatasync(int) __asm__("fdatasync");

int
shim_fsync(int fd)
{
	return sync_file(fd, SYS_fsync);
}

int
shim_fdatasync(int fd)
{
	return sync_file(fd, SYS_fdatasync);
}

/* ---- names in folders ------------------------------------------------------------------- */

static int
rename_file(int old_folder, const char *old, int folder, const char *path, unsigned int flags)
{
	char name[NAME_SIZE], other[NAME_SIZE] = "";
	struct operation op = {.verb = "rename", .name = name, .other = other, .fd = -1};

	if (!find_name(old_folder, old, name))
		return (int)syscall(SYS_renameat2, old_folder, old, folder, path, flags);
	if (!find_name(folder, path, other))
		abort(); /* out of the folder under test: no test does */
	if (begin(&op) == FAIL)
		return fail(&op);
	return (int)end(&op, syscall(SYS_renameat2, old_folder, old, folder, path, flags), NULL);
}

int shim_rename(const char *, const char *) __asm__("rename");
int shim_renameat(int, const char *, int, const char *) __asm__("renameat");
int shim_renameat2(int, const char *, int, const char *, unsigned int) __asm__("renameat2");

int
shim_rename(const char *old, const char *path)
{
	return rename_file(AT_FDCWD, old, AT_FDCWD, path, 0);
}

int
shim_renameat(int old_folder, const char *old, int folder, const char *path)
{
	return rename_file(old_folder, old, folder, path, 0);
}

int
shim_renameat2(int old_folder, const char *old, int folder, const char *path, unsigned int flags)
{
	return rename_file(old_folder, old, folder, path, flags);
}

static int
link_file(int old_folder, const char *old, int folder, const char *path, int flags)
{
	char name[NAME_SIZE], other[NAME_SIZE] = "";
	struct operation op = {
	    .verb = "link", .name = name, .other = other, .fd = -1, .space = true};

	if (!find_name(old_folder, old, name))
		return (int)syscall(SYS_linkat, old_folder, old, folder, path, flags);
	if (!find_name(folder, path, other))
		abort();
	if (begin(&op) == FAIL)
		return fail(&op);
	return (int)end(&op, syscall(SYS_linkat, old_folder, old, folder, path, flags), NULL);
}

int shim_link(const char *, const char *) __asm__("link");
int shim_linkat(int, const char *, int, const char *, int) __asm__("linkat");

int
shim_link(const char *old, const char *path)
{
	return link_file(AT_FDCWD, old, AT_FDCWD, path, 0);
}

int
shim_linkat(int old_folder, const char *old, int folder, const char *path, int flags)
{
	return link_file(old_folder, old, folder, path, flags);
}

static int
unlink_file(int folder, const char *path, int flags)
{
	char name[NAME_SIZE];
	struct operation op = {.verb = "unlink", .name = name, .fd = -1};

	if (!find_name(folder, path, name))
		return (int)syscall(SYS_unlinkat, folder, path, flags);
	if (begin(&op) == FAIL)
		return fail(&op);
	return (int)end(&op, syscall(SYS_unlinkat, folder, path, flags), NULL);
}

int shim_unlink(const char *) __asm__("unlink");
int shim_unlinkat(int, const char *, int) __asm__("unlinkat");

int
shim_unlink(const char *path)
{
	return unlink_file(AT_FDCWD, path, 0);
}

int
shim_unlinkat(int folder, const char *path, int flags)
{
	return unlink_file(folder, path, flags);
}
