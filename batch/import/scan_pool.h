#ifndef BATCH_IMPORT_SCAN_POOL_H
#define BATCH_IMPORT_SCAN_POOL_H

#include "certificates/store_file.h"
#include "model/guid.h"

#include <stdbool.h>

/*
 * Threads that read the files of stores. Stores are put in and come back in one order, however long
 * each of them takes.
 */

#define SCAN_POOL_THREADS 2
#define SCAN_POOL_STORES 256 /* that are in it at a time */
/* No file is begun while so many certificates wait in it: as many, and those of a file a thread,
 * are in memory at the most. */
#define SCAN_POOL_CERTIFICATES 20000

/* A store whose file is to be read, and what was read of it. */
struct scan_read {
	int64_t store;
	char guid[GUID_SIZE];
	char *machine, *path, *key_path; /* owned; NULL: not known */
	enum store_format format;
	bool trust_store;
	char *password; /* owned; NULL: source.password is another's, or NULL */
	int64_t at;     /* the clock before the file was opened; milliseconds since 1970 */
	bool readable;
	bool older; /* its inventory is known from a later time */
	struct entries_source source;
};

void scan_read_free(struct scan_read *); /* wipes; NULL is fine */

struct scan_pool_options {
	/* Reads one in a thread, with the closure; what fails is in its source. */
	void (*read)(struct scan_read *, const void *closure);
	const void *closure;
};

struct scan_pool;

/* Starts the threads. NULL and err. */
struct scan_pool *scan_pool_new(const struct scan_pool_options *, struct error *);

bool scan_pool_is_full(const struct scan_pool *);
/* Takes it over. The pool is not full. */
void scan_pool_put(struct scan_pool *, struct scan_read *);
/* Waits for the first that was put in and not taken; the caller frees it. NULL: none is in it. */
struct scan_read *scan_pool_take(struct scan_pool *);

/* Drops those that no thread has begun; the others are still to be taken. */
void scan_pool_stop(struct scan_pool *);

/* Ends the threads and frees what is in it; NULL is fine. */
void scan_pool_free(struct scan_pool *);

#endif
