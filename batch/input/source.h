#ifndef BATCH_INPUT_SOURCE_H
#define BATCH_INPUT_SOURCE_H

#include "crypto/digest.h"
#include "error.h"

#include <signal.h>
#include <stdbool.h>
#include <sys/stat.h>

/*
 * A file of input, open for pread(2). "-" is standard input. It and pipes are first read whole into
 * an anonymous memory file, so that nothing of them is written to a disk.
 */
struct source {
	int fd;               /* -1: closed */
	char *name;           /* as it was named; owned */
	bool copied;          /* the descriptor is a memory file */
	struct stat identity; /* when it was opened */
};

#define SOURCE_CLOSED ((struct source){.fd = -1})

/*
 * -1 and err, and the source closed. ERROR_INPUT: not there, not readable, a folder, a pipe with
 * too many bytes; ERROR_STORAGE: it cannot be kept in memory. A signal in *stop, which may be NULL,
 * ends the wait for a pipe with ERROR_SIGNAL plus its number.
 */
int source_open(
    struct source *, const char *path, const volatile sig_atomic_t *stop, struct error *);
void source_close(struct source *); /* fine on one that is closed */

/*
 * Whether nobody but its owner can read the file by its name. Standard input, pipes and descriptors
 * that the program was given (/dev/fd/N) are somebody else's care: true.
 */
bool source_is_private(const struct source *);

/* 0 while inode, size, mtime and ctime are those of the opening, else -1 and err (ERROR_INPUT). */
int source_changed(const struct source *, struct error *);

/* SHA-256 of all its bytes. -1 and err (ERROR_STORAGE). */
int source_digest(const struct source *, unsigned char sum[DIGEST_SIZE], struct error *);

#endif
