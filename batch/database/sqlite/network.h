#ifndef BATCH_DATABASE_SQLITE_NETWORK_H
#define BATCH_DATABASE_SQLITE_NETWORK_H

#include <stdint.h>

/*
 * File systems whose locks and syncs go over a network: there the promises of SQLite and flock(2)
 * depend on a server (SQLite, "SQLite Over a Network").
 */

/* The name of a file system by its number in statfs(2); NULL for one on this machine. FUSE may be
 * either and counts. */
const char *network_name(uint64_t type);

/* Likewise of the file system that holds the path; NULL also when it cannot be found out. */
const char *network_of(const char *path);

#endif
