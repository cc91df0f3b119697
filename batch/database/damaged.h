#ifndef BATCH_DATABASE_DAMAGED_H
#define BATCH_DATABASE_DAMAGED_H

#include "database/engine.h"

/* For this room and its engines: the database is damaged, and where to look further. Returns -1. */
int db_damaged(struct database *, struct error *, const char *format, ...) ERROR_PRINTF(3, 4);

#endif
