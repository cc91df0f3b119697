#ifndef BATCH_DATABASE_HOLDER_H
#define BATCH_DATABASE_HOLDER_H

#include <stddef.h>

/*
 * Who has SQLite's lock on a database: "process 123 (NAME)", or "another process" where that
 * cannot be told or it has let go meanwhile. Returns text.
 */
const char *db_holder(const char *path, char *text, size_t size);

#endif
