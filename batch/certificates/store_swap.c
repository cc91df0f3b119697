#include "certificates/store_swap.h"

#include "certificates/store_target_private.h"

#include <stdlib.h>
#include <string.h>

/* ---- opened ------------------------------------------------------------------------------- */

static int
swap_open_one(struct store_swap *swap, const struct store_swap_wish *wish, const char *path,
    struct install_reason *reason)
{
	struct store_target *target = calloc(1, sizeof(*target));

	if (target == NULL)
		return install_memory(reason);
	swap->items[swap->count++] = target;
	return target_open(target, wish, path, reason);
}

static void
swap_drop_last(struct store_swap *swap)
{
	target_close(swap->items[--swap->count]);
	free(swap->items[swap->count]);
}

int
store_swap_open(struct store_swap *swap, const struct store_swap_wish *wish, bool sweep,
    struct install_reason *reason)
{
	*swap = (struct store_swap){.count = 0};
	if (swap_open_one(swap, wish, wish->path, reason) == -1)
		return -1;
	if (wish->key_path != NULL && swap_open_one(swap, wish, wish->key_path, reason) == -1)
		return -1;
	if (swap->count == 2 && strcmp(swap->items[0]->real, swap->items[1]->real) == 0)
		swap_drop_last(swap); /* the key is in the file itself */
	for (size_t i = 0; sweep && i < swap->count; i++)
		target_sweep(swap->items[i]);
	return 0;
}

void
store_swap_close(struct store_swap *swap)
{
	while (swap->count > 0)
		swap_drop_last(swap);
}

const struct file_bytes *
store_swap_bytes(const struct store_swap *swap, size_t i)
{
	return &swap->items[i]->bytes;
}

const char *
store_swap_real(const struct store_swap *swap, size_t i)
{
	return swap->items[i]->real;
}

bool
store_swap_has_backup(const struct store_swap *swap)
{
	bool has = false;

	for (size_t i = 0; i < swap->count; i++)
		has |= swap->items[i]->has_backup;
	return has;
}

/* ---- written ------------------------------------------------------------------------------ */

/* What is done to the targets that get new bytes, the key's first: it is swapped first. */
struct swapping {
	struct store_swap *swap;
	const struct store_swap_new *news;
	const struct store_swap_check *check;
	bool *changed;
};

static bool
swap_takes(const struct swapping *swapping, size_t i)
{
	return swapping->news[i].length > 0;
}

/* Reads the files as they are by now and has them looked at; one that gets no new bytes as it was
 * read at first. */
static int
swap_check(const struct swapping *swapping, bool placed, struct install_reason *reason)
{
	struct store_swap *swap = swapping->swap;
	struct file_bytes read[STORE_SWAP_FILES] = {{0}};
	const struct file_bytes *files[STORE_SWAP_FILES] = {NULL};
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < swap->count; i++) {
		files[i] = &swap->items[i]->bytes;
		if (!swap_takes(swapping, i))
			continue;
		rc = target_read_back(swap->items[i], placed, &read[i], reason);
		files[i] = &read[i];
	}
	if (rc == 0)
		rc = swapping->check->check(swapping->check->closure, files[0], files[1], reason);
	for (size_t i = 0; i < swap->count; i++)
		file_release(&read[i]);
	return rc;
}

/* All temporary files are good and all backups are made: nothing is replaced yet. */
static int
swap_prepare(const struct swapping *swapping, struct install_reason *reason)
{
	struct store_swap *swap = swapping->swap;

	for (size_t i = 0; i < swap->count; i++) {
		const struct store_swap_new *new = &swapping->news[i];

		if (swap_takes(swapping, i) &&
		    target_write(swap->items[i], new->bytes, new->length, new->mode, reason) == -1)
			return -1;
	}
	if (swap_check(swapping, false, reason) == -1)
		return -1;
	for (size_t i = 0; i < swap->count; i++)
		if (swap_takes(swapping, i) && target_back_up(swap->items[i], reason) == -1)
			return -1;
	return 0;
}

