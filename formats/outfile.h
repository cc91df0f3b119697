#ifndef FORMATS_OUTFILE_H
#define FORMATS_OUTFILE_H

#include "error.h"

#include <signal.h>
#include <stdbool.h>

/*
 * A file that appears whole or not at all: written beside its target without a name (O_TMPFILE,
 * else a hidden temporary name), synced, renamed, the folder synced. Mode 0600. A symbolic link
 * stays, what it points to is replaced; one that somebody else put into a folder that others can
 * write is refused (place.h). The name "-" is standard output, which is written through, as
 * inherited descriptors (/dev/fd/N) and character devices are. Named pipes, sockets and block
 * devices are refused.
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

/*
 * A signal in *stop, which lives as long as the file, ends the waiting for a reader of what is
 * written through: ERROR_SIGNAL and its number. Regular files are not waited for.
 */
void outfile_set_stop(struct outfile *, const volatile sig_atomic_t *stop);

/* Buffered. -1 and err at the first failure; later calls fail again without writing. */
int outfile_write(struct outfile *, const void *bytes, size_t length, struct error *);

/* Publishes and frees *file, and sets it NULL. -1 and err on failure: the target is as it was
 * (but whole and new where only the folder could not be synced, which the text says). */
int outfile_publish(struct outfile **file, struct error *);

/* Gives up: nothing appears. NULL is fine. */
void outfile_discard(struct outfile *);

/* Whether a file could be published there: makes one beside the target and takes it away. A
 * device is looked at only. */
int outfile_probe(const char *path, struct error *);

/* Whether what is there would be written through: nothing of it can be taken back. */
bool outfile_through(const char *path);

/* Whether both names are of one regular file, be it there yet or not. */
bool outfile_same(const char *a, const char *b);

/* The path of the file that would be replaced or made, without a link in it: to be freed. NULL:
 * nothing would, or there is no memory. */
char *outfile_real(const char *path);

#endif
