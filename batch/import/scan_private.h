#ifndef BATCH_IMPORT_SCAN_PRIVATE_H
#define BATCH_IMPORT_SCAN_PRIVATE_H

#include "import/scan.h"
#include "import/scan_pool.h"
#include "import/scan_prints.h"
#include "input/keyring.h"
#include "database/scan.h"

/* For scan.c, which reads the stores, scan_merge.c, which records them, and their messages. */

#define SCAN_CHUNK_CERTIFICATES 20000 /* a chunk with more of them is full too */

struct scan {
	const struct scan_options *options;
	const struct context *context;
	struct database *db;
	struct scan_counts *counts;
	char guid[GUID_SIZE]; /* of options->store; "": none */
	struct keyring *keyring;
	struct scan_stores *stores;
	struct scan_pool *pool;
	struct scan_read *chunk[SCAN_CHUNK]; /* read, and not yet recorded */
	size_t chunk_count, chunk_certificates;
	struct scan_prints prints;
	struct buffer text;   /* of a message, or an alias */
	struct error message; /* the one that is told; it is large */
};

/* scan_say.c: "MACHINE:PATH (GUID)"; the GUID alone where the name is too long for a message, or
 * there is no memory for it. Lives as long as both texts. */
const char *scan_store_name(
    struct buffer *, const char *machine, const char *path, const char *guid);
/* Tells a message about the store. */
void scan_say(struct scan *, enum scan_message, const struct scan_read *, const char *format, ...)
    ERROR_PRINTF(4, 5);

/* Records the chunk in one transaction; it stays to be freed. -1 and err. */
int scan_merge(struct scan *, struct error *);

#endif
