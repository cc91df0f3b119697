#ifndef BATCH_DATABASE_STORE_H
#define BATCH_DATABASE_STORE_H

#include "buffer.h"
#include "database/database.h"
#include "model/guid.h"

/*
 * Finds the store that people mean by a STORE: a GUID, the first eight or more characters of one,
 * MACHINE:PATH or a DisplayName. The machine and the DisplayName match without regard to case, the
 * path as it is. Where several answer, and one alone of them is not marked as removed, it is that
 * one.
 *
 * 0 and its GUID in lower case. -1 and err: ERROR_INPUT when none or several answer; it names them.
 */
int db_store_find(struct database *, const char *text, char guid[GUID_SIZE], struct error *);

/* Where a location is, for people; each is empty where it is not known. */
struct location_place {
	struct buffer machine, path, alias;
};
/* Reads it in the place of what was there. 0, or -1 and err. */
int db_location_place(struct database *, int64_t location, struct location_place *, struct error *);
void location_place_release(struct location_place *);

/* The id of the store with this GUID. 0, or -1 and err. */
int db_store_id(struct database *, const char *guid, int64_t *id, struct error *);

#endif
