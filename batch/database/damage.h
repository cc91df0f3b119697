#ifndef BATCH_DATABASE_DAMAGE_H
#define BATCH_DATABASE_DAMAGE_H

#include "buffer.h"
#include "database/database.h"

/*
 * SQLite's own check of every page, row and index, in one read: appends what it finds, a line
 * each, some of them headings. -1 and err: it could not be carried to its end.
 */
int db_damage(struct database *, struct buffer *lines, struct error *);

#endif
