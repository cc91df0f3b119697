#ifndef BATCH_CERTIFICATES_STORE_SWAP_H
#define BATCH_CERTIFICATES_STORE_SWAP_H

#include "certificates/file.h"
#include "certificates/store_folders.h"
#include "model/install.h"

/*
 * The files of a store replaced: the new ones whole, or the old ones stay. Beside each target there
 * are, for as long as they are needed, `.NAME.pfxreplace-JOBID.new` (the temporary file) and
 * `.NAME.pfxreplace-JOBID` (the backup), names that servers which read whole folders pass over.
 */

#define STORE_SWAP_FILES 2

struct store_target; /* one file; see store_swap.c */

struct store_swap {
	struct store_target *items[STORE_SWAP_FILES]; /* the certificate's, then the key's */
	size_t count;
};

struct store_swap_wish {
	const struct file_root *root;
	const char *path;
	const char
	    *key_path; /* NULL: none; one that leads to the same file as path is none either */
	int64_t job;
	struct store_folders *folders; /* NULL: each folder is read for each store */
};

/*
 * Follows the links, opens the folders and reads the files. Temporary files that killed processes
 * left beside them, of any job, are removed where `sweep`. -1 and the reason: INSTALL_UNREADABLE,
 * INSTALL_ARCHIVE, INSTALL_HARD_LINKS, INSTALL_WRITE. A file that is not there is no fault. To be
 * closed in any case.
 */
int store_swap_open(
    struct store_swap *, const struct store_swap_wish *, bool sweep, struct install_reason *);
void store_swap_close(struct store_swap *);

/* What was read; bytes NULL: there is no such file. The swap's. i < count. */
const struct file_bytes *store_swap_bytes(const struct store_swap *, size_t i);
/* The path without links; of a file that is not there where it would be. The swap's. */
const char *store_swap_real(const struct store_swap *, size_t i);
/* Whether a backup of the job lies beside the certificate's file or the key's. */
bool store_swap_has_backup(const struct store_swap *);

/* Bytes of a new file; of none where a file is left as it is. */
struct store_swap_new {
	const char *bytes;
	size_t length;
	unsigned mode; /* of a file that is made: there is no old one */
};

/*
 * Writes all temporary files (exclusive, 0600; then owner, group, mode, ACL and label of the old
 * file), syncs them, reads them back and calls check() with what was read; makes the backups (by
 * hard link, else a synced copy); renames the key's file, then the certificate's; syncs the
 * folders; reads them back and calls check() again. 0: the new files are in place, and durable. -1
 * and the reason: the old ones are in place, unless the reason is INSTALL_RESTORE. Where *changed,
 * something was renamed on the way: what is in place must be looked at again.
 */
struct store_swap_check {
	/* 0; -1 and the reason. */
	int (*check)(void *closure, const struct file_bytes *file,
	    const struct file_bytes *key_file, struct install_reason *);
	void *closure;
};
int store_swap_write(struct store_swap *, const struct store_swap_new news[STORE_SWAP_FILES],
    const struct store_swap_check *, bool *changed, struct install_reason *);

/* Puts the backups of the job back: the key's, then the certificate's; a file that the job has made
 * where there was none is removed. Synced. -1 and the reason: INSTALL_BACKUP_MISSING (nothing was
 * done), INSTALL_RESTORE. */
int store_swap_restore(struct store_swap *, struct install_reason *);

/* Removes the oldest backups of the files, all but `keep` of each. -1 and the reason. */
int store_swap_trim(struct store_swap *, size_t keep, struct install_reason *);

#endif
