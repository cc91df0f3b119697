#ifndef BATCH_LIST_PRINT_H
#define BATCH_LIST_PRINT_H

#include "program/command.h"
#include "database/list.h"
#include "write/writer.h"

/* Rows of the inventory to the cells of a writer. */

/* The output that --format names, by its index in list_formats; of -1 a table on a terminal,
 * else CSV. */
extern const char *const list_formats[]; /* "table", "csv", "jsonl", NULL */
enum output list_output(const struct context *, int format);

/* The names of a kind's columns, behind `before` others. Returns how many there are in all. */
size_t list_names(enum list_kind, const char **names, size_t before);

/* One cell of a row, or an empty one with NULL for a page. */
void list_print_cell(
    struct writer *, enum list_kind, const struct list_page *, size_t row, size_t column);

/* The cells of one row; with NULL for a page, as many empty ones as the kind has columns. */
void list_print_row(struct writer *, enum list_kind, const struct list_page *, size_t row);

/* One row as a JSON object. */
void list_add_json(struct buffer *, enum list_kind, const struct list_page *, size_t row);

/* All rows of the kind to standard output. *count, which may be NULL: how many. */
int list_print(struct database *, enum list_kind, const struct list_value *filters, enum output,
    uint64_t *count, struct error *);

#endif
