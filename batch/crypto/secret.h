#ifndef BATCH_CRYPTO_SECRET_H
#define BATCH_CRYPTO_SECRET_H

#include "error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Keys, and the file of one. A key is 32 random bytes; its file is one line
 * `pfxreplace-key-1 HEX`, mode 0600. It may have several names: it is only read.
 */
struct secret; /* a key in memory that is not swapped, not dumped, and wiped when freed */

/* A key file by its path. That of a service's credentials is mode 0440, with a list of who may
 * read it (systemd.exec(5), LoadCredential=): of it only the bits of all others count. */
struct secret_file {
	const char *path;
	bool is_credential;
};

/* A new key; NULL and err (ERROR_STORAGE), with the path that it is for, or NULL. */
struct secret *secret_make(const char *path, struct error *);

/* Makes the file of a key; refuses one that exists. It is synced, and belongs to this user and
 * group (NULL: to those of the process). -1 and err (ERROR_STORAGE), and no file is left. */
struct secret_owner {
	uid_t user;
	gid_t group;
};
int secret_write(
    const struct secret *, const char *path, const struct secret_owner *, struct error *);
/* Both. */
int secret_create(const char *path, struct error *);

/* Whether a file holds a key, or the beginning of one, or blank bytes, as a killed secret_create()
 * or a power cut leaves it. */
bool secret_begins(int fd);

/*
 * Whether a key, or what was sealed with it, is good. SECRET_FAILED: memory or a disk failed, which
 * says nothing about the key. err is filled (ERROR_STORAGE) unless it is good.
 */
enum secret_answer { SECRET_FAILED = -1, SECRET_GOOD, SECRET_REFUSED };

/* Opens a key file. Refused: not there, not to be opened, not a regular file, readable by others,
 * not a key file. *opened is for secret_close(), and NULL unless it is good. */
enum secret_answer secret_try(const struct secret_file *, struct secret **opened, struct error *);
/* NULL and err unless it is good. */
struct secret *secret_open(const struct secret_file *, struct error *);
void secret_close(struct secret *); /* NULL is fine */

/* Whether the file begins as a key file does. */
bool secret_is_key(const char *path);

/* The check of a key: bytes that differ from key to key and reveal nothing of it. A database has
 * those of its key. -1 and err. */
#define SECRET_CHECK_SIZE 16
int secret_check(const struct secret *, unsigned char check[SECRET_CHECK_SIZE], struct error *);

/* Whether these bytes are the check of this key. The path is that of the key file, for err. */
enum secret_answer secret_compare(const struct secret *, const char *path,
    const unsigned char *check, size_t length, struct error *);

#endif
