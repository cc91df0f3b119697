#ifndef BATCH_CERTIFICATES_FILE_H
#define BATCH_CERTIFICATES_FILE_H

#include "certificates/entries.h"

/* The bytes of a file that may hold a private key. */

#define FILE_SIZE_MOST ((size_t)16 << 20)

struct file_bytes {
	unsigned char *bytes; /* NULL: not read; not NULL where there are none in it */
	size_t length;
};

/* A folder that no file is read outside of (openat2(2), RESOLVE_BENEATH). */
struct file_root {
	int fd;     /* -1: files may lie anywhere */
	char *path; /* real path of the folder; owned */
};
#define FILE_ROOT_NONE ((struct file_root){.fd = -1})

/* Opens it; to be closed. -1 and err (ERROR_USAGE) where it cannot be opened as a folder. */
int file_root_open(struct file_root *, const char *path, struct error *);
void file_root_close(struct file_root *);

/*
 * Reads a regular file of at most FILE_SIZE_MOST bytes; links are followed. 0; -1, and the reason
 * or err of the source as the reading functions of this room leave them (entries.h).
 */
int file_read(
    const struct file_root *, const char *path, struct file_bytes *, struct entries_source *);

/* The same of a file in an open folder, by its name; a link is none. */
int file_read_at(int folder, const char *name, struct file_bytes *, struct entries_source *);

/* The same of a descriptor, which it closes; of -1 errno says why it is none. */
int file_read_fd(int fd, struct file_bytes *, struct entries_source *);

/* Opens a path for what the flags of open(2) say, close-on-exec and without waiting; links are
 * followed, and do not lead out of the root. -1 and errno (EXDEV: it lies outside). */
int file_open(const struct file_root *, const char *path, int flags);

/* Why a file could not be opened or read, from errno: the source's reason or err. Returns -1. */
int file_fault(struct entries_source *);

/* Wipes and frees; fine on one that was not read. */
void file_release(struct file_bytes *);

#endif
