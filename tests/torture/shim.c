/*
 * Stands in front of libc's calls that change files (LD_PRELOAD), and counts those that change
 * the folder under test. At the n-th of them it does what TORTURE_MODE says:
 *
 *	TORTURE_FOLDER  absolute path of the folder, no symbolic link in it; all below it counts
 *	TORTURE_MODE    count   nothing
 *	                kill    SIGKILL before it
 *	                torn    SIGKILL after the first half of a write; before anything else
 *	                short   a write takes half of the bytes, and the rest later
 *	                eio     it fails with EIO, once
 *	                enospc  it fails with ENOSPC, once
 *	                full    from then on all that needs space fails with ENOSPC
 *	                gone    from then on everything fails with EIO
 *	                read    the n-th read fails with EIO, once
 *	TORTURE_AT      n, from 1
 *	TORTURE_LOG     a file outside of the folder that gets a line an operation, of
 *	                NUMBER VERB RESULT ERRNO FD OFFSET LENGTH NAME OTHER with tabs between
 *	TORTURE_DATA    a file that gets the bytes of all writes, one after the other
 *
 * Verbs: create, tmpfile, write, truncate, allocate, sync, rename, unlink, link, close, owner, mode
 * (which is the OFFSET), attribute; read in its mode; not counted (NUMBER 0) open, and exit with
 *the status. After the line of an operation that was made to fail or killed comes another one,
 *"NUMBER fault MODE VERB NAME".
 *
 * It does not see calls inside libc: writes through stdio are not counted.
 */
#include "shim.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FILES_MOST 1024
#define LOG_FD 1000 /* higher than those of the program */
#define DATA_FD 1001

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

/* Takes "." parts, double slashes and the last one out of an absolute path, in place. */
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
	while (to > path + 1 && to[-1] == '/')
		to--;
	*to = '\0';
}

bool
name_find(int folder, const char *path, char name[NAME_SIZE])
{
	char whole[2 * PATH_MAX], base[PATH_MAX] = "", proc[64];
	ssize_t length;
	int fd;

	if (!torture.on)
		return false;
	if (strncmp(path, "/proc/self/fd/", 14) == 0) {
		fd = (int)strtol(path + 14, NULL, 10);
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

const char *
name_of(int fd)
{
	if (!torture.on || fd < 0 || fd >= FILES_MOST || torture.names[fd][0] == '\0')
		return NULL;
	return torture.names[fd];
}

void
name_track(int fd, const char *name)
{
	if (fd >= FILES_MOST)
		abort();
	if (fd >= 0)
		snprintf(torture.names[fd], NAME_SIZE, "%s", name == NULL ? "" : name);
}

/* ---- the fate of an operation -------------------------------------------------------------- */

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

/* A full disk first takes a part of the write, and fails for the rest. */
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

enum verdict
operation_begin(struct operation *op)
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

int64_t
operation_end(const struct operation *op, int64_t result, const void *bytes)
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

int
operation_fail(const struct operation *op)
{
	errno = op->error;
	return (int)operation_end(op, -1, NULL);
}

void
operation_half(const struct operation *op)
{
	if (op->verdict == HALF && torture.mode == MODE_TORN)
		die(op);
}

void
operation_opened(int fd, const char *name)
{
	write_log("0\topen\t%d\t0\t%d\t0\t0\t%s\t\n", fd, fd, name);
}
