#ifndef BATCH_RUN_RESULTS_H
#define BATCH_RUN_RESULTS_H

#include "read/reader.h"
#include "database/database.h"
#include "model/row.h"
#include "model/run.h"
#include "write/writer.h"

/* The results file: one line a manifest row, in manifest order, published whole. */
struct results;

/* path "-": standard output. NULL and err on failure. */
struct results *results_open(const char *path, enum output, struct error *);
/* Adds a row with its names (db_row_names()). */
int results_put(struct results *, const struct row *, struct error *);
/* Publishes and frees *results, and sets it NULL. */
int results_publish(struct results **, struct error *);
void results_discard(struct results *); /* NULL is fine */

/* Adds the rows of a run, from the database; no transaction may be open. */
int results_put_run(struct results *, struct database *, const struct run *, struct error *);

/* Publishes the results of a run, from the database. */
int results_project(
    struct database *, const struct run *, const char *path, enum output, struct error *);

/*
 * The default name: the manifest's with `.results.csv` or `.results.jsonl` in place of its
 * ending. Allocated; NULL when out of memory.
 */
char *results_name(const char *manifest, enum output);

/* The format: `chosen` where it is not -1, else by the name's ending, else the manifest's. */
enum output results_output(int chosen, const char *name, enum format manifest);

#endif
