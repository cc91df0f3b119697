#ifndef BATCH_RUN_REJECTS_H
#define BATCH_RUN_REJECTS_H

#include "input/manifest.h"
#include "model/row.h"

/*
 * The rejects file: the rejected, failed and partial rows of a manifest as the manifest has them,
 * with RejectLine, RejectReasons and, for a malformed record, RejectRecord; to mend and submit
 * again. It holds the rows' passwords, because the user asked for it by name. Published whole, mode
 * 0600.
 */
struct rejects;

/* Where rejects are written. */
struct rejects_target {
	const char *path;
	/* A file there that is not empty and has other bytes is left as it is: it may be the
	 * rejects of this run, mended. */
	bool spares;
};

/* Opens the file and writes the header of the manifest, which must outlive the rejects. NULL and
 * err on failure. */
struct rejects *rejects_open(
    const struct rejects_target *, const struct manifest *, struct error *);
/* Adds a row with its names (db_row_names()); its record is read again from the manifest, from its
 * offset on, or where that is 0 from the row before it. Rows come in their order. -1 and err:
 * ERROR_INPUT when it is no longer there, ERROR_STORAGE. */
int rejects_put(struct rejects *, const struct row *, struct error *);
/* Publishes and frees *rejects, and sets it NULL. 0; 1 where the file that is there was spared; -1
 * and err. */
int rejects_publish(struct rejects **, struct error *);
void rejects_discard(struct rejects *); /* NULL is fine */

/* Adds the rows of a run that need mending, from the database; no transaction may be open. */
int rejects_put_run(struct rejects *, struct database *, int64_t run, struct error *);

/* Publishes all of them, as rejects_publish() does. -1 and err: also ERROR_INPUT when the manifest
 * changed meanwhile. */
int rejects_project(struct database *, int64_t run, const struct manifest *,
    const struct rejects_target *, struct error *);

#endif
