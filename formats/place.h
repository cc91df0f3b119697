#ifndef FORMATS_PLACE_H
#define FORMATS_PLACE_H

#include "error.h"

#include <stdbool.h>

/*
 * Where a path leads that is to be written to. The way there is gone part by part, each part held
 * open while it is looked at, so that nobody can exchange it meanwhile. Symbolic links are
 * followed, but in a folder that others can write those alone that are of the
 * process's own user or of root.
 */
enum place_kind {
	PLACE_FILE,       /* a regular file, or nothing yet */
	PLACE_STANDARD,   /* standard output: "-", /dev/stdout, /dev/fd/1 */
	PLACE_DESCRIPTOR, /* one that the process inherited: /dev/stderr, /dev/fd/N */
	PLACE_DEVICE,     /* a character device, as a terminal or /dev/null */
};

struct place {
	enum place_kind kind;
	int folder;     /* of a file or device: its folder (O_PATH), else -1 */
	char *name;     /* its name in the folder, else NULL */
	char *path;     /* of a file or device: its path without a link in it, else NULL */
	int descriptor; /* of PLACE_DESCRIPTOR: its number */
	bool exists;
};

/*
 * Changes nothing. -1 and err (ERROR_STORAGE): there is no such folder; it is a folder, a named
 * pipe, a socket or a block device; a descriptor that was not inherited; a link of somebody else.
 */
int place_find(struct place *, const char *path, struct error *);
void place_release(struct place *); /* fine after a failure */

/* Opens a descriptor or a device for writing; the caller closes it. -1 and errno. */
int place_open(const struct place *);

#endif
