#ifndef FORMATS_OUTFILE_H
#define FORMATS_OUTFILE_H

#include "error.h"

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

/*
 * A file that appears whole or not at all. It is written beside its target without a name
 * (O_TMPFILE; else under a hidden temporary name), synced and renamed; then the folder is synced.
 * Its mode is 0600. A symbolic link stays, and the file that it points to is replaced; a link that
 * somebody else put into a folder that others can write to is refused (place.h).
 *
 * Some targets cannot be replaced and are written through, that is directly: standard output
 * ("-"), inherited descriptors (/dev/fd/N) and character devices. Named pipes, sockets and block
 * devices are refused.
 */
struct outfile;

/* NULL and err on failure (ERROR_STORAGE). */
struct outfile *outfile_open(const char *path, struct error *);

/*
 * The same for a file that somebody else writes: *temporary is its path, beside the target, valid
 * until the outfile is published or discarded. The file exists, empty, with mode 0600. A target
 * that is written through is an error.
 */
struct outfile *outfile_open_for(const char *path, const char **temporary, struct error *);

/*
 * A signal number in *stop ends the wait for a slow reader of a target that is written through:
 * ERROR_SIGNAL plus the number. *stop must live as long as the outfile. Regular files never wait.
 */
void outfile_set_stop(struct outfile *, const volatile sig_atomic_t *stop);

/* Calls before() and after() around each write to the target; after() keeps errno. */
void outfile_set_around(struct outfile *, void (*before)(void), void (*after)(void));

/* Buffered. -1 and err at the first failure; later calls fail again and write nothing. */
int outfile_write(struct outfile *, const void *bytes, size_t length, struct error *);

/* The mode that the file has when it appears, whatever the umask, in place of 0600. Until then it
 * has that; a target that is written through keeps its own. */
void outfile_set_mode(struct outfile *, mode_t mode);

/* The file that publishing would replace, opened for reading; the caller closes it. -1 and errno;
 * ENOENT: there is none, or the target is written through. It need not be a regular file. */
int outfile_open_replaced(const struct outfile *);

/* The descriptor of a target that is written through, to ask whether it is a terminal; else -1. */
int outfile_descriptor(const struct outfile *);

/*
 * Whether publishing would replace a file that is not empty and has other bytes than what was
 * written so far: 1, else 0; also 0 for a target that is written through. -1 and err. Both are read
 * a piece at a time.
 */
int outfile_differs(struct outfile *, struct error *);

/* Publishes and frees *file, and sets it to NULL. -1 and err on failure: the target is unchanged;
 * where only its folder could not be synced, it is new and whole, and the text says so. */
int outfile_publish(struct outfile **file, struct error *);

/* Frees the file; nothing appears. NULL is allowed. */
void outfile_discard(struct outfile *);

/* Checks that a file could be published: makes one beside the target and removes it. A device is
 * only looked at. -1 and err. */
int outfile_probe(const char *path, struct error *);

/* Whether the target would be written through, so that no output can be taken back. */
bool outfile_through(const char *path);

/* Whether both paths name one regular file, which need not exist yet. */
bool outfile_same(const char *a, const char *b);

/* The path of the file that would be replaced or made, without links in it; the caller frees it.
 * NULL when there is no such file, or no memory. */
char *outfile_real(const char *path);

#endif
