#ifndef TORTURE_SHIM_H
#define TORTURE_SHIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define NAME_SIZE 512

enum verdict { GO, HALF, FAIL };

/* One call that is about to be made. */
struct operation {
	const char *verb;
	const char *name;  /* in the folder */
	const char *other; /* of a link or a rename, the new name; else NULL */
	int fd;
	int64_t offset;
	int64_t length;
	bool space; /* needs space on the disk */
	int number; /* as counted; 0: not counted */
	enum verdict verdict;
	int error; /* errno of FAIL */
};

/*
 * The name in the folder under test of a path seen from a folder's descriptor; the folder itself
 * is ".". False: not in it. "/proc/self/fd/N" is "#N" where N is of the folder.
 */
bool name_find(int folder, const char *path, char name[NAME_SIZE]);

/* The name that a descriptor was opened by; NULL: not of the folder under test. */
const char *name_of(int fd);

/* name NULL: not of the folder any more. */
void name_track(int fd, const char *name);

/* A line for a file that was opened and not made. */
void operation_opened(int fd, const char *name);

/* Counts an operation, takes the lock and decides about it: e.g. HALF of a write, or FAIL. */
enum verdict operation_begin(struct operation *);

/* Logs the result, with the bytes of a write, and releases the lock. Returns result. */
int64_t operation_end(const struct operation *, int64_t result, const void *bytes);

/* Likewise for an operation that must fail. Sets errno and returns -1. */
int operation_fail(const struct operation *);

/* After the half of a write: ends the process if the write is to be torn. */
void operation_half(const struct operation *);

#endif
