#ifndef BATCH_LISTING_H
#define BATCH_LISTING_H

#include "program/context.h"
#include "error.h"
#include "write/writer.h"

/* What a command lists: rows to standard output or to a file, in the format asked for. */

struct listing {
	struct outfile *file;
	struct writer *writer;
};

/* The choices of --format, NULL-terminated; the index is the enum output. */
extern const char *const listing_formats[];
#define LISTING_UNSET (-1)

/* The output of a choice; of LISTING_UNSET a table on a terminal, else CSV. */
enum output listing_output(const struct context *, int choice);

/* path "-": standard output. columns must outlive it. -1 and err. */
int listing_open(struct listing *, const char *path, enum output, const char *const *columns,
    size_t count, struct error *);

/* Publishes what was written. -1 and err: the target is as it was. */
int listing_close(struct listing *, struct error *);

/* Gives up what was not closed; fine in any state after listing_open(). */
void listing_discard(struct listing *);

#endif
