#ifndef BATCH_CRYPTO_PASSPHRASE_H
#define BATCH_CRYPTO_PASSPHRASE_H

#include "error.h"

#include <stddef.h>

/* A passphrase that comes from a file or a descriptor, never from an argument. */

#define PASSPHRASE_MOST 1024 /* bytes */

struct passphrase {
	char *text; /* with a NUL; NULL: none was read */
	size_t length;
};

/*
 * Reads the first line, without its end. An empty one is the empty passphrase. 0, to be released;
 * -1 and err (ERROR_INPUT): not readable, a regular file that others than its owner may read, more
 * than PASSPHRASE_MOST bytes, a NUL.
 */
int passphrase_read_file(struct passphrase *, const char *path, struct error *);
int passphrase_read_fd(struct passphrase *, int fd, struct error *); /* it stays open */

void passphrase_release(struct passphrase *); /* wipes; fine on one that was not read */

#endif
