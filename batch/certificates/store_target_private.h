#ifndef BATCH_CERTIFICATES_STORE_TARGET_PRIVATE_H
#define BATCH_CERTIFICATES_STORE_TARGET_PRIVATE_H

#include "certificates/store_folders_private.h"
#include "certificates/store_swap.h"

#include <sys/stat.h>

/* For store_swap.c alone: one file of a store that gets new contents. */

struct store_target {
	const struct file_root *root; /* borrowed */
	char *real;                   /* path without links; owned */
	const char *name;             /* its last part */
	int folder;                   /* that it is in; -1: not open */
	struct store_names *names;    /* of the folder, of store_folders; NULL: it is read anew */
	char *backup, *made, *fresh;  /* names beside it; owned */
	bool exists;
	struct stat status;      /* of the file that was there */
	struct file_bytes bytes; /* of it */
	bool has_backup;         /* or the mark that there was no file before the job */
	bool is_backed_up;       /* by us; not by an earlier try */
	bool is_written;         /* the temporary file has its name */
	bool is_swapped;         /* it has taken the place of the old one */
};

/* Follows the links, opens the folder, looks at the file and reads it. -1 and the reason. To be
 * closed in any case. */
int target_open(struct store_target *, const struct store_swap_wish *, const char *path,
    struct install_reason *);
void target_close(struct store_target *);

/* Removes the temporary files of the target that any job has left. */
void target_sweep(struct store_target *);

/* Writes the temporary file, with the attributes of the old one or, where there is none, the mode;
 * syncs it. -1 and the reason. */
int target_write(struct store_target *, const char *bytes, size_t length, unsigned mode,
    struct install_reason *);
/* Reads the temporary file, or with `placed` the target, by its name. To be released. -1 and the
 * reason. */
int target_read_back(
    struct store_target *, bool placed, struct file_bytes *, struct install_reason *);
/* Makes the backup, where the job has none yet; of a file that was not there, the mark of that. */
int target_back_up(struct store_target *, struct install_reason *);
/* Removes it where the target was not replaced: one of our own, or one that is the file itself. */
void target_forget_backup(struct store_target *);
bool target_has_backup(const struct store_target *); /* of the job, by now */
int target_swap(struct store_target *, struct install_reason *);
int target_sync(struct store_target *, struct install_reason *);
void target_discard(struct store_target *); /* removes the temporary file */

/* Puts the backup back, or removes the file that was made; not synced. A target without a backup
 * stays as it is. -1 and the reason. */
int target_put_back(struct store_target *, struct install_reason *);

/* The same of a target that was swapped: without a backup it cannot be. */
int target_undo(struct store_target *, struct install_reason *);

/* Removes the oldest backups, all but `keep`. */
int target_trim(struct store_target *, size_t keep, struct install_reason *);

/* store_archive.c: whether it is DIR/archive/LINEAGE/FILE, where certbot numbers what it has
 * issued. */
bool target_is_archived(const struct store_target *);

/* file_attributes.c: gives the file the owner, group, mode and extended attributes (ACL, label) of
 * the other, and looks whether it has them: NULL, or what could not be set ("its owner"), with
 * errno.
 */
const char *file_attributes_copy(int from, int to, const struct stat *status);

#endif
