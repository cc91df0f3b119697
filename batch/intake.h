#ifndef BATCH_INTAKE_H
#define BATCH_INTAKE_H

#include "decide.h"
#include "manifest.h"

/* The rows of a manifest one after the other, each read, typed and decided. */
struct intake;

/*
 * From the start (`from` NULL) or from a checkpoint. The manifest, with its survey, and the
 * decider must outlive the intake. NULL and err on failure.
 */
struct intake *intake_open(const struct manifest *, struct decider *, int64_t run,
    const struct position *from, struct error *);
void intake_close(struct intake *); /* NULL is fine */

/* The next row: 1 with *row and *request (both until the next call), 0 at the end, -1. */
int intake_next(struct intake *, struct row **row, const struct request **request, struct error *);

/* Where the row after the last one starts. */
struct position intake_position(const struct intake *);

/* The repairs of the reader and of the fields, since the intake was opened. */
void intake_repairs(const struct intake *, struct repairs *);

/* The record of the last row, and the reader that gave it. */
struct reader *intake_reader(struct intake *);
const struct record *intake_record(const struct intake *);

#endif