static bool
swap_is_in_one_folder(const struct store_swap *swap)
{
	struct stat one, other;

	return swap->count < 2 || (fstat(swap->items[0]->folder, &one) == 0 &&
				      fstat(swap->items[1]->folder, &other) == 0 &&
				      one.st_dev == other.st_dev && one.st_ino == other.st_ino);
}

/* Both folders, or the one that both files are in. */
static int
swap_sync(struct store_swap *swap, struct install_reason *reason)
{
	if (!swap_is_in_one_folder(swap) && target_sync(swap->items[1], reason) == -1)
		return -1;
	return target_sync(swap->items[0], reason);
}

static int
swap_place(const struct swapping *swapping, struct install_reason *reason)
{
	struct store_swap *swap = swapping->swap;

	for (size_t i = swap->count; i-- > 0;) {
		if (!swap_takes(swapping, i))
			continue;
		if (target_swap(swap->items[i], reason) == -1)
			return -1;
		*swapping->changed = true;
		/* A power cut must not leave the new certificate with the old key. */
		if (i > 0 && !swap_is_in_one_folder(swap) &&
		    target_sync(swap->items[i], reason) == -1)
			return -1;
	}
	if ((swap_takes(swapping, 0) || swap_is_in_one_folder(swap)) &&
	    target_sync(swap->items[0], reason) == -1)
		return -1;
	return swap_check(swapping, true, reason);
}

/* The old files again, after something was replaced. That this fails is the worse of two reasons.
 */
static int
swap_undo(struct store_swap *swap, struct install_reason *reason)
{
	struct install_reason worse = {0};

	for (size_t i = swap->count; i-- > 0;)
		if (swap->items[i]->is_swapped && target_undo(swap->items[i], &worse) == -1) {
			*reason = worse;
			return -1;
		}
	if (swap_sync(swap, &worse) == 0)
		return -1;
	worse.why = worse.why == INSTALL_WRITE ? INSTALL_RESTORE : worse.why;
	*reason = worse;
	return -1;
}

int
store_swap_write(struct store_swap *swap, const struct store_swap_new news[STORE_SWAP_FILES],
    const struct store_swap_check *check, bool *changed, struct install_reason *reason)
{
	const struct swapping swapping = {swap, news, check, changed};
	int rc;

	*changed = false;
	rc = swap_prepare(&swapping, reason);
	if (rc == 0)
		rc = swap_place(&swapping, reason);
	if (rc == -1 && *changed)
		rc = swap_undo(swap, reason);
	for (size_t i = 0; i < swap->count; i++) {
		target_discard(swap->items[i]);
		if (rc == -1 && !swap->items[i]->is_swapped)
			target_forget_backup(swap->items[i]);
	}
	return rc;
}

/* ---- put back, and old backups ------------------------------------------------------------ */

int
store_swap_restore(struct store_swap *swap, struct install_reason *reason)
{
	bool any = false;

	/* As it is now: it may have been made since the files were opened. */
	for (size_t i = 0; i < swap->count; i++)
		any |= target_has_backup(swap->items[i]);
	if (!any)
		return install_refuse(reason, INSTALL_BACKUP_MISSING,
		    "%s: there is no %s beside it", swap->items[0]->real, swap->items[0]->backup);
	for (size_t i = swap->count; i-- > 0;)
		if (target_put_back(swap->items[i], reason) == -1)
			return -1;
	for (size_t i = 0; i < swap->count; i++)
		target_sweep(swap->items[i]);
	if (swap_sync(swap, reason) == 0)
		return 0;
	if (reason->why == INSTALL_WRITE)
		reason->why = INSTALL_RESTORE;
	return -1;
}

int
store_swap_trim(struct store_swap *swap, size_t keep, struct install_reason *reason)
{
	for (size_t i = 0; i < swap->count; i++)
		if (target_trim(swap->items[i], keep, reason) == -1)
			return -1;
	return 0;
}
