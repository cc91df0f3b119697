#ifndef BATCH_REJECTS_H
#define BATCH_REJECTS_H

#include "input/manifest.h"
#include "model/row.h"

/*
 * The rejects file: the rejected and the failed rows of a manifest as they stand in it, with
 * RejectLine, RejectReasons and, for a malformed record, RejectRecord; to mend and submit
 * again. It holds the rows' passwords, for it was asked for by name. Published whole, mode 0600.
 */
struct rejects;

/* The reader gives the header. NULL and err on failure. */
struct rejects *rejects_open(const char *path, struct reader *, struct error *);
/* A row with its names, and the record that the reader just returned for it. */
int rejects_put(
    struct rejects *, struct reader *, const struct record *, const struct row *, struct error *);
/* A row that was decided before, from its place in the manifest. The reader goes there. */
int rejects_put_past(
    struct rejects *, struct reader *, const struct manifest *, const struct row *, struct error *);
/* Publishes and frees *rejects, and sets it NULL. */
int rejects_publish(struct rejects **, struct error *);
void rejects_discard(struct rejects *); /* NULL is fine */

/* All rejected and failed rows of a run, from the database and the manifest. */
int rejects_project(
    struct database *, int64_t run, const struct manifest *, const char *path, struct error *);

#endif
