#ifndef FORMATS_PLACE_H
#define FORMATS_PLACE_H

#include "error.h"

#include <stdbool.h>

/*
 * Where a path leads that is to be written to. The path is followed part by part, and each part is
 * open while it is checked, so that nobody can exchange it meanwhile. Symbolic links are followed;
 * in a folder that others can write to, only those of the process's own user or of root.
 */
enum place_kind {
	PLACE_FILE,       /* a regular file, or nothing yet */
	PLACE_STANDARD,   /* standard output: "-", /dev/stdout, /dev/fd/1 */
	PLACE_DESCRIPTOR, /* one that the process inherited: /dev/stderr, /dev/fd/N */
	PLACE_DEVICE,     /* a character device, such as a terminal or /dev/null */
};

struct place {
	enum place_kind kind;
	int folder;     /* of a file or device: its folder (O_PATH), else -1 */
	char *name;     /* of a file or device: its name in the folder, else NULL */
	char *path;     /* of a file or device: its path without links, else NULL */
	int descriptor; /* of PLACE_DESCRIPTOR and PLACE_STANDARD: its number */
	bool exists;    /* of a file or device */
};

/*
 * Changes nothing on disk. -1 and err (ERROR_STORAGE) when the folder does not exist; when the path
 * is a folder, a named pipe, a socket or a block device; when a descriptor was not inherited; when
 * a link belongs to somebody else.
 */
int place_find(struct place *, const char *path, struct error *);
void place_release(struct place *); /* needed after a failure too */

/* Opens a descriptor or a device for writing; the caller closes it. -1 and errno. */
int place_open(const struct place *);

#endif
