#ifndef BATCH_IMPORT_SCAN_H
#define BATCH_IMPORT_SCAN_H

#include "certificates/file.h"
#include "crypto/passphrase.h"
#include "database/inventory.h"
#include "import/settle.h"
#include "program/context.h"

/*
 * Takes inventory of the stores that are files of this machine: reads them, and records what is in
 * them, SCAN_CHUNK stores a transaction.
 */

#define SCAN_CHUNK 1000

enum scan_message {
	SCAN_UNREADABLE, /* a store that could not be read */
	SCAN_WARNING,
	SCAN_UNVERIFIED /* a store whose digest was not checked, for there is no password */
};

struct scan_options {
	const char *machine;          /* the name of the host */
	bool machine_given;           /* by the user */
	const char *store;            /* STORE: this one alone; NULL: all of the machine */
	struct file_root root;        /* FILE_ROOT_NONE: files may lie anywhere */
	struct passphrase passphrase; /* of stores whose own is not known; may be none */
	/* Gets each message, in the order of the stores. */
	void (*tell)(void *closure, enum scan_message, const struct error *);
	void *closure;
};

struct scan_counts {
	/* All stores that are not marked as removed are one of these. */
	uint64_t stores; /* of this machine, approved and of a file format */
	uint64_t elsewhere, no_format, not_approved;

	uint64_t read, unreadable; /* that were recorded */
	uint64_t unverified;
	struct inventory_counts items;
	uint64_t unknown; /* certificates that the server does not know */
	struct settle_counts settled;
};

/*
 * 0 when all was recorded, also where stores could not be read. -1 and err: the chunks that are
 * counted stay. ERROR_INPUT where no store is meant; a signal in context->stop ends it, after what
 * was read is recorded, with ERROR_SIGNAL plus its number.
 */
int scan_take(const struct scan_options *, const struct context *, struct database *,
    struct scan_counts *, struct error *);

/*
 * Records what was read of stores elsewhere (scan_pool.h), each of them once and in the order of
 * their ids, at most SCAN_CHUNK of them, in the caller's transaction. 0, or -1 and err.
 */
struct scan_read;
int scan_keep(const struct context *, struct database *, struct scan_read *const *, size_t count,
    struct error *);

#endif
