#ifndef FORMATS_OUTFILE_H
#define FORMATS_OUTFILE_H

#include "error.h"

#include <stdbool.h>

/*
 * A file that appears whole or not at all: written beside its target without a name (O_TMPFILE,
 * else a hidden temporary name), synced, renamed, the folder synced. Mode 0600. A symbolic link
 * stays, what it points to is replaced. The name "-" is standard output, which is written
 * through, as devices and named pipes are.
 */
struct outfile;

/* NULL and err on failure (ERROR_STORAGE). */
struct outfile *outfile_open(const char *path, struct error *);

/*
 * Likewise, but another is to write the file: *temporary is its path, beside the target, and lives
 * until the outfile is published or discarded. The file is there, empty, with mode 0600. What is
 * there at `path` must not be one that is written through.
 */
struct outfile *outfile_open_for(const char *path, const char **temporary, struct error *);

/* Buffered. -1 and err at the first failure; later calls fail again without writing. */
int outfile_write(struct outfile *, const void *bytes, size_t length, struct error *);

/* Publishes and frees *file, and sets it NULL. -1 and err on failure: the target is as it was
 * (but whole and new where only the folder could not be synced, which the text says). */
int outfile_publish(struct outfile **file, struct error *);

/* Gives up: nothing appears. NULL is fine. */
void outfile_discard(struct outfile *);

/* Whether a file could be published there: makes one beside the target and takes it away. A
 * device or pipe is looked at only. */
int outfile_probe(const char *path, struct error *);

/* Whether what is there would be written through: nothing of it can be taken back. */
bool outfile_through(const char *path);

/* Whether both names are of one regular file, be it there yet or not. */
bool outfile_same(const char *a, const char *b);

#endif
